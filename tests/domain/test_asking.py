"""Who owes an answer, and what a form's parts must hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.asking import (
    LONGEST_TEXT,
    STANDING,
    STANDING_KINDS,
    Answer,
    Audience,
    Candidate,
    Part,
    PartKind,
    Requirement,
    faults,
    in_order,
    owing,
    plain_number,
    too_long,
)
from tracker.domain.task import Role

LEAD, SUPPORT, RESPONSIBLE = Role.LEAD, Role.SUPPORT, Role.RESPONSIBLE
COUNTY, BUREAU = 1, 2
UNITS = (
    Candidate(11, COUNTY, frozenset({LEAD})),
    Candidate(12, COUNTY, frozenset({SUPPORT})),
    Candidate(21, BUREAU, frozenset({RESPONSIBLE, SUPPORT})),
    Candidate(22, None, frozenset({RESPONSIBLE})),
    Candidate(31, BUREAU, frozenset()),
)


@pytest.mark.parametrize(
    ("audience", "form", "progress"),
    [
        pytest.param({}, (11, 12, 21, 22), (11, 12, 21, 22), id="all with work"),
        pytest.param({"roles": {LEAD, RESPONSIBLE}}, (11, 21, 22), (11, 21, 22), id="of some roles"),
        pytest.param({"class_ids": {COUNTY}}, (11, 12), (11, 12), id="of a class"),
        pytest.param({"roles": {SUPPORT}, "class_ids": {COUNTY}}, (12,), (12,), id="of a role and a class"),
        pytest.param({"excused": {11, 22}}, (12, 21), (12, 21), id="without some"),
        pytest.param({"unit_ids": {12, 31}}, (12, 31), (12,), id="named: a form also from one without work"),
        pytest.param({"unit_ids": {12, 31}, "roles": {LEAD}, "class_ids": {9}}, (12, 31), (12,), id="named: nothing narrows"),
        pytest.param({"unit_ids": {12, 31}, "excused": {12}}, (31,), (), id="named and excused"),
        pytest.param({"unit_ids": {99}}, (), (), id="named, and out of use"),
        pytest.param({"class_ids": {9}}, (), (), id="of a class that nobody has"),
    ],
)  # fmt: skip
def test_who_owes(audience: dict[str, set[int]], form: tuple[int, ...], progress: tuple[int, ...]) -> None:
    wanted = Audience(**{name: frozenset(values) for name, values in audience.items()})  # type: ignore[arg-type]  # as typed above

    assert owing(UNITS, Requirement(Answer.FORM, (), wanted)) == form
    assert owing(UNITS, Requirement(Answer.PROGRESS, (), wanted)) == progress


IDS = st.frozensets(st.integers(1, 6))


@given(
    st.lists(st.builds(Candidate, st.integers(1, 6), st.none() | st.integers(1, 3), st.frozensets(st.sampled_from(Role))), unique_by=lambda unit: unit.unit_id),
    st.builds(Audience, st.frozensets(st.sampled_from(Role)), st.frozensets(st.integers(1, 3)), IDS, IDS),
    st.sampled_from(Answer),
)  # fmt: skip
def test_nobody_is_asked_twice_nor_when_excused(units: list[Candidate], audience: Audience, answer: Answer) -> None:
    asked = owing(units, Requirement(answer, (), audience))

    assert [unit.unit_id for unit in units if unit.unit_id in asked] == list(asked)
    assert not audience.excused & set(asked)
    assert not audience.unit_ids or set(asked) <= audience.unit_ids
    if answer is Answer.PROGRESS:
        assert all(unit.roles for unit in units if unit.unit_id in asked)


NUMBER = Part("count", "公开件数", PartKind.NUMBER)
TEXT = Part("summary", "工作总结")
OPTIONAL = Part("problems", "存在问题", required=False)
OPTIONAL_NUMBER = Part("more", "另有件数", PartKind.NUMBER, required=False)
PARTS = (NUMBER, TEXT, OPTIONAL, OPTIONAL_NUMBER)


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"count": "12", "summary": "好"}, {}),
        ({"count": "1,234", "summary": "好"}, {}),
        ({"count": "１２．５", "summary": "好", "problems": "无", "more": "0"}, {}),
        ({"count": "约12件", "summary": "好"}, {"count": "公开件数请填一个数，例如 12。"}),
        ({"count": "", "summary": " "}, {"count": "请填写公开件数；没有的话写0。", "summary": "请填写工作总结；没有的话写“无”。"}),
        ({"count": "1", "summary": "好", "more": "许多"}, {"more": "另有件数请填一个数，例如 12。"}),
        ({"count": "1", "summary": "好" * LONGEST_TEXT}, {}),
        ({"count": "1", "summary": "好" * (LONGEST_TEXT + 1)}, {"summary": f"最多{LONGEST_TEXT}个字，现在有{LONGEST_TEXT + 1}个，请缩短。"}),
        ({}, {"count": "请填写公开件数；没有的话写0。", "summary": "请填写工作总结；没有的话写“无”。"}),
    ],
)  # fmt: skip
def test_what_a_form_must_hold(values: dict[str, str], wrong: dict[str, str]) -> None:
    assert faults(PARTS, values) == wrong


def test_a_draft_may_hold_anything_that_fits() -> None:
    assert too_long(PARTS, {"count": "约12件"}) == {}
    assert set(too_long(PARTS, {"summary": "好" * (LONGEST_TEXT + 1)})) == {"summary"}


@pytest.mark.parametrize(("typed", "kept"), [("1,234", "1234"), ("１２．５", "12.5"), (" 7 ", "7"), ("－3", "-3")])
def test_a_number_is_kept_without_its_separators(typed: str, kept: str) -> None:
    assert plain_number(typed) == kept


def test_the_common_reports_stand_before_the_offices_own_in_their_order() -> None:
    kinds = ["own10", "half_year", "own2", "weekly", "quarterly", "own1"]

    assert sorted(kinds, key=in_order) == ["weekly", "quarterly", "half_year", "own1", "own2", "own10"]


def test_each_common_report_has_its_own_key_and_something_to_fill_in() -> None:
    assert list(STANDING_KINDS) == ["weekly", "biweekly", "monthly", "quarterly", "half_year"]
    for standing in STANDING:
        assert bool(standing.parts) == (standing.answer is not Answer.PROGRESS)
        assert len({part.key for part in standing.parts}) == len(standing.parts)

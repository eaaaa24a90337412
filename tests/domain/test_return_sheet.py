"""An offline return beside what stands online: three sides of every cell, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.return_sheet import Field, Row, Sheet, compare, digest, from_json, ids_of, merged

MARK = "A12"
WORDS = st.sampled_from(["", "公布学区图", "答复咨询", "起草解读"])


def sheet(before: str, wanted: str) -> Sheet:
    return Sheet(7, "ab", "第39周", (Row(4, MARK, {Field.PROGRESS: wanted}),), {MARK: {Field.PROGRESS: before}})


@pytest.mark.parametrize(
    ("before", "now", "wanted", "outcome"),
    [
        pytest.param("一", "一", "一", "nothing", id="nobody has touched it"),
        pytest.param("一", "一", "二", "filled", id="only the form"),
        pytest.param("一", "二", "一", "nothing", id="only online"),
        pytest.param("一", "二", "二", "nothing", id="both alike"),
        pytest.param("一", "二", "三", "clash", id="both, and differently"),
        pytest.param("一", "二", "", "clash", id="emptied in the form, rewritten online"),
        pytest.param("", "", "二 \r\n", "filled", id="blank ends and line ends are no change of their own"),
        pytest.param("二", "二", "二 \r\n", "nothing", id="but for blank ends nothing changed"),
    ],
)
def test_each_cell_is_compared_three_ways(before: str, now: str, wanted: str, outcome: str) -> None:
    found = compare(sheet(before, wanted), {MARK: {Field.PROGRESS: now}})

    assert (len(found.filled), len(found.clashes)) == {"nothing": (0, 0), "filled": (1, 0), "clash": (0, 1)}[outcome]
    assert found.problems == ()


@given(before=WORDS, now=WORDS, wanted=WORDS, keep=st.booleans())
def test_whatever_was_written_on_either_side_stands_or_was_decided_against_by_a_person(
    *, before: str, now: str, wanted: str, keep: bool
) -> None:
    online = {MARK: {Field.PROGRESS: now}}
    found = compare(sheet(before, wanted), online)
    kept = [cell.place for cell in found.clashes] if keep else []

    after = merged(online, found.cells, kept)[MARK][Field.PROGRESS]

    if found.clashes:
        assert after == (now if keep else wanted)
    else:
        assert after == (now if wanted == before else wanted)


@pytest.mark.parametrize(
    ("rows", "online", "words"),
    [
        pytest.param([(4, ""), (5, MARK)], MARK, "没有编号", id="a row of one's own"),
        pytest.param([(4, "A99")], MARK, "不属于这张表", id="a row of another form"),
        pytest.param([(4, MARK), (9, MARK)], MARK, "与第4行是同一项", id="a row copied whole"),
        pytest.param([(4, MARK)], "A13", "不用本单位报了", id="a task that is gone"),
    ],
)
def test_a_row_that_cannot_be_placed_is_told(rows: list[tuple[int, str]], online: str, words: str) -> None:
    came = tuple(Row(number, mark, {Field.PROGRESS: "有字"}) for number, mark in rows)
    found = compare(Sheet(7, "ab", "第39周", came, {MARK: {}}), {online: {}})

    assert [words in told.message for told in found.problems] == [True]


@pytest.mark.parametrize("wanted", ["推进中", "推进中 \n", ""])
def test_a_task_that_is_gone_and_was_left_alone_or_emptied_in_the_form_is_passed_over(wanted: str) -> None:
    rows = (Row(4, MARK, {Field.STATUS: wanted}), Row(5, "A13", {Field.PROGRESS: "已公布"}))
    handed_out = {MARK: {Field.STATUS: "推进中"}, "A13": {}}

    found = compare(Sheet(7, "ab", "第39周", rows, handed_out), {"A13": {}})

    assert found.problems == ()
    assert [cell.mark for cell in found.filled] == ["A13"]


@pytest.mark.parametrize(
    ("mark", "ids"),
    [("A12", (12, None)), ("A12P0", (12, 0)), ("", None), ("A0", None), ("T12v3", None), ("A12P", None)],
)
def test_a_mark_names_a_task_or_one_thing_of_its_plan(mark: str, ids: tuple[int, int | None] | None) -> None:
    assert ids_of(mark) == ids


def test_a_form_survives_being_kept() -> None:
    kept = sheet("一", "二")

    assert from_json(kept.to_json()) == kept
    with pytest.raises(ValueError, match="not an offline return"):
        from_json("[]")


def test_a_changed_memory_adds_up_to_something_else() -> None:
    assert digest(7, "ab", {MARK: {Field.PROGRESS: "一"}}) != digest(7, "ab", {MARK: {Field.PROGRESS: "二"}})

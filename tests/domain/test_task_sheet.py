"""Cells of a task sheet: names, days, and when two cells say the same."""

from __future__ import annotations

from datetime import date
from typing import NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.task_sheet import (
    Base,
    Field,
    NoDay,
    Row,
    Sheet,
    alike,
    days_in,
    days_text,
    digest,
    from_json,
    grey_changes,
    names_in,
    tidy,
)
from tracker.domain.task_sheet_rows import LONGEST, Kind, Rules, compare

PRINTED = "各市、县政府"


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("市司法局", ("市司法局",)),
        ("市司法局、市教育局，市营商局；市档案馆", ("市司法局", "市教育局", "市营商局", "市档案馆")),
        ("市司法局\n市教育局", ("市司法局", "市教育局")),
        ("市司法局、、市司法局、", ("市司法局",)),
        ("各县(市、区)政府、各市、县〔市、区〕政府", ("各县(市、区)政府", "各市", "县〔市、区〕政府")),
        ("市教育局、各市、县政府、市档案馆", ("市教育局", PRINTED, "市档案馆")),
        ("市司法局（一、二", ("市司法局（一、二",)),
        ("市司法局）、市教育局", ("市司法局）", "市教育局")),
        ("", ()),
    ],
    ids=["one", "every mark", "lines", "twice", "brackets", "a known name", "an open bracket", "a bracket that only closes", "empty"],
)
def test_names_are_parted_where_a_list_parts_them(cell: str, names: tuple[str, ...]) -> None:
    assert names_in(cell, [PRINTED]) == names


@given(st.lists(st.text("市县局委办东西", min_size=1, max_size=6), unique=True, max_size=6))
def test_names_that_were_joined_come_apart_again(names: list[str]) -> None:
    assert names_in("、".join(names)) == tuple(names)


@pytest.mark.parametrize(
    "cell",
    ["2026-09-30", "2026/9/30", "2026.9.30", "2026年9月30日", "9月30日", "20260930", " ２０２６．９．３０ ", "2026-09-30 00:00:00"],
)
def test_a_day_is_read_however_it_is_written(cell: str) -> None:
    assert days_in(cell, 2026) == (date(2026, 9, 30),)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("2026.6.31", "没有2026年6月31日这一天"),
        ("2月30日", "没有2026年2月30日这一天"),
        ("2026年9月", "不是一个日期"),
        ("年底前", "请填在完成时限里"),
        ("2026-09-30、下半年", "“下半年”不是一个日期"),
    ],
)
def test_what_is_no_day_says_what_to_write(cell: str, words: str) -> None:
    with pytest.raises(NoDay, match=words):
        days_in(cell, 2026)


@given(st.lists(st.dates(date(2000, 1, 1), date(2099, 12, 31)), unique=True, max_size=5))
def test_days_come_back_in_their_order(days: list[date]) -> None:
    assert days_in(days_text(days), 2026) == tuple(sorted(days))


@given(st.text())
def test_a_tidy_text_stays_as_it_is(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(
    ("column", "one", "other", "same"),
    [
        (Field.LEAD, "市司法局、市教育局", "市教育局\n市司法局", True),
        (Field.LEAD, "各县(市、区)政府", "各县（市、区）政府", True),
        (Field.LEAD, "市司法局", "市司法局、市教育局", False),
        (Field.DAYS, "2026-09-30", "9月30日", True),
        (Field.DAYS, "2026-09-30", "年底前", False),
        (Field.TEXT, "核对。 \r\n", "核对。", True),
        (Field.TEXT, "一、二", "二、一", False),
        (Field.PHRASE, "11月底前", "11月底", False),
    ],
)
def test_cells_say_the_same_in_their_own_way(column: Field, one: str, other: str, same: bool) -> None:
    assert alike(column, one, other, year=2026) is same


@pytest.mark.parametrize(
    ("mark", "ids"), [("T12v3", (12, 3)), ("", None), ("12", None), ("T0v1", None), ("T1v", None), ("t1v1", None)]
)
def test_a_mark_names_a_task_and_its_version(mark: str, ids: tuple[int, int] | None) -> None:
    assert Row(4, mark, {}).ids == ids


def test_a_sheet_travels_as_json() -> None:
    cells = dict.fromkeys(Field, "“引号”\n第二行")
    sheet = Sheet(7, "a" * 64, "要点", (Row(4, "T1v1", cells),), {1: Base(1, cells)})

    assert from_json(sheet.to_json()) == sheet
    assert digest(7, "a", sheet.base) != digest(8, "a", sheet.base)
    assert digest(7, "a", sheet.base) != digest(7, "b", sheet.base)
    assert digest(7, "a", sheet.base) != digest(7, "a", {1: Base(2, cells)})
    for broken in ("{}", "[]", '{"plan_id": 1}'):
        with pytest.raises(ValueError, match="not a task sheet"):
            from_json(broken)


def test_what_was_written_into_grey_cells_is_told_by_column_and_row() -> None:
    cells = dict.fromkeys(Field, "公开年报。")
    grey = {"序号": "3", "状态": "推进中", "最近进展": "已起草"}
    base = {1: Base(1, cells, grey), 2: Base(1, cells)}
    rows = (
        Row(4, "T1v1", cells, {**grey, "状态": "已完成"}),
        Row(5, "T1v1", cells, {**grey, "最近进展": "", "序号": "9"}),
        Row(6, "T2v1", cells, {"状态": "已完成"}),
        Row(7, "", cells, {"序号": "4", "状态": "已完成"}),
        Row(8, "T9v1", cells, {"状态": "已完成"}),
    )

    assert grey_changes(Sheet(7, "a", "要点", rows, base)) == {"序号": (5,), "状态": (4, 7)}


def never(words: str) -> NoReturn:
    raise AssertionError(f"{len(words)} characters were read")


def test_a_cell_that_is_too_long_is_named_and_not_read() -> None:
    cells = {column: "1" * (most + 1) for column, most in LONGEST.items()}
    sheet = Sheet(None, "", "", (Row(4, "", cells),), {})

    (row,) = compare(sheet, {}, Rules(2026, None, never, never, never))

    assert row.kind is Kind.WRONG
    assert [problem.field for problem in row.problems] == list(LONGEST)
    assert all("请缩短" in problem.message for problem in row.problems)

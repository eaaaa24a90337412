"""What a row of a sheet that came back is, and what it asks for: three cells, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from tracker.domain.assigning import Part
from tracker.domain.deadline import Deadline, parse_notation
from tracker.domain.task import Role
from tracker.domain.task_sheet import Base, Cells, Field, KnownTask, Row, Sheet
from tracker.domain.task_sheet_rows import ComparedRow, Kind, Named, Rules, compare, wanted

JUSTICE, FINANCE, EAST, WEST = 1, 2, 3, 4
NAMES = {
    "市司法局": Named((JUSTICE,), "市司法局"),
    "司法局": Named((JUSTICE,), "市司法局"),
    "市财政局": Named((FINANCE,), "市财政局"),
    "各县区": Named((EAST, WEST), "各县区", group=True),
    "各开发区": Named((), "各开发区", group=True),
}
READINGS = {"11月底前": "date:2026-11-30", "年底前": "date:2026-12-31", "长期": "ongoing"}


def read(phrase: str) -> Deadline:
    """A phrase that nobody knows can be read in two ways."""
    if phrase in READINGS:
        return Deadline(phrase, parse_notation(READINGS[phrase]), "按原文。")
    years = [parse_notation(f"date:{year}-12-31") for year in (2026, 2027)]
    return Deadline(phrase, years[0], "没有写明年份。", (years[1],), certain=False)


RULES = Rules(
    2026,
    date(2026, 3, 18),
    lambda name: NAMES.get(name, Named()),
    lambda name: ["市司法局"] if "司法" in name else [],
    read,
    ("各县区",),
)
TASK = KnownTask(
    id=7,
    serial=1,
    version=3,
    state="进行中",
    open=True,
    text="公开目录。",
    section="一、主动公开",
    phrase="11月底前",
    notation="date:2026-11-30",
    days=(date(2026, 11, 30),),
    parts=(Part(JUSTICE, Role.LEAD, "市司法局"),),
)


def compared(
    *,
    ours: Mapping[Field, str] | None = None,
    theirs: Mapping[Field, str] | None = None,
    task: KnownTask = TASK,
    base: Cells | None = None,
    mark: str = "T7v2",
) -> ComparedRow:
    """One row: `theirs` is what the person changed since the sheet was made, `ours` what the ledger did."""
    before = {**(base or task.cells), **(ours or {})}
    row = Row(4, mark, {**before, **(theirs or {})})
    (found,) = compare(Sheet(1, "a", "要点", (row,), {7: Base(2, before)}), {7: task}, RULES)
    return found


@pytest.mark.parametrize(
    ("ours", "theirs", "kind"),
    [
        ({}, {}, Kind.SAME),
        ({}, {Field.TEXT: "公开年报。"}, Kind.CHANGED),
        ({Field.TEXT: "公开旧目录。"}, {}, Kind.SAME),
        ({Field.TEXT: "公开旧目录。"}, {Field.TEXT: "公开年报。"}, Kind.CLASH),
        ({Field.TEXT: "公开旧目录。"}, {Field.TEXT: TASK.text}, Kind.SAME),
        ({Field.TEXT: "公开旧目录。"}, {Field.SECTION: "二、解读"}, Kind.CHANGED),
        ({}, {Field.LEAD: "司法局"}, Kind.SAME),
        ({}, {Field.LEAD: "市财政局"}, Kind.CHANGED),
    ],
    ids=[
        "nobody", "the person", "the ledger", "both", "both alike", "each another cell",
        "another name of the same unit", "another unit",
    ],
)  # fmt: skip
def test_who_changed_what_the_other_left_alone_wins(
    ours: Mapping[Field, str], theirs: Mapping[Field, str], kind: Kind
) -> None:
    assert compared(ours=ours, theirs=theirs).kind is kind


@pytest.mark.parametrize(("mark", "kind"), [("T7v3", Kind.CHANGED), ("T7v2", Kind.CLASH)])
def test_a_row_that_nobody_remembers_clashes_unless_the_ledger_stands_as_it_says(
    mark: str, kind: Kind
) -> None:
    row = Row(4, mark, {**TASK.cells, Field.TEXT: "公开年报。"})

    (found,) = compare(Sheet(1, "a", "要点", (row,), {}), {7: TASK}, RULES)

    assert found.kind is kind


def test_a_task_that_is_missing_is_told_only_while_it_is_open() -> None:
    sheet = Sheet(1, "a", "要点", (), {7: Base(3, TASK.cells), 8: Base(1, TASK.cells)})
    closed = replace(TASK, id=8, state="已销号", open=False)

    found = compare(sheet, {7: TASK, 8: closed}, RULES)

    assert [(row.kind, row.task and row.task.id) for row in found] == [(Kind.GONE, 7)]


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ({Field.LEAD: "司法厅", Field.SUPPORT: "水利厅"}, ("是不是“市司法局”", "没有“水利厅”")),
        ({Field.LEAD: "字" * 3_001, Field.SUPPORT: "水利厅"}, ("最多3000个", "没有“水利厅”")),
        ({Field.PHRASE: "字" * 301, Field.DAYS: "年底前"}, ("最多300个", "“年底前”不是一个日期")),
        ({Field.PHRASE: "明后年底", Field.DAYS: "下周"}, ("“下周”不是一个日期", "请在完成日期里填定一天")),
        ({Field.DAYS: "下周\n2026-02-30"}, ("“下周”不是一个日期", "没有2026年2月30日这一天")),
    ],
    ids=["two names", "a long cell and a name", "a long phrase and a day", "a phrase and a day", "two days"],
)
def test_no_error_of_a_row_hides_another(theirs: Mapping[Field, str], words: tuple[str, ...]) -> None:
    said = "".join(problem.message for problem in compared(theirs=theirs).problems)

    assert all(each in said for each in words)


def test_an_error_of_the_whole_row_hides_none_of_its_cells() -> None:
    wrong = {**TASK.cells, Field.LEAD: "水利厅"}
    marks = ("T7v3", "T7v3", "T99v1", "T8v1")
    rows = tuple(Row(number, mark, wrong) for number, mark in enumerate(marks, start=4))
    closed = replace(TASK, id=8, state="已销号", open=False)
    base = {7: Base(3, TASK.cells), 8: Base(1, TASK.cells)}

    found = compare(Sheet(1, "a", "要点", rows, base), {7: TASK, 8: closed}, RULES)

    assert [len(row.problems) for row in found] == [1, 2, 2, 2]
    assert all("水利厅" in row.problems[-1].message for row in found)


def test_a_copied_row_without_a_word_is_only_to_be_deleted() -> None:
    row = Row(4, "T99v1", dict.fromkeys(Field, ""))

    (found,) = compare(Sheet(1, "a", "要点", (row,), {}), {7: TASK}, RULES)

    assert len(found.problems) == 1


def test_a_closed_task_is_not_changed() -> None:
    found = compared(theirs={Field.TEXT: "公开年报。"}, task=replace(TASK, state="已销号", open=False))

    assert found.kind is Kind.WRONG
    assert "这项任务已销号" in found.problems[0].message


def test_a_row_that_was_copied_is_named_with_the_first_one() -> None:
    rows = (Row(4, "T7v3", TASK.cells), Row(9, "T7v3", TASK.cells), Row(10, "T99v1", TASK.cells))

    found = compare(Sheet(1, "a", "要点", rows, {7: Base(3, TASK.cells)}), {7: TASK}, RULES)

    assert [row.kind for row in found] == [Kind.SAME, Kind.WRONG, Kind.WRONG]
    assert "与第4行是同一项任务" in found[1].problems[0].message
    assert "不属于这份文件" in found[2].problems[0].message


@pytest.mark.parametrize(
    ("theirs", "words"),
    [
        ({Field.TEXT: ""}, "工作任务是空的"),
        ({Field.TEXT: "字" * 5_001}, "最多5000个"),
        ({Field.LEAD: "司法厅"}, "是不是“市司法局”"),
        ({Field.LEAD: "水利厅"}, "单位名册里没有“水利厅”"),
        ({Field.LEAD: "各开发区"}, "还没有成员单位"),
        ({Field.LEAD: ""}, "没有单位"),
        ({Field.SUPPORT: "市司法局"}, "在牵头单位里已有"),
        ({Field.DAYS: "2026-03-17"}, "早于文件印发的2026-03-18"),
        ({Field.DAYS: "年底前"}, "不是一个日期"),
        ({Field.PHRASE: "明后年底", Field.DAYS: ""}, "请在完成日期里填定一天"),
        ({Field.PHRASE: "年底前"}, "完成日期还是2026-11-30"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_wrong_says_what_to_do(theirs: Mapping[Field, str], words: str) -> None:
    found = compared(theirs=theirs)

    assert found.kind is Kind.WRONG
    assert words in "".join(problem.message for problem in found.problems)


@pytest.mark.parametrize(
    "theirs",
    [
        {Field.SUPPORT: "各县区", Field.RESPONSIBLE: "各县区"},
        {Field.PHRASE: "年底前", Field.DAYS: "2026-12-31"},
        {Field.PHRASE: "年底前", Field.DAYS: ""},
        {Field.PHRASE: "明后年底", Field.DAYS: "2027-12-31"},
    ],
    ids=["a group in two roles", "phrase and day agree", "the day follows the phrase", "the day decides"],
)
def test_what_can_be_done_is_no_error(theirs: Mapping[Field, str]) -> None:
    assert compared(theirs=theirs).kind is Kind.CHANGED


def test_a_day_from_before_the_issue_is_left_alone_where_only_the_phrase_was_changed() -> None:
    early = replace(TASK, days=(date(2026, 3, 1),), phrase="3月初", notation="date:2026-03-01")

    found = compared(theirs={Field.PHRASE: ""}, task=early)

    assert found.problems == ()


@pytest.mark.parametrize(
    ("theirs", "notation", "moved"),
    [
        ({Field.TEXT: "公开年报。"}, None, ()),
        ({Field.PHRASE: "长期", Field.DAYS: ""}, "ongoing", ()),
        ({Field.DAYS: "2026-12-15"}, None, (date(2026, 12, 15),)),
        ({Field.DAYS: ""}, "date:2026-11-30", ()),
        ({Field.PHRASE: "年底前", Field.DAYS: "2026-12-31"}, "date:2026-12-31", ()),
    ],
    ids=["another cell", "a new phrase", "a day moved beside its phrase", "the day taken out", "both"],
)
def test_a_deadline_follows_the_cell_that_was_changed(
    theirs: Mapping[Field, str], notation: str | None, moved: tuple[date, ...]
) -> None:
    found = wanted(compared(theirs=theirs), RULES)

    assert (found.deadline.notation if found.deadline else None, found.moved) == (notation, moved)


def test_a_text_longer_than_a_cell_stays_whole_while_its_cell_was_not_changed() -> None:
    long = replace(TASK, text="公开" * 20_000)

    found = compared(theirs={Field.SECTION: "二、解读"}, task=long)

    assert wanted(found, RULES).text == long.text


def test_the_cell_that_a_person_keeps_is_the_ledgers() -> None:
    found = compared(
        ours={Field.TEXT: "公开旧目录。"}, theirs={Field.TEXT: "公开年报。", Field.SECTION: "二"}
    )

    kept = found.chosen({Field.TEXT})

    assert (kept.cells[Field.TEXT], [change.field for change in kept.changes]) == (TASK.text, [Field.SECTION])


def test_a_group_stands_for_its_members_only_while_all_have_one_role() -> None:
    both = (Part(EAST, Role.SUPPORT, "东区", "各县区"), Part(WEST, Role.SUPPORT, "西区", "各县区"))
    apart = (Part(EAST, Role.LEAD, "东区", "各县区"), both[1])

    assert replace(TASK, parts=both).cells[Field.SUPPORT] == "各县区"
    cells = replace(TASK, parts=apart).cells
    assert (cells[Field.LEAD], cells[Field.SUPPORT]) == ("东区", "西区")


def test_a_name_keeps_the_meaning_it_had_on_the_task() -> None:
    """各县区 had one member when the plan was confirmed; the directory knows two today."""
    once = replace(
        TASK, parts=(Part(JUSTICE, Role.LEAD, "市司法局"), Part(EAST, Role.SUPPORT, "东区", "各县区"))
    )

    found = wanted(compared(theirs={Field.RESPONSIBLE: "市财政局"}, task=once), RULES)

    assert [(part.unit_id, part.role) for part in found.parts] == [
        (JUSTICE, Role.LEAD), (FINANCE, Role.RESPONSIBLE), (EAST, Role.SUPPORT),
    ]  # fmt: skip


def test_a_new_row_is_a_task_unless_its_text_stands_already() -> None:
    cells = {**dict.fromkeys(Field, ""), Field.TEXT: "公开年报。", Field.LEAD: "各县区"}
    rows = (
        Row(8, "", cells),
        Row(9, "", {**cells, Field.TEXT: TASK.text}),
        Row(10, "", {**cells, Field.LEAD: ""}),
    )

    found = compare(Sheet(1, "a", "要点", rows, {}), {7: TASK}, RULES)

    assert [row.kind for row in found] == [Kind.NEW, Kind.REPEATED, Kind.WRONG]
    made = wanted(found[0], RULES)
    assert [(part.unit_id, part.group) for part in made.parts] == [(EAST, "各县区"), (WEST, "各县区")]

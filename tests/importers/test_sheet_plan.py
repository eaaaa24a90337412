"""Our own empty sheet, filled in: read exactly, nothing lost, doubts told."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from importers.draft import DraftPlan, from_json
from importers.reading import read_bytes, read_safely, read_sheet_safely
from tracker.documents.task_sheet import Words, blank
from tracker.domain.errors import UnreadableFile

BLANK = blank(Words(("市司法局", "市教育局")))
TITLE = ("B1", "青溪市2027年政务公开工作要点")


def filled(*cells: tuple[str, str | date]) -> bytes:
    book = load_workbook(BytesIO(BLANK))
    for place, value in cells:
        book.worksheets[0][place] = value
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(*cells: tuple[str, str | date], year: int | None = None) -> DraftPlan:
    return read_bytes(filled(*cells), "任务表.xlsx", year)


def test_every_column_is_what_its_head_says() -> None:
    plan = read(
        TITLE, ("C4", "核对文件。"), ("D4", "一、主动公开"), ("E4", "市司法局"), ("F4", "市教育局"),
        ("G4", "各县(市、区)政府、市司法局"), ("H4", "11月底前"),
    )  # fmt: skip

    (task,) = plan.tasks
    assert (plan.title, plan.year, task.text, task.headings) == (TITLE[1], 2027, "核对文件。", ("一、主动公开",))
    assert [(part.unit, part.role, part.collective) for part in task.assignments] == [
        ("市司法局", "lead", False), ("市教育局", "responsible", False), ("各县(市、区)政府", "support", True),
    ]  # fmt: skip
    assert (task.deadline.notation, task.deadline_text, task.source.ref) == ("date:2027-11-30", "11月底前", "第4行")
    assert plan.text[slice(*task.source.spans[0])] == "核对文件。"


@pytest.mark.parametrize(
    ("phrase", "day", "notation"),
    [
        ("11月底前", date(2027, 10, 31), "date:2027-10-31"),
        ("12月前", "10月31日", "date:2027-10-31"),
        ("11月底前", "11月30日", "date:2027-11-30"),
        ("2027年1月至11月", "2027-11-30", "range:2027-01-01/2027-11-30"),
        ("2027年1月至11月", "2027-10-30", "date:2027-10-30"),
        ("", "2027-06-30、2027-12-31", "multi:date:2027-06-30|date:2027-12-31"),
        ("长期推进", "", "ongoing"),
        ("", "", "none"),
    ],
)
def test_a_day_goes_before_the_phrase(phrase: str, day: str | date, notation: str) -> None:
    (task,) = read(TITLE, ("C4", "核对文件。"), ("E4", "市司法局"), ("H4", phrase), ("I4", day)).tasks

    assert (task.deadline.notation, task.deadline.certain) == (notation, True)


def test_doubts_are_told_and_nothing_is_guessed() -> None:
    plan = read(TITLE, ("C4", "核对文件。"), ("I4", "2027.6.31"), ("C5", "公开招生。"), ("H5", "12月前"), ("E6", "市司法局"))

    first, second = plan.tasks
    assert (first.deadline.notation, first.deadline.certain) == ("none", False)
    assert "没有2027年6月31日这一天" in first.findings[0].message
    assert not second.deadline.certain
    assert "第6行没有填写工作任务，没有导入，请补填或删去这一行。" in [finding.message for finding in plan.findings]


def test_the_year_that_was_given_goes_first_and_a_hint_is_no_title() -> None:
    plan = read(("C4", "核对文件。"), ("H4", "11月底前"), year=2028)

    assert (plan.title, plan.year, plan.tasks[0].deadline.notation) == (None, 2028, "date:2028-11-30")


def test_a_name_that_holds_a_list_mark_is_known_from_the_list_that_was_offered() -> None:
    book = load_workbook(BytesIO(blank(Words(("各乡、镇人民政府", "市教育局")))))
    page = book.worksheets[0]
    page["B1"], page["C4"], page["F4"] = TITLE[1], "核对文件。", "市教育局、各乡、镇人民政府、市司法局"
    buffer = BytesIO()
    book.save(buffer)

    (task,) = read_bytes(buffer.getvalue(), "任务表.xlsx").tasks

    assert [part.unit for part in task.assignments] == ["市教育局", "各乡、镇人民政府", "市司法局"]


def test_an_empty_form_asks_to_be_filled_in() -> None:
    with pytest.raises(UnreadableFile, match="还没有填写任务"):
        read()


def test_the_child_reads_the_same_and_knows_it_is_no_plans_sheet() -> None:
    data = filled(TITLE, ("C4", "核对文件。"), ("E4", "市司法局"))

    assert read_sheet_safely(data) is None
    assert read_safely(data, "任务表.xlsx") == read_bytes(data, "任务表.xlsx")


cell = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)


@settings(deadline=None, max_examples=25)  # the machine may be busy
@given(st.lists(st.tuples(cell, cell, cell, cell, cell), min_size=1, max_size=4))
def test_every_character_belongs_to_one_segment(rows: list[tuple[str, ...]]) -> None:
    cells = [(f"{column}{number}", text) for number, row in enumerate(rows, 4) for column, text in zip("CDEGH", row, strict=True)]
    plan = read(TITLE, ("C9", "末一项。"), *[(place, text) for place, text in cells if not text.startswith("=")])

    seen = [0] * len(plan.text)
    for segment in plan.segments:
        seen[segment.start : segment.end] = [count + 1 for count in seen[segment.start : segment.end]]
    assert all(count == 1 or character.isspace() for count, character in zip(seen, plan.text, strict=True))
    assert from_json(plan.to_json()) == plan

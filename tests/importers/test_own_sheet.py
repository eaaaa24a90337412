"""Our own sheet without its hidden pages, or as an old workbook: known by its heads, read exactly."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from importers.draft import DraftPlan
from importers.reading import read_bytes
from tests.importers.compound_files import as_old
from tracker.domain.task_sheet import MARK_HEAD, Field

HEADS = (MARK_HEAD, "序号", *(column.label for column in Field), "灯", "状态", "最近进展")
TITLE = "青溪市2026年政务公开工作要点台账"
ROWS: tuple[tuple[str | int | date | None, ...], ...] = (
    ("T1v1", 1, "公开预算决算。", "一、主动公开", "市财政局", None, "市司法局", "9月底前", date(2026, 9, 30), "○ 未到期", "推进中"),
    ("T2v1", 2, "核对文件。", None, None, "市司法局、市教育局", None, None, None, "○ 未到期", "推进中", "9月底前完成核对"),
    ("T3v1", 3, "完善制度。", "二、制度", None, None, None, "长期推进", None, "○ 长期", "推进中"),
)
Line = tuple[str | int | date | None, ...]


def xlsx(*lines: Line, heads: Line = HEADS) -> bytes:
    book = Workbook()
    page = book.worksheets[0]
    for line in ((None, TITLE), (None, "白色各栏可以改。"), heads, *lines):
        page.append(line)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def said(plan: DraftPlan) -> list[tuple[str, tuple[str, ...], str, str | None, str]]:
    """Each task: its text, its headings, its units with their roles, its phrase and its reading."""
    return [
        (
            task.text, task.headings, "、".join(f"{part.unit}{part.role}" for part in task.assignments),
            task.deadline_text, task.deadline.notation,
        )
        for task in plan.tasks
    ]  # fmt: skip


EXPECTED = [
    ("公开预算决算。", ("一、主动公开",), "市财政局lead、市司法局support", "9月底前", "date:2026-09-30"),
    ("核对文件。", (), "市司法局responsible、市教育局responsible", None, "none"),
    ("完善制度。", ("二、制度",), "", "长期推进", "ongoing"),
]


@pytest.mark.parametrize("old", [False, True], ids=["xlsx", "xls"])
@pytest.mark.parametrize("columns", [0, 1], ids=["with the marks", "without them"])
def test_an_empty_cell_is_empty_and_takes_nothing_from_above(columns: int, *, old: bool) -> None:
    data = xlsx(*(row[columns:] for row in ROWS), heads=HEADS[columns:])

    plan = read_bytes(as_old(data) if old else data, "台账.xls", None)

    assert said(plan) == EXPECTED
    assert (plan.title, plan.year) == ("青溪市2026年政务公开工作要点", 2026)
    assert plan.source.format == ("xls" if old else "xlsx")
    assert [task.source.ref for task in plan.tasks] == ["第4行", "第5行", "第6行"]


def test_columns_may_stand_in_any_order_and_heads_may_be_broken() -> None:
    order = (5, 3, 2, 8, 7, 6, 4)
    heads = tuple(f"{HEADS[place][:2]}\n{HEADS[place][2:]}" for place in order)

    assert said(read_bytes(xlsx(*(tuple(row[place] for place in order) for row in ROWS), heads=heads), "x", None)) == EXPECTED


def test_what_stands_for_itself_in_a_workbook_stays_as_it_was_written() -> None:
    """`_x005F_x0041_` is how a workbook writes the text `_x0041_`, which would else be an A."""
    plan = read_bytes(xlsx((None, 1, "核对_x005F_x0041_。_x000D_", *[None] * 6)), "x", None)

    assert plan.tasks[0].text == "核对_x0041_。"


def test_a_day_under_the_format_of_a_number_is_a_day() -> None:
    plan = read_bytes(xlsx((None, 1, "核对。", None, None, None, None, None, 46_295)), "x", None)

    assert plan.tasks[0].deadline.notation == "date:2026-09-30"


def test_a_number_that_is_no_day_is_no_day_however_long_it_is() -> None:
    plan = read_bytes(xlsx((None, 1, "核对。", None, None, None, None, None, "9" * 5000)), "x", None)

    assert [(task.text, task.deadline.notation) for task in plan.tasks] == [("核对。", "none")]


@pytest.mark.parametrize("gone", [column.label for column in Field])
def test_a_table_that_lacks_one_of_our_heads_is_any_table(gone: str) -> None:
    heads = tuple("别的" if head == gone else head for head in HEADS)

    plan = read_bytes(xlsx(*ROWS, heads=heads), "x", None)

    assert [task.source.ref for task in plan.tasks] != ["第4行", "第5行", "第6行"]


def test_cells_that_were_merged_say_the_same_of_all_their_rows() -> None:
    book = load_workbook(BytesIO(xlsx(*ROWS)))
    book.worksheets[0].merge_cells("E4:E5")
    buffer = BytesIO()
    book.save(buffer)

    first, second, *_ = read_bytes(buffer.getvalue(), "x", None).tasks

    assert {part.unit for part in first.assignments} >= {"市财政局"}
    assert "市财政局" in {part.unit for part in second.assignments}

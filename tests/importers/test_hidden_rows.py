"""What a sheet does not show is read, and asked at the task itself."""

from __future__ import annotations

import io

import openpyxl

from importers.draft import DraftPlan
from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK

HEAD = ["序号", "工作任务", "责任单位", "完成时限"]


def _plan(hidden_row: int | None, *, hidden_sheet: bool) -> DraftPlan:
    book = openpyxl.Workbook()
    shown = book.active
    assert shown is not None
    for row in (HEAD, [1, CLEAN, "县司法局", "6月底前"], [2, MARK, "县财政局", "9月底前"]):
        shown.append(row)
    if hidden_row is not None:
        shown.row_dimensions[hidden_row].hidden = True
    more = book.create_sheet("去年")
    for row in (HEAD, [1, DESK, "县教育局", "10月底前"]):
        more.append(row)
    if hidden_sheet:
        more.sheet_state = "hidden"
    stream = io.BytesIO()
    book.save(stream)
    return read_bytes(stream.getvalue(), "分工表.xlsx", 2026)


def test_a_task_of_a_hidden_row_asks_whether_it_is_wanted() -> None:
    plan = _plan(3, hidden_sheet=False)

    assert [(task.text, [finding.code for finding in task.findings]) for task in plan.tasks] == [
        (CLEAN, []), (MARK, ["hidden-row"]), (DESK, []),
    ]
    assert {finding.code for finding in plan.findings} == {"hidden-rows"}


def test_each_task_of_a_hidden_sheet_asks_whether_it_is_wanted() -> None:
    plan = _plan(None, hidden_sheet=True)

    assert [[finding.code for finding in task.findings] for task in plan.tasks] == [[], [], ["hidden-row"]]
    assert {finding.code for finding in plan.findings} == {"hidden-sheet"}


def test_what_is_shown_asks_nothing() -> None:
    assert not any(task.findings for task in _plan(None, hidden_sheet=False).tasks)

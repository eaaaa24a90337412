"""In every workbook of ours a text is a text: no formula comes of it, and no sign that XML forbids breaks the file."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.documents import papers
from tests.factories import NOW
from tests.promises import project
from tracker.documents import counting_sheet, look_back, public_ledger, return_sheet, task_sheet
from tracker.domain.return_sheet import Field

BAD = '=HYPERLINK("http://x.example")\x0b\x00_x0041_'
SAID = '=HYPERLINK("http://x.example")_x0041_'
SHA = "a" * 64


def ledger() -> bytes:
    task = replace(papers._task(), text=BAD, section=BAD, phrase=BAD, progress=BAD)
    row = task_sheet.LedgerRow(task, BAD, BAD, date(2026, 9, 24), None, BAD)
    words = task_sheet.Words((BAD,), (BAD,))
    return task_sheet.as_xlsx(task_sheet.LedgerSheet(BAD, BAD, (row,), NOW, (7, SHA)), words)


def public() -> bytes:
    row = public_ledger.PublicRow(replace(papers._task(), text=BAD, section=BAD, phrase=BAD), BAD)
    return public_ledger.as_xlsx(public_ledger.PublicLedger(BAD, True, (row,), NOW))


def form() -> bytes:
    row = return_sheet.FormRow("t1", BAD, BAD, {Field.PROGRESS: BAD})
    facts = return_sheet.Form(1, SHA, BAD, BAD, BAD, (row,), ("推进中",), ("做完",), NOW)
    return return_sheet.workbook(facts)


def days() -> bytes:
    line = counting_sheet.DayLine(date(2026, 9, 24), 1, BAD, BAD, last=True)
    return counting_sheet.as_xlsx(counting_sheet.CountingSheet(BAD, BAD, ((BAD, BAD),), (line,), NOW))


def looked_back() -> bytes:
    report = papers._report(NOW)
    row = replace(report.rows[0], title=BAD, section=BAD, units=BAD, reason=BAD, note=BAD, links=(BAD,))
    return look_back.as_xlsx(replace(report, plan_title=BAD, office=BAD, rows=(row,)))


@pytest.mark.parametrize("make", [ledger, public, form, days, looked_back], ids=lambda each: str(each.__name__))
def test_a_text_that_begins_a_formula_or_holds_forbidden_signs_is_a_text(make: Callable[[], bytes]) -> None:
    book = load_workbook(BytesIO(make()))

    cells = [cell for page in book.worksheets for row in page.iter_rows() for cell in row if cell.value is not None]
    said = [cell for cell in cells if str(cell.value).startswith("=")]
    assert said
    assert {cell.data_type for cell in said} == {"s"}
    assert all(cell.quotePrefix for cell in said)
    assert any(str(cell.value).replace("_x005F_", "_").startswith(SAID) for cell in said)
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_texts_come_into_cells_in_one_place_only() -> None:
    """`excel.write` and `excel.plain` know how; whoever sets a cell's value by hand would have to know it too."""
    found = [
        f"{path}:{node.lineno}"
        for path in project.under("tracker")
        if path.suffix == ".py" and path.as_posix() != "tracker/documents/excel.py"
        if "openpyxl" in project.read(path)
        for node in ast.walk(ast.parse(project.read(path)))
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Attribute) and target.attr == "value" for target in node.targets)
    ]

    assert found == []

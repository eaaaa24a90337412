"""The offline form of a return (离线填报表) as a workbook: one row a task, filled in without a network.

The page is protected without a password: only the white cells can be written, so that no mark is lost by a
slip. States are chosen from a list. A hidden page remembers the cells as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.excel import Column, height, lay_out, plain, saved, write
from tracker.documents.excel import head as write_head
from tracker.domain.return_sheet import (
    FORMAT,
    KNOWN_HEAD,
    LONGEST,
    MAIN_PAGE,
    MARK_HEAD,
    MARKED_PAGE,
    TASK_HEAD,
    WEEK,
    Cells,
    Field,
    digest,
    fields_of,
    head_of,
    ids_of,
)

_WIDTHS = {
    Field.STATUS: 15, Field.PROGRESS: 42, Field.NEXT_PLAN: 34, Field.PROBLEM: 24, Field.URL: 26, Field.ON: 13,
}  # fmt: skip
_CENTRED = frozenset({Field.STATUS, Field.ON})


def columns_of(span: str) -> tuple[Column, ...]:
    """The columns of a form whose spans are called so (周, 期)."""
    filled = (Column(head_of(each, span), _WIDTHS[each], centred=each in _CENTRED) for each in Field)
    return (Column(MARK_HEAD, 12), Column(TASK_HEAD, 34), Column(KNOWN_HEAD, 34), *filled)


COLUMNS = columns_of(WEEK)
PLACES = {field: place for place, field in enumerate(Field, start=4)}
HEAD_ROW, FIRST_ROW = 3, 4
LEAST_HEIGHT = 38.0
_GREY = PatternFill("solid", start_color="EDEDED")
_HINT = (
    "只填有变化的：没有变化的整行不动，自动算“无变化”。白格可以填，灰格由系统填写。"
    "填好后到“我的待办”打开这一期，点“上传填好的表”；上传后核对一遍再报送。"
)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row to be made: its mark, what it is about, what is known, and the cells as they stand."""

    mark: str
    title: str
    known: str
    cells: Cells


@dataclass(frozen=True, slots=True)
class Form:
    """A form to be made."""

    obligation_id: int
    plan_sha256: str
    period: str
    title: str
    remark: str
    rows: tuple[FormRow, ...]
    statuses: tuple[str, ...]
    outcomes: tuple[str, ...]
    made_at: datetime
    span: str = WEEK
    """What a period is called: 周, 期."""


def workbook(form: Form) -> bytes:
    """The form as a file."""
    book = Workbook()
    page = book.worksheets[0]
    page.title = MAIN_PAGE
    _above(page, form)
    for number, row in enumerate(form.rows, start=FIRST_ROW):
        _row(page, number, row)
    _lists(page, form)
    _protect(page)
    page.freeze_panes = f"D{FIRST_ROW}"
    lay_out(page, "", form.remark, head_row=HEAD_ROW)
    _remember(book, form)
    return saved(book, made_at=form.made_at)


def _above(page: Worksheet, form: Form) -> None:
    for number, text, font, tall in (
        (1, form.title, Font(name="方正小标宋简体", size=18), 34.0),
        (2, _HINT, Font(name="仿宋", size=11, color="5F5F5F"), 22.0),
    ):
        cell = write(page, (number, 2), text, COLUMNS[1])
        cell.font, cell.border = font, Border()
        cell.alignment = Alignment(horizontal="center" if number == 1 else "left", vertical="center")
        page.merge_cells(start_row=number, start_column=2, end_row=number, end_column=len(COLUMNS))
        page.row_dimensions[number].height = tall
    for number, column in enumerate(columns_of(form.span), start=1):
        shape = page.column_dimensions[get_column_letter(number)]
        shape.width, shape.hidden = column.width, column.head == MARK_HEAD
        write_head(page, (HEAD_ROW, number), column)
    page.row_dimensions[HEAD_ROW].height = 26.0


def _row(page: Worksheet, number: int, row: FormRow) -> None:
    values = [row.mark, row.title, row.known, *(row.cells.get(field, "") for field in Field)]
    fillable = {PLACES[field] for field in fields_of(row.mark)}
    for place, (column, value) in enumerate(zip(COLUMNS, values, strict=True), start=1):
        cell = write(page, (number, place), value or None, column)
        # Text throughout: Excel would make a date of a typed 9月24日.
        cell.number_format = "@"
        if place in fillable:
            cell.protection = Protection(locked=False)
        else:
            cell.fill = _GREY
    page.row_dimensions[number].height = max(height(COLUMNS, values), LEAST_HEIGHT)


def _lists(page: Worksheet, form: Form) -> None:
    """States to choose from; any other word is refused by Excel already."""
    kinds: Sequence[tuple[tuple[str, ...], bool, str]] = (
        (form.statuses, False, "从下拉里选。受阻的请在“问题”里写明要谁协调。"),
        (form.outcomes, True, f"选“不再做”的，请在“{head_of(Field.PROGRESS, form.span)}”格里写一句为什么。"),
    )
    for words, of_a_plan, prompt in kinds:
        rule = DataValidation(
            "list", formula1=f'"{",".join(words)}"', allow_blank=False, showErrorMessage=True,
            errorTitle="请从下拉里选", error="、".join(words), showInputMessage=True, prompt=prompt,
        )  # fmt: skip
        letter = get_column_letter(PLACES[Field.STATUS])
        for number, row in enumerate(form.rows, start=FIRST_ROW):
            ids = ids_of(row.mark)
            if ids and (ids[1] is not None) is of_a_plan:
                rule.add(f"{letter}{number}")
        if rule.sqref:
            page.add_data_validation(rule)
    last = FIRST_ROW + len(form.rows) - 1
    rule = DataValidation(
        "textLength", operator="lessThanOrEqual", formula1=str(LONGEST), allow_blank=True,
        showErrorMessage=True, errorTitle="太长", error=f"最多{LONGEST}个字，请缩短。",
    )  # fmt: skip
    rule.add(f"{get_column_letter(PLACES[Field.PROGRESS])}{FIRST_ROW}:I{last}")
    page.add_data_validation(rule)


def _protect(page: Worksheet) -> None:
    """Marks and grey cells are locked; widths and heights may be changed, columns shown no more."""
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.protection.formatCells = False
    page.protection.selectLockedCells = False


def _remember(book: Workbook, form: Form) -> None:
    page = book.create_sheet(MARKED_PAGE)
    base = {row.mark: row.cells for row in form.rows}
    added_up = digest(form.obligation_id, form.plan_sha256, base)
    _line(page, 1, (FORMAT, str(form.obligation_id), form.plan_sha256, added_up, form.period))
    for number, (mark, cells) in enumerate(base.items(), start=2):
        _line(page, number, (mark, *_texts(cells)))
    page.sheet_state = "veryHidden"
    page.protection.sheet = True


def _texts(cells: Mapping[Field, str]) -> Iterable[str]:
    return (cells.get(field, "") for field in Field)


def _line(page: Worksheet, row: int, values: Iterable[str]) -> None:
    for number, value in enumerate(values, start=1):
        if value:
            plain(page, (row, number), value)

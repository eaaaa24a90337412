"""The ledger as a government publishes it (公开版台账): four or five columns, nothing of the office's own.

    序号 · 工作任务 · 责任单位 · 完成时限               four; five, with 板块, where a plan has sections
    序号 · 工作任务 · 责任单位 · 完成时限 · 完成情况     five, for publishing how far the work has come

Tasks and times stand as they were printed; who leads and who supports stands in the one column of units in
the words that such sheets use, so that a person and the importer read the same out of it. No numbers of the
program, no hidden page, no light and no problem: whoever opens the file sees all there is in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tracker.documents.excel import Column, Value, head, height, lay_out, saved, write
from tracker.domain.reading_words import sharing_words
from tracker.domain.task import Role
from tracker.domain.task_sheet import ROLE_FIELDS, Field, KnownTask

SERIAL = Column("序号", 7, centred=True)
SECTION = Column("板块", 26)
TASK = Column("工作任务", 84)
UNITS = Column("责任单位", 44)
DEADLINE = Column("完成时限", 22, centred=True)
PROGRESS = Column("完成情况", 56)
TITLE_ROW, HEAD_ROW, FIRST_ROW = 1, 2, 3
NONE = "—"
"""Stands where nobody or no time is named: in such sheets an empty cell is taken for the one above it."""
DAY_FORMAT = 'yyyy"年"m"月"d"日"'
_TITLE_HEIGHT, _HEAD_HEIGHT = 36.0, 26.0
_WHOLE_DAY = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A task, and what may be said in public of how far it has come."""

    task: KnownTask
    progress: str = ""


@dataclass(frozen=True, slots=True)
class PublicLedger:
    """A sheet to be made; `with_progress` puts 完成情况 in the place of 板块."""

    title: str
    with_progress: bool
    rows: tuple[PublicRow, ...]
    made_at: datetime


def as_xlsx(ledger: PublicLedger) -> bytes:
    """The sheet as a file: a title, the heads, one row a task, whole days as days."""
    columns = columns_of(ledger)
    book = Workbook()
    page = book.worksheets[0]
    page.title = "任务清单"
    _title(page, ledger.title, len(columns))
    for number, column in enumerate(columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        head(page, (HEAD_ROW, number), column)
    page.row_dimensions[HEAD_ROW].height = _HEAD_HEIGHT
    for place, row in enumerate(ledger.rows, start=FIRST_ROW):
        _row(page, place, columns, row)
    last = max(HEAD_ROW + len(ledger.rows), FIRST_ROW)
    page.freeze_panes = f"A{FIRST_ROW}"
    page.auto_filter.ref = f"A{HEAD_ROW}:{get_column_letter(len(columns))}{last}"
    lay_out(page, "", "", head_row=HEAD_ROW)
    return saved(book, made_at=ledger.made_at)


def columns_of(ledger: PublicLedger) -> tuple[Column, ...]:
    """The columns of a sheet: four, or five."""
    if ledger.with_progress:
        return (SERIAL, TASK, UNITS, DEADLINE, PROGRESS)
    parted = any(row.task.section for row in ledger.rows)
    return (SERIAL, *((SECTION,) if parted else ()), TASK, UNITS, DEADLINE)


def _title(page: Worksheet, title: str, width: int) -> None:
    cell = write(page, (TITLE_ROW, 1), title, TASK)
    cell.font = Font(name="方正小标宋简体", size=18)
    cell.border = Border()
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    page.merge_cells(start_row=TITLE_ROW, start_column=1, end_row=TITLE_ROW, end_column=width)
    page.row_dimensions[TITLE_ROW].height = _TITLE_HEIGHT


def _row(page: Worksheet, place: int, columns: Sequence[Column], row: PublicRow) -> None:
    said: dict[Column, Value] = {
        SERIAL: row.task.serial,
        SECTION: row.task.cells[Field.SECTION] or NONE,
        TASK: row.task.cells[Field.TEXT],
        UNITS: units_in_words(row.task),
        DEADLINE: deadline(row.task),
        PROGRESS: row.progress,
    }
    values = [said[column] for column in columns]
    for number, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
        cell = write(page, (place, number), value if value != "" else None, column)
        if column is DEADLINE:
            _dated(cell, value)
    page.row_dimensions[place].height = height(columns, values)


def _dated(cell: Cell, value: Value) -> None:
    """A day is shown as such sheets print it; a text stays a text when somebody edits it."""
    cell.number_format = DAY_FORMAT if isinstance(value, date) else "@"


def units_in_words(task: KnownTask) -> str:
    """Who owes the task: the names alone where none leads, else 牵头单位：… and 配合单位：…, a line each."""
    named = {role: task.cells[column] for role, column in ROLE_FIELDS.items() if task.cells[column]}
    if set(named) == {Role.RESPONSIBLE}:
        lines = [named[Role.RESPONSIBLE]]
    else:
        lines = [f"{ROLE_FIELDS[role].label}：{named[role]}" for role in named]
    if not lines:
        return NONE
    shared = sharing_words(task.qualifier).split("；")
    lines[-1] += next((said for said in shared if said.startswith("等")), "")
    how = "；".join(said for said in shared if not said.startswith("等"))
    if set(named) == {Role.RESPONSIBLE}:
        return lines[0] + how
    return "\n".join([*lines, how] if how else lines)


def deadline(task: KnownTask) -> str | date:
    """The time as printed; a whole day, printed or set by a person where nothing was, as a day."""
    phrase = task.cells[Field.PHRASE]
    if phrase:
        return _whole_day(phrase) or phrase
    if len(task.days) == 1:
        return task.days[0]
    return "、".join(f"{day.year}年{day.month}月{day.day}日" for day in task.days) or NONE


def _whole_day(phrase: str) -> date | None:
    """The day that a phrase is, where the cell's format gives back the phrase as printed."""
    match = _WHOLE_DAY.fullmatch(phrase)
    if match is None or any(part.startswith("0") for part in match.groups()):
        return None
    try:
        return date(*map(int, match.groups()))
    except ValueError:
        return None

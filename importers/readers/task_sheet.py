"""Reading our own task sheet (任务表) when it comes back, whatever program saved it and whatever was added.

The columns are found by their heads, so they may stand in any order and beside others; the row's task by the
mark in its hidden column. Everything is read as text in the one form in which cells are compared.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.cell.read_only import EMPTY_CELL, EmptyCell, ReadOnlyCell
from openpyxl.utils.datetime import from_excel
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from importers.readers import package
from tracker.domain.errors import UnreadableFile
from tracker.domain.task_sheet import (
    BLANK_PAGE,
    FORMAT,
    GREY_HEADS,
    HEADS_WITHIN,
    MAIN_PAGE,
    MARK_HEAD,
    MARKED_PAGE,
    SERIALS,
    TITLE_HINT,
    WORDS_PAGE,
    Base,
    Field,
    Row,
    Sheet,
    digest,
    holds_list_mark,
    tidy,
)

Page = Worksheet | ReadOnlyWorksheet
Place = tuple[Page, int, Mapping[str, int]]
"""The page that is filled in, the row of its heads, and the number of every column of ours by its head."""
AnyCell = Cell | MergedCell | ReadOnlyCell | EmptyCell
_WORKBOOK = "xl/workbook.xml"
_HONEST = 1024 * 1024
_CHANGED = "这份任务表里隐藏的对照内容丢失或被改过，无法比对。请重新下载任务表，把改动抄过去再上传。"
BROKEN = "表格文件已损坏，打不开。请用 Excel 或 WPS 打开，另存为新的 .xlsx 后再上传。"
NO_RESULT = (
    "第{number}行的“{head}”是公式，文件里没有它的结果。请改成文字，或用 Excel、WPS 打开保存一次，再上传。"
)
_ESCAPED = re.compile(r"_x005[fF]_(?=x[0-9A-Fa-f]{4}_)")
"""An underscore that was written out so that `_x0041_` stays text (ST_Xstring, ECMA-376 22.9.2.19)."""
Read = TypeVar("Read")


def belongs_to_plan(data: bytes) -> bool:
    """Whether these bytes are a task sheet of a plan; looks at the names of the pages only."""
    return has_page(data, MARKED_PAGE)


def is_blank_form(data: bytes) -> bool:
    """Whether these bytes are our empty sheet, filled in for a new plan."""
    return has_page(data, BLANK_PAGE)


def has_page(data: bytes, name: str) -> bool:
    """Whether a workbook has a page of this name; reads no more than the list of pages."""
    if not data.startswith(b"PK") or not package.is_soon_listed(data):
        return False
    try:
        # Nothing was admitted yet: the part is read as far as an honest one reaches.
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_WORKBOOK) as part:
            return f'name="{name}"'.encode() in part.read(_HONEST)
    except (KeyError, OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error):
        return False


def read(data: bytes) -> Sheet:
    """The rows of a sheet, and what its hidden page remembers.

    Raises:
        UnreadableFile: it is damaged, a column is gone, or the hidden page was changed.

    """
    return of_book(data, _sheet, place)


def of_book(data: bytes, sheet_of: Callable[[Workbook], Read], place_of: Callable[[Workbook], Place]) -> Read:
    """What `sheet_of` reads in a workbook of ours, that any program may have saved.

    `place_of` says where the rows stand that people fill in.

    Raises:
        UnreadableFile: it is damaged, `sheet_of` misses something, or a formula has no result.

    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns about styles and extensions that it leaves out; none of them is text.
            warnings.simplefilter("ignore")
            book = _opened(data, results=True)
            _require_results(place_of(book), _opened(data, results=False))
            return sheet_of(book)
    except UnreadableFile:
        raise
    except Exception as error:
        # openpyxl meets damaged files with whatever its own code trips over; all of them mean the same here.
        raise UnreadableFile(BROKEN) from error


def _opened(data: bytes, *, results: bool) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=results, keep_links=False)


def _require_results(found: Place, formulas: Workbook) -> None:
    """A formula whose result nobody has saved would read as an empty cell, and so as nothing said.

    Raises:
        UnreadableFile: it names the cell.

    """
    page, heads, columns = found
    written = formulas[page.title]
    assert isinstance(written, Page)
    for (number, cells), (_, told) in zip(
        rows_of(written, heads + 1), rows_of(page, heads + 1), strict=False
    ):
        results = dict(enumerate(told, start=1))
        by_place = dict(enumerate(cells, start=1))
        for head, column in columns.items():
            if getattr(by_place.get(column), "data_type", "") != "f":
                continue
            if results.get(column, EMPTY_CELL).value is None:
                raise UnreadableFile(NO_RESULT.format(number=number, head=head))


def place(book: Workbook) -> Place:
    """Where a task sheet is filled in.

    Raises:
        UnreadableFile: no page has the heads, or a column is gone.

    """
    page = main_page(book)
    heads, columns = columns_of(page)
    return page, heads, {column.label: columns[column.label] for column in Field}


def _sheet(book: Workbook) -> Sheet:
    page = main_page(book)
    heads, columns = columns_of(page)
    read = (_row(cells, number, columns) for number, cells in rows_of(page, heads + 1))
    rows = tuple(row for row in read if row)
    if MARKED_PAGE not in book.sheetnames:
        return Sheet(None, "", _title(page, heads), rows, {}, _names(book))
    plan_id, plan_sha256, title, base = _memory(book[MARKED_PAGE])
    return Sheet(plan_id, plan_sha256, title, rows, base, _names(book))


def _names(book: Workbook) -> tuple[str, ...]:
    """The names that the drop-downs offered, of those that are more than they seem."""
    if WORDS_PAGE not in book.sheetnames:
        return ()
    first = (text_of(cells[0]) for _, cells in rows_of(book[WORDS_PAGE]) if cells)
    return tuple(dict.fromkeys(name for name in first if holds_list_mark(name)))


def rows_of(page: Page, first: int = 1, last: int | None = None) -> Iterator[tuple[int, Sequence[AnyCell]]]:
    """The rows of a page with their numbers; a page of the read-only mode is read once more for it."""
    if isinstance(page, ReadOnlyWorksheet):
        # What the file says of its size may be wrong; WPS writes A1.
        page.reset_dimensions()
    read: Any = page  # the stubs take the two kinds of pages for one
    return enumerate(read.iter_rows(min_row=first, max_row=last), start=first)


def main_page(book: Workbook) -> Page:
    """The page with the tasks, under whatever name.

    Raises:
        UnreadableFile: no page has the heads.

    """
    found = book[MAIN_PAGE] if MAIN_PAGE in book.sheetnames else None
    for page in (found, *book.worksheets):
        if isinstance(page, Page) and page.title not in {MARKED_PAGE, BLANK_PAGE} and _head_row(page):
            return page
    raise UnreadableFile("没有找到任务表的表头（“工作任务”等各栏）。请不要改动表头，可以重新下载一份再填。")


def _head_row(page: Page) -> int:
    for number, cells in rows_of(page, last=HEADS_WITHIN):
        if Field.TEXT.label in {text_of(cell) for cell in cells}:
            return number
    return 0


def columns_of(page: Page) -> tuple[int, dict[str, int]]:
    """The row of the heads, and the number of every column by its head.

    Raises:
        UnreadableFile: a column that is needed is gone.

    """
    heads = _head_row(page)
    columns: dict[str, int] = {}
    for _, cells in rows_of(page, heads, heads):
        for number, cell in enumerate(cells, start=1):
            columns.setdefault(re.sub(r"\s+", "", text_of(cell)), number)
    lost = [head for head in (*(column.label for column in Field), MARK_HEAD) if head not in columns]
    if lost:
        raise UnreadableFile(f"表里少了“{'”“'.join(lost)}”这一栏。请把它加回来，或重新下载任务表再填。")
    return heads, columns


def _row(row: Sequence[AnyCell], number: int, columns: dict[str, int]) -> Row | None:
    by_place = dict(enumerate(row, start=1))
    cells = {column: _value(by_place.get(columns[column.label], EMPTY_CELL), column) for column in Field}
    mark = text_of(by_place.get(columns[MARK_HEAD], EMPTY_CELL))
    if not mark and not any(cells.values()):
        return None
    grey = {name: text_of(by_place.get(columns[name], EMPTY_CELL)) for name in GREY_HEADS if name in columns}
    return Row(number, mark, cells, grey)


def _value(cell: AnyCell, column: Field) -> str:
    if column is Field.DAYS and isinstance(cell.value, int | float) and int(cell.value) in SERIALS:
        # A day in a cell that was given the format of a number.
        day = from_excel(int(cell.value))
        return day.date().isoformat() if isinstance(day, datetime) else ""
    return text_of(cell, iso=column is Field.DAYS)


def text_of(cell: AnyCell, *, iso: bool = False) -> str:
    """What a cell says, in the one form in which cells are compared."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime | date):
        return _day(value, str(getattr(cell, "number_format", "") or ""), iso=iso)
    return tidy(_ESCAPED.sub("_", str(value)))


def _day(value: datetime | date, style: str, *, iso: bool) -> str:
    """A day as its cell shows it: a format without a day names a month."""
    whole = "d" in re.sub(r'"[^"]*"|\[[^\]]*\]', "", style).lower() or "日" in style
    if whole and iso:
        return f"{value:%Y-%m-%d}"
    month = f"{value.year}年{value.month}月"
    return f"{month}{value.day}日" if whole else month


def _title(page: Page, heads: int) -> str:
    """The first line above the heads; what a blank sheet says there is no title."""
    for _, row in rows_of(page, last=max(heads - 2, 1)):
        for cell in row:
            if text := text_of(cell):
                return "" if text == TITLE_HINT else text
    return ""


def _memory(page: Page) -> tuple[int, str, str, dict[int, Base]]:
    """What the hidden page says, when it still adds up."""
    try:
        first, *rest = ([text_of(cell) for cell in row] for _, row in rows_of(page))
        _, version, plan_id, plan_sha256, added_up, title = padded(first, 6)
        if version != FORMAT:
            raise UnreadableFile("这份任务表是别的版本的系统做的。请重新下载任务表，把改动抄过去再上传。")
        base = {int(row[0]): _base(row) for row in rest if any(row)}
        known = int(plan_id)
    except (ValueError, IndexError) as error:
        raise UnreadableFile(_CHANGED) from error
    if digest(known, plan_sha256, base) != added_up:
        raise UnreadableFile(_CHANGED)
    return known, plan_sha256, title, base


def _base(row: Sequence[str]) -> Base:
    _, version, *cells = padded(row, 2 + len(Field) + len(GREY_HEADS))
    # Sheets of older releases remember no grey cells: every task has a number, so without one they did not.
    grey = dict(zip(GREY_HEADS, cells[len(Field) :], strict=True)) if cells[len(Field)] else {}
    return Base(int(version), dict(zip(Field, cells, strict=False)), grey)


def padded(row: Sequence[str], width: int) -> list[str]:
    """A row at its full width: openpyxl ends the page at the last cell with a value."""
    return [*row, *[""] * width][:width]

"""A task sheet or an offline return handed back with what is wrong marked in it (标出错误的表).

It stays the person's own file: its formats, columns and remarks are kept. Wrong cells turn red and carry a
comment; a last column 错误说明 says, row by row, what to do. Marks of an earlier round are taken away first.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from datetime import UTC, datetime

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from importers.readers import return_sheet, task_sheet
from importers.readers.task_sheet import Page
from tracker.domain.errors import UnreadableFile
from tracker.domain.return_sheet import Field as ReturnField
from tracker.domain.sealing import UNDATED, sealed
from tracker.domain.task_sheet import ERROR_HEAD, Field, tidy

Notes = Mapping[int, Sequence[tuple[str, str]]]
"""By row of Excel: the column (a `Field`'s value, or nothing for the whole row) and what is wrong there."""

_Found = tuple[Page, int, dict[str, int]]
"""The page with the heads, their row, and the number of each column by its head."""
_Find = Callable[[Workbook], _Found]
AUTHOR = "台账"
RED = "FFC7CE"
WIDTH = 48
_FILL = PatternFill("solid", start_color=RED)


def mark(data: bytes, notes: Notes) -> bytes:
    """The same task sheet with these notes in it.

    Raises:
        UnreadableFile: the file is no task sheet.

    """
    named = {
        number: [(Field(name).label if name else "", words) for name, words in row]
        for number, row in notes.items()
    }
    return _marked(data, named, _in_task_sheet)


def mark_return(data: bytes, notes: Notes) -> bytes:
    """The same offline return (离线填报表) with these notes in it.

    Raises:
        UnreadableFile: the file is no offline return.

    """
    named = {
        number: [(ReturnField(name).label if name else "", words) for name, words in row]
        for number, row in notes.items()
    }
    return _marked(data, named, _in_return)


def _in_task_sheet(book: Workbook) -> _Found:
    page = task_sheet.main_page(book)
    return page, *task_sheet.columns_of(page)


def _in_return(book: Workbook) -> _Found:
    page = return_sheet.main_page(book)
    return page, *return_sheet.columns_of(page)


def _marked(data: bytes, notes: Notes, find: _Find) -> bytes:
    """The file with notes, each under the head of its column, or under none for the whole row."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns about extensions that it leaves out; none of them is text.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except Exception as error:
        # The file was read before; whatever breaks now means that it is not what was uploaded.
        raise UnreadableFile(task_sheet.BROKEN) from error
    page, heads, columns = find(book)
    assert isinstance(page, Worksheet)  # a book that may be written has no other pages
    _unmark(page, heads)
    place = columns.get(ERROR_HEAD) or _last(page, heads) + 1
    _head(page, heads, place)
    for number, row_notes in notes.items():
        _explain(page, number, place, [f"{head}：{words}" if head else words for head, words in row_notes])
        for head in dict.fromkeys(head for head, _ in row_notes if head):
            said = "\n".join(words for name, words in row_notes if name == head)
            _redden(page, number, columns[head], said)
    of_file = book.properties  # its own stamps stay: the marks are no new edition of the person's words
    created, modified = (moment or UNDATED for moment in (of_file.created, of_file.modified))
    buffer = io.BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue(), made_at=_aware(modified), created=_aware(created))


def _aware(moment: datetime) -> datetime:
    """Openpyxl reads the stamps of a package, which are UTC, without their zone."""
    return moment.replace(tzinfo=moment.tzinfo or UTC)


def _unmark(page: Worksheet, heads: int) -> None:
    """Take away what an earlier round has marked; a colour that the person chose stays."""
    for row in page.iter_rows(min_row=heads + 1):
        for cell in row:
            if isinstance(cell, Cell) and cell.comment is not None and cell.comment.author == AUTHOR:
                cell.comment = None
                if str(cell.fill.start_color.rgb).endswith(RED):
                    cell.fill = PatternFill()


def _last(page: Worksheet, heads: int) -> int:
    """The last column with a head; formats may reach farther."""
    return max(int(cell.column or 0) for cell in page[heads] if cell.value is not None)


def _head(page: Worksheet, heads: int, place: int) -> None:
    beside, cell = page.cell(heads, place - 1), page.cell(heads, place)
    if cell.value is None:
        for name in ("border", "alignment", "fill"):
            setattr(cell, name, copy(getattr(beside, name)))
        cell.value = ERROR_HEAD
        page.column_dimensions[get_column_letter(place)].width = WIDTH
    cell.font = Font(name="宋体", size=11, bold=True, color="C00000")
    for row in range(heads + 1, page.max_row + 1):
        below = page.cell(row, place)
        if isinstance(below, Cell) and below.value is not None:
            below.value = None


def _explain(page: Worksheet, number: int, place: int, said: Sequence[str]) -> None:
    cell = page.cell(number, place)
    cell.value = tidy("\n".join(said))
    cell.data_type = "s"  # whatever a cell that is quoted begins with
    cell.font = Font(name="仿宋", size=11, color="C00000")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    lines = sum(-(-len(words) * 2 // (WIDTH - 2)) for words in said)
    known = page.row_dimensions[number].height
    if known is not None:
        page.row_dimensions[number].height = min(max(known, lines * 16.0 + 6), 409.0)


def _redden(page: Worksheet, number: int, column: int, said: str) -> None:
    cell = page.cell(number, column)
    cell.fill = _FILL
    comment = Comment(tidy(said), AUTHOR)
    comment.width, comment.height = 320, 90
    cell.comment = comment

"""A task sheet handed back with what is wrong marked in it (标出错误的表).

It stays the person's own file: its formats, columns and remarks are kept. Wrong cells turn red and carry a
comment; a last column 错误说明 says, row by row, what to do. Marks of an earlier round are taken away first.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping, Sequence
from copy import copy

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from importers.readers import task_sheet
from tracker.domain.errors import UnreadableFile
from tracker.domain.task_sheet import ERROR_HEAD, Field

Notes = Mapping[int, Sequence[tuple[str, str]]]
"""By row of Excel: the column (a `Field`'s value, or nothing for the whole row) and what is wrong there."""

AUTHOR = "台账"
RED = "FFC7CE"
WIDTH = 48
_FILL = PatternFill("solid", start_color=RED)


def mark(data: bytes, notes: Notes) -> bytes:
    """The same file with these notes in it.

    Raises:
        UnreadableFile: the file is no task sheet.

    """
    try:
        with warnings.catch_warnings():
            # openpyxl warns about extensions that it leaves out; none of them is text.
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)
    except Exception as error:
        # The file was read before; whatever breaks now means that it is not what was uploaded.
        raise UnreadableFile(task_sheet.BROKEN) from error
    page = task_sheet.main_page(book)
    assert isinstance(page, Worksheet)  # a book that may be written has no other pages
    heads, columns = task_sheet.columns_of(page)
    _unmark(page, heads)
    place = columns.get(ERROR_HEAD) or _last(page, heads) + 1
    _head(page, heads, place)
    for number, row_notes in notes.items():
        _explain(page, number, place, [_said(name, words) for name, words in row_notes])
        for column in dict.fromkeys(name for name, _ in row_notes if name):
            said = "\n".join(words for name, words in row_notes if name == column)
            _redden(page, number, columns[Field(column).label], said)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


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


def _said(name: str, words: str) -> str:
    """What is wrong, with the head of its column."""
    return f"{Field(name).label}：{words}" if name else words


def _explain(page: Worksheet, number: int, place: int, said: Sequence[str]) -> None:
    cell = page.cell(number, place)
    cell.value = "\n".join(said)
    cell.font = Font(name="仿宋", size=11, color="C00000")
    cell.alignment = Alignment(vertical="center", wrap_text=True)
    lines = sum(-(-len(words) * 2 // (WIDTH - 2)) for words in said)
    known = page.row_dimensions[number].height
    if known is not None:
        page.row_dimensions[number].height = min(max(known, lines * 16.0 + 6), 409.0)


def _redden(page: Worksheet, number: int, column: int, said: str) -> None:
    cell = page.cell(number, column)
    cell.fill = _FILL
    comment = Comment(said, AUTHOR)
    comment.width, comment.height = 320, 90
    cell.comment = comment

"""Sheets of Excel (.xlsx) that open cleanly and print well; what every exported list shares.

A text is written as a text: openpyxl would make a formula of anything that begins with "=", and Excel makes
one of "+", "-" and "@" when a person edits the cell, so such cells carry the quote prefix (CWE-1236), which
no program shows as part of the text.
Characters that XML forbids are left out, because a single one makes the whole file unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from unicodedata import east_asian_width
from weakref import WeakKeyDictionary

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from tracker.domain.sealing import sealed

Value = str | float | date | None

CELL_LIMIT = 32_767
ROW_LIMIT = 409.0  # points; Excel shows no higher row
_LINE_HEIGHT = 16.0  # points, of a line of 11 points
_PADDING = 6.0
_MARGIN = 1.5  # characters of a column that hold no text
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "'")
"""What Excel takes for a formula, full width or behind a tab too; a quote of its own it would swallow."""
_SHEET_NAME = re.compile(r"[\\/*?:\[\]']")
_A3 = 8  # ST_PaperSize of ECMA-376, 18.3.1.63
_LINE = Side(style="thin", color="BFBFBF")
_BORDER = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
HEAD_FILL = PatternFill("solid", start_color="F2EFE6")


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head, its width in characters, and whether its values stand in the middle."""

    head: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One sheet of a workbook: its name, what stands at the head of its printed pages, its heads and rows."""

    name: str
    title: str
    remark: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]


def clean(text: str) -> str:
    """The text without what a cell cannot hold; line breaks and tabs stay."""
    return _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))[:CELL_LIMIT]


def table(
    title: str,
    remark: str,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    made_at: datetime,
) -> bytes:
    """One sheet with its heads in the first row, as a file.

    The title and the remark stand at the head of every printed page: A3, landscape, as wide as the paper.
    """
    return tables([Page(title, title, remark, columns, rows)], made_at=made_at)


def tables(pages: Sequence[Page], *, made_at: datetime) -> bytes:
    """Several such sheets as one file."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for each in pages:
        _fill(book.create_sheet(clean(_SHEET_NAME.sub("", each.name))[:31] or "台账"), each)
    return saved(book, made_at=made_at)


def _fill(page: Worksheet, wanted: Page) -> None:
    for number, column in enumerate(wanted.columns, start=1):
        page.column_dimensions[get_column_letter(number)].width = column.width
        head(page, (1, number), column)
    for place, row in enumerate(wanted.rows, start=2):
        for number, (column, value) in enumerate(zip(wanted.columns, row, strict=True), start=1):
            write(page, (place, number), value, column)
        page.row_dimensions[place].height = height(wanted.columns, row)
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(wanted.columns))}{len(wanted.rows) + 1}"
    lay_out(page, wanted.title, wanted.remark)


def saved(book: Workbook, *, made_at: datetime) -> bytes:
    """The workbook as a file that says of itself only when it was made; the same facts, the same bytes."""
    book.properties.creator = None
    buffer = BytesIO()
    book.save(buffer)
    return sealed(buffer.getvalue(), made_at=made_at)


def height(columns: Sequence[Column], row: Sequence[Value]) -> float:
    """The height that shows every line: a row without one is guessed, and LibreOffice guesses too low."""
    lines = max(_lines(value, column) for column, value in zip(columns, row, strict=True))
    return min(lines * _LINE_HEIGHT + _PADDING, ROW_LIMIT)


def _lines(value: Value, column: Column) -> int:
    """How many lines a text takes in its column, a Chinese character being two wide."""
    if not isinstance(value, str):
        return 1
    room = max(int((column.width - _MARGIN) // 2), 1) * 2
    return sum(max(-(-_width(line) // room), 1) for line in clean(value).split("\n"))


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def head(page: Worksheet, place: tuple[int, int], column: Column) -> None:
    """Write a column's head."""
    cell = write(page, place, column.head, column)
    cell.font = Font(name="宋体", size=11, bold=True)
    cell.fill = HEAD_FILL
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def write(page: Worksheet, place: tuple[int, int], value: Value, column: Column) -> Cell:
    """Write one value; a text stays a text, whatever it begins with."""
    cell = page.cell(*place)
    assert isinstance(cell, Cell)  # no cell of ours is merged
    _dress(page, cell, centred=column.centred)
    if isinstance(value, str):
        _say(cell, value)
        return cell
    cell.value = value
    if isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def plain(page: Worksheet, place: tuple[int, int], text: str) -> None:
    """Write a text without any look, for pages that nobody is shown; it stays a text as well."""
    cell = page.cell(*place)
    assert isinstance(cell, Cell)  # no cell of ours is merged
    _say(cell, text)


def _say(cell: Cell, text: str) -> None:
    """The one place where a text becomes that of a cell."""
    text = clean(text)
    cell.value = _ESCAPED.sub("_x005F_", text)
    cell.data_type = "s"
    if text.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
"""`_x0041_` would stand for a character in a workbook (ST_Xstring, ECMA-376 22.9.2.19)."""


# A style is looked up by the hash of all that it says, which costs more than the cell itself: each is made
# once for a workbook and its number copied.
_dresses: WeakKeyDictionary[Workbook, dict[bool, StyleArray]] = WeakKeyDictionary()


def _dress(page: Worksheet, cell: Cell, *, centred: bool) -> None:
    """Font, border and place of a plain cell."""
    book = page.parent
    assert book is not None
    known = _dresses.setdefault(book, {})
    if centred in known:
        # openpyxl's own documentation copies a style in this way; its stubs know nothing of it.
        cell._style = copy(known[centred])  # type: ignore[attr-defined]  # noqa: SLF001 - as said above
        return
    cell.font = Font(name="仿宋", size=11)
    cell.border = _BORDER
    cell.alignment = Alignment(horizontal="center" if centred else None, vertical="center", wrap_text=True)
    known[centred] = copy(cell._style)  # type: ignore[attr-defined]  # noqa: SLF001 - as said above


def lay_out(page: Worksheet, title: str, remark: str, *, head_row: int = 1) -> None:
    """Print on A3, landscape, as wide as the paper; title and remark at the head of every page."""
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A3
    page.page_setup.fitToWidth = 1
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{head_row}:{head_row}"
    page.print_options.horizontalCentered = True
    page.page_margins.left = page.page_margins.right = 0.5
    heading, footer = page.HeaderFooter.oddHeader, page.HeaderFooter.oddFooter
    assert heading is not None
    assert footer is not None
    # The blank after a font size keeps a title such as 2026年… from being read as part of the number.
    heading.center.text = f'&"宋体,加粗"&16 {_page_text(title, 80)}' if title else None
    heading.right.text = f'&"仿宋"&10 {_page_text(remark, 80)}' if remark else None
    footer.center.text = "第&P页　共&N页"


def _page_text(text: str, limit: int) -> str:
    """Text of a page's head: "&" is a command there, and all of it may have 255 characters."""
    return clean(text).replace("\n", " ")[:limit].replace("&", "&&")

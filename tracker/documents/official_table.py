"""Tables of official documents: 5 号, set close, heads in 黑体 and repeated on each page."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from tracker.documents.official_layout import TABLE_SIZE, element, off_grid, write
from tracker.documents.titles import measure
from tracker.domain import typefaces

_SHORT, _NARROW = 8, 45.0
"""Characters and millimetres: what is short in a narrow column stands in the middle (a day, a state)."""


def fill(
    document: DocumentObject,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    widths_mm: Sequence[float],
) -> None:
    """A table at the end of the document."""
    table = document.add_table(rows=0, cols=len(header))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, widths_mm, strict=True):
        column.width = Mm(width)
    head = table.add_row()
    whole, repeated = element("cantSplit"), element("tblHeader")
    head._tr.get_or_add_trPr().extend((whole, repeated))  # noqa: SLF001 - python-docx has no name for either
    _row(list(head.cells), header, widths_mm, font=typefaces.FIRST_LEVEL, middle=[True] * len(header))
    middle = middle_of(rows, widths_mm)
    for row in rows:
        line = table.add_row()
        line._tr.get_or_add_trPr().append(element("cantSplit"))  # noqa: SLF001 - nor for a row on one page
        _row(list(line.cells), row, widths_mm, font=typefaces.BODY, middle=middle)


def middle_of(rows: Sequence[Sequence[str]], widths_mm: Sequence[float]) -> list[bool]:
    """Which columns stand in the middle."""
    return [
        width <= _NARROW and all(measure(row[place]) <= _SHORT for row in rows)
        for place, width in enumerate(widths_mm)
    ]


def _row(
    cells: list[_Cell],
    texts: Sequence[str],
    widths_mm: Sequence[float],
    *,
    font: str,
    middle: Sequence[bool],
) -> None:
    for cell, text, width, centred in zip(cells, texts, widths_mm, middle, strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        first, *rest = text.split("\n")
        _line(cell.paragraphs[0], first, font, centred=centred)
        for line in rest:
            _line(cell.add_paragraph(), line, font, centred=centred)


def _line(paragraph: Paragraph, text: str, font: str, *, centred: bool) -> None:
    """A line in a cell: set close, off the page's grid."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    off_grid(paragraph)
    write(paragraph, text, font=font, size=TABLE_SIZE)

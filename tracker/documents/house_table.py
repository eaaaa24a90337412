"""A table of a report set into a template: as the built-in layout sets it, as wide as it says."""

from __future__ import annotations

from collections.abc import Sequence

from docx.shared import Mm
from lxml import etree

from tracker.documents.official_layout import TABLE_SIZE, TIGHTER, element, name_fonts, printable
from tracker.documents.official_table import middle_of
from tracker.domain import typefaces
from tracker.domain.report import Table, plain

_EDGES = ("top", "left", "bottom", "right", "insideH", "insideV")


def table_of(table: Table) -> etree._Element:
    """The table as an element that stands where a paragraph may."""
    made = element("tbl")
    properties = element("tblPr")
    borders = element("tblBorders")
    borders.extend(element(edge, val="single", sz="4", space="0", color="auto") for edge in _EDGES)
    width, place = element("tblW", w="0", type="auto"), element("jc", val="center")
    properties.extend((width, place, borders, element("tblLayout", type="fixed")))
    grid = element("tblGrid")
    grid.extend(element("gridCol", w=_twips(width)) for width in table.widths_mm)
    made.extend((properties, grid))
    rows = [tuple(plain((cell,)) for cell in row) for row in table.rows]
    every = [True] * len(table.header)
    made.append(_row(table.header, table.widths_mm, typefaces.FIRST_LEVEL, every, head=True))
    short = middle_of(rows, table.widths_mm)
    made.extend(_row(row, table.widths_mm, typefaces.BODY, short) for row in rows)
    return made


def _row(
    texts: Sequence[str], widths_mm: Sequence[float], font: str, middle: Sequence[bool], *, head: bool = False
) -> etree._Element:
    made = element("tr")
    properties = element("trPr")
    properties.extend((element("cantSplit"), *((element("tblHeader"),) if head else ())))
    made.append(properties)
    for text, width, centred in zip(texts, widths_mm, middle, strict=True):
        cell = element("tc")
        form = element("tcPr")
        form.extend((element("tcW", w=_twips(width), type="dxa"), element("vAlign", val="center")))
        cell.append(form)
        cell.extend(_paragraph(line, font, centred=centred) for line in text.split("\n"))
        made.append(cell)
    return made


def _paragraph(text: str, font: str, *, centred: bool) -> etree._Element:
    made, form, run, look, said = (element(name) for name in ("p", "pPr", "r", "rPr", "t"))
    form.extend((
        element("snapToGrid", val="0"),
        element("spacing", before="30", after="30", line="240", lineRule="auto"),
        element("ind", firstLine="0"), element("jc", val="center" if centred else "left"),
    ))  # fmt: skip
    fonts = element("rFonts")
    name_fonts(fonts, font)
    size = str(int(TABLE_SIZE.pt * 2))
    look.extend((fonts, element("spacing", val=TIGHTER), element("sz", val=size), element("szCs", val=size)))
    said.text = printable(text)
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    run.extend((look, said))
    made.extend((form, run))
    return made


def _twips(width_mm: float) -> str:
    return str(int(Mm(width_mm).twips))

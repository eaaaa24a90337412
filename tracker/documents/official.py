"""Official documents (公文) as .docx in the layout of GB/T 9704-2012: A4, 22 lines of 28 characters.

The recipe: margins 37/35/28/26 mm, a line grid of 28.95 pt and characters 0.25 pt closer than set. A grid of
lines *and* characters, which is what the standard suggests, gives 14 characters a line in LibreOffice.

Fonts are named, never embedded: 方正小标宋简体 and 仿宋_GB2312 are licensed, and offices have them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tracker.domain.sealing import sealed

TITLE_FONT = "方正小标宋简体"
HEADING_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
LATIN_FONT = "Times New Roman"
BODY_SIZE = Pt(16)
TITLE_SIZE = Pt(22)
TABLE_SIZE = Pt(10.5)
PAGE_NUMBER_SIZE = Pt(14)
CLOSE_SIZE = Pt(12)
CLOSE_PITCH = Pt(20)
CLOSE_HEAD_PITCH = Pt(28)
LINE_PITCH = "579"
TIGHTER = "-5"

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class OfficialDocument:
    """A document under construction; `to_bytes` ends it."""

    def __init__(self, title: str, *, made_at: datetime) -> None:
        self._document: DocumentObject = Document()
        self._breaks = False
        properties = self._document.core_properties
        properties.title = _UNPRINTABLE.sub("", title)
        properties.author = properties.comments = ""
        self._made_at = made_at
        self._prepare_page()
        self._prepare_body_style()
        self._number_pages()
        self.title(title)

    def title(self, text: str) -> None:
        """The title: 2 号小标宋, centred, with a line before the body."""
        paragraph = self._paragraph(text, font=TITLE_FONT, size=TITLE_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._document.add_paragraph()

    def heading(self, text: str) -> None:
        """A first-level heading (一、…): 黑体."""
        self._paragraph(text, font=HEADING_FONT, indent=True)

    def body(self, text: str) -> None:
        """A paragraph of the body: 3 号仿宋, indented by two characters."""
        self._paragraph(text, indent=True)

    def addressee(self, text: str) -> None:
        """Whom it is to (主送机关): flush left."""
        self._paragraph(text)

    def right(self, text: str) -> None:
        """A line at the right edge, four characters in (成文日期, GB/T 9704-2012, 7.3.5)."""
        paragraph = self._paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Pt(64)

    def bar(self, text: str, *, fill: str, ink: str) -> None:
        """A line of 黑体 on a ground of colour, both as RRGGBB; the words say the colour too."""
        paragraph = self._paragraph(text, font=HEADING_FONT)
        paragraph.runs[0].font.color.rgb = RGBColor.from_string(ink)
        ground = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", fill)):
            ground.set(qn(f"w:{name}"), value)
        paragraph._p.get_or_add_pPr().append(ground)  # noqa: SLF001 - python-docx has no name for a ground
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER  # comes behind the ground, as the schema wants it

    def gap(self) -> None:
        """An empty line."""
        self._document.add_paragraph()

    def note(self, text: str) -> None:
        """A line in 黑体, centred, such as one that says what this paper is not yet (草稿)."""
        paragraph = self._paragraph(text, font=HEADING_FONT)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def part(self, title: str, beneath: str) -> None:
        """A piece with a title of its own on a new page: 黑体, centred, with whose it is beneath."""
        self.new_page()
        self.note(title)
        self._paragraph(beneath).alignment = WD_ALIGN_PARAGRAPH.CENTER
        self._document.add_paragraph()

    def new_page(self) -> None:
        """What follows stands on a page of its own."""
        self._breaks = True

    def close_heading(self, text: str) -> None:
        """The head of a working page: 3 号黑体, off the grid."""
        self._close(text, font=HEADING_FONT, size=BODY_SIZE, pitch=CLOSE_HEAD_PITCH)

    def close_line(self, text: str, *, strong: bool = False) -> None:
        """A line of a working page: 小四, set close; `strong` is 黑体."""
        self._close(text, font=HEADING_FONT if strong else BODY_FONT, size=CLOSE_SIZE, pitch=CLOSE_PITCH)

    def _close(self, text: str, *, font: str, size: Pt, pitch: Pt) -> None:
        paragraph = self._paragraph(text, font=font, size=size)
        paragraph.paragraph_format.line_spacing = pitch
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        _off_grid(paragraph)

    def close_table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths_mm: Sequence[float]
    ) -> None:
        """A table in the run of the text, its header repeated on each page."""
        self._rows(header, rows, widths_mm)

    def table(
        self,
        caption: str,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        widths_mm: Sequence[float],
    ) -> None:
        """A table on landscape pages of its own, its header repeated on each."""
        section = self._document.add_section()
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = Mm(297), Mm(210)
        section.top_margin, section.bottom_margin = Mm(28), Mm(26)
        section.left_margin, section.right_margin = Mm(25), Mm(25)
        # LibreOffice turns the page only where the section begins with a paragraph.
        self._paragraph(caption, font=HEADING_FONT)
        self._rows(header, rows, widths_mm)

    def _rows(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], widths_mm: Sequence[float]
    ) -> None:
        table = self._document.add_table(rows=0, cols=len(header))
        table.style = "Table Grid"
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        for column, width in zip(table.columns, widths_mm, strict=True):
            column.width = Mm(width)
        head = table.add_row()
        repeat = OxmlElement("w:tblHeader")
        head._tr.get_or_add_trPr().append(repeat)  # noqa: SLF001 - python-docx has no name for a repeated header
        _fill(list(head.cells), header, widths_mm, font=HEADING_FONT)
        for row in rows:
            line = table.add_row()
            whole = OxmlElement("w:cantSplit")
            line._tr.get_or_add_trPr().append(whole)  # noqa: SLF001 - nor for a row that stays on one page
            _fill(list(line.cells), row, widths_mm, font=BODY_FONT)

    def to_bytes(self) -> bytes:
        """The finished file."""
        buffer = BytesIO()
        self._document.save(buffer)
        return sealed(buffer.getvalue(), made_at=self._made_at)

    def _paragraph(
        self, text: str, *, font: str = BODY_FONT, size: Pt = BODY_SIZE, indent: bool = False
    ) -> Paragraph:
        paragraph = self._document.add_paragraph()
        if self._breaks:
            paragraph.paragraph_format.page_break_before = True
            self._breaks = False
        if indent:
            paragraph.paragraph_format.first_line_indent = Pt(32)
        _write(paragraph, text, font=font, size=size)
        return paragraph

    def _prepare_page(self) -> None:
        section = self._document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(37), Mm(35)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.footer_distance = Mm(25)
        for old in section._sectPr.findall(qn("w:docGrid")):  # noqa: SLF001 - python-docx has no name for the grid
            section._sectPr.remove(old)  # noqa: SLF001
        grid = OxmlElement("w:docGrid")
        grid.set(qn("w:type"), "lines")
        grid.set(qn("w:linePitch"), LINE_PITCH)
        section._sectPr.append(grid)  # noqa: SLF001

    def _prepare_body_style(self) -> None:
        style = self._document.styles["Normal"]
        style.font.size = BODY_SIZE
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        style.paragraph_format.line_spacing = 1.0
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY

    def _number_pages(self) -> None:
        """— 1 — in 4 号宋体 below the text (GB/T 9704-2012, 7.5)."""
        paragraph = self._document.sections[0].footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for text in ("— ", None, " —"):
            run = paragraph.add_run(text or "")
            _set_font(run, "宋体", PAGE_NUMBER_SIZE)
            if text is None:
                field = OxmlElement("w:fldSimple")
                field.set(qn("w:instr"), "PAGE")
                run._r.addnext(field)  # noqa: SLF001 - a field is no run
                number = OxmlElement("w:r")
                field.append(number)


def _write(paragraph: Paragraph, text: str, *, font: str, size: Pt) -> None:
    run = paragraph.add_run(_UNPRINTABLE.sub("", text))
    _set_font(run, font, size)


def _set_font(run: Run, font: str, size: Pt) -> None:
    run.font.size = size
    run.font.name = LATIN_FONT
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx cannot name an East Asian font
    properties.get_or_add_rFonts().set(qn("w:eastAsia"), font)
    spacing = OxmlElement("w:spacing")
    spacing.set(qn("w:val"), TIGHTER)
    properties.append(spacing)


def _fill(cells: list[_Cell], texts: Sequence[str], widths_mm: Sequence[float], *, font: str) -> None:
    for cell, text, width in zip(cells, texts, widths_mm, strict=True):
        cell.width = Mm(width)
        first, *rest = text.split("\n")
        _write_line(cell.paragraphs[0], first, font)
        for line in rest:
            _write_line(cell.add_paragraph(), line, font)


def _write_line(paragraph: Paragraph, text: str, font: str) -> None:
    """A line in a cell: set close, off the page's grid."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1.5)
    _off_grid(paragraph)
    _write(paragraph, text, font=font, size=TABLE_SIZE)


def _off_grid(paragraph: Paragraph) -> None:
    off_grid = OxmlElement("w:snapToGrid")
    off_grid.set(qn("w:val"), "0")
    paragraph._p.get_or_add_pPr().append(off_grid)  # noqa: SLF001 - python-docx has no name for the grid

"""Official documents (公文) as .docx in the layout of GB/T 9704-2012: A4, 22 lines of 28 characters.

Fonts are named, never embedded: 方正小标宋简体 and 仿宋_GB2312 are licensed, and offices have them. How each
piece looks stands in `official_layout`, where a title is broken in `titles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Length, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from tracker.documents import official_layout as layout
from tracker.documents.official_layout import BODY_SIZE, CHARACTER, TITLE_PITCH, TITLE_SIZE, off_grid, write
from tracker.documents.official_table import fill
from tracker.documents.titles import lines_of
from tracker.domain import typefaces
from tracker.domain.sealing import sealed

_LONGEST_PROPERTY = 255
"""Characters that a property of the file may have; the title itself is printed whole."""
CLOSE_SIZE = Pt(12)
CLOSE_PITCH = Pt(20)
CLOSE_HEAD_PITCH = Pt(28)


class OfficialDocument:
    """A document under construction; `to_bytes` ends it.

    `number` is the 发文字号 (青政公开办〔2026〕3号), printed in the middle above the title.
    """

    def __init__(self, title: str, *, made_at: datetime, number: str = "") -> None:
        self._document: DocumentObject = Document()
        self._breaks = False
        self._made_at = made_at
        properties = self._document.core_properties
        properties.title = layout.printable(title)[:_LONGEST_PROPERTY]
        properties.author = properties.comments = ""
        layout.prepare(self._document)
        if number:
            self._paragraph(number).alignment = WD_ALIGN_PARAGRAPH.CENTER
            self.gap()
        self.title(title)

    def title(self, text: str) -> None:
        """The title: 2 号小标宋, centred, in lines that end with whole words, and a line before the body."""
        paragraph = self._paragraph("", font=typefaces.TITLE, size=TITLE_SIZE)
        for number, line in enumerate(lines_of(layout.printable(text))):
            if number:
                paragraph.runs[-1].add_break(WD_BREAK.LINE)
            write(paragraph, line, font=typefaces.TITLE, size=TITLE_SIZE)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.line_spacing = TITLE_PITCH
        off_grid(paragraph)
        self.gap()

    def heading(self, text: str) -> None:
        """A first-level heading (一、…): 黑体."""
        self._heading(text, typefaces.FIRST_LEVEL, 1)

    def second_heading(self, text: str) -> None:
        """A second-level heading (（一）…): 楷体."""
        self._heading(text, typefaces.SECOND_LEVEL, 2)

    def third_heading(self, text: str) -> None:
        """A third-level heading (1．…): 仿宋 as the body, but it stays with what follows."""
        self._heading(text, typefaces.BODY, 3)

    def _heading(self, text: str, font: str, level: int) -> None:
        paragraph = self._paragraph(text, font=font, indent=True)
        paragraph.paragraph_format.keep_with_next = True
        layout.outline(paragraph, level)

    def body(self, text: str) -> None:
        """A paragraph of the body: 3 号仿宋, indented by two characters."""
        self._paragraph(text, indent=True)

    def prose(self, text: str) -> None:
        """A paragraph as a person typed it: its beginning (一、 or （一）) says whether it is a heading."""
        lead, rest = layout.second_level(text)
        if layout.is_first_level(text):
            self.heading(text)
        elif lead and not rest and not lead.endswith("。"):
            self.second_heading(text)
        else:
            paragraph = self._paragraph(lead, font=typefaces.SECOND_LEVEL, indent=True)
            write(paragraph, rest)

    def addressee(self, text: str) -> None:
        """Whom it is to (主送机关): flush left."""
        self._paragraph(text)

    def right(self, text: str) -> None:
        """A line at the right edge, four characters in."""
        self._right(text, 4 * CHARACTER)

    def signature(self, office: str, day: str) -> None:
        """Who sends it and when, with room for a seal: the day four characters in, the name over its middle.

        GB/T 9704-2012, 7.3.5.1 (加盖印章的公文). A name so long that it would leave the page pushes
        the day in.
        """
        self._stay()
        gap = self._document.add_paragraph()
        gap.paragraph_format.keep_with_next = True
        wider = (layout.width_of(office) - layout.width_of(day)) // 2
        day_in = max(4 * CHARACTER, wider)
        self._right(office, day_in - wider).paragraph_format.keep_with_next = True
        self._right(day, day_in)

    def attachments(self, names: Sequence[str]) -> None:
        """附件：1. …, a line below the text, each name under the one before (GB/T 9704-2012, 7.3.4).

        They stay with the end of the text and with the signature behind them.
        """
        if not names:
            return
        self._stay()
        self.gap()
        self._stay()
        single = len(names) == 1
        number_room = 0 if single else int(1.25 * CHARACTER)
        for place, name in enumerate(names, start=1):
            label = "附件：" if place == 1 else ""
            mark = "" if single else f"{place}.\t"
            paragraph = self._paragraph(f"{label}{mark}{name}")
            form = paragraph.paragraph_format
            form.left_indent = Length(5 * CHARACTER + number_room)
            form.first_line_indent = Length(-number_room - (3 * CHARACTER if label else 0))
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
            self._stay()

    def bar(self, text: str, *, fill: str, ink: str) -> None:
        """A line of 黑体 on a ground of colour, both as RRGGBB; the words say the colour too."""
        paragraph = self._paragraph(text, font=typefaces.FIRST_LEVEL)
        paragraph.runs[0].font.color.rgb = RGBColor.from_string(ink)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.ground(paragraph, fill)

    def gap(self) -> None:
        """An empty line."""
        self._document.add_paragraph()

    def note(self, text: str) -> None:
        """A line in 黑体, centred, such as one that says what this paper is not yet (草稿)."""
        paragraph = self._paragraph(text, font=typefaces.FIRST_LEVEL)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def part(self, title: str, beneath: str) -> None:
        """A piece with a title of its own on a new page: 黑体, centred, with whose it is beneath."""
        self.new_page()
        self.note(title)
        self._paragraph(beneath, font=typefaces.SECOND_LEVEL).alignment = WD_ALIGN_PARAGRAPH.CENTER
        self.gap()

    def new_page(self) -> None:
        """What follows stands on a page of its own."""
        self._breaks = True

    def close_heading(self, text: str) -> None:
        """The head of a working page: 3 号黑体, off the grid."""
        self._close(text, font=typefaces.FIRST_LEVEL, size=BODY_SIZE, pitch=CLOSE_HEAD_PITCH)

    def close_line(self, text: str, *, strong: bool = False) -> None:
        """A line of a working page: 小四, set close; `strong` is 黑体."""
        font = typefaces.FIRST_LEVEL if strong else typefaces.BODY
        self._close(text, font=font, size=CLOSE_SIZE, pitch=CLOSE_PITCH)

    def _close(self, text: str, *, font: str, size: Length, pitch: Length) -> None:
        paragraph = self._paragraph(text, font=font, size=size)
        paragraph.paragraph_format.line_spacing = pitch
        paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT
        off_grid(paragraph)

    def close_table(
        self, header: Sequence[str], rows: Sequence[Sequence[str]], *, widths_mm: Sequence[float]
    ) -> None:
        """A table in the run of the text, its header repeated on each page."""
        fill(self._document, header, rows, widths_mm)

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
        section.footer_distance = Mm(15)
        # LibreOffice turns the page only where the section begins with a paragraph.
        self._paragraph(caption, font=typefaces.FIRST_LEVEL)
        fill(self._document, header, rows, widths_mm)

    def to_bytes(self) -> bytes:
        """The finished file; the same words make the same bytes, but for `sealing.STAMPS`."""
        buffer = BytesIO()
        self._document.save(buffer)
        return sealed(buffer.getvalue(), made_at=self._made_at)

    def _right(self, text: str, indent: int) -> Paragraph:
        paragraph = self._paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = Length(indent)
        return paragraph

    def _stay(self) -> None:
        """Keep what was written last with what follows, so that no page holds a signature alone."""
        if self._document.paragraphs:
            self._document.paragraphs[-1].paragraph_format.keep_with_next = True

    def _paragraph(
        self, text: str, *, font: str = typefaces.BODY, size: Length = BODY_SIZE, indent: bool = False
    ) -> Paragraph:
        paragraph = self._document.add_paragraph()
        if self._breaks:
            paragraph.paragraph_format.page_break_before = True
            self._breaks = False
        if indent:
            paragraph.paragraph_format.first_line_indent = Length(2 * CHARACTER)
        if text:
            write(paragraph, text, font=font, size=size)
        return paragraph

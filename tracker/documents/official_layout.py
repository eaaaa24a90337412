"""How an official document (公文) looks, piece by piece: page, grid, typefaces, page numbers, paragraphs.

The recipe: margins 37/35/28/26 mm, a line grid of 28.95 pt and characters 0.25 pt closer than set. A grid of
lines *and* characters, which is what the standard suggests, gives 14 characters a line in LibreOffice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from tracker.domain import typefaces
from tracker.domain.chinese_signs import full_width

BODY_SIZE = Pt(16)
TITLE_SIZE = Pt(22)
TITLE_PITCH = Pt(36)
TABLE_SIZE = Pt(10.5)
PAGE_NUMBER_SIZE = Pt(14)
CHARACTER = Pt(16)
"""A character's room, as indents count them; in a line it is a quarter of a point less (`TIGHTER`)."""
LINE_PITCH = "579"
TIGHTER = "-5"

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def printable(text: str) -> str:
    """The text as a paper sets it: its signs in full width, and nothing in it that no XML may hold."""
    return full_width(_UNPRINTABLE.sub("", text))


def prepare(document: DocumentObject) -> None:
    """Page, grid, body and page numbers of a new document."""
    _page(document)
    _body_style(document)
    _page_numbers(document)
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            document.part.package.rels.pop(key)  # the picture of somebody else's empty page


def _page(document: DocumentObject) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    properties = section._sectPr  # noqa: SLF001 - python-docx has no name for the grid
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("docGrid", type="lines", linePitch=LINE_PITCH))


def _body_style(document: DocumentObject) -> None:
    style = document.styles["Normal"]
    style.font.size = BODY_SIZE
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing = 1.0
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form.widow_control = False  # a full page has 22 lines, whatever the next one begins with
    properties = style.element.get_or_add_pPr()
    for name in ("autoSpaceDE", "autoSpaceDN"):  # 2026年, not 2026 年: no room between digits and characters
        properties.insert_element_before(element(name, val="0"), "w:spacing", "w:jc")
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    name_fonts(fonts, typefaces.BODY)
    # A machine without the typeface looks for one of this language: another has other signs and commas.
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _page_numbers(document: DocumentObject) -> None:
    """— 1 — in 4 号宋体 below the text, right on odd pages and left on even ones (GB/T 9704-2012, 7.5)."""
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    for footer, outside in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = outside
        form = paragraph.paragraph_format
        if outside is WD_ALIGN_PARAGRAPH.RIGHT:
            form.right_indent = PAGE_NUMBER_SIZE
        else:
            form.left_indent = PAGE_NUMBER_SIZE
        _number(paragraph)


def _number(paragraph: Paragraph) -> None:
    size, font = PAGE_NUMBER_SIZE, typefaces.PAGE_NUMBER
    write(paragraph, "— ", font=font, latin=font, size=size)
    field = element("fldSimple", instr="PAGE")
    paragraph._p.append(field)  # noqa: SLF001 - python-docx has no name for a field
    shown = write(paragraph, "1", font=font, latin=font, size=size)  # until a program counts
    field.append(shown._r)  # noqa: SLF001 - as said above
    write(paragraph, " —", font=font, latin=font, size=size)


def write(
    paragraph: Paragraph,
    text: str,
    *,
    font: str = typefaces.BODY,
    size: Length = BODY_SIZE,
    latin: str = typefaces.LATIN,
) -> Run:
    """Words at the end of a paragraph, in their typeface."""
    run = paragraph.add_run(printable(text))
    dress(run, font=font, size=size, latin=latin)
    return run


def dress(
    run: Run, *, font: str = typefaces.BODY, size: Length = BODY_SIZE, latin: str = typefaces.LATIN
) -> None:
    """Give a run its typeface, its size and the distance of its characters."""
    run.font.size = size
    properties = run._r.get_or_add_rPr()  # noqa: SLF001 - python-docx cannot name an East Asian font
    name_fonts(properties.get_or_add_rFonts(), font, latin)
    properties.insert_element_before(
        element("spacing", val=TIGHTER), "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:lang"
    )


def name_fonts(fonts: BaseOxmlElement, east_asian: str, latin: str = typefaces.LATIN) -> None:
    """Name both; the hint makes Chinese signs of the quotation marks and dashes that both have."""
    for name, value in (
        ("hint", "eastAsia"), ("ascii", latin), ("hAnsi", latin), ("eastAsia", east_asian), ("cs", latin),
    ):  # fmt: skip
        fonts.set(qn(f"w:{name}"), value)


def off_grid(paragraph: Paragraph) -> None:
    """Let the lines of a paragraph stand closer than the page's grid."""
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - python-docx has no name for the grid
        element("snapToGrid", val="0"), "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr"
    )


def outline(paragraph: Paragraph, level: int) -> None:
    """Say of which level a heading is, for the navigation pane (导航窗格); it looks no different."""
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - python-docx knows levels of styles only
        element("outlineLvl", val=str(level - 1)), "w:rPr", "w:sectPr", "w:pPrChange"
    )


def ground(paragraph: Paragraph, fill: str) -> None:
    """A ground of colour behind a paragraph, as RRGGBB."""
    paragraph._p.get_or_add_pPr().insert_element_before(  # noqa: SLF001 - python-docx has no name for a ground
        element("shd", val="clear", color="auto", fill=fill),
        "w:tabs", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr", "w:sectPr",
    )  # fmt: skip


def element(name: str, **facts: str) -> BaseOxmlElement:
    """An element of WordprocessingML with these facts about it."""
    made = cast("BaseOxmlElement", OxmlElement(f"w:{name}"))
    for key, value in facts.items():
        made.set(qn(f"w:{key}"), value)
    return made


def width_of(text: str) -> int:
    """The width of a line of the body in EMU: a digit or Latin letter is half a character."""
    return int(sum(0.5 if character.isascii() else 1.0 for character in text) * (CHARACTER - Pt(0.25)))


def second_level(text: str) -> tuple[str, str]:
    """（一）加强领导。成立专班。 → what is in 楷体 and the rest; nothing where the text is no such paragraph.

    A heading of the second level stands alone, or leads its paragraph up to the first full stop.
    """
    if not _SECOND.match(text):
        return "", text
    head, stop, rest = text.partition("。")
    return (head + stop, rest) if len(head) <= _LONGEST_HEAD else ("", text)


def is_first_level(text: str) -> bool:
    """Whether a paragraph is a heading of the first level: 一、总体情况, without a full stop."""
    return bool(_FIRST.match(text)) and text[-1] not in "。；：，" and len(text) <= _LONGEST_HEAD


_FIRST = re.compile(r"[一二三四五六七八九十]{1,3}、\S")
_SECOND = re.compile(r"[（(][一二三四五六七八九十]{1,3}[）)]\S")
_LONGEST_HEAD = 40


def pieces(text: str) -> Iterator[str]:
    """The paragraphs of a text as a person types it, without the blanks that indent them."""
    return (line.strip() for line in text.splitlines() if line.strip())

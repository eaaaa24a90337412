"""Fields in the paragraphs of a Word file: found across runs, and replaced without touching how they look.

Word cuts a line into runs wherever a person has typed, corrected or changed a font, so that {{标题}} may lie
in five of them. The text that takes its place stands in the run where the field begins.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from docx.oxml.ns import qn
from lxml import etree

from tracker.documents.official_layout import is_first_level, printable, second_level
from tracker.domain import typefaces

_MARK = re.compile(r"[{｛]{2}([^{}｛｝]{0,200})[}｝]{2}")
_LEFT_OVER = re.compile(r"[{｛]{2}|[}｝]{2}")
_WIDTHS = str.maketrans({"．": ".", "＃": "#", "／": "/", "　": " "})
_P, _T = qn("w:p"), qn("w:t")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


@dataclass(frozen=True, slots=True)
class Mark:
    """A field where it stands in the text of its paragraph; `sign` is # or / for the ends of a repetition."""

    start: int
    end: int
    name: str
    sign: str = ""


def text_of(paragraph: etree._Element) -> str:
    """The text of a paragraph, without that of boxes which hang on it."""
    return "".join(node.text or "" for node in _texts(paragraph))


def marks_of(paragraph: etree._Element) -> list[Mark]:
    """The fields of a paragraph, from left to right."""
    return list(_marks(text_of(paragraph)))


def has_loose_braces(paragraph: etree._Element) -> bool:
    """Whether braces stand there that open or close no field."""
    return _LEFT_OVER.search(_MARK.sub("", text_of(paragraph))) is not None


def only_mark(paragraph: etree._Element) -> Mark | None:
    """The field that a paragraph holds and nothing else, no picture either."""
    text = text_of(paragraph)
    found = list(_marks(text))
    if len(found) != 1 or text[: found[0].start].strip() or text[found[0].end :].strip():
        return None
    return None if _holds_more(paragraph) else found[0]


def put(paragraph: etree._Element, mark: Mark, text: str) -> None:
    """Set a text in the place of a field; what stands left of it keeps its place."""
    put_all(paragraph, [(mark, text)])


def put_all(paragraph: etree._Element, said: Sequence[tuple[Mark, str]]) -> None:
    """Set texts in the places of fields, which come from left to right; the paragraph is walked once."""
    nodes = _texts(paragraph)
    pieces = [node.text or "" for node in nodes]
    ends = list(accumulate(map(len, pieces)))
    touched: set[int] = set()
    for mark, text in reversed(said):
        number = first = bisect_right(ends, mark.start)
        while number < len(nodes) and (start := ends[number] - len(nodes[number].text or "")) < mark.end:
            piece, left = pieces[number], max(mark.start - start, 0)
            put_in = printable(text) if number == first else ""
            pieces[number] = piece[:left] + put_in + piece[mark.end - start :]
            touched.add(number)
            number += 1
    for number in sorted(touched):
        node = nodes[number]
        node.text = pieces[number]
        node.set(_SPACE, "preserve")
        if "\n" in pieces[number]:
            _break_lines(node)


def show_level(paragraph: etree._Element, text: str) -> None:
    """Set a heading of the first level in 黑体, of the second in 楷体, as the standard has them."""
    font = ""
    if is_first_level(text):
        font = typefaces.FIRST_LEVEL
    elif second_level(text) == (text, "") and not text.endswith("。"):
        font = typefaces.SECOND_LEVEL
    for run in paragraph.iter(qn("w:r")) if font else ():
        look = run.find(qn("w:rPr"))
        if look is None:
            look = etree.Element(qn("w:rPr"))
            run.insert(0, look)
        fonts = look.find(qn("w:rFonts"))
        if fonts is None:
            fonts = etree.Element(qn("w:rFonts"))
            style = look.find(qn("w:rStyle"))
            look.insert(0 if style is None else 1, fonts)
        if qn("w:eastAsiaTheme") in fonts.attrib:
            del fonts.attrib[qn("w:eastAsiaTheme")]
        fonts.set(qn("w:eastAsia"), font)


def _marks(text: str) -> Iterator[Mark]:
    for found in _MARK.finditer(text):
        inside = re.sub(r"\s+", "", found[1].translate(_WIDTHS))
        sign = inside[:1] if inside[:1] in {"#", "/"} else ""
        yield Mark(found.start(), found.end(), inside.removeprefix(sign), sign)


def _texts(paragraph: etree._Element) -> list[etree._Element]:
    return [node for node in paragraph.iter(_T) if next(node.iterancestors(_P)) is paragraph]


def _holds_more(paragraph: etree._Element) -> bool:
    return next(paragraph.iter(qn("w:drawing"), qn("w:pict"), qn("w:object")), None) is not None


def _break_lines(node: etree._Element) -> None:
    """Several lines in one run: a break between each two."""
    first, *rest = (node.text or "").split("\n")
    node.text = first
    after = node
    for line in rest:
        for made in (etree.Element(qn("w:br")), etree.Element(_T)):
            after.addnext(made)
            after = made
        after.text = line
        after.set(_SPACE, "preserve")

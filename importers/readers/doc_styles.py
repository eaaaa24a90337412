"""The styles of a Word 97–2003 file (STSH, [MS-DOC] 2.9.271): which are headings, numbered or hidden."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from importers.readers.doc_file import STYLES, WordFile
from importers.readers.doc_formatting import Look, Shape, apply, look_of

_HEADING = re.compile(r"(?:heading|标题)\s*\d$", re.IGNORECASE)
_PARAGRAPH, _CHARACTER = 1, 2
_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Style:
    heading: bool
    base: int
    shape: Shape
    look: Look


class Styles:
    """The styles by their number in the file; what one leaves open, the one it is based on says."""

    def __init__(self, file: WordFile) -> None:
        sheet = file.table_part(STYLES)
        self._styles = dict(_read(sheet)) if len(sheet) > 6 else {}

    def _chain(self, number: int | None) -> list[Style]:
        chain: list[Style] = []
        while number is not None and number in self._styles and len(chain) < _DEPTH:
            chain.append(self._styles[number])
            number = chain[-1].base
        return chain

    def is_heading(self, number: int) -> bool:
        return any(style.heading for style in self._chain(number))

    def hides(self, number: int | None) -> bool:
        said = (style.look.hidden for style in self._chain(number))
        return next((hidden for hidden in said if hidden is not None), False)

    def list_of(self, number: int) -> tuple[int | None, int | None]:
        """Return the list and the level that a style gives its paragraphs."""
        chain = self._chain(number)
        uses = next((style.shape.list for style in chain if style.shape.list is not None), None)
        level = next((style.shape.level for style in chain if style.shape.level is not None), None)
        return uses, level


def _read(sheet: bytes) -> list[tuple[int, Style]]:
    head = struct.unpack_from("<H", sheet)[0]
    count, base_size = struct.unpack_from("<HH", sheet, 2)
    found: list[tuple[int, Style]] = []
    at = 2 + head
    for number in range(count):
        if at + 2 > len(sheet):
            break
        size = struct.unpack_from("<H", sheet, at)[0]
        style = _style(sheet[at + 2:at + 2 + size], base_size) if size else None
        if style is not None:
            found.append((number, style))
        at += 2 + size + size % 2
    return found


def _style(std: bytes, base_size: int) -> Style | None:
    if len(std) < max(10, base_size) + 2:
        return None
    known, kind, parts = struct.unpack_from("<HHH", std)
    at = base_size
    letters = struct.unpack_from("<H", std, at)[0]
    name = std[at + 2:at + 2 + letters * 2].decode("utf-16-le", "replace")
    at += 2 + letters * 2 + 2
    grpprls: list[bytes] = []
    for _ in range(min(parts & 0xF, 3)):
        if at + 2 > len(std):
            break
        size = struct.unpack_from("<H", std, at)[0]
        grpprls.append(std[at + 2:at + 2 + size])
        at += 2 + size + size % 2
    shape, look = Shape(), Look()
    if kind & 0xF == _PARAGRAPH and grpprls:
        apply(shape, grpprls[0][2:], lambda _: b"")
        look = look_of(grpprls[1]) if len(grpprls) > 1 else look
    elif kind & 0xF == _CHARACTER and grpprls:
        look = look_of(grpprls[0])
    heading = 1 <= known & 0x0FFF <= 9 or _HEADING.match(name.split(",")[0].strip()) is not None \
        or (shape.outline is not None and shape.outline < 9)
    return Style(heading and kind & 0xF == _PARAGRAPH, kind >> 4, shape, look)

"""Which characters of a Word 97–2003 file are shown: not what was deleted, hidden, or instructs a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.readers.doc_file import WordFile
from importers.readers.doc_formatting import Look, characters, look_of
from importers.readers.doc_pieces import Piece, Text
from importers.readers.doc_styles import Styles

GONE = "\x00"
# The ends of paragraphs, cells and rows; a page break has the sign of a section's end.
MARKS = re.compile(r"[\r\x07\x0c]")
_BETWEEN_MARKS = re.compile(r"[^\r\x07\x0c]+")
_FIELD = re.compile(r"[\x13\x14\x15]")


@dataclass(slots=True)
class Visible:
    """The characters, one for each of the file, what is not shown blotted out; marks stay."""

    characters: str = ""
    deleted_marks: set[int] = field(default_factory=set)
    tracked: bool = False


def visible(file: WordFile, text: Text, styles: Styles) -> Visible:
    """Blot out what is not shown."""
    found = Visible()
    gone: list[tuple[int, int]] = list(_instructions(text.characters))
    symbols: list[tuple[int, int, str]] = []
    for start, end, look in _looks(file, text):
        hidden = look.hidden if look.hidden is not None else styles.hides(look.style)
        if (look.inserted or look.deleted) and start < file.body:
            found.tracked = True
        if look.deleted:
            found.deleted_marks.update(
                match.start() for match in MARKS.finditer(text.characters, start, end)
            )
        if look.deleted or hidden:
            gone.append((start, end))
        elif look.symbol:
            symbols.append((start, end, look.symbol))
    if not gone and not symbols:
        found.characters = text.characters
        return found
    shown = list(text.characters)
    for start, end, symbol in symbols:
        # Private letters of a symbol font (boxes, ticks) mean nothing outside it.
        sign = GONE if "\ue000" <= symbol <= "\uf8ff" else symbol
        shown[start:end] = [sign if ch == "(" else ch for ch in shown[start:end]]
    for start, end in gone:
        for match in _BETWEEN_MARKS.finditer(text.characters, start, end):
            shown[match.start():match.end()] = GONE * (match.end() - match.start())
    found.characters = "".join(shown)
    return found


def _looks(file: WordFile, text: Text) -> Iterator[tuple[int, int, Look]]:
    """Yield the runs that are not plain, by characters of the document."""
    runs = characters(file)
    for piece in text.pieces:
        if piece.properties:
            yield piece.start, piece.end, look_of(piece.properties)
        for start, end, look in runs.between(piece.offset, piece.byte_of(piece.end)):
            yield _character(piece, start), _character(piece, end), look


def _character(piece: Piece, byte: int) -> int:
    return piece.start + (byte - piece.offset + piece.width - 1) // piece.width


def _instructions(characters: str) -> Iterator[tuple[int, int]]:
    """Yield what stands between the signs of each field, up to its result.

    A sign without its partner, in a cut file, hides nothing.
    """
    begun: list[tuple[int, int | None]] = []
    for match in _FIELD.finditer(characters):
        sign, at = match.group(), match.start()
        if sign == "\x13":
            begun.append((at, None))
        elif begun and sign == "\x14":
            begun[-1] = (begun[-1][0], at)
        elif begun:
            start, result = begun.pop()
            yield start, at if result is None else result

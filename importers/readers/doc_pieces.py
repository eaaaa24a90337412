"""The text of a Word 97–2003 file (the piece table, [MS-DOC] 2.4.1 and 2.9.38).

The text lies in the main stream in pieces, in the order in which it was typed; a table says in which order
they are read. A piece is of one byte a character (Western letters only) or of two (UTF-16). One character
position (cp) is one UTF-16 unit, so that a rare character outside the basic plane takes two.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from importers.readers.doc_file import BROKEN, PIECES, WordFile, part
from importers.readers.doc_sprms import short_form
from tracker.domain.errors import UnreadableFile

_WESTERN = "".join(bytes((byte,)).decode("cp1252", errors="replace") for byte in range(256)).replace("�", " ")
_MAX_EXTRAS = 0x3FFF


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters `start` to `end` of the document; they stand at byte `offset`, `width` bytes each."""

    start: int
    end: int
    offset: int
    width: int
    properties: bytes

    def byte_of(self, position: int) -> int:
        return self.offset + (position - self.start) * self.width


@dataclass(frozen=True, slots=True)
class Text:
    """All the characters of the file in reading order, and where each stands."""

    characters: str
    pieces: tuple[Piece, ...]
    _starts: tuple[int, ...]

    def piece_at(self, position: int) -> Piece:
        return self.pieces[bisect_right(self._starts, position) - 1]


def _decoded(raw: bytes, width: int) -> str:
    if width == 1:
        return raw.decode("latin-1").translate(_WESTERN)
    text = raw.decode("utf-16-le", "surrogatepass")
    if len(text) * 2 != len(raw):
        text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw)))
    return text


def whole(text: str) -> str:
    """Join the halves of characters outside the basic plane."""
    if not any("\ud800" <= ch <= "\udfff" for ch in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _table(clx: bytes) -> tuple[list[bytes], bytes]:
    """Return the modifiers that pieces may point to, and the table of pieces itself."""
    extras: list[bytes] = []
    at = 0
    while at + 3 <= len(clx) and clx[at] == 1 and len(extras) <= _MAX_EXTRAS:
        size = int.from_bytes(clx[at + 1:at + 3], "little")
        extras.append(part(clx, at + 3, size))
        at += 3 + size
    if at + 5 > len(clx) or clx[at] != 2:
        raise UnreadableFile(BROKEN)
    return extras, part(clx, at + 5, int.from_bytes(clx[at + 1:at + 5], "little"))


def _properties(prm: int, extras: list[bytes]) -> bytes:
    if not prm & 1:
        return short_form(prm) if prm else b""
    return extras[prm >> 1] if prm >> 1 < len(extras) else b""


def text_of(file: WordFile) -> Text:
    """Put the text together.

    Raises:
        UnreadableFile: there is no table of pieces, or a piece lies outside the stream.

    """
    extras, table = _table(file.table_part(PIECES))
    count = (len(table) - 4) // 12
    # Pieces do not overlap, so there are no more characters than bytes.
    wanted = file.body + file.notes + file.boxes
    if count < 1 or wanted > len(file.word):
        raise UnreadableFile(BROKEN)
    positions = struct.unpack_from(f"<{count + 1}I", table)
    pieces: list[Piece] = []
    texts: list[str] = []
    for index, (start, end) in enumerate(pairwise(positions)):
        if start >= wanted:
            break
        if end == start:
            continue
        if end < start or start != (pieces[-1].end if pieces else 0):
            raise UnreadableFile(BROKEN)
        _, where, prm = struct.unpack_from("<HIH", table, (count + 1) * 4 + index * 8)
        narrow = bool(where & 0x40000000)
        offset, width = (where & 0x3FFFFFFF) // (2 if narrow else 1), 1 if narrow else 2
        # The last piece may claim more than there is, never less than the document needs.
        end = min(end, wanted)
        texts.append(_decoded(part(file.word, offset, (end - start) * width), width))
        pieces.append(Piece(start, end, offset, width, _properties(prm, extras)))
    if not pieces or pieces[-1].end < file.body:
        raise UnreadableFile(BROKEN)
    return Text("".join(texts), tuple(pieces), tuple(piece.start for piece in pieces))

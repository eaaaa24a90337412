"""Small Word 97–2003 files, byte by byte: what Word writes and LibreOffice does not.

Fast-saved files of several pieces, text of one byte a character, modifiers on a piece, properties in the Data
stream, rows without a definition. Only what a reader looks at is filled in.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

_SECTOR = 512
_TEXT_AT = 1536
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
MARKS = "\r\x07\x0c"

Grpprl = bytes


def sprm(code: int, operand: bytes) -> Grpprl:
    return struct.pack("<H", code) + operand


IN_TABLE = sprm(0x2416, b"\x01")
ROW_END = IN_TABLE + sprm(0x2417, b"\x01")
DELETED = sprm(0x0800, b"\x01")
INSERTED = sprm(0x0801, b"\x01")
HIDDEN = sprm(0x083C, b"\x01")


def nested(depth: int, *, cell: bool = False, row: bool = False) -> Grpprl:
    """Paragraph properties inside `depth` tables; the marks of inner cells and rows are properties."""
    return IN_TABLE + sprm(0x6649, struct.pack("<i", depth)) + (sprm(0x244B, b"\x01") if cell or row else b"") \
        + (sprm(0x244C, b"\x01") if row else b"")


def row(borders: Sequence[int], flags: Sequence[int] = ()) -> Grpprl:
    """The definition of a row: borders in twentieths of a point, and for each cell its merge flags."""
    count = len(borders) - 1
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    body = struct.pack("<B", count) + struct.pack(f"<{count + 1}h", *borders) + cells
    return sprm(0xD608, struct.pack("<H", len(body) + 1) + body)


def character_styles(*styles: tuple[int | None, Grpprl]) -> bytes:
    """A style sheet: the number of the style that each is based on, and what it says of characters."""
    sheet = struct.pack("<HHH", 4, len(styles), 10)
    for base, says in styles:
        based_on = 0xFFF if base is None else base
        std = struct.pack("<HHH4x", 0x0FFE, based_on << 4 | 2, 1) + struct.pack("<HHH", 1, ord("隐"), 0)
        std += struct.pack("<H", len(says)) + says
        sheet += struct.pack("<H", len(std)) + std + bytes(len(std) % 2)
    return sheet


@dataclass(frozen=True)
class Piece:
    """Text in UTF-16 units (a character outside the basic plane as its two halves)."""

    text: str
    narrow: bool = False
    modifier: Grpprl = b""


@dataclass
class WordBinary:
    """The pieces of a document, the properties of its paragraphs in order, and of its characters by run."""

    pieces: list[Piece]
    paragraphs: list[Grpprl | None] = field(default_factory=list)
    runs: list[tuple[int, int, Grpprl]] = field(default_factory=list)
    data: bytes = b""
    styles: bytes = b""
    version: int = 0x00C1
    flags: int = 0x0200
    body: int | None = None

    def to_bytes(self) -> bytes:
        text, spans, places = self._text()
        word = bytearray(_TEXT_AT) + text
        word += bytes(-len(word) % _SECTOR)
        papx, chpx = self._paragraph_pages(word, places), self._character_pages(word, places)
        table = bytearray()
        pairs = {12: (0, len(chpx)), 13: (len(chpx), len(papx))}
        table += chpx + papx
        clx = self._pieces(spans)
        pairs[33] = (len(table), len(clx))
        table += clx
        pairs[1] = (len(table), len(self.styles))
        table += self.styles
        length = sum(len(piece.text) for piece in self.pieces) if self.body is None else self.body
        struct.pack_into("<HH", word, 0, 0xA5EC, self.version)
        struct.pack_into("<H", word, 10, self.flags)
        struct.pack_into("<i", word, 76, length)
        struct.pack_into("<H", word, 152, 93)
        for index, pair in pairs.items():
            struct.pack_into("<II", word, 154 + index * 8, *pair)
        return compound({"WordDocument": bytes(word), "1Table": bytes(table), "Data": self.data})

    def _text(self) -> tuple[bytes, list[tuple[int, int]], list[tuple[int, int]]]:
        """Return the bytes of all pieces, each piece's (offset, width), and each character's (offset, width)."""
        raw, spans, places = b"", [], []
        for piece in self.pieces:
            width = 1 if piece.narrow else 2
            spans.append((_TEXT_AT + len(raw), width))
            places += [(_TEXT_AT + len(raw) + index * width, width) for index in range(len(piece.text))]
            raw += piece.text.encode(*(("cp1252",) if piece.narrow else ("utf-16-le", "surrogatepass")))
        return raw, spans, places

    def _pieces(self, spans: list[tuple[int, int]]) -> bytes:
        extras, entries, positions, at = b"", b"", [0], 0
        known = 0
        for piece, (offset, width) in zip(self.pieces, spans, strict=True):
            prm = 0
            if piece.modifier:
                extras += struct.pack("<BH", 1, len(piece.modifier)) + piece.modifier
                prm, known = known << 1 | 1, known + 1
            where = offset * 2 | 0x40000000 if width == 1 else offset
            entries += struct.pack("<HIH", 0, where, prm)
            at += len(piece.text)
            positions.append(at)
        table = struct.pack(f"<{len(positions)}I", *positions) + entries
        return extras + struct.pack("<BI", 2, len(table)) + table

    def _paragraph_pages(self, word: bytearray, places: list[tuple[int, int]]) -> bytes:
        """Append a page for each paragraph that has properties, and return the table of the pages."""
        everything = "".join(piece.text for piece in self.pieces)
        bounds, pages = [], []
        given = iter(self.paragraphs)
        begins = [at for at, piece in zip(_begins(self.pieces), self.pieces, strict=True) for _ in piece.text]
        start = 0
        for index, character in enumerate(everything):
            if character not in MARKS:
                continue
            grpprl = next(given, b"")
            # A paragraph of several pieces has its properties where its mark stands.
            first = max(start, begins[index])
            low, high = places[first][0], places[index][0] + places[index][1]
            start = index + 1
            if grpprl is None or low >= high:
                continue
            papx = struct.pack("<H", 0) + grpprl
            papx += bytes(len(papx) % 2)
            page = bytearray(_SECTOR)
            struct.pack_into("<II", page, 0, low, high)
            at = _SECTOR - 4 - len(papx)
            at -= at % 2
            page[8] = at // 2
            page[at:at + 2 + len(papx)] = bytes((0, len(papx) // 2)) + papx
            page[-1] = 1
            bounds.append(low)
            pages.append(len(word) // _SECTOR)
            word += page
        return struct.pack(f"<{len(bounds) + 1}I", *bounds, len(word)) + struct.pack(f"<{len(pages)}I", *pages)

    def _character_pages(self, word: bytearray, places: list[tuple[int, int]]) -> bytes:
        bounds, pages = [], []
        for start, end, grpprl in self.runs:
            page = bytearray(_SECTOR)
            struct.pack_into("<II", page, 0, places[start][0], places[end - 1][0] + places[end - 1][1])
            page[8] = 200
            page[400:401 + len(grpprl)] = bytes((len(grpprl),)) + grpprl
            page[-1] = 1
            bounds.append(places[start][0])
            pages.append(len(word) // _SECTOR)
            word += page
        return struct.pack(f"<{len(bounds) + 1}I", *bounds, len(word)) + struct.pack(f"<{len(pages)}I", *pages)


def _begins(pieces: Sequence[Piece]) -> list[int]:
    """Return the first character of each piece."""
    return [sum(len(piece.text) for piece in pieces[:index]) for index in range(len(pieces))]


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file with these streams at its root ([MS-CFB], version 3)."""
    body, chain, entries = b"", [], []
    for name, content in streams.items():
        padded = content + bytes(max(4096 - len(content), -len(content) % _SECTOR))
        first = len(body) // _SECTOR
        body += padded
        sectors = len(padded) // _SECTOR
        chain += [*range(first + 1, first + sectors), _END]
        entries.append((name, 2, first, len(padded)))
    directory = len(body) // _SECTOR
    root = [("Root Entry", 5, _END, 0), *entries]
    raw = b""
    for index, (name, kind, first, size) in enumerate(root):
        label = name.encode("utf-16-le") + b"\x00\x00"
        right = index + 1 if 0 < index < len(root) - 1 else _FREE
        child = 1 if kind == 5 and len(root) > 1 else _FREE
        raw += label.ljust(64, b"\x00") + struct.pack("<HBBIII", len(label), kind, 1, _FREE, right, child)
        raw += bytes(36) + struct.pack("<II", first, size) + bytes(4)
    raw += bytes(-len(raw) % _SECTOR)
    body += raw
    chain += [*range(directory + 1, directory + len(raw) // _SECTOR), _END]
    fats = 1
    while (len(chain) + fats) * 4 > fats * _SECTOR:
        fats += 1
    first_fat = len(chain)
    chain += [_FAT] * fats
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(fats * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<9I", 0, fats, directory, 0, 4096, _END, 0, _END, 0)
    head += struct.pack(f"<{fats}I", *range(first_fat, first_fat + fats)).ljust(436, b"\xff")
    return head + body + fat

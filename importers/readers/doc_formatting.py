"""Which properties a character or a paragraph of a Word 97–2003 file has ([MS-DOC] 2.4.6, 2.8.5, 2.9.53).

Properties are kept for runs of bytes of the main stream (not of characters), on pages of 512 bytes. Most runs
share few distinct sets, so each set is understood once.
"""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from importers.readers import doc_sprms as sprm
from importers.readers.doc_file import BROKEN, CHARACTER_PAGES, PARAGRAPH_PAGES, WordFile, part
from importers.readers.doc_sprms import sprms
from tracker.domain.errors import UnreadableFile

_PAGE = 512
_PLACE = 13  # bytes a paragraph takes in its page's index
_DEEPEST = 30


@dataclass(frozen=True, slots=True)
class Look:
    """What the reader wants to know about characters."""

    deleted: bool = False
    inserted: bool = False
    hidden: bool | None = None
    style: int | None = None
    symbol: str = ""


@dataclass(slots=True)
class Shape:
    """What the reader wants to know about a paragraph; `known` tells that the file says anything at all."""

    style: int = 0
    list: int | None = None
    level: int | None = None
    outline: int | None = None
    in_table: bool = False
    row_end: bool = False
    depth: int = 0
    inner_cell: bool = False
    inner_row_end: bool = False
    known: bool = False
    row: bytes = field(default=b"", repr=False)

    @property
    def nesting(self) -> int:
        """How many tables the paragraph stands in."""
        return min(_DEEPEST, max(self.depth, 1 if self.in_table or self.row_end else 0))


def look_of(grpprl: bytes) -> Look:
    deleted = inserted = False
    hidden: bool | None = None
    style: int | None = None
    symbol = ""
    for code, operand in sprms(grpprl):
        if code == sprm.C_DELETED:
            deleted = bool(operand[0])
        elif code == sprm.C_INSERTED:
            inserted = bool(operand[0])
        elif code == sprm.C_HIDDEN:
            # 0x80: as the style says; 0x81: the other way round (styles that hide are hardly ever undone).
            hidden = None if operand[0] == 0x80 else bool(operand[0] & 1)
        elif code == sprm.C_STYLE:
            style = int.from_bytes(operand, "little")
        elif code == sprm.C_SYMBOL:
            symbol = chr(int.from_bytes(operand[2:], "little"))
    return Look(deleted, inserted, hidden, style, symbol)


def apply(shape: Shape, grpprl: bytes, elsewhere: Callable[[int], bytes]) -> None:
    """Apply paragraph properties; `elsewhere` fetches those that were too long for their page."""
    of_row = False
    for code, operand in sprms(grpprl):
        if code == sprm.P_STYLE:
            shape.style = int.from_bytes(operand, "little")
        elif code == sprm.P_LIST:
            shape.list = int.from_bytes(operand, "little")
        elif code == sprm.P_LEVEL:
            shape.level = operand[0]
        elif code == sprm.P_OUTLINE:
            shape.outline = operand[0]
        elif code == sprm.P_IN_TABLE:
            shape.in_table = bool(operand[0])
        elif code == sprm.P_ROW_END:
            shape.row_end = bool(operand[0])
        elif code == sprm.P_DEPTH:
            shape.depth = int.from_bytes(operand, "little", signed=True)
        elif code == sprm.P_DEPTH_CHANGE:
            shape.depth += int.from_bytes(operand, "little", signed=True)
        elif code == sprm.P_INNER_CELL:
            shape.inner_cell = bool(operand[0])
        elif code == sprm.P_INNER_ROW_END:
            shape.inner_row_end = bool(operand[0])
        elif code in sprm.P_ELSEWHERE:
            # What stands elsewhere points nowhere else: an honest file takes one step, a loop takes many.
            apply(shape, elsewhere(int.from_bytes(operand, "little")), lambda _: b"")
        elif code >> 10 & 7 == sprm.ROW_GROUP:
            of_row = True
    if of_row:
        shape.row += grpprl


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Runs(Generic[T]):
    """Runs of bytes in order, each with its properties."""

    starts: list[int]
    ends: list[int]
    values: list[T]

    def at(self, offset: int) -> T | None:
        index = bisect_right(self.starts, offset) - 1
        return self.values[index] if index >= 0 and offset < self.ends[index] else None

    def between(self, start: int, end: int) -> Iterator[tuple[int, int, T]]:
        index = max(0, bisect_right(self.starts, start) - 1)
        while index < len(self.starts) and self.starts[index] < end:
            if self.ends[index] > start:
                yield max(start, self.starts[index]), min(end, self.ends[index]), self.values[index]
            index += 1


def _sorted(found: list[tuple[int, int, T]]) -> Runs[T]:
    found.sort(key=lambda run: run[:2])
    return Runs([run[0] for run in found], [run[1] for run in found], [run[2] for run in found])


def _pages(file: WordFile, index: int) -> Iterator[tuple[int, int, bytes]]:
    """Yield the pages with the bytes of text for which each is asked; what else stands on a page is stale."""
    table = file.table_part(index)
    count = (len(table) - 4) // 8
    # Each entry is a page of its own; more entries than pages would read the same page over and over.
    if count > len(file.word) // _PAGE:
        raise UnreadableFile(BROKEN)
    if count < 1:
        return
    bounds = struct.unpack_from(f"<{count + 1}I", table)
    after = 0
    for number in range(count):
        page = struct.unpack_from("<I", table, (count + 1) * 4 + number * 4)[0] & 0x3FFFFF
        low, after = max(after, bounds[number]), max(after, bounds[number + 1])
        if low < after:
            yield low, after, part(file.word, page * _PAGE, _PAGE)


def characters(file: WordFile) -> Runs[Look]:
    """Return the runs of characters that differ from plain text in something the reader wants to know."""
    plain = Look()
    seen: dict[bytes, Look] = {b"": plain}
    found: list[tuple[int, int, Look]] = []
    for low, high, page in _pages(file, CHARACTER_PAGES):
        count = page[-1]
        if (count + 1) * 4 + count >= _PAGE:
            raise UnreadableFile(BROKEN)
        bounds = struct.unpack_from(f"<{count + 1}I", page)
        for index in range(count):
            at = page[(count + 1) * 4 + index] * 2
            grpprl = page[at + 1:at + 1 + page[at]] if at else b""
            look = seen.get(grpprl)
            if look is None:
                look = seen[grpprl] = look_of(grpprl)
            start, end = max(low, bounds[index]), min(high, bounds[index + 1])
            if look != plain and start < end:
                found.append((start, end, look))
    return _sorted(found)


def paragraphs(file: WordFile) -> Runs[Shape]:
    """Return the runs of paragraphs with their properties, the style's own not among them."""
    def elsewhere(offset: int) -> bytes:
        size = int.from_bytes(file.data[offset:offset + 2], "little")
        return file.data[offset + 2:offset + 2 + size]

    seen: dict[bytes, Shape] = {}
    found: list[tuple[int, int, Shape]] = []
    for low, high, page in _pages(file, PARAGRAPH_PAGES):
        count = page[-1]
        if (count + 1) * 4 + count * _PLACE >= _PAGE:
            raise UnreadableFile(BROKEN)
        bounds = struct.unpack_from(f"<{count + 1}I", page)
        for index in range(count):
            start, end = max(low, bounds[index]), min(high, bounds[index + 1])
            if start >= end:
                continue
            papx = _papx(page, page[(count + 1) * 4 + index * _PLACE] * 2)
            shape = seen.get(papx)
            if shape is None:
                shape = seen[papx] = Shape(int.from_bytes(papx[:2], "little"), known=True)
                apply(shape, papx[2:], elsewhere)
            found.append((start, end, shape))
    return _sorted(found)


def _papx(page: bytes, at: int) -> bytes:
    """Return style and properties of a paragraph; their length is counted in pairs of bytes, in two ways."""
    if not at or at + 2 > _PAGE:
        return b""
    if page[at]:
        return page[at + 1:at + page[at] * 2]
    return page[at + 2:at + 2 + page[at + 1] * 2]

"""The head of a Word 97–2003 file (FIB, [MS-DOC] 2.5): which variety it is, and where everything stands."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from importers.readers.compound import Compound
from tracker.domain.errors import UnreadableFile

BROKEN = "文件已损坏或没有下载完整，打不开。请重新下载，或用 Word、WPS 打开修复，另存为 .docx 后再上传。"
_LOCKED = "这个文件加了打开密码，无法读取。请取消密码保护，另存后再上传。"

_WORD_97 = 0xA5EC
# Word 97 writes 0xC1; its own empty document, on which many files of that time are based, has 0xC0.
_FIRST_VERSION = 0x00C0
_PAIRS_AT = 154
_HEAD = 154

# Places in the list of (offset, length) pairs.
STYLES = 1
SECTIONS = 6
CHARACTER_PAGES = 12
PARAGRAPH_PAGES = 13
PIECES = 33
SHAPES = 40
TEXT_BOXES = 56
LISTS = 73
LIST_USES = 74


def part(data: bytes, start: int, size: int) -> bytes:
    """Return `size` bytes from `start`.

    Raises:
        UnreadableFile: they are not all there.

    """
    if start < 0 or size < 0 or start + size > len(data):
        raise UnreadableFile(BROKEN)
    return data[start:start + size]


@dataclass(frozen=True, slots=True)
class WordFile:
    """The streams of one document, and the lengths of its texts in characters."""

    word: bytes
    table: bytes
    data: bytes
    body: int
    notes: int
    boxes: int

    def table_part(self, index: int) -> bytes:
        """Return a structure of the table stream by its place in the list; empty where there is none.

        Raises:
            UnreadableFile: it ends outside the stream.

        """
        start, size = self.place(index)
        return part(self.table, start, size) if size else b""

    def place(self, index: int) -> tuple[int, int]:
        count = struct.unpack_from("<H", self.word, _PAIRS_AT - 2)[0]
        at = _PAIRS_AT + index * 8
        if index >= count or at + 8 > len(self.word):
            return 0, 0
        start, size = struct.unpack_from("<II", self.word, at)
        return start, size


def is_known(word: bytes) -> bool:
    """Whether the main stream is of Word 97 or later, which this reader reads itself."""
    if len(word) < _HEAD:
        return False
    magic, version = struct.unpack_from("<HH", word)
    return bool(magic == _WORD_97 and version >= _FIRST_VERSION)


def word_file(compound: Compound) -> WordFile:
    """Read the head and gather the streams of a document of a known variety.

    Raises:
        UnreadableFile: it is encrypted or damaged.

    """
    word = compound.read("WordDocument") or b""
    flags = struct.unpack_from("<H", word, 10)[0]
    if flags & 0x0100:
        raise UnreadableFile(_LOCKED)
    table = compound.read("1Table" if flags & 0x0200 else "0Table")
    if table is None:
        raise UnreadableFile(BROKEN)
    body, notes, heads, macros, remarks, ends, boxes = struct.unpack_from("<7i", word, 76)
    if min(body, notes, heads, macros, remarks, ends, boxes) < 0:
        raise UnreadableFile(BROKEN)
    return WordFile(
        word, table, compound.read("Data") or b"", body, notes + heads + macros + remarks + ends, boxes,
    )

"""Automatic numbering of a Word 97–2003 file ([MS-DOC] 2.9.131 to 2.9.150, PlfLst and PlfLfo).

A paragraph names a use of a list (LFO, counted from 1) and a level; the use names the list (LST) and may
begin it anew. How the numbers are written is told as in .docx, so that both count and write alike.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from importers.readers.doc_file import LIST_USES, LISTS, WordFile
from importers.readers.doc_pieces import whole
from importers.readers.numbering import Counter, Level

_LIST_SIZE = 28
_USE_SIZE = 16
_LEVEL_HEAD = 28
_LEVELS = 9
# What .docx calls the number formats that the file counts; the others are written as plain numbers.
_STYLES = {
    1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 10: "ideographDigital",
    11: "japaneseCounting", 14: "decimalFullWidth", 17: "japaneseDigitalTenThousand",
    18: "decimalEnclosedCircle", 19: "decimalFullWidth2", 22: "decimalZero", 23: "bullet",
    26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen", 28: "decimalEnclosedCircleChinese",
    33: "taiwaneseCounting", 35: "taiwaneseCountingThousand", 37: "chineseCounting",
    38: "chineseLegalSimplified", 39: "chineseCountingThousand", 44: "koreanDigital2", 255: "none",
}


@dataclass(frozen=True, slots=True)
class _Use:
    name: int
    levels: dict[int, Level]
    restarts: dict[int, int]


class Lists:
    """The lists of one document, counting as paragraphs pass by in reading order."""

    def __init__(self, file: WordFile) -> None:
        self._counter = Counter()
        self._uses = _uses(file.table_part(LIST_USES), _lists(file))

    def label(self, number: int | None, level: int | None) -> str:
        """Return what Word shows before the next paragraph of this list and level, or nothing."""
        use = self._uses.get(number or 0)
        level = level or 0
        if use is None or level not in use.levels:
            return ""
        return self._counter.label(use.name, number, level, use.levels, use.restarts)


def _lists(file: WordFile) -> dict[int, dict[int, Level]]:
    """Return the levels of each list: the table names the lists, their levels follow behind it."""
    table = file.table_part(LISTS)
    if len(table) < 2:
        return {}
    count = struct.unpack_from("<H", table)[0]
    start, size = file.place(LISTS)
    at = start + size
    lists: dict[int, dict[int, Level]] = {}
    for index in range(min(count, (len(table) - 2) // _LIST_SIZE)):
        head = 2 + index * _LIST_SIZE
        name = struct.unpack_from("<i", table, head)[0]
        simple = table[head + 26] & 1
        levels = lists.setdefault(name, {})
        for number in range(1 if simple else _LEVELS):
            level, at = _level(file.table, at)
            if level is None:
                return lists
            levels[number] = level
    return lists


def _level(table: bytes, at: int) -> tuple[Level | None, int]:
    if at + _LEVEL_HEAD + 2 > len(table):
        return None, at
    start, style = struct.unpack_from("<iB", table, at)
    after_character, after_paragraph = table[at + 24], table[at + 25]
    at += _LEVEL_HEAD + after_character + after_paragraph
    if at + 2 > len(table):
        return None, at
    letters = struct.unpack_from("<H", table, at)[0]
    if at + 2 + letters * 2 > len(table):
        return None, at
    pattern = table[at + 2:at + 2 + letters * 2].decode("utf-16-le", "surrogatepass")
    # In the file the number of level n stands as the character n, in .docx as %n+1.
    pattern = "".join(f"%{ord(ch) + 1}" if ord(ch) < _LEVELS else ch for ch in pattern)
    pattern = "".join(ch for ch in whole(pattern) if ch >= " " and not "\ue000" <= ch <= "\uf8ff")
    return Level(_STYLES.get(style, "decimal"), pattern, max(0, min(start, 0x7FFF))), at + 2 + letters * 2


def _uses(table: bytes, lists: dict[int, dict[int, Level]]) -> dict[int, _Use]:
    if len(table) < 4:
        return {}
    count = min(struct.unpack_from("<I", table)[0], (len(table) - 4) // _USE_SIZE)
    at = 4 + count * _USE_SIZE
    uses: dict[int, _Use] = {}
    for index in range(count):
        name, _, _, changes = struct.unpack_from("<iIIB", table, 4 + index * _USE_SIZE)
        levels = dict(lists.get(name, {}))
        restarts: dict[int, int] = {}
        at += 4
        for _ in range(changes):
            if at + 8 > len(table):
                break
            start, flags = struct.unpack_from("<iI", table, at)
            at += 8
            level = flags & 0xF
            if flags & 0x20:
                own, at = _level(table, at)
                if own is not None:
                    levels[level] = own
                    start = own.start
            if flags & 0x10:
                restarts[level] = max(0, min(start, 0x7FFF))
        uses[index + 1] = _Use(name, levels, restarts)
    return uses

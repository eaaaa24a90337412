"""Text boxes (文本框) of a Word 97–2003 file: which text belongs to which anchor in the body.

The texts of all boxes stand one after the other behind the body ([MS-DOC] 2.8.32, PlcftxbxTxt); each names
its shape, and the shapes name the character in the body to which they hang (2.8.37, PlcSpa).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from importers.readers.doc_file import SHAPES, TEXT_BOXES, WordFile

_BOX = 22
_SHAPE = 26


@dataclass(frozen=True, slots=True)
class Box:
    """Characters `start` to `end` of the file are shown in a box that hangs at `anchor`, if that is known."""

    start: int
    end: int
    anchor: int | None


def boxes(file: WordFile) -> list[Box]:
    """Return the boxes in the order of the file; one that only continues another has no text of its own."""
    table = file.table_part(TEXT_BOXES)
    count = max(0, (len(table) - 4) // (4 + _BOX))
    if not file.boxes or not count:
        return []
    anchors = _anchors(file)
    bounds = struct.unpack_from(f"<{count + 1}I", table)
    first = file.body + file.notes
    found: list[Box] = []
    for index in range(count):
        head = (count + 1) * 4 + index * _BOX
        reusable, _, shape = struct.unpack_from("<HII", table, head + 8)
        start, end = bounds[index], min(bounds[index + 1], file.boxes)
        if not reusable and start < end and (not found or first + start >= found[-1].end):
            found.append(Box(first + start, first + end, anchors.get(shape)))
    return found


def _anchors(file: WordFile) -> dict[int, int]:
    table = file.table_part(SHAPES)
    count = max(0, (len(table) - 4) // (4 + _SHAPE))
    positions = struct.unpack_from(f"<{count}I", table) if count else ()
    return {
        struct.unpack_from("<I", table, (count + 1) * 4 + index * _SHAPE)[0]: position
        for index, position in enumerate(positions)
    }

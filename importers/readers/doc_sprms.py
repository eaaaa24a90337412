"""Property modifiers (sprm, [MS-DOC] 2.2.5): the small commands in which Word 97–2003 says what text is.

A run of them is a grpprl. Each is a code of two bytes, whose upper three bits tell the operand's size.
"""

from __future__ import annotations

from collections.abc import Iterator

# Characters
C_DELETED = 0x0800
C_INSERTED = 0x0801
C_HIDDEN = 0x083C
C_STYLE = 0x4A30
C_SYMBOL = 0x6A09
# Paragraphs
P_STYLE = 0x4600
P_LEVEL = 0x260A
P_LIST = 0x460B
P_OUTLINE = 0x2640
P_IN_TABLE = 0x2416
P_ROW_END = 0x2417
P_DEPTH = 0x6649
P_DEPTH_CHANGE = 0x664A
P_INNER_CELL = 0x244B
P_INNER_ROW_END = 0x244C
# Properties too long for their page: an offset into the Data stream, where the rest of the commands stands.
P_ELSEWHERE = frozenset({0x6645, 0x6646, 0x646B})
# Table rows; the group number stands in bits 10 to 12 of the code
ROW_GROUP = 5
T_DEFINITION = 0xD608
T_OLD_DEFINITION = 0xD606
T_MERGE = 0x5624
T_SPLIT = 0x5625
T_VERTICAL_MERGE = 0xD62B
T_WIDTHS = 0x7623

_TABS = 0xC615
_SIZES = (1, 1, 2, 4, 2, 2, 0, 3)
# The one-byte form of a modifier on a piece (Prm0): its own small numbers for the codes that matter here.
_SHORT = {
    0x0C: P_LEVEL, 0x18: P_IN_TABLE, 0x19: P_ROW_END, 0x41: C_DELETED, 0x42: C_INSERTED, 0x5C: C_HIDDEN,
    0x78: P_OUTLINE,
}


def sprms(grpprl: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield code and operand of each command; what stands cut off at the end is left out."""
    at, end = 0, len(grpprl)
    while at + 3 <= end:
        code = grpprl[at] | grpprl[at + 1] << 8
        at += 2
        size, skip = _SIZES[code >> 13], 0
        if not size:
            if code in {T_DEFINITION, T_OLD_DEFINITION}:
                # The only length of two bytes, and it counts one of them.
                size, skip = int.from_bytes(grpprl[at:at + 2], "little") + 1, 2
            elif code == _TABS and grpprl[at] == 255:
                deleted = grpprl[at + 1] if at + 1 < end else 0
                added = at + 2 + deleted * 4
                size, skip = 3 + deleted * 4 + (grpprl[added] if added < end else 0) * 3, 1
            else:
                size, skip = grpprl[at] + 1, 1
        # A row's definition may leave out its last cells; they are then plain ones.
        if at + size > end and code != T_DEFINITION:
            return
        yield code, grpprl[at + skip:at + size]
        at += size


def short_form(prm: int) -> bytes:
    """Return the grpprl that a piece's one-byte modifier stands for."""
    code = _SHORT.get(prm >> 1 & 0x7F)
    return b"" if code is None else bytes((code & 0xFF, code >> 8, prm >> 8))

"""Cells without a grid (散落的单元格): which column each piece of a flattened row belongs to.

A row as wide as its header is taken column by column, unless the looks of its cells contradict. Otherwise
the looks decide: a number, a marked heading (also one broken over several lines), the requirement, then
from the header's right side units by role, people and a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from importers import marks
from importers.columns import Piece, RowPieces
from importers.headers import Role
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units, names_units
from importers.source import Span

_FRAGMENT = 24
_SERIAL = re.compile(r"\d{1,3}[.、]?|[一二三四五六七八九十]{1,3}[、.]?")
CODE = re.compile(r"[A-Za-z]{1,3}[-—－]?\d{1,3}|[A-Za-z]?\d{1,3}(?:[-—－.]\d{1,3}){1,2}")
"""A number of a row that is more than a count: A-01, 1.2, 3-1."""


@dataclass(frozen=True, slots=True)
class Bit:
    """One cell as a line or a part of a line."""

    span: Span
    ref: str
    value: str


def row_of(bits: list[Bit], roles: list[Role]) -> RowPieces:
    trimmed = list(bits)
    while len(trimmed) > len(roles) and not trimmed[-1].value:
        trimmed.pop()
    if len(trimmed) == len(roles):
        row = _placed(trimmed, roles)
        if row is not None:
            return row
    elif len(trimmed) < len(roles) and (row := _without_last(trimmed, roles)):
        return row
    return sorted_row([bit for bit in bits if bit.value], roles)


def _placed(bits: list[Bit], roles: list[Role]) -> RowPieces | None:
    """A row as wide as its header: a cell under each column, unless the looks contradict."""
    units = [bit for bit, role in zip(bits, roles, strict=True) if role in UNIT_ROLES and bit.value]
    times = [bit for bit, role in zip(bits, roles, strict=True) if role == "deadline" and bit.value]
    if not units or not all(names_units(bit.value) for bit in units):
        return None
    if any(len(bit.value) > 40 for bit in times):
        return None
    row = RowPieces()
    content: list[Bit | None] = []
    for bit, role in zip(bits, roles, strict=True):
        if role == "number" or (role == "content" and re.fullmatch(r"\d{1,3}", bit.value)):
            row.number = bit.value or row.number
        elif role == "content":
            content.append(bit if bit.value else None)
        else:
            assign(row, role, bit)
    filled = [bit for bit in content if bit is not None]
    if not filled:
        return None
    requirement = max(filled, key=lambda bit: len(bit.value))
    row.text = Piece((requirement.span,), requirement.ref)
    before = content[:content.index(requirement)]
    row.headings = [Piece((bit.span,), bit.ref) if bit is not None else None for bit in before]
    row.notes += [Piece((bit.span,), bit.ref) for bit in content[len(before) + 1:] if bit is not None]
    return row


def _without_last(bits: list[Bit], roles: list[Role]) -> RowPieces | None:
    """A row whose last cells (备注, 进展) are empty and left no trace, where all before look their part."""
    held = roles[:len(bits)]
    if any(role in {*UNIT_ROLES, "deadline"} for role in roles[len(bits):]) or "deadline" not in held:
        return None
    for bit, role in zip(bits, held, strict=True):
        if role == "number" and not _SERIAL.fullmatch(bit.value):
            return None
        if role == "deadline" and not looks_like_deadline(bit.value):
            return None
    return _placed(bits, held)


def assign(row: RowPieces, role: Role, bit: Bit) -> None:
    """Add a cell to what a row holds of that role."""
    if not bit.value:
        return
    piece = Piece((bit.span,), bit.ref)
    if role in UNIT_ROLES:
        held = row.units.get(role)
        row.units[role] = Piece((*held.spans, *piece.spans), held.ref) if held else piece
    elif role == "deadline":
        before = row.deadline.spans if row.deadline else ()
        row.deadline = Piece((*before, *piece.spans), piece.ref)
    elif role == "person":
        row.people.append(piece)
    else:
        row.notes.append(piece)


def sorted_row(bits: list[Bit], roles: list[Role]) -> RowPieces:
    """Cells without a sure place: marked headings, number, requirement, then the columns of the right."""
    row = RowPieces()
    left: list[Bit] = []
    rest = list(bits)
    right: list[Role] = [role for role in roles[last_content(roles) + 1:] if role != "content"]
    named = [role for role in right if role in {*UNIT_ROLES, "deadline"}]
    units_first = bool(named) and named[0] in UNIT_ROLES
    while rest and not (left and _is_right(rest[0], left, right)
                        and not (units_first and _speaks_of_time(rest))):
        left.append(rest.pop(0))
    _sort_left(row, left, roles)
    _sort_right(row, rest, right)
    return row


def last_content(roles: list[Role]) -> int:
    """The last content column before the units."""
    unit = next((index for index, role in enumerate(roles) if role in {*UNIT_ROLES,
        "deadline", "person"}), len(roles))
    return max((index for index, role in enumerate(roles[:unit]) if role == "content"), default=-1)


def _is_requirement(value: str) -> bool:
    return len(value) > _FRAGMENT or value.endswith(("。", "；", ";"))


def _is_right(bit: Bit, left: list[Bit], right: list[Role]) -> bool:
    """Whether a cell belongs to the columns after the requirement."""
    plain = [each.value for each in left if not marks.mark_at(each.value, 0, len(each.value))]
    long = any(len(each.value) >= 8 and not re.fullmatch(r"\d{1,3}", each.value) for each in left)
    if len(left) < 2 and not long and not any(_is_requirement(value) for value in plain):
        return False
    if marks.mark_at(bit.value, 0, len(bit.value)) or re.fullmatch(r"\d{1,3}", bit.value):
        return False
    if any(role in UNIT_ROLES for role in right) and names_units(bit.value):
        return True
    if "person" in right[:1] and is_name(bit.value) and len(left) > 1:
        return True
    return "deadline" in right and looks_like_deadline(bit.value) and len(bit.value) <= _FRAGMENT \
        and not bit.value.endswith("。") \
        and (len(bit.value) <= _TITLE or _DATED.search(bit.value) is not None)


_DATED = re.compile(r"\d|[前底内]")


def _speaks_of_time(rest: list[Bit]) -> bool:
    """Whether a cell that reads like a time stands before the units, so it is a requirement: 对…长期公示."""
    return not names_units(rest[0].value) and looks_like_deadline(rest[0].value) \
        and any(names_units(bit.value) for bit in rest[1:])


def is_name(value: str) -> bool:
    """Whether a cell looks like the names of persons: 张青、李某; 长期 is a time."""
    return re.fullmatch(r"[一-鿿]{2,4}(?:[、，, ][一-鿿]{2,4})*", value) is not None \
        and not looks_like_deadline(value) and not value.endswith(("前", "后", "底", "末", "内"))


_TITLE = 12
_WHOLE = 13


def _is_title(bit: Bit) -> bool:
    return len(bit.value) <= _TITLE and bit.value[-1] not in "，,、；;。：:"


def _is_whole(bit: Bit) -> bool:
    return len(bit.value) >= _WHOLE


def _sort_left(row: RowPieces, left: list[Bit], roles: list[Role]) -> None:
    marked: dict[str, list[Bit]] = {}
    order: list[str] = []
    plain: list[Bit] = []
    open_style = ""
    for bit in left:
        mark = marks.mark_at(bit.value, 0, len(bit.value))
        if re.fullmatch(r"\d{1,3}[.、]?", bit.value) or (
                "number" in roles and row.number is None and CODE.fullmatch(bit.value)):
            row.number = bit.value
            open_style = ""
        elif mark is not None and mark.style.startswith("chinese") and len(bit.value) <= 80:
            if mark.style not in marked:
                order.append(mark.style)
            marked.setdefault(mark.style, []).append(bit)
            open_style = "" if bit.value.endswith(("。", "；")) else mark.style
        elif open_style and len(bit.value) <= _FRAGMENT and bit is not left[-1]:
            marked[open_style].append(bit)
            if bit.value.endswith(("。", "；")):
                open_style = ""
        else:
            open_style = ""
            plain.append(bit)
    level = {"chinese": 0, "chinese-bracket": 1}
    styles = max((level.get(style, 0) for style in order), default=-1) + 1
    row.headings = [None] * styles
    for style in order:
        bits = marked[style]
        row.headings[level.get(style, 0)] = Piece(tuple(bit.span for bit in bits), bits[0].ref)
    content = sum(1 for role in roles if role == "content")
    if len(plain) == 2 and content == 1 and not order and _is_title(plain[0]) and _is_whole(plain[1]):
        # One word of the header stands over two columns, of which the first heads the second.
        row.headings = [Piece((plain[0].span,), plain[0].ref)]
        plain = plain[1:]
    elif len(plain) > 1 and not order and content > 1:
        short = [bit for bit in plain[:-1] if len(bit.value) <= _FRAGMENT and not bit.value.endswith(
            "。"
        )][:content - 1]
        while short and short != plain[:len(short)]:
            short.pop()
        row.headings = [Piece((bit.span,), bit.ref) for bit in short]
        plain = plain[len(short):]
    if plain:
        row.text = Piece(tuple(bit.span for bit in plain), plain[0].ref)
    elif order:
        last = marked[order[-1]]
        row.text = Piece(tuple(bit.span for bit in last), last[0].ref)
        row.headings[level.get(order[-1], 0)] = None


def _sort_right(row: RowPieces, rest: list[Bit], right: list[Role]) -> None:
    unit_roles = [role for role in right if role in UNIT_ROLES]
    named: list[list[Bit]] = []
    timed = any(looks_like_deadline(bit.value) and not looks_like_units(bit.value) for bit in rest)
    for bit in rest:
        if unit_roles and names_units(bit.value) and row.deadline is None:
            if named and (named[-1][-1].value.endswith((
                "、", ",", "，")) or bit.value.startswith(("、", ","))):
                named[-1].append(bit)
            else:
                named.append([bit])
        elif "person" in right and is_name(bit.value):
            row.people.append(Piece((bit.span,), bit.ref))
        elif "deadline" in right and row.deadline is None and (
                looks_like_deadline(bit.value) or (named and not timed)):
            row.deadline = Piece((bit.span,), bit.ref)
        elif "person" in right:
            row.people.append(Piece((bit.span,), bit.ref))
        else:
            row.notes.append(Piece((bit.span,), bit.ref))
    for index, bits in enumerate(named):
        role = unit_roles[min(index, len(unit_roles) - 1)]
        for bit in bits:
            assign(row, role, bit)

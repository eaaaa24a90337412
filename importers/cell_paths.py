"""Cells a line under a header of another order (责任单位 first, 时限 before the units).

Where content comes first and units follow, the looks of the cells alone tell the rows. Under other orders
the way through the header is sought that fits all cells best: each cell costs what it looks unlike its
column, each column that a row leaves out costs what its absence is worth; merged and empty cells leave no
line. The cheapest way wins, and ends before the first row that does not fit.
"""

from __future__ import annotations

from importers.cells import CODE, Bit, assign, is_name
from importers.columns import Piece, RowPieces
from importers.flat_rows import serial
from importers.headers import Role
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units

_SHORT = 24
_TOLD = 6
_UNFIT = 5.0
_MOST = 1500
_LEFT_OUT: dict[Role, float] = {"note": 0.2, "content": 0.7, "person": 1.0, "number": 1.0}


def is_unusual(roles: list[Role]) -> bool:
    """Whether units stand before all content, a time or persons before the first units,
    or a note (启动时间) before the time.
    """
    places = {role: [index for index, each in enumerate(roles) if each == role] for role in set(roles)}
    units = [index for index, role in enumerate(roles) if role in UNIT_ROLES]
    if not units or "content" not in places:
        return False
    times = places.get("deadline", [])
    people = [] if roles[0] == "number" else places.get("person", [])
    notes = [] if roles[0] == "number" else places.get("note", [])
    return units[0] < min(places["content"]) or any(place < units[0] for place in (*times, *people)) \
        or any(units[0] < place < time for place in notes for time in times)


def _settled(roles: list[Role]) -> tuple[int, list[Role]]:
    """The column of the requirement; content behind the units is a note where some stands before."""
    first = next(index for index, role in enumerate(roles) if role in UNIT_ROLES)
    content = [index for index, role in enumerate(roles) if role == "content"]
    text = max((index for index in content if index < first), default=content[-1])
    return text, ["note" if index > text and role == "content" else role for index, role in enumerate(roles)]


def rows(bits: list[Bit], roles: list[Role]) -> list[list[tuple[Bit, int]]]:
    """The rows, each cell with its column, up to the first that does not fit."""
    bits = bits[:_MOST]
    text, roles = _settled(roles)
    skips = [8.0 if index == text else _LEFT_OUT.get(role, 0.8) for index, role in enumerate(roles)]
    before = [sum(skips[:index]) for index in range(len(roles) + 1)]
    whole = before[-1]
    best: list[list[tuple[float, int, bool]]] = []
    for number, bit in enumerate(bits):
        costs = []
        for column in range(len(roles)):
            own = _cost(bit.value, roles[column], text=column == text)
            if not number:
                costs.append((own + before[column], -1, True))
                continue
            options = []
            for last, (cost, _, _) in enumerate(best[-1]):
                if last < column:
                    options.append((cost + before[column] - before[last + 1], last, False))
                elif last == column:
                    more = 0.7 if roles[column] in UNIT_ROLES and looks_like_units(bit.value) else 2.5
                    options.append((cost + more, last, False))
                options.append((cost + whole - before[last + 1] + before[column], last, True))
            cost, came, new = min(options)
            costs.append((cost + own, came, new))
        best.append(costs)
    return _fitting(_traced(bits, best, [whole - each for each in before[1:]]), roles, text, skips)


def _traced(
    bits: list[Bit], best: list[list[tuple[float, int, bool]]], ends: list[float],
) -> list[list[tuple[Bit, int]]]:
    found: list[list[tuple[Bit, int]]] = []
    row: list[tuple[Bit, int]] = []
    column = min(range(len(ends)), key=lambda each: best[-1][each][0] + ends[each]) if bits else 0
    for index in range(len(bits) - 1, -1, -1):
        _, came, new = best[index][column]
        row.append((bits[index], column))
        if new:
            found.append(row[::-1])
            row = []
        column = came
    return found[::-1]


_WORST = 8.0


def _fitting(
    found: list[list[tuple[Bit, int]]], roles: list[Role], text: int, skips: list[float],
) -> list[list[tuple[Bit, int]]]:
    fit: list[list[tuple[Bit, int]]] = []
    for row in found:
        held = {column for _, column in row}
        unlike = sum(_cost(bit.value, roles[column], text=column == text) for bit, column in row)
        missing = sum(skip for index, skip in enumerate(skips) if index not in held)
        if unlike >= _UNFIT or unlike + missing >= _WORST:
            break
        fit.append(row)
    return fit


def _cost(value: str, role: Role, *, text: bool) -> float:
    """How much a cell looks unlike what its column asks for."""
    if role in UNIT_ROLES:
        return 0.0 if looks_like_units(value) else 6.0
    time = len(value) <= _SHORT and looks_like_deadline(value)
    if role == "deadline":
        return 0.0 if time else 6.0
    count = CODE.fullmatch(value) is not None or serial(value) is not None
    if role == "number":
        return 0.0 if count else 8.0
    if role == "person":
        return 0.0 if is_name(value) else 4.0
    if role == "note":
        return 0.5 if len(value) <= _SHORT else 2.0
    cost = 4.0 if count else 3.0 if time or (len(value) <= _SHORT and looks_like_units(value)) else 0.0
    if text:
        return cost + (1.0 if len(value) < _TOLD else 0.0)
    return cost + (2.0 if len(value) > _SHORT else 0.0)


def pieces(row: list[tuple[Bit, int]], roles: list[Role]) -> RowPieces:
    """The cells of a row by the roles of their columns."""
    text, roles = _settled(roles)
    held = RowPieces(headings=[None] * sum(1 for role in roles[:text] if role == "content"))
    for bit, column in row:
        role = roles[column]
        if column == text:
            spans = held.text.spans if held.text else ()
            held.text = Piece((*spans, bit.span), bit.ref)
        elif role == "content":
            level = sum(1 for each in roles[:column] if each == "content")
            held.headings[level] = Piece((bit.span,), bit.ref)
        elif role == "number":
            held.number = bit.value
        else:
            assign(held, role, bit)
    return held

"""Rows of a flattened table that tell their own bounds (有序号的行), and headers over two rows.

Where a header begins with 序号 and the lines below count 1, 2, 3 by themselves, each row is what stands
between two numbers, whatever its cells look like. A header word over several columns (责任分工) gives way to
the words below it (牵头单位, 配合单位).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise, takewhile

from importers import marks
from importers.cells import Bit, row_of
from importers.clause import printed
from importers.column_roles import DONE_BY
from importers.columns import Piece, TableBuilder, TableReading
from importers.headers import Role, role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.marks import number_of
from importers.people import WITH_PERSON

_SERIAL = re.compile(r"(?:\d{1,3}|[一二三四五六七八九十百]{1,4})[.．、]?")
_OVER_UNITS = re.compile(r"(?:责任|任务)?分工|(?:责任|负责|落实)?(?:单位|部门)|责任落实")
_OVER_STAGES = re.compile(r".{0,6}(?:进度|序时|阶段|时间)(?:安排|计划|要求|目标|进度)?")
_MONTHS = re.compile(r"\d{1,2}\s*[-—－~～至]+\s*\d{1,2}月份?")
_BEHIND = re.compile(r"(?:备?注|说明|附件|联系人)\s*[\d]?[:：.、]")
_ITEM = re.compile(r"\d{1,2}[.．、](?!\d)\s*\S{3}|[(（]\d{1,2}[)）]\s*\S{3}")
_TIME = re.compile(r"\d|[每全年上下第长持即]")
_SHORT = 12
_COUNTED = 2
_LETTERS = re.compile(r"[一-鿿]")
_SECTION = 30


def serial(value: str) -> int | None:
    """The number that a cell consists of: 3, 三, 3."""
    return number_of(value.rstrip(".．、")) if _SERIAL.fullmatch(value) else None


def roles_of(header: list[Bit]) -> list[Role]:
    """A role for each header word; of several times the one by which work is to be done counts."""
    roles: list[Role] = [role_of(bit.value) or "content" for bit in header]
    times = [index for index, role in enumerate(roles) if role == "deadline"]
    best = next((index for index in times if DONE_BY.search(header[index].value)), times[0] if times else 0)
    return ["note" if index in times and index != best else role for index, role in enumerate(roles)]


def two_rows(above: list[Bit], below: list[Bit], header: list[Bit]) -> list[Bit]:
    """The words of a header over two lines, column by column where both are as wide."""
    words = [bit for bit in below if bit.value]
    if len(above) == len(below) and (len(words) < len(below) or len(header) < len(above)):
        return [low if low.value else high for high, low in zip(above, below, strict=True)]
    return settled([*header, *words])


def settled(header: list[Bit]) -> list[Bit]:
    """Put the words that stand last, below a word over several columns, where that word stands."""
    if (both := _two_under(header)) is not None:
        return both
    for over, is_under in ((_OVER_UNITS, _is_units), (_OVER_STAGES, _is_stage)):
        last = len(header)
        while last and is_under(header[last - 1].value):
            last -= 1
        under = header[last:]
        place = next((index for index, bit in enumerate(header[:last]) if over.fullmatch(bit.value)), None)
        if len(under) > 1 and place is not None:
            return [*header[:place], *under, *header[place + 1:last]]
    return header


def _two_under(header: list[Bit]) -> list[Bit] | None:
    """Words under two others: 责任单位 | 时间安排 above 牵头 | 配合 | 启动时间 | 完成时间."""
    above = [next((index for index, bit in enumerate(header) if over.fullmatch(bit.value)), None)
             for over in (_OVER_UNITS, _OVER_STAGES)]
    units, stages = above
    if units is None or stages is None or units > stages:
        return None
    first = next((index for index in range(stages + 1, len(header)) if _is_units(header[index].value)), None)
    if first is None:
        return None
    last = first
    while last < len(header) and _is_units(header[last].value):
        last += 1
    named, times = header[first:last], header[last:]
    if len(named) < _UNDER or len(times) < _UNDER or not all(
            role_of(bit.value) == "deadline" or _is_stage(bit.value) for bit in times):
        return None
    return [*header[:units], *named, *header[units + 1:stages], *times, *header[stages + 1:first]]


_UNDER = 2


def _is_units(word: str) -> bool:
    return role_of(word) in UNIT_ROLES


def _is_stage(word: str) -> bool:
    return role_of(word) == "note" or _MONTHS.fullmatch(word) is not None


def with_people(header: list[Bit]) -> frozenset[Role]:
    """The roles whose header asks for a person beside each unit: 牵头单位（责任人）."""
    return frozenset(role for bit in header if (role := role_of(bit.value)) in UNIT_ROLES
                     and WITH_PERSON.search(bit.value))


def aligned(bits: list[Bit], roles: list[Role]) -> Iterator[list[Bit]]:
    """The rows of a table without numbers where no cell is missing: each looks as its column asks."""
    good = _agreeing(bits, roles)
    while len(good) < _COUNTED and roles[-1] == "note" and len(roles) > _COUNTED:
        # A last column (备注) that is empty in all rows leaves no line.
        roles = roles[:-1]
        good = _agreeing(bits, roles)
    if roles[:1] != ["number"] and len(good) >= _COUNTED and any(role in UNIT_ROLES for role in roles):
        yield from good


def _agreeing(bits: list[Bit], roles: list[Role]) -> list[list[Bit]]:
    rows = [bits[start:start + len(roles)] for start in range(0, len(bits), len(roles))]
    return list(takewhile(lambda row: _agrees(row, roles), rows))


def _agrees(row: list[Bit], roles: list[Role]) -> bool:
    if len(row) != len(roles):
        return False
    looks: dict[Role, Callable[[str], bool]] = dict.fromkeys(UNIT_ROLES, looks_like_units)
    looks["deadline"] = looks_like_deadline
    return all(looks[role](bit.value) for bit, role in zip(row, roles, strict=True) if role in looks) \
        and not any(len(bit.value) <= _SHORT and _TIME.match(bit.value) and looks_like_deadline(bit.value)
                    for bit, role in zip(row, roles, strict=True) if role == "content")


def numbered(bits: list[Bit], roles: list[Role]) -> Iterator[list[Bit]]:
    """The rows that end where the next number stands; the last row where its length is that of the others."""
    lead = 1 if len(bits) > 1 and _is_section(bits[0].value) else 0
    if roles[:1] != ["number"] or not bits or serial(bits[lead].value) != 1:
        return
    starts = [lead]
    for index, bit in enumerate(bits):
        if serial(bit.value) == len(starts) + 1 and index - starts[-1] >= min(3, len(roles)) \
                and index - starts[-1] <= 3 * len(roles):
            starts.append(index)
    if len(starts) < _COUNTED:
        return
    rows = [bits[start:end] for start, end in pairwise(starts)]
    yield from [bits[:starts[1]], *rows[1:]]
    last = bits[starts[-1]:]
    if len({len(row) for row in rows}) == 1 and len(last) >= len(rows[0]):
        if all(_agrees(row, roles) for row in rows) and not _agrees(last[:len(roles)], roles):
            return  # Its units stand on several lines.
        yield last[:len(rows[0])]
    elif len(last) <= len(roles) and not any(_BEHIND.match(bit.value) for bit in last):
        yield last


def add(builder: TableBuilder, row: list[Bit], roles: list[Role]) -> None:
    """Add a row; a marked heading behind it heads the rows that follow."""
    heading = None
    if len(row) > 3 and _is_section(row[0].value) and serial(row[1].value) == 1:
        builder.section(Piece((row[0].span,), row[0].ref))
        row = row[1:]
    if len(row) > 3 and _is_section(row[-1].value):
        heading = row.pop()
    starts = [index for index, bit in enumerate(row) if index and _ITEM.match(bit.value)]
    if len(row) > len(roles) and len(starts) > 1:
        # 1.… 2.… in one column: a row for each, of which the first holds the headings of all.
        for start, end in pairwise([0, *starts[1:], len(row)]):
            builder.add(row_of(row[start:end], roles))
    else:
        builder.add(row_of(row, roles))
    if heading is not None:
        builder.section(Piece((heading.span,), heading.ref))


def _is_section(value: str) -> bool:
    return len(value) <= _SECTION and marks.mark_at(value, 0, len(value)) is not None \
        and not looks_like_units(value)


def only_figures(text: str, reading: TableReading) -> bool:
    """Whether most of what would be tasks are figures: 任务数 | 完成数."""
    telling = sum(1 for clause in reading.clauses if len(_LETTERS.findall(printed(text, clause.spans))) > 1)
    return telling * 2 < len(reading.clauses)

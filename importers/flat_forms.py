"""Forms that a page flattened (压平的任务书): label and value in turn, a line each or parted by `|` or a tab.

    任务名称 | 规范决策公开        任务名称
    主要内容 | 编制决策事项目录…    规范决策公开
    责任单位 | 市司法局            主要内容 …

A record has a label of content and one of units or a time, each with a value. The label that began a record
begins the next; a line between two records heads the second.
"""

from __future__ import annotations

import re

from importers.cells import Bit
from importers.columns import Piece
from importers.forms import Record, place
from importers.headers import Role, role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units

_LABELS = 3
_LONGEST_LABEL = 10
_MOST_VALUES = 12
_LONGEST_TITLE = 40


def _label(bit: Bit) -> Role | None:
    value = re.sub(r"\s+", "", bit.value)
    return role_of(value) if 1 < len(value) <= _LONGEST_LABEL and not value.isdigit() else None


def read(text: str, bits: list[Bit]) -> tuple[list[Record], int]:
    """The records that begin at the first of these cells, and how many cells they take."""
    records: list[Record] = []
    opening = re.sub(r"\s+", "", bits[0].value) if bits else ""
    cursor = used = 0
    while cursor < len(bits):
        title = None
        if records and re.sub(r"\s+", "", bits[cursor].value) != opening:
            title, cursor = bits[cursor], cursor + 1
            if len(title.value) > _LONGEST_TITLE:
                break
        if cursor >= len(bits) or re.sub(r"\s+", "", bits[cursor].value) != opening:
            break
        record, end = _record(text, bits, cursor, opening)
        if record is None:
            break
        if title is not None:
            record.titles.append(Piece((title.span,), title.ref))
        records.append(record)
        cursor = used = end
    return records, used


def _record(text: str, bits: list[Bit], start: int, opening: str) -> tuple[Record | None, int]:
    record = Record()
    roles: list[Role] = []
    cursor = start
    while cursor + 1 < len(bits):
        role = _label(bits[cursor])
        name = re.sub(r"\s+", "", bits[cursor].value)
        if role is None or (roles and name == opening):
            break
        end = cursor + 1
        while end < len(bits) and _is_value(bits, end, cursor, role):
            end += 1
        if end == cursor + 1:
            break
        roles.append(role)
        record.labels.append(bits[cursor].span)
        spans = tuple(bit.span for bit in bits[cursor + 1:end])
        place(text, record, name, Piece(spans, bits[cursor + 1].ref))
        cursor = end
    if len(roles) < _LABELS or "content" not in roles or not {*UNIT_ROLES, "deadline"} & set(roles):
        return None, start
    due = record.pieces.deadline
    named = any(looks_like_units(piece.of(text)) for piece in record.pieces.units.values())
    if not named and not (due and looks_like_deadline(due.of(text))):
        return None, start
    record.finish()
    return (record if record.pieces.text is not None else None), cursor


def _is_value(bits: list[Bit], index: int, label: int, role: Role) -> bool:
    """Whether a cell is the value of the label, or one of the lines of it."""
    bit = bits[index]
    if _label(bit) is not None or index - label > _MOST_VALUES:
        return False
    if index == label + 1:
        return not (role in UNIT_ROLES and not looks_like_units(bit.value))
    if role in UNIT_ROLES:
        return looks_like_units(bit.value)
    return role in {"content", "note"} and any(_label(each) for each in bits[index + 1:index + 4])

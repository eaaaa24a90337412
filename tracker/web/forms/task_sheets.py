"""What a person chooses on the page of a task sheet: a side for each cell, and ticks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import cast

from werkzeug.datastructures import MultiDict

from tracker.domain.task_sheet import Field
from tracker.services.task_sheets import Choices, Side

SIDES = {"sheet": "用表里的", "ledger": "用台账现在的"}
_SIDE = re.compile(r"side-([0-9]{1,6})-([a-z]+)")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


def side_name(row: int, column: Field) -> str:
    """The name of the field that says which side a cell is taken from."""
    return f"side-{row}-{column.value}"


def choices(form: MultiDict[str, str]) -> Choices:
    """The choices as they were sent; what is no choice of ours is left out."""
    return Choices(dict(_sides(form)), _numbers(form.getlist("repeated")), _numbers(form.getlist("gone")))


def _sides(form: MultiDict[str, str]) -> Iterator[tuple[tuple[int, Field], Side]]:
    columns = {column.value: column for column in Field}
    for name, side in form.items():
        match = _SIDE.fullmatch(name)
        if match and match[2] in columns and side in SIDES:
            yield (int(match[1]), columns[match[2]]), cast("Side", side)


def _numbers(values: Iterable[str]) -> frozenset[int]:
    return frozenset(int(value) for value in values if _NUMBER.fullmatch(value))

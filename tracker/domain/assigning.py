"""Assignments (责任分工) of one task: who owes it in which role, each unit once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.task import Role

_STRENGTH = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit's part in a task; `group` is the collective name it came from, empty for its own name."""

    unit_id: int
    role: Role
    printed: str
    group: str = ""


def merged(parts: Iterable[Part]) -> tuple[Part, ...]:
    """Each unit once, lead first, then in the order of the document.

    What is said of a unit by its own name goes before what is said of a group it belongs to (市政府各部门
    负责、市财政局配合: 市财政局 supports); among equals the stronger role stands, and then the first.
    """
    best: dict[int, Part] = {}
    for part in parts:
        known = best.get(part.unit_id)
        if known is None or _rank(part) < _rank(known):
            best[part.unit_id] = part
    return tuple(sorted(best.values(), key=lambda part: _STRENGTH.index(part.role)))


def _rank(part: Part) -> tuple[bool, int]:
    return bool(part.group), _STRENGTH.index(part.role)

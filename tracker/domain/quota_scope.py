"""Who owes a quota (次数指标由谁完成): a class of units, one unit, or the task's own units, each or together.

A clause names a class in its own words (各县(市、区), 市级部门); the office has classes of its own. They are
the same when their forms are, or when they are of one kind, of which the office has one class only. Whom
有关部门 means, or a name of two kinds at once, is for a person to say. Where no class is named and several
units owe the task, the clause does not say whether each of them owes the count; the program takes a reading,
and asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracker.domain.assigning import Part
from tracker.domain.group import group_form, is_collective, is_open
from tracker.domain.task import Role
from tracker.domain.titled import Titled


class Scope(Titled):
    """Whose events count, and whether each unit owes the whole number."""

    CLASS = "class", "这一类单位，每家都要"
    UNIT = "unit", "这一家单位"
    EACH = "each", "任务的责任单位，每家都要"
    TOGETHER = "together", "任务的责任单位，合起来算"
    OPEN = "open", "还没有定"

    @property
    def is_of_task(self) -> bool:
        """Whether its units are those of the task."""
        return self in {Scope.EACH, Scope.TOGETHER}


_KINDS = {
    "乡镇": re.compile(r"[乡镇]|街道"),
    "县区": re.compile(r"[县区旗州]|区县"),
    "部门": re.compile(r"部门|委办局"),
    "单位": re.compile(r"单位|机构"),
    "企业": re.compile(r"企业|公司"),
}
_LEVEL = re.compile(r"^(?:各)?([省市县区乡镇])")
_LEVELLED = frozenset({"部门", "单位"})
_NOT_ONE_CLASS = re.compile(r"以上|以下|各级")


def class_meant(printed: str, classes: Iterable[tuple[int, str]]) -> int | None:
    """The class (id, name) that a printed one means; None where none does, or more than one may."""
    if is_open(printed):
        return None
    known = [(number, _form(name)) for number, name in classes]
    wanted = _form(printed)
    same = [number for number, form in known if form == wanted]
    if not same and not _NOT_ONE_CLASS.search(wanted):
        same = [number for number, form in known if _alike(wanted, form)]
    return same[0] if len(same) == 1 else None


def _form(name: str) -> str:
    return group_form(name).replace("人民政府", "政府").replace("各", "")


def _alike(wanted: str, known: str) -> bool:
    kinds = _kinds(wanted)
    if len(kinds) != 1 or kinds != _kinds(known):
        return False
    if kinds & _LEVELLED:
        levels = {match[1] for form in (wanted, known) if (match := _LEVEL.match(form))}
        return len(levels) < 2  # 县级部门 are not 市政府部门
    return True


def _kinds(form: str) -> frozenset[str]:
    return frozenset(kind for kind, pattern in _KINDS.items() if pattern.search(form))


@dataclass(frozen=True, slots=True)
class Proposed:
    """Who owes a quota as the program reads it; not `settled` where a person has to look at it."""

    scope: Scope
    class_id: int | None = None
    unit_id: int | None = None
    settled: bool = True


def proposed(
    printed: str | None,
    parts: Sequence[Part],
    *,
    classes: Iterable[tuple[int, str]],
    unit_id: int | None = None,
) -> Proposed:
    """Who owes a quota of a task with these parts; `unit_id` is the unit that the printed class names."""
    if printed:
        if unit_id is not None:
            return Proposed(Scope.UNIT, unit_id=unit_id)
        class_id = class_meant(printed, classes)
        if class_id is not None:
            return Proposed(Scope.CLASS, class_id=class_id)
        return Proposed(Scope.OPEN, settled=False)
    if not parts:
        return Proposed(Scope.OPEN, settled=False)
    if len(parts) == 1:
        return Proposed(Scope.EACH)
    owners = (part for part in parts if part.role is not Role.SUPPORT)
    collective = any(part.group or is_collective(part.printed) for part in owners)
    return Proposed(Scope.EACH if collective else Scope.TOGETHER, settled=False)


def accountable(parts: Iterable[tuple[int, Role]]) -> tuple[int, ...]:
    """Which of (unit, role) owe the number each: the leads, else the responsible, else whoever is there."""
    known = list(parts)
    for role in (Role.LEAD, Role.RESPONSIBLE):
        found = tuple(unit_id for unit_id, has in known if has is role)
        if found:
            return found
    return tuple(unit_id for unit_id, _ in known)


def doubt(scope: Scope, printed: str) -> str:
    """What the office is asked, in a sentence."""
    if scope is not Scope.OPEN:
        return f"原文没有写明是每家都要，还是合起来算。暂按“{scope.label}”，请确认。"
    if printed:
        return f"原文写的是“{printed}”，没有对上单位类别，请选定由谁完成。"
    return "这一项还没有责任单位，请选定由谁完成。"

"""Two units that a document prints without any mark between them (市司法局市档案馆).

Parted only on good grounds: both halves are named elsewhere in the document, or the second begins with the
level that the first began with (市…局市…局). Every parting is told, so that a clerk can check it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from importers import unit_names
from importers.draft import Assignment, DraftTask
from importers.findings import Finding

_LEAST = 3
_LEVEL_AGAIN = re.compile(
    r"(?P<left>(?P<level>[省市县区州])[^省市县区州、,;()（）]{1,14}?(?:局|厅|委员会|委|办公室|办|中心|院|馆))"
    # 市场 市容 市域 … only look like a new name
    r"(?P<right>(?P=level)(?![场容域外内级长辖属本区])(?!政(?!府)|民(?![政族宗])|直(?!机关|属)).{2,})"
)


def parted(tasks: Iterable[DraftTask]) -> tuple[DraftTask, ...]:
    """Give each of two units that were printed as one its own assignment."""
    listed = tuple(tasks)
    known = {assignment.unit for task in listed for assignment in task.assignments}
    halves = {name: two for name in known if (two := _halves(name, known))}
    return tuple(_with_halves(task, halves) for task in listed) if halves else listed


def _halves(name: str, known: set[str]) -> tuple[str, ...]:
    for at in range(_LEAST, len(name) - _LEAST + 1):
        if name[:at] in known and name[at:] in known:
            return (name[:at], name[at:])
    found = _LEVEL_AGAIN.fullmatch(name)
    if found and len(found["left"]) >= _LEAST and unit_names.looks_like_unit(found["right"]):
        return (found["left"], *(_halves(found["right"], known) or (found["right"],)))
    return ()


def _with_halves(task: DraftTask, halves: dict[str, tuple[str, ...]]) -> DraftTask:
    if not any(assignment.unit in halves for assignment in task.assignments):
        return task
    made: list[Assignment] = []
    findings = list(task.findings)
    for assignment in task.assignments:
        names = halves.get(assignment.unit, (assignment.unit,))
        if len(names) > 1:
            message = f"“{assignment.unit}”中间没有顿号，已按“{'”“'.join(names)}”读取，请核对。"
            findings.append(Finding("info", "units-parted", message, "units", task.source.ref))
        for name in names:
            one = replace(assignment, unit=name, collective=unit_names.is_collective(name))
            if not any(each.unit == name for each in made):
                made.append(one)
    return replace(task, assignments=tuple(made), findings=tuple(findings))

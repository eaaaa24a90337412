"""What stood in a task (原来的内容), as a batch keeps it, and how it is put back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.assigning import Part
from tracker.domain.task import Role
from tracker.services.checkpoints import refresh_dates
from tracker.services.task_making import new_part
from tracker.store.queries import batches as queries
from tracker.store.tables import Assignment, Checkpoint, Task


def snapshot(task: Task) -> dict[str, Any]:
    """All that a batch may say of a task."""
    return {**wording_of(task), **units_of(task), **deadline_of(task)}


def wording_of(task: Task) -> dict[str, Any]:
    """Name, text and the heading it stands under."""
    return {"title": task.title, "text": task.text, "section": task.section}


def units_of(task: Task) -> dict[str, Any]:
    """Who owes the task: unit, role, the name as printed, the group it came from."""
    return {
        "units": [[part.unit_id, part.role, part.printed_name, part.group_name] for part in task.assignments]
    }


def deadline_of(task: Task) -> dict[str, Any]:
    """The deadline and the days that are open, moved ones as they were moved."""
    return {
        "notation": task.deadline_notation,
        "phrase": task.deadline_phrase,
        "reason": task.deadline_reason,
        "points": [
            [
                point.due_on.isoformat(), point.kind, point.label, point.provisional,
                point.first_due_on and point.first_due_on.isoformat(),
            ]
            for point in task.checkpoints
            if point.closed_at is None
        ],
    }  # fmt: skip


def units_as(parts: Iterable[Part]) -> dict[str, Any]:
    """What `units_of` says once these parts are put."""
    return {
        "units": [[part.unit_id, part.role.value, part.printed[:200], part.group[:120]] for part in parts]
    }


def parts_from(units: Iterable[Sequence[Any]]) -> list[Part]:
    """The parts that `units_of` has kept."""
    return [Part(unit_id, Role(role), printed, group) for unit_id, role, printed, group in units]


def points_from(plan_id: int, points: Iterable[Sequence[Any]]) -> list[Checkpoint]:
    """The days that `deadline_of` has kept; what was kept before days could be put off has no first day."""
    return [
        Checkpoint(
            plan_id=plan_id,
            due_on=date.fromisoformat(day),
            kind=kind,
            label=label,
            provisional=provisional,
            first_due_on=date.fromisoformat(first[0]) if first and first[0] else None,
        )
        for day, kind, label, provisional, *first in points
    ]


@dataclass(frozen=True, slots=True)
class Past:
    """What holds the units of a plan's tasks where they are: their returns, and who owed a task once."""

    with_lines: frozenset[int]
    """The parts that stand on a return."""
    ended: Mapping[int, Mapping[int, Assignment]]
    """By task and unit: the parts that units no longer have."""


def past_of(session: Session, plan_id: int) -> Past:
    """The past of a plan's tasks, read once for all that a batch does to their units."""
    with_lines = frozenset(queries.parts_with_lines(session, plan_id))
    return Past(with_lines, queries.ended_parts_of_plan(session, plan_id))


def put_units(task: Task, parts: Sequence[Part], past: Past, *, now: datetime) -> None:
    """Let exactly these units owe the task; who has returns on it goes into its past instead of away.

    Whoever calls this flushes, and expires `task.assignments` afterwards: who left for the past still stands
    among them until then, and who came back from it does not.
    """
    present = {part.unit_id: part for part in task.assignments}
    ended = past.ended.get(task.id, {})
    for part in [part for part in task.assignments if part.unit_id not in {each.unit_id for each in parts}]:
        if part.id in past.with_lines:
            part.ended_at = now
        else:
            task.assignments.remove(part)
    for position, wanted in enumerate(parts):
        known = present.get(wanted.unit_id) or ended.get(wanted.unit_id)
        if known is None:
            task.assignments.append(new_part(task.plan_id, wanted, position))
            continue
        known.ended_at = None
        known.role, known.position = wanted.role.value, position
        known.printed_name, known.group_name = wanted.printed[:200], wanted.group[:120]


def put_points(task: Task, points: Sequence[Checkpoint]) -> None:
    """Let these days stand for the open ones; a day that is closed is not asked for again."""
    closed = {(point.due_on, point.kind) for point in task.checkpoints if point.closed_at is not None}
    wanted = {(point.due_on, point.kind): point for point in points}
    for point in [point for point in task.checkpoints if point.closed_at is None]:
        same = wanted.pop((point.due_on, point.kind), None)
        if same is None:
            task.checkpoints.remove(point)
        else:
            point.label, point.provisional = same.label, same.provisional
            point.first_due_on = point.first_due_on or same.first_due_on
    task.checkpoints.extend(point for key, point in wanted.items() if key not in closed)
    task.checkpoints.sort(key=lambda point: point.due_on)


def settle(task: Task) -> None:
    """Let the task's days follow, and at the next flush its version, even when only rows beside it moved."""
    refresh_dates(task)
    flag_modified(task, "title")

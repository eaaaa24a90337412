"""老大难: what was put off, or missed, again and again; the thresholds are `tracker.domain.hard_case`'s."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.events import Event
from tracker.domain.hard_case import MISSED, puts_off
from tracker.domain.obligation import ObligationState
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import OPEN_STATES
from tracker.store.tables import AuditEvent, Cadence, Checkpoint, Obligation, Task, TaskRequest, Unit


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A unit that let periods of one rhythm pass, and how many."""

    unit_id: int
    unit_name: str
    cadence_kind: str
    cadence_name: str
    missed: int


def granted(session: Session, plan_id: int) -> dict[int, int]:
    """By open task: how often a unit was granted a later day (延期)."""
    query = (
        select(TaskRequest.task_id, func.count())
        .join(Task, Task.id == TaskRequest.task_id)
        .where(TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.EXTENSION.value)
        .where(TaskRequest.state == RequestState.GRANTED.value, Task.state.in_(OPEN_STATES))
        .group_by(TaskRequest.task_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def moved(session: Session, plan_id: int) -> Counter[int]:
    """By open task with a day that is later than it first was: how often the office put one off (改期).

    What it moved stands in the trail alone (留痕), one event an act; only such tasks' events are read.
    """
    later = select(Checkpoint.id).where(
        Checkpoint.task_id == Task.id, Checkpoint.due_on > Checkpoint.first_due_on
    )
    tasks = select(Task.id).where(
        Task.plan_id == plan_id, Task.state.in_(OPEN_STATES), later.correlate(Task).exists()
    )
    events = select(AuditEvent.object_id, AuditEvent.detail).where(
        AuditEvent.object_type == "task",
        AuditEvent.object_id.in_(tasks),
        AuditEvent.action == Event.TASK_CHANGE.value,
    )
    acts = ((task_id, (detail or {}).get("days")) for task_id, detail in session.execute(events))
    return Counter(task_id for task_id, days in acts if task_id and days and puts_off(*days))


def passed(session: Session, plan_id: int, today: date) -> dict[int, int]:
    """By open task: how many of its days have passed and are open, where these are many."""
    query = (
        select(Checkpoint.task_id, func.count())
        .join(Task, Task.id == Checkpoint.task_id)
        .where(Checkpoint.plan_id == plan_id, Checkpoint.due_on < today, Checkpoint.closed_at.is_(None))
        .where(Task.state.in_(OPEN_STATES))
        .group_by(Checkpoint.task_id)
        .having(func.count() >= MISSED)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def silent(
    session: Session, plan_id: int, *, unit_id: int | None = None, class_id: int | None = None
) -> list[SilentRow]:
    """The units whose returns of one rhythm never came, where that was often; units in their order."""
    query = (
        select(Unit.id, Unit.name, Cadence.kind, Cadence.name, func.count())
        .select_from(Obligation)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .where(Obligation.plan_id == plan_id, Obligation.state == ObligationState.MISSED.value)
        .group_by(Unit.id, Unit.name, Unit.position, Cadence.id, Cadence.kind, Cadence.name)
        .having(func.count() >= MISSED)
        .order_by(Unit.position, Unit.id, Cadence.id)
    )
    if unit_id is not None:
        query = query.where(Unit.id == unit_id)
    if class_id is not None:
        query = query.where(Unit.unit_class_id == class_id)
    return [SilentRow(*row) for row in session.execute(query)]

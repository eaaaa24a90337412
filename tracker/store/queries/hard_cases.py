"""老大难: what was put off, or missed, again and again; the thresholds are `tracker.domain.hard_case`'s."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.hard_case import MISSED, PUT_OFF
from tracker.domain.obligation import ObligationState
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import OPEN_STATES
from tracker.store.tables import Cadence, Checkpoint, Obligation, Task, TaskRequest, Unit


@dataclass(frozen=True, slots=True)
class SilentRow:
    """A unit that let periods of one rhythm pass, and how many."""

    unit_id: int
    unit_name: str
    cadence_kind: str
    cadence_name: str
    missed: int


def put_off(session: Session, plan_id: int) -> dict[int, int]:
    """By open task: how often it was put off, where that is often."""
    query = (
        select(TaskRequest.task_id, func.count())
        .join(Task, Task.id == TaskRequest.task_id)
        .where(TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.EXTENSION.value)
        .where(TaskRequest.state == RequestState.GRANTED.value, Task.state.in_(OPEN_STATES))
        .group_by(TaskRequest.task_id)
        .having(func.count() >= PUT_OFF)
    )
    return {row[0]: row[1] for row in session.execute(query)}


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

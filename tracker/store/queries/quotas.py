"""Quotas (次数指标) with their units and the events (佐证事项) that were entered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.task import OPEN_STATES, TaskState
from tracker.store.queries import reviews
from tracker.store.tables import Assignment, CountedEvent, Plan, QuotaTarget, Task, Unit


def _whole() -> Select[QuotaTarget]:
    return select(QuotaTarget).options(
        joinedload(QuotaTarget.plan),
        joinedload(QuotaTarget.task),
        joinedload(QuotaTarget.unit_class),
        joinedload(QuotaTarget.unit),
    )


def asked_for(
    session: Session,
    *,
    plan_id: int | None = None,
    task_ids: Collection[int] | None = None,
    only_open: bool = False,
) -> list[QuotaTarget]:
    """The quotas that are in force, newest plan first, in the order of the document.

    `only_open` leaves out the plans whose look-back (回头看) has ended.
    """
    wanted = (
        _whole()
        .join(QuotaTarget.plan)
        .join(QuotaTarget.task)
        .where(QuotaTarget.ended_at.is_(None), Task.state != TaskState.CANCELLED.value)
    )
    if plan_id is not None:
        wanted = wanted.where(QuotaTarget.plan_id == plan_id)
    if task_ids is not None:
        wanted = wanted.where(QuotaTarget.task_id.in_(task_ids))
    if only_open:
        wanted = wanted.where(QuotaTarget.plan_id.not_in(reviews.ended_plans()))
    order = (Plan.year.desc(), Plan.id.desc(), Task.serial, QuotaTarget.position, QuotaTarget.id)
    return list(session.scalars(wanted.order_by(*order)))


def plans(session: Session) -> list[Plan]:
    """The plans that ask for quotas, newest first."""
    asked = select(QuotaTarget.plan_id).where(QuotaTarget.ended_at.is_(None))
    wanted = select(Plan).where(Plan.id.in_(asked)).order_by(Plan.year.desc(), Plan.id.desc())
    return list(session.scalars(wanted))


def open_tasks(session: Session) -> list[Task]:
    """The open tasks of the plans whose look-back has not ended, newest plan first."""
    states = [state.value for state in OPEN_STATES]
    going_on = Task.plan_id.not_in(reviews.ended_plans())
    wanted = select(Task).join(Task.plan).where(Task.state.in_(states), going_on)
    order = (Plan.year.desc(), Plan.id.desc(), Task.serial)
    return list(session.scalars(wanted.order_by(*order).options(joinedload(Task.plan))))


def one(session: Session, target_id: int) -> QuotaTarget | None:
    """One quota with its plan and task, ended or not."""
    return session.scalars(_whole().where(QuotaTarget.id == target_id)).one_or_none()


def of_ids(session: Session, target_ids: Collection[int]) -> list[QuotaTarget]:
    """These quotas, ended or not."""
    wanted = _whole().where(QuotaTarget.id.in_(target_ids))
    return list(session.scalars(wanted.order_by(QuotaTarget.id)))


def lock(session: Session, target_id: int) -> QuotaTarget | None:
    """One quota as it stands now, locked until the transaction ends: events are entered one after another."""
    wanted = select(QuotaTarget).where(QuotaTarget.id == target_id).with_for_update()
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def parts(session: Session, task_ids: Collection[int]) -> list[Assignment]:
    """The units that owe these tasks now, in their order."""
    wanted = (
        select(Assignment)
        .where(Assignment.task_id.in_(task_ids), Assignment.ended_at.is_(None))
        .order_by(Assignment.task_id, Assignment.position, Assignment.id)
        .options(joinedload(Assignment.unit))
    )
    return list(session.scalars(wanted))


def of_classes(session: Session, class_ids: Collection[int]) -> list[Unit]:
    """The active units of these classes, in the order of the directory."""
    wanted = select(Unit).where(Unit.unit_class_id.in_(class_ids), Unit.active)
    return list(session.scalars(wanted.order_by(Unit.position, Unit.id)))


def events(
    session: Session,
    target_ids: Collection[int],
    *,
    unit_id: int | None = None,
    struck: bool = False,
) -> list[CountedEvent]:
    """The events of these quotas in the order in which they were entered; struck ones where asked for."""
    wanted = select(CountedEvent).where(CountedEvent.target_id.in_(target_ids))
    if unit_id is not None:
        wanted = wanted.where(CountedEvent.unit_id == unit_id)
    if not struck:
        wanted = wanted.where(CountedEvent.struck_at.is_(None))
    people = (CountedEvent.unit, CountedEvent.made_by, CountedEvent.struck_by)
    loaded = [joinedload(each) for each in people]
    return list(session.scalars(wanted.order_by(CountedEvent.id).options(*loaded)))


class Entered(NamedTuple):
    """What of an event decides whether and where it counts."""

    target_id: int
    unit_id: int
    held_on: date
    evidence_url: str
    file_sha256: str


def entered(session: Session, target_ids: Collection[int]) -> list[Entered]:
    """The same events for whoever only counts them: a year has thousands."""
    event = CountedEvent
    wanted = (
        select(event.target_id, event.unit_id, event.held_on, event.evidence_url, event.file_sha256)
        .where(event.target_id.in_(target_ids), event.struck_at.is_(None))
        .order_by(event.id)
    )
    return [Entered(*row) for row in session.execute(wanted)]


def event(session: Session, event_id: int) -> CountedEvent | None:
    """One event with its unit."""
    wanted = select(CountedEvent).where(CountedEvent.id == event_id)
    return session.scalars(wanted.options(joinedload(CountedEvent.unit))).one_or_none()


def same_day(session: Session, target_id: int, unit_id: int, held_on: date) -> list[CountedEvent]:
    """What a unit has entered for a day and has not struck out."""
    wanted = select(CountedEvent).where(
        CountedEvent.target_id == target_id,
        CountedEvent.unit_id == unit_id,
        CountedEvent.held_on == held_on,
        CountedEvent.struck_at.is_(None),
    )
    return list(session.scalars(wanted.order_by(CountedEvent.id)))

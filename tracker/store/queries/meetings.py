"""Meetings (例会): those that a person may see, the periods that wait for one, and what units told."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, false, func, select, true, update
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.meeting import MeetingState
from tracker.domain.obligation import ObligationState
from tracker.domain.task import OPEN_STATES
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    Assignment,
    AuditEvent,
    Cadence,
    Meeting,
    MeetingRemark,
    MeetingUnit,
    Obligation,
    Period,
    Plan,
    Task,
    Unit,
)

CALLED, CLOSED = MeetingState.CALLED.value, MeetingState.CLOSED.value
CANCELLED = MeetingState.CANCELLED.value


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """What a person may see: everything for the office and leaders, for a unit what it was asked to."""
    if sees_all(actor):
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    own = (MeetingUnit.meeting_id == Meeting.id, MeetingUnit.unit_id == actor.unit_id)
    return select(MeetingUnit.id).where(*own).correlate(Meeting).exists()


def one(session: Session, meeting_id: int, actor: Actor) -> Meeting | None:
    """One with its units and attendance, when the person may see it."""
    return session.scalars(_whole().where(Meeting.id == meeting_id, seen_by(actor))).one_or_none()


def locked(session: Session, meeting_id: int) -> Meeting | None:
    """One as it stands once nobody else writes it, held until the transaction ends."""
    held = select(Meeting.id).where(Meeting.id == meeting_id).with_for_update()
    if session.scalars(held).one_or_none() is None:
        return None
    wanted = _whole().where(Meeting.id == meeting_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def listed(
    session: Session, actor: Actor, *, plan_id: int | None = None, called: bool = False
) -> list[Meeting]:
    """The meetings that a person may see, newest first; only those still to be closed where asked for."""
    wanted = select(Meeting).options(joinedload(Meeting.plan), joinedload(Meeting.period))
    wanted = wanted.where(seen_by(actor))
    if plan_id is not None:
        wanted = wanted.where(Meeting.plan_id == plan_id)
    if called:
        wanted = wanted.where(Meeting.state == CALLED).options(selectinload(Meeting.units))
    return list(session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc())))


def plans(session: Session, actor: Actor) -> list[Plan]:
    """The plans with a meeting that a person may see, newest first."""
    held = select(Meeting.plan_id).where(seen_by(actor))
    wanted = select(Plan).where(Plan.id.in_(held))
    return list(session.scalars(wanted.order_by(Plan.year.desc(), Plan.id.desc())))


def active_plans(session: Session) -> list[Plan]:
    """The plans for which a meeting can be called, newest first."""
    wanted = select(Plan).where(Plan.state == "active")
    return list(session.scalars(wanted.order_by(Plan.year.desc(), Plan.id.desc())))


def periods_waiting(session: Session) -> list[Period]:
    """The open periods that are answered by a meeting which nobody has called yet, oldest first."""
    wanted = (
        select(Period)
        .join(Cadence, Cadence.id == Period.cadence_id)
        .where(Cadence.answer == Answer.MEETING.value, Period.state == "open", ~Period.waived, ~_stands())
        .options(joinedload(Period.cadence))
        .order_by(Period.due_on, Period.id)
    )
    return list(session.scalars(wanted))


def _stands(*states: str) -> ColumnElement[bool]:
    """A meeting of the period takes place, or took place."""
    same = (Meeting.period_id == Period.id, Meeting.state.in_(states or (CALLED, CLOSED)))
    return exists().where(*same).correlate(Period)


def of_period(session: Session, period_id: int) -> Meeting | None:
    """The meeting that answers a period's obligations."""
    wanted = select(Meeting).where(Meeting.period_id == period_id, Meeting.state != CANCELLED)
    return session.scalars(wanted.order_by(Meeting.id)).first()


def periods_called(session: Session, period_ids: Collection[int]) -> set[int]:
    """Those of some periods whose meeting has been called and whose minutes are open."""
    wanted = select(Meeting.period_id).where(Meeting.period_id.in_(period_ids), Meeting.state == CALLED)
    return {period_id for period_id in session.scalars(wanted) if period_id is not None}


def is_over(session: Session, period_id: int) -> bool:
    """Whether a period's meeting was held and its minutes are closed."""
    wanted = select(Meeting.id).where(Meeting.period_id == period_id, Meeting.state == CLOSED)
    return session.scalars(wanted.limit(1)).first() is not None


def last_closed(session: Session, plan_id: int, *, before: datetime) -> Meeting | None:
    """The newest meeting of a plan before a moment whose minutes are closed."""
    wanted = select(Meeting).where(
        Meeting.plan_id == plan_id, Meeting.state == CLOSED, Meeting.starts_at < before
    )
    return session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc())).first()


def newest(session: Session, plan_id: int) -> Meeting | None:
    """The newest meeting of a plan, whatever became of it: its settings are where the next one begins."""
    wanted = select(Meeting).where(Meeting.plan_id == plan_id)
    return session.scalars(wanted.order_by(Meeting.starts_at.desc(), Meeting.id.desc())).first()


def units_owing(session: Session, period_id: int) -> list[int]:
    """The units that a period asks, in their order; not those that are excused (免报)."""
    wanted = (
        select(Obligation.unit_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(Obligation.period_id == period_id, Obligation.state != ObligationState.WAIVED.value)
    )
    return list(session.scalars(wanted.order_by(Unit.position, Unit.id)))


def obligations(session: Session, period_id: int) -> dict[int, Obligation]:
    """What a period asks, by unit."""
    found = session.scalars(select(Obligation).where(Obligation.period_id == period_id))
    return {owed.unit_id: owed for owed in found}


def obligations_for_writing(session: Session, period_id: int) -> dict[int, Obligation]:
    """The same, locked in the order in which everybody locks them."""
    wanted = (
        select(Obligation)
        .where(Obligation.period_id == period_id)
        .options(joinedload(Obligation.period).joinedload(Period.cadence), joinedload(Obligation.unit))
        .order_by(Obligation.id)
        .with_for_update(of=Obligation)
        .execution_options(populate_existing=True)
    )
    return {owed.unit_id: owed for owed in session.scalars(wanted)}


def excuse_open(session: Session, period_id: int, *, note: str, now: datetime) -> int:
    """What is open for a period without a meeting, or was not asked to it, is excused; gives the number."""
    wanted = (Obligation.period_id == period_id, Obligation.state == ObligationState.OPEN.value)
    statement = (
        update(Obligation)
        .where(*wanted)
        .values(state=ObligationState.WAIVED.value, note=note, decided_at=now, version=Obligation.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    left = session.scalar(select(func.count()).select_from(Obligation).where(*wanted)) or 0
    session.execute(statement)
    return left


def problems(session: Session, plan_id: int, *, unit_id: int | None = None) -> list[Assignment]:
    """The parts of a plan's open tasks whose newest return tells a problem (问题), in the plan's order."""
    open_states = [state.value for state in OPEN_STATES]
    wanted = (
        select(Assignment)
        .join(Assignment.task)
        .where(Assignment.plan_id == plan_id, Assignment.ended_at.is_(None), Assignment.problem != "")
        .where(Assignment.signed_off_at.is_(None), Task.state.in_(open_states))
        .options(joinedload(Assignment.task))
    )
    if unit_id is not None:
        wanted = wanted.where(Assignment.unit_id == unit_id)
    return list(session.scalars(wanted.order_by(Task.serial, Assignment.position)))


def remarks(session: Session, meeting_id: int) -> list[MeetingRemark]:
    """The corrections beside closed minutes, oldest first."""
    wanted = select(MeetingRemark).where(MeetingRemark.meeting_id == meeting_id)
    return list(session.scalars(wanted.order_by(MeetingRemark.id)))


def events(session: Session, meeting_id: int) -> list[AuditEvent]:
    """What happened to a meeting, newest first."""
    wanted = select(AuditEvent).where(AuditEvent.object_type == "meeting", AuditEvent.object_id == meeting_id)
    return list(session.scalars(wanted.order_by(AuditEvent.id.desc())))


def _whole() -> Select[Meeting]:
    return select(Meeting).options(
        joinedload(Meeting.plan),
        joinedload(Meeting.period).joinedload(Period.cadence),
        selectinload(Meeting.units).joinedload(MeetingUnit.unit),
        selectinload(Meeting.units).selectinload(MeetingUnit.attendance),
    )

"""Decisions (议定事项): one filter for every number and for the list that it opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, case, false, func, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.decision import DecisionState
from tracker.domain.titled import Titled
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import AuditEvent, MeetingDecision, MeetingHearing

_DRAFTED = DecisionState.DRAFTED.value
UNRESOLVED = tuple(state.value for state in DecisionState if state.is_unresolved)
_WAITING = tuple(state.value for state in DecisionState if state.waits_for_unit)
_SETTLED = tuple(state.value for state in DecisionState if state.is_settled)


class DecisionPart(Titled):
    """A part of all decisions, as pages name it."""

    UNRESOLVED = "unresolved", "没有办结"
    OVERDUE = "overdue", "逾期"
    REPORTED = "reported", "等公开办确认"
    SETTLED = "settled", "已了结"


@dataclass(frozen=True, slots=True)
class DecisionFilter:
    """Which decisions are meant; what is None does not narrow."""

    part: DecisionPart | None = None
    plan_id: int | None = None
    unit_id: int | None = None


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """What a person may see: all for the office and leaders; for a unit its own, once agreed on."""
    if sees_all(actor):
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    return (MeetingDecision.unit_id == actor.unit_id) & (MeetingDecision.state != _DRAFTED)


def _conditions(wanted: DecisionFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found = [seen_by(actor), MeetingDecision.state != _DRAFTED]
    match wanted.part:
        case DecisionPart.UNRESOLVED:
            found.append(MeetingDecision.state.in_(UNRESOLVED))
        case DecisionPart.OVERDUE:
            found += [MeetingDecision.state.in_(_WAITING), MeetingDecision.due_on < today]
        case DecisionPart.REPORTED:
            found.append(MeetingDecision.state == DecisionState.REPORTED.value)
        case DecisionPart.SETTLED:
            found.append(MeetingDecision.state.in_(_SETTLED))
    for column, value in (
        (MeetingDecision.plan_id, wanted.plan_id),
        (MeetingDecision.unit_id, wanted.unit_id),
    ):
        if value is not None:
            found.append(column == value)
    return found


def count(session: Session, actor: Actor, wanted: DecisionFilter, *, today: date) -> int:
    """How many the filter meets."""
    query = select(func.count()).select_from(MeetingDecision)
    return session.scalar(query.where(*_conditions(wanted, actor, today))) or 0


def listed(
    session: Session,
    actor: Actor,
    wanted: DecisionFilter,
    *,
    today: date,
    limit: int | None = None,
    offset: int = 0,
) -> list[MeetingDecision]:
    """Those that the filter meets: what is unresolved first, by its day; then the newest."""
    settled = case((MeetingDecision.state.in_(_SETTLED), 1), else_=0)
    query = _whole().where(*_conditions(wanted, actor, today))
    by_day = case((settled == 1, None), else_=MeetingDecision.due_on)
    place = case((settled == 1, -MeetingDecision.id), else_=MeetingDecision.id)
    query = query.order_by(settled, by_day, place)
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return list(session.scalars(query))


def drafted(session: Session, meeting_id: int) -> list[MeetingDecision]:
    """What the minutes of a meeting propose, in the order of writing."""
    query = _whole().where(MeetingDecision.meeting_id == meeting_id, MeetingDecision.state == _DRAFTED)
    return list(session.scalars(query.order_by(MeetingDecision.id)))


def unresolved(session: Session, plan_id: int, *, lock: bool = False) -> list[MeetingDecision]:
    """What stands before the plan's next meeting, the oldest first."""
    query = _whole().where(MeetingDecision.plan_id == plan_id, MeetingDecision.state.in_(UNRESOLVED))
    if lock:
        query = query.with_for_update(of=MeetingDecision).execution_options(populate_existing=True)
    return list(session.scalars(query.order_by(MeetingDecision.id)))


def one(session: Session, decision_id: int, actor: Actor, *, lock: bool = False) -> MeetingDecision | None:
    """One with its unit, meeting and task, when the person may see it."""
    query = _whole().where(MeetingDecision.id == decision_id, seen_by(actor))
    if lock:
        query = query.with_for_update(of=MeetingDecision).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def of_task(session: Session, task_id: int, actor: Actor) -> MeetingDecision | None:
    """The decision from which a task was made; whoever sees the task sees that much."""
    return session.scalars(_whole().where(MeetingDecision.task_id == task_id, seen_by(actor))).first()


def hearings(session: Session, meeting_id: int) -> list[MeetingHearing]:
    """The decisions that stood before one meeting: those that came back first, then the new ones."""
    query = (
        select(MeetingHearing)
        .where(MeetingHearing.meeting_id == meeting_id)
        .options(
            joinedload(MeetingHearing.unit),
            joinedload(MeetingHearing.decision).joinedload(MeetingDecision.unit),
        )
        .order_by(MeetingHearing.number.desc(), MeetingHearing.decision_id)
    )
    return list(session.scalars(query))


def hearing(session: Session, meeting_id: int, decision_id: int) -> MeetingHearing | None:
    """What is being written about a decision that came back."""
    query = select(MeetingHearing).where(
        MeetingHearing.meeting_id == meeting_id, MeetingHearing.decision_id == decision_id
    )
    return session.scalars(query).one_or_none()


def hearings_of(session: Session, decision_id: int) -> list[MeetingHearing]:
    """The meetings before which one decision has stood, the first first."""
    query = select(MeetingHearing).where(
        MeetingHearing.decision_id == decision_id, MeetingHearing.outcome != ""
    )
    return list(session.scalars(query.order_by(MeetingHearing.number)))


def events(session: Session, decision_id: int) -> list[AuditEvent]:
    """What happened to one decision, newest first."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == "decision", AuditEvent.object_id == decision_id
    )
    return list(session.scalars(query.order_by(AuditEvent.id.desc())))


def _whole() -> Select[MeetingDecision]:
    return select(MeetingDecision).options(
        joinedload(MeetingDecision.unit),
        joinedload(MeetingDecision.meeting),
        joinedload(MeetingDecision.task),
        joinedload(MeetingDecision.plan),
    )

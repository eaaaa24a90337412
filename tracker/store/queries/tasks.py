"""One task with all that belongs to it, and which tasks a person may see at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import UserRole
from tracker.domain.actor import SYSTEM, Actor
from tracker.store.queries.lights import LightDays, rule_code
from tracker.store.tables import Assignment, Obligation, Period, Return, ReturnLine, SubItem, Task, Unit

_SEES_ALL = frozenset({UserRole.OFFICE.value, UserRole.LEADER.value, SYSTEM.role})


def sees_all(actor: Actor) -> bool:
    """Whether a person sees every unit's work; whoever is not named here sees the own unit's, or nothing."""
    return actor.role in _SEES_ALL


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The tasks a person may see: all of them for the office and leaders, a unit's own for its contact."""
    if sees_all(actor):
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    own = (Assignment.task_id == Task.id, Assignment.unit_id == actor.unit_id, Assignment.ended_at.is_(None))
    return select(Assignment.id).where(*own).correlate(Task).exists()


def one(session: Session, task_id: int, actor: Actor) -> Task | None:
    """A task with its plan, clause, units and checkpoints, when the person may see it."""
    return session.scalars(_whole(task_id, actor)).one_or_none()


def _whole(task_id: int, actor: Actor) -> Select[Task]:
    return (
        select(Task)
        .where(Task.id == task_id, seen_by(actor))
        .options(
            joinedload(Task.plan),
            joinedload(Task.clause),
            selectinload(Task.assignments).joinedload(Assignment.unit),
            selectinload(Task.checkpoints),
        )
    )


def locked(session: Session, task_id: int, actor: Actor) -> Task | None:
    """The same, as it stands once nobody else writes it; it is held until the transaction ends."""
    held = select(Task.id).where(Task.id == task_id).with_for_update(key_share=True)
    if session.scalars(held).one_or_none() is None:
        return None
    return session.scalars(_whole(task_id, actor).execution_options(populate_existing=True)).one_or_none()


def parts_of(session: Session, unit_id: int, task_ids: Sequence[int]) -> set[int]:
    """Those of some tasks in which a unit has a part now."""
    wanted = select(Assignment.task_id).where(Assignment.unit_id == unit_id, Assignment.ended_at.is_(None))
    return set(session.scalars(wanted.where(Assignment.task_id.in_(task_ids)))) if task_ids else set()


def ended_parts(session: Session, task_id: int, *, unit_id: int | None) -> list[Assignment]:
    """The parts that units had until an edition no longer named them; of one unit when it is named."""
    wanted = select(Assignment).where(Assignment.task_id == task_id, Assignment.ended_at.is_not(None))
    if unit_id is not None:
        wanted = wanted.where(Assignment.unit_id == unit_id)
    return list(session.scalars(wanted.options(joinedload(Assignment.unit)).order_by(Assignment.position)))


def rule_code_of(session: Session, task_id: int, days: LightDays) -> str:
    """The code of the rule that decides the task's light; the same expression the ledger uses."""
    return session.scalars(select(rule_code(days)).where(Task.id == task_id)).one()


@dataclass(frozen=True, slots=True)
class ReportedLine:
    """What one unit once said of the task, with the period and the fate of the return it stood on."""

    assignment_id: int
    obligation_id: int
    period_label: str
    period_due_on: date
    number: int
    return_state: str
    late: bool
    submitted_at: datetime | None
    no_change: bool
    status: str
    progress: str
    next_plan: str
    problem: str
    evidence_url: str
    evidence_on: date | None


def reported_lines(session: Session, task_id: int, *, unit_id: int | None) -> list[ReportedLine]:
    """The task's lines of every return that was handed in, newest first; of one unit when it is named."""
    wanted = (
        select(
            ReturnLine.assignment_id,
            Obligation.id,
            Period.label,
            Period.due_on,
            Return.number,
            Return.state,
            Obligation.late,
            Return.submitted_at,
            ReturnLine.no_change,
            ReturnLine.status,
            ReturnLine.progress,
            ReturnLine.next_plan,
            ReturnLine.problem,
            ReturnLine.evidence_url,
            ReturnLine.evidence_on,
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(ReturnLine.task_id == task_id, Return.state != "draft")
        .order_by(Period.due_on.desc(), Obligation.id, Return.number.desc())
    )
    if unit_id is not None:
        wanted = wanted.where(Obligation.unit_id == unit_id)
    return [ReportedLine(*tuple(row)) for row in session.execute(wanted)]


def last_statuses(session: Session, assignment_ids: Sequence[int]) -> dict[int, str]:
    """What each assignment's unit said in the return of its newest period; drafts say nothing.

    The newest period, not the newest moment: a return for an old week that comes late is older news.
    """
    wanted = (
        select(ReturnLine.assignment_id, ReturnLine.status)
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(ReturnLine.assignment_id.in_(assignment_ids), Return.state != "draft")
        .order_by(Period.starts_on, Return.number)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def has_lines(session: Session, assignment_ids: Sequence[int]) -> set[int]:
    """Which assignments stand on a return, so that removing them would tear a hole in it."""
    wanted = select(ReturnLine.assignment_id).where(ReturnLine.assignment_id.in_(assignment_ids))
    return set(session.scalars(wanted.distinct()))


def has_sub_items(session: Session, assignment_ids: Sequence[int]) -> set[int]:
    """Which assignments their units have divided into sub-items, which are not to be lost either."""
    wanted = select(SubItem.assignment_id).where(SubItem.assignment_id.in_(assignment_ids))
    return set(session.scalars(wanted.distinct()))


def units_by_id(session: Session, unit_ids: Sequence[int]) -> dict[int, Unit]:
    """Active units by their ids; an id that is not there has no unit."""
    wanted = select(Unit).where(Unit.id.in_(unit_ids), Unit.active)
    return {unit.id: unit for unit in session.scalars(wanted)}

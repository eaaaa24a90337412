"""The facts that points (积分) are given for: everything of one year's plans, each kind in one query."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.obligation import ObligationState
from tracker.domain.task import TaskState
from tracker.store.tables import (
    Assignment,
    Cadence,
    Checkpoint,
    EventClock,
    Experience,
    ExperienceVersion,
    Obligation,
    Period,
    Plan,
    Rectification,
    Return,
    SupervisionOrder,
    Task,
    Verdict,
)

_HANDED_IN = (
    ObligationState.SUBMITTED.value, ObligationState.ACCEPTED.value, ObligationState.RETURNED.value,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwedRow:
    """A return that was missed or handed in."""

    obligation_id: int
    plan_id: int
    unit_id: int
    cadence: str
    cadence_name: str
    period: str
    due_on: date
    state: ObligationState
    late: bool
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentBackRow:
    """A version of a return that the office sent back."""

    return_id: int
    obligation_id: int
    plan_id: int
    unit_id: int
    cadence: str
    words: str
    decided_at: datetime
    reason: str


def plan_ids(session: Session, year: int) -> list[int]:
    """The plans of a year."""
    return list(session.scalars(select(Plan.id).where(Plan.year == year).order_by(Plan.id)))


def plans(session: Session, year: int) -> list[Plan]:
    """The same, with their titles."""
    return list(session.scalars(select(Plan).where(Plan.year == year).order_by(Plan.id)))


def cadences(session: Session, year: int) -> list[tuple[str, str]]:
    """The rhythms of a year's plans by key and name; of equal keys the newest plan's name."""
    wanted = select(Cadence.kind, Cadence.name).join(Plan, Plan.id == Cadence.plan_id)
    rows = session.execute(wanted.where(Plan.year == year).order_by(Plan.id))
    return list({kind: name for kind, name in rows}.items())  # noqa: C416 - a later plan's name replaces


def owed(session: Session, plans: Collection[int]) -> list[OwedRow]:
    """What was missed, and what was handed in."""
    wanted = (
        select(
            Obligation.id, Obligation.plan_id, Obligation.unit_id, Cadence.kind, Cadence.name, Period.label,
            Period.due_on, Obligation.state, Obligation.late, Obligation.submitted_at,
        )
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .where(Obligation.plan_id.in_(plans))
        .where(Obligation.state.in_((*_HANDED_IN, ObligationState.MISSED.value)))
        .order_by(Obligation.id)
    )  # fmt: skip
    rows = session.execute(wanted)
    return [
        OwedRow(number, plan, unit, kind, name, label, due_on, ObligationState(state), late, submitted_at)
        for number, plan, unit, kind, name, label, due_on, state, late, submitted_at in rows
    ]


def sent_back(session: Session, plans: Collection[int]) -> list[SentBackRow]:
    """Each version of a return that was sent back."""
    wanted = (
        select(Return, Obligation, Cadence.kind, Cadence.name, Period.label)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .where(Obligation.plan_id.in_(plans), Return.state == "returned", Return.decided_at.is_not(None))
        .order_by(Return.id)
    )
    return [
        SentBackRow(
            version.id, row.id, row.plan_id, row.unit_id, kind, f"{name}{label}", version.decided_at,
            version.decision_reason,
        )
        for version, row, kind, name, label in session.execute(wanted)
        if version.decided_at is not None
    ]  # fmt: skip


def tasks(session: Session, plans: Collection[int]) -> list[Task]:
    """The tasks that were not cancelled, with their days and the units that owe them now."""
    wanted = select(Task).where(Task.plan_id.in_(plans), Task.state != TaskState.CANCELLED.value)
    both = (selectinload(Task.checkpoints), selectinload(Task.assignments))
    return list(session.scalars(wanted.options(*both).order_by(Task.id)))


def closed_early(point: Checkpoint, part: Assignment, task: Task) -> datetime | None:
    """When a unit was done with a day of its task: the first that says so."""
    known = (point.closed_at, part.done_at, part.signed_off_at, task.signed_off_at)
    return min((each for each in known if each is not None), default=None)


def articles(session: Session, plans: Collection[int]) -> list[tuple[Experience, str]]:
    """The articles (经验材料) that were shown or taken up, each with its title."""
    shown = or_(Experience.shown_on.is_not(None), Experience.taken_up_on.is_not(None))
    wanted = (
        select(Experience, ExperienceVersion.title)
        .join(ExperienceVersion, ExperienceVersion.experience_id == Experience.id)
        .where(ExperienceVersion.number == Experience.number, Experience.plan_id.in_(plans), shown)
        .order_by(Experience.id)
    )
    return [(article, title) for article, title in session.execute(wanted)]


def clocks(session: Session, plans: Collection[int], year: int) -> list[EventClock]:
    """The clocks of these plans, and those without a plan that began in the year; not what was voided."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    free = EventClock.plan_id.is_(None) & EventClock.started_on.between(first, last)
    wanted: Select[EventClock] = select(EventClock).where(
        or_(EventClock.plan_id.in_(plans), free), EventClock.voided_at.is_(None)
    )
    course = (selectinload(EventClock.stops), selectinload(EventClock.restarts), joinedload(EventClock.unit))
    return list(session.scalars(wanted.options(*course).order_by(EventClock.id)))


def orders(session: Session, plans: Collection[int]) -> list[SupervisionOrder]:
    """The supervision orders that were not withdrawn."""
    wanted = select(SupervisionOrder).where(
        SupervisionOrder.plan_id.in_(plans), SupervisionOrder.state != "withdrawn"
    )
    return list(session.scalars(wanted.order_by(SupervisionOrder.id)))


def rectifications(session: Session, year: int) -> list[tuple[Rectification, int]]:
    """The rectifications of a year that have a lead and a day, each with the plan it comes from."""
    wanted = (
        select(Rectification, Task.plan_id)
        .join(Verdict, Verdict.id == Rectification.verdict_id)
        .join(Task, Task.id == Rectification.task_id)
        .where(Rectification.year == year)
        .where(Rectification.lead_unit_id.is_not(None), Rectification.due_on.is_not(None))
        .order_by(Rectification.id)
    )
    return [(row, plan_id) for row, plan_id in session.execute(wanted)]

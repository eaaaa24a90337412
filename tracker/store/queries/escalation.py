"""What supervision orders (督办单) are proposed from: missed periods, and what waits for the office."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.obligation import ObligationState
from tracker.domain.request import RequestState
from tracker.store.queries import reviews
from tracker.store.tables import Cadence, Obligation, Period, Plan, TaskRequest

_ANSWERED = (
    ObligationState.SUBMITTED.value, ObligationState.RETURNED.value, ObligationState.ACCEPTED.value,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissedRow:
    """One return that was missed and is owed still; `in_run` when nothing later was handed in."""

    plan_id: int
    plan_title: str
    unit_id: int
    cadence_id: int
    cadence_name: str
    obligation_id: int
    label: str
    due_on: date
    in_run: bool


def missed(session: Session) -> list[MissedRow]:
    """Every return that is missed and not made up for, of each unit and rhythm the oldest first.

    A meeting (例会) that nobody came to leaves nothing to hand in, and is not among them.
    """
    answered = (
        select(
            Obligation.unit_id.label("unit_id"),
            Obligation.cadence_id.label("cadence_id"),
            func.max(Period.due_at).label("due_at"),
        )
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.state.in_(_ANSWERED))
        .group_by(Obligation.unit_id, Obligation.cadence_id)
        .subquery()
    )
    same = (answered.c.unit_id == Obligation.unit_id) & (answered.c.cadence_id == Obligation.cadence_id)
    wanted = (
        select(
            Plan.id, Plan.title, Obligation.unit_id, Cadence.id, Cadence.name, Obligation.id, Period.label,
            Period.due_on, Period.due_at, answered.c.due_at,
        )
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .outerjoin(answered, same)
        .where(Obligation.state == ObligationState.MISSED.value, Plan.state == "active")
        .where(Cadence.answer != Answer.MEETING.value, Plan.id.not_in(reviews.ended_plans()))
        .order_by(Obligation.unit_id, Cadence.id, Period.due_at)
    )  # fmt: skip
    found = []
    for plan, title, unit, cadence, name, owed, label, due_on, due_at, since in session.execute(wanted):
        in_run = since is None or due_at > since
        found.append(MissedRow(plan, title, unit, cadence, name, owed, label, due_on, in_run))
    return found


def reviewed_plans(session: Session) -> set[int]:
    """The plans whose look-back (回头看) has ended."""
    return set(session.scalars(reviews.ended_plans()))


def waiting_parts(session: Session) -> set[tuple[int, int]]:
    """The parts of tasks, as task and unit, about which a request waits for the office."""
    waiting = TaskRequest.state == RequestState.WAITING.value
    rows = session.execute(select(TaskRequest.task_id, TaskRequest.unit_id).where(waiting))
    return {(task_id, unit_id) for task_id, unit_id in rows}

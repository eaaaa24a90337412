"""What rests on the work calendar and may still move: periods not opened, due days not closed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.task import OPEN_STATES
from tracker.store.tables import Cadence, CalendarDay, CalendarYear, Checkpoint, Period, Plan, Task


def active_cadences(session: Session) -> list[tuple[Cadence, Plan]]:
    """Every rhythm that is on, with its plan."""
    query = (
        select(Cadence, Plan).join(Plan, Plan.id == Cadence.plan_id)
        .where(Cadence.active, Plan.state == "active").order_by(Plan.id, Cadence.id)
    )  # fmt: skip
    return [(cadence, plan) for cadence, plan in session.execute(query)]


def upcoming(session: Session) -> dict[tuple[int, str], Period]:
    """Every period that has not opened, by its rhythm and key."""
    found = session.scalars(select(Period).where(Period.state == "upcoming"))
    return {(period.cadence_id, period.key): period for period in found}


def hold_upcoming(session: Session, period_ids: Iterable[int]) -> set[int]:
    """Lock these periods; which of them have not opened, now that nobody can open them."""
    query = select(Period.id).where(Period.id.in_(list(period_ids)), Period.state == "upcoming")
    return set(session.scalars(query.order_by(Period.id).with_for_update()))


def open_checkpoints(session: Session) -> list[Checkpoint]:
    """Due days that are still ahead of somebody: of open tasks, not closed."""
    query = (
        select(Checkpoint)
        .join(Task, Task.id == Checkpoint.task_id)
        .where(Checkpoint.closed_at.is_(None), Task.state.in_(OPEN_STATES))
        .options(joinedload(Checkpoint.task))
        .order_by(Checkpoint.due_on, Checkpoint.id)
    )
    return list(session.scalars(query))


def drop_days(session: Session, rows: Iterable[tuple[date, str]]) -> None:
    """Take these rows, each known by its day and status, out of the calendar."""
    for key in rows:
        if (row := session.get(CalendarDay, key)) is not None:
            session.delete(row)
    session.flush()


def year(session: Session, wanted: int) -> CalendarYear | None:
    """A year whose notice is known."""
    return session.get(CalendarYear, wanted)

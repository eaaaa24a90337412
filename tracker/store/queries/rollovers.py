"""What goes on beyond the end of a year, and which years are closed."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.task import OPEN_STATES
from tracker.store.tables import Cadence, CalendarYear, LookBack, Plan, Rectification, Rollover, Task


def plans_of(session: Session, year: int) -> list[Plan]:
    """The plans of a year in the order in which they came."""
    return list(session.scalars(select(Plan).where(Plan.year == year).order_by(Plan.id)))


def years(session: Session) -> list[int]:
    """The years that have plans, newest first."""
    return list(session.scalars(select(Plan.year).distinct().order_by(Plan.year.desc())))


def look_backs(session: Session, plan_ids: Collection[int]) -> dict[int, LookBack]:
    """The look-backs of some plans, by plan."""
    found = session.scalars(select(LookBack).where(LookBack.plan_id.in_(plan_ids)))
    return {each.plan_id: each for each in found}


def open_tasks(session: Session, plan_ids: Collection[int]) -> dict[int, int]:
    """How many tasks of some plans are still being worked on, by plan."""
    wanted = (
        select(Task.plan_id, func.count())
        .where(Task.plan_id.in_(plan_ids), Task.state.in_(OPEN_STATES))
        .group_by(Task.plan_id)
    )
    return {row[0]: row[1] for row in session.execute(wanted)}


def open_rectifications(session: Session, up_to: int) -> int:
    """How many rectification items of a year and those before it are not closed."""
    wanted = select(func.count(Rectification.id)).where(
        Rectification.state == "open", Rectification.year <= up_to
    )
    return session.scalar(wanted) or 0


def rollover(session: Session, year: int, *, lock: bool = False) -> Rollover | None:
    """When a year was closed, if it was."""
    wanted = select(Rollover).where(Rollover.year == year)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def calendar_is_known(session: Session, year: int) -> bool:
    """Whether the State Council's notice of that year's holidays is in the table."""
    return session.get(CalendarYear, year) is not None


def cadences_of(session: Session, plan_ids: Collection[int]) -> list[Cadence]:
    """The rhythms of some plans that are on."""
    wanted = select(Cadence).where(Cadence.plan_id.in_(plan_ids), Cadence.active)
    return list(session.scalars(wanted.order_by(Cadence.plan_id, Cadence.id)))

"""Settings of the office, and the rows of the work calendar."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.store.tables import CalendarDay, CalendarYear, Heartbeat, Setting


def every(session: Session) -> dict[str, Any]:
    """All settings that somebody has set."""
    return {row.name: row.value for row in session.scalars(select(Setting))}


def of_name(session: Session, name: str) -> Setting | None:
    """One setting's row."""
    return session.get(Setting, name)


def calendar_days(session: Session) -> list[CalendarDay]:
    """Every day that is not what its weekday says."""
    return list(session.scalars(select(CalendarDay).order_by(CalendarDay.day)))


def calendar_years(session: Session) -> list[CalendarYear]:
    """The years whose notice is known."""
    return list(session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


def calendar_size(session: Session) -> tuple[int, int]:
    """How many days and years the calendar has; what the cache of calendars is known by."""
    days = select(func.count()).select_from(CalendarDay).scalar_subquery()
    years = select(func.count()).select_from(CalendarYear).scalar_subquery()
    found = session.execute(select(days, years)).one()
    return found[0], found[1]


def heartbeats(session: Session, prefixes: Iterable[str] = ()) -> list[Heartbeat]:
    """When each process last said that it lives, newest first."""
    wanted = select(Heartbeat).order_by(Heartbeat.at.desc())
    for prefix in prefixes:
        wanted = wanted.where(Heartbeat.name.startswith(prefix, autoescape=True))
    return list(session.scalars(wanted))

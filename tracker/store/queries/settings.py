"""Settings of the office, and the rows of the work calendar."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.tables import CalendarDay, CalendarYear, Setting


def of_name(session: Session, name: str) -> Setting | None:
    """One setting's row."""
    return session.get(Setting, name)


def calendar_days(session: Session) -> list[CalendarDay]:
    """Every day that is not what its weekday says; a local row beside the published one."""
    return list(session.scalars(select(CalendarDay).order_by(CalendarDay.day, CalendarDay.status)))


def calendar_years(session: Session) -> list[CalendarYear]:
    """The years whose notice is known."""
    return list(session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


"""Settings of the office, and the rows of the work calendar."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.insert import upsert
from tracker.store.tables import CalendarDay, CalendarYear, Setting


def of_name(session: Session, name: str) -> Setting | None:
    """One setting's row."""
    return session.get(Setting, name)


def put(session: Session, name: str, value: object) -> None:
    """Write a setting down, whoever else does at the same moment."""
    values = {"value": value}
    session.execute(upsert(session.get_bind().dialect, Setting, {"name": name, **values}, values))
    session.get_one(Setting, name, populate_existing=True)


def calendar_days(session: Session) -> list[CalendarDay]:
    """Every day that is not what its weekday says; a local row beside the published one."""
    return list(session.scalars(select(CalendarDay).order_by(CalendarDay.day, CalendarDay.status)))


def calendar_years(session: Session) -> list[CalendarYear]:
    """The years whose notice is known."""
    return list(session.scalars(select(CalendarYear).order_by(CalendarYear.year)))


"""The work calendar (工作日历) of the office, from its table."""

from __future__ import annotations

from sqlalchemy.orm import Session

from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus, WorkCalendar
from tracker.store import tables
from tracker.store.queries import settings

CACHE = "taizhang.calendar"


def load(session: Session) -> WorkCalendar:
    """The calendar as it stands; read once for a session, which lives as long as a request or a tick."""
    known = session.info.get(CACHE)
    if isinstance(known, WorkCalendar):
        return known
    calendar = WorkCalendar.of(
        CalendarDay(row.day, DayKind(row.kind), row.name, DayStatus(row.status))
        for row in settings.calendar_days(session)
    )
    session.info[CACHE] = calendar
    return calendar


def forget(session: Session) -> None:
    """Read the table again next time; for whoever has changed it."""
    session.info.pop(CACHE, None)


def as_row(day: CalendarDay, source: str) -> tables.CalendarDay:
    """A day of the domain as a row."""
    return tables.CalendarDay(
        day=day.day, kind=day.kind.value, name=day.name, status=day.status.value, source=source
    )

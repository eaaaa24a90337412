"""Calendars for the tests of rules: the real notices, and small ones made on the spot."""

from __future__ import annotations

from datetime import date
from functools import cache

from tracker.adapters.work_calendar import known_years, official_days
from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus, WorkCalendar


@cache
def real() -> WorkCalendar:
    """Every notice that is known."""
    return WorkCalendar.of(official_days(known_years()))


def day(text: str) -> date:
    return date.fromisoformat(text)


def off(text: str, name: str = "停工", status: DayStatus = DayStatus.LOCAL) -> CalendarDay:
    return CalendarDay(day(text), DayKind.OFF, name, status)


def worked(text: str, name: str = "", status: DayStatus = DayStatus.LOCAL) -> CalendarDay:
    return CalendarDay(day(text), DayKind.WORK, name, status)


def with_rows(*rows: CalendarDay) -> WorkCalendar:
    """The real notices and more."""
    return WorkCalendar.of((*real().days, *rows))

"""What the office sets for itself, and the calendar it starts with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput
from tracker.domain.events import Event
from tracker.domain.holidays import Holiday, by_holiday
from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus
from tracker.services import calendars, heartbeats
from tracker.services.auditing import record
from tracker.store.queries import settings
from tracker.store.tables import CalendarYear, Setting

OFFICE_NAME = "office_name"
DEFAULT_OFFICE_NAME = "政务公开办"
UNITS_BY_LAG = "units_by_lag"
OFFICIAL_SOURCE = "国务院办公厅放假通知"


@dataclass(frozen=True, slots=True)
class YearOfCalendar:
    """How sure the work calendar is of a year."""

    year: int
    official: bool
    source: str
    days_off: int
    days_worked: int
    """Weekend days that are worked (调休上班)."""
    workdays: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the settings page shows besides its form."""

    years: tuple[YearOfCalendar, ...]
    last_beat: datetime | None
    beat_is_late: bool


def overview(session: Session, *, today: date, now: datetime) -> Overview:
    """The calendar of last year, this and the next, and whether the worker lives."""
    last = heartbeats.newest(session)
    return Overview(
        years=calendar_years(session, range(today.year - 1, today.year + 2)),
        last_beat=last,
        beat_is_late=heartbeats.is_late(last, now=now),
    )


def holidays_of(session: Session, year: int) -> tuple[Holiday, ...]:
    """The days of a year that are not what their weekday says, by holiday."""
    return by_holiday(day for day in calendars.load(session).standing if day.day.year == year)


def calendar_years(session: Session, years: Iterable[int]) -> tuple[YearOfCalendar, ...]:
    """How sure the calendar is of each of these years."""
    calendar = calendars.load(session)
    sources = {row.year: row.source for row in settings.calendar_years(session)}
    return tuple(
        YearOfCalendar(
            year=year,
            official=calendar.is_official(year),
            source=sources.get(year, ""),
            days_off=sum(row.day.year == year and row.kind is DayKind.OFF for row in calendar.standing),
            days_worked=sum(row.day.year == year and row.kind is DayKind.WORK for row in calendar.standing),
            workdays=len(calendar.workdays_of(year)),
        )
        for year in years
    )


def office_name(session: Session) -> str:
    """The name in the head of every page and of the look-back's report."""
    row = settings.of_name(session, OFFICE_NAME)
    return str(row.value) if row else DEFAULT_OFFICE_NAME


def rename_office(session: Session, actor: Actor, *, name: str, now: datetime) -> None:
    """Change the office's name.

    Raises:
        InvalidInput: the name is empty or longer than sixty characters.

    """
    name = name.strip()
    if not name or len(name) > 60:
        raise InvalidInput("单位名称请填1至60个字。")
    before = office_name(session)
    if name == before:
        return
    _set(session, OFFICE_NAME, name)
    detail = {"before": before, "after": name}
    record(
        session,
        actor,
        Event.SETTING_CHANGE,
        ("setting", None),
        f"办公室名称由“{before}”改为“{name}”",
        detail=detail,
        now=now,
    )


def units_by_lag(session: Session) -> bool:
    """Whether the dashboard puts the units that lag first; off unless an office wants it (减负)."""
    row = settings.of_name(session, UNITS_BY_LAG)
    return bool(row.value) if row else False


def order_units(session: Session, actor: Actor, *, by_lag: bool, now: datetime) -> None:
    """Say in which order the dashboard names units: the office's, or those that lag first."""
    if by_lag == units_by_lag(session):
        return
    _set(session, UNITS_BY_LAG, by_lag)
    words = "按落后程度" if by_lag else "按单位目录的顺序"
    detail = {"before": not by_lag, "after": by_lag}
    about = ("setting", None)
    record(session, actor, Event.SETTING_CHANGE, about, f"驾驶舱改为{words}排列单位", detail=detail, now=now)


def _set(session: Session, name: str, value: Any) -> None:
    row = settings.of_name(session, name)
    if row is None:
        session.add(Setting(name=name, value=value))
    else:
        row.value = value
    session.flush()


def seed_calendar(session: Session, days: Iterable[CalendarDay]) -> int:
    """Put published holidays into the calendar; days that are there already stay as they are.

    A year counts as official when its 1 October is among the days (see `tracker.domain.work_calendar`); one
    whose notice a person has pasted is left alone, for a corrected notice may say less than the package.
    Gives back how many days are new, so that a second start changes nothing.
    """
    present = {row.day for row in settings.calendar_days(session) if row.status == DayStatus.OFFICIAL}
    known = settings.calendar_years(session)
    years = {row.year for row in known}
    pasted = {row.year for row in known if row.source != OFFICIAL_SOURCE}
    added = [day for day in days if day.day not in present and day.day.year not in pasted]
    session.add_all(calendars.as_row(day, OFFICIAL_SOURCE) for day in added)
    official = {day.day.year for day in added if (day.day.month, day.day.day) == (10, 1)}
    session.add_all(CalendarYear(year=year, source=OFFICIAL_SOURCE) for year in sorted(official - years))
    session.flush()
    calendars.forget(session)
    return len(added)

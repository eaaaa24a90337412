"""The days of a calendar as people speak of them: by holiday (节日), with the days worked for it (调休)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus

_IN_EXCHANGE = "调休上班"
Stretch = tuple[date, date]
"""The first and the last of days in a row."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days of one name and one source: when one rests, and when one works instead."""

    name: str
    status: DayStatus
    off: tuple[Stretch, ...]
    worked: tuple[Stretch, ...]
    days: tuple[date, ...]

    @property
    def days_off(self) -> int:
        """How many days are off, weekends among them."""
        return sum((last - first).days + 1 for first, last in self.off)


def by_holiday(rows: Iterable[CalendarDay]) -> tuple[Holiday, ...]:
    """The rows by holiday, each where its first day off stands; every day is in exactly one."""
    found: dict[tuple[str, DayStatus], list[CalendarDay]] = {}
    for row in sorted(rows, key=lambda row: row.day):
        found.setdefault((row.name.removesuffix(_IN_EXCHANGE), row.status), []).append(row)
    holidays = [_holiday(name, status, days) for (name, status), days in found.items()]
    return tuple(sorted(holidays, key=lambda holiday: (holiday.off or holiday.worked)[0]))


def _holiday(name: str, status: DayStatus, rows: Sequence[CalendarDay]) -> Holiday:
    days = tuple(row.day for row in rows)
    kinds = {row.day: row.kind for row in rows}
    off = (day for day in days if kinds[day] is DayKind.OFF)
    worked = (day for day in days if kinds[day] is DayKind.WORK)
    return Holiday(name, status, _stretches(off), _stretches(worked), days)


def _stretches(days: Iterable[date]) -> tuple[Stretch, ...]:
    found: list[Stretch] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)

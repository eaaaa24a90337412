"""The holiday notices that chinese-calendar knows (国务院办公厅放假通知), as rows of our own calendar.

The only importer of that package. It raises for a year whose notice is not out; here such a year simply
has no rows, and the calendar then says that it guesses.
"""

from __future__ import annotations

from collections.abc import Iterable

import chinese_calendar

from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus

# The package shortens some names; people write them in full.
_FULL_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}


def official_days(years: Iterable[int]) -> tuple[CalendarDay, ...]:
    """The days off and the make-up workdays of these years, in order; nothing for a year without data."""
    wanted = frozenset(years)
    rows = [
        CalendarDay(day, DayKind.OFF, _chinese(name), DayStatus.OFFICIAL)
        for day, name in chinese_calendar.holidays.items()
        if day.year in wanted
    ]
    rows += [
        CalendarDay(day, DayKind.WORK, f"{_chinese(name)}调休上班", DayStatus.OFFICIAL)
        for day, name in chinese_calendar.workdays.items()
        if day.year in wanted
    ]
    return tuple(sorted(rows))


def known_years() -> range:
    """The years whose notices the installed package holds."""
    days = chinese_calendar.holidays
    return range(min(days).year, max(days).year + 1)


def _chinese(name: str) -> str:
    short: str = chinese_calendar.Holiday(name).chinese
    return _FULL_NAMES.get(short, short)

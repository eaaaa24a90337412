"""The days of a recurring deadline (周期任务) inside a plan year.

`Recurring` prints a period (P3M) and perhaps an anchor, the last day within each period that is on time
(`tracker.domain.deadline` has the grammar). Without an anchor that is the period's last day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from tracker.domain.deadline import Recurring

_DURATION = re.compile(r"P(\d+)([DWMY])")
_ANCHOR = re.compile(r"(?:m(\d+)-)?(\d+|end)")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALVES = ("上半年", "下半年")


def recurring_days(reading: Recurring, plan_year: int) -> tuple[tuple[date, str], ...]:
    """Each day of the plan year on which the deadline falls, with its period in words.

    A task due every day (每日) is a way of working and gives no days: 365 reminders a year help nobody.

    Raises:
        ValueError: the period or the anchor is not in the grammar.

    """
    match = _DURATION.fullmatch(reading.period)
    if match is None:
        raise ValueError(f"not a period: {reading.period!r}")
    count, unit = int(match[1]), match[2]
    if unit == "D":
        return ()
    if unit == "W":
        return tuple(_weekly(count, reading.anchor, plan_year))
    return tuple(_monthly(count * (12 if unit == "Y" else 1), reading.anchor, plan_year))


def _weekly(weeks: int, anchor: str, plan_year: int) -> Iterator[tuple[date, str]]:
    """Every `weeks`-th week's anchor day, the first period ending with the year's first whole span."""
    weekday = _WEEKDAYS.index(anchor) if anchor else 6
    first = date(plan_year, 1, 1)
    monday = first + timedelta(days=-first.weekday() % 7)
    day = monday + timedelta(days=7 * (weeks - 1) + weekday)
    number = 1
    while day.year == plan_year:
        yield day, f"第{number}{'周' if weeks == 1 else '期'}"
        day += timedelta(weeks=weeks)
        number += 1


def _monthly(months: int, anchor: str, plan_year: int) -> Iterator[tuple[date, str]]:
    """The anchor day of each run of `months` months; a run longer than a year gives its year's end."""
    months = min(months, 12)
    match = _ANCHOR.fullmatch(anchor or "end")
    if match is None:
        raise ValueError(f"not an anchor of a month: {anchor!r}")
    within = min(int(match[1] or months), months)
    for number, first in enumerate(range(1, 13, months), start=1):
        # 12 has no run of 5, 7, … months without rest; the year's last run then ends with the year.
        last_day = month_end(plan_year, min(first + within - 1, 12))
        day = last_day if match[2] == "end" else last_day.replace(day=min(int(match[2]), last_day.day))
        yield day, _label(months, number)


def _label(months: int, number: int) -> str:
    match months:
        case 1:
            return f"{number}月"
        case 3:
            return f"第{number}季度"
        case 6:
            return _HALVES[number - 1]
        case 12:
            return "年度"
        case _:
            return f"第{number}期"


def month_end(year: int, month: int) -> date:
    """The last day of a month."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)

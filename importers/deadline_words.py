"""What the scan of `deadline_grammar` finds: mentions of time, each with the place where it stands."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal, NamedTuple

Boundary = Literal["", "before", "until", "within", "from", "after", "around"]
Grain = Literal["day", "third", "month", "quarter", "half", "year", "plan"]
Place = Literal["", "start", "middle", "end", "first", "second", "last", "whole"]
Unit = Literal["workdays", "days", "months", "years", "hours"]
FeastKind = Literal["sun", "moon", "unnamed", "appointed", "open"]


class Span(NamedTuple):
    """From the first to the last day of what a mention names."""

    first: date
    last: date


class Point(NamedTuple):
    """A place in the calendar, such as 2023年11月底前.

    Attributes:
        year: as printed, or None; `shift` counts the years of 今年 (0), 明年, 次年 (1).
        ordinal: month 1-12, quarter 1-4, half 1-2 or number of the five-year plan; 0 for a whole year.
        month_shift: 0 for 本月, 1 for 下月; None where the month is named.

    """

    start: int
    end: int
    grain: Grain
    year: int | None = None
    shift: int | None = None
    ordinal: int = 0
    day: int = 0
    place: Place = ""
    boundary: Boundary = ""
    month_shift: int | None = None

    def span(self, year: int, month: int) -> Span | None:
        """The days it covers in `year`, counted from its `month` (本月); None where there is no such day."""
        if self.grain == "plan":
            first = 1951 + 5 * self.ordinal  # 第十四个五年规划: 2021-2025
            return whole_months(first, 1, first + 4, 12)
        if self.grain == "year":
            return whole_months(year, 1, year, 12)
        if self.grain == "half":
            return whole_months(year, 6 * self.ordinal - 5, year, 6 * self.ordinal)
        if self.grain == "quarter":
            return whole_months(year, 3 * self.ordinal - 2, year, 3 * self.ordinal)
        at = self.ordinal
        if self.month_shift is not None and not at:
            months = month + self.month_shift - 1
            year, at = year + months // 12, months % 12 + 1 if month else 0
        return _in_month(year, at, self)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Several months, quarters, years, or days of a month in one word: 3—5月, 6月10日至20日."""

    start: int
    end: int
    year: int | None
    shift: int | None
    first_month: int
    last_month: int
    first_day: int = 0
    last_day: int = 0
    last_year: int | None = None
    boundary: Boundary = ""

    def span(self, year: int) -> Span | None:
        """From the first to the last day, where it begins in `year`; 11月至3月 ends in the next one."""
        if self.first_day:
            first = _day(year, self.first_month, self.first_day)
            last = _day(year, self.last_month, self.last_day)
            return Span(first, last) if first and last and first <= last else None
        over = self.last_month < self.first_month
        return whole_months(year, self.first_month, self.last_year or year + over, self.last_month)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A period that comes again; `anchor` in the notation of `tracker.domain.deadline`.

    `explicit` is False for 半年总结, 年度报告: a rhythm only where nothing else is said.
    """

    start: int
    end: int
    period: str
    anchor: str = ""
    explicit: bool = True


@dataclass(frozen=True, slots=True)
class Count:
    """A length of time within which something is due: 20个工作日内."""

    start: int
    end: int
    count: int
    unit: Unit


@dataclass(frozen=True, slots=True)
class Garbled:
    """Figures that look like a day whose 月 was lost (615日)."""

    start: int
    end: int
    month: int
    day: int


class Feast(NamedTuple):
    """A time that a feast or a season tells (国庆节前, 春节前); see `deadline_feasts`.

    Attributes:
        kind: what fixes its day: the sun, the moon, or somebody each year (appointed); `unnamed` for 双节,
            `open` where the words name no end (春节后).
        days: month and day of each feast named that the sun fixes; the day is 0 where it moves (清明).
        year: as printed, or None; `shift` counts the years of 明年.
        loose: whether a sentence uses the words of other things too.

    """

    start: int
    end: int
    kind: FeastKind
    days: tuple[tuple[int, int], ...] = ()
    year: int | None = None
    shift: int | None = None
    loose: bool = False


Mention = Point | Stretch | Rhythm | Count | Garbled | Feast


def whole_months(first_year: int, first_month: int, last_year: int, last_month: int) -> Span | None:
    """From the first day of one month to the last day of another."""
    first = _day(first_year, first_month, 1)
    last = last_day(last_year, last_month)
    return Span(first, last) if first and last and first <= last else None


@lru_cache(maxsize=1024)
def last_day(year: int, month: int) -> date | None:
    """The last day of a month, None where there is no such month."""
    if not (1 <= year <= 9999 and 1 <= month <= 12):
        return None
    return date(year, month, calendar.monthrange(year, month)[1])


def _day(year: int, month: int, day: int) -> date | None:
    last = last_day(year, month)
    return date(year, month, day) if last and 1 <= day <= last.day else None


def _in_month(year: int, month: int, point: Point) -> Span | None:
    last = last_day(year, month)
    if last is None:
        return None
    if point.grain == "day":
        day = _day(year, month, point.day)
        return Span(day, day) if day else None
    if point.grain == "third":
        low, high = _THIRDS.get(point.place, (1, last.day))
        return Span(date(year, month, low), date(year, month, min(high, last.day)))
    return Span(date(year, month, 1), last)


_THIRDS = {"first": (1, 10), "second": (11, 20), "last": (21, 31), "start": (1, 10), "middle": (11, 20)}

"""How often something is asked for (报送频率), as spans of the calendar before any holiday is looked at.

    Weeks(weekday=3)                  每周四             one span a week
    Weeks(weekday=3, every=2)         每两周的周四       due on the Thursday of the second week
    Months(day=25)                    每月25日           one span a month; day 31 is the month's last day
    Months(day=20, every=3)           每季度末月20日     spans follow the calendar: January, April, July …
    Months(day=10, every=3, lag=1)    季后次月10日       due in the first month after the span
    Months(day=31, every=6)           每半年末           上半年 and 下半年

A span's key names it within its rhythm: 2026-W40, 2026-W39-W40, 2026-10, 2026-Q3, 2026-H1, and 2026-M03-M04
for runs of months without a name of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import dropwhile, takewhile

from tracker.domain.china_time import month_day
from tracker.domain.recurrence import month_end
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import ONE_DAY, WEEKDAYS

WEEK = timedelta(days=7)
MONTHS_TO_A_SPAN = (1, 2, 3, 4, 6, 12)
"""Runs of months that begin anew each January."""
LONGEST_LAG = 11
LAST_DAY = 31
_DIGITS = "零一二三四五六七八九十"
_QUARTERS = ("第一季度", "第二季度", "第三季度", "第四季度")
_SPAN_WORDS = {1: "每月", 3: "每季度", 6: "每半年", 12: "每年"}
_HALVES = ("上半年", "下半年")


class Step(Titled):
    """What a span is counted in."""

    WEEK = "week", "周"
    MONTH = "month", "月"


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of work that is reported on, and when the report is asked for.

    `due_from` and `due_until` are the first and the last day to which a holiday may move the nominal day
    without leaving the span (or, where it falls due after the span, that month); `opens_on` is the day from
    which it can be handed in.
    """

    key: str
    year: int
    label: str
    starts_on: date
    ends_on: date
    nominal_due: date
    due_from: date
    due_until: date
    opens_on: date


@dataclass(frozen=True, slots=True)
class Weeks:
    """Every `every` weeks, due on a weekday (Monday is 0) of the last of them.

    Raises:
        ValueError: the weekday is none, or there is no week in a span.

    """

    weekday: int
    every: int = 1

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0 (Monday) to 6 (Sunday): {self.weekday}")
        if not 1 <= self.every <= 52:
            raise ValueError(f"a span has 1 to 52 weeks: {self.every}")

    @property
    def words(self) -> str:
        """每周四, 每两周的周四."""
        weekday = WEEKDAYS[self.weekday]
        return f"每{weekday}" if self.every == 1 else f"每{_count(self.every)}周的{weekday}"

    @property
    def this_span(self) -> str:
        """How people call the running span."""
        return "本周" if self.every == 1 else "本期"

    def spans(self, starts_on: date, ends_on: date | None) -> Iterator[Span]:
        """The spans in order; the first begins with the week of the first such weekday from the start on."""
        monday = starts_on + timedelta(days=(self.weekday - starts_on.weekday()) % 7 - self.weekday)
        while True:
            last_monday = monday + (self.every - 1) * WEEK
            nominal = last_monday + timedelta(days=self.weekday)
            if ends_on is not None and nominal > ends_on:
                return
            yield self._span(monday, last_monday, nominal)
            monday += self.every * WEEK

    def _span(self, monday: date, last_monday: date, nominal: date) -> Span:
        (year, week, _), (_, last_week, _) = monday.isocalendar(), last_monday.isocalendar()
        sunday = last_monday + 6 * ONE_DAY
        several = monday != last_monday
        numbers = f"{week}—{last_week}" if several else f"{week}"
        return Span(
            key=f"{year}-W{week:02d}" + (f"-W{last_week:02d}" if several else ""),
            year=year,
            label=f"第{numbers}周（{month_day(monday)}—{month_day(sunday)}）",
            starts_on=monday,
            ends_on=sunday,
            nominal_due=nominal,
            due_from=monday,
            due_until=sunday,
            opens_on=monday,
        )


@dataclass(frozen=True, slots=True)
class Months:
    """Every `every` months of the calendar year, due on a day of the last of them or `lag` months later.

    Raises:
        ValueError: there is no such day, run of months or lag.

    """

    day: int
    every: int = 1
    lag: int = 0

    def __post_init__(self) -> None:
        if not 1 <= self.day <= LAST_DAY:
            raise ValueError(f"a day of a month is 1 to 31: {self.day}")
        if self.every not in MONTHS_TO_A_SPAN:
            raise ValueError(f"a year has no equal runs of {self.every} months")
        if not 0 <= self.lag <= LONGEST_LAG:
            raise ValueError(f"a report is due 0 to {LONGEST_LAG} months after its span: {self.lag}")

    @property
    def words(self) -> str:
        """每月25日, 每季度末月20日, 每季度结束后次月10日."""
        span = _SPAN_WORDS.get(self.every, f"每{_count(self.every)}个月")
        day = "最后一天" if self.day == LAST_DAY else f"{self.day}日"
        if self.every == 12 and not self.lag:
            return f"每年12月{day}"
        if self.lag:
            return f"{span}结束后{'次月' if self.lag == 1 else f'第{self.lag}个月'}{day}"
        return f"{span}{day}" if self.every == 1 else f"{span}末月{day}"

    @property
    def this_span(self) -> str:
        """How people call the running span."""
        return "本期"

    def spans(self, starts_on: date, ends_on: date | None) -> Iterator[Span]:
        """The spans in order.

        One that falls due within itself is asked for when its nominal day lies between start and end, as
        weeks are; one that falls due later, when its own last day does: the report on December that is due in
        January belongs to December's year.
        """
        begun = dropwhile(lambda span: self._anchor(span) < starts_on, self._from(starts_on))
        return takewhile(lambda span: ends_on is None or self._anchor(span) <= ends_on, begun)

    def _anchor(self, span: Span) -> date:
        return span.ends_on if self.lag else span.nominal_due

    def _from(self, starts_on: date) -> Iterator[Span]:
        year, month = starts_on.year, (starts_on.month - 1) // self.every * self.every + 1
        while True:
            yield self._span(year, month)
            year, month = (year, month + self.every) if month + self.every <= 12 else (year + 1, 1)

    def _span(self, year: int, month: int) -> Span:
        last_month = month + self.every - 1
        first, last = date(year, month, 1), month_end(year, last_month)
        behind = last_month + self.lag - 1
        due_month = date(year + behind // 12, behind % 12 + 1, 1)
        month_ends = month_end(due_month.year, due_month.month)
        nominal = min(due_month + timedelta(days=self.day - 1), month_ends)
        key, label = _month_names(year, month, self.every)
        return Span(
            key=key,
            year=year,
            label=label,
            starts_on=first,
            ends_on=last,
            nominal_due=nominal,
            due_from=last + ONE_DAY if self.lag else first,
            due_until=month_ends if self.lag else last,
            # Nobody is told in January of the summary that is due in June: 减负.
            opens_on=due_month,
        )


Rhythm = Weeks | Months


def _month_names(year: int, month: int, every: int) -> tuple[str, str]:
    """A span's key and its name: 2026-Q3 is 第三季度."""
    last = month + every - 1
    match every:
        case 1:
            return f"{year}-{month:02d}", f"{month}月"
        case 3:
            return f"{year}-Q{last // 3}", _QUARTERS[last // 3 - 1]
        case 6:
            return f"{year}-H{last // 6}", _HALVES[last // 6 - 1]
        case _:
            return f"{year}-M{month:02d}-M{last:02d}", f"{month}—{last}月"


_KEY = re.compile(r"\d{4}-(?P<kind>[WQHM]?)(?P<first>\d{1,2})(?:-[WM](?P<last>\d{2}))?")


def column(key: str) -> str:
    """A period's key as the head of a narrow column: 39, 39—40, 10月, 三季度, 上半年, 3—4月."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    first, last = int(match["first"]), match["last"]
    match match["kind"]:
        case "Q":
            return _QUARTERS[first - 1][1:]
        case "H":
            return _HALVES[first - 1]
        case kind:
            numbers = f"{first}—{int(last)}" if last else f"{first}"
            return numbers if kind == "W" else f"{numbers}月"


def in_words(key: str) -> str:
    """A period's key as a sentence names it: 2026年第39周, 2026年第39—40周, 2026年10月, 2026年第三季度."""
    match = _KEY.fullmatch(key)
    if match is None:
        return key
    name = column(key)
    match match["kind"]:
        case "W":
            name = f"第{name}周"
        case "Q":
            name = f"第{name}"
    return f"{key[:4]}年{name}"


def span_word(key: str) -> str:
    """What a period is called after 本, 上 and 下: 周 where it is one week, else 期."""
    match = _KEY.fullmatch(key)
    return "周" if match is not None and match["kind"] == "W" and match["last"] is None else "期"


def _count(number: int) -> str:
    """两 for 2: how many weeks or months people say."""
    if number == 2:
        return "两"
    return _DIGITS[number] if number <= 10 else str(number)

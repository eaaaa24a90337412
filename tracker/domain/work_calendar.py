"""Work calendar (工作日历): which days are worked, who says so, and counting by them.

A calendar is a value made from rows. A row says that a day is off or worked, under which name, and how
sure that is: *official* (国务院办公厅放假通知), *local* (三月三, 停工令: a row the office entered; it wins
over the others) or *provisional* (a guess). A day without a row is worked from Monday to Friday.

A year is official when its 1 October stands in an official row: each year's notice lists that day, and a
neighbouring year's notice never does, while 31 December is often in the next year's. In any other year the
days that the law fixes by the sun are off (全国年节及纪念日放假办法, in force 2025-01-01: 元旦, 清明,
5月1–2日, 10月1–3日), lunar holidays and 调休 are unknown, and every day of it is provisional. That is a
flag beside the answer, never an error: the notice comes in November and plans do not wait for it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import MAXYEAR, date, timedelta
from typing import Self

from tracker.domain.titled import Titled

ONE_DAY = timedelta(days=1)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class DayKind(Titled):
    OFF = "off", "休息"
    WORK = "work", "上班"


class DayStatus(Titled):
    """How sure a day is; the order is that of precedence, weakest first."""

    PROVISIONAL = "provisional", "暂按推算"
    OFFICIAL = "official", "国务院办公厅公布"
    LOCAL = "local", "本地规定"


_PRECEDENCE = tuple(DayStatus)


@dataclass(frozen=True, slots=True, order=True)
class CalendarDay:
    """One row: `day` is off or worked, because of `name`."""

    day: date
    kind: DayKind
    name: str
    status: DayStatus = DayStatus.OFFICIAL


@dataclass(frozen=True)
class WorkCalendar:
    """A calendar over all years; make it with `WorkCalendar.of(rows)`.

    It answers for any day, and `certainty` tells how sure the answer is.
    """

    days: tuple[CalendarDay, ...] = ()
    _rows: dict[date, CalendarDay] = field(init=False, repr=False, compare=False)
    _official_years: frozenset[int] = field(init=False, repr=False, compare=False)
    # Filled year by year when first asked; equal inputs give equal contents, so sharing needs no lock.
    _workdays: dict[int, tuple[date, ...]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        """Index the rows; of several for one day the strongest status stands."""
        ranked = sorted(self.days, key=lambda row: _PRECEDENCE.index(row.status))
        object.__setattr__(self, "_rows", {row.day: row for row in ranked})
        national_days = {
            row.day.year
            for row in self.days
            if row.status is DayStatus.OFFICIAL and (row.day.month, row.day.day) == (10, 1)
        }
        object.__setattr__(self, "_official_years", frozenset(national_days))

    @classmethod
    def of(cls, rows: Iterable[CalendarDay]) -> Self:
        """A calendar from rows in any order."""
        return cls(tuple(sorted(rows)))

    @property
    def standing(self) -> tuple[CalendarDay, ...]:
        """The rows that stand, one a day, in order: a local row hides the published one beside it."""
        return tuple(sorted(self._rows.values()))

    def is_official(self, year: int) -> bool:
        """Whether the year's holiday notice is known; see the module's text for the rule."""
        return year in self._official_years

    def certainty(self, day: date) -> DayStatus:
        """Who says what this day is: its row, else its year."""
        if row := self._rows.get(day):
            return row.status
        return DayStatus.OFFICIAL if self.is_official(day.year) else DayStatus.PROVISIONAL

    def is_workday(self, day: date) -> bool:
        if row := self._rows.get(day):
            return row.kind is DayKind.WORK
        if day.weekday() >= 5:
            return False
        return self.is_official(day.year) or solar_holiday(day) is None

    def name_of(self, day: date) -> str:
        """Why the day is what it is (国庆节, 调休上班, 周六); empty for a plain working day."""
        if row := self._rows.get(day):
            return row.name or ("调休上班" if row.kind is DayKind.WORK else "放假")
        if not self.is_official(day.year) and (name := solar_holiday(day)):
            return name
        return WEEKDAYS[day.weekday()] if day.weekday() >= 5 else ""

    def workdays_of(self, year: int) -> tuple[date, ...]:
        """All days worked in a year, in order."""
        known = self._workdays.get(year)
        if known is None:
            first = date(year, 1, 1)
            length = (date(year, 12, 31) - first).days + 1
            year_days = (first + timedelta(days=offset) for offset in range(length))
            known = self._workdays[year] = tuple(day for day in year_days if self.is_workday(day))
        return known


def solar_holiday(day: date) -> str | None:
    """The holiday that the law fixes by the sun on this day, if any."""
    match day.month, day.day:
        case (1, 1):
            return "元旦"
        case (5, 1 | 2):
            return "劳动节"
        case (10, 1 | 2 | 3):
            return "国庆节"
        case (4, number) if number == _qingming(day.year):
            return "清明节"
        case _:
            return None


def _qingming(year: int) -> int:
    """The day in April of 清明: the usual solar-term formula, exact for 2000–2099."""
    short = year % 100
    return int(short * 0.2422 + 4.81) - short // 4


def workdays_after(day: date, count: int, calendar: WorkCalendar) -> date:
    """The `count`-th workday after `day`; the day itself is not counted, and 0 gives it back unmoved.

    条例第二十六条: "自该政府信息形成或者变更之日起20个工作日内" ends on workdays_after(形成之日, 20).

    Raises:
        ValueError: `count` is negative, or leads beyond the year 9999.

    """
    _require_count(count)
    if count == 0:
        return day
    for year in range(day.year, MAXYEAR + 1):
        worked = calendar.workdays_of(year)
        passed = bisect_right(worked, day)
        if count <= len(worked) - passed:
            return worked[passed + count - 1]
        count -= len(worked) - passed
    raise ValueError("the count leads beyond the year 9999")


def workdays_before(day: date, count: int, calendar: WorkCalendar) -> date:
    """The `count`-th workday before `day`; the inverse of `workdays_after` on workdays.

    Raises:
        ValueError: `count` is negative, or leads before the year 1.

    """
    _require_count(count)
    if count == 0:
        return day
    for year in range(day.year, 0, -1):
        worked = calendar.workdays_of(year)
        passed = bisect_left(worked, day)
        if count <= passed:
            return worked[passed - count]
        count -= passed
    raise ValueError("the count leads before the year 1")


def _require_count(count: int) -> None:
    if count < 0:
        raise ValueError(f"a count of workdays is not negative: {count}")


def workdays_between(earlier: date, later: date, calendar: WorkCalendar) -> int:
    """The workdays in (earlier, later]; negative when `later` lies before `earlier`."""
    if later < earlier:
        return -workdays_between(later, earlier, calendar)
    whole = sum(len(calendar.workdays_of(year)) for year in range(earlier.year, later.year))
    head = bisect_right(calendar.workdays_of(earlier.year), earlier)
    tail = bisect_right(calendar.workdays_of(later.year), later)
    return whole - head + tail


def previous_workday(day: date, calendar: WorkCalendar) -> date:
    """The last workday before `day`."""
    return workdays_before(day, 1, calendar)


def next_workday(day: date, calendar: WorkCalendar) -> date:
    """The first workday after `day`."""
    return workdays_after(day, 1, calendar)


def workday_on_or_before(day: date, calendar: WorkCalendar) -> date:
    """The day itself when it is worked, else the last workday before it."""
    return day if calendar.is_workday(day) else previous_workday(day, calendar)


def workday_on_or_after(day: date, calendar: WorkCalendar) -> date:
    """The day itself when it is worked, else the first workday after it."""
    return day if calendar.is_workday(day) else next_workday(day, calendar)


@dataclass(frozen=True, slots=True)
class CountingLine:
    """One day of a counting sheet (逐日计算): its number when it counts, and why or why not."""

    day: date
    number: int | None
    why: str
    provisional: bool

    @property
    def mark(self) -> str:
        return "不计" if self.number is None else "计"


def counting_sheet(start: date, count: int, calendar: WorkCalendar) -> tuple[CountingLine, ...]:
    """Each day after `start` up to the `count`-th workday, with what it counts and why.

    Raises:
        ValueError: `count` is negative, or leads beyond the year 9999.

    """
    lines: list[CountingLine] = []
    number = 0
    last = workdays_after(start, count, calendar)
    for offset in range(1, (last - start).days + 1):
        day = start + timedelta(days=offset)
        worked = calendar.is_workday(day)
        number += worked
        weekday = WEEKDAYS[day.weekday()]
        name = calendar.name_of(day)
        why = f"{weekday}，{name}" if name and name != weekday else weekday
        provisional = calendar.certainty(day) is DayStatus.PROVISIONAL
        lines.append(CountingLine(day, number if worked else None, why, provisional))
    return tuple(lines)

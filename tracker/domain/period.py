"""Reporting rhythm (报送周期): which returns are due when, moved by holidays under a stated rule.

一周一进度, "自7月1日开始,每周四下班前": a `Cadence` says it, `periods` lays it out. One period is one
return that is asked for; what became of it is the obligation's matter.

The holiday rules (节假日规则), for a cut-off day that is off:

- *advance* 提前至前一工作日: the last workday before it in the same week; when there is none, the first
  workday after it in the same week; never a day before the rhythm began.
- *postpone* 顺延至后一工作日: the first workday after it, also across the week's end. When that is the day on
  which a later period falls due (1 October 2020 would be due on the 9th, together with the 8th), nobody is
  asked for two returns on one day: the earlier period is merged into the later one and waived.
- *waive* 本周免报.

A week without any workday (2026-W08) is waived under every rule: there is no progress to report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile

from tracker.domain.china_time import instant, month_day
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import (
    WEEKDAYS,
    DayStatus,
    WorkCalendar,
    workday_on_or_after,
    workday_on_or_before,
)

WEEK = timedelta(days=7)
# Longer than any run of days off, so that a postponed cut-off sees the period it may collide with.
LONGEST_BREAK = timedelta(days=31)


class HolidayRule(Titled):
    ADVANCE = "advance", "提前至前一工作日"
    POSTPONE = "postpone", "顺延至后一工作日"
    WAIVE = "waive", "本周免报"


class Rhythm(Titled):
    """How often; each has its spans in `_SPANS` and nothing else to add."""

    WEEKLY = "weekly", "一周一进度"


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rhythm with its rule.

    `weekday` counts from Monday = 0, so Thursday is 3; `cutoff` is China's clock; `ends_on` is the last
    nominal day.

    Raises:
        ValueError: the weekday is none, or the rhythm ends before it begins.

    """

    weekday: int
    cutoff: time
    starts_on: date
    ends_on: date | None = None
    holiday_rule: HolidayRule = HolidayRule.ADVANCE
    rhythm: Rhythm = Rhythm.WEEKLY

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"a weekday is 0 (Monday) to 6 (Sunday): {self.weekday}")
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("a rhythm does not end before it begins")

    @property
    def words(self) -> str:
        """The cadence in one line: 一周一进度：每周四17:30前，遇节假日提前至前一工作日."""
        return (
            f"{self.rhythm.label}：每{WEEKDAYS[self.weekday]}{self.cutoff:%H:%M}前，"
            f"遇节假日{self.holiday_rule.label}"
        )


@dataclass(frozen=True, slots=True)
class Period:
    """One return's span and its cut-off.

    `nominal_due` is the day as the rule says it, `due_on` the day after holidays, `due_at` the same with
    its clock hour as a UTC instant; `why` is the reason in words when anything moved or fell away. A waived
    period keeps its nominal day. `provisional` says that a day was guessed: the year's notice is not out yet.
    """

    key: str
    year: int
    number: int
    starts_on: date
    ends_on: date
    nominal_due: date
    due_on: date
    due_at: datetime
    moved: bool
    waived: bool
    why: str
    provisional: bool

    @property
    def label(self) -> str:
        """第40周（9月28日—10月4日）."""
        return f"第{self.number}周（{month_day(self.starts_on)}—{month_day(self.ends_on)}）"


@dataclass(frozen=True, slots=True)
class _Span:
    """A period before holidays are looked at."""

    key: str
    year: int
    number: int
    starts_on: date
    ends_on: date
    nominal_due: date


def periods(cadence: Cadence, calendar: WorkCalendar, *, until: date) -> tuple[Period, ...]:
    """Every period that starts on or before `until`, in order.

    The first is the one whose nominal day is the first on or after the rhythm's start, the last the one whose
    nominal day is the last on or before its end. Asking again with a later `until` only adds periods.
    """
    horizon = until + LONGEST_BREAK
    spans = tuple(takewhile(lambda span: span.starts_on <= horizon, _SPANS[cadence.rhythm](cadence)))
    return tuple(
        _period(span, spans[index + 1 :], cadence, calendar)
        for index, span in enumerate(spans)
        if span.starts_on <= until
    )


def _weeks(cadence: Cadence) -> Iterator[_Span]:
    nominal = cadence.starts_on + timedelta(days=(cadence.weekday - cadence.starts_on.weekday()) % 7)
    while cadence.ends_on is None or nominal <= cadence.ends_on:
        monday = nominal - timedelta(days=cadence.weekday)
        year, week, _ = nominal.isocalendar()
        key = f"{year}-W{week:02d}"
        yield _Span(key, year, week, monday, monday + timedelta(days=6), nominal)
        nominal += WEEK


_SPANS: dict[Rhythm, Callable[[Cadence], Iterator[_Span]]] = {Rhythm.WEEKLY: _weeks}


def _period(span: _Span, later: tuple[_Span, ...], cadence: Cadence, calendar: WorkCalendar) -> Period:
    due_on, why = _due(span, later, cadence, calendar)
    waived = due_on is None
    due_on = due_on or span.nominal_due
    looked_at = {span.nominal_due, due_on}
    provisional = any(calendar.certainty(day) is DayStatus.PROVISIONAL for day in looked_at)
    return Period(
        key=span.key,
        year=span.year,
        number=span.number,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        nominal_due=span.nominal_due,
        due_on=due_on,
        due_at=instant(due_on, cadence.cutoff),
        moved=due_on != span.nominal_due,
        waived=waived,
        why=why,
        provisional=provisional,
    )


def _has_workday(span: _Span, calendar: WorkCalendar) -> bool:
    return workday_on_or_after(span.starts_on, calendar) <= span.ends_on


def _due(
    span: _Span, later: tuple[_Span, ...], cadence: Cadence, calendar: WorkCalendar
) -> tuple[date | None, str]:
    """The day the return is due, or none when it is waived, and the reason when a holiday had a say."""
    nominal = span.nominal_due
    if not _has_workday(span, calendar):
        return None, "本周没有工作日，免报"
    if calendar.is_workday(nominal):
        return nominal, ""
    weekday = WEEKDAYS[nominal.weekday()]
    off = f"{weekday}（{month_day(nominal)}）放假"
    after = workday_on_or_after(nominal, calendar)
    match cadence.holiday_rule:
        case HolidayRule.WAIVE:
            return None, f"{off}，本周免报"
        case HolidayRule.POSTPONE:
            # No workday lies between, so a later period that is still asked for falls due on `after` too.
            if any(other.nominal_due <= after and _has_workday(other, calendar) for other in later):
                return None, f"{off}，顺延将与下一期同日截止，本期并入下一期"
            return after, f"{off}，截止顺延到{month_day(after)}"
        case HolidayRule.ADVANCE:
            before = workday_on_or_before(nominal, calendar)
            if before >= max(span.starts_on, cadence.starts_on):
                return before, f"{off}，截止提前到{month_day(before)}"
            if after <= span.ends_on:
                return after, f"{off}，本周此前没有工作日，截止改到{month_day(after)}"
            return None, f"{off}，报送制度自{month_day(cadence.starts_on)}起，本周免报"

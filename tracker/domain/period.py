"""Reporting periods (报送周期): which returns are due when, moved by holidays under a stated rule.

一周一进度, "自7月1日开始,每周四下班前": a `Cadence` says it, `periods` lays it out. One period is one
return that is asked for; what became of it is the obligation's matter. The spans themselves, without any
holiday, are those of `tracker.domain.rhythm`.

The holiday rules (节假日规则), for a cut-off day that is off:

- *advance* 提前至前一工作日: the last workday before it in the same week (or run of months; where the report
  falls due after its span, in the days since); when there is none, the first workday after it there; never a
  day before the rhythm began.
- *postpone* 顺延至后一工作日: the first workday after it, also across the week's end. When that is the day on
  which a later period falls due (1 October 2020 would be due on the 9th, together with the 8th), the
  collision rule decides: nobody is asked for two returns on one day, the earlier period is *merged* into the
  later one and waived (并入下一期), or the office *keeps* both (两期都报).
- *waive* 本周免报, 本期免报.

A span without any workday (2026-W08) is waived under every rule: there is no progress to report.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tracker.domain.china_time import instant, month_day
from tracker.domain.rhythm import Rhythm, Span
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import (
    WEEKDAYS,
    DayStatus,
    WorkCalendar,
    workday_on_or_after,
    workday_on_or_before,
)

# Longer than any run of days off, so that a postponed cut-off sees the period it may collide with.
LONGEST_BREAK = timedelta(days=31)


class HolidayRule(Titled):
    ADVANCE = "advance", "提前至前一工作日"
    POSTPONE = "postpone", "顺延至后一工作日"
    WAIVE = "waive", "本周免报"


class Collision(Titled):
    """What happens when a postponed day meets the next one."""

    MERGE = "merge", "并入下一期"
    KEEP = "keep", "两期都报"


WEEKLY, WEEKLY_NAME = "weekly", "一周一进度"


@dataclass(frozen=True, slots=True)
class Cadence:
    """A rhythm with its rules (报送节奏): one of several of a plan.

    `kind` is its key in the plan and `name` what people call it; `cutoff` is China's clock; `ends_on` is the
    last day that is asked about (see the rhythm's `spans`).

    Raises:
        ValueError: the rhythm ends before it begins.

    """

    rhythm: Rhythm
    cutoff: time
    starts_on: date
    ends_on: date | None = None
    holiday_rule: HolidayRule = HolidayRule.ADVANCE
    collision: Collision = Collision.MERGE
    kind: str = WEEKLY
    name: str = WEEKLY_NAME

    def __post_init__(self) -> None:
        if self.ends_on is not None and self.ends_on < self.starts_on:
            raise ValueError("a rhythm does not end before it begins")

    @property
    def words(self) -> str:
        """The cadence in one line: 一周一进度：每周四17:30前，遇节假日提前至前一工作日."""
        waived = self.holiday_rule is HolidayRule.WAIVE
        rule = f"{self.rhythm.this_span}免报" if waived else self.holiday_rule.label
        return f"{self.name}：{self.rhythm.words}{self.cutoff:%H:%M}前，遇节假日{rule}"


@dataclass(frozen=True, slots=True)
class Period:
    """One return's span and its cut-off.

    `nominal_due` is the day as the rule says it, `due_on` the day after holidays, `due_at` the same with
    its clock hour as a UTC instant; `opens_on` is the day from which it can be handed in; `why` is the reason
    in words when anything moved or fell away. A waived period keeps its nominal day. `provisional` says that
    a day was guessed: the year's notice is not out yet.
    """

    key: str
    year: int
    label: str
    """第40周（9月28日—10月4日）, 第三季度."""
    starts_on: date
    ends_on: date
    opens_on: date
    nominal_due: date
    due_on: date
    due_at: datetime
    moved: bool
    waived: bool
    why: str
    provisional: bool
    merged_on: date | None = None
    """The cut-off of the later period into which this one is merged; it is waived then, and has a reason."""


def periods(cadence: Cadence, calendar: WorkCalendar, *, until: date) -> tuple[Period, ...]:
    """Every period whose span starts on or before `until`, in order; a later `until` only adds periods."""
    spans = tuple(_spans(cadence, until))
    return tuple(
        _period(span, spans[index + 1 :], cadence, calendar)
        for index, span in enumerate(spans)
        if span.starts_on <= until
    )


def _spans(cadence: Cadence, until: date) -> Iterator[Span]:
    """The spans that start by `until`, and those behind them whose day a postponed one may meet."""
    met_until = until
    for span in cadence.rhythm.spans(cadence.starts_on, cadence.ends_on):
        if span.starts_on <= until:
            met_until = span.nominal_due + LONGEST_BREAK
        elif span.nominal_due > met_until:
            return
        yield span


def _period(span: Span, later: Sequence[Span], cadence: Cadence, calendar: WorkCalendar) -> Period:
    due_on, why = _due(span, later, cadence, calendar)
    waived = due_on is None
    # A postponed day falls away for one reason only, where its span has a workday.
    postponed = cadence.holiday_rule is HolidayRule.POSTPONE
    merges = waived and postponed and _has_workday(span, calendar)
    due_on = due_on or span.nominal_due
    looked_at = {span.nominal_due, due_on}
    provisional = any(calendar.certainty(day) is DayStatus.PROVISIONAL for day in looked_at)
    return Period(
        key=span.key,
        year=span.year,
        label=span.label,
        starts_on=span.starts_on,
        ends_on=span.ends_on,
        opens_on=min(span.opens_on, due_on),
        nominal_due=span.nominal_due,
        due_on=due_on,
        due_at=instant(due_on, cadence.cutoff),
        moved=due_on != span.nominal_due,
        waived=waived,
        why=why,
        provisional=provisional,
        merged_on=workday_on_or_after(span.nominal_due, calendar) if merges else None,
    )


def _has_workday(span: Span, calendar: WorkCalendar) -> bool:
    return workday_on_or_after(span.starts_on, calendar) <= span.ends_on


def _due(
    span: Span, later: Sequence[Span], cadence: Cadence, calendar: WorkCalendar
) -> tuple[date | None, str]:
    """The day the return is due, or none when it is waived, and the reason when a holiday had a say."""
    nominal, this_span = span.nominal_due, cadence.rhythm.this_span
    if not _has_workday(span, calendar):
        return None, f"{this_span}没有工作日，免报"
    if calendar.is_workday(nominal):
        return nominal, ""
    off = _off(nominal, calendar)
    after = workday_on_or_after(nominal, calendar)
    match cadence.holiday_rule:
        case HolidayRule.WAIVE:
            return None, f"{off}，{this_span}免报"
        case HolidayRule.POSTPONE:
            moved = f"{off}，截止顺延到{month_day(after)}"
            # No workday lies between, so a later period that is still asked for falls due on `after` too.
            if not any(other.nominal_due <= after and _has_workday(other, calendar) for other in later):
                return after, moved
            if cadence.collision is Collision.KEEP:
                return after, f"{moved}，与下一期同日，两期都报"
            return None, f"{off}，顺延将与下一期同日截止，本期并入下一期"
        case HolidayRule.ADVANCE:
            before = workday_on_or_before(nominal, calendar)
            if before >= max(span.due_from, cadence.starts_on):
                return before, f"{off}，截止提前到{month_day(before)}"
            if after <= span.due_until:
                return after, f"{off}，{this_span}此前没有工作日，截止改到{month_day(after)}"
            return None, f"{off}，报送制度自{month_day(cadence.starts_on)}起，{this_span}免报"


def _off(day: date, calendar: WorkCalendar) -> str:
    """周四（10月1日）放假; a plain weekend, on which a day of the month may fall, is 休息."""
    weekday = WEEKDAYS[day.weekday()]
    return f"{weekday}（{month_day(day)}）{'休息' if calendar.name_of(day) == weekday else '放假'}"

"""Event clock (时限时钟): a count of days that an event starts, with its stops and restarts.

A clock says how long something may take from a day on: 20 workdays from 形成或变更, 5 from a policy's issue.
The day of the event is not counted, the next one is the first (民法典第二百零一条). A *stop* (中止) lasts
from one day to another, and for the same reason begins to hold on the day after it was made: asked on Monday
and answered on Wednesday, Tuesday and Wednesday do not count (条例第三十三条, third parties). A *restart*
(补正) makes what was counted before it void, and the count begins anew after its day (条例第三十条).

`due_on` counts with sums of workdays; `counting_sheet` shows each day, and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.titled import Titled
from tracker.domain.work_calendar import (
    ONE_DAY,
    WEEKDAYS,
    CountingLine,
    DayStatus,
    WorkCalendar,
    workdays_after,
    workdays_between,
)


class DayUnit(Titled):
    WORKDAYS = "workdays", "个工作日"
    DAYS = "days", "日"


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How long, counted how, from which event, and which text says so.

    Raises:
        ValueError: the count is not positive.

    """

    key: str
    name: str
    event: str
    count: int
    unit: DayUnit
    basis: str
    """The article (条例第二十六条) or the document's own words, as it stands beside every sheet."""
    may_stop: bool = True
    """Whether a clock may be stopped or begin anew by it."""

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"a clock counts at least one day: {self.count}")

    @property
    def words(self) -> str:
        """自形成或变更之日起20个工作日内."""
        since = f"自{self.event}之日起" if self.event else "起算事项原文没有写明，"
        return f"{since}{self.count}{self.unit.label}内"

    @property
    def asks_formed(self) -> bool:
        """Whether it counts from 印发, so that the day of 形成 has to be kept beside it: the law's day."""
        return "印发" in self.event


_ACT = "《政府信息公开条例》"
PUBLISH = ClockRule(
    "publish", "主动公开", "形成或者变更", 20, DayUnit.WORKDAYS, f"{_ACT}第二十六条"
)
PUBLISH_ISSUED = ClockRule(
    "publish_issued", "主动公开文件上网", "印发", 20, DayUnit.WORKDAYS, "从印发起算，晚于条例的起算日"
)
UPLOAD = ClockRule("upload", "政策上传平台", "政策印发", 5, DayUnit.WORKDAYS, "工作要点")
ADOPTION = ClockRule("adoption", "意见采纳情况公开", "决策文件出台", 10, DayUnit.WORKDAYS, "工作要点")
PERSONNEL = ClockRule("personnel", "人员调整备案", "机构、人员调整", 5, DayUnit.WORKDAYS, "工作要点")
REPLY = ClockRule("reply", "依申请公开答复", "收到公开申请", 20, DayUnit.WORKDAYS, f"{_ACT}第三十三条")
STANDARD: tuple[ClockRule, ...] = (PUBLISH, PUBLISH_ISSUED, UPLOAD, ADOPTION, PERSONNEL, REPLY)
"""What every office may use; a plan's own clocks are made from its text beside these."""


@dataclass(frozen=True, slots=True, order=True)
class Stop:
    """A time that does not count; without an end the clock stands still.

    Raises:
        ValueError: it ends before it begins.

    """

    since: date
    until: date | None = None
    why: str = ""

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError("a stop does not end before it begins")


@dataclass(frozen=True, slots=True, order=True)
class Restart:
    """The count begins anew after this day."""

    day: date
    why: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """What has happened to one clock: its event's day, its stops and restarts in any order."""

    started_on: date
    stops: tuple[Stop, ...] = ()
    restarts: tuple[Restart, ...] = ()

    @property
    def counts_from(self) -> date:
        """The day after which it counts: the last restart, else the event's."""
        return max((self.started_on, *(restart.day for restart in self.restarts)))

    @property
    def spans(self) -> tuple[tuple[date, date | None], ...]:
        """The stopped days after `counts_from` as (after, up to], apart from one another, in order."""
        found: list[tuple[date, date | None]] = []
        for stop in sorted(self.stops, key=lambda stop: stop.since):
            since, until = max(stop.since, self.counts_from), stop.until
            if until is not None and until <= since:
                continue
            last = found[-1] if found else None
            if last is None or (last[1] is not None and last[1] < since):
                found.append((since, until))
            elif last[1] is not None:
                found[-1] = last[0], None if until is None else max(last[1], until)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a clock stands at the end of a day."""

    due_on: date | None
    """None while it is stopped: nobody knows the day yet."""
    counted: int
    """Days counted up to and with today, at most the rule's."""
    left: int
    """Days that may still pass; negative when the last one is over, by as many."""
    provisional: bool

    @property
    def overdue(self) -> bool:
        return self.left < 0


def due_on(rule: ClockRule, course: Course, calendar: WorkCalendar) -> date | None:
    """The last day on which it is in time; None while a stop without an end comes before it."""
    position, need = course.counts_from, rule.count
    for since, until in course.spans:
        before = _between(rule.unit, position, since, calendar)
        if need <= before:
            break
        if until is None:
            return None
        need -= before
        position = until
    return _after(rule.unit, position, need, calendar)


def legal_day(formed_on: date, calendar: WorkCalendar) -> date:
    """The last day on which a document of this day may be published (条例第二十六条), stops or not.

    Who counts from 印发 has this day all the same: the law counts from 形成或者变更.
    """
    return _after(PUBLISH.unit, formed_on, PUBLISH.count, calendar)


def standing(rule: ClockRule, course: Course, calendar: WorkCalendar, *, today: date) -> Standing:
    """Where the clock stands at the end of `today`; before its event nothing has been counted."""
    due = due_on(rule, course, calendar)
    counted = min(_counted(rule, course, today, calendar), rule.count)
    overrun = _between(rule.unit, due, today, calendar) if due is not None and due < today else 0
    left = -overrun if overrun else rule.count - counted
    return Standing(due, counted, left, _guessed(course, due or today, calendar))


def counting_sheet(
    rule: ClockRule, course: Course, calendar: WorkCalendar, *, today: date
) -> tuple[CountingLine, ...]:
    """Each day after the event, 计 or 不计 and why, to the last day; to today while the clock is stopped.

    What a restart has made void stands there too, as not counted.
    """
    last = due_on(rule, course, calendar) or max(today, course.counts_from)
    number = 0
    lines: list[CountingLine] = []
    for day in _days(course.started_on, last):
        reason = _not_counted(rule, course, day, calendar)
        number += reason is None
        said = (WEEKDAYS[day.weekday()], calendar.name_of(day), reason)
        why = "，".join(dict.fromkeys(filter(None, said)))
        provisional = calendar.certainty(day) is DayStatus.PROVISIONAL
        lines.append(CountingLine(day, None if reason is not None else number, why, provisional))
    return tuple(lines)


def _not_counted(rule: ClockRule, course: Course, day: date, calendar: WorkCalendar) -> str | None:
    """Why a day does not count; an empty reason is the day's own name."""
    if day <= course.counts_from:
        restart = next(item for item in sorted(course.restarts) if item.day == course.counts_from)
        return f"{restart.why or '重新起算'}，此前的不算"
    for stop in course.stops:
        if stop.since < day and (stop.until is None or day <= stop.until):
            return stop.why or "中止"
    if rule.unit is DayUnit.WORKDAYS and not calendar.is_workday(day):
        return ""
    return None


def _counted(rule: ClockRule, course: Course, today: date, calendar: WorkCalendar) -> int:
    if today <= course.counts_from:
        return 0
    whole = _between(rule.unit, course.counts_from, today, calendar)
    return whole - sum(
        _between(rule.unit, since, min(until or today, today), calendar)
        for since, until in course.spans
        if since < today
    )


def _guessed(course: Course, last: date, calendar: WorkCalendar) -> bool:
    years: Iterable[int] = range(course.started_on.year, last.year + 1)
    return any(not calendar.is_official(year) for year in years)


def _between(unit: DayUnit, earlier: date, later: date, calendar: WorkCalendar) -> int:
    return (later - earlier).days if unit is DayUnit.DAYS else workdays_between(earlier, later, calendar)


def _after(unit: DayUnit, day: date, count: int, calendar: WorkCalendar) -> date:
    return day + timedelta(days=count) if unit is DayUnit.DAYS else workdays_after(day, count, calendar)


def _days(after: date, last: date) -> Iterator[date]:
    day = after
    while day < last:
        day += ONE_DAY
        yield day

"""时限 as the pages show it: which clocks run and how many days they have left, and each with its sheet.

A unit's contact sees the own unit's clocks; whoever else may read sees all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import clock as domain
from tracker.domain.actor import Actor
from tracker.domain.clock import STANDARD, ClockRule, Course, DayUnit, Restart, Standing, Stop
from tracker.domain.clock_articles import Article, articles
from tracker.domain.errors import NotFound
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import CountingLine, WorkCalendar, workdays_between
from tracker.services import calendars
from tracker.store.queries import audit
from tracker.store.queries import clocks as queries
from tracker.store.queries import units as directory
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import AuditEvent, ClockStop, EventClock, PlanClockRule, Unit

OWN = "own-"
MOST_ENDED = 200
SOON = 5
"""Workdays: a clock that has no more left is 快到期."""


class Shown(Titled):
    """Which clocks a list shows."""

    RUNNING = "running", "正在计时"
    OVERDUE = "overdue", "已逾期"
    SOON = "soon", "快到期"
    ENDED = "ended", "已办结和作废"


@dataclass(frozen=True, slots=True)
class OfferedRule:
    """A rule by which a clock can be started; `row` is None for a standard one."""

    rule: ClockRule
    row: PlanClockRule | None = None

    @property
    def source(self) -> str:
        """Where it comes from, in words; rules of one source stand together."""
        if self.row is None:
            return "常用"
        return f"《{self.row.plan.title}》" if self.row.plan is not None else "公开办自定"


def rules(session: Session) -> tuple[OfferedRule, ...]:
    """The standard rules, the office's own, and those of the plans."""
    own = (OfferedRule(domain_rule(row), row) for row in queries.rules(session))
    return (*(OfferedRule(rule) for rule in STANDARD), *own)


def domain_rule(row: PlanClockRule) -> ClockRule:
    """A rule of the table."""
    unit, may_stop = DayUnit(row.day_unit), row.may_stop is not False
    return ClockRule(f"{OWN}{row.id}", row.name, row.event, row.count, unit, row.basis, may_stop)


def rule_of(clock: EventClock) -> ClockRule:
    """The rule by which a clock was started, as it was then."""
    return ClockRule(
        clock.rule_key,
        clock.rule_name,
        clock.rule_event,
        clock.count,
        DayUnit(clock.day_unit),
        clock.basis,
        clock.may_stop is not False,
    )


def course_of(clock: EventClock) -> Course:
    """What has happened to a clock."""
    return Course(
        clock.started_on,
        tuple(Stop(stop.since, stop.until, stop.why) for stop in clock.stops),
        tuple(Restart(restart.day, restart.why) for restart in clock.restarts),
    )


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock as it stands; of one that is closed, on the day on which it was."""

    row: EventClock
    rule: ClockRule
    course: Course
    standing: Standing
    legal_day: date | None
    """The law's last day, where the rule counts from 印发 and the day of 形成 is known."""
    today: date
    soon: bool
    """Whether its last day, or the law's, is so near that somebody has to act now; not what is overdue."""

    @property
    def stopped(self) -> ClockStop | None:
        """The stop that has no end yet."""
        return next((stop for stop in self.row.stops if stop.until is None), None)

    @property
    def open(self) -> bool:
        return self.row.closed_on is None and self.row.voided_at is None

    @property
    def state(self) -> str:
        """What a list says of it, in a word."""
        if self.row.voided_at is not None:
            return "已作废"
        if self.row.closed_on is not None:
            on_time = "已过法定期限办结" if self.past_the_law else "按时办结"
            return "逾期办结" if self.standing.overdue else on_time
        if self.stopped is not None:
            return "中止中"
        running = "已过法定期限" if self.past_the_law else "计时中"
        return "已逾期" if self.standing.overdue else running

    @property
    def past_the_law(self) -> bool:
        """Whether the law's day is over, or was when it was closed, whatever days its rule still gives."""
        looked_at = _looked_at(self.row, self.today)
        return self.legal_day is not None and self.row.voided_at is None and looked_at > self.legal_day

    @property
    def late(self) -> bool:
        """Whether a last day is over: that of its rule, or the law's."""
        return self.standing.overdue or self.past_the_law

    @property
    def left(self) -> str:
        """还剩3个工作日, 今天是最后一天, 逾期2个工作日."""
        unit = self.rule.unit.label
        left = self.standing.left
        if left < 0:
            return f"逾期{-left}{unit}"
        if self.stopped is not None and self.open:
            return f"停在这里，还剩{left}{unit}"
        return f"还剩{left}{unit}" if left else "今天是最后一天"

    @property
    def legal_warning(self) -> str:
        """Where the document's count ends after the law's day; empty where it does not."""
        due = self.standing.due_on
        if self.legal_day is None or (due is not None and due <= self.legal_day):
            return ""
        last = _words(self.legal_day)
        if self.row.closed_on is not None:
            late = self.row.closed_on > self.legal_day
            return f"按条例从形成之日起算，最晚是{last}，办结时已过这一天。" if late else ""
        if self.open and self.today > self.legal_day:
            return f"按条例从形成之日起算，最后一天{last}已过，请马上公开。"
        return f"按条例从形成之日起算，最晚是{last}，早于从印发起算的最后一天，请在{last}前公开。"

    @property
    def urgency(self) -> tuple[bool, int, date]:
        """What the list is sorted by: the overdue first, then by days left; those that stand still last."""
        resting = self.stopped is not None and not self.late
        left = min(self.standing.left, -1) if self.past_the_law else self.standing.left
        return resting, left, self.standing.due_on or date.max


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@dataclass(frozen=True, slots=True)
class ClockList:
    """Some clocks, the most urgent first."""

    clocks: tuple[Clock, ...]
    show: Shown
    overdue: int
    soon: int
    stopped: int
    """Of those that run, however the list is narrowed."""

    @property
    def ended(self) -> bool:
        return self.show is Shown.ENDED


def listing(
    session: Session,
    actor: Actor,
    *,
    show: Shown = Shown.RUNNING,
    task_id: int | None = None,
    today: date,
) -> ClockList:
    """The clocks that run, of one task where it is named; or those that have ended, newest first."""
    only = None if sees_all(actor) else actor.unit_id or 0
    if show is Shown.ENDED:
        rows = queries.ended(session, unit_id=only, limit=MOST_ENDED)
        return ClockList(_clocks(session, rows, today), show, 0, 0, 0)
    found = _clocks(session, queries.running(session, unit_id=only, task_id=task_id), today)
    overdue = tuple(clock for clock in found if clock.late)
    soon = tuple(clock for clock in found if clock.soon)
    stopped = sum(clock.stopped is not None for clock in found)
    shown = {Shown.OVERDUE: overdue, Shown.SOON: soon}.get(show, found)
    by_need = tuple(sorted(shown, key=lambda clock: clock.urgency))
    return ClockList(by_need, show, len(overdue), len(soon), stopped)


def _clocks(session: Session, rows: Sequence[EventClock], today: date) -> tuple[Clock, ...]:
    if not rows:
        return ()  # a desk without clocks asks for no calendar
    calendar = calendars.load(session)
    return tuple(stands(row, calendar, today) for row in rows)


@dataclass(frozen=True, slots=True)
class ClockPage:
    """One clock with its counting sheet, the articles beside it, and what was done with it."""

    clock: Clock
    lines: tuple[CountingLine, ...]
    articles: tuple[Article, ...]
    events: tuple[AuditEvent, ...]


def page(session: Session, actor: Actor, *, clock_id: int, today: date) -> ClockPage:
    """One clock.

    Raises:
        NotFound: there is none, or it is another unit's.

    """
    row = visible(session, actor, clock_id)
    calendar = calendars.load(session)
    clock = stands(row, calendar, today)
    lines = domain.counting_sheet(clock.rule, clock.course, calendar, today=_looked_at(row, today))
    told = tuple(audit.history(session, "event_clock", clock_id))
    return ClockPage(clock, lines, articles(clock.rule, clock.course), told)


def visible(session: Session, actor: Actor, clock_id: int, *, lock: bool = False) -> EventClock:
    """A clock that a person may see.

    Raises:
        NotFound: there is none, or it is another unit's.

    """
    row = queries.one(session, clock_id, lock=lock)
    if row is None or not (sees_all(actor) or actor.unit_id == row.unit_id):
        raise NotFound
    return row


def units_to_choose(session: Session, actor: Actor) -> tuple[Unit, ...]:
    """The units for which a person may start a clock."""
    return tuple(unit for unit in directory.active(session) if actor.unit_id in {None, unit.id})


def stands(row: EventClock, calendar: WorkCalendar, today: date) -> Clock:
    """One clock as it stands; of one that is closed, on the day on which it was."""
    rule, course = rule_of(row), course_of(row)
    standing = domain.standing(rule, course, calendar, today=_looked_at(row, today))
    legal = domain.legal_day(row.formed_on, calendar) if row.formed_on and rule.asks_formed else None
    return Clock(row, rule, course, standing, legal, today, _soon(row, standing, legal, calendar, today))


def _soon(
    row: EventClock, standing: Standing, legal: date | None, calendar: WorkCalendar, today: date
) -> bool:
    if standing.overdue or row.closed_on is not None or row.voided_at is not None:
        return False
    last = min((day for day in (standing.due_on, legal) if day is not None), default=None)
    return last is not None and last >= today and workdays_between(today, last, calendar) <= SOON


def _looked_at(row: EventClock, today: date) -> date:
    return row.closed_on or today

"""Notices (提醒) and the ladders they are taken from: what is said, in which steps, and to whom.

A ladder is all that may be said of one wanted thing to one unit; each rung has its moment, and its
addressees (接收人). `tracker.domain.reminders` chooses the rung.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, Protocol

from tracker.domain.access import UserRole
from tracker.domain.china_time import china_clock, instant
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import WorkCalendar, workday_on_or_after


class NoticeKind(Titled):
    PERIOD_OPENS = "period_opens", "开始报送"
    BEFORE_CUTOFF = "before_cutoff", "即将截止"
    MISSED = "missed", "尚未收到"
    RETURNED = "returned", "退回修改"
    TASK_SOON = "task_soon", "临近到期"
    TASK_DUE = "task_due", "到期"
    TASK_OVERDUE = "task_overdue", "已逾期"
    CLOCK = "clock", "时限"
    CLAIM = "claim", "认领"
    DECISION = "decision", "议定事项"
    INSTRUCTION = "instruction", "批示办理"
    SUPERVISION = "supervision", "督办单"
    HANDOVER = "handover", "新联系人备案"
    STATISTIC = "statistic", "统计表"
    REQUEST_WAITS = "request_waits", "申请待处理"
    REQUEST_ANSWERED = "request_answered", "申请答复"
    MEETING = "meeting", "例会"
    MEETING_OFF = "meeting_off", "例会变动"
    QUOTA_LAGS = "quota_lags", "次数落后"
    QUOTA_ENDS = "quota_ends", "次数临近截止"
    QUOTA_MISSED = "quota_missed", "次数未达标"
    DELIVERY_FAILED = "delivery_failed", "提醒没有送达"
    SELF_CHECK = "self_check", "每日自检"


class Stage(Titled):
    """Where the day of a duty lies, for the kinds that are named after what is to be done."""

    SOON = "soon", "临近到期"
    DUE = "due", "到期"
    OVERDUE = "overdue", "已逾期"


class Addressee(Titled):
    """Whose business a rung is; leaders (领导) hear only what a person sends them."""

    CONTACT = "contact", "联系人"
    HEAD = "head", "分管负责人"
    OFFICE = "office", "公开办"
    ADMINISTRATOR = "administrator", "系统管理员"


def duty_kept(role: str, duty: str | None) -> str | None:
    """What an account is written down as in its unit: its head, or nothing, which is a contact."""
    return Addressee.HEAD.value if role == UserRole.UNIT and duty == Addressee.HEAD else None


CONTACT = (Addressee.CONTACT,)
WITH_HEAD = (Addressee.CONTACT, Addressee.HEAD)
WITH_OFFICE = (Addressee.CONTACT, Addressee.HEAD, Addressee.OFFICE)
OFFICE = (Addressee.OFFICE,)
WITH_ADMINISTRATOR = (Addressee.OFFICE, Addressee.ADMINISTRATOR)
ADMINISTRATOR = (Addressee.ADMINISTRATOR,)


def addressees(cause: Mapping[str, Any]) -> tuple[Addressee, ...]:
    """Whose business a notice was when it was said, as its cause keeps it; a unit's contacts' by default."""
    return tuple(Addressee(each) for each in cause.get("to", ())) or CONTACT


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """The office's choices (提醒规则); `tracker.domain.reminder_policy` says which of them can be kept.

    Clock hours are China's, quiet hours run over midnight, and `stale_after` ends the last rung's being news.
    """

    morning: time = time(9)
    day_before_at: time = time(15)
    hours_before: int = 2
    soon_workdays: tuple[int, ...] = (10, 3)
    before_to: tuple[tuple[Addressee, ...], ...] = (CONTACT, CONTACT)
    """Who hears of what lies ahead, and on its last day."""
    overdue_workdays: tuple[int, ...] = (1, 5, 10)
    overdue_to: tuple[tuple[Addressee, ...], ...] = (CONTACT, WITH_HEAD, WITH_OFFICE)
    """Who hears of the first, the second and every further step past a day."""
    again_after: int = 0
    """In workdays, how often at most what is missed or overdue is said again past its last step; 0 never."""
    missed_to: tuple[tuple[Addressee, ...], ...] = (CONTACT, WITH_HEAD, WITH_HEAD)
    """Who hears of the first, the second and every further period missed running."""
    duty_soon_workdays: tuple[int, ...] = (3,)
    clock_soon_workdays: tuple[int, ...] = (5, 2)
    waiting_workdays: tuple[int, ...] = (3, 7)
    """How long a unit has waited for the office's answer when the office is told again."""
    quota_ends_workdays: int = 10
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    quiet_days_off: bool = True
    """Whether what is not urgent waits for a workday."""
    most_a_day: int = 3
    """How many letters a person gets in a day at most, without the urgent ones; the house's for all plans."""
    off: frozenset[NoticeKind] = frozenset()
    """What is not said at all."""
    stale_after: timedelta = timedelta(days=30)
    news_for: timedelta = timedelta(days=7)
    """How long an answer is news."""

    @property
    def ahead_to(self) -> tuple[Addressee, ...]:
        """Who hears of a rung ahead of its day."""
        return _of_step(self.before_to, 0)

    @property
    def day_to(self) -> tuple[Addressee, ...]:
        """Who hears of a rung on its last day."""
        return _of_step(self.before_to, 1)

    def past_to(self, step: int) -> tuple[Addressee, ...]:
        """Who hears of the `step`-th (from 0) rung past a day."""
        return _of_step(self.overdue_to, step)

    def missing_to(self, earlier: int) -> tuple[Addressee, ...]:
        """Who hears of a missed period before which so many others were missed."""
        return _of_step(self.missed_to, earlier)

    def of(self, plan_id: int | None) -> ReminderPolicy:
        """Itself: where there is one policy it is every plan's."""
        del plan_id
        return self

    @property
    def former(self) -> tuple[Former, ...]:
        """Nothing came before it."""
        return ()


def _of_step(steps: tuple[tuple[Addressee, ...], ...], step: int) -> tuple[Addressee, ...]:
    return steps[min(step, len(steps) - 1)] if steps else CONTACT


class Policies(Protocol):
    """Which policy holds for which plan."""

    def of(self, plan_id: int | None) -> ReminderPolicy:
        """A plan's policy; the house's for what belongs to none."""
        ...

    @property
    def former(self) -> tuple[Former, ...]:
        """How it was before each change that still matters."""
        ...


@dataclass(frozen=True, slots=True)
class Former:
    """What held until a change."""

    until: datetime
    policies: Policies


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One thing to say about one unit, once.

    `reached_at` is the moment of its rung, `not_before` the earliest to send it (both UTC).
    `earlier_missed` counts the unit's other missed periods, `workdays_ahead` how early a task is announced;
    `urgent` is said on its deadline's own day, also when that is a day off. Without a
    unit it is the office's.
    """

    key: str
    kind: NoticeKind
    unit_id: int | None
    plan_id: int | None
    reached_at: datetime
    not_before: datetime
    due_on: date
    plan_title: str
    subject_title: str
    report: str = ""
    """The name of the cadence; empty for a task."""
    period_key: str = ""
    asks_progress: bool = True
    due_at: datetime | None = None
    obligation_id: int | None = None
    task_id: int | None = None
    about_id: int | None = None
    """The row that it is about, where that is neither a return nor a task: its kind says which table."""
    state: str = ""
    """What stood there when it was said, where that is more than its day."""
    detail: str = ""
    earlier_missed: int = 0
    workdays_ahead: int | None = None
    urgent: bool = False
    stage: Stage | None = None
    to: tuple[Addressee, ...] = CONTACT

    @property
    def cause(self) -> dict[str, str | int | bool | list[str] | None]:
        """Why this is said, for the record and for the look at the facts before it goes."""
        return {
            "kind": self.kind.value,
            "due_on": self.due_on.isoformat(),
            "obligation_id": self.obligation_id,
            "task_id": self.task_id,
            "about_id": self.about_id,
            "state": self.state,
            "urgent": self.urgent,
            "to": [each.value for each in self.to],
        }


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder. `urgent` rungs are said on their deadline's own day; `late` ones are past it."""

    name: str
    kind: NoticeKind
    at: datetime
    urgent: bool = False
    late: bool = False
    workdays_ahead: int | None = None
    stage: Stage | None = None
    to: tuple[Addressee, ...] = CONTACT


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs for one unit and one wanted thing; `about` is all of a notice but its rung."""

    stem: str
    rungs: tuple[Rung, ...]
    about: partial[PlannedNotice]
    policy: ReminderPolicy
    deadline: datetime | None = None
    stale_after: timedelta | None = None
    """Where it ceases to be news earlier, or later, than the policy says."""
    since: date | None = None
    """The day from which it has been wanted, where that is known."""


def not_before(moment: datetime, *, urgent: bool, policy: ReminderPolicy, calendar: WorkCalendar) -> datetime:
    """The earliest moment to send what is ready at `moment`: no quiet hour and, unless urgent, a workday.

    A policy whose days off are not quiet holds nothing back for them.
    """
    local = china_clock(moment)
    day, clock = local.date(), local.time()
    if clock >= policy.quiet_from:
        day, clock = day + timedelta(days=1), policy.quiet_until
    clock = max(clock, policy.quiet_until)
    if not urgent and policy.quiet_days_off and not calendar.is_workday(day):
        day, clock = workday_on_or_after(day, calendar), policy.quiet_until
    return instant(day, clock)

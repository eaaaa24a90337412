"""Reminders (提醒): which notices should exist by now, from facts alone.

For everything that is wanted there is a ladder of rungs, each with its moment. The highest rung reached is
said and no other: after eight days of downtime a unit hears one sentence, not five. A notice's key is made of
what it is about and its rung, without a time stamp, so planning twice gives the same keys and the store adds
nothing. What no longer holds is not in the result; the store then withdraws what it has not sent.

    a return (应报)      opens      the period's first workday in the morning
                         before     the workday before the cut-off, 15:00
                         hours      two hours before the cut-off
                         missed     the cut-off has passed; of several missed periods only the latest is said
                         returned   the office has sent it back; then before and hours as above
    a checkpoint (节点)  soonN      N workdays ahead (10, 3), not before the checkpoint is the next one
                         due        the day itself
                         overdueN   N workdays after (1, 5, 10)

Nothing is sent in quiet hours or on a day off: `not_before` moves to the next morning, the next workday. What
is said on its own deadline's day is not moved by days off, for on the next workday it would be too late; and
a reminder that would come at its cut-off or later is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial

from tracker.domain.china_time import china_clock, china_day, instant
from tracker.domain.obligation import ObligationState
from tracker.domain.period import WEEKLY, WEEKLY_NAME
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import (
    WorkCalendar,
    previous_workday,
    workday_on_or_after,
    workdays_after,
    workdays_before,
)


class NoticeKind(Titled):
    PERIOD_OPENS = "period_opens", "开始报送"
    BEFORE_CUTOFF = "before_cutoff", "即将截止"
    MISSED = "missed", "尚未收到"
    RETURNED = "returned", "退回修改"
    TASK_SOON = "task_soon", "临近到期"
    TASK_DUE = "task_due", "到期"
    TASK_OVERDUE = "task_overdue", "已逾期"


@dataclass(frozen=True, slots=True)
class ObligationFact:
    """One return that a unit owes.

    `opens_on` is the day from which it can be handed in, `why` why its cut-off moved; `cadence_kind` is the
    key of its cadence in the plan, and `asks_progress` whether it has a line a task.
    """

    obligation_id: int
    cadence_id: int
    plan_id: int
    unit_id: int
    plan_title: str
    period_key: str
    period_label: str
    opens_on: date
    due_at: datetime
    state: ObligationState
    cadence_kind: str = WEEKLY
    cadence_name: str = WEEKLY_NAME
    asks_progress: bool = True
    why: str = ""
    returned_at: datetime | None = None
    return_reason: str = ""
    return_number: int = 0


@dataclass(frozen=True, slots=True)
class CheckpointFact:
    """One open checkpoint with the units whose part is not done.

    `since` is the day from which it is the next one: that of the checkpoint before it, or of the plan's
    confirmation. A monthly task is so not announced while last month's is still due.
    """

    task_id: int
    plan_id: int
    plan_title: str
    task_title: str
    label: str
    due_on: date
    unit_ids: tuple[int, ...]
    since: date | None = None


@dataclass(frozen=True, slots=True)
class ReminderFacts:
    """All that is wanted at the moment; what is settled need not be in it."""

    obligations: tuple[ObligationFact, ...] = ()
    checkpoints: tuple[CheckpointFact, ...] = ()


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """The office's choices.

    Clock hours are China's, quiet hours run over midnight, and `stale_after` ends the last rung's being news.
    """

    morning: time = time(9)
    day_before_at: time = time(15)
    hours_before: int = 2
    soon_workdays: tuple[int, ...] = (10, 3)
    overdue_workdays: tuple[int, ...] = (1, 5, 10)
    quiet_from: time = time(20)
    quiet_until: time = time(8)
    stale_after: timedelta = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One thing to say to one unit, once.

    `reached_at` is the moment of its rung, `not_before` the earliest to send it (both UTC).
    `earlier_missed` counts the unit's other missed periods, `workdays_ahead` how early a task is announced;
    `urgent` is said on its deadline's own day, also when that is a day off.
    """

    key: str
    kind: NoticeKind
    unit_id: int
    plan_id: int
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
    detail: str = ""
    earlier_missed: int = 0
    workdays_ahead: int | None = None
    urgent: bool = False

    @property
    def cause(self) -> dict[str, str | int | bool | None]:
        """Why this is said, for the record."""
        return {
            "kind": self.kind.value,
            "due_on": self.due_on.isoformat(),
            "obligation_id": self.obligation_id,
            "task_id": self.task_id,
            "urgent": self.urgent,
        }


@dataclass(frozen=True, slots=True)
class _Rung:
    """A step of a ladder. `urgent` rungs are said on their deadline's own day; `late` ones are past it."""

    name: str
    kind: NoticeKind
    at: datetime
    urgent: bool = False
    late: bool = False
    workdays_ahead: int | None = None


@dataclass(frozen=True, slots=True)
class _Ladder:
    """The rungs for one unit and one wanted thing; `about` is all of a notice but its rung."""

    stem: str
    rungs: tuple[_Rung, ...]
    about: partial[PlannedNotice]
    deadline: datetime | None = None


def plan_reminders(
    facts: ReminderFacts, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime
) -> tuple[PlannedNotice, ...]:
    """The notices that should exist at `now`, in the order of their keys.

    Raises:
        ValueError: `now` has no time zone.

    """
    china_clock(now)
    notices: dict[str, PlannedNotice] = {}
    for ladder in (*_return_ladders(facts, policy, calendar, now), *_task_ladders(facts, policy, calendar)):
        reached = _reached(ladder, policy, calendar, now)
        if reached is None:
            continue
        rung, send_at = reached
        key = f"{ladder.stem}:{rung.name}"
        notices[key] = ladder.about(
            key=key, kind=rung.kind, reached_at=rung.at, not_before=send_at, urgent=rung.urgent,
            workdays_ahead=rung.workdays_ahead,
        )  # fmt: skip
    return tuple(notices[key] for key in sorted(notices))


def not_before(moment: datetime, *, urgent: bool, policy: ReminderPolicy, calendar: WorkCalendar) -> datetime:
    """The earliest moment to send what is ready at `moment`: no quiet hour and, unless urgent, a workday."""
    local = china_clock(moment)
    day, clock = local.date(), local.time()
    if clock >= policy.quiet_from:
        day, clock = day + timedelta(days=1), policy.quiet_until
    clock = max(clock, policy.quiet_until)
    if not urgent and not calendar.is_workday(day):
        day, clock = workday_on_or_after(day, calendar), policy.quiet_until
    return instant(day, clock)


def _reached(
    ladder: _Ladder, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime
) -> tuple[_Rung, datetime] | None:
    """The highest rung reached that is still worth saying, with the earliest moment to send it."""
    reached: tuple[_Rung, datetime] | None = None
    for rung in sorted(ladder.rungs, key=lambda rung: rung.at):
        send_at = not_before(rung.at, urgent=rung.urgent, policy=policy, calendar=calendar)
        in_time = rung.late or ladder.deadline is None or max(send_at, now) < ladder.deadline
        if rung.at <= now and in_time:
            reached = rung, send_at
    if reached is None or now - reached[0].at > policy.stale_after:
        return None
    return reached


def _return_ladders(
    facts: ReminderFacts, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime
) -> Iterator[_Ladder]:
    missed: dict[tuple[int, int], list[ObligationFact]] = {}
    for fact in facts.obligations:
        match fact.state:
            case ObligationState.RETURNED:
                yield _ladder_for(fact, _returned_rungs(fact, policy, calendar), stem="return")
            case ObligationState.OPEN if fact.due_at >= now:
                yield _ladder_for(fact, _open_rungs(fact, policy, calendar), stem=fact.cadence_kind)
            case ObligationState.OPEN | ObligationState.MISSED:
                missed.setdefault((fact.cadence_id, fact.unit_id), []).append(fact)
            case _:
                pass
    for several in missed.values():
        latest = max(several, key=lambda fact: fact.due_at)
        rung = _Rung("missed", NoticeKind.MISSED, latest.due_at, late=True)
        yield _ladder_for(latest, (rung,), stem=latest.cadence_kind, earlier_missed=len(several) - 1)


def _ladder_for(
    fact: ObligationFact, rungs: tuple[_Rung, ...], *, stem: str, earlier_missed: int = 0
) -> _Ladder:
    about = partial(
        PlannedNotice,
        unit_id=fact.unit_id,
        plan_id=fact.plan_id,
        due_on=china_day(fact.due_at),
        due_at=fact.due_at,
        plan_title=fact.plan_title,
        subject_title=fact.period_label,
        report=fact.cadence_name,
        period_key=fact.period_key,
        asks_progress=fact.asks_progress,
        obligation_id=fact.obligation_id,
        earlier_missed=earlier_missed,
        detail=fact.return_reason if stem == "return" else fact.why,
    )
    version = f":v{fact.return_number}" if stem == "return" else ""
    stem = f"{stem}:c{fact.cadence_id}:{fact.period_key}:u{fact.unit_id}{version}"
    return _Ladder(stem, rungs, about, fact.due_at)


def _cutoff_rungs(
    fact: ObligationFact, kind: NoticeKind, policy: ReminderPolicy, calendar: WorkCalendar, after: datetime
) -> tuple[_Rung, ...]:
    """The two before the cut-off, of which those not later than `after` have nothing to add."""
    day_before = previous_workday(china_day(fact.due_at), calendar)
    hours_before = fact.due_at - timedelta(hours=policy.hours_before)
    rungs = (
        _Rung("before", kind, instant(day_before, policy.day_before_at)),
        _Rung("hours", kind, hours_before, urgent=True),
    )
    return tuple(rung for rung in rungs if rung.at > after)


def _open_rungs(fact: ObligationFact, policy: ReminderPolicy, calendar: WorkCalendar) -> tuple[_Rung, ...]:
    opens_at = instant(workday_on_or_after(fact.opens_on, calendar), policy.morning)
    opening = _Rung("opens", NoticeKind.PERIOD_OPENS, opens_at)
    return (opening, *_cutoff_rungs(fact, NoticeKind.BEFORE_CUTOFF, policy, calendar, opens_at))


def _returned_rungs(
    fact: ObligationFact, policy: ReminderPolicy, calendar: WorkCalendar
) -> tuple[_Rung, ...]:
    if fact.returned_at is None:
        return ()
    # Sent back after the cut-off it is still news, so this rung counts as late whatever the hour.
    back = _Rung("returned", NoticeKind.RETURNED, fact.returned_at, late=True)
    return (back, *_cutoff_rungs(fact, NoticeKind.RETURNED, policy, calendar, fact.returned_at))


def _task_ladders(facts: ReminderFacts, policy: ReminderPolicy, calendar: WorkCalendar) -> Iterator[_Ladder]:
    for fact in facts.checkpoints:
        rungs = _task_rungs(fact, policy, calendar)
        for unit_id in fact.unit_ids:
            about = partial(
                PlannedNotice,
                unit_id=unit_id,
                plan_id=fact.plan_id,
                due_on=fact.due_on,
                plan_title=fact.plan_title,
                subject_title=fact.task_title,
                task_id=fact.task_id,
                detail=fact.label,
            )
            yield _Ladder(f"task:t{fact.task_id}:{fact.due_on.isoformat()}:u{unit_id}", rungs, about)


def _task_rungs(fact: CheckpointFact, policy: ReminderPolicy, calendar: WorkCalendar) -> tuple[_Rung, ...]:
    morning = policy.morning
    rungs = []
    for count in policy.soon_workdays:
        day = workdays_before(fact.due_on, count, calendar)
        if fact.since is None or day > fact.since:
            at = instant(day, morning)
            rungs.append(_Rung(f"soon{count}", NoticeKind.TASK_SOON, at, workdays_ahead=count))
    rungs.append(_Rung("due", NoticeKind.TASK_DUE, instant(fact.due_on, morning), urgent=True))
    for count in policy.overdue_workdays:
        day = workdays_after(fact.due_on, count, calendar)
        rungs.append(_Rung(f"overdue{count}", NoticeKind.TASK_OVERDUE, instant(day, morning), late=True))
    return tuple(rungs)

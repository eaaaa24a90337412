"""What is said of things to be done by a day: a task's checkpoint (节点), and the duties beside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from tracker.domain.china_time import china_day, instant
from tracker.domain.notices import Ladder, NoticeKind, PlannedNotice, Policies, ReminderPolicy, Rung, Stage
from tracker.domain.reminder_facts import ReminderFacts
from tracker.domain.saying_again import said_again
from tracker.domain.work_calendar import WorkCalendar, workdays_after, workdays_before

_TASK = {
    Stage.SOON: NoticeKind.TASK_SOON, Stage.DUE: NoticeKind.TASK_DUE, Stage.OVERDUE: NoticeKind.TASK_OVERDUE,
}  # fmt: skip


def duty_ladders(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> Iterator[Ladder]:
    """What is said of the checkpoints and of the other duties that are open, where anything is by now."""
    of_plan = _Plans(policies, calendar, now)
    for fact in facts.checkpoints:
        days = of_plan[fact.plan_id]
        policy = days.policy
        rungs = days.rungs(None, policy.soon_workdays, fact.due_on, fact.since)
        if not rungs:
            continue  # most of a year's checkpoints: nothing is made for them
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
            stem = f"task:t{fact.task_id}:{fact.due_on.isoformat()}:u{unit_id}"
            yield Ladder(stem, rungs, about, policy, since=fact.since)
    for duty in facts.duties:
        days = of_plan[duty.plan_id]
        policy = days.policy
        is_clock = duty.kind is NoticeKind.CLOCK
        ahead = policy.clock_soon_workdays if is_clock else policy.duty_soon_workdays
        rungs = days.rungs(duty.kind, ahead, duty.due_on, duty.since)
        about = partial(
            PlannedNotice,
            unit_id=duty.unit_id,
            plan_id=duty.plan_id,
            due_on=duty.due_on,
            plan_title=duty.plan_title,
            subject_title=duty.title,
            task_id=duty.task_id,
            about_id=duty.about_id,
            detail=duty.detail,
        )
        stem = f"{duty.kind.value}:{duty.about_id}:{duty.due_on.isoformat()}:u{duty.unit_id}"
        yield Ladder(stem, rungs, about, policy, since=duty.since)


class _Plans(dict[int | None, "_Days"]):
    """The rungs of each plan's days; plans of one policy share them."""

    def __init__(self, policies: Policies, calendar: WorkCalendar, now: datetime) -> None:
        super().__init__()
        self._policies, self._calendar, self._now = policies, calendar, now
        self._shared: dict[ReminderPolicy, _Days] = {}

    def __missing__(self, plan_id: int | None) -> _Days:
        policy = self._policies.of(plan_id)
        days = self._shared.setdefault(policy, _Days(policy, self._calendar, self._now))
        self[plan_id] = days
        return days


@dataclass(frozen=True, slots=True)
class _Day:
    """The rungs of one day: those ahead of it, the farthest first, with the days that reach them."""

    reached: tuple[date, ...]
    ahead: tuple[Rung, ...]
    rest: tuple[Rung, ...]
    now: datetime
    wholes: dict[int, tuple[Rung, ...]] = field(default_factory=dict)

    def since(self, since: date | None) -> tuple[Rung, ...]:
        """The rungs reached by now, but for those ahead that were by `since`; one tuple for equal rungs."""
        first = 0 if since is None else bisect_right(self.reached, since)
        whole = self.wholes.get(first)
        if whole is None:
            reached = (rung for rung in (*self.ahead[first:], *self.rest) if rung.at <= self.now)
            whole = self.wholes[first] = tuple(reached)
        return whole


@dataclass(frozen=True, slots=True)
class _Days:
    """The rungs of each day, worked out once; no kind is a checkpoint's.

    A hundred thousand checkpoints fall on a few hundred days.
    """

    policy: ReminderPolicy
    calendar: WorkCalendar
    now: datetime
    _known: dict[tuple[NoticeKind | None, date], _Day] = field(default_factory=dict)

    def rungs(
        self, kind: NoticeKind | None, ahead: tuple[int, ...], due_on: date, since: date | None
    ) -> tuple[Rung, ...]:
        """The rungs of a day that are reached, without those ahead of it that lie not after `since`."""
        day = self._known.get((kind, due_on))
        if day is None:
            day = self._known[kind, due_on] = self._day(kind, ahead, due_on)
        return day.since(since)

    def _day(self, kind: NoticeKind | None, ahead: tuple[int, ...], due_on: date) -> _Day:
        counts = sorted(ahead, reverse=True)
        reached = tuple(workdays_before(due_on, count, self.calendar) for count in counts)
        soon = (
            self._rung(f"soon{count}", kind, Stage.SOON, day, workdays_ahead=count, to=self.policy.ahead_to)
            for count, day in zip(counts, reached, strict=True)
        )
        due = self._rung("due", kind, Stage.DUE, due_on, urgent=True, to=self.policy.day_to)
        return _Day(reached, tuple(soon), (due, *self._overdue(kind, due_on)), self.now)

    def _overdue(self, kind: NoticeKind | None, due_on: date) -> Iterator[Rung]:
        """The steps past a day, and what is said again after the last."""
        steps = sorted(self.policy.overdue_workdays)
        for step, count in enumerate(steps):
            day, to = workdays_after(due_on, count, self.calendar), self.policy.past_to(step)
            yield self._rung(f"overdue{count}", kind, Stage.OVERDUE, day, late=True, to=to)
        to = self.policy.past_to(len(steps))
        for count, at in said_again(due_on, max(steps, default=0), self.policy, self.calendar, self.now):
            yield self._rung(f"overdue{count}", kind, Stage.OVERDUE, china_day(at), late=True, to=to)

    def _rung(self, name: str, kind: NoticeKind | None, stage: Stage, day: date, **more: Any) -> Rung:
        at = instant(day, self.policy.morning)
        if kind is None:
            return Rung(name, _TASK[stage], at, **more)
        return Rung(name, kind, at, stage=stage, **more)

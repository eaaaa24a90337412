"""What is said of things to be done by a day: a task's checkpoint (节点), and the duties beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from tracker.domain.china_time import instant
from tracker.domain.notices import Ladder, NoticeKind, PlannedNotice, ReminderPolicy, Rung, Stage
from tracker.domain.reminder_facts import ReminderFacts
from tracker.domain.work_calendar import WorkCalendar, workdays_after, workdays_before

_TASK = {
    Stage.SOON: NoticeKind.TASK_SOON, Stage.DUE: NoticeKind.TASK_DUE, Stage.OVERDUE: NoticeKind.TASK_OVERDUE,
}  # fmt: skip


def duty_ladders(facts: ReminderFacts, policy: ReminderPolicy, calendar: WorkCalendar) -> Iterator[Ladder]:
    """What is said of the checkpoints and of the other duties that are open."""
    days = _Days(policy, calendar)
    for fact in facts.checkpoints:
        rungs = days.rungs(None, policy.soon_workdays, fact.due_on, fact.since)
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
            yield Ladder(f"task:t{fact.task_id}:{fact.due_on.isoformat()}:u{unit_id}", rungs, about)
    for duty in facts.duties:
        is_clock = duty.kind is NoticeKind.CLOCK
        ahead = policy.clock_soon_workdays if is_clock else policy.duty_soon_workdays
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
        yield Ladder(stem, days.rungs(duty.kind, ahead, duty.due_on, duty.since), about)


@dataclass(frozen=True)
class _Days:
    """The rungs of a day, worked out once: a hundred thousand checkpoints fall on a few hundred days."""

    policy: ReminderPolicy
    calendar: WorkCalendar
    _known: dict[tuple[NoticeKind | None, date], list[tuple[date | None, Rung]]] = field(default_factory=dict)
    _since: dict[tuple[NoticeKind | None, date, date | None], tuple[Rung, ...]] = field(default_factory=dict)

    def rungs(
        self, kind: NoticeKind | None, ahead: tuple[int, ...], due_on: date, since: date | None
    ) -> tuple[Rung, ...]:
        """The rungs of a day, without those ahead of it that lie not after `since`."""
        key = kind, due_on, since
        found = self._since.get(key)
        if found is None:
            if (kind, due_on) not in self._known:
                self._known[kind, due_on] = list(self._all(kind, ahead, due_on))
            found = self._since[key] = tuple(
                rung
                for day, rung in self._known[kind, due_on]
                if day is None or since is None or day > since
            )
        return found

    def _all(
        self, kind: NoticeKind | None, ahead: tuple[int, ...], due_on: date
    ) -> Iterator[tuple[date | None, Rung]]:
        """Each rung, and of those ahead of the day the day on which they are reached."""
        morning = self.policy.morning
        for count in ahead:
            day = workdays_before(due_on, count, self.calendar)
            soon = self._rung(f"soon{count}", kind, Stage.SOON, day)
            yield day, Rung(soon.name, soon.kind, soon.at, workdays_ahead=count, stage=soon.stage)
        named = _TASK[Stage.DUE] if kind is None else kind
        stage = None if kind is None else Stage.DUE
        yield None, Rung("due", named, instant(due_on, morning), urgent=True, stage=stage)
        for step, count in enumerate(sorted(self.policy.overdue_workdays)):
            day = workdays_after(due_on, count, self.calendar)
            late = self._rung(f"overdue{count}", kind, Stage.OVERDUE, day)
            to = self.policy.past_to(step)
            yield None, Rung(late.name, late.kind, late.at, late=True, stage=late.stage, to=to)

    def _rung(self, name: str, kind: NoticeKind | None, stage: Stage, day: date) -> Rung:
        at = instant(day, self.policy.morning)
        return Rung(name, _TASK[stage], at) if kind is None else Rung(name, kind, at, stage=stage)

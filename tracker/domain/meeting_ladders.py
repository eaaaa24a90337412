"""What is said of meetings (例会): that one is called, moved, or called off; the table is in `reminders`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from tracker.domain.china_time import china_clock, china_day, instant, month_day
from tracker.domain.notices import Ladder, NoticeKind, PlannedNotice, Policies, ReminderPolicy, Rung
from tracker.domain.reminder_facts import MeetingFact, MeetingOffFact, ReminderFacts
from tracker.domain.work_calendar import WEEKDAYS, WorkCalendar, previous_workday


def meeting_ladders(facts: ReminderFacts, policies: Policies, calendar: WorkCalendar) -> Iterator[Ladder]:
    """What is said to who shall come, and to who was told to come and need not."""
    for meeting in facts.meetings:
        yield from _called(meeting, policies.of(meeting.plan_id), calendar)
    for off in facts.meetings_off:
        yield _off(off, policies.of(off.plan_id))


def moment_key(starts_at: datetime) -> str:
    """A meeting's moment as it stands in a notice's key and in its cause."""
    return f"{china_clock(starts_at):%Y-%m-%dT%H:%M}"


def _called(fact: MeetingFact, policy: ReminderPolicy, calendar: WorkCalendar) -> Iterator[Ladder]:
    """Called, and the workday before; a meeting that is moved is news, to who knew of it as well."""
    day = china_day(fact.starts_at)
    before = instant(previous_workday(day, calendar), policy.day_before_at)
    rungs = [Rung("called", NoticeKind.MEETING, fact.called_at, urgent=china_day(fact.called_at) == day)]
    if before > fact.called_at:
        rungs.append(Rung("before", NoticeKind.MEETING, before))
    moment, moved = moment_key(fact.starts_at), dict(fact.moved)
    for unit_id in fact.unit_ids:
        about = partial(
            PlannedNotice,
            unit_id=unit_id,
            plan_id=fact.plan_id,
            due_on=day,
            due_at=fact.starts_at,
            plan_title=fact.plan_title,
            subject_title=fact.title,
            report=f"原定{_words(moved[unit_id])}，已改期。" if unit_id in moved else "",
            about_id=fact.meeting_id,
            state=moment,
            detail=fact.place,
        )
        stem = f"meeting:m{fact.meeting_id}:{moment}:u{unit_id}"
        yield Ladder(stem, tuple(rungs), about, policy, fact.starts_at)


def _off(fact: MeetingOffFact, policy: ReminderPolicy) -> Ladder:
    """At once: whoever reads it too late has come for nothing."""
    moment = moment_key(fact.starts_at)
    rung = Rung("off", NoticeKind.MEETING_OFF, fact.told_at, urgent=True)
    about = partial(
        PlannedNotice,
        unit_id=fact.unit_id,
        plan_id=fact.plan_id,
        due_on=china_day(fact.starts_at),
        due_at=fact.starts_at,
        plan_title=fact.plan_title,
        subject_title=fact.title,
        report="取消，请不要到会" if fact.cancelled else "不用贵单位参加了",
        about_id=fact.meeting_id,
        state=moment,
        detail=f"原因：{fact.why.rstrip('。')}" if fact.why else "",
    )
    stem = f"meeting_off:m{fact.meeting_id}:{moment}:u{fact.unit_id}"
    return Ladder(stem, (rung,), about, policy, fact.starts_at)


def _words(moment: datetime) -> str:
    day = china_day(moment)
    return f"{month_day(day)}（{WEEKDAYS[day.weekday()]}）{china_clock(moment):%H:%M}"

"""Reminders (提醒): which notices should exist by now, from facts alone.

For everything that is wanted there is a ladder of rungs, each with its moment. The highest rung reached is
said and no other: after eight days of downtime a unit hears one sentence, not five. A notice's key is made of
what it is about and its rung, without a time stamp, so planning twice gives the same keys and the store adds
nothing. What no longer holds is not in the result; the store then withdraws what it has not sent.

    a return (应报)      opens      the period's first workday in the morning
                         before     the workday before the cut-off, 15:00
                         hours      two hours before the cut-off
                         missed     the cut-off has passed; of several missed periods only the latest is said
                         returned   the office has sent it back; then before and hours as above, and
                         past       its cut-off has passed and nothing new has come
    a checkpoint (节点)  soonN      N workdays ahead (10, 3), not before the checkpoint is the next one
                         due        the day itself
                         overdueN   N workdays after (1, 5, 10)
    a clock (时限)       soonN      N workdays ahead (5, 2); due and overdueN as a checkpoint
    a claim (认领), a decision (议定事项), an instruction (批示), a new contact to file (交接)
                         soonN      N workdays ahead (3); due and overdueN as a checkpoint
    a request (申请)     asked      to the office, at once
                         waitsN     to the office, unanswered after N workdays (3, 7)
                         granted, refused, lapsed   to the unit, once
    a meeting (例会)     called     at once; before: the workday before, 15:00
                         off        at once, to who was told of it and need not come
    a quota (次数指标)   lags-YYYY-MM   behind the even pace, once a month
                         ends       10 workdays before its span ends unmet
                         missed     the workday after its span; of several missed only the latest is said
    failed deliveries    the day    to the office and administrators, once a day as long as there are any
    the self-check       the day    to administrators, each workday: what was to be sent and was

What is missed or overdue is said again past its last step, where the policy says how often (`missedN`,
`overdueN`, N workdays after). A kind that is switched off is not said, nor a lower rung in its stead. When a
policy changes, a rung that the new one has reached already is said only where it is further than what the
old one had reached: a change says nothing twice.

A rung ahead of a day is left out when it was reached by the day since which the thing is wanted: long lead
times do not apply to short cycles. Who hears of a rung: the contact; the head (分管负责人) too from the
second step past a day, or the second period missed running; the office too from the third step. A policy may
tell the head and the office earlier. Leaders hear nothing from here.

Old news is not said: neither what a house finds in its first plan, nor what lies long before a plan that came
late. How old it is is looked at as of the last planning, or of the day from which the thing has been wanted
where that is later. So what was reached while nothing planned is said afterwards, however long that was, and
nobody is forgotten. What waits to go out is never withdrawn for its age alone.

Nothing is sent in quiet hours or on a day off: `not_before` moves to the next morning, the next workday. What
is said on its own deadline's day is not moved by days off, for on the next workday it would be too late; and
a reminder that would come at its cut-off or later is left out.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import chain

from tracker.domain.ask_ladders import ask_ladders
from tracker.domain.china_time import china_clock, china_day, instant
from tracker.domain.duty_ladders import duty_ladders
from tracker.domain.notices import (
    Former,
    Ladder,
    NoticeKind,
    PlannedNotice,
    Policies,
    ReminderPolicy,
    Rung,
    not_before,
)
from tracker.domain.reminder_facts import CheckpointFact, ObligationFact, ReminderFacts
from tracker.domain.return_ladders import return_ladders
from tracker.domain.work_calendar import WorkCalendar

__all__ = [
    "CheckpointFact",
    "NoticeKind",
    "ObligationFact",
    "PlannedNotice",
    "Planner",
    "ReminderFacts",
    "ReminderPolicy",
    "known_until",
    "not_before",
    "plan_reminders",
]

LONGEST_STANDSTILL = timedelta(days=120)
"""A house that planned nothing for longer begins anew; a clock that is wrong by more is not believed."""


def known_until(planned_at: datetime | None, now: datetime) -> datetime:
    """Until when what was reached has been looked at: the last planning, or `now` where there was none.

    It is `now` too where the last planning lies ahead, for the clock went back, or longer ago than any
    machine stands still.
    """
    if planned_at is None or not timedelta(0) <= now - planned_at <= LONGEST_STANDSTILL:
        return now
    return planned_at


def plan_reminders(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> tuple[PlannedNotice, ...]:
    """The notices that should exist at `now`, in the order of their keys; one policy alone is every plan's.

    Raises:
        ValueError: `now` has no time zone.

    """
    china_clock(now)
    return Planner(facts, policies, calendar, now).at(now)


class Planner:
    """Plans the same facts at several moments; what former policies had reached is worked out once."""

    def __init__(
        self, facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, start: datetime
    ) -> None:
        self._facts, self._policies, self._calendar = facts, policies, calendar
        self._before: dict[str, PlannedNotice] = {}
        for former in policies.former:
            # What was reached longer ago is no news: it stands in nobody's way.
            known = known_until(facts.planned_at, start)
            if former.until <= start and known - former.until <= policies.of(None).stale_after:
                self._keep_what_was_reached(former)

    def at(self, now: datetime) -> tuple[PlannedNotice, ...]:
        """The notices that should exist at a moment not before the start."""
        notices = _planned(self._facts, self._policies, self._calendar, now)
        for stem, said in self._before.items():
            if stem in notices and notices[stem].reached_at <= said.reached_at:
                notices[stem] = said
        return tuple(sorted(notices.values(), key=lambda notice: notice.key))

    def _keep_what_was_reached(self, former: Former) -> None:
        """What a former policy had come to stands until the present one has reached something further."""
        policies, before = self._policies, self._before
        changed = self._facts.of_plans(lambda plan_id: former.policies.of(plan_id) != policies.of(plan_id))
        for stem, said in _planned(changed, former.policies, self._calendar, former.until).items():
            if stem not in before or before[stem].reached_at <= said.reached_at:
                before[stem] = said


def _planned(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> dict[str, PlannedNotice]:
    """One notice at most a ladder, by its stem."""
    notices: dict[str, PlannedNotice] = {}
    known = known_until(facts.planned_at, now)
    known_on = china_day(known)
    # Duties of one day share their rungs; the tuple is kept, so that its id is nobody else's meanwhile.
    shared: dict[int, tuple[tuple[Rung, ...], tuple[Rung, datetime] | None]] = {}
    for ladder in chain(
        return_ladders(facts, policies, calendar, now),
        duty_ladders(facts, policies, calendar, now),
        ask_ladders(facts, policies, calendar, now),
    ):
        if ladder.deadline is None and id(ladder.rungs) in shared:
            reached = shared[id(ladder.rungs)][1]
        else:
            reached = _reached(ladder, calendar, now)
            if ladder.deadline is None:
                shared[id(ladder.rungs)] = ladder.rungs, reached
        if reached is None:
            continue
        rung, send_at = reached
        key = f"{ladder.stem}:{rung.name}"
        since = ladder.since
        looked = known if since is None or since <= known_on else min(now, instant(since, time(0)))
        if looked - rung.at > (ladder.stale_after or ladder.policy.stale_after) and key not in facts.waiting:
            continue
        notices[ladder.stem] = ladder.about(
            key=key, kind=rung.kind, reached_at=rung.at, not_before=send_at, urgent=rung.urgent,
            workdays_ahead=rung.workdays_ahead, stage=rung.stage, to=rung.to,
        )  # fmt: skip
    return notices


def _reached(ladder: Ladder, calendar: WorkCalendar, now: datetime) -> tuple[Rung, datetime] | None:
    """The highest rung reached that is still of use, with the earliest moment to send it."""
    policy = ladder.policy
    reached: tuple[Rung, datetime] | None = None
    for rung in sorted(ladder.rungs, key=lambda rung: rung.at):
        send_at = not_before(rung.at, urgent=rung.urgent, policy=policy, calendar=calendar)
        in_time = rung.late or ladder.deadline is None or max(send_at, now) < ladder.deadline
        if rung.at <= now and in_time:
            reached = rung, send_at
    return None if reached is None or reached[0].kind in policy.off else reached

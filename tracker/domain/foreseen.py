"""What would be said (提醒预览) in the days to come if nobody did anything: the planner, walked through time.

Between two moments at which something reaches a rung the planner's answer is the same, so it is asked at
those alone: days speak in the morning, cut-offs and meetings at the moments of their own rungs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.domain.ask_ladders import ask_ladders
from tracker.domain.china_time import china_day, instant
from tracker.domain.duty_ladders import duty_ladders
from tracker.domain.notices import Ladder, PlannedNotice, Policies
from tracker.domain.reminder_facts import ObligationFact, ReminderFacts
from tracker.domain.reminders import Planner, known_until
from tracker.domain.return_ladders import return_ladders
from tracker.domain.work_calendar import WorkCalendar

ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def foreseen(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, start: datetime, end: datetime
) -> tuple[PlannedNotice, ...]:
    """The notices that would go out after `start` and before `end`, by the moment at which they could.

    What a later rung overtakes before it may go is not said. What nothing has planned yet, for the machine
    stood still, goes out at `start`. A moment without a time zone is refused as by `plan_reminders`.
    """
    walk = _Walk(policies, calendar, start, end)
    mornings = set(_mornings(facts, policies, start, end))
    nothing = ReminderFacts(planned_at=facts.planned_at, waiting=facts.waiting)
    dated = replace(nothing, checkpoints=facts.checkpoints, duties=facts.duties)
    speaking = mornings if _repeats(dated, policies) else _rungs(duty_ladders(dated, policies, calendar, end))
    found = [*walk.said(dated, set(speaking))]
    for obligations in _by_cadence(facts.obligations):
        returns = replace(nothing, obligations=obligations)
        moments = {*_rungs(return_ladders(returns, policies, calendar, start)), *_cut_offs(returns)}
        found += walk.said(returns, moments | mornings if _repeats(returns, policies) else moments)
    asks = replace(facts, checkpoints=(), duties=(), obligations=())
    moments = {*_rungs(ask_ladders(asks, policies, calendar, start)), *mornings}
    found += walk.said(asks, moments | {meeting.starts_at for meeting in asks.meetings})
    return tuple(sorted(found, key=lambda notice: (notice.not_before, notice.key)))


@dataclass(frozen=True, slots=True)
class _Walk:
    policies: Policies
    calendar: WorkCalendar
    start: datetime
    end: datetime

    def said(self, facts: ReminderFacts, moments: Iterable[datetime]) -> Iterator[PlannedNotice]:
        """What goes out between two of the moments: planned at the one, and not overtaken at the next."""
        planner = Planner(facts, self.policies, self.calendar, self.start)
        waiting = planner.at(self.start)
        known = known_until(facts.planned_at, self.start)
        gone = {each.key for each in waiting if each.not_before <= known}
        for moment in (*sorted(each for each in moments if self.start < each < self.end), self.end):
            for each in waiting:
                if each.key not in gone and each.not_before < moment:
                    gone.add(each.key)
                    yield replace(each, not_before=max(each.not_before, self.start))
            waiting = planner.at(moment)


def _mornings(facts: ReminderFacts, policies: Policies, start: datetime, end: datetime) -> Iterator[datetime]:
    """The hours of a policy at which a day speaks."""
    hours = {policies.of(plan_id).morning for plan_id in facts.plan_ids | {None}}
    for offset in range((china_day(end) - china_day(start)).days + 1):
        for hour in hours:
            yield instant(china_day(start) + offset * ONE_DAY, hour)


def _by_cadence(obligations: Iterable[ObligationFact]) -> Iterator[tuple[ObligationFact, ...]]:
    """Returns of one rhythm are asked for at the same moments."""
    found: dict[int, list[ObligationFact]] = {}
    for fact in obligations:
        found.setdefault(fact.cadence_id, []).append(fact)
    return (tuple(several) for several in found.values())


def _rungs(ladders: Iterable[Ladder]) -> Iterator[datetime]:
    return (rung.at for ladder in ladders for rung in ladder.rungs)


def _cut_offs(facts: ReminderFacts) -> Iterator[datetime]:
    """At its cut-off a return is still wanted, right after it is missed."""
    for fact in facts.obligations:
        yield from (fact.due_at, fact.due_at + INSTANT)


def _repeats(facts: ReminderFacts, policies: Policies) -> bool:
    """Whether more of them is said than the rungs that can be named beforehand."""
    return any(policies.of(plan_id).again_after for plan_id in facts.plan_ids)

"""What is said of returns (应报): the rungs to the cut-off and past it; the table is in `reminders`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from tracker.domain.china_time import china_day, instant
from tracker.domain.notices import (
    Addressee,
    Ladder,
    NoticeKind,
    PlannedNotice,
    Policies,
    ReminderPolicy,
    Rung,
)
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import ObligationFact, ReminderFacts
from tracker.domain.saying_again import said_again
from tracker.domain.work_calendar import WorkCalendar, previous_workday, workday_on_or_after


def return_ladders(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> Iterator[Ladder]:
    """What is said of the returns that are wanted."""
    missed: dict[tuple[int, int], list[ObligationFact]] = {}
    for fact in facts.obligations:
        policy = policies.of(fact.plan_id)
        match fact.state:
            case ObligationState.RETURNED:
                yield _ladder_for(fact, _returned_rungs(fact, policy, calendar), policy, stem="return")
            case ObligationState.OPEN if fact.due_at >= now:
                yield _ladder_for(fact, _open_rungs(fact, policy, calendar), policy, stem=fact.cadence_kind)
            case ObligationState.OPEN | ObligationState.MISSED:
                missed.setdefault((fact.cadence_id, fact.unit_id), []).append(fact)
            case _:
                pass
    for several in missed.values():
        latest = max(several, key=_order)
        policy = policies.of(latest.plan_id)
        to = policy.missing_to(_running(several) - 1)
        rungs = tuple(_missed_rungs(latest, policy, calendar, now, to=to))
        earlier = len(several) - 1 + latest.missed_before
        yield _ladder_for(latest, rungs, policy, stem=latest.cadence_kind, earlier_missed=earlier)


def _running(missed: Sequence[ObligationFact]) -> int:
    """How many of a unit's missed periods, from the latest back, have none between them that it handed in."""
    count = 0
    for fact in sorted(missed, key=_order, reverse=True):
        count += 1
        if fact.after_kept:
            break
    return count


def _order(fact: ObligationFact) -> tuple[datetime, str, int]:
    return fact.due_at, fact.period_key, fact.obligation_id


def _ladder_for(
    fact: ObligationFact,
    rungs: tuple[Rung, ...],
    policy: ReminderPolicy,
    *,
    stem: str,
    earlier_missed: int = 0,
) -> Ladder:
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
    return Ladder(stem, rungs, about, policy, fact.due_at)


def _missed_rungs(
    fact: ObligationFact,
    policy: ReminderPolicy,
    calendar: WorkCalendar,
    now: datetime,
    *,
    to: tuple[Addressee, ...],
) -> Iterator[Rung]:
    yield Rung("missed", NoticeKind.MISSED, fact.due_at, late=True, to=to)
    for count, at in said_again(china_day(fact.due_at), 0, policy, calendar, now):
        yield Rung(f"missed{count}", NoticeKind.MISSED, at, late=True, to=to)


def _cutoff_rungs(
    fact: ObligationFact, kind: NoticeKind, policy: ReminderPolicy, calendar: WorkCalendar, after: datetime
) -> tuple[Rung, ...]:
    """The two before the cut-off, of which those not later than `after` have nothing to add."""
    day_before = previous_workday(china_day(fact.due_at), calendar)
    hours_before = fact.due_at - timedelta(hours=policy.hours_before)
    rungs = (
        Rung("before", kind, instant(day_before, policy.day_before_at), to=policy.ahead_to),
        Rung("hours", kind, hours_before, urgent=True, to=policy.day_to),
    )
    return tuple(rung for rung in rungs if rung.at > after)


def _open_rungs(fact: ObligationFact, policy: ReminderPolicy, calendar: WorkCalendar) -> tuple[Rung, ...]:
    opens_at = instant(workday_on_or_after(fact.opens_on, calendar), policy.morning)
    opening = Rung("opens", NoticeKind.PERIOD_OPENS, opens_at, to=policy.ahead_to)
    return (opening, *_cutoff_rungs(fact, NoticeKind.BEFORE_CUTOFF, policy, calendar, opens_at))


def _returned_rungs(fact: ObligationFact, policy: ReminderPolicy, calendar: WorkCalendar) -> tuple[Rung, ...]:
    if fact.returned_at is None:
        return ()
    # Sent back after the cut-off it is still news, so this rung counts as late whatever the hour.
    back = Rung("returned", NoticeKind.RETURNED, fact.returned_at, late=True)
    past = Rung("past", NoticeKind.RETURNED, fact.due_at, late=True)
    ahead = _cutoff_rungs(fact, NoticeKind.RETURNED, policy, calendar, fact.returned_at)
    return (back, *ahead, *((past,) if past.at > back.at else ()))

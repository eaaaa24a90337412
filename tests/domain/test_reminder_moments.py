"""Between two moments that are named nothing changes by itself, so a tick between them may rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from operator import attrgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import RETURNED, TASK, WEEK_39, at
from tests.domain.test_reminders import CHECKPOINTS, MOMENTS, OBLIGATIONS
from tracker.domain.notices import NoticeKind, ReminderPolicy
from tracker.domain.reminder_facts import DutyFact, MeetingFact, QuotaFact, ReminderFacts, RequestFact
from tracker.domain.reminder_moments import INSTANT, next_moment
from tracker.domain.reminders import plan_reminders
from tracker.domain.request import RequestState

USUAL = ReminderPolicy()
ODD = ReminderPolicy(
    morning=time(10, 15), day_before_at=time(16, 40), hours_before=3, soon_workdays=(7,),
    stale_after=timedelta(days=9, hours=5), news_for=timedelta(hours=30),
)  # fmt: skip
DAYS = st.dates(date(2026, 8, 1), date(2026, 12, 31))
DUTIES = st.builds(
    DutyFact,
    kind=st.sampled_from((NoticeKind.CLOCK, NoticeKind.CLAIM, NoticeKind.DECISION, NoticeKind.HANDOVER)),
    about_id=st.integers(1, 3), unit_id=st.integers(1, 2), title=st.just("办法"), due_on=DAYS,
    since=st.none() | DAYS,
)  # fmt: skip
REQUESTS = st.builds(
    RequestFact,
    request_id=st.integers(1, 3), plan_id=st.just(1), plan_title=st.just("要点"), task_id=st.just(1),
    task_title=st.just("任务"), unit_id=st.just(1), unit_name=st.just("市教育局"), asked=st.just("延期"),
    asked_at=MOMENTS, state=st.sampled_from(RequestState), answered_at=st.none() | MOMENTS,
)  # fmt: skip
MEETINGS = st.builds(
    MeetingFact,
    meeting_id=st.integers(1, 3), plan_id=st.just(1), plan_title=st.just("要点"), title=st.just("例会"),
    called_at=MOMENTS, starts_at=MOMENTS, place=st.just(""), unit_ids=st.just((1, 2)),
)  # fmt: skip
QUOTAS = st.builds(
    QuotaFact,
    target_id=st.integers(1, 3), number=st.integers(1, 4), plan_id=st.just(1), plan_title=st.just("要点"),
    task_id=st.just(1), title=st.just("访谈"), span=st.just("全年"), starts_on=DAYS, ends_on=DAYS,
    minimum=st.just(5), expected=st.integers(0, 5), counted=st.integers(0, 5), unit_ids=st.just((1,)),
)  # fmt: skip
def several(facts: st.SearchStrategy[Any], most: int, *names: str) -> st.SearchStrategy[tuple[Any, ...]]:
    """Some facts, each thing once as the tables hold it."""
    return st.lists(facts, max_size=most, unique_by=attrgetter(*names)).map(tuple)


FACTS = st.builds(
    ReminderFacts,
    obligations=several(OBLIGATIONS, 3, "cadence_id", "period_key", "unit_id"),
    checkpoints=several(CHECKPOINTS, 2, "task_id", "due_on"),
    duties=several(DUTIES, 2, "kind", "about_id", "due_on"),
    requests=several(REQUESTS, 2, "request_id"),
    meetings=several(MEETINGS, 2, "meeting_id"),
    quotas=several(QUOTAS, 2, "target_id", "number"),
    undelivered=st.integers(0, 1),
)


@settings(max_examples=300)
@given(st.data(), FACTS, st.sampled_from([USUAL, ODD]), MOMENTS)
def test_nothing_else_is_to_be_said_before_the_next_moment(
    data: st.DataObject, facts: ReminderFacts, policy: ReminderPolicy, day: datetime
) -> None:
    near = data.draw(st.sampled_from(_near(facts, policy, day)))
    now = near + data.draw(st.sampled_from([-INSTANT, timedelta(0), INSTANT, timedelta(minutes=7)]))
    until = next_moment(facts, [policy], now)
    assert until > now

    between = data.draw(st.sampled_from([until - INSTANT, now + (until - now) / 2]))

    assert plan_reminders(facts, policy, real(), now) == plan_reminders(facts, policy, real(), between)


def _near(facts: ReminderFacts, policy: ReminderPolicy, day: datetime) -> list[datetime]:
    """Moments at which something may change, and a plain one."""
    found = [day, *(day.replace(hour=each.hour, minute=each.minute) for each in (policy.morning, time(15)))]
    found += [each.due_at for each in facts.obligations] + [each.starts_at for each in facts.meetings]
    found += [each.due_at - timedelta(hours=policy.hours_before) for each in facts.obligations]
    found += [each.asked_at + policy.stale_after for each in facts.requests]
    return found


@pytest.mark.parametrize(
    ("facts", "now", "until"),
    [
        pytest.param(ReminderFacts(), "09-24 15:01", "09-24 20:00", id="the hours of the policy"),
        pytest.param(ReminderFacts(), "09-24 20:01", "09-25 00:00", id="then midnight"),
        pytest.param(ReminderFacts(checkpoints=(TASK,)), "09-24 08:30", "09-24 09:00", id="the morning's steps"),
        pytest.param(ReminderFacts((WEEK_39,)), "09-24 15:01", "09-24 15:30", id="two hours before the cut-off"),
        pytest.param(ReminderFacts((WEEK_39,)), "09-24 16:00", "09-24 17:30", id="the cut-off"),
        pytest.param(ReminderFacts((RETURNED,)), "10-22 09:30", "10-22 10:00", id="what was news for long enough"),
    ],
)
def test_the_next_moment(facts: ReminderFacts, now: str, until: str) -> None:
    assert next_moment(facts, [USUAL], at(now)) == at(until)


def test_a_limit_is_looked_at_and_then_what_lies_behind_it() -> None:
    facts = ReminderFacts((WEEK_39,))

    assert next_moment(facts, [USUAL], at("09-24 17:30")) == at("09-24 17:30") + INSTANT
    assert next_moment(facts, [USUAL], at("09-24 17:30") + INSTANT) == at("09-24 20:00")


def test_of_several_policies_the_earliest_hour_counts() -> None:
    early = replace(USUAL, morning=time(8, 20))

    assert next_moment(ReminderFacts(), [USUAL, early], at("09-24 08:10")) == at("09-24 08:20")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        next_moment(ReminderFacts(), [USUAL], datetime(2026, 9, 24))

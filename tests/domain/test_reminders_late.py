"""What is said after a time in which nothing planned, and what is too old to be said at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import POLICY, TASK, WEEK_39, at
from tests.domain.test_reminder_moments import FACTS
from tests.domain.test_reminders import MOMENTS
from tracker.domain.foreseen import foreseen
from tracker.domain.reminder_facts import ReminderFacts, RequestFact
from tracker.domain.reminder_policy import Kept, ReminderPolicies
from tracker.domain.reminders import LONGEST_STANDSTILL, known_until, plan_reminders
from tracker.domain.request import RequestState

GRANTED = RequestFact(
    4, 1, "要点", 5, "任务", 12, "市教育局", "延期", at("09-21 10:00"), RequestState.GRANTED, at("09-23 10:00"), "同意。"
)
OVERDUE = "task:t5:2026-09-30:u12:overdue10"
"""Reached on 20 October at nine."""


def keys(facts: ReminderFacts, now: str | datetime) -> list[str]:
    moment = at(now) if isinstance(now, str) else now
    return [each.key for each in plan_reminders(facts, POLICY, real(), moment)]


@pytest.mark.parametrize(
    ("planned_at", "now", "found"),
    [
        pytest.param(None, "11-19 09:00", True, id="the first planning, and it is news"),
        pytest.param(None, "11-19 09:01", False, id="the first planning, and it is old"),
        pytest.param("10-19 18:00", "12-04 18:00", True, id="reached on the first day of forty-five"),
        pytest.param("10-20 09:00", "12-04 18:00", True, id="said at the last planning: it still stands"),
        pytest.param("11-19 09:00", "12-04 18:00", True, id="it was news at the last planning"),
        pytest.param("11-19 09:01", "12-04 18:00", False, id="it was old at the last planning"),
        pytest.param("12-05 18:00", "12-04 18:00", False, id="a planning of a clock that was ahead does not count"),
        pytest.param("08-01 09:00", "12-04 18:00", False, id="after a standstill of months a house begins anew"),
    ],
)
def test_old_news_is_what_was_old_at_the_last_planning(planned_at: str | None, now: str, found: bool) -> None:
    facts = ReminderFacts(checkpoints=(TASK,), planned_at=at(planned_at) if planned_at else None)

    assert keys(facts, now) == ([OVERDUE] if found else [])


def test_what_a_plan_brings_that_came_while_nothing_planned_is_as_old_as_on_the_day_it_came() -> None:
    old = replace(TASK, due_on=date(2026, 6, 1), since=date(2026, 10, 20))
    fresh = replace(old, task_id=6, due_on=date(2026, 9, 22))
    facts = ReminderFacts(checkpoints=(old, fresh), planned_at=at("09-20 18:00"))

    assert keys(facts, "11-04 10:00") == ["task:t6:2026-09-22:u12:overdue10"]
    there = ReminderFacts(checkpoints=(replace(old, since=date(2026, 6, 1)), fresh), planned_at=at("06-10 18:00"))
    assert keys(there, "09-30 10:00") == [
        "task:t5:2026-06-01:u12:overdue10", "task:t6:2026-09-22:u12:overdue5",
    ]  # fmt: skip


def test_what_waits_is_not_withdrawn_for_its_age() -> None:
    facts = ReminderFacts(checkpoints=(TASK,), planned_at=at("12-04 18:00"))

    assert keys(facts, "12-04 18:05") == []
    assert keys(replace(facts, waiting=frozenset({OVERDUE})), "12-04 18:05") == [OVERDUE]
    assert keys(replace(facts, waiting=frozenset({OVERDUE.replace("10", "5")})), "12-04 18:05") == []


def test_an_answer_given_while_nothing_planned_is_told_afterwards() -> None:
    facts = ReminderFacts(requests=(GRANTED,))

    assert keys(facts, "10-05 10:00") == []
    assert keys(replace(facts, planned_at=at("09-22 18:00")), "10-05 10:00") == ["request:r4:granted"]


def test_a_former_policy_stands_in_the_way_as_long_as_what_it_reached_is_news() -> None:
    """Ten workdays ahead were said; twelve workdays ahead are no news, however long the machine stood after."""
    twelve = replace(POLICY, soon_workdays=(12,))
    later = replace(TASK, due_on=date(2026, 12, 31))
    policies = ReminderPolicies.kept(Kept(twelve, ((at("12-17 10:00"), None),)), {})
    facts = ReminderFacts(checkpoints=(later,), planned_at=at("12-17 12:00"))

    found = plan_reminders(facts, policies, real(), at("12-30 10:00"))

    assert [each.key.rpartition(":")[2] for each in found] == ["soon10"]


def test_misses_before_all_facts_are_counted_in_the_words() -> None:
    week_38 = replace(WEEK_39, obligation_id=6, period_key="2026-W38", due_at=at("09-17 17:30"), missed_before=9)

    [notice] = plan_reminders(
        ReminderFacts((week_38, replace(WEEK_39, missed_before=9))), POLICY, real(), at("09-25 10:00")
    )

    assert (notice.period_key, notice.earlier_missed) == ("2026-W39", 10)


def test_the_outlook_begins_with_what_nothing_has_planned() -> None:
    facts = ReminderFacts(checkpoints=(TASK,), planned_at=at("10-19 18:00"))

    def found(facts: ReminderFacts) -> list[tuple[str, datetime]]:
        said = foreseen(facts, POLICY, real(), at("12-04 18:00"), at("12-18 00:00"))
        return [(each.key, each.not_before) for each in said]

    assert found(facts) == [(OVERDUE, at("12-04 18:00"))]
    assert found(replace(facts, planned_at=at("10-20 10:00"))) == []


@pytest.mark.parametrize(
    ("planned_at", "known"),
    [
        (None, "12-04 18:00"), ("12-04 18:00", "12-04 18:00"), ("10-20 18:00", "10-20 18:00"),
        ("12-04 18:01", "12-04 18:00"), ("08-06 17:59", "12-04 18:00"), ("08-06 18:00", "08-06 18:00"),
    ],
)  # fmt: skip
def test_until_when_everything_has_been_looked_at(planned_at: str | None, known: str) -> None:
    assert timedelta(days=120) == LONGEST_STANDSTILL
    assert known_until(at(planned_at) if planned_at else None, at("12-04 18:00")) == at(known)


@settings(max_examples=100)
@given(FACTS, MOMENTS, st.integers(0, 119), st.integers(0, 40))
def test_nobody_is_forgotten_however_long_the_machine_stands(
    facts: ReminderFacts, now: datetime, stood: int, later: int
) -> None:
    """What a worker who never slept would last have said of a thing is said after the standstill."""
    began = now - timedelta(days=stood)
    after = {each.key for each in plan_reminders(replace(facts, planned_at=began), POLICY, real(), now)}
    steady = {each.key for each in plan_reminders(replace(facts, planned_at=now), POLICY, real(), now)}
    reached = plan_reminders(replace(facts, planned_at=began), POLICY, real(), now)

    assert steady <= after
    assert all(each.reached_at > began - timedelta(days=30) for each in reached if each.key not in steady)
    again = replace(facts, planned_at=now, waiting=frozenset(after))
    assert after == {each.key for each in plan_reminders(again, POLICY, real(), now)}
    whole = replace(again, waiting=frozenset(), planned_at=None)
    future = now + timedelta(days=later)
    assert set(keys(whole, future)) <= set(keys(replace(whole, planned_at=now), future))

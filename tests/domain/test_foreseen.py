"""What would be said in the days to come."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import POLICY, RETURNED, TASK, WEEK_39, at
from tests.domain.test_reminder_asks import ASKED, CALLED, CLOCK, QUOTA
from tests.domain.test_reminder_policy import ALL_FACTS, POLICIES
from tracker.domain.china_time import CHINA
from tracker.domain.foreseen import foreseen
from tracker.domain.notices import NoticeKind, ReminderPolicy
from tracker.domain.reminder_facts import ReminderFacts
from tracker.domain.reminder_policy import Kept, ReminderPolicies
from tracker.domain.reminders import plan_reminders


def lines(
    facts: ReminderFacts, start: str, end: str, policy: ReminderPolicy = POLICY
) -> list[tuple[str, datetime]]:
    found = foreseen(facts, policy, real(), at(start), at(end))
    return [(each.key.rpartition(":")[2], each.not_before) for each in found]


def test_a_week_of_a_return_and_a_task_is_told_day_by_day() -> None:
    facts = ReminderFacts((WEEK_39,), (TASK,))

    assert lines(facts, "09-20 12:00", "10-09 00:00") == [
        ("opens", at("09-21 09:00")),
        ("before", at("09-23 15:00")),
        ("soon3", at("09-24 09:00")),
        ("hours", at("09-24 15:30")),
        ("missed", at("09-24 17:30")),
        ("due", at("09-30 09:00")),
        ("overdue1", at("10-08 09:00")),
    ]


def test_what_was_said_already_is_not_told_and_what_waits_is() -> None:
    facts = ReminderFacts((), (TASK,))

    assert lines(facts, "09-24 09:00", "09-30 09:00") == []
    late = replace(WEEK_39, due_at=at("09-24 20:30"))
    assert lines(ReminderFacts((late,)), "09-24 21:00", "09-28 09:00") == [("missed", at("09-28 08:00"))]


def test_what_a_later_rung_overtakes_before_it_may_go_is_not_told() -> None:
    """Sent back in a holiday it waits for the first workday; by then its cut-off has come."""
    returned = replace(RETURNED, returned_at=at("10-03 10:00"), due_at=at("10-05 17:30"))

    assert lines(ReminderFacts((returned,)), "10-03 11:00", "10-09 00:00") == [
        ("hours", at("10-05 15:30")),
        ("past", at("10-08 08:00")),
    ]


def test_meetings_counts_clocks_and_requests_are_foreseen() -> None:
    facts = ReminderFacts(duties=(CLOCK,), requests=(ASKED,), meetings=(CALLED,), quotas=(QUOTA,))

    found = foreseen(facts, POLICY, real(), at("09-22 00:00"), at("10-10 00:00"))

    assert [each.kind for each in found] == [
        NoticeKind.CLOCK, NoticeKind.REQUEST_WAITS, NoticeKind.MEETING, NoticeKind.MEETING, NoticeKind.CLOCK,
        NoticeKind.CLOCK, NoticeKind.CLOCK, NoticeKind.QUOTA_LAGS, NoticeKind.REQUEST_WAITS,
    ]  # fmt: skip


def test_a_plans_own_policy_counts_from_its_change_on() -> None:
    before = Kept(replace(POLICY, soon_workdays=(12, 3)), ((at("09-18 12:00"), None),))
    policies = ReminderPolicies.kept(Kept(), {1: before})

    found = foreseen(ReminderFacts((), (TASK,)), policies, real(), at("09-18 13:00"), at("09-30 00:00"))

    assert [each.key.rpartition(":")[2] for each in found] == ["soon3"]


DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)


def rounded(facts: ReminderFacts) -> ReminderFacts:
    """With every moment on the half hour, so that a worker who looks at each of them misses nothing."""

    def half(moment: datetime) -> datetime:
        return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)

    return replace(
        facts,
        obligations=tuple(
            replace(each, due_at=half(each.due_at), returned_at=each.returned_at and half(each.returned_at))
            for each in facts.obligations
        ),
        requests=tuple(
            replace(
                each, asked_at=half(each.asked_at), answered_at=each.answered_at and half(each.answered_at)
            )
            for each in facts.requests
        ),
        meetings=tuple(
            replace(each, called_at=half(each.called_at), starts_at=half(each.starts_at))
            for each in facts.meetings
        ),
    )


@settings(max_examples=15, deadline=None)
@given(
    ALL_FACTS,
    POLICIES,
    st.datetimes(datetime(2026, 9, 14), datetime(2026, 11, 2), timezones=st.just(CHINA)),
    st.data(),
)
def test_it_is_what_a_worker_says_who_never_sleeps(
    facts: ReminderFacts, policy: ReminderPolicy, start: datetime, data: st.DataObject
) -> None:
    start = start.replace(minute=0, second=0, microsecond=0)
    end = start + data.draw(st.integers(1, 4)) * DAY
    facts = rounded(replace(facts, undelivered=0))
    before = {each.key for each in plan_reminders(facts, policy, real(), start) if each.not_before <= start}

    told: set[str] = set()
    now = start
    while (now := now + HALF_AN_HOUR) < end:
        told |= {each.key for each in plan_reminders(facts, policy, real(), now) if each.not_before <= now}

    found = foreseen(facts, policy, real(), start, end)

    assert {each.key for each in found if each.not_before < end - HALF_AN_HOUR} <= told - before
    assert told - before <= {each.key for each in found}
    assert len({each.key for each in found}) == len(found)
    assert [each.not_before for each in found] == sorted(each.not_before for each in found)

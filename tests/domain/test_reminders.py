"""Which notices should exist at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import day, off, real, with_rows
from tests.domain.reminder_facts import POLICY, RETURNED, TASK, WEEK_39, at, said
from tracker.domain.china_time import CHINA, china_clock
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_words import wording
from tracker.domain.reminders import (
    CheckpointFact,
    NoticeKind,
    ObligationFact,
    ReminderFacts,
    ReminderPolicy,
    not_before,
    plan_reminders,
)


@pytest.mark.parametrize(
    ("now", "rung", "kind", "send_at"),
    [
        pytest.param("09-21 08:59", None, None, None, id="before Monday morning nothing"),
        pytest.param("09-21 09:00", "opens", NoticeKind.PERIOD_OPENS, "09-21 09:00", id="Monday morning"),
        pytest.param("09-23 14:59", "opens", NoticeKind.PERIOD_OPENS, "09-21 09:00", id="until the day before"),
        pytest.param("09-23 15:00", "before", NoticeKind.BEFORE_CUTOFF, "09-23 15:00", id="the day before at three"),
        pytest.param("09-24 15:29", "before", NoticeKind.BEFORE_CUTOFF, "09-23 15:00", id="until two hours before"),
        pytest.param("09-24 15:30", "hours", NoticeKind.BEFORE_CUTOFF, "09-24 15:30", id="two hours before"),
        pytest.param("09-24 17:29", "hours", NoticeKind.BEFORE_CUTOFF, "09-24 15:30", id="until the cut-off"),
        pytest.param("09-24 17:30", None, None, None, id="at the cut-off it is too late to remind"),
        pytest.param("09-24 17:31", "missed", NoticeKind.MISSED, "09-24 17:30", id="after the cut-off"),
        pytest.param("10-24 17:30", "missed", NoticeKind.MISSED, "09-24 17:30", id="for thirty days"),
        pytest.param("10-24 17:31", None, None, None, id="then it is no news"),
    ],
)
def test_the_ladder_of_a_return(now: str, rung: str | None, kind: NoticeKind | None, send_at: str | None) -> None:
    found = said(now, WEEK_39)

    if rung is None or send_at is None:
        assert found == ()
        return
    [notice] = found
    assert notice.key == f"weekly:c3:2026-W39:u12:{rung}"
    assert (notice.kind, notice.not_before) == (kind, at(send_at))
    assert (notice.unit_id, notice.plan_id, notice.obligation_id, notice.task_id) == (12, 1, 7, None)
    assert notice.due_on == date(2026, 9, 24)


@pytest.mark.parametrize(
    ("now", "rung", "send_at"),
    [
        pytest.param("09-16 08:59", None, None, id="earlier than ten workdays nothing"),
        pytest.param("09-16 09:00", "soon10", "09-16 09:00", id="ten workdays ahead, over a worked Sunday"),
        pytest.param("09-24 08:59", "soon10", "09-16 09:00", id="until three workdays ahead"),
        pytest.param("09-24 09:00", "soon3", "09-24 09:00", id="three workdays ahead, over Mid-autumn"),
        pytest.param("09-30 09:00", "due", "09-30 09:00", id="the day itself"),
        pytest.param("10-07 23:00", "due", "09-30 09:00", id="the holiday adds nothing"),
        pytest.param("10-08 09:00", "overdue1", "10-08 09:00", id="one workday after"),
        pytest.param("10-13 09:00", "overdue5", "10-13 09:00", id="five workdays after"),
        pytest.param("10-20 09:00", "overdue10", "10-20 09:00", id="ten workdays after"),
        pytest.param("11-19 09:00", "overdue10", "10-20 09:00", id="for thirty days"),
        pytest.param("11-19 09:01", None, None, id="then it is no news"),
    ],
)
def test_the_ladder_of_a_checkpoint(now: str, rung: str | None, send_at: str | None) -> None:
    found = said(now, TASK)

    assert [each.key for each in found] == ([f"task:t5:2026-09-30:u12:{rung}"] if rung else [])
    assert [each.not_before for each in found] == ([at(send_at)] if send_at else [])


@pytest.mark.parametrize("state", [ObligationState.SUBMITTED, ObligationState.ACCEPTED, ObligationState.WAIVED])
@pytest.mark.parametrize("now", ["09-21 09:00", "09-24 15:30", "09-25 09:00"])
def test_what_is_settled_is_not_said(state: ObligationState, now: str) -> None:
    assert said(now, replace(WEEK_39, state=state)) == ()


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("09-22 09:59", None),
        ("09-22 10:00", "returned"),
        ("09-23 15:00", "before"),
        ("09-24 15:30", "hours"),
        ("09-24 17:30", "past"),
        ("09-25 09:00", "past"),
    ],
)
def test_the_ladder_of_a_returned_one_stays_about_its_return(now: str, rung: str | None) -> None:
    found = said(now, RETURNED)

    assert [each.key for each in found] == ([f"return:c3:2026-W39:u12:v1:{rung}"] if rung else [])
    assert {each.kind for each in found} <= {NoticeKind.RETURNED}


def test_a_return_at_the_very_moment_of_a_rung_is_said_once_as_a_return() -> None:
    [notice] = said("09-23 15:00", replace(RETURNED, returned_at=at("09-23 15:00")))

    assert notice.key.endswith(":returned")


def test_a_second_return_is_news_again() -> None:
    keys = {said("09-22 12:00", replace(RETURNED, return_number=number))[0].key for number in (1, 2)}

    assert len(keys) == 2


def test_sent_back_after_the_cut_off_is_said_at_once() -> None:
    [notice] = said("09-28 10:00", replace(RETURNED, returned_at=at("09-28 09:30")))

    assert (notice.kind, notice.not_before) == (NoticeKind.RETURNED, at("09-28 09:30"))


def test_a_return_without_its_moment_is_not_guessed() -> None:
    assert said("09-24 16:00", replace(RETURNED, returned_at=None)) == ()


def test_of_several_missed_periods_the_latest_speaks_for_all() -> None:
    missed = [
        replace(
            WEEK_39, obligation_id=week, period_key=f"2026-W{week}", state=ObligationState.MISSED,
            due_at=at("09-24 17:30") - timedelta(weeks=39 - week),
        )
        for week in (37, 38, 39)
    ]  # fmt: skip
    other_unit = replace(missed[0], unit_id=13)

    found = said("09-28 09:00", *missed, other_unit)

    assert [(each.key, each.earlier_missed) for each in found] == [
        ("weekly:c3:2026-W37:u13:missed", 0),
        ("weekly:c3:2026-W39:u12:missed", 2),
    ]


def test_eight_days_of_downtime_make_one_notice_a_subject() -> None:
    assert [each.key for each in said("10-02 09:00", WEEK_39, TASK)] == [
        "task:t5:2026-09-30:u12:due",
        "weekly:c3:2026-W39:u12:missed",
    ]


def test_the_opening_waits_for_the_first_workday() -> None:
    week_41 = replace(WEEK_39, period_key="2026-W41", opens_on=date(2026, 10, 5), due_at=at("10-08 17:30"))

    assert said("10-07 12:00", week_41) == ()
    assert [each.kind for each in said("10-08 09:00", week_41)] == [NoticeKind.PERIOD_OPENS]


def test_a_day_before_that_lies_before_the_opening_is_left_out() -> None:
    """In 2023-W04 the first workday, Saturday 28 January, is also the cut-off; the day before is the 20th."""
    fact = replace(
        WEEK_39, period_key="2023-W04", opens_on=date(2023, 1, 23),
        due_at=datetime(2023, 1, 28, 17, 30, tzinfo=CHINA),
    )  # fmt: skip

    assert said(datetime(2023, 1, 27, 12, tzinfo=CHINA), fact) == ()
    [opening] = said(datetime(2023, 1, 28, 9, tzinfo=CHINA), fact)
    assert opening.kind is NoticeKind.PERIOD_OPENS


def test_what_would_come_at_its_cut_off_is_left_out() -> None:
    """Two hours before nine is a quiet hour, eight is in time; two hours before eight would be too late."""
    at_nine = replace(WEEK_39, due_at=at("09-24 09:00"))
    at_eight = replace(WEEK_39, due_at=at("09-24 08:00"))

    assert [(each.key[-5:], each.not_before) for each in said("09-24 07:59", at_nine)] == [
        ("hours", at("09-24 08:00"))
    ]
    assert [each.key[-6:] for each in said("09-24 07:59", at_eight)] == ["before"]


@pytest.mark.parametrize(
    ("since", "keys"),
    [
        (None, ["soon10"]),
        ("2026-09-15", ["soon10"]),
        ("2026-09-16", []),
        ("2026-09-21", []),
    ],
)
def test_a_checkpoint_is_not_announced_before_it_is_the_next_one(since: str | None, keys: list[str]) -> None:
    fact = replace(TASK, since=day(since) if since else None)

    assert [each.key.split(":")[-1] for each in said("09-22 12:00", fact)] == keys


def test_born_overdue_is_still_said_once() -> None:
    fact = replace(TASK, due_on=date(2026, 9, 1), since=date(2026, 9, 21))

    assert [each.key.split(":")[-1] for each in said("09-22 12:00", fact)] == ["overdue10"]


def test_each_unit_hears_of_its_task_and_a_moved_day_is_news() -> None:
    fact = replace(TASK, unit_ids=(12, 13))

    assert [each.unit_id for each in said("09-30 10:00", fact)] == [12, 13]
    assert said("09-30 10:00", replace(TASK, unit_ids=())) == ()
    assert said("09-30 10:00", TASK)[0].key != said("10-30 10:00", replace(TASK, due_on=date(2026, 10, 30)))[0].key


@pytest.mark.parametrize(
    ("ready", "urgent", "send_at"),
    [
        pytest.param("09-24 09:00", False, "09-24 09:00", id="an office hour"),
        pytest.param("09-24 19:59", False, "09-24 19:59", id="the last minute before quiet"),
        pytest.param("09-24 20:00", False, "09-28 08:00", id="an evening before a long weekend"),
        pytest.param("09-23 20:00", False, "09-24 08:00", id="an evening"),
        pytest.param("09-24 07:59", False, "09-24 08:00", id="the last quiet minute"),
        pytest.param("09-24 08:00", False, "09-24 08:00", id="the first hour"),
        pytest.param("10-01 09:00", False, "10-08 08:00", id="a holiday"),
        pytest.param("10-01 09:00", True, "10-01 09:00", id="urgent on a holiday"),
        pytest.param("10-01 21:00", True, "10-02 08:00", id="urgent at night waits for the morning"),
        pytest.param("10-10 09:00", False, "10-10 09:00", id="a worked Saturday"),
    ],
)
def test_quiet_hours_and_days_off(ready: str, urgent: bool, send_at: str) -> None:
    assert not_before(at(ready), urgent=urgent, policy=POLICY, calendar=real()) == at(send_at)


def test_a_cut_off_on_a_day_that_turned_out_off_is_still_announced_on_it() -> None:
    calendar = with_rows(off("2026-09-24"))

    [notice] = plan_reminders(ReminderFacts((WEEK_39,)), POLICY, calendar, at("09-24 15:30"))

    assert (notice.key.split(":")[-1], notice.not_before) == ("hours", at("09-24 15:30"))


def test_a_due_day_on_a_day_off_is_said_on_that_day() -> None:
    [notice] = said("10-31 09:00", replace(TASK, due_on=date(2026, 10, 31)))

    assert (notice.kind, notice.not_before) == (NoticeKind.TASK_DUE, at("10-31 09:00"))


def test_a_local_day_off_moves_the_day_before() -> None:
    calendar = with_rows(off("2026-09-23"))

    found = plan_reminders(ReminderFacts((WEEK_39,)), POLICY, calendar, at("09-22 15:00"))

    assert [each.key.split(":")[-1] for each in found] == ["before"]


def test_the_offices_policy_is_followed() -> None:
    policy = ReminderPolicy(day_before_at=time(10), hours_before=4, soon_workdays=(1,), overdue_workdays=())

    assert said("09-23 10:00", WEEK_39, policy=policy)[0].key.endswith("before")
    assert said("09-24 13:30", WEEK_39, policy=policy)[0].key.endswith("hours")
    assert said("09-28 09:00", TASK, policy=policy) == ()
    assert said("09-29 09:00", TASK, policy=policy)[0].key.endswith("soon1")
    assert said("10-20 09:00", TASK, policy=policy)[0].key.endswith("due")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        plan_reminders(ReminderFacts(), POLICY, real(), datetime(2026, 9, 24))


MOMENTS = st.datetimes(datetime(2026, 8, 1), datetime(2027, 1, 31), timezones=st.just(CHINA))
OBLIGATIONS = st.builds(
    ObligationFact,
    obligation_id=st.integers(1, 9),
    cadence_id=st.integers(1, 2),
    plan_id=st.just(1),
    unit_id=st.integers(1, 3),
    plan_title=st.just("要点"),
    period_key=st.sampled_from(["2026-W38", "2026-W39", "2026-W40"]),
    period_label=st.just("第39周"),
    opens_on=st.dates(date(2026, 9, 1), date(2026, 11, 30)),
    due_at=MOMENTS,
    state=st.sampled_from(ObligationState),
    returned_at=st.none() | MOMENTS,
)
CHECKPOINTS = st.builds(
    CheckpointFact,
    task_id=st.integers(1, 5),
    plan_id=st.just(1),
    plan_title=st.just("要点"),
    task_title=st.text(max_size=80),
    label=st.just("完成"),
    due_on=st.dates(date(2026, 8, 1), date(2027, 1, 31)),
    unit_ids=st.lists(st.integers(1, 3), unique=True, max_size=3).map(tuple),
    since=st.none() | st.dates(date(2026, 8, 1), date(2026, 12, 31)),
)
FACTS = st.builds(
    ReminderFacts,
    obligations=st.lists(OBLIGATIONS, max_size=4).map(tuple),
    checkpoints=st.lists(CHECKPOINTS, max_size=4).map(tuple),
)


@given(FACTS, MOMENTS)
def test_planning_is_the_same_however_often_and_in_whatever_order(facts: ReminderFacts, now: datetime) -> None:
    backwards = ReminderFacts(facts.obligations[::-1], facts.checkpoints[::-1])

    first = plan_reminders(facts, POLICY, real(), now)

    assert first == plan_reminders(facts, POLICY, real(), now)
    assert {each.key for each in first} == {each.key for each in plan_reminders(backwards, POLICY, real(), now)}
    assert len({each.key for each in first}) == len(first)
    assert [each.key for each in first] == sorted(each.key for each in first)


@given(FACTS, MOMENTS)
def test_nothing_is_planned_ahead_or_sent_in_a_quiet_hour(facts: ReminderFacts, now: datetime) -> None:
    for each in plan_reminders(facts, POLICY, real(), now):
        assert each.reached_at <= now
        assert now - each.reached_at <= POLICY.stale_after
        assert each.not_before >= each.reached_at
        local = china_clock(each.not_before)
        assert POLICY.quiet_until <= local.time() < POLICY.quiet_from
        assert real().is_workday(local.date()) or local.date() == each.due_on
        assert "{" not in "".join(wording(each)).replace(each.subject_title, "")


@settings(max_examples=40)
@given(st.lists(CHECKPOINTS, max_size=3).map(tuple), MOMENTS, st.lists(st.integers(1, 200), max_size=6))
def test_a_worker_that_slept_says_nothing_that_a_steady_one_would_not(
    checkpoints: tuple[CheckpointFact, ...], start: datetime, gaps: list[int]
) -> None:
    facts = ReminderFacts(checkpoints=checkpoints)
    hours = [start + timedelta(hours=n) for n in range(sum(gaps) + 1)]
    steady = {each.key for now in hours for each in plan_reminders(facts, POLICY, real(), now)}

    awake = [start + timedelta(hours=sum(gaps[:n])) for n in range(len(gaps) + 1)]
    sleepy = {each.key for now in awake for each in plan_reminders(facts, POLICY, real(), now)}

    assert sleepy <= steady


@given(CHECKPOINTS, MOMENTS, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_a_ladder_is_only_climbed(checkpoint: CheckpointFact, now: datetime, passed: timedelta) -> None:
    facts = ReminderFacts(checkpoints=(checkpoint,))

    before = plan_reminders(facts, POLICY, real(), now)
    after = plan_reminders(facts, POLICY, real(), now + passed)

    for early, late in zip(before, after, strict=False):
        assert late.reached_at >= early.reached_at

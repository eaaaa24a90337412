"""Which choices can be kept, how they are kept, and which policy holds for which plan."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.calendars import real
from tests.domain.reminder_facts import POLICY, RETURNED, TASK, WEEK_39, at, said
from tests.domain.test_reminder_asks import FACTS as ASKS
from tests.domain.test_reminders import FACTS as RETURNS_AND_TASKS
from tests.domain.test_reminders import MOMENTS
from tracker.domain.china_time import china_clock
from tracker.domain.notices import (
    CONTACT,
    OFFICE,
    WITH_HEAD,
    WITH_OFFICE,
    NoticeKind,
    PlannedNotice,
    ReminderPolicy,
)
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import DutyFact, ReminderFacts
from tracker.domain.reminder_policy import (
    ALWAYS,
    LABELS,
    Kept,
    ReminderPolicies,
    as_settings,
    faults,
    from_settings,
    in_words,
)
from tracker.domain.reminders import plan_reminders


@pytest.mark.parametrize(
    ("changed", "name", "words"),
    [
        ({"soon_workdays": (3, 10)}, "soon_workdays", "从大到小"),
        ({"soon_workdays": (10, 10)}, "soon_workdays", "不要重复"),
        ({"soon_workdays": (21,)}, "soon_workdays", "1 到 20"),
        ({"duty_soon_workdays": (0,)}, "duty_soon_workdays", "1 到 20"),
        ({"clock_soon_workdays": (9, 7, 5, 3, 1)}, "clock_soon_workdays", "最多 4 次"),
        ({"overdue_workdays": (5, 1)}, "overdue_workdays", "从小到大"),
        ({"overdue_workdays": (1, 61)}, "overdue_workdays", "1 到 60"),
        ({"waiting_workdays": (7, 3)}, "waiting_workdays", "从小到大"),
        ({"overdue_to": (WITH_HEAD, CONTACT)}, "overdue_to", "不能比前一次少"),
        ({"overdue_to": (OFFICE,)}, "overdue_to", "列出的人"),
        ({"overdue_to": ()}, "overdue_to", "告诉谁"),
        ({"missed_to": (WITH_OFFICE, CONTACT)}, "missed_to", "不能比前一次少"),
        ({"before_to": (WITH_HEAD, CONTACT)}, "before_to", "不能比前一次少"),
        ({"again_after": 4}, "again_after", "5 到 20 个工作日，不再提醒填 0"),
        ({"again_after": 21}, "again_after", "5 到 20"),
        ({"again_after": -1}, "again_after", "5 到 20"),
        ({"hours_before": 0}, "hours_before", "1 到 8 小时"),
        ({"quota_ends_workdays": 41}, "quota_ends_workdays", "1 到 40"),
        ({"most_a_day": 0}, "most_a_day", "1 到 20 封"),
        ({"quiet_from": time(11), "quiet_until": time(8)}, "quiet_from", "至少 4 小时"),
        ({"quiet_from": time(8), "quiet_until": time(20)}, "quiet_from", "至少 4 小时"),
        ({"morning": time(7, 59)}, "morning", "08:00 到 20:00"),
        ({"day_before_at": time(20)}, "day_before_at", "08:00 到 20:00"),
        ({"off": frozenset({NoticeKind.RETURNED})}, "off", "“退回修改”不能关闭"),
    ],
)
def test_a_choice_that_cannot_be_kept_is_named_with_what_to_do(
    changed: dict[str, Any], name: str, words: str
) -> None:
    found = faults(replace(POLICY, **changed))

    assert list(found) == [name]
    assert words in found[name]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"soon_workdays": (), "overdue_workdays": (), "duty_soon_workdays": ()},
        {"soon_workdays": (20, 10, 5, 1), "overdue_workdays": (1, 2, 30, 60)},
        {"again_after": 5},
        {"again_after": 20},
        {"missed_to": (CONTACT, CONTACT, WITH_OFFICE)},
        {"quiet_from": time(12), "quiet_until": time(8), "morning": time(8), "day_before_at": time(11, 59)},
        {"off": frozenset(NoticeKind) - ALWAYS},
    ],
)
def test_what_can_be_kept_has_no_fault_and_comes_back_as_it_was(changed: dict[str, Any]) -> None:
    policy = replace(POLICY, **changed)

    assert faults(policy) == {}
    assert from_settings(as_settings(policy)) == policy


def test_a_choice_that_was_not_there_yet_is_the_default_one() -> None:
    settings_of_old = {"morning": "08:30", "off": ["period_opens", "a kind of long ago"], "nobody": 1}

    found = from_settings(settings_of_old)

    assert found == ReminderPolicy(morning=time(8, 30), off=frozenset({NoticeKind.PERIOD_OPENS}))
    assert from_settings({}) == ReminderPolicy()


def of(*plans: tuple[int, ReminderPolicy], house: ReminderPolicy = POLICY) -> ReminderPolicies:
    return ReminderPolicies(house, dict(plans))


def test_each_plan_follows_its_own_policy_and_the_rest_the_houses() -> None:
    early = replace(POLICY, soon_workdays=(12,))
    tasks = tuple(replace(TASK, task_id=plan_id, plan_id=plan_id) for plan_id in (1, 2))

    found = plan_reminders(ReminderFacts(checkpoints=tasks), of((2, early)), real(), at("09-18 10:00"))

    assert [each.key.split(":")[1:4:3] for each in found] == [["t1"], ["t2"]]
    assert [each.workdays_ahead for each in found] == [10, 12]


def test_what_belongs_to_no_plan_follows_the_house() -> None:
    handover = DutyFact(NoticeKind.HANDOVER, 9, 12, "王老师", date(2026, 9, 30))
    house = replace(POLICY, duty_soon_workdays=(6,))

    [notice] = plan_reminders(
        ReminderFacts(duties=(handover,)), of((1, POLICY), house=house), real(), at("09-22 10:00")
    )

    assert notice.workdays_ahead == 6


@pytest.mark.parametrize(
    ("now", "rung"),
    [
        ("10-20 09:00", "overdue10"),
        ("10-27 08:59", "overdue10"),
        ("10-27 09:00", "overdue15"),
        ("11-03 08:59", "overdue15"),
        ("11-03 09:00", "overdue20"),
        ("12-29 09:00", "overdue60"),
    ],
)
def test_what_stays_overdue_is_said_again_as_often_as_the_policy_says(now: str, rung: str) -> None:
    policy = replace(POLICY, again_after=5)

    [notice] = said(now, TASK, policy=policy)

    assert notice.key.endswith(f":{rung}")
    assert notice.to == WITH_OFFICE


def test_what_stays_missed_is_said_again_too() -> None:
    policy = replace(POLICY, again_after=5, overdue_workdays=())

    keys = [
        said(now, WEEK_39, policy=policy)[0].key.split(":")[-1]
        for now in ("10-09 08:59", "10-09 09:00", "10-14 23:00")
    ]

    assert keys == ["missed", "missed5", "missed5"]
    assert said("11-03 10:00", TASK, policy=policy)[0].key.endswith(":overdue20")


def test_who_hears_ahead_of_a_day_and_on_it_is_the_offices_choice() -> None:
    policy = replace(POLICY, before_to=(WITH_HEAD, WITH_OFFICE))

    heard = {
        moment: said(moment, fact, policy=policy)[0].to
        for moment, fact in (
            ("09-27 10:00", TASK), ("09-30 10:00", TASK),
            ("09-21 09:30", WEEK_39), ("09-23 15:30", WEEK_39), ("09-24 15:40", WEEK_39),
        )
    }  # fmt: skip

    assert list(heard.values()) == [WITH_HEAD, WITH_OFFICE, WITH_HEAD, WITH_HEAD, WITH_OFFICE]
    assert said("10-08 09:00", TASK, policy=policy)[0].to == CONTACT  # the first step past it is another choice


def test_who_hears_of_missed_periods_is_the_offices_choice() -> None:
    policy = replace(POLICY, missed_to=(CONTACT, CONTACT, WITH_OFFICE))
    weeks = [
        replace(
            WEEK_39, obligation_id=week, period_key=f"2026-W{week}", state=ObligationState.MISSED,
            due_at=at("09-24 17:30") - timedelta(weeks=39 - week),
        )
        for week in (39, 38, 37, 36)
    ]  # fmt: skip

    heard = [said("09-28 09:00", *weeks[:count], policy=policy)[0].to for count in (1, 2, 3, 4)]

    assert heard == [CONTACT, CONTACT, WITH_OFFICE, WITH_OFFICE]


def test_a_kind_that_is_switched_off_is_not_said_nor_what_came_before_it() -> None:
    policy = replace(POLICY, off=frozenset({NoticeKind.TASK_DUE, NoticeKind.PERIOD_OPENS}))

    assert said("09-29 10:00", TASK, policy=policy)[0].kind is NoticeKind.TASK_SOON
    assert said("09-30 10:00", TASK, policy=policy) == ()
    assert said("10-08 09:00", TASK, policy=policy)[0].kind is NoticeKind.TASK_OVERDUE
    assert said("09-21 10:00", WEEK_39, policy=policy) == ()
    assert said("09-23 16:00", WEEK_39, policy=policy)[0].kind is NoticeKind.BEFORE_CUTOFF


def test_where_days_off_are_not_quiet_saturday_is_as_good_as_monday() -> None:
    returned = replace(RETURNED, due_at=at("09-30 17:30"), returned_at=at("09-26 10:00"))

    assert [each.not_before for each in said("09-26 11:00", returned)] == [at("09-28 08:00")]
    policy = replace(POLICY, quiet_days_off=False)
    assert [each.not_before for each in said("09-26 11:00", returned, policy=policy)] == [at("09-26 10:00")]


def changed(policy: ReminderPolicy, when: str, before: ReminderPolicy = POLICY) -> ReminderPolicies:
    """A house whose policy became `policy` at a moment."""
    return ReminderPolicies.kept(Kept(policy, ((at(when), before),)), {})


@pytest.mark.parametrize(
    ("policy", "when", "now", "rung"),
    [
        pytest.param(
            {"soon_workdays": (12, 3)}, "09-18 12:00", "09-18 12:01", "soon10", id="earlier: was told"
        ),
        pytest.param(
            {"soon_workdays": (12, 3)}, "09-18 12:00", "09-24 09:00", "soon3", id="the next rung is new"
        ),
        pytest.param(
            {"soon_workdays": (8, 3)}, "09-16 12:00", "09-18 09:00", "soon8", id="a later one when it comes"
        ),
        pytest.param(
            {"soon_workdays": (12,)}, "09-15 12:00", "09-15 12:01", "soon12", id="nobody was told yet"
        ),
        pytest.param({"soon_workdays": ()}, "09-18 12:00", "09-18 12:01", None, id="no lead time any more"),
        pytest.param(
            {"overdue_workdays": ()}, "10-15 12:00", "10-15 12:01", "overdue5", id="not back to the day"
        ),
        pytest.param(
            {"overdue_workdays": (2, 20)}, "10-15 12:00", "10-15 12:01", "overdue5", id="no step twice"
        ),
        pytest.param(
            {"overdue_workdays": (2, 20)}, "10-15 12:00", "11-03 09:00", "overdue20", id="then the new one"
        ),
        pytest.param(
            {"overdue_workdays": (6,)}, "10-15 12:00", "10-15 12:01", "overdue6", id="further than before"
        ),
    ],
)
def test_a_change_says_nothing_twice(policy: dict[str, Any], when: str, now: str, rung: str | None) -> None:
    policies = changed(replace(POLICY, **policy), when)

    found = plan_reminders(ReminderFacts(checkpoints=(TASK,)), policies, real(), at(now))

    assert [each.key.split(":")[-1] for each in found] == ([rung] if rung else [])


def test_changing_there_and_back_leaves_no_trace() -> None:
    other = replace(POLICY, soon_workdays=(12, 2))
    there = Kept(None, ((at("09-18 12:00"), None), (at("09-18 13:00"), other)))
    policies = ReminderPolicies.kept(Kept(), {1: there})

    assert policies.of(1) == POLICY
    for now in ("09-18 12:30", "09-18 13:01", "09-24 09:00"):
        facts = ReminderFacts(checkpoints=(TASK,))
        assert plan_reminders(facts, policies, real(), at(now)) == said(now, TASK)


def test_the_policies_are_those_of_the_moment() -> None:
    own = replace(POLICY, hours_before=4)
    policies = ReminderPolicies.kept(
        Kept(own, ((at("09-02 12:00"), None),)), {1: Kept(None, ((at("09-01 12:00"), own),)), 2: Kept(own)}
    )

    assert [policies.of(plan_id) for plan_id in (None, 1, 2, 3)] == [own, own, own, own]
    first, second = policies.former
    assert [first.policies.of(plan_id) for plan_id in (None, 1, 2)] == [POLICY, own, own]
    assert [second.policies.of(plan_id) for plan_id in (None, 1, 2)] == [POLICY, POLICY, own]
    assert set(policies.all) == {own}


HOURS = st.sampled_from([time(8), time(8, 30), time(9), time(12), time(15), time(17, 30)])
RECEIVERS = st.sampled_from(
    [(CONTACT,), (CONTACT, WITH_HEAD), (WITH_HEAD, WITH_OFFICE), (CONTACT, WITH_HEAD, WITH_OFFICE)]
)


def steps(most: int, *, descending: bool = False) -> st.SearchStrategy[tuple[int, ...]]:
    several = st.lists(st.integers(1, most), unique=True, max_size=3)
    return several.map(lambda counts: tuple(sorted(counts, reverse=descending)))


POLICIES = st.builds(
    ReminderPolicy,
    morning=HOURS, day_before_at=HOURS, hours_before=st.integers(1, 8),
    soon_workdays=steps(20, descending=True), duty_soon_workdays=steps(20, descending=True),
    clock_soon_workdays=steps(20, descending=True), overdue_workdays=steps(30), waiting_workdays=steps(20),
    before_to=RECEIVERS, overdue_to=RECEIVERS, missed_to=RECEIVERS, again_after=st.sampled_from([0, 5, 12, 20]),
    quota_ends_workdays=st.integers(1, 40), quiet_from=st.sampled_from([time(18), time(20), time(22)]),
    quiet_until=st.sampled_from([time(6), time(8)]), quiet_days_off=st.booleans(),
    off=st.frozensets(st.sampled_from(sorted(set(NoticeKind) - ALWAYS)), max_size=3),
)  # fmt: skip


def together(some: ReminderFacts, more: ReminderFacts) -> ReminderFacts:
    """Facts of all nouns, each thing once as the tables hold it."""
    return replace(
        more,
        obligations=once(some.obligations, "cadence_id", "period_key", "unit_id"),
        checkpoints=once(some.checkpoints, "task_id", "due_on"),
        duties=once(more.duties, "kind", "about_id", "due_on"),
        requests=once(more.requests, "request_id"),
        meetings=once(more.meetings, "meeting_id"),
        quotas=once(more.quotas, "target_id"),
    )


def once(several: tuple[Any, ...], *names: str) -> tuple[Any, ...]:
    return tuple({tuple(getattr(each, name) for name in names): each for each in several}.values())


ALL_FACTS = st.builds(together, RETURNS_AND_TASKS, ASKS)


def stems(found: tuple[PlannedNotice, ...]) -> dict[str, PlannedNotice]:
    return {each.key.rpartition(":")[0]: each for each in found}


@given(POLICIES)
def test_every_policy_of_these_can_be_kept(policy: ReminderPolicy) -> None:
    assert faults(policy) == {}
    assert from_settings(as_settings(policy)) == policy


@settings(max_examples=40)
@given(ALL_FACTS, POLICIES, MOMENTS)
def test_a_ladder_says_one_thing_outside_the_quiet_hours(
    facts: ReminderFacts, policy: ReminderPolicy, now: datetime
) -> None:
    found = plan_reminders(facts, policy, real(), now)

    assert len(stems(found)) == len(found)
    for each in found:
        assert each.kind not in policy.off
        assert each.reached_at <= now
        local = china_clock(each.not_before)
        assert policy.quiet_until <= local.time() < policy.quiet_from
        assert each.urgent or not policy.quiet_days_off or real().is_workday(local.date())


@settings(max_examples=40)
@given(ALL_FACTS, POLICIES, MOMENTS, st.lists(st.timedeltas(timedelta(0), timedelta(days=20)), max_size=6))
def test_no_ladder_is_ever_gone_down(
    facts: ReminderFacts, policy: ReminderPolicy, now: datetime, passed: list[timedelta]
) -> None:
    """A missed period's place in its row may pass to another one; then it is another ladder."""
    highest: dict[str, datetime] = {}
    for step in (timedelta(0), *passed):
        now += step
        for stem, each in stems(plan_reminders(facts, policy, real(), now)).items():
            assert highest.get(stem, each.reached_at) <= each.reached_at
            highest[stem] = each.reached_at


@settings(max_examples=40)
@given(ALL_FACTS, POLICIES, POLICIES, MOMENTS, MOMENTS, st.data())
def test_no_ladder_is_gone_down_where_the_policy_changes_on_the_way(
    facts: ReminderFacts,
    first: ReminderPolicy,
    second: ReminderPolicy,
    start: datetime,
    change: datetime,
    data: st.DataObject,
) -> None:
    later = ReminderPolicies.kept(Kept(second, ((change, first),)), {})
    times = sorted([start, change, *data.draw(st.lists(MOMENTS, max_size=4))])

    highest: dict[str, datetime] = {}
    for now in times:
        for stem, each in stems(
            plan_reminders(facts, first if now <= change else later, real(), now)
        ).items():
            assert highest.get(stem, each.reached_at) <= each.reached_at
            highest[stem] = each.reached_at


@settings(max_examples=40)
@given(ALL_FACTS, POLICIES, MOMENTS, st.randoms(use_true_random=False))
def test_planning_is_the_same_whatever_the_order_of_facts(
    facts: ReminderFacts, policy: ReminderPolicy, now: datetime, chance: Any
) -> None:
    named = {each.name: getattr(facts, each.name) for each in fields(facts)}
    shuffled: dict[str, Any] = {
        name: tuple(chance.sample(several, len(several)))
        for name, several in named.items()
        if isinstance(several, tuple)
    }
    other = replace(facts, **shuffled)

    def known(found: tuple[PlannedNotice, ...]) -> list[tuple[object, ...]]:
        return [(each.key, each.kind, each.reached_at, each.not_before, each.to) for each in found]

    assert known(plan_reminders(facts, policy, real(), now)) == known(
        plan_reminders(other, policy, real(), now)
    )


def test_every_choice_that_is_kept_has_a_name_and_words() -> None:
    assert set(LABELS) == set(as_settings(POLICY))
    words = {name: in_words(replace(POLICY, off=frozenset({NoticeKind.CLOCK})), name) for name in LABELS}
    assert words["soon_workdays"] == "10、3"
    assert words["overdue_to"] == "联系人；联系人、分管负责人；联系人、分管负责人、公开办"
    assert (words["morning"], words["quiet_days_off"], words["off"]) == ("09:00", "是", "时限")
    assert in_words(POLICY, "off") == "（没有）"

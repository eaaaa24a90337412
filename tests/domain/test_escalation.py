"""Which supervision orders the facts call for: each cell of the table, and what was ordered already."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.escalation import (
    EscalationFacts,
    EscalationPolicy,
    MissedFact,
    MissedPeriod,
    OrderFact,
    OverdueFact,
    Proposal,
    ask_of,
    feedback_day,
    propose,
)
from tracker.domain.supervision import MatterKind, OrderColour, OrderState
from tracker.domain.work_calendar import CalendarDay, DayKind, WorkCalendar, workdays_before

TODAY = date(2026, 9, 24)
CALENDAR, POLICY = WorkCalendar(), EscalationPolicy()
BLUE, YELLOW, RED = OrderColour
PLAN = "青溪市2026年政务公开工作要点"


def missed(count: int, running: int | None = None, *, first: int = 1) -> MissedFact:
    periods = tuple(
        MissedPeriod(number, f"第{number + 30}周", date(2026, 8, 6) + timedelta(weeks=number))
        for number in range(first, first + count)
    )
    return MissedFact(1, PLAN, 7, 3, "一周一进度", periods, count if running is None else running)


def overdue(workdays: int, *, task_id: int = 5) -> OverdueFact:
    return OverdueFact(1, PLAN, 7, task_id, f"任务{task_id}", workdays_before(TODAY, workdays, CALENDAR))


def order(
    colour: OrderColour, state: OrderState = OrderState.SENT, *, days: int = 3, key: str = "task:5",
    named: frozenset[str] = frozenset(),
) -> OrderFact:  # fmt: skip
    """One whose 反馈 day lies so many days ahead."""
    day = TODAY + timedelta(days=days)
    return OrderFact(1, "〔2026〕1号", 1, 7, colour, state, day, ((key, named),))


def proposed(*facts: MissedFact | OverdueFact, orders: tuple[OrderFact, ...] = ()) -> tuple[Proposal, ...]:
    found = EscalationFacts(
        missed=tuple(each for each in facts if isinstance(each, MissedFact)),
        overdue=tuple(each for each in facts if isinstance(each, OverdueFact)),
        orders=orders,
    )
    return propose(found, POLICY, CALENDAR, TODAY)


@pytest.mark.parametrize(
    ("fact", "colour"),
    [
        (missed(1), BLUE),
        (missed(2), YELLOW),
        (missed(3), RED),
        (missed(9), RED),
        (missed(2, 1), BLUE),
        (missed(3, 1), RED),
        (missed(3, 0), None),
        (overdue(0), None),
        (overdue(1), BLUE),
        (overdue(4), BLUE),
        (overdue(5), YELLOW),
        (overdue(19), YELLOW),
        (overdue(20), RED),
        (overdue(200), RED),
    ],
)
def test_a_fact_has_the_colour_of_the_table(fact: MissedFact | OverdueFact, colour: OrderColour | None) -> None:
    assert [each.colour for each in proposed(fact)] == ([colour] if colour else [])


def test_a_day_off_is_no_workday_past() -> None:
    friday = OverdueFact(1, PLAN, 7, 5, "任务", date(2026, 9, 18))
    found = propose(EscalationFacts(overdue=(friday,)), POLICY, CALENDAR, date(2026, 9, 20))

    assert found[0].colour is BLUE
    assert found[0].matters[0].reasons == ("2026年9月18日到期，已过期限，还没有办结。",)
    extra = WorkCalendar.of([CalendarDay(date(2026, 9, 19), DayKind.WORK, "调休")])
    found = propose(EscalationFacts(overdue=(friday,)), POLICY, extra, date(2026, 9, 20))
    assert "已过1个工作日" in found[0].matters[0].reasons[0]


@pytest.mark.parametrize(
    ("fact", "reasons"),
    [
        (missed(1), ("8月13日截止，至今没有报送。",)),
        (missed(2), ("连续2期没有报送。",)),
        (missed(3, 1), ("共3期没有报送。",)),
        (missed(6), ("第33周、第34周、第35周、第36周等连续6期没有报送。",)),
        (overdue(5), ("2026年9月17日到期，已过5个工作日，还没有办结。",)),
    ],
)
def test_reasons_are_sentences_with_their_figures(
    fact: MissedFact | OverdueFact, reasons: tuple[str, ...]
) -> None:
    assert proposed(fact)[0].matters[0].reasons == reasons


def test_one_unit_has_one_proposal_a_colour_with_all_its_matters_the_oldest_first() -> None:
    found = proposed(overdue(6), overdue(9, task_id=6), overdue(30, task_id=8), missed(2))

    assert [(each.key, [matter.key for matter in each.matters]) for each in found] == [
        ("1-7-red", ["task:8"]),
        ("1-7-yellow", ["returns:3", "task:6", "task:5"]),
    ]


def test_proposals_of_one_colour_stand_by_plan_and_unit_and_matters_of_one_day_by_their_key() -> None:
    elsewhere = [replace(overdue(1), plan_id=plan, unit_id=unit) for plan, unit in ((2, 1), (1, 9), (1, 8))]
    found = proposed(*elsewhere, overdue(1, task_id=6), overdue(1, task_id=5))

    assert [(each.plan_id, each.unit_id) for each in found] == [(1, 7), (1, 8), (1, 9), (2, 1)]
    assert [matter.key for matter in found[0].matters] == ["task:5", "task:6"]


@pytest.mark.parametrize(("count", "title"), [(4, "第31周、第32周、第33周、第34周"), (5, "所缺5期")])
def test_a_title_names_four_periods_and_counts_more(count: int, title: str) -> None:
    (found,) = proposed(missed(count))

    assert found.matters[0].title == f"一周一进度{title}"


def test_a_matter_leads_to_the_task_or_the_rhythm_it_is_about() -> None:
    about = {(each.task_id, each.cadence_id) for fact in (overdue(1), missed(1)) for each in proposed(fact)[0].matters}

    assert about == {(5, None), (None, 3)}


@pytest.mark.parametrize(
    ("by_itself", "stands", "colour"),
    [
        (1, order(BLUE), None),
        (1, order(BLUE, OrderState.ANSWERED, days=-9), None),
        (1, order(RED), None),
        (5, order(BLUE), YELLOW),
        (20, order(YELLOW), RED),
        (1, order(BLUE, days=0), None),
        (1, order(BLUE, days=-1), YELLOW),
        (1, order(BLUE, OrderState.RETURNED, days=-1), YELLOW),
        (1, order(YELLOW, days=-1), RED),
        (1, order(RED, days=-1), None),
        (20, order(BLUE, days=-1), RED),
    ],
)
def test_under_an_open_order_only_what_is_graver_is_proposed(
    by_itself: int, stands: OrderFact, colour: OrderColour | None
) -> None:
    found = proposed(overdue(by_itself), orders=(stands,))

    assert [each.colour for each in found] == ([colour] if colour else [])


def test_an_order_left_without_an_answer_is_named_among_the_reasons() -> None:
    (found,) = proposed(overdue(1), orders=(order(BLUE, days=-2),))

    itself, late = found.matters[0].reasons
    assert itself.endswith("还没有办结。")
    assert late == "〔2026〕1号蓝色督办单要求9月22日前反馈，至今没有反馈。"


def test_of_several_orders_left_without_an_answer_the_gravest_counts() -> None:
    blue, yellow = order(BLUE, days=-9), replace(order(YELLOW, days=-2), order_id=2, number="〔2026〕2号")

    for orders in ((blue, yellow), (yellow, blue)):
        (found,) = proposed(overdue(1), orders=orders)
        assert found.colour is RED
        assert found.matters[0].reasons[-1].startswith("〔2026〕2号黄色督办单")


def test_a_graver_order_that_is_open_stands_for_the_one_before() -> None:
    late, graver = order(BLUE, days=-2), replace(order(YELLOW), order_id=2)

    assert proposed(overdue(1), orders=(late, graver)) == ()


@pytest.mark.parametrize(
    ("fact", "named", "colour"),
    [
        (missed(1), frozenset({"1"}), None),
        (missed(1, first=2), frozenset({"1"}), BLUE),
        (missed(2), frozenset({"1"}), YELLOW),
    ],
)
def test_an_accepted_order_covers_what_it_named_and_nothing_new(
    fact: MissedFact, named: frozenset[str], colour: OrderColour | None
) -> None:
    told = order(BLUE, OrderState.ACCEPTED, key="returns:3", named=named)

    assert [each.colour for each in proposed(fact, orders=(told,))] == ([colour] if colour else [])


def test_an_accepted_order_covers_a_tasks_day_and_not_the_one_it_was_put_off_to() -> None:
    before, now = overdue(4), overdue(1)
    told = order(BLUE, OrderState.ACCEPTED, named=frozenset({before.due_on.isoformat()}))

    assert proposed(before, orders=(told,)) == ()
    assert [each.colour for each in proposed(now, orders=(told,))] == [BLUE]


def test_another_units_order_covers_nothing() -> None:
    other = replace(order(RED), unit_id=8)

    assert len(proposed(overdue(1), orders=(other,))) == 1


def test_thresholds_and_days_are_the_policys() -> None:
    policy = EscalationPolicy(overdue_yellow=2, overdue_red=3, feedback_red=1)
    found = propose(EscalationFacts(overdue=(overdue(2), overdue(3, task_id=6))), policy, CALENDAR, TODAY)

    assert [each.colour for each in found] == [RED, YELLOW]
    assert feedback_day(RED, policy, CALENDAR, TODAY) == date(2026, 9, 25)
    assert [feedback_day(each, POLICY, CALENDAR, TODAY).isoformat() for each in OrderColour] == [
        "2026-10-12", "2026-10-05", "2026-09-29",
    ]  # fmt: skip


def test_what_is_asked_fits_what_it_is_about() -> None:
    assert ask_of([MatterKind.TASK], BLUE).startswith("请说明逾期任务")
    assert not any("主要负责人" in ask_of(MatterKind, each) for each in (BLUE, YELLOW))
    assert "补报" in ask_of([MatterKind.RETURNS], YELLOW)
    assert "主要负责人" in ask_of(MatterKind, RED)
    assert ask_of([], RED) == "请由本单位主要负责人审签后反馈。"


@given(
    late=st.integers(1, 60),
    colour=st.sampled_from(OrderColour),
    state=st.sampled_from([state for state in OrderState if state is not OrderState.WITHDRAWN]),
    days=st.integers(-30, 30),
)
def test_an_order_never_makes_a_proposal_milder_and_open_ones_are_never_said_again(
    late: int, colour: OrderColour, state: OrderState, days: int
) -> None:
    fact = overdue(late)
    (alone,) = proposed(fact)
    found = proposed(fact, orders=(order(colour, state, days=days),))

    assert all(each.colour.rank >= alone.colour.rank for each in found)
    if not state.is_settled:
        assert all(each.colour.rank > colour.rank for each in found)

"""The order of need: what each fact weighs, and what holds for every agenda."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import meeting_need as rules
from tracker.domain.meeting_need import MOST, WEIGHTS, Need, NeedFact, agenda, need

FACTS = st.dictionaries(st.sampled_from(NeedFact), st.integers(0, 9))


@pytest.mark.parametrize(
    ("fact", "weight", "reason"),
    [
        (NeedFact.LATE_DECISION, 8, "逾期议定事项1件"),
        (NeedFact.LATE_CLOCK, 8, "时限超期1件"),
        (NeedFact.LATE_INSTRUCTION, 6, "逾期未回复批示1条"),
        (NeedFact.OVERDUE, 5, "逾期任务1项"),
        (NeedFact.MISSED, 4, "未报1期"),
        (NeedFact.NEAR_CLOCK, 3, "时限临近1件"),
        (NeedFact.BEHIND, 3, "次数落后1项"),
        (NeedFact.PROBLEM, 3, "存在问题1个"),
        (NeedFact.COORDINATE, 3, "提请协调1件"),
        (NeedFact.DECISION, 2, "未了议定事项1件"),
        (NeedFact.INSTRUCTION, 2, "待回复批示1条"),
        (NeedFact.REQUEST, 2, "待处理申请1件"),
        (NeedFact.LATE_RETURN, 1, "迟报1期"),
        (NeedFact.SOON, 1, "近期到期1项"),
    ],
)
def test_each_fact_has_its_weight_and_says_so(fact: NeedFact, weight: int, reason: str) -> None:
    assert need(7, {fact: 1}) == Need(7, weight, (reason,))


def test_every_fact_has_a_weight_and_the_docstring_names_it() -> None:
    assert set(WEIGHTS) == set(NeedFact)
    stated = [int(number) for number in re.findall(r"^ {7}(\d) {4}\S", rules.__doc__ or "", re.MULTILINE)]
    assert stated == list(WEIGHTS.values())


def test_many_small_things_weigh_no_more_than_five_of_them() -> None:
    assert need(1, {NeedFact.SOON: 40}).score == 5
    assert need(1, {NeedFact.SOON: 40}).reasons == ("近期到期40项",)
    assert need(1, {NeedFact.LATE_CLOCK: 1}).score > need(2, {NeedFact.SOON: 40}).score


def test_the_gravest_reason_is_said_first() -> None:
    facts = {NeedFact.SOON: 2, NeedFact.OVERDUE: 1, NeedFact.PROBLEM: 0, NeedFact.LATE_DECISION: 1}
    assert need(1, facts) == Need(1, 15, ("逾期议定事项1件", "逾期任务1项", "近期到期2项"))


def test_nothing_to_say_is_no_need() -> None:
    assert need(3, {}) == Need(3, 0, ())


def test_equals_keep_the_order_they_came_in() -> None:
    first, second, third = Need(1, 2, ()), Need(2, 5, ()), Need(3, 2, ())
    assert agenda([first, second, third]) == (second, first, third)


@given(FACTS, st.sampled_from(NeedFact))
def test_one_more_of_anything_never_lowers_the_need(facts: dict[NeedFact, int], fact: NeedFact) -> None:
    before, after = need(1, facts), need(1, {**facts, fact: facts.get(fact, 0) + 1})
    assert after.score >= before.score
    assert (after.score > before.score) is (facts.get(fact, 0) < MOST)
    assert bool(before.reasons) is (before.score > 0)


@given(st.lists(FACTS, max_size=8))
def test_an_agenda_holds_every_unit_once_and_falls(several: list[dict[NeedFact, int]]) -> None:
    needs = [need(number, facts) for number, facts in enumerate(several)]
    ordered = agenda(needs)
    assert sorted(each.unit_id for each in ordered) == [each.unit_id for each in needs]
    assert all(one.score >= other.score for one, other in pairwise(ordered))
    assert agenda(ordered) == ordered

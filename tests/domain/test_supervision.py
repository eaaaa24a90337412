"""Supervision orders: every step in every state, the number as printed, the gravity of colours."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain import supervision as rules
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.supervision import OrderColour, OrderState, Step

TODAY = date(2026, 9, 24)
S = OrderState
OPEN = {
    (S.SENT, Step.ANSWER): S.ANSWERED,
    (S.SENT, Step.ACCEPT): S.ACCEPTED,
    (S.SENT, Step.WITHDRAW): S.WITHDRAWN,
    (S.ANSWERED, Step.ACCEPT): S.ACCEPTED,
    (S.ANSWERED, Step.SEND_BACK): S.RETURNED,
    (S.RETURNED, Step.ANSWER): S.ANSWERED,
    (S.RETURNED, Step.ACCEPT): S.ACCEPTED,
    (S.RETURNED, Step.WITHDRAW): S.WITHDRAWN,
}


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("step", list(Step))
def test_a_step_leads_where_the_table_says_or_is_refused_with_a_sentence(state: OrderState, step: Step) -> None:
    assert (step in rules.open_steps(state)) == ((state, step) in OPEN)
    if (state, step) in OPEN:
        assert rules.take(state, step) is OPEN[state, step]
    else:
        with pytest.raises(RuleViolated, match=r"。$"):
            rules.take(state, step)


@pytest.mark.parametrize(
    ("state", "step", "said"),
    [
        (S.ANSWERED, Step.ANSWER, "不用再报"),
        (S.ANSWERED, Step.WITHDRAW, "请先销单"),
        (S.SENT, Step.SEND_BACK, "还没有反馈"),
        (S.ACCEPTED, Step.ANSWER, "已经了结"),
        (S.WITHDRAWN, Step.ACCEPT, "已经了结"),
    ],
)
def test_a_refusal_says_what_stands_in_the_way(state: OrderState, step: Step, said: str) -> None:
    with pytest.raises(RuleViolated, match=said):
        rules.take(state, step)


def test_colours_grow_graver_up_to_red() -> None:
    assert [each.graver for each in OrderColour] == [OrderColour.YELLOW, OrderColour.RED, OrderColour.RED]
    assert [each.rank for each in OrderColour] == [0, 1, 2]


def test_a_number_is_written_with_its_year_in_brackets_and_without_noughts() -> None:
    assert rules.number_words(2026, 1) == "〔2026〕1号"
    assert rules.number_words(2026, 120) == "〔2026〕120号"


def test_a_feedback_day_may_be_today_and_not_before() -> None:
    assert rules.day_given(TODAY, today=TODAY) == TODAY
    with pytest.raises(InvalidInput, match="不能早于今天"):
        rules.day_given(date(2026, 9, 23), today=TODAY)


def test_last_words_are_needed_where_no_answer_speaks() -> None:
    assert rules.closing(S.ANSWERED, "  ") == ""
    with pytest.raises(InvalidInput):
        rules.closing(S.SENT, "  ")


@pytest.mark.parametrize(
    ("state", "day", "late"),
    [(S.SENT, 23, True), (S.SENT, 24, False), (S.RETURNED, 23, True), (S.ANSWERED, 1, False), (S.ACCEPTED, 1, False)],
)
def test_only_the_unit_can_be_late(state: OrderState, day: int, late: bool) -> None:
    assert rules.is_overdue(state, date(2026, 9, day), today=TODAY) is late

"""Instructions: each step in each state, what words are needed, and when the unit is late."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import answering
from tracker.domain import instruction as rules
from tracker.domain.errors import InvalidInput, RuleViolated
from tracker.domain.instruction import InstructionState as State
from tracker.domain.instruction import Step

TODAY = date(2026, 6, 15)

STEPS = [
    (State.REMARK, Step.ASSIGN, State.ASSIGNED),
    (State.REMARK, Step.KEEP, State.KEPT),
    (State.REMARK, Step.MOVE, rules.NotAssigned),
    (State.REMARK, Step.ANSWER, rules.NotAssigned),
    (State.REMARK, Step.CLOSE, rules.NotAssigned),
    (State.KEPT, Step.ASSIGN, State.ASSIGNED),
    (State.KEPT, Step.KEEP, rules.AlreadySettled),
    (State.KEPT, Step.MOVE, rules.StepNotAllowed),
    (State.KEPT, Step.ANSWER, rules.StepNotAllowed),
    (State.KEPT, Step.CLOSE, rules.StepNotAllowed),
    (State.ASSIGNED, Step.ASSIGN, rules.AlreadyAssigned),
    (State.ASSIGNED, Step.KEEP, rules.AlreadyAssigned),
    (State.ASSIGNED, Step.MOVE, State.ASSIGNED),
    (State.ASSIGNED, Step.ANSWER, State.ANSWERED),
    (State.ASSIGNED, Step.CLOSE, State.CLOSED),
    (State.ANSWERED, Step.ASSIGN, rules.AlreadyAssigned),
    (State.ANSWERED, Step.KEEP, rules.AlreadyAssigned),
    (State.ANSWERED, Step.MOVE, State.ASSIGNED),
    (State.ANSWERED, Step.ANSWER, rules.AlreadyAnswered),
    (State.ANSWERED, Step.CLOSE, State.CLOSED),
    *((State.CLOSED, step, rules.AlreadySettled) for step in Step),
]


@pytest.mark.parametrize(("state", "step", "outcome"), STEPS)
def test_each_step_in_each_state(state: State, step: Step, outcome: State | type[RuleViolated]) -> None:
    if isinstance(outcome, State):
        assert rules.take(state, step) is outcome
        assert step in rules.open_steps(state)
    else:
        with pytest.raises(outcome) as refused:
            rules.take(state, step)
        assert type(refused.value) is outcome
        assert step not in rules.open_steps(state)


def test_the_table_above_leaves_nothing_out() -> None:
    assert {(state, step) for state, step, _ in STEPS} == {(state, step) for state in State for step in Step}


@given(st.lists(st.sampled_from(Step), max_size=20))
def test_whatever_is_tried_a_unit_answers_at_most_once_for_each_time_it_was_asked(steps: list[Step]) -> None:
    state, asked, answered = State.REMARK, 0, 0
    for step in steps:
        try:
            state = rules.take(state, step)
        except RuleViolated:
            continue
        asked += step in {Step.ASSIGN, Step.MOVE}
        answered += step is Step.ANSWER
        assert answered <= asked
        assert state.is_settled is (state in {State.KEPT, State.CLOSED})


def test_the_office_has_what_is_new_and_what_is_answered() -> None:
    assert {state for state in State if state.waits_for_office} == {State.REMARK, State.ANSWERED}


@pytest.mark.parametrize(
    ("state", "words", "kept"),
    [
        (State.ANSWERED, "  ", ""),
        (State.ANSWERED, " 已核，情况属实 ", "已核，情况属实"),
        (State.ASSIGNED, "已由县里直接办结", "已由县里直接办结"),
        (State.ASSIGNED, " ", answering.WordsNeeded),
        (State.ANSWERED, "字" * 1001, answering.WordsTooLong),
    ],
)
def test_closing_without_an_answer_says_what_became_of_it(
    state: State, words: str, kept: str | type[InvalidInput]
) -> None:
    if isinstance(kept, str):
        assert rules.closing(state, words) == kept
    else:
        with pytest.raises(kept):
            rules.closing(state, words)


def test_the_day_given_is_today_at_the_earliest() -> None:
    assert rules.day_given(TODAY, today=TODAY) == TODAY
    with pytest.raises(rules.DayIsOver):
        rules.day_given(date(2026, 6, 14), today=TODAY)


@pytest.mark.parametrize(
    ("state", "due_on", "late"),
    [
        (State.ASSIGNED, date(2026, 6, 14), True),
        (State.ASSIGNED, date(2026, 6, 15), False),
        (State.ANSWERED, date(2026, 6, 14), False),
        (State.CLOSED, date(2026, 6, 14), False),
        (State.REMARK, None, False),
        (State.ASSIGNED, None, False),
    ],
)
def test_late_is_only_what_the_unit_owes(state: State, due_on: date | None, late: bool) -> None:
    assert rules.is_overdue(state, due_on, today=TODAY) is late

"""Decisions (议定事项): each step in each state, and what is true whatever is tried."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import decision as rules
from tracker.domain.decision import DecisionState as State
from tracker.domain.decision import Step
from tracker.domain.errors import RuleViolated

TODAY = date(2026, 9, 24)
LATER_STEPS = (Step.REPORT, Step.FINISH, Step.CARRY, Step.MOVE, Step.TRANSFER, Step.DROP)
AFTER = {
    Step.REPORT: State.REPORTED,
    Step.FINISH: State.DONE,
    Step.CARRY: State.CARRIED,
    Step.TRANSFER: State.TASK,
    Step.DROP: State.DROPPED,
}

STEPS = [
    (State.DRAFTED, Step.CHANGE, State.DRAFTED),
    (State.DRAFTED, Step.AGREE, State.OPEN),
    *((State.DRAFTED, step, rules.NotAgreedYet) for step in Step if step not in {Step.CHANGE, Step.AGREE}),
    *((State.OPEN, step, AFTER.get(step, State.OPEN)) for step in LATER_STEPS),
    *((State.CARRIED, step, AFTER.get(step, State.CARRIED)) for step in LATER_STEPS),
    (State.REPORTED, Step.CONFIRM, State.DONE),
    (State.REPORTED, Step.SEND_BACK, State.OPEN),
    (State.REPORTED, Step.REPORT, rules.AlreadyReported),
    *((State.REPORTED, step, rules.OfficeHasToDecide) for step in LATER_STEPS if step is not Step.REPORT),
    *(
        (state, step, rules.AlreadyAgreed)
        for state in (State.OPEN, State.CARRIED, State.REPORTED)
        for step in (Step.CHANGE, Step.AGREE)
    ),
    *(
        (state, step, rules.NothingReported)
        for state in (State.OPEN, State.CARRIED)
        for step in (Step.CONFIRM, Step.SEND_BACK)
    ),
    *(
        (state, step, rules.AlreadySettled)
        for state in (State.DONE, State.TASK, State.DROPPED)
        for step in Step
    ),
]


@pytest.mark.parametrize(("state", "step", "after"), STEPS)
def test_each_step_in_each_state(state: State, step: Step, after: State | type[RuleViolated]) -> None:
    if isinstance(after, State):
        assert rules.take(state, step) is after
        assert step in rules.open_steps(state)
    else:
        with pytest.raises(after) as refused:
            rules.take(state, step)
        assert type(refused.value) is after
        assert step not in rules.open_steps(state)


def test_the_table_above_leaves_nothing_out() -> None:
    wanted = {(state, step) for state in State for step in Step}
    assert {(state, step) for state, step, _ in STEPS} == wanted
    assert len(STEPS) == len(wanted)


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_whatever_is_tried_nothing_is_reported_twice_without_being_sent_back(steps: list[Step]) -> None:
    state, reported, sent_back = State.DRAFTED, 0, 0
    for step in steps:
        try:
            state = rules.take(state, step)
        except RuleViolated:
            continue
        reported += step is Step.REPORT
        sent_back += step is Step.SEND_BACK
        assert reported - sent_back == (
            state is State.REPORTED or (state is State.DONE and step is Step.CONFIRM)
        )
        assert state is not State.DRAFTED or step is Step.CHANGE


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_what_is_settled_stays_and_everything_else_comes_back(steps: list[Step]) -> None:
    state, settled = State.OPEN, None
    for step in steps:
        try:
            state = rules.take(state, step)
        except RuleViolated:
            continue
        assert settled is None
        settled = state if state.is_settled else None
        assert state.is_unresolved is not state.is_settled


@pytest.mark.parametrize(
    ("state", "due_on", "late"),
    [
        (State.OPEN, date(2026, 9, 23), True),
        (State.CARRIED, date(2026, 9, 23), True),
        (State.OPEN, TODAY, False),
        (State.REPORTED, date(2026, 9, 23), False),
        (State.DONE, date(2026, 9, 23), False),
        (State.DRAFTED, date(2026, 9, 23), False),
        (State.DRAFTED, None, False),
        (State.OPEN, None, False),
    ],
)
def test_late_is_only_what_the_unit_still_owes(state: State, due_on: date | None, late: bool) -> None:
    assert rules.is_overdue(state, due_on, today=TODAY) is late


def test_the_day_given_is_today_at_the_earliest() -> None:
    assert rules.day_given(TODAY, today=TODAY) == TODAY
    with pytest.raises(rules.DayIsOver):
        rules.day_given(date(2026, 9, 23), today=TODAY)


@pytest.mark.parametrize(("number", "words"), [(0, ""), (1, ""), (2, "第2次上会"), (3, "第3次上会")])
def test_from_the_second_time_on_it_is_said_how_often(number: int, words: str) -> None:
    assert rules.heard_words(number) == words

"""An obligation's steps: what is allowed, and what a person is told otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import obligation
from tracker.domain.errors import RuleViolated
from tracker.domain.obligation import (
    AlreadyAccepted,
    AlreadySubmitted,
    AlreadyWaived,
    NotDueYet,
    NothingSubmitted,
    ObligationState,
    ReasonNeeded,
    Step,
    StepNotAllowed,
    Submission,
    take,
)

OPEN, SUBMITTED, ACCEPTED = ObligationState.OPEN, ObligationState.SUBMITTED, ObligationState.ACCEPTED
RETURNED, MISSED, WAIVED = ObligationState.RETURNED, ObligationState.MISSED, ObligationState.WAIVED
DUE = datetime(2026, 9, 24, 9, 30, tzinfo=UTC)
LATER = DUE + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("state", "step", "after"),
    [
        (OPEN, Step.SUBMIT, SUBMITTED),
        (OPEN, Step.MISS, MISSED),
        (OPEN, Step.WAIVE, WAIVED),
        (SUBMITTED, Step.ACCEPT, ACCEPTED),
        (SUBMITTED, Step.RETURN, RETURNED),
        (RETURNED, Step.SUBMIT, SUBMITTED),
        (MISSED, Step.SUBMIT, SUBMITTED),
        (MISSED, Step.WAIVE, WAIVED),
        (OPEN, Step.ACCEPT, NothingSubmitted),
        (OPEN, Step.RETURN, NothingSubmitted),
        (MISSED, Step.ACCEPT, NothingSubmitted),
        (MISSED, Step.RETURN, NothingSubmitted),
        (MISSED, Step.MISS, StepNotAllowed),
        (SUBMITTED, Step.SUBMIT, AlreadySubmitted),
        (SUBMITTED, Step.MISS, StepNotAllowed),
        (SUBMITTED, Step.WAIVE, StepNotAllowed),
        (RETURNED, Step.ACCEPT, StepNotAllowed),
        (RETURNED, Step.RETURN, StepNotAllowed),
        (RETURNED, Step.MISS, StepNotAllowed),
        (RETURNED, Step.WAIVE, StepNotAllowed),
        (ACCEPTED, Step.SUBMIT, AlreadyAccepted),
        (ACCEPTED, Step.ACCEPT, AlreadyAccepted),
        (ACCEPTED, Step.RETURN, AlreadyAccepted),
        (ACCEPTED, Step.MISS, StepNotAllowed),
        (ACCEPTED, Step.WAIVE, StepNotAllowed),
        (WAIVED, Step.SUBMIT, AlreadyWaived),
        (WAIVED, Step.ACCEPT, StepNotAllowed),
        (WAIVED, Step.RETURN, StepNotAllowed),
        (WAIVED, Step.MISS, StepNotAllowed),
        (WAIVED, Step.WAIVE, StepNotAllowed),
        *((state, Step.ATTEND, ACCEPTED) for state in (OPEN, SUBMITTED, RETURNED)),
        *((state, Step.EXCUSE, WAIVED) for state in (OPEN, SUBMITTED, RETURNED)),
        *((state, Step.ABSENT, MISSED) for state in (OPEN, SUBMITTED, RETURNED)),
        *(
            (state, step, StepNotAllowed)
            for state in (MISSED, ACCEPTED, WAIVED)
            for step in (Step.ATTEND, Step.EXCUSE, Step.ABSENT)
        ),
    ],
)
def test_step(state: ObligationState, step: Step, after: ObligationState | type[RuleViolated]) -> None:
    if isinstance(after, ObligationState):
        assert take(state, step) is after
    else:
        with pytest.raises(after) as refused:
            take(state, step)
        assert refused.type is after
        assert refused.value.message.endswith("。")


@pytest.mark.parametrize(
    ("state", "now", "was_late", "late"),
    [
        pytest.param(OPEN, DUE - timedelta(days=3), False, False, id="days early counts for its period"),
        pytest.param(OPEN, DUE, False, False, id="the cut-off itself is on time"),
        pytest.param(OPEN, LATER, False, True, id="a second after is late"),
        pytest.param(MISSED, LATER, False, True, id="a missed one is late"),
        pytest.param(RETURNED, LATER, False, False, id="mending after the cut-off is not the unit's delay"),
        pytest.param(RETURNED, LATER, True, True, id="what was late stays late"),
        pytest.param(RETURNED, DUE, True, True, id="what was late stays late whenever it is mended"),
    ],
)
def test_lateness(state: ObligationState, now: datetime, was_late: bool, late: bool) -> None:
    assert obligation.submit(state, due_at=DUE, now=now, late=was_late) == Submission(SUBMITTED, late)


def test_a_late_open_return_is_late_whatever_was_said_before() -> None:
    assert obligation.submit(OPEN, due_at=DUE, now=DUE, late=True).late is False


def test_a_mended_return_is_on_time_unless_it_was_late() -> None:
    assert obligation.submit(RETURNED, due_at=DUE, now=LATER).late is False


def test_missing_waits_for_the_cut_off() -> None:
    assert obligation.miss(OPEN, due_at=DUE, now=LATER) is MISSED
    with pytest.raises(NotDueYet):
        obligation.miss(OPEN, due_at=DUE, now=DUE)


def test_sending_back_and_waiving_need_a_reason() -> None:
    assert obligation.send_back(SUBMITTED, reason="请补充链接") is RETURNED
    assert obligation.waive(OPEN, reason="本周无任务") is WAIVED
    with pytest.raises(ReasonNeeded):
        obligation.send_back(SUBMITTED, reason=" \u3000")
    with pytest.raises(ReasonNeeded):
        obligation.waive(OPEN, reason="")


def test_accepting_needs_a_return() -> None:
    assert obligation.accept(SUBMITTED) is ACCEPTED
    with pytest.raises(NothingSubmitted):
        obligation.accept(OPEN)


def test_a_meeting_is_answered_by_being_there() -> None:
    assert obligation.attend(OPEN) is ACCEPTED
    assert obligation.excuse(SUBMITTED, reason="外出开会") is WAIVED
    assert obligation.be_absent(SUBMITTED) is MISSED
    with pytest.raises(ReasonNeeded):
        obligation.excuse(OPEN, reason=" ")


def test_what_still_wants_a_return() -> None:
    assert {state for state in ObligationState if state.wants_return} == {OPEN, RETURNED, MISSED}


@given(st.lists(st.sampled_from(Step), max_size=30))
def test_whatever_is_tried_an_accepted_or_waived_one_stays(steps: list[Step]) -> None:
    state, settled = OPEN, None
    for step in steps:
        try:
            state = take(state, step)
        except RuleViolated:
            continue
        assert settled is None
        settled = state if state in {ACCEPTED, WAIVED} else None

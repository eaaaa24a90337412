"""回头看: each step in each state."""

from __future__ import annotations

import pytest

from tracker.domain.errors import RuleViolated
from tracker.domain.look_back_steps import AlreadyFinal, LookBackState, LookBackStep, NotFinal, take

S, T = LookBackState, LookBackStep
STEPS: list[tuple[LookBackState, LookBackStep, LookBackState | type[RuleViolated]]] = [
    (S.OPEN, T.WRITE, S.OPEN),
    (S.OPEN, T.FINISH, S.FINAL),
    (S.OPEN, T.REOPEN, NotFinal),
    (S.FINAL, T.WRITE, AlreadyFinal),
    (S.FINAL, T.FINISH, AlreadyFinal),
    (S.FINAL, T.REOPEN, S.OPEN),
]


@pytest.mark.parametrize(("state", "step", "outcome"), STEPS)
def test_each_step_in_each_state(
    state: LookBackState, step: LookBackStep, outcome: LookBackState | type[RuleViolated]
) -> None:
    if isinstance(outcome, LookBackState):
        assert take(state, step) is outcome
    else:
        with pytest.raises(outcome):
            take(state, step)


def test_the_table_above_leaves_nothing_out() -> None:
    assert {(state, step) for state, step, _ in STEPS} == {(state, step) for state in S for step in T}

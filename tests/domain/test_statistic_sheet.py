"""统计表 and 统计年度: each step in each state."""

from __future__ import annotations

from typing import Any

import pytest

from tracker.domain import statistic_sheet as rules
from tracker.domain.statistic_sheet import SheetState, SheetStep, YearState, YearStep

STEPS: list[tuple[Any, Any, Any]] = [
    (SheetState.OPEN, SheetStep.SUBMIT, SheetState.SUBMITTED),
    (SheetState.OPEN, SheetStep.SEND_BACK, rules.NotSubmitted),
    (SheetState.SUBMITTED, SheetStep.SUBMIT, SheetState.SUBMITTED),
    (SheetState.SUBMITTED, SheetStep.SEND_BACK, SheetState.OPEN),
    (YearState.OPEN, YearStep.CLOSE, YearState.CLOSED),
    (YearState.OPEN, YearStep.REOPEN, rules.YearOpen),
    (YearState.CLOSED, YearStep.CLOSE, rules.YearClosed),
    (YearState.CLOSED, YearStep.REOPEN, YearState.OPEN),
]


@pytest.mark.parametrize(("state", "step", "outcome"), STEPS)
def test_each_step_in_each_state(state: Any, step: Any, outcome: Any) -> None:
    take: Any = rules.after if isinstance(step, SheetStep) else rules.of_year

    if isinstance(outcome, type):
        with pytest.raises(outcome):
            take(state, step)
    else:
        assert take(state, step) is outcome


def test_the_table_above_leaves_nothing_out() -> None:
    every: set[tuple[Any, Any]] = {(state, step) for state in SheetState for step in SheetStep}
    every |= {(state, step) for state in YearState for step in YearStep}
    assert {(state, step) for state, step, _ in STEPS} == every

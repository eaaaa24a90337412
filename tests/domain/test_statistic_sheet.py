"""统计表 and 统计年度: each step in each state."""

from __future__ import annotations

import pytest

from tracker.domain import statistic_sheet as rules
from tracker.domain.errors import RuleViolated
from tracker.domain.statistic_sheet import SheetState, SheetStep, YearState, YearStep

SHEETS = [
    (SheetState.OPEN, SheetStep.SUBMIT, SheetState.SUBMITTED),
    (SheetState.OPEN, SheetStep.SEND_BACK, rules.NotSubmitted),
    (SheetState.SUBMITTED, SheetStep.SUBMIT, SheetState.SUBMITTED),
    (SheetState.SUBMITTED, SheetStep.SEND_BACK, SheetState.OPEN),
]
YEARS = [
    (YearState.OPEN, YearStep.CLOSE, YearState.CLOSED),
    (YearState.OPEN, YearStep.REOPEN, rules.YearOpen),
    (YearState.CLOSED, YearStep.CLOSE, rules.YearClosed),
    (YearState.CLOSED, YearStep.REOPEN, YearState.OPEN),
]


@pytest.mark.parametrize(("state", "step", "outcome"), SHEETS)
def test_each_step_of_a_sheet(
    state: SheetState, step: SheetStep, outcome: SheetState | type[RuleViolated]
) -> None:
    if isinstance(outcome, SheetState):
        assert rules.after(state, step) is outcome
    else:
        with pytest.raises(outcome):
            rules.after(state, step)


@pytest.mark.parametrize(("state", "step", "outcome"), YEARS)
def test_each_step_of_a_year(
    state: YearState, step: YearStep, outcome: YearState | type[RuleViolated]
) -> None:
    if isinstance(outcome, YearState):
        assert rules.of_year(state, step) is outcome
    else:
        with pytest.raises(outcome):
            rules.of_year(state, step)


def test_the_tables_above_leave_nothing_out() -> None:
    assert len({each[:2] for each in SHEETS}) == len(SheetState) * len(SheetStep)
    assert len({each[:2] for each in YEARS}) == len(YearState) * len(YearStep)

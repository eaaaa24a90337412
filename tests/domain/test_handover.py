"""Hand-over: its steps, its five workdays, and when the old account closes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.domain.calendars import real
from tracker.domain import handover as rules
from tracker.domain.errors import RuleViolated
from tracker.domain.handover import HandoverState as State
from tracker.domain.handover import Step

TODAY = date(2026, 6, 15)


@pytest.mark.parametrize(
    ("state", "step", "outcome"),
    [
        (State.WAITING, Step.FILE, State.FILED),
        (State.WAITING, Step.FINISH, rules.NotFiledYet),
        (State.WAITING, Step.WITHDRAW, State.WITHDRAWN),
        (State.FILED, Step.FILE, State.FILED),
        (State.FILED, Step.FINISH, State.DONE),
        (State.FILED, Step.WITHDRAW, State.WITHDRAWN),
        *((state, step, rules.AlreadyOver) for state in (State.DONE, State.WITHDRAWN) for step in Step),
    ],
)
def test_each_step_in_each_state(state: State, step: Step, outcome: State | type[RuleViolated]) -> None:
    if isinstance(outcome, State):
        assert rules.take(state, step) is outcome
    else:
        with pytest.raises(outcome):
            rules.take(state, step)


@pytest.mark.parametrize(
    ("changed_on", "today", "due_on", "left"),
    [
        (date(2026, 6, 15), date(2026, 6, 15), date(2026, 6, 23), 5),  # 6月19日端午放假
        (date(2026, 6, 15), date(2026, 6, 23), date(2026, 6, 23), 0),
        (date(2026, 6, 15), date(2026, 6, 24), date(2026, 6, 23), -1),
        (date(2026, 9, 28), date(2026, 9, 30), date(2026, 10, 10), 3),  # 国庆放到7日，10日调休上班
    ],
)
def test_five_workdays_count_from_the_change(changed_on: date, today: date, due_on: date, left: int) -> None:
    found = rules.standing(changed_on, real(), today=today)

    assert (found.due_on, found.left, found.overdue) == (due_on, left, left < 0)
    counted = [line for line in rules.counting_sheet(changed_on, real(), today=today) if line.number]
    assert (len(counted), counted[-1].day) == (5, due_on)


@pytest.mark.parametrize(
    ("state", "changed_on", "due"),
    [
        (State.FILED, date(2026, 6, 15), True),
        (State.FILED, date(2026, 6, 1), True),
        (State.FILED, date(2026, 6, 16), False),
        (State.WAITING, date(2026, 6, 1), False),
        (State.DONE, date(2026, 6, 1), False),
    ],
)
def test_the_old_account_closes_when_the_day_has_come_and_somebody_took_over(
    state: State, changed_on: date, due: bool
) -> None:
    assert rules.is_due(state, changed_on, today=TODAY) is due


def test_a_report_has_a_likely_day_and_a_withdrawal_a_reason() -> None:
    assert rules.reported(TODAY + timedelta(days=366), " 调任 ", today=TODAY) == "调任"
    assert rules.withdrawn(" 填错了 ") == "填错了"
    assert rules.withdrawn("字" * 200) == "字" * 200
    with pytest.raises(rules.DayTooFar):
        rules.reported(TODAY - timedelta(days=367), "", today=TODAY)
    with pytest.raises(rules.WordsTooLong):
        rules.reported(TODAY, "字" * 201, today=TODAY)
    with pytest.raises(rules.WhyNeeded):
        rules.withdrawn(" ")

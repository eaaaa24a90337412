"""The lights of the database are those of the pure rule, whatever the facts."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import TODAY, make_plan, make_task, make_unit
from tracker.domain.health import HealthFacts, light
from tracker.domain.task import TaskState
from tracker.store.queries.lights import SEVERITY, LightDays, colour, rule_code, severity
from tracker.store.tables import Task

SOON = date(2026, 10, 14)
DAYS = LightDays(today=TODAY, soon_until=SOON)
DUE = (
    None,
    TODAY - timedelta(days=400),
    TODAY - timedelta(days=1),
    TODAY,
    TODAY + timedelta(days=1),
    SOON,
    SOON + timedelta(days=1),
)
# (statuses of two units, has anyone reported): who is blocked has reported, who has reported need not be blocked.
REPORTS = ((None, None), ("in_progress", None), ("blocked", None), ("done", "blocked"))
NOTATIONS = ("ongoing", "range:2026-07-01/open", "range:2026-07-01/2026-10-31", "none", "date:2026-10-31")


def test_database_and_rule_agree_on_every_combination_of_facts(session: Session) -> None:
    plan = make_plan(session)
    first, second = make_unit(session), make_unit(session)
    expected = {}
    for state, due, reports, notation in product(TaskState, DUE, REPORTS, NOTATIONS):
        statuses = {unit.id: said for unit, said in zip((first, second), reports, strict=True) if said}
        task = make_task(
            session, plan, units=[first, second], state=state.value, notation=notation, statuses=statuses
        )
        task.next_due_on = due
        facts = HealthFacts(
            state=state,
            next_due_on=due,
            has_blocked="blocked" in reports,
            has_any_report=bool(statuses),
            standing=notation in {"ongoing", "range:2026-07-01/open"},
        )
        expected[task.id] = light(facts, today=TODAY, soon_until=SOON)
    session.flush()

    rows = session.execute(select(Task.id, rule_code(DAYS), colour(DAYS), severity(DAYS))).all()

    found = {task_id: (code, shown, SEVERITY[rank]) for task_id, code, shown, rank in rows}
    assert found == {key: (said.rule, said.colour, said.colour) for key, said in expected.items()}
    assert {said.rule for said in expected.values()} >= {"overdue", "due_soon", "blocked", "standing", "undated"}


@pytest.mark.parametrize("reported", [True, False], ids=["with a report", "without a report"])
def test_a_task_without_units_has_a_light_too(session: Session, reported: bool) -> None:
    task = make_task(session, make_plan(session), units=[make_unit(session)] if reported else [], reported=reported)

    found = session.scalars(select(colour(DAYS)).where(Task.id == task.id)).one()

    assert found == ("green" if reported else "grey")

"""What has no day stands last on both engines, which place NULL differently."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tracker.store.queries import returns, reviews
from tracker.store.queries.lights import LightDays
from tracker.store.tables import LookBack, Rectification, Verdict

DAYS = LightDays(today=TODAY, soon_until=TODAY + timedelta(days=14))
FAR, FARTHER = date(2026, 12, 1), date(2026, 12, 31)


def test_a_units_tasks_of_one_light_stand_by_day_and_undated_ones_last(session: Session) -> None:
    plan, unit = make_plan(session), make_unit(session)
    for title, due in (("早已销号", None), ("年底", FARTHER), ("月初", FAR)):
        make_task(session, plan, title, units=[unit], due=due, state="in_progress" if due else "signed_off")

    found = returns.all_unit_tasks(session, unit.id, DAYS)

    assert [item.assignment.task.title for item in found] == ["月初", "年底", "早已销号"]


@pytest.mark.parametrize("state", ["open", "closed"])
def test_rectification_items_stand_by_day_and_undated_ones_last(session: Session, state: str) -> None:
    plan = make_plan(session)
    look_back = LookBack(plan_id=plan.id, started_at=NOW)
    session.add(look_back)
    session.flush()
    for title, due in (("未定", None), ("年底", FARTHER), ("月初", FAR)):
        task = make_task(session, plan, title)
        verdict = Verdict(look_back_id=look_back.id, task_id=task.id, proposed="unfinished")
        session.add(verdict)
        session.flush()
        closed_at = NOW if state == "closed" else None
        session.add(
            Rectification(
                verdict_id=verdict.id, task_id=task.id, year=2027, title=title, due_on=due, state=state,
                created_at=NOW, closed_at=closed_at,
            )
        )
    session.flush()

    found = reviews.rectifications(session, 2027)

    assert [item.title for item in found] == ["月初", "年底", "未定"]

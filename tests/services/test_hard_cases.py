"""老大难: what puts a task off, told by the facts that the services leave behind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.request import RequestKind
from tracker.domain.task import Role
from tracker.services import hard_cases, requesting, tasks
from tracker.services.dashboard_scope import Scope
from tracker.services.ledger import light_days
from tracker.services.requesting import Asked, Granting
from tracker.services.tasks import TaskChange
from tracker.store.tables import Task

OFFICE = Actor(account_id=None, name="王主任", role="office")
FIRST, SECOND = date(2026, 10, 31), date(2026, 12, 31)
NOVEMBER, JANUARY, FEBRUARY = date(2026, 11, 30), date(2027, 1, 31), date(2027, 2, 28)


@pytest.fixture
def task(session: Session) -> Task:
    """One unit, two stages."""
    return make_task(session, make_plan(session), units=[make_unit(session)], due=[FIRST, SECOND])


def granted(session: Session, task: Task, day: date) -> None:
    unit = Actor(account_id=None, name="林知远", role="unit", unit_id=task.assignments[0].unit_id)
    asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=day)
    request = requesting.ask(session, unit, task_id=task.id, asked=asked, now=NOW)
    requesting.grant(session, OFFICE, request_id=request.id, granting=Granting(), now=NOW)


def moved(session: Session, task: Task, days: Mapping[int, date]) -> None:
    points = {task.checkpoints[place].id: day for place, day in days.items()}
    roles = {part.unit_id: Role(part.role) for part in task.assignments}
    wanted = TaskChange(task.title, roles, points, reason="上级推迟")
    tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=wanted, now=NOW)


def why(session: Session, task: Task) -> tuple[str, ...]:
    found = hard_cases.of_plan(session, OFFICE, Scope(task.plan_id), light_days(session, TODAY))
    return found.why.get(task.id, ())


def test_a_day_that_the_office_puts_off_counts_like_one_that_a_unit_was_granted(session: Session, task: Task) -> None:
    granted(session, task, NOVEMBER)
    assert why(session, task) == ()

    moved(session, task, {1: JANUARY})
    assert why(session, task) == ("已延期2次（其中公开办改期1次）",)


def test_one_act_counts_once_however_many_days_it_moves(session: Session, task: Task) -> None:
    moved(session, task, {0: NOVEMBER, 1: JANUARY})
    assert why(session, task) == ()

    moved(session, task, {1: FEBRUARY})
    assert why(session, task) == ("已延期2次（其中公开办改期2次）",)


def test_a_slip_that_was_put_right_and_an_earlier_day_put_nothing_off(session: Session, task: Task) -> None:
    for _ in range(2):
        moved(session, task, {0: NOVEMBER})
        moved(session, task, {0: FIRST})
    moved(session, task, {1: NOVEMBER})

    assert why(session, task) == ()

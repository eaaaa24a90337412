"""An import is undone after meetings were held, articles adopted and leaders have spoken: nothing of it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.editions import directory, imported, last_batch, tasks
from tracker.domain.actor import SYSTEM
from tracker.services import undo_outlook, undoing
from tracker.store.tables import (
    Experience,
    Instruction,
    Meeting,
    Plan,
    ReportDraft,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    Unit,
)

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def plan(session: Session) -> Plan:
    directory(session)
    return imported(session)


def meeting(plan: Plan, _: Unit) -> Meeting:
    return Meeting(
        plan_id=plan.id, title="9月例会", starts_at=NOW, state="closed",
        called_at=NOW, called_by_name="陈雨", closed_at=NOW, closed_by_name="陈雨",
    )  # fmt: skip


def article(plan: Plan, unit: Unit) -> Experience:
    return Experience(
        plan_id=plan.id, unit_id=unit.id, state="adopted", number=1,
        created_at=NOW, submitted_at=NOW, adopted_at=NOW,
    )  # fmt: skip


def remark(plan: Plan, _: Unit) -> Instruction:
    return instruction(plan)


def instruction(plan: Plan, task: Task | None = None) -> Instruction:
    return Instruction(
        fingerprint=f"批示{task.id if task else 0}", plan_id=plan.id, task_id=task.id if task else None,
        leader_name="周明", words="抓紧办", said_on=date(2026, 9, 22), written_by_name="陈雨", written_at=NOW,
    )  # fmt: skip


def order(plan: Plan, unit: Unit, task: Task | None = None) -> SupervisionOrder:
    matter = SupervisionMatter(
        position=1,
        key="task:1",
        kind="task",
        title="一件事",
        due_on=date(2026, 9, 1),
        task_id=task.id if task else None,
    )
    return SupervisionOrder(
        year=2026, number=1, colour="blue", plan_id=plan.id, unit_id=unit.id, unit_name=unit.name, asked="请说明。",
        feedback_on=date(2026, 10, 1), sent_at=NOW, sent_by_name="陈雨", matters=[matter],
    )  # fmt: skip


def document(plan: Plan, _: Unit) -> ReportDraft:
    return ReportDraft(
        plan_id=plan.id, kind="weekly", subject="2026-W38", subject_label="2026年第38周", title="汇总", facts={},
        made_at=NOW, made_by_name="陈雨",
    )  # fmt: skip


@pytest.mark.parametrize("make", [meeting, article, remark, order, document])
def test_what_stands_by_the_plan_keeps_it(
    session: Session,
    plan: Plan,
    make: Callable[[Plan, Unit], Meeting | Experience | Instruction | SupervisionOrder | ReportDraft],
) -> None:
    row = make(plan, tasks(session, plan)[0].assignments[0].unit)
    session.add(row)
    session.flush()

    assert undo_outlook.look(session, batch_id=last_batch(session).id).plan_goes is False
    undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)
    session.expire_all()

    assert session.get(type(row), row.id) is not None
    assert session.get(Plan, plan.id) is not None


def test_a_task_that_a_leader_has_spoken_of_stays_and_the_answer_says_why(
    session: Session, plan: Plan
) -> None:
    first = tasks(session, plan)[0]
    row = instruction(plan, first)
    session.add(row)
    session.flush()

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)
    session.expire_all()

    assert [(each.task_id, why) for each, why in done.kept] == [(first.id, "已有领导批示、议定事项或督办单")]
    assert session.get(Instruction, row.id) is not None


def test_a_task_under_a_supervision_order_stays(session: Session, plan: Plan) -> None:
    first = tasks(session, plan)[0]
    row = order(plan, first.assignments[0].unit, first)
    session.add(row)
    session.flush()

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)
    session.expire_all()

    assert [each.task_id for each, _ in done.kept] == [first.id]
    assert [matter.task_id for matter in session.get_one(SupervisionOrder, row.id).matters] == [first.id]

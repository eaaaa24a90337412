"""An import is undone after meetings were held, articles adopted and leaders have spoken: nothing of it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task
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
    TaskLineage,
    Unit,
    UpperClause,
    UpperDocument,
    UpperLink,
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


def upper_document(plan: Plan, _: Unit) -> UpperDocument:
    return UpperDocument(plan_id=plan.id, title="省级要点", source_sha256="0" * 64, added_at=NOW)


@pytest.mark.parametrize("make", [meeting, article, remark, order, document, upper_document])
def test_what_stands_by_the_plan_keeps_it(
    session: Session,
    plan: Plan,
    make: Callable[[Plan, Unit], Any],
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


def clause_from_above(session: Session, plan: Plan, task: Task) -> UpperLink:
    upper = upper_document(plan, task.assignments[0].unit)
    session.add(upper)
    session.flush()
    clause = UpperClause(upper_document_id=upper.id, position=1, text="公开清单")
    session.add(clause)
    session.flush()
    return UpperLink(clause_id=clause.id, task_id=task.id, linked_at=NOW)


def goes_on_with_last_year(session: Session, plan: Plan, task: Task) -> TaskLineage:
    earlier = make_task(session, make_plan(session, year=plan.year - 1), "去年的任务")
    return TaskLineage(task_id=task.id, earlier_task_id=earlier.id, kind="same", confirmed_at=NOW)


def goes_on_next_year(session: Session, plan: Plan, task: Task) -> TaskLineage:
    later = make_task(session, make_plan(session, year=plan.year + 1), "明年的任务")
    return TaskLineage(task_id=later.id, earlier_task_id=task.id, kind="same", confirmed_at=NOW)


@pytest.mark.parametrize("make", [clause_from_above, goes_on_with_last_year, goes_on_next_year])
def test_a_task_that_a_person_has_put_beside_another_stays(
    session: Session, plan: Plan, make: Callable[[Session, Plan, Task], UpperLink | TaskLineage]
) -> None:
    first = tasks(session, plan)[0]
    row = make(session, plan, first)
    session.add(row)
    session.flush()

    done = undoing.undo(session, SYSTEM, batch_id=last_batch(session).id, now=LATER)
    session.expire_all()

    assert [(each.task_id, why) for each, why in done.kept] == [(first.id, "已与上级文件或往年任务对应")]
    assert session.get(type(row), row.id) is not None

"""A unit divides its own part of a task."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task, make_unit
from tracker.domain import sub_item as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.sub_item import Step
from tracker.domain.task import Role
from tracker.services import sub_items, tasks
from tracker.store.queries import audit
from tracker.store.queries import sub_items as queries
from tracker.store.tables import Assignment, Task

OFFICE = Actor(account_id=None, name="王主任", role="office")
OCTOBER = date(2026, 10, 31)


@pytest.fixture
def task(session: Session) -> Task:
    units = [make_unit(session, name) for name in ("市教育局", "市财政局")]
    return make_task(session, make_plan(session), units=units, due=[OCTOBER, date(2026, 12, 31)])


def contact(part: Assignment) -> Actor:
    return Actor(account_id=None, name="林知远", role="unit", unit_id=part.unit_id)


def test_a_step_is_made_changed_done_and_taken_away(session: Session, task: Task) -> None:
    part = task.assignments[0]
    who = contact(part)
    item = sub_items.add(session, who, task_id=task.id, step=Step("梳理清单", "王芳", OCTOBER), now=NOW)

    sub_items.change(
        session, who, sub_item_id=item.id, version=1, step=Step("梳理清单", "李明", OCTOBER), now=NOW
    )
    sub_items.tick(session, who, sub_item_id=item.id, version=2, done=True, now=NOW)
    assert (item.person, item.done_at) == ("李明", NOW)
    with pytest.raises(VersionConflict):
        sub_items.tick(session, who, sub_item_id=item.id, version=2, done=False, now=NOW)
    sub_items.remove(session, who, sub_item_id=item.id, version=3, now=NOW)

    assert queries.of_parts(session, [part.id]) == {}
    told = [event.summary for event in audit.history(session, "task", task.id)]
    assert told == ["删去子项：梳理清单", "完成子项：梳理清单", "修改子项：梳理清单", "市教育局新增子项：梳理清单"]


def test_a_step_falls_due_inside_its_task_and_only_the_own_unit_touches_it(session: Session, task: Task) -> None:
    mine, theirs = task.assignments
    with pytest.raises(rules.BeyondParent):
        sub_items.add(session, contact(mine), task_id=task.id, step=Step("清单", due_on=date(2026, 11, 1)), now=NOW)
    item = sub_items.add(session, contact(mine), task_id=task.id, step=Step("清单"), now=NOW)

    for actor in (contact(theirs), OFFICE):
        with pytest.raises(NotFound):
            sub_items.remove(session, actor, sub_item_id=item.id, version=1, now=NOW)


def test_a_step_is_not_made_twice_while_it_is_open(session: Session, task: Task) -> None:
    who = contact(task.assignments[0])
    step = Step("梳理清单", "王芳", OCTOBER)
    item = sub_items.add(session, who, task_id=task.id, step=step, now=NOW)

    with pytest.raises(rules.SameStep):
        sub_items.add(session, who, task_id=task.id, step=step, now=NOW)
    sub_items.add(session, who, task_id=task.id, step=Step("梳理清单", "李明", OCTOBER), now=NOW)
    sub_items.tick(session, who, sub_item_id=item.id, version=1, done=True, now=NOW)
    again = sub_items.add(session, who, task_id=task.id, step=step, now=NOW)

    assert again.id != item.id


def test_a_closed_part_keeps_its_steps_and_takes_no_more(session: Session, task: Task) -> None:
    who = contact(task.assignments[0])
    item = sub_items.add(session, who, task_id=task.id, step=Step("清单"), now=NOW)
    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="好", now=NOW)

    with pytest.raises(sub_items.PartClosed):
        sub_items.add(session, who, task_id=task.id, step=Step("又一项"), now=NOW)
    with pytest.raises(sub_items.PartClosed):
        sub_items.tick(session, who, sub_item_id=item.id, version=1, done=True, now=NOW)


def test_a_unit_that_leaves_keeps_its_steps_on_record(session: Session, task: Task) -> None:
    part, stays = task.assignments
    sub_items.add(session, contact(part), task_id=task.id, step=Step("清单"), now=NOW)
    wanted = tasks.TaskChange(task.title, {stays.unit_id: Role.LEAD})

    tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=wanted, now=NOW)

    assert session.get_one(Assignment, part.id).ended_at == NOW
    assert len(queries.of_parts(session, [part.id])[part.id]) == 1


def test_a_part_is_divided_into_fifty_at_the_most(session: Session, task: Task) -> None:
    part = task.assignments[0]
    for number in range(50):
        sub_items.add(session, contact(part), task_id=task.id, step=Step(f"第{number + 1}步"), now=NOW)

    with pytest.raises(rules.TooManySteps):
        sub_items.add(session, contact(part), task_id=task.id, step=Step("再一步"), now=NOW)
    colleague = task.assignments[1]
    sub_items.add(session, contact(colleague), task_id=task.id, step=Step("另一家的一步"), now=NOW)

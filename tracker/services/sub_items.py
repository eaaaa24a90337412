"""Sub-items (子项): a unit divides its part of a task, with a person and a day for each step."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain import sub_item as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.request import NothingToAsk
from tracker.domain.sub_item import Step
from tracker.domain.task import TaskState
from tracker.services import auditing
from tracker.store.queries import sub_items as queries
from tracker.store.queries import tasks as task_queries
from tracker.store.tables import Assignment, SubItem, Task


class PartClosed(NothingToAsk):
    """任务已经了结，或本单位的部分已经销号，子项不能再改。"""


def add(session: Session, actor: Actor, *, task_id: int, step: Step, now: datetime) -> SubItem:
    """Add a step to the unit's part.

    Raises:
        NotFound: the unit has no part in such a task.
        RuleViolated: the part is closed, or has too many steps, or has the same one still open.
        InvalidInput: the step says nothing, or falls due after its task.

    """
    task = task_queries.locked(session, task_id, actor)
    part = _part(task, actor.unit_id) if task is not None else None
    if task is None or part is None:
        raise NotFound
    _require_open(task, part)
    known = queries.of_parts(session, [part.id]).get(part.id, [])
    if len(known) >= rules.MOST:
        raise rules.TooManySteps
    planned = rules.planned(step, until=task.next_due_on)
    position = max((item.position for item in known), default=-1) + 1
    item = SubItem(
        assignment_id=part.id,
        position=position,
        title=planned.title,
        person=planned.person,
        due_on=planned.due_on,
    )
    if any(other.done_at is None and _facts(other) == _facts(item) for other in known):
        raise rules.SameStep  # the button was pressed twice
    session.add(item)
    session.flush()
    detail = {"sub_item": item.id, "to": _facts(item)}
    summary = f"{part.unit.name}新增子项：{item.title}"
    _record(session, actor, Event.SUB_ITEM_CREATE, task, summary, detail=detail, now=now)
    return item


def change(
    session: Session, actor: Actor, *, sub_item_id: int, version: int, step: Step, now: datetime
) -> SubItem:
    """Change a step.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: a colleague was faster.
        RuleViolated: the part is closed.
        InvalidInput: the step says nothing, or falls due after its task.

    """
    item = _own(session, actor, sub_item_id, version)
    was = _facts(item)
    planned = rules.planned(step, until=item.assignment.task.next_due_on)
    item.title, item.person, item.due_on = planned.title, planned.person, planned.due_on
    session.flush()
    if (facts := _facts(item)) != was:
        detail = {"sub_item": item.id, "from": was, "to": facts}
        summary = f"修改子项：{item.title}"
        _record(
            session, actor, Event.SUB_ITEM_CHANGE, item.assignment.task, summary, detail=detail, now=now
        )
    return item


def tick(
    session: Session, actor: Actor, *, sub_item_id: int, version: int, done: bool, now: datetime
) -> SubItem:
    """A step is done, or not after all.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: a colleague was faster.
        RuleViolated: the part is closed.

    """
    item = _own(session, actor, sub_item_id, version)
    was = item.done_at is not None
    if was is done:
        return item
    item.done_at = now if done else None
    session.flush()
    summary = f"{'完成子项' if done else '子项改回未完成'}：{item.title}"
    detail = {"sub_item": item.id, "done": [was, done]}
    _record(session, actor, Event.SUB_ITEM_CHANGE, item.assignment.task, summary, detail=detail, now=now)
    return item


def remove(session: Session, actor: Actor, *, sub_item_id: int, version: int, now: datetime) -> Task:
    """Take a step away; the trail keeps what it said.

    Raises:
        NotFound: it is not this unit's.
        VersionConflict: a colleague was faster.
        RuleViolated: the part is closed.

    """
    item = _own(session, actor, sub_item_id, version)
    task, facts = item.assignment.task, _facts(item)
    session.delete(item)
    session.flush()
    detail = {"sub_item": sub_item_id, "from": facts}
    summary = f"删去子项：{facts['title']}"
    _record(session, actor, Event.SUB_ITEM_REMOVE, task, summary, detail=detail, now=now)
    return task


def require_of(session: Session, actor: Actor, *, task_id: int, sub_item_id: int) -> None:
    """An address names a task and one of its steps; they belong together.

    Raises:
        NotFound: the step is another task's, or not this unit's.

    """
    item = queries.one(session, sub_item_id, actor.unit_id) if actor.unit_id is not None else None
    if item is None or item.assignment.task_id != task_id:
        raise NotFound


def _own(session: Session, actor: Actor, sub_item_id: int, version: int) -> SubItem:
    item = queries.one(session, sub_item_id, actor.unit_id) if actor.unit_id is not None else None
    if item is None:
        raise NotFound
    if item.version != version:
        raise VersionConflict
    _require_open(item.assignment.task, item.assignment)
    return item


def _part(task: Task, unit_id: int | None) -> Assignment | None:
    return next((part for part in task.assignments if part.unit_id == unit_id), None)


def _require_open(task: Task, part: Assignment) -> None:
    if not TaskState(task.state).is_open or part.signed_off_at is not None:
        raise PartClosed


def _facts(item: SubItem) -> dict[str, str]:
    return {"title": item.title, "person": item.person, "due_on": str(item.due_on or "")}


def _record(
    session: Session,
    actor: Actor,
    event: Event,
    task: Task,
    summary: str,
    *,
    detail: dict[str, object],
    now: datetime,
) -> None:
    auditing.record(session, actor, event, ("task", task.id), summary, detail=detail, now=now)

"""Each person's choices about reminders (我的提醒设置), and the tasks that are muted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.digest import DEFAULT, Choice
from tracker.domain.task import OPEN_STATES
from tracker.store.tables import (
    Assignment,
    InboxItem,
    MutedTask,
    Notice,
    OutboxItem,
    PersonSetting,
    Plan,
    Task,
)


def choices(session: Session) -> dict[int, Choice]:
    """What those have chosen who have chosen anything, by account."""
    return {row.account_id: _choice(row) for row in session.scalars(select(PersonSetting))}


def choice_of(session: Session, account_id: int) -> Choice:
    """What a person has chosen, or what holds for who has chosen nothing."""
    row = setting_of(session, account_id)
    return _choice(row) if row is not None else DEFAULT


def _choice(row: PersonSetting) -> Choice:
    return Choice(row.digest, time(row.hour), frozenset(row.declined))


def setting_of(session: Session, account_id: int) -> PersonSetting | None:
    """A person's row, or None as long as nothing was chosen."""
    return session.scalars(select(PersonSetting).where(PersonSetting.account_id == account_id)).one_or_none()


def muted(session: Session) -> dict[int, set[int]]:
    """Who has muted which open task: accounts by task."""
    found: dict[int, set[int]] = defaultdict(set)
    wanted = select(MutedTask.task_id, MutedTask.account_id).join(Task, Task.id == MutedTask.task_id)
    for task_id, account_id in session.execute(wanted.where(Task.state.in_(OPEN_STATES))):
        found[task_id].add(account_id)
    return found


def muted_by(session: Session, account_id: int) -> list[tuple[MutedTask, Task]]:
    """The open tasks that a person has muted, with their plans; the last one first."""
    wanted = (
        select(MutedTask, Task)
        .join(Task, Task.id == MutedTask.task_id)
        .where(MutedTask.account_id == account_id, Task.state.in_(OPEN_STATES))
        .options(joinedload(Task.plan))
        .order_by(MutedTask.muted_at.desc(), MutedTask.id.desc())
    )
    return [(row, task) for row, task in session.execute(wanted)]


def muted_of(session: Session, account_id: int, task_ids: Collection[int]) -> set[int]:
    """Which of these tasks a person has muted."""
    if not task_ids:
        return set()
    wanted = select(MutedTask.task_id).where(
        MutedTask.account_id == account_id, MutedTask.task_id.in_(task_ids)
    )
    return set(session.scalars(wanted))


def mute_of(session: Session, account_id: int, task_id: int) -> MutedTask | None:
    """A person's mark on one task, or None when it is not muted."""
    wanted = select(MutedTask).where(MutedTask.account_id == account_id, MutedTask.task_id == task_id)
    return session.scalars(wanted).one_or_none()


def open_parts(session: Session, task_ids: Collection[int]) -> list[tuple[Task, int]]:
    """Of these tasks each that still runs with each unit that is not done with it."""
    wanted = (
        select(Task, Assignment.unit_id)
        .join(Assignment, Assignment.task_id == Task.id)
        .join(Plan, Plan.id == Task.plan_id)
        .where(Task.id.in_(task_ids), Task.state.in_(OPEN_STATES), Plan.state == "active")
        .where(Assignment.ended_at.is_(None), Assignment.status != "done")
        .options(joinedload(Task.plan))
        .order_by(Task.next_due_on, Task.id, Assignment.position)
    )
    return [(task, unit_id) for task, unit_id in session.execute(wanted)]


def tasks_to_mute(session: Session, inbox_ids: Collection[int], kinds: Collection[str]) -> dict[int, int]:
    """The open tasks that these notices of an inbox are about, where they are of one of these kinds."""
    wanted = (
        select(InboxItem.id, Task.id)
        .join(OutboxItem, OutboxItem.id == InboxItem.outbox_id)
        .join(Notice, Notice.id == OutboxItem.notice_id)
        .join(Task, Task.id == Notice.task_id)
        .where(InboxItem.id.in_(inbox_ids), Notice.kind.in_(kinds), Task.state.in_(OPEN_STATES))
    )
    return {item_id: task_id for item_id, task_id in session.execute(wanted)}  # noqa: C416 - rows are no tuples to mypy

"""Batches (批次): what one file changed in the ledger, task by task, so that it can be taken back as one.

    batch = begin(session, actor, plan_id=…, kind=BatchKind.SHEET, source_file_id=…, now=now)
    create_task(session, actor, batch, facts=TaskFacts(text="…", notation="date:2026-11-30"), now=now)
    change_task(session, actor, batch, task, text="…", units=[Part(unit.id, Role.LEAD, unit.name)], now=now)
    cancel_task(session, actor, batch, task, reason="表格里删去", now=now)
    undoing.undo(session, actor, batch_id=batch.id, now=later)     →  Undone(reversed=…, kept=…)

Each change is a row with what stood before and after and with the task's version: an undo takes back what
still has that version and nothing reported since, and says of the rest why it stays (`services.undoing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.assigning import Part
from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.events import Event
from tracker.domain.task import TaskState
from tracker.services import auditing, calendars, waiving
from tracker.services.task_making import Rhythm, TaskFacts, first_day, new_task, points_of, title_of
from tracker.services.task_records import (
    deadline_of,
    put_points,
    put_units,
    settle,
    snapshot,
    units_of,
    wording_of,
)
from tracker.services.tasks import NotOpen
from tracker.store.queries import batches as queries
from tracker.store.queries import regime
from tracker.store.tables import BatchChange, ImportBatch, Plan, Task

__all__ = [
    "BatchKind",
    "ChangeKind",
    "DeadlineChange",
    "TaskFacts",
    "add_tasks",
    "begin",
    "cancel_task",
    "change_task",
    "create_task",
    "note_new",
]


@dataclass(frozen=True, slots=True)
class DeadlineChange:
    """A deadline as it shall stand: its notation, the printed phrase, and why it is read so.

    A person may have moved the days away from what is printed: `in_force` is their notation then, and
    `notation` stays. `exact` makes phrase and days so even where the notation is what it was.
    """

    notation: str
    phrase: str = ""
    reason: str = ""
    in_force: str = ""
    exact: bool = False


def begin(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    kind: BatchKind,
    source_file_id: int | None = None,
    draft_id: int | None = None,
    now: datetime,
) -> ImportBatch:
    """Open a batch of changes to one plan; the plan is locked, and what its units have not answered yet.

    A unit that hands in locks its obligation first and its tasks second; so does whoever writes a batch.

    Raises:
        NotFound: there is no such plan.

    """
    plan = regime.lock_plan(session, plan_id)
    if plan is None:
        raise NotFound
    waiving.lock_open(session, plan_id, queries.units_asked(session, plan_id))
    batch = ImportBatch(
        kind=kind.value,
        plan_id=plan_id,
        plan_title=plan.title,
        source_file_id=source_file_id,
        draft_id=draft_id,
        made_by_id=actor.account_id,
        made_at=now,
    )
    session.add(batch)
    session.flush()
    return batch


def create_task(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    *,
    facts: TaskFacts,
    clause_id: int | None = None,
    reason: str = "",
    now: datetime,
) -> Task:
    """Make a task with the next running number of the batch's plan.

    Raises:
        UnreadableDeadline: the notation is none.

    """
    plan = _plan(session, batch)
    serial = queries.last_serial(session, plan.id) + 1
    task = new_task(plan.id, serial, facts, rhythm_of(session, plan, now), now=now)
    task.clause_id = clause_id
    add_tasks(session, [task])
    note_new(session, batch, [task])
    summary = _told(reason, "新增任务")
    auditing.record(session, actor, Event.TASK_CREATE, ("task", task.id), summary, now=now)
    return task


def add_tasks(session: Session, tasks: Sequence[Task]) -> None:
    """Add new tasks; an id that a task once had which is gone is not given again."""
    if tasks and (fresh := queries.fresh_task_id(session)):
        tasks[0].id = fresh
        session.add(tasks[0])
        session.flush()
    session.add_all(tasks)
    session.flush()


def note_new(session: Session, batch: ImportBatch, tasks: Iterable[Task]) -> None:
    """Write down that these tasks, flushed, came with the batch."""
    session.add_all(_row(batch, task, ChangeKind.NEW, {}, snapshot(task), version_before=0) for task in tasks)
    session.flush()


def change_task(
    session: Session,
    actor: Actor,
    batch: ImportBatch,
    task: Task,
    *,
    text: str | None = None,
    title: str | None = None,
    section: str | None = None,
    units: Sequence[Part] | None = None,
    deadline: DeadlineChange | None = None,
    reason: str = "",
    now: datetime,
) -> tuple[ChangeKind, ...]:
    """Change an open task; what is None or the same stays. Gives the kinds of change that were made.

    A title that nobody has given follows the text. A unit that is no longer named and has returns keeps its
    place in the past (`Assignment.ended_at`): the returns stay readable, and it owes no further one. Stages
    that are closed stay; only open ones follow a new deadline.

    Raises:
        NotOpen: it is signed off or cancelled.
        UnreadableDeadline: the notation is none.

    """
    if not TaskState(task.state).is_open:
        raise NotOpen
    version = task.version
    stood: dict[ChangeKind, dict[str, Any]] = {}
    if (words := _changed_words(task, text, title, section)) is not None:
        stood[ChangeKind.WORDING] = wording_of(task)
        task.text, task.title, task.section = words
    waiting = []
    if units is not None and {(part.unit_id, part.role.value) for part in units} != _owed(task):
        stood[ChangeKind.UNITS] = units_of(task)
        leaving = {unit_id for unit_id, _ in _owed(task)} - {part.unit_id for part in units}
        waiting = list(waiving.lock_open(session, task.plan_id, leaving))
    if deadline is not None and (deadline.exact or deadline.notation != task.deadline_notation):
        stood[ChangeKind.DATE] = deadline_of(task)
        rhythm = rhythm_of(session, _plan(session, batch), now)
        put_points(task, list(points_of(task.plan_id, deadline.in_force or deadline.notation, rhythm)))
        task.deadline_notation, task.deadline_phrase = deadline.notation, deadline.phrase
        task.deadline_reason = deadline.reason
    if not stood:
        return ()
    if ChangeKind.UNITS in stood:
        put_units(session, task, units or (), now=now)
    settle(session, task)
    now_stands = {
        ChangeKind.WORDING: wording_of,
        ChangeKind.UNITS: units_of,
        ChangeKind.DATE: deadline_of,
    }
    after = {kind: now_stands[kind](task) for kind in stood}
    session.add_all(
        _row(batch, task, kind, before, after[kind], version_before=version) for kind, before in stood.items()
    )
    session.flush()
    words_said = "、".join(kind.label for kind in stood)
    detail = {kind.value: [before, after[kind]] for kind, before in stood.items()}
    summary = _told(reason, f"修改了{words_said}")
    subject = ("task", task.id)
    auditing.record(session, actor, Event.TASK_CHANGE, subject, summary, detail=detail, now=now)
    waiving.waive_idle(session, actor, task.plan_id, waiting, now=now)
    return tuple(stood)


def cancel_task(
    session: Session, actor: Actor, batch: ImportBatch, task: Task, *, reason: str, now: datetime
) -> None:
    """Cancel an open task: it stays in the ledger under 已取消 with all that was reported.

    Raises:
        NotOpen: it is signed off or cancelled already.

    """
    if not TaskState(task.state).is_open:
        raise NotOpen
    waiting = waiving.lock_open(session, task.plan_id, [part.unit_id for part in task.assignments])
    version, before = task.version, {"state": task.state}
    task.state = TaskState.CANCELLED.value
    settle(session, task)
    after = {"state": task.state, "reason": reason}
    session.add(_row(batch, task, ChangeKind.REMOVED, before, after, version_before=version))
    session.flush()
    detail = {"state": [before["state"], task.state]}
    subject, summary = ("task", task.id), f"取消任务：{reason}"
    auditing.record(session, actor, Event.TASK_CANCEL, subject, summary, detail=detail, now=now)
    waiving.waive_idle(session, actor, task.plan_id, waiting, now=now)


def rhythm_of(session: Session, plan: Plan, now: datetime) -> Rhythm:
    """What the due days of a plan are counted with."""
    starts_on = first_day(plan.year, plan.issued_on, china_day(now))
    return Rhythm(plan.year, starts_on, calendars.load(session))


def _plan(session: Session, batch: ImportBatch) -> Plan:
    plan = session.get(Plan, batch.plan_id)
    if plan is None:
        raise NotFound
    return plan


def _changed_words(
    task: Task, text: str | None, title: str | None, section: str | None
) -> tuple[str, str, str] | None:
    """Text, title and section as they shall be; None when they are so already."""
    new_text = task.text if text is None else text.strip()
    if title is None:
        own = task.title != title_of(task.text)
        new_title = task.title if own else title_of(new_text)
    else:
        new_title = title.strip()[:200] or title_of(new_text)
    new_section = task.section if section is None else section.strip()[:200]
    wanted = (new_text, new_title, new_section)
    return None if wanted == (task.text, task.title, task.section) else wanted


def _owed(task: Task) -> set[tuple[int, str]]:
    return {(part.unit_id, part.role) for part in task.assignments}


def _row(
    batch: ImportBatch,
    task: Task,
    kind: ChangeKind,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    version_before: int,
) -> BatchChange:
    return BatchChange(
        batch_id=batch.id,
        task_id=task.id,
        serial=task.serial,
        title=task.title,
        kind=kind.value,
        before=before,
        after=after,
        version_before=version_before,
        task_version=task.version,
    )


def _told(reason: str, words: str) -> str:
    return f"{reason}：{words}" if reason else words

"""Undoing a batch (撤销导入): what is taken back, what stays, and why it stays.

A change is taken back when the task still stands as the batch left it and nothing has been said of it since;
everything else is kept, and the answer names both. A task that a unit has reported on is never taken away.
Weeks that are closed keep their figures. A plan of which nothing is left goes as well, unless a week of it
has begun; the draft is open again either way, so that a clerk can correct and confirm it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.batch import BatchKind, ChangeKind
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.likeness import Relation
from tracker.services import auditing, batches, claiming, counting, lapsing, waiving
from tracker.services.editions import put_in_force
from tracker.services.reading_first import read_then_lock
from tracker.services.task_records import (
    Past,
    parts_from,
    past_of,
    points_from,
    put_points,
    put_units,
    settle,
)
from tracker.services.undo_outlook import LaterRevision, Touched, Undone, blocked, by_task, look, sorted_out
from tracker.store.queries import batches as queries
from tracker.store.queries import editions as edition_queries
from tracker.store.queries import imports, standing
from tracker.store.tables import BatchChange, EditionChoice, ImportBatch, ImportDraft, Plan, PlanEdition, Task

__all__ = ["AlreadyUndone", "LaterRevision", "NothingToUndo", "Touched", "Undone", "look", "undo"]


class AlreadyUndone(RuleViolated):
    """这一批已经撤销过，不用再撤。"""


class NothingToUndo(RuleViolated):
    """这一批的每一项后来都改过或已有报送，没有可以撤销的。"""


def undo(session: Session, actor: Actor, *, batch_id: int, now: datetime) -> Undone:
    """Take a batch back, in the caller's one transaction.

    Raises:
        NotFound: there is no such batch.
        AlreadyUndone: somebody has undone it.
        LaterRevision: another edition of the document has been confirmed since.
        NothingToUndo: nothing of it can be taken back any more.

    """
    read = read_then_lock(
        session,
        standing=lambda: _stands(session, batch_id),
        read=lambda: _read(session, batch_id),
        lock=lambda: _lock(session, batch_id),
    )
    batch, plan, found = read.batch, read.plan, read.found
    waiting = waiving.lock_open(session, plan.id, queries.units_asked(session, plan.id))
    subject, title, was = ("plan", plan.id), plan.title, BatchKind(batch.kind)
    _take_back(session, actor, read, now=now)
    for touched, why in found.kept:
        for change in read.changes[touched.task_id]:
            change.outcome, change.why = "kept", why[:300]
    batch.state, batch.undone_at, batch.undone_by_id = "undone", now, actor.account_id
    session.flush()
    if was.brings_an_edition:
        _bring_back_edition(session, batch, plan, {touched.task_id for touched, _ in found.kept}, now=now)
    if not found.plan_goes:
        waiving.waive_idle(session, actor, plan.id, waiting, now=now)
    draft_id = _open_again(session, actor, batch, plan, plan_goes=found.plan_goes, now=now)
    if found.plan_goes:
        queries.remove_plan(session, plan.id)
    done = Undone(batch, found.reversed, found.kept, found.plan_goes, draft_id)
    detail = {
        "batch": batch.id,
        "reversed": [each.serial for each in found.reversed],
        "kept": [[each.serial, why] for each, why in found.kept],
    }
    summary = f"撤销《{title}》的{was.label}：{done.words}"
    auditing.record(session, actor, Event.BATCH_UNDO, subject, summary, detail=detail, now=now)
    return done


@dataclass(frozen=True, slots=True)
class _Read:
    """An undo as it is worked out, before anything of it is written."""

    batch: ImportBatch
    plan: Plan
    changes: Mapping[int, list[BatchChange]]
    tasks: Mapping[int, Task]
    found: Undone


def _read(session: Session, batch_id: int) -> _Read:
    batch = queries.batch(session, batch_id)
    if batch is None:
        raise NotFound
    if batch.state == "undone":
        raise AlreadyUndone
    plan = session.get(Plan, batch.plan_id)
    if plan is None:
        raise NothingToUndo
    if blocked(session, batch):
        raise LaterRevision
    changes = by_task(queries.changes(session, batch_id))
    tasks = {task.id: task for task in queries.tasks(session, plan.id)}
    found = sorted_out(session, batch, changes, tasks)
    if not found.reversed:
        raise NothingToUndo
    return _Read(batch, plan, changes, tasks, found)


def _stands(session: Session, batch_id: int) -> tuple[object, ...]:
    batch = queries.batch(session, batch_id)
    return standing.of_plan(session, batch.plan_id) if batch is not None else ()


def _lock(session: Session, batch_id: int) -> None:
    batch = queries.lock_batch(session, batch_id)
    if batch is not None:
        batches.lock(session, batch.plan_id)


def _take_back(session: Session, actor: Actor, read: _Read, *, now: datetime) -> None:
    gone, restored = [], []
    past = past_of(session, read.plan.id)
    for touched in read.found.reversed:
        rows = read.changes[touched.task_id]
        for row in rows:
            row.outcome = "reversed"
        if ChangeKind.NEW in touched.kinds:
            gone.append(touched.task_id)
        else:
            _restore(read.tasks[touched.task_id], rows, past, now=now)
            restored.append((read.tasks[touched.task_id], rows))
    session.flush()
    for task, rows in restored:
        if any(row.kind == ChangeKind.UNITS for row in rows):
            session.expire(task, ["assignments"])
    queries.follow_versions(
        session,
        [{"task": task.id, "was": rows[0].version_before, "now": task.version} for task, rows in restored],
    )
    counting.take_back(session, read.batch, [task.id for task, _ in restored])
    claiming.open_missing(session, read.plan.id, now=now)
    stranded = lapsing.lock(session, [task.id for task, _ in restored])
    told = (_told(read.batch, task, rows) for task, rows in restored)
    auditing.record_all(session, actor, told, now=now)
    lapsing.lapse(session, actor, stranded, now=now)
    queries.remove_tasks(session, gone)


def _restore(task: Task, rows: Iterable[BatchChange], past: Past, *, now: datetime) -> None:
    """Put back what stood before; at the next flush the task gets a version."""
    for row in rows:
        stood = row.before
        match ChangeKind(row.kind):
            case ChangeKind.WORDING:
                task.title, task.text, task.section = stood["title"], stood["text"], stood["section"]
            case ChangeKind.UNITS:
                put_units(task, parts_from(stood["units"]), past, now=now)
            case ChangeKind.DATE:
                _restore_deadline(task, stood)
            case ChangeKind.REMOVED:
                task.state = stood["state"]
            case ChangeKind.NEW:
                raise AssertionError("a new task is taken away, not put back")
    settle(task)


def _told(batch: ImportBatch, task: Task, rows: Sequence[BatchChange]) -> auditing.Said:
    summary = f"撤销{BatchKind(batch.kind).label}：{_back_again(rows)}"
    detail = {row.kind: [row.after, row.before] for row in rows}
    return auditing.Said(Event.TASK_CHANGE, ("task", task.id), summary, detail)


def _back_again(rows: Iterable[BatchChange]) -> str:
    kinds = [ChangeKind(row.kind) for row in rows]
    return (
        "恢复任务" if ChangeKind.REMOVED in kinds else f"恢复原来的{'、'.join(kind.label for kind in kinds)}"
    )


def _restore_deadline(task: Task, stood: Mapping[str, Any]) -> None:
    put_points(task, points_from(task.plan_id, stood["points"]))
    task.deadline_notation = stood["notation"]
    task.deadline_phrase, task.deadline_reason = stood["phrase"], stood["reason"]


def _bring_back_edition(
    session: Session, batch: ImportBatch, plan: Plan, kept: set[int], *, now: datetime
) -> None:
    """Let the former edition count again; a task that is kept stays where it stands in the undone one."""
    edition = edition_queries.of_batch(session, batch.id)
    if edition is None:
        return
    put_in_force(plan, _former(session, edition))
    there = set(queries.lock_tasks(session, plan.id)) - kept
    places = [
        {"task": int(task_id), "clause": clause_id, "section": section, "qualifier": qualifier}
        for task_id, (clause_id, section, qualifier) in edition.places.items()
        if int(task_id) in there
    ]
    edition_queries.place_tasks(session, places)
    edition.undone_at = now
    session.flush()
    if not edition_queries.clauses_in_use(session, plan.id, edition.number):
        edition_queries.remove_edition(session, edition)


def _former(session: Session, edition: PlanEdition) -> PlanEdition:
    known = [
        each
        for each in edition_queries.editions(session, edition.plan_id)
        if each.number < edition.number and each.undone_at is None
    ]
    return known[-1]


def _open_again(
    session: Session, actor: Actor, batch: ImportBatch, plan: Plan, *, plan_goes: bool, now: datetime
) -> int | None:
    """Open the batch's draft again; where its plan stays, it is compared with it and not made anew."""
    draft = imports.lock_draft(session, batch.draft_id) if batch.draft_id else None
    if draft is None or draft.state != "confirmed":
        return None
    _reopen(draft)
    if BatchKind(batch.kind).brings_an_edition:
        draft.plan_id = None  # the plan reads its regime from the draft that it was made of
    if not plan_goes:
        choice = edition_queries.choice(session, draft.id) or EditionChoice(import_draft_id=draft.id)
        choice.relation, choice.plan_id = Relation.REVISION.value, plan.id
        choice.decided_by_id, choice.decided_at = actor.account_id, now
        session.add(choice)
    session.flush()
    return draft.id


def _reopen(draft: ImportDraft) -> None:
    draft.state = "open"
    draft.confirmed_by_id = None
    draft.confirmed_at = None

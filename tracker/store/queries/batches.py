"""Batches (批次) with their changes, and what has happened to their tasks since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, bindparam, delete, func, select, union, update
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from tracker.domain.batch import BatchKind
from tracker.domain.lineage import LineageKind
from tracker.store.tables import (
    Assignment,
    BatchChange,
    Claim,
    Clause,
    Experience,
    ImportBatch,
    ImportDraft,
    Instruction,
    LookBack,
    Meeting,
    MeetingDecision,
    Obligation,
    Period,
    Plan,
    ReportDraft,
    Return,
    ReturnLine,
    SubItem,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    TaskLineage,
    TaskRequest,
    UpperDocument,
    UpperLink,
    Verdict,
)


def batch(session: Session, batch_id: int) -> ImportBatch | None:
    """One batch with its file and its people."""
    return session.scalars(_whole().where(ImportBatch.id == batch_id)).one_or_none()


def lock_batch(session: Session, batch_id: int) -> ImportBatch | None:
    """One batch as it stands now, locked until the transaction ends."""
    wanted = (
        select(ImportBatch)
        .where(ImportBatch.id == batch_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()


def listed(session: Session, *, limit: int, offset: int) -> list[ImportBatch]:
    """Batches, newest first."""
    wanted = _whole().order_by(ImportBatch.id.desc()).limit(limit).offset(offset)
    return list(session.scalars(wanted))


def count(session: Session) -> int:
    """How many batches there are."""
    return session.scalars(select(func.count()).select_from(ImportBatch)).one()


def _whole() -> Select[ImportBatch]:
    return select(ImportBatch).options(
        joinedload(ImportBatch.source_file),
        joinedload(ImportBatch.made_by),
        joinedload(ImportBatch.undone_by),
    )


def changes(session: Session, batch_id: int) -> list[BatchChange]:
    """The changes of a batch, by the tasks' numbers."""
    wanted = select(BatchChange).where(BatchChange.batch_id == batch_id)
    return list(session.scalars(wanted.order_by(BatchChange.serial, BatchChange.id)))


def kinds(session: Session, batch_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """How many changes of each kind the batches made."""
    wanted = (
        select(BatchChange.batch_id, BatchChange.kind, func.count())
        .where(BatchChange.batch_id.in_(list(batch_ids)))
        .group_by(BatchChange.batch_id, BatchChange.kind)
    )
    found: dict[int, dict[str, int]] = {}
    for batch_id, kind, number in session.execute(wanted):
        found.setdefault(batch_id, {})[kind] = number
    return found


def plan_ids(session: Session, wanted: Iterable[int]) -> set[int]:
    """Which of these plans are still there."""
    return set(session.scalars(select(Plan.id).where(Plan.id.in_(list(wanted)))))


def lock_tasks(session: Session, plan_id: int) -> list[int]:
    """The ids of a plan's tasks, locked until the transaction ends, in the order that is the same for all."""
    wanted = select(Task.id).where(Task.plan_id == plan_id).order_by(Task.id).with_for_update()
    return list(session.scalars(wanted))


def tasks(session: Session, plan_id: int) -> list[Task]:
    """The tasks of a plan with their units, days and clauses, in their order."""
    wanted = (
        select(Task)
        .where(Task.plan_id == plan_id)
        .order_by(Task.serial)
        .options(
            selectinload(Task.assignments).joinedload(Assignment.unit),
            selectinload(Task.checkpoints),
            joinedload(Task.clause),
        )
    )
    return list(session.scalars(wanted))


def existing(session: Session, task_ids: Iterable[int]) -> frozenset[int]:
    """Which of these tasks are still there."""
    return frozenset(session.scalars(select(Task.id).where(Task.id.in_(list(task_ids)))))


def history_of(session: Session, plan_id: int) -> list[tuple[BatchChange, ImportBatch]]:
    """Every change that stands in a plan, oldest first, with its batch."""
    wanted = (
        select(BatchChange, ImportBatch)
        .join(ImportBatch, ImportBatch.id == BatchChange.batch_id)
        .where(ImportBatch.plan_id == plan_id, BatchChange.outcome != "reversed")
        .order_by(BatchChange.id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def later(session: Session, batch: ImportBatch) -> list[tuple[int, ImportBatch]]:
    """(task, batch) of the changes that later batches have made in the same plan and that stand."""
    wanted = (
        select(BatchChange.task_id, ImportBatch)
        .join(ImportBatch, ImportBatch.id == BatchChange.batch_id)
        .where(ImportBatch.plan_id == batch.plan_id, ImportBatch.id > batch.id)
        .where(BatchChange.outcome != "reversed")
        .order_by(ImportBatch.id)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


def later_revision(session: Session, batch: ImportBatch) -> bool:
    """Whether another edition of the document was confirmed after this batch and still stands."""
    wanted = select(ImportBatch.id).where(
        ImportBatch.plan_id == batch.plan_id,
        ImportBatch.id > batch.id,
        ImportBatch.kind.in_([kind.value for kind in BatchKind if kind.brings_an_edition]),
        ImportBatch.state == "applied",
    )
    return session.scalars(wanted.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Reported:
    """What units have said of a task: how often, when last, and whether one is typing."""

    times: int
    last_at: datetime | None
    typing: bool


def reported(session: Session, plan_id: int) -> dict[int, Reported]:
    """By task: the lines of returns that stand on it."""
    handed_in = Return.submitted_at.is_not(None)
    wanted = (
        select(
            ReturnLine.task_id,
            func.count().filter(handed_in),
            func.max(Return.submitted_at),
            func.count().filter(~handed_in),
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Task, Task.id == ReturnLine.task_id)
        .where(Task.plan_id == plan_id)
        .group_by(ReturnLine.task_id)
    )
    return {row[0]: Reported(row[1], row[2], row[3] > 0) for row in session.execute(wanted)}


def judged(session: Session, plan_id: int) -> set[int]:
    """The tasks of which a look-back (回头看) has a verdict."""
    wanted = (
        select(Verdict.task_id)
        .join(LookBack, LookBack.id == Verdict.look_back_id)
        .where(LookBack.plan_id == plan_id)
    )
    return set(session.scalars(wanted))


def answered(session: Session, plan_id: int) -> set[int]:
    """The tasks of which a unit has said anything beside its returns: a request, a claim, a sub-item."""
    said = [
        select(TaskRequest.task_id).where(TaskRequest.plan_id == plan_id),
        select(Assignment.task_id)
        .join(Claim, Claim.assignment_id == Assignment.id)
        .where(Assignment.plan_id == plan_id, Claim.state != "waiting"),
        select(Assignment.task_id)
        .join(SubItem, SubItem.assignment_id == Assignment.id)
        .where(Assignment.plan_id == plan_id),
    ]
    return set(session.scalars(union(*said)))


def opened_periods(session: Session, plan_id: int) -> int:
    """How many weeks of a plan have begun."""
    wanted = select(func.count()).where(Period.plan_id == plan_id, Period.state != "upcoming")
    return session.scalars(wanted).one()


def held_of(session: Session, plan_id: int) -> int:
    """How much stands by a plan that no task of its carries: meetings, articles, words, orders, documents.

    So does a document from above that it was put beside: it holds people's reasons.
    """
    tables = (Meeting, Experience, Instruction, SupervisionOrder, ReportDraft, UpperDocument)
    plans = [table.plan_id for table in tables]
    return sum(session.scalars(select(func.count()).where(column == plan_id)).one() for column in plans)


def instructed(session: Session, plan_id: int) -> set[int]:
    """The tasks about which a leader has said something, a meeting has decided or an order was sent."""
    said = [
        select(table.task_id).where(table.plan_id == plan_id, table.task_id.is_not(None))
        for table in (Instruction, MeetingDecision)
    ]
    ordered = select(SupervisionMatter.task_id).join(SupervisionOrder)
    said.append(ordered.where(SupervisionOrder.plan_id == plan_id, SupervisionMatter.task_id.is_not(None)))
    return {task_id for task_id in session.scalars(union(*said)) if task_id is not None}


def put_beside(session: Session, plan_id: int) -> set[int]:
    """The tasks that a person has put beside a clause from above, or beside a task of another year."""
    own = select(Task.id).where(Task.plan_id == plan_id)
    sides = [
        select(side).where(side.in_(own), TaskLineage.kind != LineageKind.OTHER.value)
        for side in (TaskLineage.task_id, TaskLineage.earlier_task_id)
    ]
    answers = select(UpperLink.task_id).where(UpperLink.task_id.in_(own))
    return set(session.scalars(union(answers, *sides)))


def ended_parts(session: Session, task_id: int) -> dict[int, Assignment]:
    """The parts of a task that units no longer have, by unit."""
    wanted = select(Assignment).where(Assignment.task_id == task_id, Assignment.ended_at.is_not(None))
    return {part.unit_id: part for part in session.scalars(wanted)}


def ended_parts_of_plan(session: Session, plan_id: int) -> dict[int, dict[int, Assignment]]:
    """The parts of a plan's tasks that units no longer have, by task and unit."""
    wanted = select(Assignment).where(Assignment.plan_id == plan_id, Assignment.ended_at.is_not(None))
    found: dict[int, dict[int, Assignment]] = {}
    for part in session.scalars(wanted):
        found.setdefault(part.task_id, {})[part.unit_id] = part
    return found


def parts_with_lines(session: Session, plan_id: int) -> set[int]:
    """The parts of a plan's tasks that stand on a return, so that removing them would tear a hole in it.

    So do those that their units have divided into sub-items.
    """
    wanted = [
        select(column).join(Assignment, Assignment.id == column).where(Assignment.plan_id == plan_id)
        for column in (ReturnLine.assignment_id, SubItem.assignment_id)
    ]
    return set(session.scalars(union(*wanted)))


def units_asked(session: Session, plan_id: int) -> list[int]:
    """The units that owe a return of the plan and have not answered."""
    wanted = select(Obligation.unit_id).where(Obligation.plan_id == plan_id, Obligation.state == "open")
    return list(session.scalars(wanted.distinct()))


def last_serial(session: Session, plan_id: int) -> int:
    """The highest running number in a plan; 0 when it has no task."""
    known = select(func.max(Task.serial)).where(Task.plan_id == plan_id)
    return session.scalars(known).one() or 0


def last_position(session: Session, plan_id: int) -> int:
    """The place of the last clause of a plan, of whatever edition; -1 when it has none."""
    wanted = select(func.coalesce(func.max(Clause.position), -1)).where(Clause.plan_id == plan_id)
    return session.scalars(wanted).one()


def follow_versions(session: Session, versions: list[dict[str, int]]) -> None:
    """Let what earlier batches made count as untouched again: the tasks stand as they left them.

    `versions` name a `task`, the version that it `was` when they had changed it, and its version `now`.
    """
    if not versions:
        return
    table = BatchChange.__table__
    moved = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.task_id == bindparam("task"), table.c.task_version == bindparam("was"))
        .where(table.c.outcome == "applied")
        .values(task_version=bindparam("now"))
    )
    session.connection().execute(moved, versions)
    for change in [item for item in session.identity_map.values() if isinstance(item, BatchChange)]:
        session.expire(change, ["task_version"])


def fresh_plan_id(session: Session) -> int | None:
    """The id of a new plan where the engine would give that of one which was taken back; else None."""
    return _fresh(session, Plan.id, ImportBatch.plan_id)


def fresh_task_id(session: Session) -> int | None:
    """The same for a task: the trail knows it by its id, and must not tell of another one's past."""
    return _fresh(session, Task.id, BatchChange.task_id)


def _fresh(
    session: Session, own: InstrumentedAttribute[int], told_of: InstrumentedAttribute[int]
) -> int | None:
    if session.get_bind().dialect.name != "sqlite":
        return None  # a sequence never goes back
    highest = session.scalars(select(func.max(own))).one() or 0
    told = session.scalars(select(func.max(told_of))).one() or 0
    return told + 1 if told > highest else None


def remove_tasks(session: Session, task_ids: Iterable[int]) -> None:
    """Take tasks away with their units, days and notices; the caller has seen to it that nothing is lost."""
    gone = delete(Task).where(Task.id.in_(list(task_ids)))
    session.execute(gone, execution_options={"synchronize_session": "fetch"})


def remove_plan(session: Session, plan_id: int) -> None:
    """Take a plan away with its clauses and its rhythm; drafts forget that they led to it."""
    freed = update(ImportDraft).where(ImportDraft.plan_id == plan_id).values(plan_id=None)
    session.execute(freed, execution_options={"synchronize_session": "fetch"})
    session.execute(
        delete(Plan).where(Plan.id == plan_id), execution_options={"synchronize_session": "fetch"}
    )

"""Upper documents with their clauses; a count and the list it opens use the same condition."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sqlalchemy import ColumnElement, and_, delete, func, not_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.crosswalk import Stand, Tally
from tracker.domain.task import TaskState
from tracker.store.tables import (
    Assignment,
    ImportDraft,
    Plan,
    Task,
    UpperClause,
    UpperDocument,
    UpperLink,
)


def _answered() -> ColumnElement[bool]:
    """Whether a task that is not cancelled answers the clause."""
    living = (Task.id == UpperLink.task_id) & (Task.state != TaskState.CANCELLED.value)
    found = select(UpperLink.id).join(Task, living).where(UpperLink.clause_id == UpperClause.id)
    return found.correlate(UpperClause).exists()


def stands(stand: Stand) -> ColumnElement[bool]:
    """The clauses that stand so; of each clause exactly one of the three is true."""
    if stand is Stand.WAIVED:
        return UpperClause.waived.is_(True)
    answered = _answered()
    return and_(not_(UpperClause.waived), answered if stand is Stand.COVERED else not_(answered))


def documents(session: Session) -> list[UpperDocument]:
    """Every upper document with its own plan, newest plan first."""
    wanted = select(UpperDocument).join(UpperDocument.plan).options(joinedload(UpperDocument.plan))
    return list(session.scalars(wanted.order_by(Plan.year.desc(), Plan.id.desc(), UpperDocument.id)))


def document(session: Session, document_id: int, *, lock: bool = False) -> UpperDocument | None:
    """One upper document; `lock` holds it until the transaction ends, and with it every decision about it."""
    wanted = select(UpperDocument).where(UpperDocument.id == document_id)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted)


def same_file(session: Session, plan_id: int, sha256: str) -> UpperDocument | None:
    """The document of these bytes beside a plan, if it is there already."""
    wanted = select(UpperDocument).where(
        UpperDocument.plan_id == plan_id, UpperDocument.source_sha256 == sha256
    )
    return session.scalar(wanted)


def hold_plan(session: Session, plan_id: int) -> Plan | None:
    """An own plan, held until the transaction ends: what is put beside it comes one after the other."""
    session.execute(select(Plan.id).where(Plan.id == plan_id).with_for_update(key_share=True))
    return session.get(Plan, plan_id)


def tallies(session: Session, document_ids: Collection[int]) -> dict[int, Tally]:
    """By document: how many clauses stand how, each counted by the condition of its list."""
    if not document_ids:
        return {}
    counted = (
        func.count().filter(stands(stand)) for stand in (Stand.COVERED, Stand.WAIVED, Stand.GAP)
    )
    rows = session.execute(
        select(UpperClause.upper_document_id, *counted)
        .where(UpperClause.upper_document_id.in_(document_ids))
        .group_by(UpperClause.upper_document_id)
    )
    found = {document_id: Tally(*counts) for document_id, *counts in rows}
    return {document_id: found.get(document_id, Tally()) for document_id in document_ids}


def clauses(session: Session, document_id: int, *, stand: Stand | None = None) -> list[UpperClause]:
    """The clauses of a document that stand so, in its order, with the tasks that answer them."""
    wanted = select(UpperClause).where(UpperClause.upper_document_id == document_id)
    if stand is not None:
        wanted = wanted.where(stands(stand))
    parts = (
        selectinload(UpperClause.links)
        .joinedload(UpperLink.task)
        .selectinload(Task.assignments)
        .joinedload(Assignment.unit)
    )
    wanted = wanted.options(parts, joinedload(UpperClause.waived_by)).order_by(UpperClause.position)
    return list(session.scalars(wanted.execution_options(populate_existing=True)))


def tasks(session: Session, plan_id: int) -> list[Task]:
    """The tasks of a plan that can answer something: those that are not cancelled."""
    wanted = select(Task).where(Task.plan_id == plan_id, Task.state != TaskState.CANCELLED.value)
    return list(session.scalars(wanted.order_by(Task.serial)))


def remove_links(session: Session, link_ids: Iterable[int]) -> None:
    """Take links away."""
    session.execute(
        delete(UpperLink).where(UpperLink.id.in_(list(link_ids))),
        execution_options={"synchronize_session": "fetch"},
    )


def plans(session: Session) -> list[Plan]:
    """Every plan, newest first."""
    return list(session.scalars(select(Plan).order_by(Plan.year.desc(), Plan.id.desc())))


def open_drafts(session: Session) -> list[ImportDraft]:
    """The drafts that wait to be checked: one of them may be an upper document."""
    wanted = select(ImportDraft).where(ImportDraft.state == "open").order_by(ImportDraft.id.desc())
    return list(session.scalars(wanted.options(joinedload(ImportDraft.source_file))))


def tasks_with_clauses(session: Session, plan_id: int) -> list[Task]:
    """The tasks of a plan with the passages they were made from."""
    wanted = select(Task).where(Task.plan_id == plan_id, Task.state != TaskState.CANCELLED.value)
    return list(session.scalars(wanted.options(joinedload(Task.clause)).order_by(Task.serial)))

"""Requests of units (申请): one filter for the number on the desk and for the list that it opens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import OPEN_STATES
from tracker.store.tables import Assignment, Task, TaskRequest, Unit


@dataclass(frozen=True, slots=True)
class RequestFilter:
    """Which requests are meant; what is empty does not narrow."""

    kind: RequestKind | None = None
    state: RequestState | None = None
    plan_id: int | None = None
    unit_id: int | None = None
    answered_since: datetime | None = None
    """Answered by the office, or ended with its task, from then on; what the unit took back is not."""


def _conditions(wanted: RequestFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind is not None:
        found.append(TaskRequest.kind == wanted.kind.value)
    if wanted.state is not None:
        found.append(TaskRequest.state == wanted.state.value)
    if wanted.plan_id is not None:
        found.append(TaskRequest.plan_id == wanted.plan_id)
    if wanted.unit_id is not None:
        found.append(TaskRequest.unit_id == wanted.unit_id)
    if wanted.answered_since is not None:
        found.append(TaskRequest.decided_at >= wanted.answered_since)
        found.append(TaskRequest.state != RequestState.WITHDRAWN.value)
    return found


def listed(session: Session, wanted: RequestFilter, *, limit: int, offset: int = 0) -> list[TaskRequest]:
    """The requests that fit: what waits first and longest first, then the newest decision."""
    query = (
        select(TaskRequest)
        .join(TaskRequest.task)
        .join(TaskRequest.unit)
        .join(TaskRequest.plan)
        .options(
            contains_eager(TaskRequest.task),
            contains_eager(TaskRequest.unit),
            contains_eager(TaskRequest.plan),
        )
        .where(*_conditions(wanted))
        .order_by(
            TaskRequest.state != RequestState.WAITING.value,
            TaskRequest.decided_at.desc(),  # all that waits has none: no engine's place of NULL matters
            TaskRequest.id,
        )
        .limit(limit)
        .offset(offset)
    )
    return list(session.scalars(query))


def count(session: Session, wanted: RequestFilter) -> int:
    """How many the filter meets."""
    return session.scalars(select(func.count()).select_from(TaskRequest).where(*_conditions(wanted))).one()


def counts(session: Session) -> dict[tuple[RequestKind, RequestState], int]:
    """How many there are of each kind and state."""
    query = select(TaskRequest.kind, TaskRequest.state, func.count())
    rows = session.execute(query.group_by(TaskRequest.kind, TaskRequest.state))
    return {(RequestKind(kind), RequestState(state)): number for kind, state, number in rows}


def one(session: Session, request_id: int) -> TaskRequest | None:
    """One request with its task and unit."""
    return session.scalars(_whole().where(TaskRequest.id == request_id)).one_or_none()


def locked(session: Session, request_id: int) -> TaskRequest | None:
    """The same, as it stands once nobody else decides it; it is held until the transaction ends.

    Whoever also holds its task has taken that first.
    """
    held = select(TaskRequest.id).where(TaskRequest.id == request_id).with_for_update(key_share=True)
    if session.scalars(held).one_or_none() is None:
        return None
    wanted = _whole().where(TaskRequest.id == request_id)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def of_task(session: Session, task_id: int, *, unit_id: int | None) -> list[TaskRequest]:
    """What units have asked about a task, newest first; of one unit when it is named."""
    wanted = _whole().where(TaskRequest.task_id == task_id)
    if unit_id is not None:
        wanted = wanted.where(TaskRequest.unit_id == unit_id)
    return list(session.scalars(wanted.order_by(TaskRequest.id.desc())))


def waiting(session: Session, task_id: int, unit_id: int, kind: RequestKind) -> bool:
    """Whether a unit waits for an answer of this kind on a task."""
    wanted = select(TaskRequest.id).where(
        TaskRequest.task_id == task_id,
        TaskRequest.unit_id == unit_id,
        TaskRequest.kind == kind.value,
        TaskRequest.state == RequestState.WAITING.value,
    )
    return session.scalars(wanted).first() is not None


def waiting_by_task(session: Session, unit_id: int) -> dict[int, list[RequestKind]]:
    """What a unit waits for, by task."""
    wanted = select(TaskRequest.task_id, TaskRequest.kind).where(
        TaskRequest.unit_id == unit_id, TaskRequest.state == RequestState.WAITING.value
    )
    found: dict[int, list[RequestKind]] = {}
    for task_id, kind in session.execute(wanted.order_by(TaskRequest.id)):
        found.setdefault(task_id, []).append(RequestKind(kind))
    return found


def stranded(session: Session, task_ids: Sequence[int]) -> list[tuple[TaskRequest, bool]]:
    """The waiting requests of these tasks that nothing depends on any more, held until the transaction ends.

    Each with whether its unit's part is signed off. The task is closed, or the unit has no part that is open.
    """
    if not task_ids:
        return []
    part = and_(
        Assignment.task_id == TaskRequest.task_id,
        Assignment.unit_id == TaskRequest.unit_id,
        Assignment.ended_at.is_(None),
    )
    open_part = select(Assignment.id).where(part, Assignment.signed_off_at.is_(None)).correlate(TaskRequest)
    done_part = select(Assignment.id).where(part, Assignment.signed_off_at.is_not(None))
    wanted = (
        select(TaskRequest, done_part.correlate(TaskRequest).exists())
        .join(TaskRequest.task)
        .join(TaskRequest.unit)
        .options(contains_eager(TaskRequest.task), contains_eager(TaskRequest.unit))
        .where(TaskRequest.task_id.in_(task_ids), TaskRequest.state == RequestState.WAITING.value)
        .where(or_(Task.state.not_in(OPEN_STATES), ~open_part.exists()))
        .order_by(TaskRequest.id)
        .with_for_update(of=TaskRequest, key_share=True)
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class GrantedLink:
    """A link by which a unit's part was signed off."""

    task_id: int
    unit_id: int
    unit_name: str
    url: str
    published_on: date | None


def granted_links(
    session: Session, *, plan_id: int | None = None, task_id: int | None = None, unit_id: int | None = None
) -> list[GrantedLink]:
    """The links of granted sign-offs of a plan or a task, oldest first; of one unit when it is named."""
    wanted = (
        select(
            TaskRequest.task_id,
            TaskRequest.unit_id,
            Unit.name,
            TaskRequest.evidence_url,
            TaskRequest.evidence_on,
        )
        .join(Unit, Unit.id == TaskRequest.unit_id)
        .where(TaskRequest.kind == RequestKind.SIGN_OFF.value, TaskRequest.evidence_url != "")
        .where(TaskRequest.state == RequestState.GRANTED.value)
        .order_by(TaskRequest.id)
    )
    for column, value in (
        (TaskRequest.plan_id, plan_id), (TaskRequest.task_id, task_id), (TaskRequest.unit_id, unit_id),
    ):  # fmt: skip
        if value is not None:
            wanted = wanted.where(column == value)
    return [GrantedLink(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(wanted)]


def _whole() -> Select[TaskRequest]:
    return select(TaskRequest).options(
        joinedload(TaskRequest.task), joinedload(TaskRequest.unit), joinedload(TaskRequest.plan)
    )

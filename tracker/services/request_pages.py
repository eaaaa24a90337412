"""Requests as pages show them: the office's list, one request, a task's with what its unit may ask there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import Role, TaskState
from tracker.services import claiming
from tracker.services.claiming import OwnClaim
from tracker.store.queries import receipts, sub_items
from tracker.store.queries import requests as queries
from tracker.store.queries import tasks as task_queries
from tracker.store.queries.requests import RequestFilter
from tracker.store.tables import Assignment, Checkpoint, Claim, SubItem, Task, TaskRequest

__all__ = ["RequestFilter"]

PAGE_SIZE = 50
ON_DESK = 4
ANSWERED_FOR = timedelta(days=14)
"""How long an answer stands on the unit's own page."""
WAITING = RequestFilter(state=RequestState.WAITING)
"""What the number on the desk counts, and the list that it opens."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A request with its words."""

    request: TaskRequest

    @property
    def kind(self) -> RequestKind:
        return RequestKind(self.request.kind)

    @property
    def state(self) -> RequestState:
        return RequestState(self.request.state)

    @property
    def waits(self) -> bool:
        return self.state is RequestState.WAITING


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the office's list, with the number of each step aside: the same state, the same kind."""

    wanted: RequestFilter
    rows: tuple[Listed, ...]
    total: int
    page: int
    pages: int
    kinds: Mapping[RequestKind | None, int]
    states: Mapping[RequestState | None, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first of those that wait, and how many there are."""

    rows: tuple[Listed, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Answered:
    """A request that has been answered, for the unit that made it."""

    item: Listed
    still_theirs: bool
    """Whether the unit still has a part in the task, and so may open its page."""


@dataclass(frozen=True, slots=True)
class OneRequest:
    """A request with its task, and the unit's part as it stands now (None: it is the unit's no more)."""

    item: Listed
    task: Task
    part: Assignment | None
    point: Checkpoint | None
    """The day that an extension is about, as it stands now; None when it is closed or gone."""
    earlier: tuple[Listed, ...]
    """What else the unit has asked about this task."""

    @property
    def role(self) -> Role | None:
        return Role(self.part.role) if self.part else None


@dataclass(frozen=True, slots=True)
class TaskLife:
    """What units have said about their parts in a task beside their returns, as far as one may read it."""

    requests: tuple[Listed, ...]
    claims: Mapping[int, Claim]
    """By assignment."""
    sub_items: Mapping[int, Sequence[SubItem]]
    """By assignment."""
    own: Assignment | None
    """The reader's own part, when the reader is a unit's contact."""
    own_claim: OwnClaim | None
    may_ask: tuple[RequestKind, ...]

    @property
    def waiting(self) -> tuple[Listed, ...]:
        return tuple(item for item in self.requests if item.waits)


def for_desk(session: Session) -> Waiting:
    """What waits for the office, longest first."""
    rows = queries.listed(session, WAITING, limit=ON_DESK)
    return Waiting(tuple(Listed(row) for row in rows), queries.count(session, WAITING))


def waiting_of(session: Session, actor: Actor) -> Mapping[int, Sequence[RequestKind]]:
    """What the unit waits for, by task."""
    return queries.waiting_by_task(session, actor.unit_id) if actor.unit_id is not None else {}


def answered_to(session: Session, actor: Actor, *, now: datetime) -> tuple[Answered, ...]:
    """What the office has answered the unit lately, the newest first."""
    if actor.unit_id is None:
        return ()
    wanted = RequestFilter(unit_id=actor.unit_id, answered_since=now - ANSWERED_FOR)
    rows = queries.listed(session, wanted, limit=PAGE_SIZE)
    theirs = task_queries.parts_of(session, actor.unit_id, [row.task_id for row in rows])
    return tuple(Answered(Listed(row), row.task_id in theirs) for row in rows)


def listing(session: Session, wanted: RequestFilter, *, page: int) -> Listing:
    """The page of the list that a filter asks for; a page beyond the last shows the last."""
    total = queries.count(session, wanted)
    pages = max(1, -(-total // PAGE_SIZE))
    page = min(max(page, 1), pages)
    rows = queries.listed(session, wanted, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    kinds = [None, *RequestKind]
    decided = (state for state in RequestState if state is not RequestState.WAITING)
    states = [RequestState.WAITING, None, *decided]
    return Listing(
        wanted=wanted,
        rows=tuple(Listed(row) for row in rows),
        total=total,
        page=page,
        pages=pages,
        kinds={kind: queries.count(session, replace(wanted, kind=kind)) for kind in kinds},
        states={state: queries.count(session, replace(wanted, state=state)) for state in states},
    )


def view(session: Session, actor: Actor, *, request_id: int) -> OneRequest:
    """One request.

    Raises:
        NotFound: there is no such request.

    """
    request = queries.one(session, request_id)
    task = task_queries.one(session, request.task_id, actor) if request is not None else None
    if request is None or task is None:
        raise NotFound
    part = next((part for part in task.assignments if part.unit_id == request.unit_id), None)
    open_points = {point.id: point for point in task.checkpoints if point.closed_at is None}
    earlier = queries.of_task(session, task.id, unit_id=request.unit_id)
    return OneRequest(
        Listed(request),
        task,
        part,
        open_points.get(request.checkpoint_id or 0),
        tuple(Listed(each) for each in earlier if each.id != request.id),
    )


def of_task(session: Session, actor: Actor, task: Task) -> TaskLife:
    """A task's requests, claims and sub-items: all of them for the office, the own ones for a unit."""
    everything = task_queries.sees_all(actor)
    unit_id = None if everything else actor.unit_id
    own = next((part for part in task.assignments if not everything and part.unit_id == unit_id), None)
    requests = [Listed(each) for each in queries.of_task(session, task.id, unit_id=unit_id)]
    parts = [part.id for part in task.assignments if everything or part is own]
    own_claims = claiming.own(session, actor, task_id=task.id) if own is not None else []
    return TaskLife(
        requests=tuple(requests),
        claims={
            claim.assignment_id: claim for claim in receipts.claims(session, task_id=task.id, unit_id=unit_id)
        },
        sub_items=sub_items.of_parts(session, parts),
        own=own,
        own_claim=own_claims[0] if own_claims else None,
        may_ask=tuple(_may_ask(task, own, requests)) if own is not None else (),
    )


def _may_ask(task: Task, own: Assignment, requests: Sequence[Listed]) -> list[RequestKind]:
    if not TaskState(task.state).is_open or own.signed_off_at is not None:
        return []
    waiting = {item.kind for item in requests if item.waits}
    dated = any(point.closed_at is None for point in task.checkpoints)
    left = [kind for kind in RequestKind if kind not in waiting]
    return [kind for kind in left if dated or kind is not RequestKind.EXTENSION]

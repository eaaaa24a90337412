"""Requests (申请): a unit asks for a later day, for its part to be signed off, or that it is not its part.

Whoever writes locks the task first and the request second, so that a decision, a withdrawal and the closing
of the task stand one behind the other: the slower one is told what has become of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain import request as rules
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.events import Event
from tracker.domain.request import Decision, RequestKind, RequestState
from tracker.domain.task import Role, TaskState
from tracker.services import auditing, lapsing, settling, tasks, waiving
from tracker.services.checkpoints import put_off
from tracker.store.queries import requests as queries
from tracker.store.queries import tasks as task_queries
from tracker.store.tables import Assignment, Checkpoint, Task, TaskRequest

URL_LENGTH = 1000
UNIT_LENGTH = 200


class OneUnitNeeded(InvalidInput):
    """这项任务只有这一家单位，同意异议前请选一家单位接手。"""


class SameUnit(InvalidInput):
    """接手的单位就是提出异议的单位，请另选一家。"""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a unit typed; which of it counts depends on the kind."""

    kind: RequestKind
    reason: str = ""
    checkpoint_id: int | None = None
    wanted_on: date | None = None
    evidence_url: str = ""
    evidence_on: date | None = None
    wanted_unit: str = ""


@dataclass(frozen=True, slots=True)
class Granting:
    """How the office grants: another day than was asked for, the unit's new role (None: it leaves), or a
    unit that takes the part over.
    """

    words: str = ""
    day: date | None = None
    role: Role | None = None
    instead: int | None = None


def ask(session: Session, actor: Actor, *, task_id: int, asked: Asked, now: datetime) -> TaskRequest:
    """Make a request about the own part in a task.

    Raises:
        NotFound: the unit has no part in such a task.
        NothingToAsk: the task is closed, or the part signed off.
        RequestWaiting: one of this kind waits already.
        InvalidInput: what it needs is missing.

    """
    task = task_queries.locked(session, task_id, actor)
    part = _part(task, actor.unit_id) if task is not None else None
    if task is None or part is None:
        raise NotFound
    if not TaskState(task.state).is_open or part.signed_off_at is not None:
        raise rules.NothingToAsk
    if queries.waiting(session, task.id, part.unit_id, asked.kind):
        raise rules.RequestWaiting
    request = TaskRequest(
        plan_id=task.plan_id,
        task_id=task.id,
        unit_id=part.unit_id,
        kind=asked.kind.value,
        made_by_id=actor.account_id,
        made_by_name=actor.name[:120],
        made_at=now,
        **_facts(task, asked, china_day(now)),
    )
    session.add(request)
    session.flush()
    summary = f"{part.unit.name}申请{_words(request)}"
    _record(session, actor, Event.REQUEST_MAKE, request, summary, detail=_asked_detail(request), now=now)
    return request


def withdraw(session: Session, actor: Actor, *, request_id: int, now: datetime) -> TaskRequest:
    """Take back the own request while it waits.

    Raises:
        NotFound: the unit has made no such request.
        AlreadyDecided: the office was faster, or it was withdrawn already.

    """
    request = queries.locked(session, request_id)
    if request is None or actor.unit_id is None or request.unit_id != actor.unit_id:
        raise NotFound
    _decide(request, actor, Decision.WITHDRAW, "", now=now)
    session.flush()
    kind = RequestKind(request.kind)
    summary = f"{request.unit.name}撤回{kind.label}申请"
    _record(session, actor, Event.REQUEST_WITHDRAW, request, summary, detail=_moved(request, ""), now=now)
    return request


def refuse(session: Session, actor: Actor, *, request_id: int, reason: str, now: datetime) -> TaskRequest:
    """Say no, with a reason.

    Raises:
        NotFound: there is no such request.
        AlreadyDecided: somebody was faster.
        InvalidInput: there is no reason, or it is too long.

    """
    request = queries.locked(session, request_id)
    if request is None:
        raise NotFound
    _decide(request, actor, Decision.REFUSE, reason, now=now)
    session.flush()
    kind = RequestKind(request.kind)
    summary = f"不同意{request.unit.name}的{kind.label}申请：{request.decision}"
    detail = _moved(request, request.decision)
    _record(session, actor, Event.REQUEST_REFUSE, request, summary, detail=detail, now=now)
    return request


def grant(
    session: Session, actor: Actor, *, request_id: int, granting: Granting, now: datetime
) -> TaskRequest:
    """Say yes, and do in the same act what was asked for.

    延期 moves the day and keeps the first one; 销号 signs the unit's part off, and the task when its parts
    say so; 异议 takes the part away, gives it another role, or hands it to another unit.

    Raises:
        NotFound: there is no such request.
        AlreadyDecided: somebody was faster.
        InvalidInput: what the grant needs is missing.

    """
    known = queries.one(session, request_id)
    if known is None:
        raise NotFound
    if known.kind == RequestKind.OBJECTION:
        waiving.lock_open(session, known.plan_id, [known.unit_id])
    task = task_queries.locked(session, known.task_id, actor)
    request = queries.locked(session, request_id)
    if task is None or request is None:
        raise NotFound
    rules.decide(RequestState(request.state), Decision.GRANT)
    part = _part(task, request.unit_id)
    if part is None or not TaskState(task.state).is_open:
        raise rules.NothingToAsk  # whoever closes a task settles what waits on it: this cannot be
    case = _Case(request, task, part)
    match RequestKind(request.kind):
        case RequestKind.EXTENSION:
            _extend(session, actor, case, granting, now=now)
        case RequestKind.SIGN_OFF:
            _sign_off(session, actor, case, granting, now=now)
        case RequestKind.OBJECTION:
            _release(session, actor, case, granting, now=now)
    return request


@dataclass(frozen=True, slots=True)
class _Case:
    """A request that is being granted, with the task and the part it is about, all held."""

    request: TaskRequest
    task: Task
    part: Assignment


def _extend(session: Session, actor: Actor, case: _Case, granting: Granting, *, now: datetime) -> None:
    request, task = case.request, case.task
    point = _point(task, request.checkpoint_id)
    day = granting.day or request.wanted_on
    if day is None or day <= point.due_on:
        raise rules.LaterDayNeeded
    _decide(request, actor, Decision.GRANT, granting.words, now=now)
    was = point.due_on
    put_off(session, task, point, day, f"公开办同意{request.unit.name}延期（{request.reason}）", now=now)
    flag_modified(task, "title")
    session.flush()
    summary = f"同意{request.unit.name}延期：{_day(was)}延至{_day(day)}{_also(request)}"
    detail = {**_moved(request, request.decision or request.reason), "days": [str(was), str(day)]}
    _record(session, actor, Event.REQUEST_GRANT, request, summary, detail=detail, now=now)


def _sign_off(session: Session, actor: Actor, case: _Case, granting: Granting, *, now: datetime) -> None:
    request, task, part = case.request, case.task, case.part
    was = task.state
    _decide(request, actor, Decision.GRANT, granting.words, now=now)
    settling.sign_off_part(part, now=now)
    part.evidence_count += bool(request.evidence_url)
    followed = settling.follow_parts(task, now=now)
    flag_modified(task, "title")
    session.flush()
    stranded = lapsing.lock(session, [task.id])
    also = "，任务随之销号" if followed else ""
    summary = f"同意{request.unit.name}销号{also}{_also(request)}"
    detail = {**_moved(request, request.decision or request.reason), "task_state": [was, task.state]}
    _record(session, actor, Event.REQUEST_GRANT, request, summary, detail=detail, now=now)
    lapsing.lapse(session, actor, stranded, now=now)


def _release(session: Session, actor: Actor, case: _Case, granting: Granting, *, now: datetime) -> None:
    request, task, part = case.request, case.task, case.part
    roles = {each.unit_id: Role(each.role) for each in task.assignments}
    had = roles.pop(part.unit_id)
    if granting.instead == part.unit_id:
        raise SameUnit
    if granting.role is not None:
        roles[part.unit_id] = granting.role
    if granting.instead is not None:
        roles[granting.instead] = had
    if not roles:
        raise OneUnitNeeded
    _decide(request, actor, Decision.GRANT, granting.words, now=now)
    session.flush()
    name = request.unit.name
    what = f"改为{granting.role.label}单位" if granting.role is not None else "不再承担"
    summary = f"同意{name}的异议，{what}{_also(request)}"
    told = tasks.Told(Event.REQUEST_GRANT, summary, _moved(request, request.decision or request.reason))
    wanted = tasks.TaskChange(task.title, roles, ends=frozenset({part.unit_id}))
    tasks.change(
        session, actor, task_id=task.id, version=task.version, wanted=wanted, told=told, now=now
    )


def _facts(task: Task, asked: Asked, today: date) -> dict[str, Any]:
    match asked.kind:
        case RequestKind.EXTENSION:
            point = _point(task, asked.checkpoint_id)
            if asked.wanted_on is None:
                raise rules.LaterDayNeeded
            day = rules.later_day(asked.wanted_on, present=point.due_on, today=today)
            reason = rules.worded(asked.reason)
            return {
                "reason": reason, "checkpoint_id": point.id, "present_on": point.due_on, "wanted_on": day,
            }  # fmt: skip
        case RequestKind.SIGN_OFF:
            reason, url = rules.proven(asked.reason, asked.evidence_url[: URL_LENGTH + 1])
            if len(url) > URL_LENGTH:
                raise rules.NoLink("链接太长，请换成网页自己的地址。")
            if asked.evidence_on is not None and asked.evidence_on > today:
                raise rules.PublishedLater
            return {"reason": reason, "evidence_url": url, "evidence_on": asked.evidence_on if url else None}
        case RequestKind.OBJECTION:
            reason = rules.worded(asked.reason)
            return {"reason": reason, "wanted_unit": asked.wanted_unit.strip()[:UNIT_LENGTH]}


def _part(task: Task, unit_id: int | None) -> Assignment | None:
    return next((part for part in task.assignments if part.unit_id == unit_id), None)


def _point(task: Task, checkpoint_id: int | None) -> Checkpoint:
    """An open day of the task; without a number the next one."""
    still_open = [point for point in task.checkpoints if point.closed_at is None]
    if checkpoint_id is not None:
        still_open = [point for point in still_open if point.id == checkpoint_id]
    if not still_open:
        raise rules.NoDayToMove
    return still_open[0]


def _decide(request: TaskRequest, actor: Actor, decision: Decision, words: str, *, now: datetime) -> None:
    words = words.strip()
    if len(words) > rules.REASON_LENGTH:
        raise rules.WhyTooLong
    request.state = rules.decide(RequestState(request.state), decision, reason=words).value
    request.decision = words
    request.decided_at, request.decided_by_id = now, actor.account_id
    request.decided_by_name = actor.name[:120]


def _words(request: TaskRequest) -> str:
    match RequestKind(request.kind):
        case RequestKind.EXTENSION if request.present_on and request.wanted_on:
            return f"延期：{_day(request.present_on)}延至{_day(request.wanted_on)}，{request.reason}"
        case RequestKind.SIGN_OFF:
            return f"销号：{request.reason or request.evidence_url}"
        case _:
            whose = f"，应为{request.wanted_unit}" if request.wanted_unit else ""
            return f"调整分工：{request.reason}{whose}"


def _asked_detail(request: TaskRequest) -> dict[str, Any]:
    days = [str(request.present_on), str(request.wanted_on)] if request.wanted_on else None
    facts = {
        "request": request.id, "unit": request.unit_id, "kind": request.kind, "why": request.reason,
        "days": days, "link": request.evidence_url, "instead": request.wanted_unit,
    }  # fmt: skip
    return {name: value for name, value in facts.items() if value}


def _moved(request: TaskRequest, why: str) -> dict[str, Any]:
    return {
        "request": request.id, "unit": request.unit_id, "kind": request.kind,
        "state": [RequestState.WAITING.value, request.state], "why": why,
    }  # fmt: skip


def _also(request: TaskRequest) -> str:
    return f"：{request.decision}" if request.decision else ""


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _record(
    session: Session,
    actor: Actor,
    event: Event,
    request: TaskRequest,
    summary: str,
    *,
    detail: dict[str, Any],
    now: datetime,
) -> None:
    auditing.record(session, actor, event, ("task", request.task_id), summary, detail=detail, now=now)

"""Quotas by hand (增改次数指标): what the importer has missed or misread, and what a leader asks for besides.

What the office has changed or ended is not brought back by a later edition that asks for the same as before:
editions are compared with what was read, not with what a person has made of it (`counting.follow`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.quota import PERIOD_WORDS, asked
from tracker.domain.quota_scope import Scope
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.services import auditing
from tracker.store.queries import quotas as queries
from tracker.store.queries import tasks as task_queries
from tracker.store.queries import units as directory
from tracker.store.tables import Plan, QuotaTarget, Task, Unit

MOST = 9999


class AlreadyAsked(InvalidInput):
    """这项任务已经有同样的次数指标，请直接修改那一项。"""


class TaskSettled(InvalidInput):
    """这项任务已经销号或取消，不能再加次数指标。"""


class AlreadyEnded(RuleViolated):
    """这项次数指标已经停用，不能再改。"""


class QuotaReasonNeeded(InvalidInput):
    """请写明为什么，以后查得到。"""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owes it: a scope, with the class or the unit where it names one."""

    scope: Scope
    class_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class TargetFacts:
    """What a quota asks for."""

    counted: str
    minimum: int
    period: str
    owner: Owner
    printed: str = ""
    """The class in the document's words; empty where no document says it."""


def choosable(session: Session) -> tuple[tuple[Plan, tuple[Task, ...]], ...]:
    """The tasks that a quota can be added to, plan by plan: open ones, where the look-back has not ended."""
    found: dict[Plan, list[Task]] = {}
    for task in queries.open_tasks(session):
        found.setdefault(task.plan, []).append(task)
    return tuple((plan, tuple(tasks)) for plan, tasks in found.items())


def task_of(session: Session, actor: Actor, *, task_id: int) -> Task:
    """The task that a quota is to be added to.

    Raises:
        NotFound: there is no such task.

    """
    task = task_queries.one(session, task_id, actor)
    if task is None:
        raise NotFound
    return task


def units_of(task: Task) -> tuple[Unit, ...]:
    """The task's own units, any of which can be asked alone."""
    return tuple(part.unit for part in task.assignments)


def add(
    session: Session, actor: Actor, *, task_id: int, facts: TargetFacts, reason: str, now: datetime
) -> QuotaTarget:
    """Let a task ask for a count that its clause was not read to ask for.

    Raises:
        NotFound: there is no such task, class or unit.
        TaskSettled: the task is signed off or cancelled.
        AlreadyAsked: it asks for the same already.
        InvalidInput: what is counted, the number, or the reason is missing.

    """
    task = _task(session, actor, task_id)
    if TaskState(task.state) not in OPEN_STATES:
        raise TaskSettled
    known = queries.asked_for(session, task_ids=[task_id])
    target = QuotaTarget(plan_id=task.plan_id, task_id=task_id, position=len(known))
    said = _reason(reason)
    _fill(session, task, target, facts, now)
    _see_that_it_is_alone(known, target)
    session.add(target)
    session.flush()
    _tell(session, actor, Event.QUOTA_ADD, target, f"新增次数指标{_words(target)}：{said}", now=now)
    return target


def one(session: Session, *, target_id: int) -> QuotaTarget:
    """A quota in force.

    Raises:
        NotFound: there is none.
        AlreadyEnded: it has been ended.

    """
    target = queries.one(session, target_id)
    if target is None:
        raise NotFound
    if target.ended_at is not None:
        raise AlreadyEnded
    return target


def change(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    version: int,
    facts: TargetFacts,
    reason: str,
    now: datetime,
) -> QuotaTarget:
    """Ask for something else; what was entered stays and is counted anew.

    Raises:
        NotFound: there is no such quota, class or unit.
        AlreadyEnded: it has been ended.
        VersionConflict: somebody has changed it since.
        AlreadyAsked: another quota of the task asks for the same.
        InvalidInput: what is counted, the number, or the reason is missing.

    """
    target, task = _held(session, actor, target_id, version)
    before = _told(target)
    if target.made_in_id is not None and target.read_as is None:
        target.read_as = {name: getattr(target, name) for name in ("counted", "minimum", "period", "printed")}
    others = [each for each in queries.asked_for(session, task_ids=[task.id]) if each.id != target.id]
    said = _reason(reason)
    with session.no_autoflush:  # one change, one version
        _fill(session, task, target, facts, now)
    _see_that_it_is_alone(others, target)
    session.flush()
    detail = {"before": before, "after": _told(target)}
    words = f"次数指标改为{_words(target)}：{said}"
    _tell(session, actor, Event.QUOTA_CHANGE, target, words, detail=detail, now=now)
    return target


def end(
    session: Session, actor: Actor, *, target_id: int, version: int, reason: str, now: datetime
) -> QuotaTarget:
    """Ask for it no more; what was entered stays to be looked up.

    Raises:
        NotFound: there is no such quota.
        AlreadyEnded: it has been ended before.
        VersionConflict: somebody has changed it since.
        QuotaReasonNeeded: no reason is given.

    """
    target, _ = _held(session, actor, target_id, version)
    target.ended_why = _reason(reason)
    target.ended_at = target.set_at = now
    session.flush()
    words = f"停用次数指标{_words(target)}：{target.ended_why}"
    _tell(session, actor, Event.QUOTA_END, target, words, now=now)
    return target


def _task(session: Session, actor: Actor, task_id: int) -> Task:
    """The task, held: two people who add the same to it come one after the other."""
    task = task_queries.locked(session, task_id, actor)
    if task is None:
        raise NotFound
    return task


def _held(session: Session, actor: Actor, target_id: int, version: int) -> tuple[QuotaTarget, Task]:
    found = queries.one(session, target_id)
    if found is None:
        raise NotFound
    task = _task(session, actor, found.task_id)
    target = queries.lock(session, target_id)
    if target is None:
        raise NotFound
    if target.ended_at is not None:
        raise AlreadyEnded
    if target.version != version:
        raise VersionConflict
    return target, task


def _fill(session: Session, task: Task, target: QuotaTarget, facts: TargetFacts, now: datetime) -> None:
    if not facts.counted.strip():
        raise InvalidInput("请写明数的是什么，比如在线访谈。")
    if not 1 <= facts.minimum <= MOST:
        raise InvalidInput(f"次数请填 1 到 {MOST}。")
    if facts.period not in PERIOD_WORDS:
        raise InvalidInput("请选定多久数一次。")
    owner = facts.owner
    if owner.scope is Scope.OPEN:
        raise InvalidInput("请选定由谁完成。")
    _see_that_owner_is_there(session, task, owner)
    target.counted, target.minimum, target.period = facts.counted.strip()[:200], facts.minimum, facts.period
    target.printed, target.settled = facts.printed.strip()[:200], True
    target.scope = owner.scope.value
    target.unit_class_id = owner.class_id if owner.scope is Scope.CLASS else None
    target.unit_id = owner.unit_id if owner.scope is Scope.UNIT else None
    target.set_at = now


def _see_that_owner_is_there(session: Session, task: Task, owner: Owner) -> None:
    if owner.scope is Scope.CLASS and owner.class_id not in {each.id for each in directory.classes(session)}:
        raise NotFound
    if owner.scope is Scope.UNIT and directory.get(session, owner.unit_id or 0) is None:
        raise NotFound
    if owner.scope in {Scope.EACH, Scope.TOGETHER} and not task.assignments:
        raise InvalidInput("这项任务还没有责任单位，请先指定，或选一类单位。")


def _see_that_it_is_alone(known: list[QuotaTarget], target: QuotaTarget) -> None:
    if any(_key(each) == _key(target) for each in known):
        raise AlreadyAsked


def _key(target: QuotaTarget) -> tuple[object, ...]:
    return target.counted, target.period, target.scope, target.unit_class_id, target.unit_id


def _reason(reason: str) -> str:
    if not reason.strip():
        raise QuotaReasonNeeded
    return reason.strip()


def _words(target: QuotaTarget) -> str:
    return f"“{target.counted}”{asked(target.minimum, target.period)}"


def _told(target: QuotaTarget) -> list[Any]:
    owed = [target.scope, target.unit_class_id, target.unit_id]
    return [target.counted, target.minimum, target.period, target.printed, *owed]


def _tell(
    session: Session,
    actor: Actor,
    what: Event,
    target: QuotaTarget,
    words: str,
    *,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> None:
    subject, said = ("task", target.task_id), {"target": target.id, **(detail or {})}
    auditing.record(session, actor, what, subject, words, detail=said, now=now)

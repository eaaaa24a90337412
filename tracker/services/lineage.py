"""Lineage (承接): which task of an earlier year a task goes on with; proposed from words, a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.lineage import Chain, Known, LineageKind, proposed
from tracker.domain.task import Role
from tracker.services import auditing
from tracker.store.insert import insert_missing
from tracker.store.queries import lineage as queries
from tracker.store.tables import Plan, Task, TaskLineage


class NotEarlier(RuleViolated):
    """只能承接以前年度的任务，请重新选择。"""


@dataclass(frozen=True, slots=True)
class Likely:
    """Two tasks that may be one matter, for a person to look at."""

    task: Task
    earlier: Task
    kind: LineageKind
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A person's word on two tasks."""

    task_id: int
    earlier_task_id: int
    kind: LineageKind


@dataclass(frozen=True, slots=True)
class LineagePage:
    """A plan's tasks beside those of earlier years: what may belong together, and what was said."""

    plan: Plan
    likely: tuple[Likely, ...]
    confirmed: tuple[TaskLineage, ...]
    refused: tuple[TaskLineage, ...]
    chains: dict[int, Chain]
    tasks: list[Task]
    earlier: list[Task]


def chains(session: Session, plan_id: int) -> dict[int, Chain]:
    """By task of a plan that goes on with an earlier one: the tree behind it, with confirmed verdicts."""
    return queries.chains(session, plan_id=plan_id)


def chain_of(session: Session, task_id: int) -> Chain | None:
    """The tree behind one task; None when it goes on with none."""
    return queries.chains(session, task_id=task_id).get(task_id)


def page(session: Session, *, plan_id: int) -> LineagePage:
    """What a person looks at to say where a plan's tasks come from.

    Raises:
        NotFound: there is no such plan.

    """
    plan = session.get(Plan, plan_id)
    if plan is None:
        raise NotFound
    said = queries.links_of(session, plan_id)
    tasks, earlier = queries.tasks_of(session, plan_id), queries.earlier_tasks(session, plan.year)
    return LineagePage(
        plan,
        likely=_likely(session, plan, tasks, earlier, said),
        confirmed=tuple(each for each in said if each.kind != LineageKind.OTHER.value),
        refused=tuple(each for each in said if each.kind == LineageKind.OTHER.value),
        chains=queries.chains(session, plan_id=plan_id),
        tasks=tasks,
        earlier=earlier,
    )


def proposals(session: Session, *, plan_id: int) -> tuple[Likely, ...]:
    """The pairs of a plan's tasks and earlier ones that nobody has said anything of yet.

    Raises:
        NotFound: there is no such plan.

    """
    return page(session, plan_id=plan_id).likely


def say(
    session: Session, actor: Actor, *, plan_id: int, words: Sequence[Said], reason: str = "", now: datetime
) -> int:
    """Keep a person's word on pairs of tasks; the same word twice is said once.

    Returns:
        How many are new or changed.

    Raises:
        NotFound: a task is not there, or not the plan's.
        NotEarlier: the other task's year is not before the plan's.

    """
    return sum(_say(session, actor, each, plan_id=plan_id, reason=reason.strip(), now=now) for each in words)


def remove(session: Session, actor: Actor, *, lineage_id: int, version: int, now: datetime) -> Task:
    """Take back what was said of two tasks.

    Raises:
        NotFound: nothing was said, or it was taken back already.
        VersionConflict: somebody else changed it meanwhile.

    """
    link = queries.link(session, lineage_id)
    if link is None:
        raise NotFound
    if link.version != version:
        raise VersionConflict
    task, earlier = link.task, link.earlier_task
    session.delete(link)
    session.flush()
    summary = f"不再承接{_named(earlier)}"
    detail = {"earlier_task": earlier.id, "kind": link.kind}
    auditing.record(session, actor, Event.LINEAGE_REMOVE, ("task", task.id), summary, detail=detail, now=now)
    return task


def _say(session: Session, actor: Actor, said: Said, *, plan_id: int, reason: str, now: datetime) -> bool:
    task, earlier = queries.task(session, said.task_id), queries.task(session, said.earlier_task_id)
    if task is None or earlier is None or task.plan_id != plan_id:
        raise NotFound
    if earlier.plan.year >= task.plan.year:
        raise NotEarlier
    row = {
        "task_id": task.id, "earlier_task_id": earlier.id, "kind": said.kind.value, "reason": reason,
        "confirmed_by_id": actor.account_id, "confirmed_at": now,
    }  # fmt: skip
    if not insert_missing(session, TaskLineage, [row], keys=("task_id", "earlier_task_id")):
        known = queries.between(session, task.id, earlier.id)
        if known is None or known.kind == said.kind.value:
            return False
        known.kind, known.reason = said.kind.value, reason
        known.confirmed_by_id, known.confirmed_at = actor.account_id, now
        session.flush()
    refused = said.kind is LineageKind.OTHER
    event = Event.LINEAGE_REFUSE if refused else Event.LINEAGE_CONFIRM
    summary = f"与{_named(earlier)}不是同一事项" if refused else f"{said.kind.label}：承接{_named(earlier)}"
    detail = {"earlier_task": earlier.id, "kind": said.kind.value, "reason": reason}
    auditing.record(session, actor, event, ("task", task.id), summary, detail=detail, now=now)
    return True


def _named(task: Task) -> str:
    return f"{task.plan.year}年第{task.serial}项“{task.title}”"


def _likely(
    session: Session, plan: Plan, tasks: list[Task], earlier: list[Task], said: list[TaskLineage]
) -> tuple[Likely, ...]:
    """Pairs for which words, section and units speak; what somebody has settled is left out."""
    if not tasks or not earlier:
        return ()
    settled = {each.task_id for each in said if each.kind != LineageKind.OTHER.value}
    taken = {each.earlier_task_id for each in said if each.kind != LineageKind.OTHER.value}
    refused = {(each.task_id, each.earlier_task_id) for each in said}
    undone = queries.unfinished(session, plan.year)
    ours = {task.id: task for task in tasks if task.id not in settled}
    theirs = {task.id: task for task in earlier if task.id not in taken}
    found = proposed(
        [_known(task, undone) for task in ours.values()],
        [_known(task, undone) for task in theirs.values()],
        refused=refused,
    )
    return tuple(
        Likely(ours[each.task_id], theirs[each.earlier_task_id], each.kind, each.reasons) for each in found
    )


def _known(task: Task, undone: set[int]) -> Known:
    leads = frozenset(part.unit_id for part in task.assignments if part.role == Role.LEAD.value)
    units = leads or frozenset(part.unit_id for part in task.assignments)
    return Known(task.id, task.text or task.title, task.section, units, task.id in undone)

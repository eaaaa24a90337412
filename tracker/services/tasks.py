"""What the office does with one task (任务): change it, sign it off, bring it back, cancel it, close a stage.

Each act names the version of the task it was decided on; whoever was slower gets `VersionConflict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.services import auditing, claiming, lapsing, settling, waiving
from tracker.services.checkpoints import ReasonNeeded, close_met_reviews, move_days, refresh_dates
from tracker.services.task_units import UnitHasReported, set_units
from tracker.store.queries import tasks as queries
from tracker.store.tables import Assignment, Checkpoint, Task

__all__ = [
    "TaskChange",
    "Told",
    "UnitHasReported",
    "apply_report",
    "cancel",
    "change",
    "close_checkpoint",
    "refresh_dates",
    "reopen",
    "reopen_checkpoint",
    "reopen_found_unfinished",
    "sign_off",
]


class NoteNeeded(InvalidInput):
    """请写明销号依据，例如办结情况或公开链接。"""


class TitleNeeded(InvalidInput):
    """请填写任务名称。"""


class UnitsNeeded(InvalidInput):
    """至少要有一家责任单位。"""


class NotOpen(RuleViolated):
    """任务已经销号或取消，请先恢复办理再修改。"""


class AlreadyOpen(RuleViolated):
    """任务正在办理，不用恢复。"""


class StageAlreadyClosed(RuleViolated):
    """这个节点已经办结。"""


class StageNotClosed(RuleViolated):
    """这个节点还没有办结。"""


@dataclass(frozen=True, slots=True)
class TaskChange:
    """What the office typed: every unit with its role, moved days by checkpoint, a new day, and why."""

    title: str
    roles: Mapping[int, Role]
    days: Mapping[int, date] = field(default_factory=dict)
    new_day: date | None = None
    reason: str = ""
    ends: frozenset[int] = frozenset()
    """Units that leave even when they have reported; what they said stays on record."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the trail says of a change that answers a request, instead of 修改任务."""

    event: Event
    summary: str
    detail: Mapping[str, Any]


def change(
    session: Session,
    actor: Actor,
    *,
    task_id: int,
    version: int,
    wanted: TaskChange,
    told: Told | None = None,
    now: datetime,
) -> Task:
    """Change title, units and days (修改); the trail keeps what stood before.

    A unit that has no open task in the plan afterwards need not hand in the running week's return (免报).
    When the units that are left are all signed off, so is the task. What waited of a unit that leaves waits
    no more; who joins work that is shared by 按职责分工 has it to claim.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: something is missing, or a unit that has reported would be torn out.

    """
    task = _open_task(session, actor, task_id, version)
    if not wanted.title.strip():
        raise TitleNeeded
    if not wanted.roles:
        raise UnitsNeeded
    leaving = [part.unit_id for part in task.assignments if part.unit_id not in wanted.roles]
    waiting = waiving.lock_open(session, task.plan_id, leaving)
    before, before_state = _summary(task), task.state
    for part in set_units(session, task, wanted.roles, ends=wanted.ends):
        part.ended_at = now
    task.title = wanted.title.strip()
    move_days(session, task, wanted.days, wanted.new_day, wanted.reason, now=now)
    refresh_dates(task)
    after = _summary(task)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if not changed and told is None:
        return task
    _touch(task)
    session.flush()
    session.expire(task, ["assignments"])
    followed = "units" in changed and settling.follow_parts(task, now=now)
    session.flush()
    claiming.open_missing(session, task.plan_id, now=now)
    stranded = lapsing.lock(session, [task.id])
    said = told or _change_told(changed, wanted.reason)
    also = "，任务随之销号" if followed else ""
    detail = {**changed, **said.detail, **({"state": [before_state, task.state]} if followed else {})}
    auditing.record(
        session, actor, said.event, ("task", task.id), f"{said.summary}{also}"[:500], detail=detail, now=now
    )
    lapsing.lapse(session, actor, stranded, now=now)
    waiving.waive_idle(session, actor, task.plan_id, waiting, now=now)
    return task


def _change_told(changed: Mapping[str, object], reason: str) -> Told:
    words = "、".join(_FIELD_WORDS[name] for name in changed)
    why = f"：{reason.strip()}" if reason.strip() else ""
    return Told(Event.TASK_CHANGE, f"修改了{words}{why}", {})


def sign_off(
    session: Session, actor: Actor, *, task_id: int, version: int, note: str, now: datetime
) -> Task:
    """Sign the task off (销号): every checkpoint is closed and every unit's part counts as done.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is not open, or there is no note.

    """
    task = _open_task(session, actor, task_id, version)
    if not note.strip():
        raise NoteNeeded
    was = task.state
    settling.sign_off_whole(task, note.strip(), now=now)
    _record(session, actor, Event.TASK_SIGN_OFF, task, f"销号：{note.strip()}", was=was, now=now)
    return task


def reopen(session: Session, actor: Actor, *, task_id: int, version: int, reason: str, now: datetime) -> Task:
    """Bring a signed-off or cancelled task back (恢复办理).

    What the sign-off closed is open again; each part goes back to its unit and says again what its last
    return said.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is open already, or there is no reason.

    """
    task = _task(session, actor, task_id, version)
    if TaskState(task.state).is_open:
        raise AlreadyOpen
    if not reason.strip():
        raise ReasonNeeded
    return _give_back(session, actor, task, reason.strip(), now=now)


def reopen_found_unfinished(
    session: Session, actor: Actor, *, task_id: int, reason: str, now: datetime
) -> bool:
    """Bring a signed-off task back because a look-back found it unfinished; whether there was one to bring.

    The task is locked first: nobody has to say which version it was found at.
    """
    task = queries.locked(session, task_id, actor)
    if task is None or task.state != TaskState.SIGNED_OFF:
        return False
    _give_back(session, actor, task, reason, now=now)
    return True


def _give_back(session: Session, actor: Actor, task: Task, reason: str, *, now: datetime) -> Task:
    was = task.state
    settling.give_back(session, task)
    _record(session, actor, Event.TASK_REOPEN, task, f"恢复办理：{reason}", was=was, now=now)
    return task


def cancel(session: Session, actor: Actor, *, task_id: int, version: int, reason: str, now: datetime) -> Task:
    """Cancel the task (取消): it stays in the ledger, grey, and nobody is reminded of it any more.

    A unit that has no other open task in the plan need not hand in the running week's return (免报).

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is not open, or there is no reason.

    """
    task = _open_task(session, actor, task_id, version)
    if not reason.strip():
        raise ReasonNeeded
    waiting = waiving.lock_open(session, task.plan_id, [part.unit_id for part in task.assignments])
    was, task.state = task.state, TaskState.CANCELLED.value
    refresh_dates(task)
    _record(session, actor, Event.TASK_CANCEL, task, f"取消任务：{reason.strip()}", was=was, now=now)
    waiving.waive_idle(session, actor, task.plan_id, waiting, now=now)
    return task


def close_checkpoint(
    session: Session, actor: Actor, *, task_id: int, checkpoint_id: int, version: int, now: datetime
) -> Task:
    """One stage is reached (节点办结); the light then looks at the next open one.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is not open, or the stage is closed already.

    """
    task = _open_task(session, actor, task_id, version)
    point = _checkpoint(task, checkpoint_id)
    if point.closed_at is not None:
        raise StageAlreadyClosed
    point.closed_at = now
    refresh_dates(task)
    _record(session, actor, Event.TASK_CHANGE, task, f"节点办结：{point.label}", now=now)
    return task


def reopen_checkpoint(
    session: Session, actor: Actor, *, task_id: int, checkpoint_id: int, version: int, now: datetime
) -> Task:
    """Take back that a stage is reached.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is not open, or the stage is not closed.

    """
    task = _open_task(session, actor, task_id, version)
    point = _checkpoint(task, checkpoint_id)
    if point.closed_at is None:
        raise StageNotClosed
    point.closed_at = None
    refresh_dates(task)
    _record(session, actor, Event.TASK_CHANGE, task, f"撤回节点办结：{point.label}", now=now)
    return task


def apply_report(
    session: Session,
    assignment: Assignment,
    *,
    status: str,
    progress: str,
    next_plan: str,
    problem: str,
    evidence_added: int,
    now: datetime,
) -> None:
    """Let an assignment's present status follow a line that was just handed in.

    Call it for the unit's newest period only. "carried" (无变化) keeps what stood before and only says that
    the unit has reported; so does an empty `progress` keep the last words. A solved problem is one that is no
    longer told. The first report moves the task from assigned to in progress. A task that is signed off keeps
    its state, and a part that is signed off stays done, whatever a late line says.
    """
    task = assignment.task
    assignment.reported_at = now
    assignment.evidence_count += evidence_added
    if status != LineStatus.CARRIED:
        assignment.progress = progress.strip() or assignment.progress
        assignment.next_plan = next_plan.strip()
        assignment.problem = problem.strip()
        if task.state != TaskState.SIGNED_OFF and assignment.signed_off_at is None:
            settling.set_status(assignment, LineStatus(status), now)
    if task.state == TaskState.ASSIGNED:
        task.state = TaskState.IN_PROGRESS.value
    if close_met_reviews(task, now):
        refresh_dates(task)
    session.flush()


def _task(session: Session, actor: Actor, task_id: int, version: int) -> Task:
    task = queries.one(session, task_id, actor)
    if task is None:
        raise NotFound
    if task.version != version:
        raise VersionConflict
    return task


def _open_task(session: Session, actor: Actor, task_id: int, version: int) -> Task:
    task = _task(session, actor, task_id, version)
    if not TaskState(task.state).is_open:
        raise NotOpen
    return task


def _checkpoint(task: Task, checkpoint_id: int) -> Checkpoint:
    found = next((point for point in task.checkpoints if point.id == checkpoint_id), None)
    if found is None:
        raise NotFound
    return found


_FIELD_WORDS = {"title": "任务名称", "units": "责任单位", "days": "完成时限"}


def _summary(task: Task) -> dict[str, object]:
    """What `change` may alter, in a form that the trail can keep."""
    return {
        "title": task.title,
        "units": sorted([part.unit_id, part.role] for part in task.assignments if part.ended_at is None),
        "days": sorted(point.due_on.isoformat() for point in task.checkpoints),
    }


def _touch(task: Task) -> None:
    """Raise the task's version even when only rows beside it have changed."""
    flag_modified(task, "title")


def _record(
    session: Session, actor: Actor, event: Event, task: Task, summary: str, *, was: str = "", now: datetime
) -> None:
    _touch(task)
    session.flush()
    stranded = lapsing.lock(session, [task.id]) if was else ()
    detail = {"state": [was, task.state], "why": summary.partition("：")[2]} if was else None
    auditing.record(session, actor, event, ("task", task.id), summary[:500], detail=detail, now=now)
    lapsing.lapse(session, actor, stranded, now=now)

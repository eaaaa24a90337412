"""What the office does with one task (任务): change it, sign it off, bring it back, cancel it, close a stage.

Each act names the version of the task it was decided on; whoever was slower gets `VersionConflict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.services import auditing, waiving
from tracker.services.checkpoints import ReasonNeeded, close_met_reviews, move_days, refresh_dates
from tracker.store.queries import batches
from tracker.store.queries import tasks as queries
from tracker.store.tables import Assignment, Checkpoint, Task, Unit

__all__ = [
    "TaskChange",
    "apply_report",
    "cancel",
    "change",
    "close_checkpoint",
    "refresh_dates",
    "reopen",
    "reopen_checkpoint",
    "sign_off",
]


class NoteNeeded(InvalidInput):
    """请写明销号依据，例如办结情况或公开链接。"""


class TitleNeeded(InvalidInput):
    """请填写任务名称。"""


class UnitsNeeded(InvalidInput):
    """至少要有一家责任单位。"""


class UnitHasReported(RuleViolated):
    """已有报送的单位不能移出，否则报送记录会丢失；可以把它改为配合单位。"""


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


def change(
    session: Session, actor: Actor, *, task_id: int, version: int, wanted: TaskChange, now: datetime
) -> Task:
    """Change title, units and days (修改); the trail keeps what stood before.

    A unit that has no open task in the plan afterwards need not hand in the running week's return (免报).

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
    before = _summary(task)
    _set_units(session, task, wanted.roles)
    task.title = wanted.title.strip()
    move_days(task, wanted.days, wanted.new_day, wanted.reason)
    refresh_dates(task)
    after = _summary(task)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if not changed:
        return task
    _touch(task)
    session.flush()
    words = "、".join(_FIELD_WORDS[name] for name in changed)
    reason = f"：{wanted.reason.strip()}" if wanted.reason.strip() else ""
    auditing.record(
        session, actor, Event.TASK_CHANGE, ("task", task.id), f"修改了{words}{reason}"[:500], detail=changed,
        now=now,
    )
    waiving.waive_idle(session, actor, task.plan_id, waiting, now=now)
    return task


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
    task.state = TaskState.SIGNED_OFF.value
    task.signed_off_at = now
    task.signed_off_note = note.strip()
    for point in task.checkpoints:
        point.closed_at = point.closed_at or now
    for assignment in task.assignments:
        _set_status(assignment, LineStatus.DONE, now)
    refresh_dates(task)
    _record(session, actor, Event.TASK_SIGN_OFF, task, f"销号：{note.strip()}", now=now)
    return task


def reopen(session: Session, actor: Actor, *, task_id: int, version: int, reason: str, now: datetime) -> Task:
    """Bring a signed-off or cancelled task back (恢复办理).

    What the sign-off closed is open again; each unit's part says again what its last return said.

    Raises:
        VersionConflict: somebody else was faster.
        RuleViolated: the task is open already, or there is no reason.

    """
    task = _task(session, actor, task_id, version)
    if TaskState(task.state).is_open:
        raise AlreadyOpen
    if not reason.strip():
        raise ReasonNeeded
    if task.state == TaskState.SIGNED_OFF:
        for point in task.checkpoints:
            if point.closed_at == task.signed_off_at:
                point.closed_at = None
        _restore_statuses(session, task)
    reported = any(assignment.reported_at for assignment in task.assignments)
    task.state = (TaskState.IN_PROGRESS if reported else TaskState.ASSIGNED).value
    task.signed_off_at = None
    task.signed_off_note = ""
    refresh_dates(task)
    _record(session, actor, Event.TASK_REOPEN, task, f"恢复办理：{reason.strip()}", now=now)
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
    task.state = TaskState.CANCELLED.value
    refresh_dates(task)
    _record(session, actor, Event.TASK_CANCEL, task, f"取消任务：{reason.strip()}", now=now)
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
    its state and its parts stay done, whatever a late line says.
    """
    task = assignment.task
    assignment.reported_at = now
    assignment.evidence_count += evidence_added
    if status != LineStatus.CARRIED:
        assignment.progress = progress.strip() or assignment.progress
        assignment.next_plan = next_plan.strip()
        assignment.problem = problem.strip()
        if task.state != TaskState.SIGNED_OFF:
            _set_status(assignment, LineStatus(status), now)
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


def _set_status(assignment: Assignment, status: LineStatus, now: datetime) -> None:
    assignment.status = status.value
    assignment.done_at = (assignment.done_at or now) if status is LineStatus.DONE else None


def _restore_statuses(session: Session, task: Task) -> None:
    said = queries.last_statuses(session, [assignment.id for assignment in task.assignments])
    for assignment in task.assignments:
        if assignment.done_at is not None and assignment.done_at != task.signed_off_at:
            continue  # the unit itself had said that it is done
        fallback = LineStatus.IN_PROGRESS if assignment.reported_at else LineStatus.NOT_STARTED
        assignment.status = said.get(assignment.id, fallback.value)
        assignment.done_at = None


def _set_units(session: Session, task: Task, roles: Mapping[int, Role]) -> None:
    leaving = [assignment for assignment in task.assignments if assignment.unit_id not in roles]
    kept_by_returns = queries.has_lines(session, [assignment.id for assignment in leaving])
    if torn := [assignment.unit.name for assignment in leaving if assignment.id in kept_by_returns]:
        raise UnitHasReported(f"{'、'.join(torn)}：{UnitHasReported.__doc__}")
    for assignment in leaving:
        task.assignments.remove(assignment)
    present = {assignment.unit_id: assignment for assignment in task.assignments}
    known = queries.units_by_id(session, [unit_id for unit_id in roles if unit_id not in present])
    ended = batches.ended_parts(session, task.id) if known else {}
    for unit_id, role in roles.items():
        if unit_id in present:
            present[unit_id].role = role.value
        elif unit_id in ended and unit_id in known:
            task.assignments.append(ended[unit_id])  # it comes back to its returns
            ended[unit_id].role, ended[unit_id].ended_at = role.value, None
        elif unit_id in known:
            _add_unit(task, known[unit_id], role)
        else:
            raise InvalidInput("有一家单位已不在名单里，请重新选择。")


def _add_unit(task: Task, unit: Unit, role: Role) -> None:
    position = max((assignment.position for assignment in task.assignments), default=-1) + 1
    task.assignments.append(
        Assignment(
            plan_id=task.plan_id,
            unit_id=unit.id,
            unit=unit,
            role=role.value,
            position=position,
            status=LineStatus.NOT_STARTED.value,
            evidence_count=0,
        )
    )


_FIELD_WORDS = {"title": "任务名称", "units": "责任单位", "days": "完成时限"}


def _summary(task: Task) -> dict[str, object]:
    """What `change` may alter, in a form that the trail can keep."""
    return {
        "title": task.title,
        "units": sorted([assignment.unit_id, assignment.role] for assignment in task.assignments),
        "days": sorted(point.due_on.isoformat() for point in task.checkpoints),
    }


def _touch(task: Task) -> None:
    """Raise the task's version even when only rows beside it have changed."""
    flag_modified(task, "title")


def _record(
    session: Session, actor: Actor, event: Event, task: Task, summary: str, *, now: datetime
) -> None:
    _touch(task)
    session.flush()
    auditing.record(session, actor, event, ("task", task.id), summary[:500], now=now)

"""How sign-off moves between a task and its parts (销号); the rule is `tracker.domain.task.is_signed_off`.

These change rows and record nothing: the act that calls them tells the trail.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.task import LineStatus, Role, Share, TaskState, is_signed_off
from tracker.services.checkpoints import refresh_dates
from tracker.store.queries import tasks as queries
from tracker.store.tables import Assignment, Task

BY_ITS_PARTS = "各牵头、责任单位均已销号"
"""The ground of a sign-off that followed from the parts."""


def set_status(assignment: Assignment, status: LineStatus, now: datetime) -> None:
    """Let a part stand where its unit, or the office, says; 已完成 is dated once."""
    assignment.status = status.value
    assignment.done_at = (assignment.done_at or now) if status is LineStatus.DONE else None


def sign_off_part(assignment: Assignment, *, now: datetime) -> None:
    """Sign off one unit's part."""
    assignment.signed_off_at = assignment.signed_off_at or now
    set_status(assignment, LineStatus.DONE, now)


def sign_off_whole(task: Task, note: str, *, now: datetime) -> None:
    """Sign off the task: every checkpoint is closed and every part that is left is signed off."""
    task.state = TaskState.SIGNED_OFF.value
    task.signed_off_at = now
    task.signed_off_note = note
    for point in task.checkpoints:
        point.closed_at = point.closed_at or now
    for assignment in task.assignments:
        sign_off_part(assignment, now=now)
    refresh_dates(task)


def follow_parts(task: Task, *, now: datetime) -> bool:
    """Sign the open task off when its parts say so; whether that was so."""
    owed = (part for part in task.assignments if part.ended_at is None)
    shares = [Share(Role(part.role), part.signed_off_at is not None) for part in owed]
    if not (TaskState(task.state).is_open and is_signed_off(shares)):
        return False
    sign_off_whole(task, BY_ITS_PARTS, now=now)
    return True


def give_back(session: Session, task: Task) -> None:
    """Open a task again: its parts go back to their units, and stages that the sign-off closed are open.

    Each part says again what its unit's last return said; one that the unit itself has reported as done stays
    so.
    """
    if task.state == TaskState.SIGNED_OFF:
        for point in task.checkpoints:
            if point.closed_at == task.signed_off_at:
                point.closed_at = None
        _restore_statuses(session, task)
        for assignment in task.assignments:
            assignment.signed_off_at = None
    reported = any(assignment.reported_at for assignment in task.assignments)
    task.state = (TaskState.IN_PROGRESS if reported else TaskState.ASSIGNED).value
    task.signed_off_at = None
    task.signed_off_note = ""
    refresh_dates(task)


def _restore_statuses(session: Session, task: Task) -> None:
    said = queries.last_statuses(session, [assignment.id for assignment in task.assignments])
    for assignment in task.assignments:
        by_office = {task.signed_off_at, assignment.signed_off_at}
        if assignment.done_at is not None and assignment.done_at not in by_office:
            continue  # the unit itself had said that it is done
        fallback = LineStatus.IN_PROGRESS if assignment.reported_at else LineStatus.NOT_STARTED
        assignment.status = said.get(assignment.id, fallback.value)
        assignment.done_at = None

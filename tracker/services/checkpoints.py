"""The due days of a task (节点) and the two columns that follow from them.

- `next_due_on` is the earliest open checkpoint while work is expected, and None afterwards;
- `due_on` is the last checkpoint that the document names; the reviews (复核) that the program adds to
  standing work are no deadline of the document.

The printed phrase and its reading are never changed: moving a day moves the checkpoint and adds a sentence
to the reason, so that the day as printed stays readable for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.checkpoint import CheckpointKind, on_calendar
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput
from tracker.domain.task import TaskState
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import calendars
from tracker.store.tables import Checkpoint, Task

# A review is met when every unit has reported in the weeks before its day, or after it.
REVIEW_WINDOW = timedelta(days=31)
LABEL_LENGTH = 120
DATED_KINDS = frozenset({CheckpointKind.FINAL, CheckpointKind.STAGE, CheckpointKind.RECURRING})


class ReasonNeeded(InvalidInput):
    """请写明理由，以后查得到。"""


def refresh_dates(task: Task) -> None:
    """Set `next_due_on` and `due_on` from the task's checkpoints; everything that touches them calls this."""
    open_days = [point.due_on for point in task.checkpoints if point.closed_at is None]
    dated = [point.due_on for point in task.checkpoints if point.kind in DATED_KINDS]
    task.next_due_on = min(open_days, default=None) if TaskState(task.state).is_open else None
    task.due_on = max(dated, default=None)


def close_met_reviews(task: Task, now: datetime) -> bool:
    """Close the reviews (复核) of standing work that fresh reports of all its units have answered.

    Nobody else would: the document asks for no review, so no one thinks of ticking it off.
    """
    reported = [assignment.reported_at for assignment in task.assignments]
    known = [moment for moment in reported if moment is not None]
    if not known or len(known) < len(reported):
        return False
    oldest = china_day(min(known))
    due = [
        point
        for point in task.checkpoints
        if point.kind == CheckpointKind.REVIEW
        and point.closed_at is None
        and oldest >= point.due_on - REVIEW_WINDOW
    ]
    for point in due:
        point.closed_at = now
    return bool(due)


def move_days(
    session: Session,
    task: Task,
    days: Mapping[int, date],
    new_day: date | None,
    reason: str,
    *,
    now: datetime,
) -> None:
    """Move open checkpoints, or give a task without any its first; a moved day needs a reason."""
    points = {point.id: point for point in task.checkpoints if point.closed_at is None}
    moved = [
        (points[key], day) for key, day in days.items() if key in points and points[key].due_on != day
    ]
    if not moved and new_day is None:
        return
    if not reason.strip():
        raise ReasonNeeded("改动时限要写明理由，原定时间会一直保留。")
    notes = [f"{_words(point.due_on)}改为{_words(day)}" for point, day in moved]
    calendar = calendars.load(session)
    for point, day in moved:
        _move(point, day, "改期", calendar, now=now)
    if new_day is not None:
        notes.append(f"增定{_words(new_day)}")
        label, provisional = on_calendar(f"完成（{_words(new_day)}，公开办定）", new_day, calendar)
        task.checkpoints.append(
            Checkpoint(
                plan_id=task.plan_id,
                due_on=new_day,
                kind=CheckpointKind.FINAL.value,
                label=label[:LABEL_LENGTH],
                provisional=provisional,
                given_at=now,
            )
        )
    task.checkpoints.sort(key=lambda point: point.due_on)
    added = f"公开办把{'、'.join(notes)}，理由：{reason.strip()}"
    task.deadline_reason = f"{task.deadline_reason}\n{added}".strip()


def put_off(
    session: Session, task: Task, point: Checkpoint, day: date, why: str, *, now: datetime
) -> None:
    """Put an open checkpoint off (延期); `why` goes into the reasons of the task's days as a sentence."""
    note = f"{why}：{_words(point.due_on)}延至{_words(day)}"
    _move(point, day, "延期", calendars.load(session), now=now)
    task.checkpoints.sort(key=lambda point: point.due_on)
    task.deadline_reason = f"{task.deadline_reason}\n{note}".strip()
    refresh_dates(task)


def _move(point: Checkpoint, day: date, how: str, calendar: WorkCalendar, *, now: datetime) -> None:
    """Move a day; where it is put off for the first time, the day that it was is kept for ever (原定)."""
    if day > point.due_on and point.first_due_on is None:
        point.first_due_on = point.due_on
    point.due_on, point.given_at = day, now
    label, point.provisional = on_calendar(
        f"{CheckpointKind(point.kind).label}（{_words(day)}，{how}）", day, calendar
    )
    point.label = label[:LABEL_LENGTH]


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""Days as they first were (原定), of tasks that were put off (延期)."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, and_, func, select

from tracker.domain.task import OPEN_STATES
from tracker.store.queries.lights import LightDays
from tracker.store.tables import Checkpoint, Task


def passed(days: LightDays) -> ColumnElement[bool]:
    """The task is open, and a day of it has passed as it stands or as it first was."""
    first = func.coalesce(Checkpoint.first_due_on, Checkpoint.due_on)
    point = (Checkpoint.task_id == Task.id, Checkpoint.closed_at.is_(None), first < days.today)
    return and_(Task.state.in_(OPEN_STATES), select(Checkpoint.id).where(*point).correlate(Task).exists())


def of(day: ColumnElement[date]) -> ColumnElement[date | None]:
    """The first day of the task's checkpoint that now falls on `day`, where that was put off."""
    point = (Checkpoint.task_id == Task.id, Checkpoint.due_on == day)
    return select(func.min(Checkpoint.first_due_on)).where(*point).correlate(Task).scalar_subquery()

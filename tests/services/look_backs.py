"""A year's end for the tests of look-backs: its days, and the verdict on a task."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from tracker.store.queries import reviews
from tracker.store.tables import LookBack, Task, Verdict

DECEMBER, MARCH = datetime(2026, 12, 28, 1, 0, tzinfo=UTC), date(2027, 3, 31)


def verdict_on(session: Session, look_back: LookBack, task: Task) -> Verdict:
    return next(row for row in reviews.verdicts(session, look_back.id) if row.task_id == task.id)

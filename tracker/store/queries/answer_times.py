"""By when a period is answered: its cut-off, or the hour of its meeting (例会) once that is called.

The same rule as `tracker.domain.meeting.tell_by`, for lists that the database sorts.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.meeting import MeetingState, tell_by
from tracker.store.tables import Meeting, Period


def column() -> ColumnElement[datetime]:
    """The moment for the period of each row, in a statement that selects from periods."""
    starts = (
        select(func.max(Meeting.starts_at))
        .where(Meeting.period_id == Period.id, Meeting.state != MeetingState.CANCELLED.value)
        .correlate(Period)
        .scalar_subquery()
    )
    return func.coalesce(starts, Period.due_at)


def of_period(session: Session, period: Period) -> datetime:
    """The moment for one period."""
    if period.cadence.answer != Answer.MEETING:
        return period.due_at
    wanted = select(func.max(Meeting.starts_at)).where(
        Meeting.period_id == period.id, Meeting.state != MeetingState.CANCELLED.value
    )
    return tell_by(period.due_at, session.scalar(wanted))

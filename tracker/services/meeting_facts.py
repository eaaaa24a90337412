"""What is wanted because of meetings (例会): who shall come, and who was told to and need not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.meeting import MeetingState
from tracker.domain.meeting_ladders import moment_key
from tracker.domain.reminder_facts import MeetingFact, MeetingOffFact
from tracker.store.queries import meetings, told_meetings
from tracker.store.queries.told_meetings import Told
from tracker.store.tables import Meeting


def called(session: Session, *, now: datetime) -> Iterator[MeetingFact]:
    """The meetings that will take place, with who was told another moment before."""
    told = told_meetings.told(session, now=now)
    for row in meetings.listed(session, SYSTEM, called=True):
        if row.starts_at > now:
            moved = {
                each.unit_id: each.starts_at
                for each in told
                if each.meeting_id == row.id and moment_key(each.starts_at) != moment_key(row.starts_at)
            }
            yield MeetingFact(
                row.id, row.plan_id, row.plan.title, row.title, row.called_at, row.starts_at, row.place,
                tuple(each.unit_id for each in row.units), tuple(moved.items()),
            )  # fmt: skip


def called_off(session: Session, *, now: datetime) -> Iterator[MeetingOffFact]:
    """What units were told and what does not hold for them any more; a moved meeting is told anew instead."""
    told = told_meetings.told(session, now=now)
    rows = told_meetings.meetings(session, {each.meeting_id for each in told})
    for each in told:
        row = rows.get(each.meeting_id)
        if row is not None and _need_not_come(row, each):
            yield MeetingOffFact(
                row.id, row.plan_id, row.plan.title, row.title, each.unit_id, each.told_at, each.starts_at,
                cancelled=row.state == MeetingState.CANCELLED, why=row.cancelled_because,
            )  # fmt: skip


def _need_not_come(row: Meeting, told: Told) -> bool:
    if row.state == MeetingState.CANCELLED:
        return True
    return row.state == MeetingState.CALLED and told.unit_id not in {each.unit_id for each in row.units}

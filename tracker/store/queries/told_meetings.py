"""Which units were told of which meeting, and at which moment it was said to be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.china_time import CHINA
from tracker.domain.notices import NoticeKind
from tracker.domain.outbox import OutboxState
from tracker.store.tables import Meeting, Notice, OutboxItem

GONE_OUT = (OutboxState.SENT.value, OutboxState.SENDING.value, OutboxState.UNCONFIRMED.value)
LONGEST_AHEAD = timedelta(days=370)
"""Nobody calls a meeting earlier."""


@dataclass(frozen=True, slots=True)
class Told:
    """A unit was told, first at `told_at`, that a meeting begins at a moment which is still ahead."""

    meeting_id: int
    unit_id: int
    starts_at: datetime
    told_at: datetime


def told(session: Session, *, now: datetime) -> list[Told]:
    """Every moment still ahead that a unit was told for a meeting, in the order in which it was told."""
    gone_out = exists().where(OutboxItem.notice_id == Notice.id, OutboxItem.state.in_(GONE_OUT))
    wanted = (
        select(Notice.unit_id, Notice.cause, Notice.planned_at)
        .where(Notice.kind == NoticeKind.MEETING.value, Notice.planned_at >= now - LONGEST_AHEAD)
        .where(gone_out)
        .order_by(Notice.planned_at, Notice.id)
    )
    found: dict[tuple[int, int, datetime], Told] = {}
    for unit_id, cause, told_at in session.execute(wanted):
        starts_at = datetime.fromisoformat(cause["state"]).replace(tzinfo=CHINA)
        if starts_at > now and unit_id is not None:
            key = cause["about_id"], unit_id, starts_at
            found.setdefault(key, Told(*key, told_at))
    return list(found.values())


def meetings(session: Session, ids: set[int]) -> dict[int, Meeting]:
    """These meetings as they stand, by their number."""
    whole = joinedload(Meeting.plan), selectinload(Meeting.units)
    wanted = select(Meeting).where(Meeting.id.in_(ids)).options(*whole)
    return {row.id: row for row in session.scalars(wanted)} if ids else {}

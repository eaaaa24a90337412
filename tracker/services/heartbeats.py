"""The workers' heartbeat (心跳): when one of them last finished a tick."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.store.queries import heartbeats

# Six ticks: one long tick or one restart is no reason to alarm anybody.
LATE_AFTER = timedelta(minutes=3)


def beat(session: Session, name: str, *, detail: str, now: datetime) -> None:
    """Write down that the worker `name` has finished a tick."""
    heartbeats.write(session, name, detail=detail, at=now)


def newest(session: Session) -> datetime | None:
    """The last beat of any worker."""
    return heartbeats.newest(session)


def is_late(last: datetime | None, *, now: datetime) -> bool:
    """Whether nobody has ticked for so long that the office should know."""
    return last is None or now - last > LATE_AFTER

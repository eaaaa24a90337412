"""The workers' heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tracker.store.insert import insert_missing
from tracker.store.tables import Heartbeat


def write(session: Session, name: str, *, detail: str, at: datetime) -> None:
    """Keep one row a name; two workers that two machines call alike may beat in the same moment."""
    values = {"name": name, "at": at, "detail": detail}
    if not insert_missing(session, Heartbeat, [values], keys=("name",)):
        session.execute(update(Heartbeat).where(Heartbeat.name == name).values(at=at, detail=detail))


def newest(session: Session) -> datetime | None:
    """The latest beat of any worker, or None before the first."""
    return session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))

"""The workers' heartbeats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.tables import Heartbeat


def newest(session: Session) -> datetime | None:
    """The latest beat of any worker, or None before the first."""
    return session.scalar(select(Heartbeat.at).order_by(Heartbeat.at.desc()).limit(1))

"""Resting (歇息): planning is left out while it could only come to the result that it came to before.

The stamp says what the last planning was made from and until when that holds; see docs/adr/0013.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from tracker.domain.delivery import Route
from tracker.domain.reminder_moments import INSTANT
from tracker.store.queries import resting as queries

LONGEST = timedelta(minutes=15)
"""However sure it is: what nobody has thought of is put right after so long."""


def state(session: Session, routes: Sequence[Route]) -> str:
    """All that planning rests on, as one word; read it before what is planned from it."""
    ways = sha256(repr(tuple(routes)).encode()).hexdigest()
    return f"{queries.state_of_facts(session)} {ways}"


def may_rest(session: Session, seen: str, *, now: datetime) -> bool:
    """Whether nothing has changed since the last planning, neither by an act nor by time."""
    stamp = queries.stamp(session)
    # A clock that was set back stands before the planning: what was done too early is looked at.
    return stamp is not None and stamp.seen == seen and stamp.planned_at <= now < stamp.holds_until


def keep(session: Session, seen: str, *, holds_until: datetime, now: datetime) -> None:
    """Let the ticks rest until something changes: planned at `now` from what was `seen` before."""
    cutoff = queries.next_cutoff(session, now)
    ends = [holds_until, now + LONGEST]
    if cutoff is not None:
        ends.append(cutoff + INSTANT)
    queries.put_stamp(session, seen, planned_at=now, holds_until=min(ends))

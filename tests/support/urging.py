"""Urging (催办) as the office does it: what is on the list is ticked and sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tests.support.counting import OFFICE
from tracker.domain.urging import UrgeKind, UrgeScope
from tracker.services import urging
from tracker.services.urging import Urged
from tracker.store.tables import Obligation


def urge_all(session: Session, scope: UrgeScope, *, now: datetime) -> Urged:
    """Send to everybody on the list."""
    found = urging.listing(session, scope, now=now)
    refs = [each.ref for line in found.lines for each in (*line.owed, *line.urged_today)]
    return urging.urge(session, OFFICE, scope=scope, refs=refs or ["o1:u1"], now=now)


def urge_return(session: Session, owed: Obligation, *, now: datetime) -> Urged:
    """Urge one unit to hand one return in."""
    scope = UrgeScope(UrgeKind.RETURNS, owed.plan_id, owed.period_id)
    return urging.urge(session, OFFICE, scope=scope, refs=[f"o{owed.id}:u{owed.unit_id}"], now=now)

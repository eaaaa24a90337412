"""What a clock that once stood in the future has left behind."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from tracker.store.tables import Obligation, Period, PeriodFact


def closed_too_early(session: Session, now: datetime) -> list[Period]:
    """Periods that are closed though their cut-off is still to come, oldest first; locked."""
    wanted = select(Period).where(Period.state == "closed", Period.due_at > now)
    return list(session.scalars(wanted.order_by(Period.due_at).with_for_update()))


def reopen(session: Session, period: Period) -> int:
    """Take back that a period was closed: its frozen figures go, and who was missed owes again.

    Returns:
        How many returns are owed again.

    """
    period.state, period.closed_at = "open", None
    session.execute(delete(PeriodFact).where(PeriodFact.period_id == period.id))
    missed = (Obligation.period_id == period.id, Obligation.state == "missed")
    owed = session.execute(
        update(Obligation)
        .where(*missed, Obligation.submitted_at.is_(None))
        .values(state="open", version=Obligation.version + 1)
        .returning(Obligation.id)
    )
    return len(owed.all())

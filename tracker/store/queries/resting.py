"""What the planning of reminders was last made from, and what it would be made from now."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.store.changes import THE_ROW
from tracker.store.insert import upsert
from tracker.store.queries import outbox
from tracker.store.tables import AuditHead, Period, Plan, ReminderStamp, UntoldChange


def state_of_facts(session: Session) -> str:
    """A word that is another after every change of a fact: the trail's head, what was written without a
    line in it, and how many deliveries wait for a person.
    """
    head = select(AuditHead.hash).where(AuditHead.id == 1).scalar_subquery()
    untold = select(UntoldChange.number).where(UntoldChange.id == THE_ROW).scalar_subquery()
    row = session.execute(select(head, func.coalesce(untold, 0))).one()
    return f"{row[0]} {row[1]} {outbox.troubled_count(session)}"


def stamp(session: Session) -> ReminderStamp | None:
    """What the last planning left, as it is in the table."""
    wanted = select(ReminderStamp).where(ReminderStamp.id == THE_ROW)
    return session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()


def put_stamp(session: Session, seen: str, *, planned_at: datetime, holds_until: datetime) -> None:
    """Write the stamp down; of two that plan at once the later one's stays."""
    values = {"seen": seen, "planned_at": planned_at, "holds_until": holds_until}
    session.execute(upsert(session.get_bind().dialect, ReminderStamp, {"id": THE_ROW, **values}, values))


def next_cutoff(session: Session, now: datetime) -> datetime | None:
    """The next moment at which an open period's time is over; its own instant is still on time."""
    running = select(func.min(Period.due_at)).join(Plan, Plan.id == Period.plan_id)
    return session.scalar(
        running.where(Period.state == "open", Period.due_at >= now, Plan.state == "active")
    )

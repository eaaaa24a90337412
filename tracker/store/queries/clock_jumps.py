"""What a clock that once stood in the future has left behind."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from tracker.store.tables import (
    DeliveryAttempt,
    EvidenceFile,
    Experience,
    Handover,
    InboxItem,
    Meeting,
    Notice,
    Obligation,
    OutboxItem,
    Period,
    PeriodFact,
    PeriodLight,
    Return,
    ReturnUpload,
)

A_CORRECTION = timedelta(hours=1)
"""A clock that is set right by less has said nothing too early that is worth saying twice."""
LONGEST_WAIT = timedelta(days=15)
"""Over the longest days off nothing waits for so long."""
_ANSWERS = (Return, EvidenceFile, ReturnUpload, Experience)


def closed_too_early(session: Session, now: datetime) -> list[Period]:
    """Periods that are closed though their cut-off is still to come, oldest first; locked."""
    wanted = select(Period).where(Period.state == "closed", Period.due_at > now)
    return list(session.scalars(wanted.order_by(Period.due_at).with_for_update()))


def reopen(session: Session, period: Period, *, excuses: Collection[str], now: datetime) -> int:
    """Take back that a period was closed: its frozen figures go, and who was missed owes again.

    So does who was excused with one of `excuses`, for a meeting (例会) that nobody could call yet.

    Returns:
        How many returns are owed again.

    """
    period.state, period.closed_at = "open", None
    for frozen in (PeriodFact, PeriodLight):
        session.execute(delete(frozen).where(frozen.period_id == period.id))
    missed = and_(Obligation.state == "missed", Obligation.submitted_at.is_(None))
    excused = and_(Obligation.state == "waived", Obligation.note.in_(excuses), Obligation.decided_at > now)
    owed = session.execute(
        update(Obligation)
        .where(Obligation.period_id == period.id, or_(missed, excused))
        .values(state="open", note="", decided_at=None, version=Obligation.version + 1)
        .returning(Obligation.id)
    )
    return len(owed.all())


def opened_too_early(session: Session, today: date, now: datetime) -> list[Period]:
    """Periods that are open before their day and that nobody has answered or called to, oldest first; locked.

    What somebody has answered stays open: an answer is never taken back.
    """
    opens_on = func.coalesce(Period.opens_on, Period.starts_on)
    answered = or_(
        Obligation.submitted_at.is_not(None),
        Obligation.state.not_in(("open", "waived")),
        *(exists().where(each.obligation_id == Obligation.id) for each in _ANSWERS),
    )
    wanted = (
        select(Period)
        .where(Period.state == "open", Period.opened_at > now, opens_on > today)
        .where(~exists().where(Meeting.period_id == Period.id))
        .where(~exists().where(Obligation.period_id == Period.id, answered))
        .order_by(Period.due_at)
        .with_for_update()
    )
    return list(session.scalars(wanted))


def unopen(session: Session, period: Period) -> None:
    """Take back that a period was opened; on its day it asks who has work then.

    What was said of it stays with its readers, without a page to lead to.
    """
    period.state, period.opened_at = "upcoming", None
    asked = select(Obligation.id).where(Obligation.period_id == period.id)
    about = select(Notice.id).where(Notice.obligation_id.in_(asked))
    said = select(OutboxItem.id).where(OutboxItem.notice_id.in_(about))
    plainly = {"synchronize_session": False}
    session.execute(
        update(InboxItem).where(InboxItem.outbox_id.in_(said)).values(link=""), execution_options=plainly
    )
    session.execute(
        update(OutboxItem)
        .where(OutboxItem.notice_id.in_(about), OutboxItem.state == "due")
        .values(state="cancelled"),
        execution_options=plainly,
    )
    session.execute(
        update(Notice).where(Notice.obligation_id.in_(asked)).values(obligation_id=None),
        execution_options=plainly,
    )
    session.execute(delete(Obligation).where(Obligation.period_id == period.id), execution_options=plainly)
    session.expire_all()


def handed_over_too_early(session: Session, today: date, now: datetime) -> list[Handover]:
    """Hand-overs that were done at a moment still to come, and whose day has not come either; locked."""
    wanted = select(Handover).where(
        Handover.state == "done", Handover.done_at > now + A_CORRECTION, Handover.changed_on > today
    )
    return list(session.scalars(wanted.order_by(Handover.id).with_for_update()))


def let_go(session: Session, now: datetime) -> int:
    """Let deliveries wait no longer that were tried at a moment still to come, or wait for no near one."""
    tried_ahead = exists().where(
        DeliveryAttempt.outbox_id == OutboxItem.id, DeliveryAttempt.at > now + A_CORRECTION
    )
    waiting = OutboxItem.state == "due", OutboxItem.not_before > now
    freed = session.execute(
        update(OutboxItem)
        .where(*waiting, or_(tried_ahead, OutboxItem.not_before > now + LONGEST_WAIT))
        .values(not_before=now)
        .returning(OutboxItem.id),
        execution_options={"synchronize_session": False},
    ).all()
    session.expire_all()
    return len(freed)


def said_ahead(session: Session, now: datetime) -> list[Notice]:
    """Notices that were planned at a moment still to come; locked."""
    wanted = select(Notice).where(Notice.planned_at > now + A_CORRECTION)
    return list(session.scalars(wanted.order_by(Notice.planned_at, Notice.id).with_for_update()))


def said_anew(session: Session, ahead: str, since: datetime) -> set[str]:
    """The keys that were freed after a moment, `ahead` put before them, for what was said too early."""
    freed = select(Notice.key).where(Notice.key.startswith(ahead), Notice.planned_at > since)
    return {key.partition(":")[2] for key in session.scalars(freed)}

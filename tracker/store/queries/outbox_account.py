"""The outbox seen as a whole (发件箱总账), for the drill that sets it against what really arrived."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.outbox import OutboxState, Outcome
from tracker.store.tables import DeliveryAttempt, InboxItem, Notice, OutboxItem

UNSETTLED = (OutboxState.DUE.value, OutboxState.SENDING.value, OutboxState.DEAD.value)


def letters(session: Session) -> dict[tuple[str, str], str]:
    """The letter that each delivery went into, by the notice's key and the channel."""
    rows = session.execute(
        select(Notice.key, OutboxItem.channel, OutboxItem.letter_key).join(
            Notice, Notice.id == OutboxItem.notice_id
        )
    )
    return {(key, channel): letter for key, channel, letter in rows}


def inbox_counts(session: Session) -> Counter[str]:
    """How often each notice lies in an inbox, by its key."""
    rows = session.execute(
        select(Notice.key, func.count())
        .join(OutboxItem, OutboxItem.notice_id == Notice.id)
        .join(InboxItem, InboxItem.outbox_id == OutboxItem.id)
        .group_by(Notice.key)
    )
    return Counter({key: count for key, count in rows})  # noqa: C416 - rows are no tuples to mypy


def ambiguous_letters(session: Session) -> int:
    """How many tries to send a letter ended without anybody knowing whether it arrived."""
    tries = (
        select(OutboxItem.channel, OutboxItem.letter_key, DeliveryAttempt.at)
        .join(OutboxItem, OutboxItem.id == DeliveryAttempt.outbox_id)
        .where(DeliveryAttempt.outcome == Outcome.AMBIGUOUS.value)
        .distinct()
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(tries)) or 0


def waiting(session: Session) -> int:
    """How many deliveries have not come to an end yet."""
    wanted = select(func.count()).select_from(OutboxItem).where(OutboxItem.state.in_(UNSETTLED))
    return session.scalar(wanted) or 0


def dead(session: Session) -> list[OutboxItem]:
    """What failed for good and waits for a person, oldest first."""
    rows = select(OutboxItem).where(OutboxItem.state == OutboxState.DEAD.value)
    return list(session.scalars(rows.order_by(OutboxItem.id)))

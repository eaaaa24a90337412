"""What a year's drill sets against what it expects: plain rows, as they lie there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.outbox import OutboxState
from tracker.store.tables import Cadence, InboxItem, Notice, Obligation, OutboxItem, Period, Return


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period as it is laid out."""

    id: int
    cadence_id: int
    kind: str
    key: str
    opens_on: date
    due_at: datetime
    waived: bool
    asks_progress: bool


def periods(session: Session) -> list[PeriodRow]:
    """Every period in the order of its cut-off."""
    rows = session.execute(
        select(Period, Cadence.kind, Cadence.answer)
        .join(Cadence, Cadence.id == Period.cadence_id)
        .order_by(Period.due_at, Period.id)
    )
    return [
        PeriodRow(
            row.id, row.cadence_id, kind, row.key, row.opens_on or row.starts_on, row.due_at, row.waived,
            answer == Answer.PROGRESS,
        )
        for row, kind, answer in rows
    ]  # fmt: skip


def obligation_id(session: Session, period_id: int, unit_id: int) -> int | None:
    """The obligation of a unit for a period."""
    wanted = select(Obligation.id).where(Obligation.period_id == period_id, Obligation.unit_id == unit_id)
    return session.scalar(wanted)


def newest_number(session: Session, obligation_id: int) -> int:
    """The number of the version that was handed in last."""
    wanted = select(func.max(Return.number)).where(Return.obligation_id == obligation_id)
    return session.scalar(wanted) or 0


def notice_keys(session: Session) -> list[str]:
    """The key of every notice that was ever planned."""
    return list(session.scalars(select(Notice.key)))


def inbox(session: Session) -> Sequence[tuple[str, int, datetime]]:
    """Every entry of every inbox: the notice's key, the account, and when it was laid there."""
    rows = session.execute(
        select(Notice.key, InboxItem.account_id, InboxItem.created_at)
        .join(OutboxItem, OutboxItem.id == InboxItem.outbox_id)
        .join(Notice, Notice.id == OutboxItem.notice_id)
    )
    return [(key, account_id, at) for key, account_id, at in rows]


def sent(session: Session, channel: str) -> Sequence[tuple[str, int]]:
    """Every delivery by a channel that was accepted: the notice's key and the account."""
    rows = session.execute(
        select(Notice.key, OutboxItem.account_id)
        .join(OutboxItem, OutboxItem.notice_id == Notice.id)
        .where(OutboxItem.channel == channel, OutboxItem.state == OutboxState.SENT.value)
    )
    return [(key, account_id) for key, account_id in rows]

"""What waits for its person's digest, and how many letters somebody has had."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.outbox import OutboxState
from tracker.store.tables import Account, OutboxItem, Plan


def lock_person(session: Session, account_id: int) -> Account:
    """A person's row, held until the transaction ends: letters to one person are written one by one."""
    held = select(Account).where(Account.id == account_id).with_for_update(of=Account, key_share=True)
    return session.scalars(held).one()


def letters_between(
    session: Session, account_id: int, channel: str, since: datetime, until: datetime
) -> int:
    """How many letters with anything that was not urgent a person got by a channel, or is getting.

    One that was refused for good did not arrive, and counts no more. What is posted to a group waits for no
    digest, and so is not among them.
    """
    wanted = select(func.count(OutboxItem.letter_key.distinct())).where(
        OutboxItem.account_id == account_id,
        OutboxItem.channel == channel,
        OutboxItem.ready_at.is_not(None),
        OutboxItem.letter_at >= since,
        OutboxItem.letter_at < until,
        OutboxItem.letter_key != "",
        OutboxItem.state != OutboxState.DEAD.value,
    )
    return session.scalar(wanted) or 0


def waiting(session: Session, account_id: int) -> list[OutboxItem]:
    """A person's deliveries that wait for the digest; a letter that was begun goes on as it is."""
    wanted = select(OutboxItem).where(
        OutboxItem.account_id == account_id,
        OutboxItem.state == OutboxState.DUE.value,
        OutboxItem.ready_at.is_not(None),
        OutboxItem.letter_key == "",
    )
    return list(session.scalars(wanted.order_by(OutboxItem.id).with_for_update(of=OutboxItem)))


def plan_titles(session: Session, plan_ids: Collection[int]) -> dict[int, str]:
    """The titles of these plans, by id."""
    wanted = select(Plan.id, Plan.title).where(Plan.id.in_(plan_ids))
    return {plan_id: title for plan_id, title in session.execute(wanted)} if plan_ids else {}  # noqa: C416 - rows are no tuples to mypy

"""Who has work left in a task, for urging (催办)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.task import LineStatus
from tracker.store.tables import Account, Assignment, Notice

MANY = 5000


def units_left(session: Session, task_ids: Sequence[int]) -> dict[int, list[int]]:
    """By task: the units whose part is neither done, nor signed off, nor another's by now."""
    found: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(task_ids), MANY):
        rows = session.execute(
            select(Assignment.task_id, Assignment.unit_id)
            .where(Assignment.task_id.in_(task_ids[start : start + MANY]))
            .where(Assignment.ended_at.is_(None), Assignment.signed_off_at.is_(None))
            .where(Assignment.status != LineStatus.DONE.value)
            .order_by(Assignment.task_id, Assignment.position, Assignment.id)
        )
        for task_id, unit_id in rows:
            found[task_id].append(unit_id)
    return found


def keys_of(session: Session, notice_ids: Sequence[int]) -> set[str]:
    """The keys of these notices."""
    found: set[str] = set()
    for start in range(0, len(notice_ids), MANY):
        found.update(
            session.scalars(select(Notice.key).where(Notice.id.in_(notice_ids[start : start + MANY])))
        )
    return found


def people_of(session: Session, account_ids: set[int]) -> dict[int, Account]:
    """These people by their ids."""
    rows = session.scalars(select(Account).where(Account.id.in_(account_ids)))
    return {account.id: account for account in rows}

"""The reminder policies (提醒规则) as they are kept."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.store.insert import insert_missing
from tracker.store.tables import Plan, ReminderPolicy

HOUSE = 0
UNTOUCHED = 1
"""The version of what nobody has chosen yet, as its row begins with it."""


def every(session: Session) -> list[ReminderPolicy]:
    """All of them, the house's first, as the tables hold them now."""
    query = select(ReminderPolicy).order_by(ReminderPolicy.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def hold(session: Session, plan_id: int | None) -> ReminderPolicy:
    """The row of a plan, or of the house, locked until the transaction ends; new where nobody has chosen."""
    key = plan_id or HOUSE
    row: dict[str, Any] = {
        "id": key,
        "plan_id": plan_id,
        "settings": None,
        "former": [],
        "version": UNTOUCHED,
    }
    insert_missing(session, ReminderPolicy, [row], keys=("id",))
    query = select(ReminderPolicy).where(ReminderPolicy.id == key).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def plans(session: Session) -> list[Plan]:
    """The plans for which something is said, the newest year first."""
    query = select(Plan).where(Plan.state == "active").order_by(Plan.year.desc(), Plan.id)
    return list(session.scalars(query))

"""Sub-items (子项) of units' parts."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager

from tracker.store.tables import Assignment, SubItem


def of_parts(session: Session, assignment_ids: Sequence[int]) -> dict[int, list[SubItem]]:
    """The sub-items of these parts, in their order."""
    wanted = select(SubItem).where(SubItem.assignment_id.in_(assignment_ids))
    found: dict[int, list[SubItem]] = {}
    for item in session.scalars(wanted.order_by(SubItem.position, SubItem.id)):
        found.setdefault(item.assignment_id, []).append(item)
    return found


def one(session: Session, sub_item_id: int, unit_id: int) -> SubItem | None:
    """A unit's own sub-item with the part and the task it belongs to, locked until the transaction ends."""
    held = select(SubItem.id).where(SubItem.id == sub_item_id).with_for_update()
    if session.scalars(held).one_or_none() is None:
        return None
    wanted = (
        select(SubItem)
        .join(SubItem.assignment)
        .join(Assignment.task)
        .options(contains_eager(SubItem.assignment).contains_eager(Assignment.task))
        .where(SubItem.id == sub_item_id, Assignment.unit_id == unit_id, Assignment.ended_at.is_(None))
        .execution_options(populate_existing=True)
    )
    return session.scalars(wanted).one_or_none()

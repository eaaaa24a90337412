"""What is known of a unit's tasks before it types: what is due, what was said, what the office remarked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from tracker.store.tables import Checkpoint, Obligation, Period, Return, ReturnLine

DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What a unit said of its part in one earlier period, in the version that counts."""

    assignment_id: int
    period_label: str
    progress: str
    next_plan: str


@dataclass(frozen=True, slots=True)
class Remarked:
    """What the office said of a line, and when."""

    words: str
    period_label: str
    at: datetime | None
    obligation_id: int


def next_checkpoints(session: Session, task_ids: Collection[int]) -> dict[int, Checkpoint]:
    """The next open due day of each task that has one."""
    query = select(Checkpoint).where(Checkpoint.task_id.in_(task_ids), Checkpoint.closed_at.is_(None))
    found: dict[int, Checkpoint] = {}
    for point in session.scalars(query.order_by(Checkpoint.due_on, Checkpoint.id)):
        found.setdefault(point.task_id, point)
    return found


def said_before(
    session: Session, assignment_ids: Collection[int], *, before: date, last_from: date
) -> list[SaidLine]:
    """What was handed in with words for the periods between two days, oldest first."""
    newer = aliased(Return)
    replaced = (
        select(newer.id)
        .where(newer.obligation_id == Return.obligation_id, newer.number > Return.number)
        .where(newer.state != DRAFT)
        .correlate(Return)
        .exists()
    )
    query = (
        select(ReturnLine.assignment_id, Period.label, ReturnLine.progress, ReturnLine.next_plan)
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(ReturnLine.assignment_id.in_(assignment_ids), ReturnLine.no_change.is_(False))
        .where(Return.state != DRAFT, ~replaced, ReturnLine.progress != "")
        .where(Period.starts_on < before, Period.starts_on >= last_from)
        .order_by(Period.starts_on, Period.id)
    )
    return [SaidLine(*row) for row in session.execute(query)]


def last_remarks(session: Session, assignment_ids: Collection[int]) -> dict[int, Remarked]:
    """The last thing that the office said of each part, in whatever period and version."""
    query = (
        select(
            ReturnLine.assignment_id, ReturnLine.remark, Period.label, Return.decided_at, Return.obligation_id
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(ReturnLine.assignment_id.in_(assignment_ids), ReturnLine.remark != "")
        .order_by(Return.decided_at, Return.id)
    )
    return {
        key: Remarked(words, label, at, obligation_id)
        for key, words, label, at, obligation_id in session.execute(query)
    }

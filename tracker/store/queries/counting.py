"""What a plan's tasks want counted and timed, as batches make it and take it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.store.tables import CountedEvent, EventClock, PlanClockRule, QuotaTarget


def targets_of(session: Session, task_ids: Collection[int]) -> list[QuotaTarget]:
    """The quotas that these tasks are asked for now."""
    wanted = select(QuotaTarget).where(QuotaTarget.task_id.in_(task_ids), QuotaTarget.ended_at.is_(None))
    return list(session.scalars(wanted.order_by(QuotaTarget.task_id, QuotaTarget.position, QuotaTarget.id)))


def rules_of(session: Session, task_ids: Collection[int]) -> list[PlanClockRule]:
    """The clock rules that these tasks' clauses have made and that are in force."""
    wanted = select(PlanClockRule).where(
        PlanClockRule.task_id.in_(task_ids), PlanClockRule.ended_at.is_(None)
    )
    return list(session.scalars(wanted.order_by(PlanClockRule.id)))


def with_events(session: Session, target_ids: Collection[int]) -> set[int]:
    """The quotas to which somebody has entered an event, struck out or not."""
    wanted = select(CountedEvent.target_id).where(CountedEvent.target_id.in_(target_ids)).distinct()
    return set(session.scalars(wanted))


def of_batch(
    session: Session, batch_id: int, task_ids: Collection[int]
) -> tuple[list[QuotaTarget | PlanClockRule], list[QuotaTarget | PlanClockRule]]:
    """What a batch has made for these tasks, and what it has ended."""
    made: list[QuotaTarget | PlanClockRule] = []
    ended: list[QuotaTarget | PlanClockRule] = []
    for table in (QuotaTarget, PlanClockRule):
        of_tasks = select(table).where(table.task_id.in_(task_ids))
        made += session.scalars(of_tasks.where(table.made_in_id == batch_id))
        ended += session.scalars(of_tasks.where(table.ended_in_id == batch_id))
    return made, ended


def remove(session: Session, rows: Collection[QuotaTarget | PlanClockRule]) -> None:
    """Take quotas and rules away; the caller has seen to it that nothing is lost."""
    for table in (QuotaTarget, PlanClockRule):
        gone = [row.id for row in rows if isinstance(row, table)]
        if gone:
            session.execute(
                delete(table).where(table.id.in_(gone)), execution_options={"synchronize_session": "fetch"}
            )


@dataclass(frozen=True, slots=True)
class Entered:
    """What has been entered for a task: events and clocks, and when the last one."""

    events: int
    clocks: int
    last_at: datetime


def entered(session: Session, plan_id: int) -> dict[int, Entered]:
    """By task: the events and clocks of a plan, struck out or not."""
    events = session.execute(
        select(QuotaTarget.task_id, func.count(), func.max(CountedEvent.made_at))
        .join(CountedEvent, CountedEvent.target_id == QuotaTarget.id)
        .where(QuotaTarget.plan_id == plan_id)
        .group_by(QuotaTarget.task_id)
    )
    clocks = session.execute(
        select(EventClock.task_id, func.count(), func.max(EventClock.made_at))
        .where(EventClock.plan_id == plan_id, EventClock.task_id.is_not(None))
        .group_by(EventClock.task_id)
    )
    found = {task_id: Entered(number, 0, last) for task_id, number, last in events}
    for task_id, number, last in clocks:
        if task_id is None:
            continue
        known = found.get(task_id)
        found[task_id] = Entered(
            known.events if known else 0, number, max(known.last_at, last) if known else last
        )
    return found


def loose_clocks(session: Session, plan_id: int) -> int:
    """How many clocks belong to a plan and to none of its tasks."""
    wanted = select(func.count()).where(EventClock.plan_id == plan_id, EventClock.task_id.is_(None))
    return session.scalars(wanted).one()

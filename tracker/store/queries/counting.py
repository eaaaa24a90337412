"""What a plan's tasks want counted and timed, as batches make it and take it back."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from tracker.store.tables import CountedEvent, EventClock, PlanClockRule, QuotaTarget


def targets_of(session: Session, task_ids: Collection[int]) -> list[QuotaTarget]:
    """The quotas that these tasks are asked for now, and those that the office has ended by hand."""
    standing = QuotaTarget.ended_at.is_(None) | QuotaTarget.ended_in_id.is_(None)
    wanted = select(QuotaTarget).where(QuotaTarget.task_id.in_(task_ids), standing)
    return list(session.scalars(wanted.order_by(QuotaTarget.task_id, QuotaTarget.position, QuotaTarget.id)))


def rules_of(session: Session, task_ids: Collection[int]) -> list[PlanClockRule]:
    """The clock rules that these tasks' clauses have made: in force, or ended by hand."""
    standing = PlanClockRule.ended_at.is_(None) | PlanClockRule.ended_in_id.is_(None)
    wanted = select(PlanClockRule).where(PlanClockRule.task_id.in_(task_ids), standing)
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
    """What has been entered for a task: events, clocks, quotas by hand, and when the last one."""

    last_at: datetime
    events: int = 0
    clocks: int = 0
    set_by_hand: int = 0


def entered(session: Session, plan_id: int) -> dict[int, Entered]:
    """By task: the events and clocks of a plan, struck out or not, and the quotas that the office has set."""
    events = (
        select(QuotaTarget.task_id, func.count(), func.max(CountedEvent.made_at))
        .join(CountedEvent, CountedEvent.target_id == QuotaTarget.id)
        .where(QuotaTarget.plan_id == plan_id)
        .group_by(QuotaTarget.task_id)
    )
    clocks = (
        select(EventClock.task_id, func.count(), func.max(EventClock.made_at))
        .where(EventClock.plan_id == plan_id, EventClock.task_id.is_not(None))
        .group_by(EventClock.task_id)
    )
    by_hand = (
        select(QuotaTarget.task_id, func.count(), func.max(QuotaTarget.set_at))
        .where(QuotaTarget.plan_id == plan_id, QuotaTarget.set_at.is_not(None))
        .group_by(QuotaTarget.task_id)
    )
    found: dict[int, Entered] = {}
    for what, wanted in (("events", events), ("clocks", clocks), ("set_by_hand", by_hand)):
        for task_id, number, last in session.execute(wanted):
            known = found.get(task_id) or Entered(last)
            found[task_id] = replace(known, last_at=max(known.last_at, last), **{what: number})
    return found


def loose_clocks(session: Session, plan_id: int) -> int:
    """How many clocks belong to a plan and to none of its tasks."""
    wanted = select(func.count()).where(EventClock.plan_id == plan_id, EventClock.task_id.is_(None))
    return session.scalars(wanted).one()

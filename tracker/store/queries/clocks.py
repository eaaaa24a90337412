"""Event clocks (时限时钟) and the rules beside the standard ones."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.store.tables import EventClock, PlanClockRule, Unit


def rules(session: Session) -> list[PlanClockRule]:
    """The rules in force: the office's own first, then those of the plans, newest plan first."""
    wanted = select(PlanClockRule).where(PlanClockRule.ended_at.is_(None))
    found = session.scalars(wanted.options(joinedload(PlanClockRule.plan), joinedload(PlanClockRule.task)))
    return sorted(found, key=lambda rule: (rule.plan_id is not None, -(rule.plan_id or 0), rule.id))


def rule(session: Session, rule_id: int) -> PlanClockRule | None:
    """One rule with its plan, ended or not."""
    wanted = select(PlanClockRule).where(PlanClockRule.id == rule_id)
    return session.scalars(wanted.options(joinedload(PlanClockRule.plan))).one_or_none()


def _whole() -> Select[EventClock]:
    return select(EventClock).options(
        joinedload(EventClock.unit),
        joinedload(EventClock.plan),
        joinedload(EventClock.task),
        selectinload(EventClock.stops),
        selectinload(EventClock.restarts),
    )


def running(
    session: Session, *, unit_id: int | None = None, task_id: int | None = None
) -> list[EventClock]:
    """The clocks that run or stand still; of one unit, or one task, where it is named."""
    wanted = _whole().where(EventClock.closed_on.is_(None), EventClock.voided_at.is_(None))
    if unit_id is not None:
        wanted = wanted.where(EventClock.unit_id == unit_id)
    if task_id is not None:
        wanted = wanted.where(EventClock.task_id == task_id)
    return list(session.scalars(wanted.order_by(EventClock.id)))


def ended(session: Session, *, unit_id: int | None = None, limit: int) -> list[EventClock]:
    """The clocks that were closed or voided, newest first."""
    wanted = _whole().where(EventClock.closed_on.is_not(None) | EventClock.voided_at.is_not(None))
    if unit_id is not None:
        wanted = wanted.where(EventClock.unit_id == unit_id)
    return list(session.scalars(wanted.order_by(EventClock.id.desc()).limit(limit)))


def alike(session: Session, wanted: EventClock) -> bool:
    """Whether a clock that says the same stands there already; voided ones count for nothing.

    The unit is held until the transaction ends, so that a button pressed twice comes one after the other.
    """
    session.execute(select(Unit.id).where(Unit.id == wanted.unit_id).with_for_update(key_share=True))
    same = select(EventClock.id).where(
        EventClock.unit_id == wanted.unit_id,
        EventClock.rule_key == wanted.rule_key,
        EventClock.title == wanted.title,
        EventClock.started_on == wanted.started_on,
        EventClock.task_id.is_not_distinct_from(wanted.task_id),
        EventClock.voided_at.is_(None),
    )
    return session.scalar(select(same.exists())) is True


def one(session: Session, clock_id: int, *, lock: bool = False) -> EventClock | None:
    """One clock with its course; `lock` holds it until the transaction ends, as it then stands."""
    if lock:
        held = select(EventClock).where(EventClock.id == clock_id).with_for_update()
        session.scalars(held.execution_options(populate_existing=True)).one_or_none()
    return session.scalars(_whole().where(EventClock.id == clock_id)).one_or_none()

"""What the annual report counts: applications by their clocks, tasks with their verdicts, its tables."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.balance import Stretch
from tracker.domain.china_time import instant
from tracker.domain.clock import REPLY
from tracker.store.tables import (
    AnnualReport,
    Assignment,
    EventClock,
    LookBack,
    Plan,
    Rectification,
    Task,
    Verdict,
)

_OWN_WORDS = ("依申请", "公开申请", "申请公开")


def _bounds(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def _is_application() -> ColumnElement[bool]:
    """A clock of the reply to an application: of the standard rule, or of one that says so in its words."""
    said = (EventClock.rule_name, EventClock.rule_event)
    return or_(
        EventClock.rule_key == REPLY.key, *(text.contains(word) for word in _OWN_WORDS for text in said)
    )


def _in_year(stretch: Stretch, year: int) -> ColumnElement[bool]:
    """The clocks that count so; a clock of the year is exactly what came in, and exactly what went out."""
    first, last = _bounds(year)
    open_after = EventClock.closed_on.is_(None) | (EventClock.closed_on > last)
    return {
        Stretch.CARRIED_IN: (EventClock.started_on < first)
        & (EventClock.closed_on.is_(None) | (EventClock.closed_on >= first)),
        Stretch.RECEIVED: EventClock.started_on.between(first, last),
        Stretch.DONE: EventClock.closed_on.between(first, last),
        Stretch.CARRIED_OUT: (EventClock.started_on <= last) & open_after,
    }[stretch]


def application_counts(session: Session, year: int) -> dict[Stretch, int]:
    """How many applications came and went, each counted by the condition of its list."""
    counted = (func.count().filter(_in_year(stretch, year)) for stretch in Stretch)
    counts = session.execute(
        select(*counted).select_from(EventClock).where(_is_application(), EventClock.voided_at.is_(None))
    ).one()
    return dict(zip(Stretch, counts, strict=True))


def applications(session: Session, year: int, stretch: Stretch) -> list[EventClock]:
    """The applications that count so, the oldest first."""
    wanted = select(EventClock).where(
        _is_application(), EventClock.voided_at.is_(None), _in_year(stretch, year)
    )
    wanted = wanted.options(joinedload(EventClock.unit))
    return list(session.scalars(wanted.order_by(EventClock.started_on, EventClock.id)))


def application_clocks(session: Session) -> list[EventClock]:
    """Every clock of an application that is not voided, with its course."""
    wanted = select(EventClock).where(_is_application(), EventClock.voided_at.is_(None))
    whole = (joinedload(EventClock.unit), selectinload(EventClock.stops), selectinload(EventClock.restarts))
    return list(session.scalars(wanted.options(*whole).order_by(EventClock.started_on, EventClock.id)))


def plans(session: Session) -> list[Plan]:
    """Every plan, the newest year first."""
    return list(session.scalars(select(Plan).order_by(Plan.year.desc(), Plan.id.desc())))


def look_back(session: Session, plan_id: int) -> LookBack | None:
    """The look-back of a plan."""
    return session.scalar(select(LookBack).where(LookBack.plan_id == plan_id))


def tasks(session: Session, plan_id: int) -> list[Task]:
    """Every task of a plan, cancelled ones too, with its units."""
    units = selectinload(Task.assignments).joinedload(Assignment.unit)
    wanted = select(Task).where(Task.plan_id == plan_id).options(units)
    return list(session.scalars(wanted.order_by(Task.serial)))


def verdicts(session: Session, plan_id: int) -> dict[int, Verdict]:
    """The verdicts of a plan's look-back by task."""
    wanted = select(Verdict).join(Verdict.look_back).where(LookBack.plan_id == plan_id)
    return {verdict.task_id: verdict for verdict in session.scalars(wanted)}


def rectifications_of(session: Session, plan_id: int) -> dict[int, Rectification]:
    """What a plan's look-back has left to be mended, by task."""
    wanted = select(Rectification).join(Rectification.task).where(Task.plan_id == plan_id)
    return {row.task_id: row for row in session.scalars(wanted)}


def carried_into(session: Session, year: int) -> list[Rectification]:
    """What look-backs of earlier years' plans left, and was not mended before the year began."""
    begun = instant(date(year, 1, 1), datetime.min.time())
    wanted = (
        select(Rectification)
        .join(Rectification.task)
        .join(Task.plan)
        .where(
            Plan.year < year, or_(Rectification.closed_at.is_(None), Rectification.closed_at >= begun)
        )
        .options(joinedload(Rectification.task).joinedload(Task.plan), joinedload(Rectification.lead_unit))
    )
    return list(session.scalars(wanted.order_by(Plan.year, Rectification.id)))


def report(session: Session, year: int, *, lock: bool = False) -> AnnualReport | None:
    """A year's tables; `lock` holds them until the transaction ends, as they then stand."""
    wanted = select(AnnualReport).where(AnnualReport.year == year)
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    return session.scalar(wanted.options(selectinload(AnnualReport.figures)))

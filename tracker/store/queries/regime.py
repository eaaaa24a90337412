"""Cadences and periods: what is laid out, what is due to open or to close, and who owes a return."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from tracker.domain.asking import Candidate
from tracker.domain.obligation import ObligationState
from tracker.domain.task import OPEN_STATES, Role
from tracker.store.insert import insert_missing
from tracker.store.queries.lights import LightDays, colour
from tracker.store.tables import Assignment, Cadence, ImportDraft, Obligation, Period, Plan, Task, Unit

_opens_on = func.coalesce(Period.opens_on, Period.starts_on)
_opening = (_opens_on, Period.starts_on, Period.id)
"""The order in which periods open, and in which their locks are taken."""


def lock_plan(session: Session, plan_id: int) -> Plan | None:
    """The plan, locked until the transaction ends: its regime is changed by one person at a time.

    Rows that only name the plan can still be written beside it.
    """
    return session.scalars(select(Plan).where(Plan.id == plan_id).with_for_update(key_share=True)).first()


def lock_cadence(session: Session, plan_id: int, kind: str) -> Cadence | None:
    """One rhythm of a plan, locked until the transaction ends; rows that name it can be written beside."""
    query = select(Cadence).where(Cadence.plan_id == plan_id, Cadence.kind == kind)
    query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).first()


def periods_of(session: Session, cadence_id: int) -> dict[str, Period]:
    """Every period of a rhythm by its key, as it stands in the tables now."""
    query = select(Period).where(Period.cadence_id == cadence_id).order_by(Period.starts_on)
    found = session.scalars(query.execution_options(populate_existing=True))
    return {period.key: period for period in found}


def hold_upcoming(session: Session, cadence_id: int) -> None:
    """Lock what has not opened of a rhythm, in the order in which the worker opens it.

    Whoever writes to these rows reads them after this: the worker may have opened one in the meantime, and
    what has opened is never moved.
    """
    query = select(Period.id).where(Period.cadence_id == cadence_id, Period.state == "upcoming")
    session.execute(query.order_by(*_opening).with_for_update())


def drop_upcoming(session: Session, cadence_id: int) -> int:
    """Take away the periods that have not opened, and say how many; nothing refers to them yet."""
    statement = delete(Period).where(Period.cadence_id == cadence_id, Period.state == "upcoming")
    return _affected(session, statement)


def due_periods(session: Session, today: date, plan_id: int | None = None) -> list[Period]:
    """What can be handed in and is not closed, of active plans or of one of them, in the order of opening."""
    query = (
        select(Period)
        .join(Plan, Plan.id == Period.plan_id)
        .where(Period.state.in_(("upcoming", "open")), _opens_on <= today, Plan.state == "active")
        .options(joinedload(Period.cadence))
        .order_by(*_opening)
    )
    if plan_id is not None:
        query = query.where(Period.plan_id == plan_id)
    return list(session.scalars(query))


def claim_opening(session: Session, period: Period, *, now: datetime) -> bool:
    """Open a period; false when another process has done it already."""
    return _step(session, period, "upcoming", {"state": "open", "opened_at": now})


def claim_closing(session: Session, period: Period, *, now: datetime) -> bool:
    """Close a period; false when another process has done it already."""
    return _step(session, period, "open", {"state": "closed", "closed_at": now})


def _step(session: Session, period: Period, state: str, values: dict[str, Any]) -> bool:
    """The state in the WHERE makes the database choose one of several that try.

    Whoever had the row before may have changed its rule, or taken the row away: it is read anew.
    """
    statement = (
        update(Period)
        .where(Period.id == period.id, Period.state == state)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    won = _affected(session, statement) == 1
    again = select(Period).where(Period.id == period.id).options(joinedload(Period.cadence))
    session.scalars(again.execution_options(populate_existing=True)).first()
    return won


def units_with_work(session: Session, plan_id: int) -> list[Unit]:
    """The active units with work that is neither signed off (as a whole or their part) nor cancelled."""
    query = (
        select(Unit)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.plan_id == plan_id, Assignment.ended_at.is_(None))
        .where(Assignment.signed_off_at.is_(None), Task.state.in_(OPEN_STATES), Unit.active)
        .group_by(Unit.id, Unit.position)
        .order_by(Unit.position, Unit.id)
    )
    return list(session.scalars(query))


def candidates(session: Session, plan_id: int) -> list[Candidate]:
    """Every active unit with its parts in the plan's unfinished tasks, in the order of the units."""
    roles: dict[int, set[Role]] = {}
    parts = (
        select(Assignment.unit_id, Assignment.role)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.plan_id == plan_id, Assignment.ended_at.is_(None), Task.state.in_(OPEN_STATES))
        .distinct()
    )
    for unit_id, role in session.execute(parts):
        roles.setdefault(unit_id, set()).add(Role(role))
    units = select(Unit.id, Unit.unit_class_id).where(Unit.active).order_by(Unit.position, Unit.id)
    return [
        Candidate(unit_id, class_id, frozenset(roles.get(unit_id, ())))
        for unit_id, class_id in session.execute(units)
    ]


def add_obligations(session: Session, period: Period, unit_ids: Iterable[int]) -> list[int]:
    """One obligation a unit, waived for the period's reason when the period is; repeating adds none."""
    state = ObligationState.WAIVED if period.waived else ObligationState.OPEN
    rows = [
        {
            "plan_id": period.plan_id,
            "cadence_id": period.cadence_id,
            "period_id": period.id,
            "unit_id": unit_id,
            "state": state.value,
            "note": period.why if period.waived else "",
        }
        for unit_id in unit_ids
    ]
    return insert_missing(session, Obligation, rows, keys=("unit_id", "cadence_id", "period_id"))


def mark_missed(session: Session, period_id: int) -> int:
    """What is still open at the cut-off becomes 未报; gives the number."""
    statement = (
        update(Obligation)
        .where(Obligation.period_id == period_id, Obligation.state == ObligationState.OPEN.value)
        .values(state=ObligationState.MISSED.value, version=Obligation.version + 1)
        .execution_options(synchronize_session="fetch")
    )
    return _affected(session, statement)


def light_counts(session: Session, plan_id: int, days: LightDays) -> dict[str, int]:
    """The plan's tasks by the colour of their light."""
    shown = colour(days).label("colour")
    each = select(shown).where(Task.plan_id == plan_id).subquery()
    rows = session.execute(select(each.c.colour, func.count()).group_by(each.c.colour))
    return {str(name): count for name, count in rows}


def regime_of_text(session: Session, plan_id: int) -> tuple[dict[str, Any], str]:
    """What the importer has read about reporting in the plan's document, and its text; empty when nothing."""
    query = select(ImportDraft.draft).where(ImportDraft.plan_id == plan_id).order_by(ImportDraft.id.desc())
    draft = session.scalars(query.limit(1)).first() or {}
    regime = draft.get("regime")
    return regime if isinstance(regime, dict) else {}, str(draft.get("text") or "")


def regimes_of_text(session: Session, plan_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """By plan, what the importer has read about reporting in its document; without those that say nothing."""
    query = select(ImportDraft.plan_id, ImportDraft.draft["regime"]).order_by(ImportDraft.id)
    rows = session.execute(query.where(ImportDraft.plan_id.in_(plan_ids)))
    found = {plan_id: regime for plan_id, regime in rows if plan_id is not None}
    return {plan_id: regime for plan_id, regime in found.items() if isinstance(regime, dict) and regime}


def _affected(session: Session, statement: Any) -> int:
    return cast("CursorResult[Any]", session.execute(statement)).rowcount

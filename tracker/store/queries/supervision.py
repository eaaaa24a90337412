"""Supervision orders (督办单): one filter for every number and for the list that it opens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, case, false, func, select, true, update
from sqlalchemy.orm import Session, joinedload, selectinload

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.outbox import ESCALATED
from tracker.domain.supervision import OrderColour, OrderState
from tracker.domain.titled import Titled
from tracker.store.insert import insert_missing
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    AuditEvent,
    Notice,
    SupervisionCount,
    SupervisionMatter,
    SupervisionOrder,
)

_SETTLED = tuple(state.value for state in OrderState if state.is_settled)
_WAITING = tuple(state.value for state in OrderState if state.waits_for_unit)


class OrderPart(Titled):
    """A part of all orders, as pages name it."""

    OPEN = "open", "没有了结"
    OVERDUE = "overdue", "逾期未反馈"
    ANSWERED = "answered", "待审"
    GRAVE = "grave", "建议上报领导"
    ESCALATED = "escalated", "已上报领导"
    SETTLED = "settled", "已了结"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are meant; what is None does not narrow."""

    part: OrderPart | None = None
    plan_id: int | None = None
    unit_id: int | None = None
    colour: OrderColour | None = None


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """What a person may see: all for the office and leaders, for a unit what was sent to it."""
    if sees_all(actor):
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    return SupervisionOrder.unit_id == actor.unit_id


def _conditions(wanted: OrderFilter, actor: Actor, today: date) -> list[ColumnElement[bool]]:
    found = [seen_by(actor)]
    late = SupervisionOrder.state.in_(_WAITING) & (SupervisionOrder.feedback_on < today)
    match wanted.part:
        case OrderPart.OPEN:
            found.append(SupervisionOrder.state.not_in(_SETTLED))
        case OrderPart.OVERDUE:
            found.append(late)
        case OrderPart.ANSWERED:
            found.append(SupervisionOrder.state == OrderState.ANSWERED.value)
        case OrderPart.GRAVE:
            red = SupervisionOrder.colour == OrderColour.RED.value
            unheeded = (SupervisionOrder.colour == OrderColour.YELLOW.value) & late
            found += [SupervisionOrder.state.not_in(_SETTLED), red | unheeded]
            found.append(SupervisionOrder.escalated_at.is_(None))
        case OrderPart.ESCALATED:
            found.append(SupervisionOrder.state.not_in(_SETTLED))
            found.append(SupervisionOrder.escalated_at.is_not(None))
        case OrderPart.SETTLED:
            found.append(SupervisionOrder.state.in_(_SETTLED))
    for column, value in (
        (SupervisionOrder.plan_id, wanted.plan_id),
        (SupervisionOrder.unit_id, wanted.unit_id),
        (SupervisionOrder.colour, wanted.colour),
    ):
        if value is not None:
            found.append(column == value)
    return found


def count(session: Session, actor: Actor, wanted: OrderFilter, *, today: date) -> int:
    """How many the filter meets."""
    query = select(func.count()).select_from(SupervisionOrder)
    return session.scalar(query.where(*_conditions(wanted, actor, today))) or 0


def listed(
    session: Session,
    actor: Actor,
    wanted: OrderFilter,
    *,
    today: date,
    limit: int | None = None,
    offset: int = 0,
) -> list[SupervisionOrder]:
    """Those that the filter meets: what is open first, by its day; then the newest."""
    settled = case((SupervisionOrder.state.in_(_SETTLED), 1), else_=0)
    by_day = case((settled == 1, None), else_=SupervisionOrder.feedback_on)
    query = _whole().where(*_conditions(wanted, actor, today))
    query = query.order_by(settled, by_day, SupervisionOrder.id.desc())
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return list(session.scalars(query))


def one(session: Session, order_id: int, actor: Actor, *, lock: bool = False) -> SupervisionOrder | None:
    """One with its plan and matters, when the person may see it; `lock` holds it until the end."""
    query = _whole().where(SupervisionOrder.id == order_id, seen_by(actor))
    if lock:
        query = query.with_for_update(of=SupervisionOrder).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def of_task(session: Session, task_id: int, actor: Actor) -> list[SupervisionOrder]:
    """The orders about one task, newest first."""
    about = select(SupervisionMatter.supervision_order_id).where(SupervisionMatter.task_id == task_id)
    query = _whole().where(SupervisionOrder.id.in_(about), seen_by(actor))
    return list(session.scalars(query.order_by(SupervisionOrder.id.desc())))


def standing(session: Session) -> list[SupervisionOrder]:
    """What bears on new proposals: every order but those that were withdrawn."""
    withdrawn = SupervisionOrder.state == OrderState.WITHDRAWN.value
    query = _whole().where(~withdrawn).order_by(SupervisionOrder.id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def open_of_units(session: Session, unit_ids: Iterable[int]) -> list[SupervisionOrder]:
    """The orders that wait for these units, locked, the oldest first."""
    query = _whole().where(SupervisionOrder.unit_id.in_(set(unit_ids)), SupervisionOrder.state.in_(_WAITING))
    query = query.with_for_update(of=SupervisionOrder).execution_options(populate_existing=True)
    return list(session.scalars(query.order_by(SupervisionOrder.id)))


def hold_numbers(session: Session, year: int) -> SupervisionCount:
    """The count of a year's numbers, locked: whoever gives one stands behind whoever gave the last."""
    insert_missing(session, SupervisionCount, [{"year": year, "last": 0}], keys=("year",))
    query = select(SupervisionCount).where(SupervisionCount.year == year).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def note_escalated(session: Session, row: SupervisionOrder, *, now: datetime) -> None:
    """Keep when a leader was first told; no page goes stale by it, so it counts as no version."""
    first = (SupervisionOrder.id == row.id, SupervisionOrder.escalated_at.is_(None))
    session.execute(update(SupervisionOrder).where(*first).values(escalated_at=now))
    session.refresh(row, ["escalated_at"])


def events(session: Session, order_id: int) -> list[AuditEvent]:
    """What happened to one order, newest first."""
    query = select(AuditEvent).where(
        AuditEvent.object_type == "supervision_order", AuditEvent.object_id == order_id
    )
    return list(session.scalars(query.order_by(AuditEvent.id.desc())))


def escalations(session: Session, order_id: int) -> list[Notice]:
    """What leaders were told of one order, in the order of telling."""
    query = select(Notice).where(Notice.kind == ESCALATED, Notice.key.like(f"escalated:{order_id}:%"))
    return list(session.scalars(query.options(selectinload(Notice.deliveries)).order_by(Notice.id)))


def _whole() -> Select[SupervisionOrder]:
    return select(SupervisionOrder).options(
        joinedload(SupervisionOrder.plan),
        joinedload(SupervisionOrder.unit),
        selectinload(SupervisionOrder.matters).joinedload(SupervisionMatter.task),
    )

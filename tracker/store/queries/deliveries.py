"""Deliveries (发送情况) by day, state, channel, unit and person: one filter for every number and its list.

`counts(session, wanted).of(part)` is the length of `listed(session, replace(wanted, part=part))`. A day is
China's, and the day of a delivery is the one on which it may go (`not_before`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.china_time import instant
from tracker.domain.outbox import OutboxState
from tracker.domain.task import OPEN_STATES
from tracker.domain.titled import Titled
from tracker.store.tables import (
    Account,
    Assignment,
    Heartbeat,
    Notice,
    OutboxItem,
    Plan,
    Task,
    Unit,
)

ONE_DAY = timedelta(days=1)


class DeliveryPart(Titled):
    """A part of what should be sent, as pages name it."""

    EXPECTED = "expected", "应发"
    SENT = "sent", "已发"
    UNCONFIRMED = "unconfirmed", "未确认"
    FAILED = "failed", "失败"
    WAITING = "waiting", "待发"
    WITHDRAWN = "withdrawn", "已撤回"
    TROUBLED = "troubled", "需要处理"


_STATES: dict[DeliveryPart, tuple[OutboxState, ...]] = {
    DeliveryPart.EXPECTED: tuple(OutboxState),
    DeliveryPart.SENT: (OutboxState.SENT,),
    DeliveryPart.UNCONFIRMED: (OutboxState.UNCONFIRMED,),
    DeliveryPart.FAILED: (OutboxState.DEAD,),
    DeliveryPart.WAITING: (OutboxState.DUE, OutboxState.SENDING),
    DeliveryPart.WITHDRAWN: (OutboxState.CANCELLED,),
    DeliveryPart.TROUBLED: (OutboxState.DEAD, OutboxState.UNCONFIRMED),
}


@dataclass(frozen=True, slots=True)
class DeliveryFilter:
    """Which deliveries are meant; what is empty does not narrow. `until` makes a span of days."""

    day: date | None = None
    part: DeliveryPart = DeliveryPart.EXPECTED
    channel: str = ""
    unit_id: int | None = None
    account_id: int | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class DeliveryCounts:
    """How many there are of each state; the parts of 应发 add up to it."""

    by: Mapping[OutboxState, int] = field(default_factory=dict)

    def of(self, part: DeliveryPart) -> int:
        """How many rows the list of this part has."""
        return sum(self.by.get(state, 0) for state in _STATES[part])

    @property
    def expected(self) -> int:
        return self.of(DeliveryPart.EXPECTED)

    @property
    def sent(self) -> int:
        return self.of(DeliveryPart.SENT)

    @property
    def unconfirmed(self) -> int:
        return self.of(DeliveryPart.UNCONFIRMED)

    @property
    def failed(self) -> int:
        return self.of(DeliveryPart.FAILED)

    @property
    def waiting(self) -> int:
        return self.of(DeliveryPart.WAITING)

    @property
    def withdrawn(self) -> int:
        return self.of(DeliveryPart.WITHDRAWN)


def _conditions(wanted: DeliveryFilter) -> list[ColumnElement[bool]]:
    # All states are named, so that the index by state and moment serves a day too.
    found: list[ColumnElement[bool]] = [OutboxItem.state.in_([each.value for each in _STATES[wanted.part]])]
    if wanted.day is not None:
        found.append(OutboxItem.not_before >= instant(wanted.day, time(0)))
        found.append(OutboxItem.not_before < instant((wanted.until or wanted.day) + ONE_DAY, time(0)))
    if wanted.channel:
        found.append(OutboxItem.channel == wanted.channel)
    if wanted.account_id is not None:
        found.append(OutboxItem.account_id == wanted.account_id)
    if wanted.unit_id is not None:
        found.append(OutboxItem.notice_id.in_(select(Notice.id).where(Notice.unit_id == wanted.unit_id)))
    return found


def counts(session: Session, wanted: DeliveryFilter) -> DeliveryCounts:
    """How many deliveries the filter meets, by state."""
    query = select(OutboxItem.state, func.count()).where(*_conditions(wanted)).group_by(OutboxItem.state)
    return DeliveryCounts({OutboxState(state): number for state, number in session.execute(query)})


def any_planned_before(session: Session, day: date) -> bool:
    """Whether anything was planned before a day; what is found late on it was to be sent earlier still."""
    earlier = exists().where(Notice.planned_at < instant(day, time(0)), Notice.id == OutboxItem.notice_id)
    return bool(session.scalar(select(earlier)))


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery with the person it is for and the unit that it is about, the person's own or another."""

    item: OutboxItem
    person: str
    unit: str
    own: bool = True


def listed(
    session: Session, wanted: DeliveryFilter, *, limit: int | None = None, offset: int = 0
) -> list[DeliveryRow]:
    """The deliveries that the filter meets, the latest first."""
    query = _rows().where(*_conditions(wanted)).order_by(OutboxItem.not_before.desc(), OutboxItem.id.desc())
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return [_row(*row) for row in session.execute(query)]


def one(session: Session, outbox_id: int) -> DeliveryRow | None:
    """One delivery."""
    found = session.execute(_rows().where(OutboxItem.id == outbox_id)).one_or_none()
    return _row(*found) if found is not None else None


def same_letter(session: Session, item: OutboxItem) -> list[OutboxItem]:
    """What else went into the letter of a delivery."""
    if not item.letter_key:
        return []
    query = select(OutboxItem).where(
        OutboxItem.account_id == item.account_id, OutboxItem.channel == item.channel,
        OutboxItem.letter_key == item.letter_key, OutboxItem.id != item.id,
    )  # fmt: skip
    return list(session.scalars(query.options(joinedload(OutboxItem.notice)).order_by(OutboxItem.id)))


def channels(session: Session) -> list[str]:
    """Every channel by which anything was to go."""
    return list(session.scalars(select(OutboxItem.channel).distinct().order_by(OutboxItem.channel)))


def beats(session: Session, *, since: datetime, limit: int = 5) -> list[Heartbeat]:
    """The workers that have ticked lately, the last one first."""
    query = select(Heartbeat).where(Heartbeat.at >= since)
    return list(session.scalars(query.order_by(Heartbeat.at.desc(), Heartbeat.name).limit(limit)))


def people_of_working_units(session: Session) -> list[tuple[Unit, list[Account]]]:
    """Each unit that owes open work under an active plan, with its active people."""
    owing = (
        select(Assignment.unit_id)
        .join(Task, Task.id == Assignment.task_id)
        .join(Plan, Plan.id == Assignment.plan_id)
        .where(Task.state.in_(OPEN_STATES), Plan.state == "active", Assignment.ended_at.is_(None))
    )
    people: dict[int, list[Account]] = {}
    own = (Account.active, Account.role == UserRole.UNIT.value, Account.unit_id.in_(owing))
    for account in session.scalars(select(Account).where(*own).order_by(Account.id)):
        people.setdefault(account.unit_id or 0, []).append(account)
    units = session.scalars(select(Unit).where(Unit.id.in_(owing)).order_by(Unit.position, Unit.id))
    return [(unit, people.get(unit.id, [])) for unit in units]


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(OutboxItem, Account.display_name, Account.unit_id, Unit.name)
        .join(Account, Account.id == OutboxItem.account_id)
        .join(Notice, Notice.id == OutboxItem.notice_id)
        .outerjoin(Unit, Unit.id == Notice.unit_id)
        .options(joinedload(OutboxItem.notice))
    )


def _row(item: OutboxItem, person: str, unit_id: int | None, unit: str | None) -> DeliveryRow:
    if item.group_key is not None:
        return DeliveryRow(item, item.address, unit or "", own=False)
    return DeliveryRow(item, person, unit or "", own=unit_id == item.notice.unit_id)

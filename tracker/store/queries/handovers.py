"""Hand-overs (交接): the rows a person may see, and what moves from the old contact to the new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, false, select, true
from sqlalchemy.orm import Session, joinedload

from tracker.domain.access import UserRole
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.delivery import address_on
from tracker.domain.handover import HandoverState
from tracker.store.tables import Account, Handover, InboxItem, Notice, OutboxItem

MOST = 200
RUNNING = tuple(state.value for state in HandoverState if state.is_running)


@dataclass(frozen=True, slots=True)
class Moved:
    """How much went over: unread notices, and deliveries that still wait."""

    unread: int
    waiting: int


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Every unit's for the office, the own for a unit's contact."""
    if actor.role in {UserRole.OFFICE.value, SYSTEM.role}:
        return true()
    if actor.role != UserRole.UNIT.value or actor.unit_id is None:
        return false()
    return Handover.unit_id == actor.unit_id


def one(session: Session, handover_id: int, actor: Actor) -> Handover | None:
    """One with its unit, when the person may see it."""
    return session.scalars(_whole().where(Handover.id == handover_id, seen_by(actor))).one_or_none()


def listed(session: Session, actor: Actor, *, running: bool = False) -> list[Handover]:
    """What a person may see, the latest change first; with `running`, what is not over, the oldest first."""
    wanted = _whole().where(seen_by(actor))
    if running:
        open_ones = wanted.where(Handover.state.in_(RUNNING))
        return list(session.scalars(open_ones.order_by(Handover.changed_on, Handover.id)))
    return list(session.scalars(wanted.order_by(Handover.changed_on.desc(), Handover.id.desc()).limit(MOST)))


def running_of(session: Session, account_id: int) -> Handover | None:
    """The hand-over that runs for a leaving person."""
    wanted = _whole().where(Handover.leaving_id == account_id, Handover.state.in_(RUNNING))
    return session.scalars(wanted).one_or_none()


def due(session: Session, *, today: date) -> list[Handover]:
    """Those whose day has come and whose new contact is known, held until the transaction ends."""
    wanted = select(Handover).where(
        Handover.state == HandoverState.FILED.value, Handover.changed_on <= today
    )
    held = wanted.order_by(Handover.id).with_for_update(skip_locked=True)
    return list(session.scalars(held.execution_options(populate_existing=True)))


def move_open_items(session: Session, *, old_id: int, new: Account, now: datetime) -> Moved:
    """Let what the old contact has not read, and what still waits to be delivered, lie with the new one.

    A notice goes over with its delivery, so that planning reminders again finds it addressed and nothing is
    said twice; where the new contact has the same notice already, the old one is laid aside. What a worker
    holds at this moment stays: it is on its way.
    """
    theirs = select(OutboxItem.notice_id, OutboxItem.channel).where(OutboxItem.account_id == new.id)
    known = {(notice_id, channel) for notice_id, channel in session.execute(theirs)}
    rows = session.scalars(
        select(OutboxItem)
        .join(Notice, Notice.id == OutboxItem.notice_id)
        .where(OutboxItem.account_id == old_id, OutboxItem.state != "sending", Notice.state == "planned")
        .order_by(OutboxItem.id)
    ).all()
    doubled: set[int] = set()
    waiting = 0
    for row in rows:
        if (row.notice_id, row.channel) in known:
            doubled.add(row.id)
            row.state = "cancelled" if row.state == "due" else row.state
            continue
        where = address_on(row.channel, email=new.email, phone=new.phone)
        if row.state == "due" and row.address and not where:
            row.state = "cancelled"  # a letter for somebody who gets none
            continue
        row.account_id = new.id
        if row.state == "due":
            waiting += 1
            row.address = where
    items = session.scalars(
        select(InboxItem).where(InboxItem.account_id == old_id, InboxItem.read_at.is_(None))
    ).all()
    unread = [item for item in items if item.outbox_id not in doubled]
    for item in unread:
        item.account_id = new.id
    for item in items:
        item.read_at = now if item.outbox_id in doubled else None
    session.flush()
    return Moved(len(unread), waiting)


def contacts(session: Session, *, unit_id: int | None) -> list[Account]:
    """The active contacts of a unit, or of every unit."""
    wanted = select(Account).where(Account.role == UserRole.UNIT.value, Account.active)
    if unit_id is not None:
        wanted = wanted.where(Account.unit_id == unit_id)
    named = wanted.options(joinedload(Account.unit))
    return list(session.scalars(named.order_by(Account.unit_id, Account.display_name, Account.id)))


def _whole() -> Select[Handover]:
    return select(Handover).options(joinedload(Handover.unit))

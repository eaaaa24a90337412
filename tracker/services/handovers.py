"""Hand-over (交接): a unit's contact leaves, a new one is filed within five workdays, open items move.

The unit or the office reports the change and files the new contact. On the day, or at filing if that is
later, the old account is closed and what it had not read lies with the new one; a return in progress is the
unit's own and goes on as it stands. What was done before stays under the old name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import handover as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.china_time import china_day, month_day
from tracker.domain.clock import Standing
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.handover import HandoverState, Step
from tracker.domain.work_calendar import CountingLine
from tracker.services import accounts, auditing, calendars
from tracker.services.units import tidied
from tracker.store.queries import handovers as queries
from tracker.store.tables import Account, Handover


class NameNeeded(InvalidInput):
    """请填写新联系人的姓名和用户名，或者选一位已有账号的同事。"""


@dataclass(frozen=True, slots=True)
class Successor:
    """Who comes: a colleague with an account of the unit, or somebody who gets a new one."""

    account_id: int | None = None
    username: str = ""
    display_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed hand-over, and the token of the one-time link when an account was made."""

    row: Handover
    account: Account
    token: str | None


@dataclass(frozen=True, slots=True)
class Line:
    """One hand-over with the time that is left to file."""

    row: Handover
    state: HandoverState
    standing: Standing

    @property
    def overdue(self) -> bool:
        """Nobody is filed, and the five workdays are over."""
        return self.state is HandoverState.WAITING and self.standing.overdue

    @property
    def left(self) -> str:
        """How long there is to file, in words."""
        days = self.standing.left
        if self.standing.overdue:
            return f"逾期{-days}个工作日"
        return f"还有{days}个工作日" if days else "今天是最后一天"


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """One hand-over with its counting sheet, and who could take over."""

    line: Line
    sheet: tuple[CountingLine, ...]
    colleagues: tuple[Account, ...]

    @property
    def row(self) -> Handover:
        return self.line.row


def report(
    session: Session, actor: Actor, *, account_id: int, changed_on: date, why: str = "", now: datetime
) -> Handover:
    """Say that a contact is one no longer from a day on; five workdays run from then.

    Raises:
        NotFound: there is no such contact, or it is another unit's.
        AlreadyReported: it was said before.
        InvalidInput: the day is a slip of the pen.

    """
    account = accounts.one(session, account_id)
    own = actor.role == UserRole.OFFICE.value or account.unit_id == actor.unit_id
    if account.role != UserRole.UNIT.value or account.unit_id is None or not account.active or not own:
        raise NotFound
    why = rules.reported(changed_on, why, today=china_day(now))
    if queries.running_of(session, account.id) is not None:
        raise rules.AlreadyReported
    row = Handover(
        unit_id=account.unit_id, unit=account.unit, leaving_id=account.id, leaving_name=account.display_name,
        changed_on=changed_on, why=why, reported_by_name=actor.name, reported_at=now,
        state=HandoverState.WAITING.value,
    )  # fmt: skip
    session.add(row)
    session.flush()
    said = f"{row.unit.name}联系人{row.leaving_name}自{month_day(changed_on)}起变动"
    said += f"：{why}" if why else ""
    detail = {"account": account.id, "changed_on": changed_on, "why": why}
    auditing.record(session, actor, Event.HANDOVER_REPORT, ("handover", row.id), said, detail=detail, now=now)
    return row


def file(
    session: Session, actor: Actor, *, handover_id: int, version: int, successor: Successor, now: datetime
) -> Filed:
    """File the new contact (备案): a colleague's account, or a new one with a one-time link.

    Raises:
        NotFound: there is no such hand-over, or the colleague is not of this unit.
        VersionConflict: somebody else was faster.
        RuleViolated: it is over, nobody is named, or the user name is taken.

    """
    row = _held(session, actor, handover_id, version)
    after = rules.take(HandoverState(row.state), Step.FILE)
    account, token = _account(session, actor, row, successor, now=now)
    before, was = row.state, row.successor_name
    row.successor_id, row.successor_name = account.id, account.display_name
    row.successor_phone, row.filed_by_name, row.filed_at = tidied(successor.phone), actor.name, now
    row.state = after.value
    session.flush()
    said = f"{row.unit.name}新联系人备案：{account.display_name}，接替{row.leaving_name}"
    detail = {"state": [before, row.state], "contact": [was or row.leaving_name, account.display_name]}
    auditing.record(session, actor, Event.HANDOVER_FILE, ("handover", row.id), said, detail=detail, now=now)
    if rules.is_due(after, row.changed_on, today=china_day(now)):
        _finish(session, actor, row, now=now)
    return Filed(row, account, token)


def withdraw(
    session: Session, actor: Actor, *, handover_id: int, version: int, why: str, now: datetime
) -> Handover:
    """Take the report back, for the contact stays after all.

    Raises:
        NotFound: there is no such hand-over.
        VersionConflict: somebody else was faster.
        RuleViolated: it is over, or there is no reason.

    """
    row = _held(session, actor, handover_id, version)
    before = row.state
    after = rules.take(HandoverState(before), Step.WITHDRAW)
    row.withdrawn_because = rules.withdrawn(why)
    row.state = after.value
    session.flush()
    said = f"撤销{row.unit.name}联系人{row.leaving_name}的变动：{row.withdrawn_because}"
    detail = {"state": [before, row.state], "why": row.withdrawn_because}
    about = ("handover", row.id)
    auditing.record(session, actor, Event.HANDOVER_WITHDRAW, about, said, detail=detail, now=now)
    return row


def advance(session: Session, *, now: datetime) -> int:
    """Hand over where the day has come; the clock does it, once.

    Returns:
        How many were handed over.

    """
    rows = queries.due(session, today=china_day(now))
    for row in rows:
        _finish(session, SYSTEM, row, now=now)
    return len(rows)


def listing(session: Session, actor: Actor, *, today: date) -> tuple[Line, ...]:
    """What a person may see, the latest change first."""
    return _lines(session, queries.listed(session, actor), today)


def running(session: Session, actor: Actor, *, today: date) -> tuple[Line, ...]:
    """Those that still want a new contact, for the desk and for 我的待办."""
    lines = _lines(session, queries.listed(session, actor, running=True), today)
    return tuple(line for line in lines if line.state is HandoverState.WAITING)


def contacts(session: Session, actor: Actor) -> list[Account]:
    """Whose change the person may report."""
    return queries.contacts(session, unit_id=None if actor.role == UserRole.OFFICE.value else actor.unit_id)


def view(session: Session, actor: Actor, *, handover_id: int, today: date) -> HandoverPage:
    """One hand-over.

    Raises:
        NotFound: there is none, or it is another unit's.

    """
    row = queries.one(session, handover_id, actor)
    if row is None:
        raise NotFound
    (line,) = _lines(session, [row], today)
    sheet = rules.counting_sheet(row.changed_on, calendars.load(session), today=today)
    others = [one for one in queries.contacts(session, unit_id=row.unit_id) if one.id != row.leaving_id]
    return HandoverPage(line, sheet, tuple(others))


def _lines(session: Session, rows: list[Handover], today: date) -> tuple[Line, ...]:
    calendar = calendars.load(session)
    return tuple(
        Line(row, HandoverState(row.state), rules.standing(row.changed_on, calendar, today=today))
        for row in rows
    )


def _held(session: Session, actor: Actor, handover_id: int, version: int) -> Handover:
    row = queries.one(session, handover_id, actor)
    if row is None:
        raise NotFound
    if not HandoverState(row.state).is_running:
        raise rules.AlreadyOver
    if row.version != version:
        raise VersionConflict
    return row


def _account(
    session: Session, actor: Actor, row: Handover, successor: Successor, *, now: datetime
) -> tuple[Account, str | None]:
    """The account of the new contact, and a link when it was made just now."""
    if successor.account_id is not None:
        if successor.account_id == row.leaving_id:
            raise rules.SuccessorIsLeaving
        known = {one.id: one for one in queries.contacts(session, unit_id=row.unit_id)}
        if successor.account_id not in known:
            raise NotFound
        return known[successor.account_id], None
    if not (successor.username.strip() and successor.display_name.strip()):
        raise NameNeeded
    made = accounts.create(
        session, actor, username=successor.username, display_name=successor.display_name, role=UserRole.UNIT,
        unit_id=row.unit_id, email=successor.email, now=now,
    )  # fmt: skip
    return made, accounts.reset_link(session, actor, account_id=made.id, now=now)


def _finish(session: Session, actor: Actor, row: Handover, *, now: datetime) -> None:
    """Close the old account from now on and let its open items lie with the new contact."""
    before = row.state
    row.state = rules.take(HandoverState(before), Step.FINISH).value
    row.done_at = now
    old, new = accounts.one(session, row.leaving_id), accounts.one(session, row.successor_id)
    moved = queries.move_open_items(session, old_id=old.id, new=new, now=now)
    accounts.set_active(session, actor, account_id=old.id, active=False, version=old.version, now=now)
    row.unit.contact_name = row.successor_name
    row.unit.contact_phone = row.successor_phone or row.unit.contact_phone
    session.flush()
    said = f"{row.unit.name}联系人由{row.leaving_name}交接给{row.successor_name}"
    said += f"，转移未读提醒{moved.unread}条" if moved.unread else ""
    detail = {
        "state": [before, row.state], "contact": [row.leaving_name, row.successor_name],
        "unread": moved.unread, "waiting": moved.waiting,
    }  # fmt: skip
    auditing.record(session, actor, Event.HANDOVER_FINISH, ("handover", row.id), said, detail=detail, now=now)

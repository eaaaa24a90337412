"""Meetings as pages show them: the list, one meeting with its agenda and minutes, one unit's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain import meeting as rules
from tracker.domain.actor import Actor
from tracker.domain.asking import Part
from tracker.domain.decision import DecisionState, heard_words, is_overdue
from tracker.domain.errors import NotFound
from tracker.domain.meeting import MeetingState, Presence, Turnout
from tracker.services import attending, ledger, meeting_pack, minutes
from tracker.services.ledger import LedgerQuery
from tracker.services.meeting_pack import UnitPack, Window
from tracker.store.queries import decisions, meetings
from tracker.store.queries import units as directory
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.ledger import Sort
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    AuditEvent,
    Meeting,
    MeetingDecision,
    MeetingHearing,
    MeetingRemark,
    MeetingUnit,
    Obligation,
    Period,
    Plan,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """The meetings that a person may see, and what the office may call."""

    meetings: tuple[Meeting, ...]
    plans: tuple[Plan, ...]
    plan_id: int | None
    waiting: tuple[Period, ...]
    """Periods whose meeting nobody has called yet."""
    plan_titles: Mapping[int, str]
    unresolved: int
    """The decisions that wait, as their list counts them."""


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One unit on the agenda, in the order of need."""

    each: MeetingUnit
    reasons: tuple[str, ...]
    presences: tuple[rules.Attendance, ...]
    told: bool

    @property
    def unit(self) -> Unit:
        return self.each.unit

    @property
    def turnout(self) -> Turnout | None:
        """How the unit took part; None while somebody is not entered."""
        if any(row.presence is Presence.EXPECTED for row in self.presences):
            return None
        return rules.turnout(self.presences)


@dataclass(frozen=True, slots=True)
class Returning:
    """A decision that comes back, with what this meeting says of it so far."""

    row: MeetingDecision
    state: DecisionState
    hearing: MeetingHearing | None
    overdue: bool

    @property
    def heard(self) -> str:
        return heard_words(self.row.number + 1)


@dataclass(frozen=True, slots=True)
class MeetingPage:
    """One meeting."""

    row: Meeting
    state: MeetingState
    lines: tuple[AgendaLine, ...]
    drafted: tuple[MeetingDecision, ...]
    """What is written down to be agreed on; of a cancelled meeting, what was not agreed on after all."""
    returning: tuple[Returning, ...]
    stood: tuple[MeetingHearing, ...]
    """What closed minutes say was agreed on."""
    faults: tuple[str, ...]
    remarks: tuple[MeetingRemark, ...]
    events: tuple[AuditEvent, ...]
    units: tuple[Unit, ...]
    whole: bool
    """Whether the person sees all units' pages."""
    own: Obligation | None
    """What a unit's person has told, or may tell, beforehand."""

    @property
    def counted(self) -> Counter[str]:
        """How many units came, were excused, were absent, or are not entered."""
        return Counter(line.turnout.value if line.turnout else "unmarked" for line in self.lines)

    @property
    def notes(self) -> tuple[MeetingUnit, ...]:
        """The units of which the minutes say something."""
        return tuple(line.each for line in self.lines if line.each.note)


@dataclass(frozen=True, slots=True)
class UnitPage:
    """One unit's page of a meeting, with the addresses of its lists."""

    row: Meeting
    pack: UnitPack
    window: Window
    overdue: LedgerQuery
    soon: LedgerQuery
    place: int
    """Its place on the agenda; 0 where the reader does not see the others."""
    before: Unit | None
    after: Unit | None


def listing(session: Session, actor: Actor, *, plan_id: int | None, today: date) -> Listing:
    """The meetings, newest first."""
    office = actor.role == "office"
    waiting = meetings.periods_waiting(session) if office else []
    titles = {plan.id: plan.title for plan in meetings.active_plans(session)}
    return Listing(
        tuple(meetings.listed(session, actor, plan_id=plan_id)),
        tuple(meetings.plans(session, actor)),
        plan_id,
        tuple(period for period in waiting if plan_id in {None, period.plan_id}),
        titles,
        decisions.count(session, actor, DecisionFilter(DecisionPart.UNRESOLVED), today=today),
    )


def view(session: Session, actor: Actor, *, meeting_id: int, now: datetime, today: date) -> MeetingPage:
    """One meeting; a unit sees what it was asked to, and the minutes once they are closed.

    Raises:
        NotFound: there is none, or the unit was not asked.

    """
    row = _one(session, actor, meeting_id)
    state, whole = MeetingState(row.state), sees_all(actor)
    called = state is MeetingState.CALLED and whole
    drafted = decisions.drafted(session, row.id) if whole else []
    own = meetings.obligations(session, row.period_id) if row.period_id and not whole else {}
    return MeetingPage(
        row=row,
        state=state,
        lines=_lines(session, actor, row, now=now),
        drafted=tuple(drafted),
        returning=_returning(session, row, today) if called else (),
        stood=tuple(decisions.hearings(session, row.id)) if state is MeetingState.CLOSED else (),
        faults=minutes.faults(session, row, now=now) if called else (),
        remarks=tuple(meetings.remarks(session, row.id)),
        events=tuple(meetings.events(session, row.id)) if whole else (),
        units=tuple(directory.active(session)) if called else (),
        whole=whole,
        own=own.get(actor.unit_id or 0),
    )


def unit_page(
    session: Session, actor: Actor, *, meeting_id: int, unit_id: int, now: datetime, today: date
) -> UnitPage:
    """What has to be talked about with one unit, as it stands today.

    Raises:
        NotFound: there is no such meeting or unit in it, or it is another unit's page.

    """
    row = _one(session, actor, meeting_id)
    unit = next((each.unit for each in row.units if each.unit_id == unit_id), None)
    if unit is None or (not sees_all(actor) and actor.unit_id != unit_id):
        raise NotFound
    until = ledger.light_days(session, today).soon_until
    overdue = meeting_pack.overdue_filter(row.plan_id, unit_id)
    soon = meeting_pack.soon_filter(row.plan_id, unit_id, today, until)
    place, before, after = 0, None, None
    if sees_all(actor):
        order = [line.unit for line in _lines(session, actor, row, now=now)]
        place = order.index(unit) + 1
        before = order[place - 2] if place > 1 else None
        after = order[place] if place < len(order) else None
    return UnitPage(
        row=row,
        pack=meeting_pack.of_unit(session, actor, row, unit, now=now),
        window=meeting_pack.window(session, row, today=today),
        overdue=LedgerQuery(overdue, sort=Sort.DUE),
        soon=LedgerQuery(soon, sort=Sort.DUE),
        place=place,
        before=before,
        after=after,
    )


@dataclass(frozen=True, slots=True)
class AttendancePage:
    """The form of who came, with what each unit told beforehand."""

    row: Meeting
    token: str
    told: Mapping[int, tuple[tuple[Part, str], ...]]
    unmarked: int


def attendance(session: Session, actor: Actor, *, meeting_id: int) -> AttendancePage:
    """Who came.

    Raises:
        NotFound: there is no such meeting.

    """
    row = _one(session, actor, meeting_id)
    told = meeting_pack.tellings(session, row)
    return AttendancePage(row, attending.token_of(row), told, len(attending.unmarked(row)))


def units_to_ask(session: Session) -> tuple[Unit, ...]:
    """The units that a meeting can be asked of, and that can take a decision."""
    return tuple(directory.active(session))


@dataclass(frozen=True, slots=True)
class ForDesk:
    """What the office has to do about meetings."""

    waiting: tuple[Period, ...]
    """Nobody has called their meeting yet."""
    called: tuple[Meeting, ...]
    """Coming, or held and waiting for their minutes to be closed."""


def for_desk(session: Session, actor: Actor) -> ForDesk:
    """The meetings that somebody of the office has to look after."""
    return ForDesk(tuple(meetings.periods_waiting(session)), coming(session, actor))


def coming(session: Session, actor: Actor) -> tuple[Meeting, ...]:
    """The called meetings that a person may see, the next first."""
    return tuple(reversed(meetings.listed(session, actor, called=True)))


def _one(session: Session, actor: Actor, meeting_id: int) -> Meeting:
    row = meetings.one(session, meeting_id, actor)
    if row is None:
        raise NotFound
    return row


def _lines(session: Session, actor: Actor, row: Meeting, *, now: datetime) -> tuple[AgendaLine, ...]:
    """The agenda: as it stood at the closing, or as need is now; a unit sees the units in their order."""
    by_unit = {each.unit_id: each for each in row.units}
    if row.state == MeetingState.CALLED and sees_all(actor):
        packs = meeting_pack.agenda(session, actor, row, now=now)
        order = [(pack.unit.id, pack.need.reasons, bool(pack.told)) for pack in packs]
    else:
        frozen = [(each["unit_id"], tuple(each["reasons"]), False) for each in row.agenda or ()]
        whole = sees_all(actor)
        order = [(unit_id, reasons if whole else (), told) for unit_id, reasons, told in frozen]
        order = order or [(unit_id, (), False) for unit_id in by_unit]
    return tuple(
        AgendaLine(
            by_unit[unit_id],
            reasons,
            tuple(attending.as_domain(line) for line in by_unit[unit_id].attendance),
            told,
        )
        for unit_id, reasons, told in order
        if unit_id in by_unit
    )


def _returning(session: Session, row: Meeting, today: date) -> tuple[Returning, ...]:
    heard = {each.decision_id: each for each in decisions.hearings(session, row.id)}
    rows = decisions.unresolved(session, row.plan_id)
    return tuple(
        Returning(
            each,
            DecisionState(each.state),
            heard.get(each.id),
            overdue=is_overdue(DecisionState(each.state), each.due_on, today=today),
        )
        for each in rows
    )

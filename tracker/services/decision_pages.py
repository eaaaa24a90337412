"""Decisions (议定事项) as pages show them: one with its steps, the list, and the few lines on other pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import decision as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.decision import DecisionState, Step
from tracker.domain.errors import NotFound
from tracker.domain.meeting import MeetingState
from tracker.store.queries import decisions as queries
from tracker.store.queries import meetings, tasks
from tracker.store.queries import units as directory
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.tables import AuditEvent, Meeting, MeetingDecision, MeetingHearing, Unit

__all__ = ["DecisionFilter", "DecisionPart"]

SHOWN = 6
PAGE = 50
OFFICE_STEPS = frozenset(Step) - {Step.REPORT, Step.AGREE, Step.CARRY}


@dataclass(frozen=True, slots=True)
class Line:
    """One decision in a list."""

    row: MeetingDecision
    state: DecisionState
    overdue: bool

    @property
    def kind(self) -> str:
        """How the tag beside it looks."""
        if self.overdue:
            return "late"
        if self.state is DecisionState.REPORTED or self.sent_back:
            return "soon"
        return "ok" if self.state is DecisionState.DONE else "none" if self.state.is_settled else "info"

    @property
    def word(self) -> str:
        """The state in a word or two; late is said before everything else."""
        return "逾期未办结" if self.overdue else "已退回，待再报" if self.sent_back else self.state.label

    @property
    def sent_back(self) -> bool:
        """What the unit reported was not enough, and it has not reported again."""
        return self.state.waits_for_unit and bool(self.row.returned_because)

    @property
    def heard(self) -> str:
        return rules.heard_words(self.row.number)


@dataclass(frozen=True, slots=True)
class Few:
    """The first of a list, and how many there are."""

    lines: tuple[Line, ...]
    total: int
    overdue: int
    reported: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of all that a person may see, with the number of each part beside it."""

    wanted: DecisionFilter
    lines: tuple[Line, ...]
    total: int
    page: int
    pages: int
    parts: dict[DecisionPart | None, int]


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """One decision, the meetings it has stood before, and what may be done next."""

    line: Line
    steps: frozenset[Step]
    stood: tuple[tuple[MeetingHearing, Meeting], ...]
    events: tuple[AuditEvent, ...]
    units: tuple[Unit, ...]
    task_open: bool
    meeting_open: bool
    """Whether the person may open the meeting's page."""
    removable: bool
    """Whether it can be taken out of the minutes: it was never agreed on."""

    @property
    def row(self) -> MeetingDecision:
        return self.line.row


def view(session: Session, actor: Actor, *, decision_id: int, today: date) -> DecisionPage:
    """One decision.

    Raises:
        NotFound: there is none, or it is not this unit's.

    """
    row = queries.one(session, decision_id, actor)
    if row is None:
        raise NotFound
    line = _line(row, today)
    office = actor.role == UserRole.OFFICE.value
    own = OFFICE_STEPS if office else frozenset({Step.REPORT}) if actor.unit_id is not None else frozenset()
    held = {each.meeting_id: each for each in queries.hearings_of(session, row.id)}
    steps = rules.open_steps(line.state) & own
    called_off = row.meeting.state == MeetingState.CANCELLED
    rows = ((each, meetings.one(session, meeting_id, actor)) for meeting_id, each in held.items())
    return DecisionPage(
        line=line,
        steps=steps - {Step.CHANGE} if called_off else steps,
        stood=tuple((each, meeting) for each, meeting in rows if meeting is not None),
        events=() if actor.role == UserRole.UNIT.value else tuple(queries.events(session, row.id)),
        units=tuple(directory.active(session)) if office else (),
        task_open=row.task_id is not None and tasks.one(session, row.task_id, actor) is not None,
        meeting_open=meetings.one(session, row.meeting_id, actor) is not None,
        removable=Step.CHANGE in steps,
    )


def listing(session: Session, actor: Actor, wanted: DecisionFilter, *, page: int, today: date) -> Listing:
    """All that a person may see, what is unresolved first; a page beyond the last shows the last."""
    choices: list[DecisionPart | None] = [None, *DecisionPart]
    parts = {part: queries.count(session, actor, replace(wanted, part=part), today=today) for part in choices}
    total = parts[wanted.part]
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.listed(session, actor, wanted, today=today, limit=PAGE, offset=(page - 1) * PAGE)
    return Listing(wanted, _lines(rows, today), total, page, pages, parts)


def for_unit(session: Session, actor: Actor, *, today: date) -> tuple[Line, ...]:
    """What the unit has to do, and what it has reported, by day."""
    if actor.unit_id is None:
        return ()
    wanted = DecisionFilter(DecisionPart.UNRESOLVED, unit_id=actor.unit_id)
    return _lines(queries.listed(session, actor, wanted, today=today), today)


def for_desk(session: Session, actor: Actor, *, today: date) -> Few:
    """What the office looks at: unresolved ones by their day, how many are late and how many reported."""
    unresolved = DecisionFilter(DecisionPart.UNRESOLVED)
    counted = {
        part: queries.count(session, actor, replace(unresolved, part=part), today=today)
        for part in (DecisionPart.UNRESOLVED, DecisionPart.OVERDUE, DecisionPart.REPORTED)
    }
    total = counted[DecisionPart.UNRESOLVED]
    rows = queries.listed(session, actor, unresolved, today=today, limit=SHOWN) if total else []
    return Few(_lines(rows, today), total, counted[DecisionPart.OVERDUE], counted[DecisionPart.REPORTED])


def of_task(session: Session, actor: Actor, *, task_id: int) -> MeetingDecision | None:
    """The decision that a task was made from."""
    return queries.of_task(session, task_id, actor)


def _lines(rows: Iterable[MeetingDecision], today: date) -> tuple[Line, ...]:
    return tuple(_line(row, today) for row in rows)


def _line(row: MeetingDecision, today: date) -> Line:
    state = DecisionState(row.state)
    return Line(row, state, rules.is_overdue(state, row.due_on, today=today))

"""What people see of instructions (批示): one with its steps, lists, and the few lines on other pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import instruction as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.instruction import About, AboutKind, InstructionState, Step
from tracker.services import instruction_subjects
from tracker.store.queries import instructions as queries
from tracker.store.queries import tasks
from tracker.store.queries import units as directory
from tracker.store.queries.instructions import InstructionFilter, InstructionPart
from tracker.store.tables import Account, AuditEvent, Instruction, Unit

__all__ = ["InstructionFilter", "InstructionPart"]

SHOWN = 6
PAGE = 50
OFFICE_STEPS = frozenset(Step) - {Step.ANSWER}


@dataclass(frozen=True, slots=True)
class Line:
    """One instruction in a list."""

    row: Instruction
    state: InstructionState
    overdue: bool

    @property
    def kind(self) -> str:
        """How the tag beside it looks."""
        if self.overdue:
            return "late"
        if self.state.is_settled:
            return "none" if self.state is InstructionState.KEPT else "ok"
        return "soon" if self.state.waits_for_office else "info"

    @property
    def about(self) -> About | None:
        """What of the plan it is about besides a task."""
        kind, number = self.row.about_kind, self.row.about_id
        return About(AboutKind(kind), number) if kind is not None and number is not None else None

    @property
    def subject(self) -> str:
        """What it is about, by its name."""
        return self.row.task.title if self.row.task else self.row.about_words or self.row.plan.title

    @property
    def word(self) -> str:
        """The state in a word or two; late is said before everything else."""
        return "逾期未回复" if self.overdue else self.state.label


@dataclass(frozen=True, slots=True)
class Few:
    """The first of a list, and how many there are."""

    lines: tuple[Line, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of all that a person may see."""

    lines: tuple[Line, ...]
    total: int
    parts: Mapping[InstructionPart | None, int]
    """How many there are of each part; None is all."""
    wanted: InstructionFilter
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class InstructionPage:
    """One instruction, what happened to it, and what may be done next."""

    line: Line
    steps: frozenset[Step]
    events: tuple[AuditEvent, ...]
    units: tuple[Unit, ...]
    """Whom the office can ask: those of the task first."""
    task_open: bool
    """Whether the person may open the task: a unit can be asked that has no part in it."""

    @property
    def row(self) -> Instruction:
        return self.line.row


def leaders(session: Session, actor: Actor) -> tuple[Account, ...]:
    """The leaders whose words new ones can be; nobody where the person is a leader, for they are his."""
    return () if actor.role == UserRole.LEADER.value else tuple(queries.leaders(session))


def view(session: Session, actor: Actor, *, instruction_id: int, today: date) -> InstructionPage:
    """One instruction.

    Raises:
        NotFound: there is none, or it is not this unit's.

    """
    row = queries.one(session, instruction_id, actor)
    if row is None:
        raise NotFound
    line = _line(row, today)
    steps = rules.open_steps(line.state) & _own_steps(actor)
    office = actor.role == UserRole.OFFICE.value
    events = () if actor.role == UserRole.UNIT.value else tuple(queries.events(session, row))
    task_open = row.task_id is not None and tasks.one(session, row.task_id, actor) is not None
    return InstructionPage(line, steps, events, _units(session, actor, line) if office else (), task_open)


def listing(
    session: Session, actor: Actor, wanted: InstructionFilter, *, page: int, today: date
) -> Listing:
    """What a person may see of what is meant, what is open first; a page beyond the last shows the last."""
    parts = {
        part: queries.count(session, actor, replace(wanted, part=part), today=today)
        for part in (None, *InstructionPart)
    }
    total = parts[wanted.part]
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.listed(session, actor, wanted, today=today, limit=PAGE, offset=(page - 1) * PAGE)
    return Listing(lines(rows, today), total, parts, wanted, page, pages)


def for_desk(session: Session, actor: Actor, *, today: date) -> Few:
    """What is open, for the office: every remark needs a step, every item an eye on its day."""
    return _few(session, actor, InstructionFilter(InstructionPart.OPEN), today)


def for_unit(session: Session, actor: Actor, *, today: date) -> Few:
    """What the unit has to answer."""
    return _few(session, actor, InstructionFilter(InstructionPart.UNIT), today)


def of_leader(session: Session, actor: Actor, *, today: date) -> Few | None:
    """My remarks and what became of them, the open ones first; None for whoever is no leader."""
    if actor.role != UserRole.LEADER.value or actor.desk_id is None:
        return None
    return _few(session, actor, InstructionFilter(leader_id=actor.desk_id), today)


def of_task(session: Session, actor: Actor, *, task_id: int, today: date) -> tuple[Line, ...]:
    """What leaders wrote about a task; for a unit, what it was asked to do."""
    return lines(queries.of_task(session, task_id, actor), today)


def _own_steps(actor: Actor) -> frozenset[Step]:
    if actor.role == UserRole.OFFICE.value:
        return OFFICE_STEPS
    return frozenset({Step.ANSWER}) if actor.role == UserRole.UNIT.value else frozenset()


def _few(session: Session, actor: Actor, wanted: InstructionFilter, today: date) -> Few:
    rows, total = queries.first(session, actor, wanted, today=today, limit=SHOWN)
    return Few(lines(rows, today), total)


def lines(rows: Iterable[Instruction], today: date) -> tuple[Line, ...]:
    """Rows as lists show them."""
    return tuple(_line(row, today) for row in rows)


def _line(row: Instruction, today: date) -> Line:
    state = InstructionState(row.state)
    return Line(row, state, rules.is_overdue(state, row.due_on, today=today))


def _units(session: Session, actor: Actor, line: Line) -> tuple[Unit, ...]:
    task_id, about = line.row.task_id, line.about
    own = queries.task_unit_ids(session, task_id) if task_id is not None else []
    first = instruction_subjects.unit_of(session, actor, about) if about is not None else None
    own += [first] if first is not None else []
    active = directory.active(session)
    return tuple(sorted(active, key=lambda unit: unit.id not in own))

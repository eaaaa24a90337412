"""One task as its page shows it: the source, the day and why, the stages, the units and what they reported.

A unit's contact reads the document's words and all units' names, but only the own unit's status, reports and
evidence; the office's history is for those who see every unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import reading_words
from tracker.domain.actor import Actor
from tracker.domain.deadline import EventRelative, parse_notation, printed_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Health, describe
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.services.ledger import light_days
from tracker.services.plans import anchor_of
from tracker.store.queries import audit, requests
from tracker.store.queries import tasks as queries
from tracker.store.queries import units as directory
from tracker.store.queries.requests import GrantedLink
from tracker.store.queries.tasks import ReportedLine
from tracker.store.tables import Assignment, AuditEvent, Task, Unit

ROLE_ORDER = (Role.LEAD, Role.RESPONSIBLE, Role.SUPPORT)


@dataclass(frozen=True, slots=True)
class Part:
    """A unit's part in the task; `open_to_reader` is False where another unit's words are not to be read."""

    assignment: Assignment
    role: Role
    status: LineStatus
    lines: tuple[ReportedLine, ...]
    open_to_reader: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link that a unit gave (佐证)."""

    unit_name: str
    url: str
    published_on: date | None
    period_label: str


@dataclass(frozen=True, slots=True)
class TaskPage:
    """Everything the page says; `events` is empty for a unit's contact."""

    task: Task
    state: TaskState
    health: Health
    late_by_first_day: int
    """Days that an open task is late by a day that was put off; 0 when it is not."""
    headings: tuple[str, ...]
    source_anchor: str
    reading: str
    printed_day: date | None
    parts: tuple[Part, ...]
    former: tuple[Part, ...]
    """The units that owed it once and have reported; what they said stays readable."""
    evidence: tuple[Evidence, ...]
    events: tuple[AuditEvent, ...]

    @property
    def read_parts(self) -> tuple[Part, ...]:
        """The units whose reports the reader may read."""
        return tuple(part for part in self.parts if part.open_to_reader)

    @property
    def named_parts(self) -> tuple[Part, ...]:
        """The units of which the reader learns only what the document says."""
        return tuple(part for part in self.parts if not part.open_to_reader)

    @property
    def statuses(self) -> tuple[tuple[LineStatus, int], ...]:
        """How many of the units that the reader may read stand where; most advanced first."""
        read = [part.status for part in self.read_parts]
        order = (LineStatus.DONE, LineStatus.IN_PROGRESS, LineStatus.BLOCKED, LineStatus.NOT_STARTED)
        return tuple((status, read.count(status)) for status in order if status in read)

    @property
    def put_off(self) -> tuple[tuple[date, date], ...]:
        """The days that were put off (延期): as each first was, and as it is."""
        found = [(point.first_due_on, point.due_on) for point in self.task.checkpoints]
        return tuple((first, day) for first, day in found if first is not None)

    @property
    def moved(self) -> bool:
        """Whether the day in force is no longer the printed one."""
        return self.printed_day is not None and self.task.due_on not in {None, self.printed_day}


def view(session: Session, actor: Actor, *, task_id: int, today: date) -> TaskPage:
    """The page of one task.

    Raises:
        NotFound: there is no such task, or it is not the person's to see.

    """
    task = queries.one(session, task_id, actor)
    if task is None:
        raise NotFound
    everything = queries.sees_all(actor)
    lines = queries.reported_lines(session, task_id, unit_id=None if everything else actor.unit_id)
    parts = _parts(task.assignments, lines, None if everything else actor.unit_id)
    ended = queries.ended_parts(session, task_id, unit_id=None if everything else actor.unit_id)
    former = tuple(part for part in _parts(ended, lines, None) if part.lines)
    granted = requests.granted_links(session, task_id=task_id, unit_id=None if everything else actor.unit_id)
    rule = queries.rule_code_of(session, task_id, light_days(session, today))
    return TaskPage(
        task=task,
        state=TaskState(task.state),
        health=_health(task, rule, today),
        late_by_first_day=_late_by_first_day(task, today),
        headings=tuple(task.clause.headings) if task.clause else (),
        source_anchor=anchor_of(task.clause) if task.clause else "",
        reading=reading_words.in_words(task.deadline_notation),
        printed_day=printed_day(task.deadline_notation),
        parts=parts,
        former=former,
        evidence=tuple(_evidence(parts + former, granted)),
        events=tuple(audit.history(session, "task", task_id)) if everything else (),
    )


def _health(task: Task, rule: str, today: date) -> Health:
    """The light; what is timed from an event on has a printed time, though nobody knows its day yet."""
    health = describe(rule, next_due_on=task.next_due_on, today=today)
    if rule != "undated":
        return health
    try:
        read = parse_notation(task.deadline_notation)
    except ValueError:
        return health
    if not isinstance(read, EventRelative):
        return health
    since = f"从“{read.event}”起算" if read.event else "从一件事起算"
    return replace(health, reason=f"{since}，事情还没有登记，也还没有进展")


def _late_by_first_day(task: Task, today: date) -> int:
    if not TaskState(task.state).is_open:
        return 0
    firsts = (point.first_due_on for point in task.checkpoints if point.closed_at is None)
    return max((max((today - day).days, 0) for day in firsts if day is not None), default=0)


def units_to_choose(session: Session, task: Task) -> list[Unit]:
    """The units that work can be given to, and those that already have a part in the task."""
    active = directory.active(session)
    known = {unit.id for unit in active}
    return active + [part.unit for part in task.assignments if part.unit_id not in known]


def _parts(
    assignments: Sequence[Assignment], lines: Sequence[ReportedLine], only_unit: int | None
) -> tuple[Part, ...]:
    said: dict[int, list[ReportedLine]] = {}
    for line in lines:
        said.setdefault(line.assignment_id, []).append(line)
    ranked = sorted(assignments, key=lambda item: (ROLE_ORDER.index(Role(item.role)), item.position))
    return tuple(
        Part(
            assignment,
            Role(assignment.role),
            LineStatus(assignment.status),
            tuple(said.get(assignment.id, ())),
            only_unit in {None, assignment.unit_id},
        )
        for assignment in ranked
    )


def _evidence(parts: Sequence[Part], granted: Sequence[GrantedLink]) -> list[Evidence]:
    """Every link once, those of granted sign-offs and then the newest first; what was sent back is none."""
    found = {
        link.url: Evidence(link.unit_name, link.url, link.published_on, "销号申请")
        for link in reversed(granted)
    }
    given = [
        (line, part.assignment.unit.name)
        for part in parts
        for line in part.lines
        if line.evidence_url and line.return_state != "returned"
    ]
    for line, unit_name in sorted(given, key=lambda pair: pair[0].period_due_on, reverse=True):
        found.setdefault(
            line.evidence_url,
            Evidence(unit_name, line.evidence_url, line.evidence_on, line.period_label),
        )
    return list(found.values())

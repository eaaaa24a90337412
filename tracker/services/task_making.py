"""Making one task (任务) with its units and its due days; whoever makes tasks makes them here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.domain import checkpoint as rules
from tracker.domain.assigning import Part
from tracker.domain.counts import NOTHING_COUNTED, Counts
from tracker.domain.deadline import parse_notation
from tracker.domain.errors import InvalidInput
from tracker.domain.work_calendar import WorkCalendar
from tracker.services.checkpoints import refresh_dates
from tracker.store.tables import Assignment, Checkpoint, Task

TITLE_LENGTH = 60
_SENTENCE = re.compile(r"[^。；;！？!?\n]+")


class UnreadableDeadline(InvalidInput):
    """完成时限没有看懂，请选一种读法，或填一个日期。"""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What due days are counted with: the plan's year, the day from which it asks, the calendar."""

    year: int
    starts_on: date
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a task says; `title` is made of the text where nobody has given one."""

    text: str
    title: str = ""
    section: str = ""
    qualifier: str = ""
    phrase: str = ""
    notation: str = "none"
    reason: str = ""
    parts: tuple[Part, ...] = ()
    counts: Counts = NOTHING_COUNTED
    """The quotas and clocks in its words; whoever writes the task writes them too (`services.counting`)."""


def first_day(year: int, issued_on: date | None, today: date) -> date:
    """The day from which a plan's rhythms are asked for.

    A running year's plan that comes into the program in September owes no 季度 report of March; a plan of a
    past year is history, and keeps all of it from its issue on.
    """
    issued = issued_on or date(year, 1, 1)
    return max(issued, today) if today.year <= year else issued


def title_of(text: str) -> str:
    """The first sentence of a requirement, cut at 60 characters."""
    match = _SENTENCE.search(text)
    first = match[0].strip() if match else text.strip()
    return first if len(first) <= TITLE_LENGTH else f"{first[: TITLE_LENGTH - 1]}…"


def new_task(plan_id: int, serial: int, facts: TaskFacts, rhythm: Rhythm, *, now: datetime) -> Task:
    """A task with its assignments and checkpoints, not yet in the session.

    Raises:
        UnreadableDeadline: the notation is none.

    """
    task = Task(
        plan_id=plan_id,
        serial=serial,
        title=(facts.title.strip() or title_of(facts.text))[:200],
        text=facts.text,
        section=facts.section[:200],
        qualifier=facts.qualifier[:60],
        deadline_phrase=facts.phrase,
        deadline_notation=facts.notation,
        deadline_reason=facts.reason,
        state="assigned",
        created_at=now,
    )
    task.assignments = [new_part(plan_id, part, position) for position, part in enumerate(facts.parts)]
    task.checkpoints = list(points_of(plan_id, facts.notation, rhythm))
    refresh_dates(task)
    return task


def new_part(plan_id: int, part: Part, position: int) -> Assignment:
    """A unit's part in a task."""
    return Assignment(
        plan_id=plan_id,
        unit_id=part.unit_id,
        role=part.role.value,
        printed_name=part.printed[:200],
        group_name=part.group[:120],
        position=position,
        status="not_started",
        evidence_count=0,
    )


def points_of(plan_id: int, notation: str, rhythm: Rhythm) -> Iterator[Checkpoint]:
    """The checkpoints (节点) of a deadline in its notation.

    Raises:
        UnreadableDeadline: the notation is none.

    """
    for point in _points(notation, rhythm):
        yield Checkpoint(
            plan_id=plan_id,
            due_on=point.due_on,
            kind=point.kind.value,
            label=point.label[:120],
            provisional=point.provisional,
        )


def _points(notation: str, rhythm: Rhythm) -> Iterable[rules.Checkpoint]:
    try:
        reading = parse_notation(notation)
    except ValueError as error:
        raise UnreadableDeadline from error
    return rules.checkpoints(
        reading, plan_year=rhythm.year, starts_on=rhythm.starts_on, calendar=rhythm.calendar
    )

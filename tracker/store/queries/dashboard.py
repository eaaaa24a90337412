"""Who carries what (分工) in a plan, by section and light, and what each week's returns came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from tracker.domain.health import Colour
from tracker.domain.task import LineStatus, Role
from tracker.store.queries.ledger import NO_SECTION, LedgerFilter
from tracker.store.queries.lights import LightDays, colour, rule_code
from tracker.store.queries.reach import assignments_of
from tracker.store.tables import Assignment, Cadence, Task, Unit


@dataclass(frozen=True, slots=True)
class Share:
    """How many tasks of one section and light a unit has a part in."""

    unit_id: int
    unit_name: str
    section: str
    light: Colour
    tasks: int
    first_serial: int
    """The smallest running number among them; it puts sections in the order of the document."""


@dataclass(frozen=True, slots=True)
class PartRow:
    """One unit's part in one task."""

    unit_id: int
    unit_name: str
    task_id: int
    serial: int
    title: str
    role: Role
    group_name: str
    status: LineStatus
    rule: str
    next_due_on: date | None
    reported_at: datetime | None


def _of_tasks(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    """Which tasks of the plan are meant, whatever their lights."""
    found = [Task.plan_id == wanted.plan_id]
    if wanted.section:
        found.append(Task.section == ("" if wanted.section == NO_SECTION else wanted.section))
    return found


def _of_units(wanted: LedgerFilter) -> list[ColumnElement[bool]]:
    """Which units' parts are meant; each part is one unit's, so these narrow by the part and not the task."""
    found = [Assignment.plan_id == wanted.plan_id, Assignment.ended_at.is_(None)]
    if wanted.unit_id is not None:
        found.append(Assignment.unit_id == wanted.unit_id)
    if wanted.class_id is not None:
        found.append(Unit.unit_class_id == wanted.class_id)
    return found


def shares(session: Session, wanted: LedgerFilter, days: LightDays) -> list[Share]:
    """Every part that is meant, counted by unit, section and light; units in their order."""
    # Grouped by task although each is one row already: it keeps SQLite from working out the light of a task
    # again for each of its units.
    lit = (
        select(Task.id, Task.section, Task.serial, colour(days).label("colour"))
        .where(*_of_tasks(wanted))
        .group_by(Task.id)
        .subquery()
    )
    own = [] if wanted.unit_id is None else [Assignment.unit_id == wanted.unit_id]
    if wanted.lights:
        own.append(lit.c.colour.in_([light.value for light in wanted.lights]))
    # Counted before units are joined, and by the tasks' plan alone: with thousands of parts that is a third.
    counted = (
        select(
            Assignment.unit_id, lit.c.section, lit.c.colour,
            func.count().label("tasks"), func.min(lit.c.serial).label("first"),
        )
        .select_from(lit)
        .join(Assignment, Assignment.task_id == lit.c.id)
        .where(Assignment.ended_at.is_(None), *assignments_of(session, wanted.plan_id), *own)
        .group_by(Assignment.unit_id, lit.c.section, lit.c.colour)
        .subquery()
    )  # fmt: skip
    query = (
        select(Unit.id, Unit.name, counted.c.section, counted.c.colour, counted.c.tasks, counted.c.first)
        .join(counted, counted.c.unit_id == Unit.id)
        .order_by(Unit.position, Unit.id)
    )
    if wanted.class_id is not None:
        query = query.where(Unit.unit_class_id == wanted.class_id)
    return [
        Share(unit_id, name, section or NO_SECTION, Colour(light), tasks, first)
        for unit_id, name, section, light, tasks, first in session.execute(query)
    ]


def _parts(wanted: LedgerFilter, days: LightDays) -> list[ColumnElement[bool]]:
    """The WHERE of every count and every list of parts."""
    lit = [colour(days).in_([light.value for light in wanted.lights])] if wanted.lights else []
    return [*_of_tasks(wanted), *_of_units(wanted), *lit]


def part_count(session: Session, wanted: LedgerFilter, days: LightDays) -> int:
    """How many parts the list has."""
    query = select(func.count()).select_from(Assignment)
    query = query.join(Task, Task.id == Assignment.task_id).join(Unit, Unit.id == Assignment.unit_id)
    return session.scalars(query.where(*_parts(wanted, days))).one()


def part_rows(
    session: Session, wanted: LedgerFilter, days: LightDays, *, limit: int, offset: int
) -> list[PartRow]:
    """The parts that are meant, unit by unit."""
    query = (
        select(
            Unit.id, Unit.name, Task.id, Task.serial, Task.title, Assignment.role, Assignment.group_name,
            Assignment.status, rule_code(days), Task.next_due_on, Assignment.reported_at,
        )
        .select_from(Assignment)
        .join(Task, Task.id == Assignment.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(*_parts(wanted, days))
        .order_by(Unit.position, Unit.id, Task.serial)
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    return [
        PartRow(
            row[0], row[1], row[2], row[3], row[4], Role(row[5]), row[6], LineStatus(row[7]), row[8], row[9],
            row[10],
        )
        for row in session.execute(query)
    ]  # fmt: skip


def plans_reported_on(session: Session) -> set[int]:
    """The plans that ask their units for something."""
    return set(session.scalars(select(Cadence.plan_id).where(Cadence.active)))

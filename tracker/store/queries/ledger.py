"""The ledger (台账): one filter for every count and every list of tasks.

A number on a page and the list it opens are made from the same `LedgerFilter` through `conditions`, so that
they cannot differ: `sum(light_counts(session, wanted, …).values())` is the length of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, case, cast, false, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.domain.task import OPEN_STATES, LineStatus, Role, TaskState
from tracker.store.queries import first_days
from tracker.store.queries.lights import LightDays, colour, rule_code, severity
from tracker.store.queries.mentions import mentions
from tracker.store.queries.tasks import seen_by, sees_all
from tracker.store.tables import Assignment, Plan, Task, Unit

OVERDUE = "overdue"
NO_SECTION = "无板块"
"""What a filter and an address call the tasks that stand under no heading."""


class Sort(StrEnum):
    """How a list is ordered; the running number breaks every tie."""

    SERIAL = "serial"
    DUE = "due"
    LATEST = "-due"
    LIGHT = "light"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which tasks are meant; what is empty does not narrow. Several lights or states mean any of them.

    The days narrow by the day a list shows. Among open tasks alone they mean what still falls due: a task
    with every stage closed waits to be signed off, and is due on no day.
    """

    plan_id: int | None = None
    year: int | None = None
    lights: tuple[Colour, ...] = ()
    unit_id: int | None = None
    section: str = ""
    due_from: date | None = None
    due_to: date | None = None
    words: str = ""
    states: tuple[TaskState, ...] = ()
    role: Role | None = None
    overdue: bool = False
    first_overdue: bool = False
    """Late by the day as it first was (原定): what is overdue, and what would be had it not been put off."""
    awaiting: bool = False
    """Every unit says that it is done, and the office has not signed the task off (待销号)."""
    blocked: bool = False
    """The task is open, and a unit has reported that it cannot go on by itself (受阻)."""
    class_id: int | None = None
    """A unit of this class has a part in it."""
    ids: tuple[int, ...] | None = None
    """Just these, and of them what the rest of the filter meets."""
    every_year: bool = False
    """The plans of all years are meant; without plan, year and this, a list shows the newest year."""


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task as the lists show it, without its units."""

    id: int
    plan_id: int
    plan_title: str
    serial: int
    title: str
    section: str
    state: TaskState
    rule: str
    next_due_on: date | None
    due_on: date | None
    phrase: str
    notation: str
    """The reading of the phrase; the day as printed is read from it."""
    version: int
    first_due_on: date | None = None
    """The shown day as it first was, where it was put off (原定)."""

    @property
    def shown_day(self) -> date | None:
        """The day the list shows, sorts and filters by: the next open one, else the last."""
        return self.next_due_on or self.due_on


@dataclass(frozen=True, slots=True)
class UnitLabel:
    """How a list names who is responsible: a unit, or the printed group with the number of its members."""

    task_id: int
    role: Role
    name: str
    members: int
    grouped: bool
    done: int
    """How many of the members have reported that they are done."""


@dataclass(frozen=True, slots=True)
class LatestReport:
    """The newest words of any unit about a task."""

    task_id: int
    unit_name: str
    progress: str
    problem: str
    reported_at: datetime | None

    @property
    def words(self) -> str:
        """Progress and problem as one text; empty where the unit has said neither."""
        return " ".join(said for said in (self.progress, self.problem) if said)


def shown_day() -> ColumnElement[date]:
    """`TaskRow.shown_day` in SQL."""
    return func.coalesce(Task.next_due_on, Task.due_on)


def conditions(wanted: LedgerFilter, days: LightDays, actor: Actor) -> list[ColumnElement[bool]]:
    """The WHERE of every count and every list of tasks, scoped to what `actor` may see."""
    found = [seen_by(actor)]
    if wanted.plan_id is not None:
        found.append(Task.plan_id == wanted.plan_id)
    if wanted.year is not None:
        found.append(Task.plan_id.in_(select(Plan.id).where(Plan.year == wanted.year)))
    if wanted.lights:
        found.append(colour(days).in_([light.value for light in wanted.lights]))
    if wanted.overdue:
        found.append(rule_code(days) == OVERDUE)
    if wanted.first_overdue:
        found.append(first_days.passed(days))
    if wanted.awaiting:
        found.append(awaits_sign_off() if sees_all(actor) else false())
    if wanted.section:
        found.append(Task.section == ("" if wanted.section == NO_SECTION else wanted.section))
    only_open = bool(wanted.states) and all(state.is_open for state in wanted.states)
    day = Task.next_due_on if only_open else shown_day()
    if wanted.due_from is not None:
        found.append(day >= wanted.due_from)
    if wanted.due_to is not None:
        found.append(day <= wanted.due_to)
    if wanted.states:
        found.append(Task.state.in_([state.value for state in wanted.states]))
    if wanted.unit_id is not None or wanted.role is not None:
        found.append(_assigned(wanted.unit_id, wanted.role, actor))
    if wanted.class_id is not None:
        found.append(_has_part(Unit.unit_class_id == wanted.class_id))
    if wanted.blocked:
        found += [Task.state.in_(OPEN_STATES), _has_part(Assignment.status == LineStatus.BLOCKED.value)]
    if wanted.ids is not None:
        found.append(Task.id.in_(wanted.ids))
    found.extend(mentions(word) for word in wanted.words.split())
    return found


def _has_part(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Some unit that has a part in the task now meets a condition."""
    part = select(Assignment.id).join(Unit, Unit.id == Assignment.unit_id)
    own = (Assignment.task_id == Task.id, Assignment.ended_at.is_(None), condition)
    return part.where(*own).correlate(Task).exists()


def awaits_sign_off() -> ColumnElement[bool]:
    """The task is open, somebody works on it, and nobody has anything left to do; units are not told."""
    owed = (Assignment.task_id == Task.id, Assignment.ended_at.is_(None))
    part = select(Assignment.id).where(*owed).correlate(Task)
    left = part.where(Assignment.status != LineStatus.DONE.value)
    return and_(Task.state.in_(OPEN_STATES), part.exists(), ~left.exists())


def _assigned(unit_id: int | None, role: Role | None, actor: Actor) -> ColumnElement[bool]:
    """Some unit has a part in the task; a role without a unit is the own one for a unit's contact."""
    if unit_id is None and not sees_all(actor):
        unit_id = actor.unit_id
    part = [Assignment.task_id == Task.id, Assignment.ended_at.is_(None)]
    if unit_id is not None:
        part.append(Assignment.unit_id == unit_id)
    if role is not None:
        part.append(Assignment.role == role.value)
    return select(Assignment.id).where(*part).correlate(Task).exists()


def counts(
    session: Session, several: Sequence[LedgerFilter], days: LightDays, actor: Actor
) -> tuple[int, ...]:
    """How many tasks each of several filters meets, in one query."""
    each = [
        select(func.count()).select_from(Task).where(*conditions(wanted, days, actor)).scalar_subquery()
        for wanted in several
    ]
    return tuple(session.execute(select(*each)).one())


def light_counts(
    session: Session, wanted: LedgerFilter, days: LightDays, actor: Actor
) -> dict[Colour, int]:
    """How many tasks of each light the filter meets; every colour has a number."""
    lit = select(colour(days).label("colour")).where(*conditions(wanted, days, actor)).subquery()
    rows = session.execute(select(lit.c.colour, func.count()).group_by(lit.c.colour))
    found = {Colour(name): number for name, number in rows}
    return {light: found.get(light, 0) for light in Colour}


def counts_by_state(
    session: Session, wanted: LedgerFilter, days: LightDays, actor: Actor
) -> dict[tuple[Colour, TaskState], int]:
    """How many tasks of each light and state the filter meets."""
    each = select(colour(days).label("colour"), Task.state.label("state"))
    lit = each.where(*conditions(wanted, days, actor)).subquery()
    query = select(lit.c.colour, lit.c.state, func.count()).group_by(lit.c.colour, lit.c.state)
    return {(Colour(name), TaskState(state)): number for name, state, number in session.execute(query)}


def rows(
    session: Session,
    wanted: LedgerFilter,
    days: LightDays,
    actor: Actor,
    *,
    sort: Sort = Sort.SERIAL,
    limit: int | None = None,
    offset: int = 0,
) -> list[TaskRow]:
    """The tasks the filter meets, in order."""
    query = (
        select(
            Task.id, Task.plan_id, Plan.title, Task.serial, Task.title, Task.section, Task.state,
            rule_code(days), Task.next_due_on, Task.due_on, Task.deadline_phrase, Task.deadline_notation,
            Task.version, first_days.of(shown_day()),
        )
        .join(Plan, Plan.id == Task.plan_id)
        .where(*conditions(wanted, days, actor))
        .order_by(*_order(sort, days))
    )
    if limit is not None:
        query = query.limit(limit).offset(offset)
    return [_row(row) for row in session.execute(query)]


def _row(row: Sequence[Any]) -> TaskRow:
    values = list(row)
    values[6] = TaskState(values[6])
    return TaskRow(*values)


def _order(sort: Sort, days: LightDays) -> list[ColumnElement[Any]]:
    """The ORDER BY; tasks without a day stand last either way, on both engines."""
    undated = case((shown_day().is_(None), 1), else_=0)
    first: dict[Sort, list[ColumnElement[Any]]] = {
        Sort.SERIAL: [],
        Sort.DUE: [undated, shown_day()],
        Sort.LATEST: [undated, shown_day().desc()],
        Sort.LIGHT: [severity(days), undated, shown_day()],
        Sort.UNIT: [_first_unit()],
    }
    last: list[ColumnElement[Any]] = [Plan.year.desc(), Task.plan_id.asc(), Task.serial.asc()]
    return [*first[sort], *last]


_RANK = case((Assignment.role == Role.LEAD.value, 0), (Assignment.role == Role.RESPONSIBLE.value, 1), else_=2)


def _first_unit() -> ColumnElement[int]:
    """The place of the task's first responsible unit in the order of units; tasks without any stand last."""
    place = (
        select(Unit.position * 100_000 + Unit.id)
        .join(Assignment, Assignment.unit_id == Unit.id)
        .where(Assignment.task_id == Task.id, Assignment.ended_at.is_(None))
        .order_by(_RANK, Assignment.position)
        .limit(1)
        .correlate(Task)
        .scalar_subquery()
    )
    return func.coalesce(cast(place, Integer), 2_000_000_000)


def unit_labels(session: Session, task_ids: Sequence[int]) -> dict[int, list[UnitLabel]]:
    """Who is responsible for each task, leads first; units of one printed group stand as that group."""
    grouped = Assignment.group_name != ""
    name = case((grouped, Assignment.group_name), else_=Unit.name).label("name")
    query = (
        select(
            Assignment.task_id,
            Assignment.role,
            name,
            func.count(),
            func.max(case((grouped, 1), else_=0)),
            func.sum(case((Assignment.status == LineStatus.DONE.value, 1), else_=0)),
        )
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.task_id.in_(task_ids), Assignment.ended_at.is_(None))
        .group_by(Assignment.task_id, Assignment.role, name)
        .order_by(Assignment.task_id, func.min(_RANK), func.min(Assignment.position))
    )
    found: dict[int, list[UnitLabel]] = {}
    for task_id, role, label, members, is_group, done in session.execute(query):
        found.setdefault(task_id, []).append(
            UnitLabel(task_id, Role(role), label, members, grouped=bool(is_group), done=done)
        )
    return found


def latest_reports(session: Session, task_ids: Sequence[int], actor: Actor) -> dict[int, LatestReport]:
    """The newest words about each task; a unit's contact hears the own unit's only."""
    order = (Assignment.reported_at.desc(), Assignment.id.desc())
    place = func.row_number().over(partition_by=Assignment.task_id, order_by=order).label("place")
    said = select(Assignment.id, place).where(
        Assignment.task_id.in_(task_ids),
        Assignment.reported_at.is_not(None),
        or_(Assignment.progress != "", Assignment.problem != ""),
    )
    if not sees_all(actor):
        said = said.where(Assignment.unit_id == actor.unit_id)
    newest = said.subquery()
    query = (
        select(
            Assignment.task_id, Unit.name, Assignment.progress, Assignment.problem, Assignment.reported_at
        )
        .join(newest, newest.c.id == Assignment.id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(newest.c.place == 1)
    )
    return {row[0]: LatestReport(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)}


def plan_choices(session: Session, actor: Actor) -> list[tuple[int, int, str]]:
    """(id, year, title) of every plan that has a task the person may see, newest first."""
    query = (
        select(Plan.id, Plan.year, Plan.title)
        .where(select(Task.id).where(Task.plan_id == Plan.id, seen_by(actor)).correlate(Plan).exists())
        .order_by(Plan.year.desc(), Plan.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query)]


def unit_choices(session: Session, plan_ids: Iterable[int]) -> list[tuple[int, str]]:
    """The units that have a part in any of the plans, in their order."""
    # Asked of each unit, the index answers at once; thousands of parts would be walked through otherwise.
    part = select(Assignment.id).where(
        Assignment.plan_id.in_(list(plan_ids)), Assignment.unit_id == Unit.id, Assignment.ended_at.is_(None)
    )
    has_part = part.correlate(Unit).exists()
    query = select(Unit.id, Unit.name).where(has_part).order_by(Unit.position, Unit.id)
    return [(row[0], row[1]) for row in session.execute(query)]


def section_choices(session: Session, plan_ids: Iterable[int], actor: Actor) -> list[str]:
    """The sections of the plans in the order of the documents; tasks under no heading have a word too."""
    query = (
        select(Task.section)
        .where(Task.plan_id.in_(list(plan_ids)), seen_by(actor))
        .group_by(Task.section)
        .order_by(func.min(Task.plan_id), func.min(Task.serial))
    )
    return [section or NO_SECTION for section in session.scalars(query)]

"""Returns (报送件): a unit's tasks, the versions of a return, and what stood before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload, selectinload

from tracker.domain.obligation import ObligationState
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.store.queries.lights import LightDays, rule_code, severity
from tracker.store.tables import Assignment, Clause, Obligation, Period, Plan, Return, ReturnLine, Task

DRAFT = "draft"
LINES_OF_LAST = 3


@dataclass(frozen=True, slots=True)
class UnitTask:
    """One of a unit's tasks with the rule of its light and where it stands in the document."""

    assignment: Assignment
    rule: str
    clause: Clause | None


def obligation(
    session: Session, obligation_id: int, *, unit_id: int | None = None, lock: bool = False
) -> Obligation | None:
    """An obligation with period and unit; a unit's person finds only the unit's own."""
    query = select(Obligation).where(Obligation.id == obligation_id)
    period = joinedload(Obligation.period).joinedload(Period.cadence)
    query = query.options(period, joinedload(Obligation.unit))
    if unit_id is not None:
        query = query.where(Obligation.unit_id == unit_id)
    if lock:
        query = query.with_for_update(of=Obligation).execution_options(populate_existing=True)
    return session.scalars(query).first()


def obligations_for_writing(session: Session, obligation_ids: Iterable[int]) -> dict[int, Obligation]:
    """Several obligations by id with period and unit, locked."""
    wanted = Obligation.id.in_(list(obligation_ids))
    return {owed.id: owed for owed in session.scalars(_for_writing(wanted))}


def open_for_writing(session: Session, plan_id: int, unit_ids: Iterable[int]) -> list[Obligation]:
    """What some units have not answered yet (待报) in a plan, with period and unit, locked."""
    wanted = (
        Obligation.plan_id == plan_id,
        Obligation.unit_id.in_(list(unit_ids)),
        Obligation.state == ObligationState.OPEN.value,
    )
    return list(session.scalars(_for_writing(*wanted)))


def _for_writing(*conditions: ColumnElement[bool]) -> Select[Obligation]:
    """Obligations, locked; the order of the locks is the same for all."""
    return (
        select(Obligation)
        .where(*conditions)
        .options(joinedload(Obligation.period).joinedload(Period.cadence), joinedload(Obligation.unit))
        .order_by(Obligation.id)
        .with_for_update(of=Obligation)
        .execution_options(populate_existing=True)
    )


def unit_tasks(
    session: Session, plan_id: int, unit_id: int, days: LightDays, *, also: Iterable[int] = ()
) -> list[UnitTask]:
    """The unit's open tasks of a plan, and those of `also` (assignment ids), worst light first."""
    return _unit_tasks(session, unit_id, days, Assignment.plan_id == plan_id, also=also)


def all_unit_tasks(session: Session, unit_id: int, days: LightDays) -> list[UnitTask]:
    """Every task of a unit in active plans, signed-off too, worst light first, undated last in a light."""
    query = _tasks_query(days).where(Assignment.unit_id == unit_id, Plan.state == "active")
    query = query.where(Task.state != TaskState.CANCELLED.value)
    # PostgreSQL and SQLite place NULL differently.
    undated = case((Task.next_due_on.is_(None), 1), else_=0)
    query = query.order_by(severity(days), undated, Task.next_due_on, Task.plan_id, Task.serial)
    return [UnitTask(*row) for row in session.execute(query)]


def _unit_tasks(
    session: Session,
    unit_id: int,
    days: LightDays,
    *conditions: ColumnElement[bool],
    also: Iterable[int] = (),
) -> list[UnitTask]:
    owed = and_(Task.state.in_(OPEN_STATES), Assignment.signed_off_at.is_(None))
    open_or_asked = or_(owed, Assignment.id.in_(list(also)))
    query = _tasks_query(days).where(Assignment.unit_id == unit_id, open_or_asked, *conditions)
    return [UnitTask(*row) for row in session.execute(query.order_by(severity(days), Task.serial))]


def _tasks_query(days: LightDays):  # type: ignore[no-untyped-def] # noqa: ANN202 - SQLAlchemy infers the row
    return (
        select(Assignment, rule_code(days), Clause)
        .join(Assignment.task)
        .join(Plan, Plan.id == Task.plan_id)
        .outerjoin(Clause, Clause.id == Task.clause_id)
        .where(Assignment.ended_at.is_(None))
        .options(contains_eager(Assignment.task))
    )


def assignments(session: Session, plan_id: int, unit_id: int) -> dict[int, Assignment]:
    """The unit's assignments of a plan by id, in the order of the plan."""
    query = _assignments(plan_id, unit_id).order_by(Task.serial)
    return {assignment.id: assignment for assignment in session.scalars(query)}


def assignments_for_writing(session: Session, plan_id: int, unit_id: int) -> dict[int, Assignment]:
    """The same with all that a report touches; the tasks are locked.

    A task is shared, and its first report changes its state: two units that hand in at once stand one behind
    the other, and the order of the locks is the same for all.
    """
    query = (
        _assignments(plan_id, unit_id)
        .options(
            contains_eager(Assignment.task).selectinload(Task.checkpoints),
            contains_eager(Assignment.task).selectinload(Task.assignments),
        )
        .order_by(Task.id)
        .with_for_update(of=Task, key_share=True)
    )
    found = sorted(session.scalars(query), key=lambda assignment: assignment.task.serial)
    return {assignment.id: assignment for assignment in found}


def _assignments(plan_id: int, unit_id: int) -> Select[Assignment]:
    return (
        select(Assignment)
        .join(Assignment.task)
        .where(Assignment.plan_id == plan_id, Assignment.unit_id == unit_id)
        .where(Assignment.ended_at.is_(None))
        .options(contains_eager(Assignment.task))
    )


def versions(session: Session, obligation_id: int) -> list[Return]:
    """All versions of a return, oldest first; a draft, if any, is the last.

    The lines come with the last three (a draft, the version that counts, the one before it): a return that
    was mended often must not load every word of every version.
    """
    query = select(Return).where(Return.obligation_id == obligation_id).order_by(Return.number)
    found = list(session.scalars(query))
    last = [version.id for version in found[-LINES_OF_LAST:]]
    if last:
        session.scalars(select(Return).where(Return.id.in_(last)).options(selectinload(Return.lines))).all()
    return found


def handed_in_before(session: Session, owed: Obligation) -> Return | None:
    """The newest version of the unit's return of the cadence's nearest earlier period that was handed in."""
    query = (
        select(Return)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.unit_id == owed.unit_id, Obligation.cadence_id == owed.cadence_id)
        .where(Return.state != DRAFT, Period.starts_on < owed.period.starts_on)
        .order_by(Period.starts_on.desc(), Return.number.desc())
        .limit(1)
    )
    return session.scalars(query.options(selectinload(Return.lines))).first()


def handed_in_after(session: Session, owed: Obligation) -> bool:
    """Whether the unit has handed in for a later period of the cadence: this return is then no news."""
    query = (
        select(Return.id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.unit_id == owed.unit_id, Obligation.cadence_id == owed.cadence_id)
        .where(Return.state != DRAFT, Period.starts_on > owed.period.starts_on)
    )
    return session.scalars(query.limit(1)).first() is not None


def evidence_elsewhere(
    session: Session, obligation_id: int, assignment_ids: Iterable[int]
) -> set[tuple[int, str]]:
    """(assignment, address) of the links that other periods' returns already give; one link counts once."""
    query = (
        select(ReturnLine.assignment_id, ReturnLine.evidence_url)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(ReturnLine.assignment_id.in_(list(assignment_ids)), ReturnLine.evidence_url != "")
        .where(Return.obligation_id != obligation_id, Return.state != DRAFT, ~_superseded())
    )
    return {(assignment_id, url) for assignment_id, url in session.execute(query)}


def _superseded() -> ColumnElement[bool]:
    """Whether the unit has handed in a newer version of the same return."""
    newer = aliased(Return)
    newer_number = (newer.obligation_id == Return.obligation_id, newer.number > Return.number)
    return select(newer.id).where(*newer_number, newer.state != DRAFT).correlate(Return).exists()


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A changed line of a return that waits to be read."""

    obligation_id: int
    assignment_id: int
    status: str
    progress: str
    problem: str
    evidence_url: str


def newest_versions(session: Session, obligation_ids: Sequence[int]) -> dict[int, tuple[Return, int]]:
    """The newest handed-in version of each obligation, and how many tasks it answers for."""
    answered = select(func.count()).where(ReturnLine.return_id == Return.id).correlate(Return)
    query = select(Return, answered.scalar_subquery()).where(
        Return.obligation_id.in_(obligation_ids), Return.state != DRAFT, ~_superseded()
    )
    return {version.obligation_id: (version, count) for version, count in session.execute(query)}


def changed_lines(session: Session, return_ids: Iterable[int]) -> list[WaitingLine]:
    """The lines with a change of some versions."""
    query = (
        select(
            Return.obligation_id,
            ReturnLine.assignment_id,
            ReturnLine.status,
            ReturnLine.progress,
            ReturnLine.problem,
            ReturnLine.evidence_url,
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .where(ReturnLine.return_id.in_(list(return_ids)), ReturnLine.no_change.is_(False))
        .order_by(ReturnLine.id)
    )
    return [WaitingLine(*row) for row in session.execute(query)]


def earlier_words(
    session: Session, cadence_id: int, assignment_ids: Iterable[int], *, before: date, last_from: date
) -> list[tuple[int, str, str]]:
    """(assignment, progress, period key) of the handed-in lines between two days: to notice pasted words."""
    query = (
        select(ReturnLine.assignment_id, ReturnLine.progress, Period.key)
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.cadence_id == cadence_id, Period.starts_on < before, Period.starts_on >= last_from)
        .where(ReturnLine.assignment_id.in_(list(assignment_ids)), Return.state != DRAFT)
        .where(ReturnLine.no_change.is_(False), ReturnLine.progress != "")
        .distinct()
        .order_by(Period.key)
    )
    return [(assignment_id, words, key) for assignment_id, words, key in session.execute(query)]


def earlier_parts(
    session: Session, cadence_id: int, unit_ids: Iterable[int], *, before: date
) -> list[tuple[int, str, dict[str, str]]]:
    """(unit, period key, parts) of the forms that some units handed in for earlier periods of a cadence."""
    query = (
        select(Obligation.unit_id, Period.key, Return.parts)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.cadence_id == cadence_id, Obligation.unit_id.in_(list(unit_ids)))
        .where(Period.starts_on < before, Return.state != DRAFT, ~_superseded())
        .order_by(Period.starts_on)
    )
    return [(unit_id, key, parts or {}) for unit_id, key, parts in session.execute(query)]


def last_words(session: Session, obligation_ids: Sequence[int]) -> dict[int, list[Return]]:
    """The versions of several obligations without their lines, oldest first."""
    query = select(Return).where(Return.obligation_id.in_(obligation_ids)).order_by(Return.number)
    found: dict[int, list[Return]] = {}
    for version in session.scalars(query):
        found.setdefault(version.obligation_id, []).append(version)
    return found


def tasks_of(session: Session, return_id: int) -> dict[int, Task]:
    """The tasks that a version answers for, by id."""
    query = select(Task).join(ReturnLine, ReturnLine.task_id == Task.id)
    return {task.id: task for task in session.scalars(query.where(ReturnLine.return_id == return_id))}

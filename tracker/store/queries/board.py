"""What the board (报送看板) is made of: a cell for each unit and period, and each unit's load."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.domain.obligation import ObligationState as State
from tracker.domain.task import OPEN_STATES
from tracker.store.queries.reporting import ObligationFilter, cadences, conditions
from tracker.store.tables import Assignment, Cadence, Obligation, Period, Plan, Task, Unit, UnitClass


@dataclass(frozen=True, slots=True)
class GridCell:
    """One obligation on the board."""

    obligation_id: int
    unit_id: int
    period_id: int
    state: State
    late: bool
    version: int


@dataclass(frozen=True, slots=True)
class UnitLoad:
    """A unit with its open tasks in a plan, and how many of them are overdue (the red lights)."""

    unit_id: int
    name: str
    tasks: int
    overdue: int


def plans_with_returns(session: Session) -> list[tuple[Plan, list[Cadence]]]:
    """Every plan with its cadences, newest year first."""
    plans = session.scalars(select(Plan).order_by(Plan.year.desc(), Plan.id.desc())).all()
    known = cadences(session, [plan.id for plan in plans])
    return [(plan, known[plan.id]) for plan in plans]


def grid(session: Session, period_ids: Sequence[int]) -> list[GridCell]:
    """Every obligation of some periods, units in their order."""
    query = (
        select(
            Obligation.id,
            Obligation.unit_id,
            Obligation.period_id,
            Obligation.state,
            Obligation.late,
            Obligation.version,
        )
        .join(Unit, Unit.id == Obligation.unit_id)
        .where(*conditions(ObligationFilter(period_ids=tuple(period_ids))))
        .order_by(Unit.position, Unit.id)
    )
    return [
        GridCell(id_, unit_id, period_id, State(state), late, version)
        for id_, unit_id, period_id, state, late, version in session.execute(query)
    ]


def unit_loads(
    session: Session, plan_id: int, *, asked: Collection[int], today: date
) -> list[UnitLoad]:
    """The units with a part in a plan or `asked` for a return, in their order, with the tasks they work on.

    A unit whose tasks were given to others is still asked for what it owed before.
    """
    is_open = Task.state.in_(OPEN_STATES)
    open_tasks = func.count(case((is_open, Task.id)))
    overdue = func.count(case((is_open & (Task.next_due_on < today), Task.id)))
    query = (
        select(Unit.id, Unit.name, open_tasks, overdue)
        .outerjoin(
            Assignment,
            (Assignment.unit_id == Unit.id)
            & (Assignment.plan_id == plan_id)
            & Assignment.ended_at.is_(None),
        )
        .outerjoin(Task, Task.id == Assignment.task_id)
        .where(Assignment.id.is_not(None) | Unit.id.in_(list(asked)))
        .group_by(Unit.id, Unit.name, Unit.position)
        .order_by(Unit.position, Unit.id)
    )
    return [UnitLoad(*row) for row in session.execute(query)]


def period_after(session: Session, period: Period) -> Period | None:
    """The next opened period of the same cadence."""
    query = select(Period).where(Period.cadence_id == period.cadence_id, Period.state != "upcoming")
    query = query.where(Period.starts_on > period.starts_on).order_by(Period.starts_on)
    return session.scalars(query.limit(1)).first()


def unit_name(session: Session, unit_id: int) -> str:
    """A unit's name; empty when there is none."""
    return session.scalar(select(Unit.name).where(Unit.id == unit_id)) or ""


def class_name(session: Session, class_id: int | None) -> str:
    """The name of a class of units; empty where none is meant."""
    found = session.get(UnitClass, class_id) if class_id is not None else None
    return found.name if found else ""

"""One unit's part in one plan: its tasks by section and light, and its last returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.domain.obligation import ObligationState
from tracker.domain.task import Role
from tracker.store.queries.ledger import NO_SECTION, LatestReport, LedgerFilter
from tracker.store.queries.ledger import conditions as task_conditions
from tracker.store.queries.lights import LightDays, colour
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, conditions
from tracker.store.tables import Assignment, Obligation, Task, Unit


@dataclass(frozen=True, slots=True)
class SectionShare:
    """How many of the tasks that a filter meets stand in one section under one light."""

    section: str
    light: Colour
    tasks: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What a unit's obligation of one period stands at."""

    obligation_id: int
    period_id: int
    state: ObligationState
    late: bool


def sections(session: Session, wanted: LedgerFilter, days: LightDays, actor: Actor) -> list[SectionShare]:
    """The tasks that a filter meets by section and light, sections in the order of the document."""
    lit = (
        select(Task.section, Task.serial, colour(days).label("colour"))
        .where(*task_conditions(wanted, days, actor))
        .subquery()
    )
    first = func.min(lit.c.serial)
    query = select(lit.c.section, lit.c.colour, func.count(), first).group_by(lit.c.section, lit.c.colour)
    rows = sorted(session.execute(query), key=lambda row: row[3])
    return [SectionShare(section or NO_SECTION, Colour(light), number) for section, light, number, _ in rows]


def roles(session: Session, plan_id: int, unit_id: int) -> dict[Role, int]:
    """In how many tasks of a plan a unit leads, is responsible, supports."""
    query = (
        select(Assignment.role, func.count())
        .where(Assignment.plan_id == plan_id, Assignment.unit_id == unit_id, Assignment.ended_at.is_(None))
        .group_by(Assignment.role)
    )
    found = {Role(role): number for role, number in session.execute(query)}
    return {role: found.get(role, 0) for role in Role}


def counts_by_cadence(session: Session, plan_id: int, unit_id: int) -> dict[int, ObligationCounts]:
    """What a unit's obligations of a plan stand at, by cadence; the same filter as their lists."""
    query = (
        select(Obligation.cadence_id, Obligation.state, Obligation.late, func.count())
        .where(*conditions(ObligationFilter(plan_id=plan_id, unit_id=unit_id)))
        .group_by(Obligation.cadence_id, Obligation.state, Obligation.late)
    )
    found: dict[int, ObligationCounts] = {}
    for cadence_id, state, late, number in session.execute(query):
        found.setdefault(cadence_id, ObligationCounts()).by[ObligationState(state), late] = number
    return found


def answered(session: Session, unit_id: int, period_ids: Sequence[int]) -> dict[int, Answered]:
    """A unit's obligations of some periods, by period."""
    wanted = ObligationFilter(unit_id=unit_id, period_ids=tuple(period_ids))
    query = select(Obligation.id, Obligation.period_id, Obligation.state, Obligation.late)
    rows = session.execute(query.where(*conditions(wanted)))
    return {row[1]: Answered(row[0], row[1], ObligationState(row[2]), row[3]) for row in rows}


def own_words(session: Session, unit_id: int, task_ids: Sequence[int]) -> dict[int, LatestReport]:
    """What a unit itself has said last about some tasks; of a task about which it is silent nothing."""
    query = (
        select(Assignment.task_id, Unit.name, Assignment.progress, Assignment.problem, Assignment.reported_at)
        .join(Unit, Unit.id == Assignment.unit_id)
        .where(Assignment.unit_id == unit_id, Assignment.task_id.in_(task_ids))
        .where(Assignment.reported_at.is_not(None), or_(Assignment.progress != "", Assignment.problem != ""))
    )
    return {row[0]: LatestReport(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(query)}

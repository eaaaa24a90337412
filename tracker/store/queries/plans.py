"""The plans a person may see, with what stands in each, and a plan's text with its clauses."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.store.queries.lights import LightDays, colour
from tracker.store.queries.reporting import cadences
from tracker.store.queries.tasks import seen_by
from tracker.store.tables import Cadence, Clause, Plan, Task


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """A plan with the tasks of it that the person may see, by light."""

    id: int
    year: int
    title: str
    issuer: str
    document_number: str
    lights: dict[Colour, int]
    cadences: tuple[Cadence, ...]
    """Those that are switched on."""

    @property
    def tasks(self) -> int:
        return sum(self.lights.values())


def summaries(session: Session, days: LightDays, actor: Actor) -> list[PlanSummary]:
    """Every plan that has a task the person may see, newest first."""
    lit = select(Task.plan_id, colour(days).label("colour")).where(seen_by(actor)).subquery()
    counts: dict[int, dict[Colour, int]] = {}
    grouped = select(lit.c.plan_id, lit.c.colour, func.count()).group_by(lit.c.plan_id, lit.c.colour)
    for plan_id, name, number in session.execute(grouped):
        counts.setdefault(plan_id, {})[Colour(name)] = number
    query = (
        select(Plan.id, Plan.year, Plan.title, Plan.issuer, Plan.document_number)
        .where(Plan.id.in_(list(counts)))
        .order_by(Plan.year.desc(), Plan.id.desc())
    )
    found = session.execute(query).all()
    known = cadences(session, [row[0] for row in found])
    return [
        PlanSummary(
            row[0], row[1], row[2], row[3], row[4],
            {light: counts[row[0]].get(light, 0) for light in Colour},
            tuple(cadence for cadence in known[row[0]] if cadence.active),
        )
        for row in found
    ]  # fmt: skip


def one(session: Session, plan_id: int, actor: Actor) -> Plan | None:
    """A plan, when the person may see at least one of its tasks."""
    seen = select(Task.id).where(Task.plan_id == Plan.id, seen_by(actor)).correlate(Plan).exists()
    return session.scalars(select(Plan).where(Plan.id == plan_id, seen)).one_or_none()


def clauses(session: Session, plan_id: int, edition: int = 1) -> list[Clause]:
    """The clauses of one edition of the plan's document in the order of its text."""
    wanted = select(Clause).where(Clause.plan_id == plan_id, Clause.edition == edition)
    return list(session.scalars(wanted.order_by(Clause.span_start, Clause.span_end.desc(), Clause.id)))


def edition_of(session: Session, plan_id: int, clause_id: int) -> int | None:
    """The edition in whose text a clause of the plan stands."""
    wanted = select(Clause.edition).where(Clause.plan_id == plan_id, Clause.id == clause_id)
    return session.scalars(wanted).one_or_none()


def tasks_of_clauses(session: Session, plan_id: int, actor: Actor) -> dict[int, list[tuple[int, int]]]:
    """(task id, running number) by clause, of the tasks that the person may see."""
    wanted = (
        select(Task.clause_id, Task.id, Task.serial)
        .where(Task.plan_id == plan_id, Task.clause_id.is_not(None), seen_by(actor))
        .order_by(Task.serial)
    )
    found: dict[int, list[tuple[int, int]]] = {}
    for clause_id, task_id, serial in session.execute(wanted):
        found.setdefault(clause_id or 0, []).append((task_id, serial))
    return found

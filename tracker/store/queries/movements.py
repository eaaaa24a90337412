"""Lights as closed periods have frozen them (封存), beside the lights now.

A count and the list that it opens are made from the same rows by the same pure function
(`tracker.domain.movement.movements`), narrowed by the ledger's own conditions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, and_, func, insert, literal, select
from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.health import Colour
from tracker.domain.movement import Standing
from tracker.domain.task import TaskState
from tracker.store.queries.ledger import LedgerFilter, conditions
from tracker.store.queries.lights import LightDays, colour, rule_code
from tracker.store.tables import Checkpoint, Period, PeriodLight, Task


@dataclass(frozen=True, slots=True)
class Beside:
    """A task's light then and now."""

    then: Standing | None
    now: Standing
    put_off: bool


@dataclass(frozen=True, slots=True)
class FrozenLight:
    """A task's light as a period closed, with what makes its words."""

    task_id: int
    rule: str
    next_due_on: date | None
    beside: Beside


def freeze(session: Session, period: Period, days: LightDays) -> None:
    """Keep the light of every task of the period's plan, by one statement in the database."""
    columns = ["period_id", "task_id", "colour", "rule", "state", "next_due_on"]
    kept = select(
        literal(period.id), Task.id, colour(days), rule_code(days), Task.state, Task.next_due_on
    ).where(Task.plan_id == period.plan_id)
    session.execute(insert(PeriodLight).from_select(columns, kept))


def beside(
    session: Session, period: Period, wanted: LedgerFilter, days: LightDays, actor: Actor
) -> Counter[Beside]:
    """How many tasks that the filter meets stand and stood in which way."""
    now = _now(period, wanted, days, actor)
    ways = (PeriodLight.colour, PeriodLight.state, now.c.colour, now.c.state, now.c.put_off)
    rows = session.execute(_joined(select(*ways, func.count()), now, period).group_by(*ways))
    return Counter({_beside(row): row[5] for row in rows})


def each(
    session: Session, period: Period, wanted: LedgerFilter, days: LightDays, actor: Actor
) -> list[FrozenLight]:
    """Every task that the filter meets, by its running number."""
    now = _now(period, wanted, days, actor)
    ways = (PeriodLight.colour, PeriodLight.state, now.c.colour, now.c.state, now.c.put_off)
    kept = (now.c.id, PeriodLight.rule, PeriodLight.next_due_on)
    rows = session.execute(_joined(select(*ways, *kept), now, period).order_by(now.c.serial))
    return [FrozenLight(row[5], row[6] or "", row[7], _beside(row)) for row in rows]


def _now(period: Period, wanted: LedgerFilter, days: LightDays, actor: Actor) -> CTE:
    columns = (Task.id, Task.serial, Task.state, colour(days).label("colour"))
    since = period.closed_at or period.due_at
    return select(*columns, _put_off(since).label("put_off")).where(*conditions(wanted, days, actor)).cte()


def _put_off(moment: datetime) -> ColumnElement[bool]:
    """A day of the task was put off (延期) after a moment."""
    point = (Checkpoint.task_id == Task.id, Checkpoint.given_at > moment)
    later = and_(*point, Checkpoint.first_due_on.is_not(None), Checkpoint.due_on > Checkpoint.first_due_on)
    return select(Checkpoint.id).where(later).correlate(Task).exists()


def _joined(query: Select[*tuple[Any, ...]], now: CTE, period: Period) -> Select[*tuple[Any, ...]]:
    kept = and_(PeriodLight.task_id == now.c.id, PeriodLight.period_id == period.id)
    return query.select_from(now).outerjoin(PeriodLight, kept)


def _beside(row: Any) -> Beside:
    then = Standing(Colour(row[0]), TaskState(row[1])) if row[0] is not None else None
    return Beside(then, Standing(Colour(row[2]), TaskState(row[3])), bool(row[4]))


def by_period(
    session: Session, period_ids: Collection[int], wanted: LedgerFilter, days: LightDays, actor: Actor
) -> dict[int, dict[Colour, int]]:
    """How many of the tasks that the filter meets had which light as each period closed.

    A period that closed before lights were kept is not among them.
    """
    query = (
        select(PeriodLight.period_id, PeriodLight.colour, func.count())
        .join(Task, Task.id == PeriodLight.task_id)
        .where(PeriodLight.period_id.in_(period_ids), *conditions(wanted, days, actor))
        .group_by(PeriodLight.period_id, PeriodLight.colour)
    )
    found: dict[int, dict[Colour, int]] = {}
    for period_id, light, number in session.execute(query):
        found.setdefault(period_id, dict.fromkeys(Colour, 0))[Colour(light)] = number
    return found

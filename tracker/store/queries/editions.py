"""Editions (版次) of a plan, what a draft was said to be, and the plans it may be an edition of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session, defer

from tracker.store.tables import Clause, EditionChoice, Plan, PlanEdition, Task

_AT_ONCE = 10_000
"""A statement may name so many texts; the engines allow some thirty thousand."""


def editions(session: Session, plan_id: int) -> list[PlanEdition]:
    """The editions of a plan, oldest first; none where the document was never revised."""
    wanted = select(PlanEdition).where(PlanEdition.plan_id == plan_id).order_by(PlanEdition.number)
    return list(session.scalars(wanted))


def of_batch(session: Session, batch_id: int) -> PlanEdition | None:
    """The edition that a revision brought in."""
    return session.scalars(select(PlanEdition).where(PlanEdition.batch_id == batch_id)).one_or_none()


def choice(session: Session, draft_id: int) -> EditionChoice | None:
    """What a person said a draft is."""
    return session.get(EditionChoice, draft_id, populate_existing=True)


def plan_chosen(session: Session, draft_id: int) -> int | None:
    """The plan that a person named for a draft."""
    wanted = select(EditionChoice.plan_id).where(EditionChoice.import_draft_id == draft_id)
    return session.scalars(wanted).one_or_none()


def choices(session: Session, draft_ids: Iterable[int]) -> dict[int, EditionChoice]:
    """The same of several drafts."""
    wanted = select(EditionChoice).where(EditionChoice.import_draft_id.in_(list(draft_ids)))
    return {found.import_draft_id: found for found in session.scalars(wanted)}


@dataclass(frozen=True, slots=True)
class KnownPlan:
    """A confirmed plan that has tasks, and how many."""

    plan: Plan
    tasks: int


def plans_near(session: Session, year: int | None) -> list[KnownPlan]:
    """The plans of a year and its neighbours, newest first, without their texts; all without a year."""
    wanted = select(Plan).where(Plan.state == "active").order_by(Plan.id.desc())
    if year is not None:
        wanted = wanted.where(Plan.year.between(year - 1, year + 1))
    plans = list(session.scalars(wanted.options(defer(Plan.text))))
    told = select(Task.plan_id, func.count()).group_by(Task.plan_id)
    told = told.where(Task.plan_id.in_([plan.id for plan in plans]))
    counts: dict[int, int] = dict(session.execute(told).all())
    return [KnownPlan(plan, counts[plan.id]) for plan in plans if plan.id in counts]


def copied(session: Session, plan_ids: Collection[int], texts: Sequence[str]) -> dict[str, dict[int, int]]:
    """By text and plan: how many tasks have one of these texts, word for word."""
    found: dict[str, dict[int, int]] = {}
    for start in range(0, len(texts), _AT_ONCE):
        wanted = (
            select(Task.text, Task.plan_id, func.count())
            .where(Task.plan_id.in_(plan_ids), Task.text.in_(texts[start : start + _AT_ONCE]))
            .group_by(Task.text, Task.plan_id)
        )
        for text, plan_id, number in session.execute(wanted):
            found.setdefault(text, {})[plan_id] = number
    return found


def texts_of(session: Session, plan_id: int) -> tuple[str, ...]:
    """The texts of a plan's tasks in their order."""
    return tuple(session.scalars(select(Task.text).where(Task.plan_id == plan_id).order_by(Task.serial)))


def place_tasks(session: Session, places: list[dict[str, Any]]) -> None:
    """Let tasks (`task`) stand in a clause under a heading (`clause`, `section`, `qualifier`).

    Where a task stands in the document is no change of the task: its version does not move.
    """
    if not places:
        return
    table = Task.__table__
    moved = (
        update(table)  # type: ignore[arg-type]
        .where(table.c.id == bindparam("task"))
        .values(clause_id=bindparam("clause"), section=bindparam("section"), qualifier=bindparam("qualifier"))
    )
    session.connection().execute(moved, places)
    for task in [item for item in session.identity_map.values() if isinstance(item, Task)]:
        session.expire(task, ["clause_id", "clause", "section", "qualifier"])


def clauses_in_use(session: Session, plan_id: int, edition: int) -> bool:
    """Whether a task stands in a clause of an edition."""
    wanted = (
        select(func.count())
        .select_from(Task)
        .join(Clause, Clause.id == Task.clause_id)
        .where(Clause.plan_id == plan_id, Clause.edition == edition)
    )
    return bool(session.scalars(wanted).one())


def remove_edition(session: Session, edition: PlanEdition) -> None:
    """Take an edition away with its clauses, in which no task stands any more."""
    gone = delete(Clause).where(Clause.plan_id == edition.plan_id, Clause.edition == edition.number)
    session.execute(gone, execution_options={"synchronize_session": "fetch"})
    session.delete(edition)
    session.flush()

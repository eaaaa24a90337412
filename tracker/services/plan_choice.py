"""Which plan a page shows: the one that its address names, or the one that a person most likely means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.store.queries import dashboard as queries

PlanChoice = tuple[int, int, str]
"""(id, year, title)."""


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """The plan of a page."""

    id: int
    title: str


def usual(session: Session, plans: Sequence[PlanChoice]) -> int | None:
    """Of plans with the newest first, the newest that units report on, or else the newest; None of none."""
    reported = queries.plans_reported_on(session)
    ids = [number for number, _, _ in plans]
    return next((number for number in ids if number in reported), ids[0] if ids else None)


def shown(session: Session, plans: Sequence[PlanChoice], plan_id: int | None) -> ShownPlan:
    """The plan that was asked for, or the usual one.

    Raises:
        NotFound: it is none of these, or there are none.

    """
    wanted = usual(session, plans) if plan_id is None else plan_id
    for number, _, title in plans:
        if number == wanted:
            return ShownPlan(number, title)
    raise NotFound

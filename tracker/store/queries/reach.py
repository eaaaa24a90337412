"""Which rows a query may pass over, said to the engine that cannot find it out."""

from __future__ import annotations

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from tracker.store.tables import Assignment


def assignments_of(session: Session, plan_id: int | None) -> list[ColumnElement[bool]]:
    """A condition on assignments that are a plan's already by what they are joined with.

    It changes no answer. PostgreSQL without it reads the assignments of all years to join them with those of
    one; SQLite with it begins at the plan's assignments instead of the few that are asked for.
    """
    if session.get_bind().dialect.name == "sqlite":
        return []
    return [Assignment.plan_id == plan_id]

"""Insert what is missing: a repetition adds nothing, or replaces, on both engines (ON CONFLICT)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Dialect, Insert, inspect
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.store.base import Base


def insert_missing(
    session: Session, table: type[Base], rows: Sequence[dict[str, Any]], *, keys: tuple[str, ...]
) -> list[int]:
    """Insert the rows whose `keys` are not taken yet, and give the ids of those that were inserted.

    Two processes may do this at once: the unique constraint on `keys` decides, and neither fails. Without
    `keys`, every unique constraint of the table does.
    """
    if not rows:
        return []
    insert = _insert(session.get_bind().dialect)
    [identity] = inspect(table).primary_key
    statement = insert(table).on_conflict_do_nothing(index_elements=keys or None).returning(identity)
    # Otherwise each row that leaves a column empty begins a statement of its own.
    whole = {"render_nulls": True}
    return list(session.scalars(statement, list(rows), execution_options=whole))


def upsert(dialect: Dialect, table: type[Base], row: dict[str, Any], values: dict[str, Any]) -> Insert:
    """Insert a row, or where its primary key is taken set these values in the one that is there."""
    keys = [column.name for column in inspect(table).primary_key]
    added = _insert(dialect)(table).values(row)
    return added.on_conflict_do_update(index_elements=keys, set_=values)


def _insert(dialect: Dialect) -> Callable[[type[Base]], sqlite.Insert | postgresql.Insert]:
    return sqlite.insert if dialect.name == "sqlite" else postgresql.insert

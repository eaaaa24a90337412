"""Insert what is missing: a repetition adds nothing, on both engines (ON CONFLICT DO NOTHING)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import inspect
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
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    [identity] = inspect(table).primary_key
    statement = insert(table).on_conflict_do_nothing(index_elements=keys or None).returning(identity)
    return list(session.scalars(statement, list(rows)))

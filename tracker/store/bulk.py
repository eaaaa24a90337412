"""Insert many new rows at once.

A session writes new rows one by one, each with a statement of its own, and keeps every one of them; a plan
of four thousand tasks has twenty-four thousand rows. Here a table's rows go in one statement, and what was
handed in stays outside the session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

from sqlalchemy import Column, insert, inspect
from sqlalchemy.orm import InstrumentedAttribute, Session

from tracker.store.base import Base


def insert_all(session: Session, rows: Sequence[Base], **shared: Any) -> None:
    """Insert new rows of one table; `shared` are the facts that all of them have in common."""
    if rows:
        table = type(rows[0]).__table__  # not the class: the session would look at every row
        statement = insert(table)  # type: ignore[arg-type]
        session.connection().execute(statement, [_values(row, shared) for row in rows])


def insert_numbered(session: Session, rows: Sequence[Base], **shared: Any) -> list[int]:
    """The same, and give their ids in the order of the rows."""
    if not rows:
        return []
    table = type(rows[0])
    identity: InstrumentedAttribute[int] = table.id  # type: ignore[attr-defined]
    statement = insert(table).returning(identity, sort_by_parameter_order=True)
    return list(session.scalars(statement, [_values(row, shared) for row in rows]))


def _values(row: Base, shared: dict[str, Any]) -> dict[str, Any]:
    """What a new row says, column by column: as given, as shared, or as its table has it by default."""
    known = {**row.__dict__, **shared}
    said = {key: known[key] if key in known else made() for key, made in _columns(type(row))}
    return {**said, "id": known["id"]} if known.get("id") is not None else said


@cache
def _columns(table: type[Base]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    """The columns of a table but for its number, each with what makes its default."""
    return tuple(
        (key, _default(column)) for key, column in inspect(table).columns.items() if not column.primary_key
    )


def _default(column: Column[Any]) -> Callable[[], Any]:
    default = column.default
    if default is None or not (default.is_scalar or default.is_callable):
        return _nothing
    made = default.arg  # type: ignore[attr-defined]  # both kinds have one
    return partial(made, None) if default.is_callable else partial(_same, made)


def _nothing() -> None:
    """The default of a column that has none."""


def _same(value: Any) -> Any:
    return value

"""Alembic's environment: one connection, given by the caller."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from tracker.store import tables  # noqa: F401 - the metadata is whole only when every table is imported
from tracker.store.base import Base, Moment


def render(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write moments as the plain type they are in the database, so that old migrations need no code of ours."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()

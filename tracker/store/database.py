"""The one place that knows the engine: `db`, how SQLite is opened, and how a write begins.

SQLite runs in WAL mode with synchronous=FULL (an acknowledged report survives a power cut) and foreign
keys on. Python's driver would begin transactions late and as readers, and a reader that turns writer fails
at once when another wrote in between; so transactions are begun here, and a write begins as one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

from tracker.store import tables  # noqa: F401 - the metadata is whole only when every table is imported
from tracker.store.base import Base

db = SQLAlchemy(model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False})

BUSY_SECONDS = 30


def prepare_engine(engine: Engine) -> None:
    """Give an engine the behaviour described above; PostgreSQL needs nothing."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def open_sqlite(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def transaction(session: Session) -> Iterator[Session]:
    """One use case's write: everything inside is kept together or not at all."""
    session.rollback()  # a read that this request made before must not hold an old snapshot
    session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
    try:
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise

"""The one place that knows the engine: `db`, how SQLite is opened, and how a write begins.

SQLite runs in WAL mode with synchronous=FULL (an acknowledged report survives a power cut) and foreign
keys on. Python's driver would begin transactions late and as readers, and a reader that turns writer fails
at once when another wrote in between; so transactions are begun here, and a write begins as one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from tracker.domain.errors import NameTaken
from tracker.store import (
    changes,
    tables,  # noqa: F401 - the metadata is whole only when every table is imported
)
from tracker.store.base import Base


class _CollectorPause:
    """The garbage collector stands still while anybody is inside."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._inside = 0
        self._was_on = False

    def __enter__(self) -> None:
        with self._lock:
            if self._inside == 0:
                self._was_on = gc.isenabled()
                gc.disable()
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if self._inside == 0 and self._was_on:
                gc.enable()


_collector_paused = _CollectorPause()


class _SteadyClose:
    """Closing without the collector.

    On CPython 3.11 the process ends with a segmentation fault when the collector frees thousands of loaded
    objects in the very moment in which their session lets go of them (a return of 60 units and 150 tasks is
    enough). Reproduced with SQLAlchemy's compiled and plain modules alike; the cause lies below both.
    """

    def close(self) -> None:
        with _collector_paused:
            super().close()  # type: ignore[misc]  # the session stands behind this in every class below


class SteadySession(_SteadyClose, Session):
    """A session for the worker and the commands."""


class _WebSession(_SteadyClose, FlaskSession):
    """The session of a request."""


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions on an engine, for whoever has no request."""
    return sessionmaker(engine, class_=SteadySession, expire_on_commit=False)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"expire_on_commit": False, "class_": _WebSession},
)

# How long a write waits for another on SQLite. Nobody waits for the worker or a command; a person waits for a
# page, and while it waits its thread serves no other.
BUSY_SECONDS = 30
WEB_BUSY_SECONDS = 6
_READS_FIRST = "READS_FIRST"


def prepare_engine(engine: Engine, *, busy_seconds: int = BUSY_SECONDS) -> None:
    """Give an engine the behaviour described above, of which PostgreSQL needs nothing, and count changes."""
    changes.watch(engine)
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
            f"busy_timeout={busy_seconds * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        mode = connection.get_execution_options().get("sqlite_begin", "DEFERRED")
        connection.exec_driver_sql(f"BEGIN {'DEFERRED' if mode == _READS_FIRST else mode}")


def forget_at_power_cut(engine: Engine) -> None:
    """Let an engine's commits not wait for the disk: for a database that is thrown away in the end."""
    on_sqlite = engine.dialect.name == "sqlite"
    statement = "PRAGMA synchronous=OFF" if on_sqlite else "SET synchronous_commit = off"

    @event.listens_for(engine, "connect")
    def hurry(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(statement)
        cursor.close()
        if not on_sqlite:
            connection.commit()


@contextmanager
def transaction(session: Session, *, reads_first: bool = False) -> Iterator[Session]:
    """One use case's write: everything inside is kept together or not at all.

    With `reads_first` it begins as a reader and lets others write, until the use case says `begin_to_write`.
    """
    # What was read before must neither hold an old snapshot nor stand for what is in the tables now.
    session.rollback()
    session.expire_all()
    session.connection(execution_options={"sqlite_begin": _READS_FIRST if reads_first else "IMMEDIATE"})
    # Thousands of rows grow meanwhile, none of them garbage: to look for some would hold the lock for longer.
    with _collector_paused if reads_first else nullcontext():
        try:
            yield session
            session.commit()
        except IntegrityError as error:
            session.rollback()
            if _is_a_name(error):
                raise NameTaken from error
            raise
        except BaseException:
            session.rollback()
            raise


@contextmanager
def rehearsal(session: Session) -> Iterator[None]:
    """Inside a transaction: what is done here is taken back at the end, whatever came of it."""
    trial = session.begin_nested()
    try:
        yield
    finally:
        trial.rollback()


def begin_to_write(session: Session) -> None:
    """Let a transaction that `reads_first` write from here on; any other one does so already.

    Nothing has been written yet, and on SQLite the reading ends here: what was read may be old, and whoever
    calls this looks once more at what it rests on. On PostgreSQL, the locks that follow part the two.
    """
    connection = session.connection()
    if connection.get_execution_options().get("sqlite_begin") == _READS_FIRST:
        connection.execution_options(sqlite_begin="IMMEDIATE")
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")


# Services look whether a name is free; of two who look in the same moment, the database tells the second.
_NAMES = {
    "uq_account_username": "account.username",
    "uq_unit_name": "unit.name",
    "uq_unit_alias_name": "unit_alias.name",
    "uq_unit_group_name": "unit_group.name",
    "uq_unit_group_alias_name": "unit_group_alias.name",
}


def _is_a_name(error: IntegrityError) -> bool:
    """Whether a name was given twice; PostgreSQL names the constraint, SQLite the column."""
    told = getattr(error.orig, "diag", None)
    if told is not None:
        return told.constraint_name in _NAMES
    _, _, column = str(error.orig).partition("UNIQUE constraint failed: ")
    return column in _NAMES.values()

"""Migrations (Alembic): upgrade, downgrade, and whether one is pending."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

FOLDER = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    # Alembic reads its options with configparser, where a percent sign in a path must be doubled.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring a database up to `revision` in one transaction."""
    with _migrating(engine) as connection:
        command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to `revision` in one transaction."""
    with _migrating(engine) as connection:
        command.downgrade(_config(connection), revision)


@contextmanager
def _migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which SQLite lets a table be made anew that others refer to.

    To change a column there, the table is copied, dropped and renamed. With foreign keys on, that would
    be refused, or take with it whatever refers to the table. They can be turned off outside a transaction
    only, and what they stand for is looked at before the commit.

    Raises:
        RuntimeError: a row would refer to one that is not there; nothing is changed.

    """
    with engine.connect() as plain:
        connection = plain.execution_options(sqlite_begin="IMMEDIATE")
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        _turn_foreign_keys(connection, "OFF")
        try:
            with connection.begin():
                yield connection
                if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                    raise RuntimeError(f"{len(lost)} rows refer to nothing, the first in {lost[0][0]}")
        finally:
            _turn_foreign_keys(connection, "ON")


def _turn_foreign_keys(connection: Connection, wanted: str) -> None:
    # Past SQLAlchemy, which would begin a transaction first.
    cursor = connection.connection.cursor()
    cursor.execute(f"PRAGMA foreign_keys={wanted}")
    cursor.close()


def is_begun(engine: Engine) -> bool:
    """Whether there is a database at all, at whatever revision."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() is not None


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory.from_config(_config()).get_current_head()

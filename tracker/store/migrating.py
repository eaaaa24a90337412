"""Migrations (Alembic): upgrade, downgrade, and whether one is pending."""

from __future__ import annotations

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
    with engine.connect() as plain:
        connection = plain.execution_options(sqlite_begin="IMMEDIATE")
        with connection.begin():
            command.upgrade(_config(connection), revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a database back to `revision` in one transaction."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), revision)


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory.from_config(_config()).get_current_head()

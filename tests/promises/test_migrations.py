"""Migrations: they make what the tables say, on both engines, and can be taken back."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from tests.promises import project
from tests.support.databases import opened
from tracker.store import migrating
from tracker.store.base import Base


def _tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_an_empty_database_is_brought_to_what_the_tables_say(empty_url: str) -> None:
    with opened(empty_url) as engine:
        assert not migrating.is_current(engine)

        migrating.upgrade(engine)

        assert migrating.is_current(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            assert compare_metadata(context, Base.metadata) == []


def test_migrations_can_be_taken_back_and_made_again(empty_url: str) -> None:
    with opened(empty_url) as engine:
        migrating.upgrade(engine)
        everything = _tables(engine)

        migrating.downgrade(engine, "base")
        assert _tables(engine) == set()

        migrating.upgrade(engine)
        assert _tables(engine) == everything


def test_upgrading_twice_changes_nothing(engine_url: str) -> None:
    with opened(engine_url) as engine:
        before = _tables(engine)

        migrating.upgrade(engine)

        assert _tables(engine) == before


def test_a_state_that_nobody_knows_is_refused_by_the_database(engine_url: str) -> None:
    with opened(engine_url) as engine:
        found = inspect(engine)
        unguarded = [
            name
            for name, table in Base.metadata.tables.items()
            if "state" in table.columns
            and f"ck_{name}_known_state" not in {one["name"] for one in found.get_check_constraints(name)}
        ]

    project.none(unguarded, "write a CHECK known_state and migrate")


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_constraint_has_a_name_that_both_engines_keep(table: str) -> None:
    nameless = [repr(one) for one in Base.metadata.tables[table].constraints if not one.name]

    project.none(nameless, "a constraint without a name cannot be changed on SQLite")

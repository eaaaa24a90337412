"""Fixtures for all tests; their machinery is in `tests.support`.

`--engine postgresql` (or TRACKER_TEST_ENGINE) runs the tests on PostgreSQL instead of SQLite.
What imports the application is imported late: a rule's test must run while a page is broken.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from tests.support.clock import SettableClock

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser
    from sqlalchemy.orm import Session

    from config import Config
    from tests.support.databases import Databases
    from tests.support.pages import PageClient

ENGINES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    chosen = os.environ.get("TRACKER_TEST_ENGINE", "sqlite")
    parser.addoption("--engine", choices=ENGINES, default=chosen, help="the database to test on")


def pytest_collection_finish() -> None:
    """Keep the collector from looking through ten thousand tests again and again: it took a fifth of their time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def engine_name(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgresql`."""
    return str(request.config.getoption("--engine"))


@pytest.fixture(scope="session")
def databases(engine_name: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Makes databases on the chosen engine."""
    from tests.support import databases as support

    with support.of_kind(engine_name, tmp_path_factory.mktemp("template")) as made:
        yield made


@pytest.fixture
def engine_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A migrated database of this test alone; it may commit."""
    with databases.migrated(tmp_path) as url:
        yield url


@pytest.fixture
def empty_url(databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A database without any table, for tests of the migrations."""
    with databases.empty(tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def shared_url(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The database behind `session`, which never keeps anything in it."""
    with databases.migrated(tmp_path_factory.mktemp("shared")) as url:
        yield url


@pytest.fixture
def session(shared_url: str) -> Iterator[Session]:
    """A session inside a transaction that is rolled back; a commit inside ends a savepoint only."""
    from sqlalchemy.orm import Session

    from tests.support.databases import opened

    with opened(shared_url) as engine, engine.connect() as connection:
        outer = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint", expire_on_commit=False) as session:
            yield session
        outer.rollback()


@pytest.fixture
def clock() -> SettableClock:
    """Thursday 24 September 2026, 15:00 in China, until the test moves it."""
    return SettableClock()


@pytest.fixture
def config(engine_url: str, tmp_path: Path) -> Config:
    """A configuration with a data folder and a database of its own."""
    from config import load

    loaded = load(tmp_path / "instance", {"TRACKER_DATABASE_URL": engine_url})
    return dataclasses.replace(loaded, testing=True)


@pytest.fixture
def app(config: Config, clock: SettableClock) -> Iterator[Flask]:
    """The application on a migrated database and a clock that stands still."""
    from tests.support.pages import PageClient
    from tracker.app import create_app
    from tracker.store.database import db
    from tracker.web.edge import CLOCK_KEY

    app = create_app(config)
    app.extensions[CLOCK_KEY] = clock
    app.test_client_class = PageClient
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def app_session(app: Flask) -> Iterator[Session]:
    """A session on the application's database; what it commits, the pages show."""
    from sqlalchemy.orm import Session

    from tracker.store.database import db

    with app.app_context():
        engine = db.engine
    with Session(engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def client(app: Flask) -> PageClient:
    """A visitor who demands that every page is in order (see `tests.support.pages`)."""
    return cast("PageClient", app.test_client())


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window and without the network's background chatter."""
    from tests.support.browsers import launched

    with launched() as chromium:
        yield chromium

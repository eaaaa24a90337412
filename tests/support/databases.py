"""A migrated database for each test, on either engine: migrated once per process, then copied."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, create_engine

from tracker import own_postgres as postgres
from tracker.store import migrating
from tracker.store.database import prepare_engine


class Databases(Protocol):
    """Makes databases; each lives as long as its block."""

    def migrated(self, folder: Path) -> contextlib.AbstractContextManager[str]:
        """The address of a fresh database at the newest revision."""

    def empty(self, folder: Path) -> contextlib.AbstractContextManager[str]:
        """The address of a fresh database without any table."""


@contextlib.contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine as the application has it, closed at the end."""
    engine = create_engine(url)
    prepare_engine(engine)
    try:
        yield engine
    finally:
        engine.dispose()


class SqliteDatabases:
    """Files, copied from a template file."""

    def __init__(self, folder: Path) -> None:
        self._template = folder / "template.db"
        with opened(self._url(self._template)) as engine:
            migrating.upgrade(engine)
        # Closing the last connection has folded the write-ahead log into the file: it can be copied alone.

    @contextlib.contextmanager
    def migrated(self, folder: Path) -> Iterator[str]:
        path = folder / "tracker.db"
        shutil.copy(self._template, path)
        yield self._url(path)

    @contextlib.contextmanager
    def empty(self, folder: Path) -> Iterator[str]:
        yield self._url(folder / "empty.db")

    def _url(self, path: Path) -> str:
        return f"sqlite:///{path.as_posix()}"


class PostgresDatabases:
    """Databases of the tests' own server, copied from a template database."""

    def __init__(self, server: postgres.Server) -> None:
        self._server = server
        self._template = server.create()
        with opened(server.url(self._template)) as engine:
            migrating.upgrade(engine)

    def migrated(self, folder: Path) -> contextlib.AbstractContextManager[str]:  # noqa: ARG002 - needs no folder
        return self._lent(self._template)

    def empty(self, folder: Path) -> contextlib.AbstractContextManager[str]:  # noqa: ARG002 - needs no folder
        return self._lent("template0")

    @contextlib.contextmanager
    def _lent(self, template: str) -> Iterator[str]:
        name = self._server.create(template)
        try:
            yield self._server.url(name)
        finally:
            self._server.drop(name)


@contextlib.contextmanager
def of_kind(engine_name: str, folder: Path) -> Iterator[Databases]:
    """The databases of one engine, `sqlite` or `postgresql`."""
    if engine_name == "sqlite":
        yield SqliteDatabases(folder)
        return
    with postgres.running() as server:
        yield PostgresDatabases(server)

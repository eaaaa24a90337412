"""Days on which the database does not let itself be written: nothing is lost, and the log says what happened."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, event, select, update
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tests.factories import make_account, make_cadence, make_obligation, make_period, make_plan, make_unit
from tests.support.clock import SettableClock
from tracker.store.database import prepare_engine, session_factory
from tracker.store.queries import outbox
from tracker.store.tables import InboxItem, OutboxItem
from tracker.ticking import run_tick
from tracker.worker import guarded

UNITS = 12
Tick = Callable[[], None]


@pytest.fixture
def patient_for() -> int:
    """How long a write waits for another, in seconds: short, so that a test of waiting in vain is short too."""
    return 1


class Disk:
    """How much room is left for the database's file: its number of pages is held, as a full disk holds it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._spare: int | None = None
        event.listen(engine, "connect", self._limit)

    def leave(self, pages: int | None) -> None:
        """Leave room for so many more pages, or for as many as there will be."""
        self._spare = pages
        self._engine.dispose()  # the limit is a connection's own

    def _limit(self, connection: sqlite3.Connection, _record: object) -> None:
        if self._spare is not None:
            [pages] = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages + self._spare}")


@pytest.fixture
def engine(engine_url: str, engine_name: str, patient_for: int) -> Iterator[Engine]:
    if engine_name != "sqlite":
        pytest.skip("a locked file and a held number of pages are SQLite's")
    made = create_engine(engine_url)
    prepare_engine(made, busy_seconds=patient_for)
    yield made
    made.dispose()


@pytest.fixture
def disk(engine: Engine) -> Disk:
    return Disk(engine)


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """Some units that owe a return of today."""
    made = session_factory(engine)
    with made() as session:
        plan = make_plan(session)
        period = make_period(session, make_cadence(session, plan))
        for _ in range(UNITS):
            unit = make_unit(session)
            make_account(session, "unit", unit=unit, email=f"u{unit.id}@qingxi.example")
            make_obligation(session, period, unit)
        session.commit()
    return made


@pytest.fixture
def tick(sessions: sessionmaker[Session], config: Config, clock: SettableClock) -> Tick:
    """One of the worker's ticks, when the returns are nearly due."""
    clock.advance(minutes=45)
    return guarded(lambda: run_tick(sessions, config, clock, anew=True))


def letters(config: Config) -> list[str]:
    return sorted(path.name for path in config.spool_dir.glob("*.eml"))


def told(sessions: sessionmaker[Session]) -> tuple[int, set[str]]:
    """How many notices lie in inboxes, and how the deliveries stand."""
    with sessions() as session:
        return len(session.scalars(select(InboxItem)).all()), set(session.scalars(select(OutboxItem.state)))


def test_a_database_that_somebody_holds_too_long_loses_nothing_and_is_named_in_the_log(
    tick: Tick, sessions: sessionmaker[Session], engine: Engine, config: Config, caplog: pytest.LogCaptureFixture
) -> None:
    path = engine.url.database or ""
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        tick()
        other.execute("ROLLBACK")
    other.close()

    assert "database is locked" in caplog.text
    assert "下一轮会接着做" in caplog.text
    assert told(sessions) == (0, set())

    tick()

    assert told(sessions) == (UNITS, {"sent"})
    assert len(letters(config)) == UNITS


@pytest.mark.parametrize("patient_for", [30])
def test_a_write_waits_while_another_is_busy(
    tick: Tick, sessions: sessionmaker[Session], engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    other = sqlite3.connect(engine.url.database or "", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(2, lambda: other.execute("ROLLBACK"))
    release.start()

    tick()
    release.join()
    other.close()

    assert caplog.text == ""
    assert told(sessions) == (UNITS, {"sent"})


def let_leases_run_out(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        past = outbox.database_now(session) - timedelta(seconds=1)
        session.execute(update(OutboxItem).where(OutboxItem.state == "sending").values(lease_until=past))
        session.commit()


@pytest.mark.parametrize("pages", [0, 2, 5, 9, 14, 500])
def test_a_full_disk_at_any_moment_loses_nothing_and_doubles_nothing(
    pages: int, tick: Tick, sessions: sessionmaker[Session], disk: Disk, config: Config,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    """However far the tick came, the next one on a disk with room ends where one alone would have."""
    disk.leave(pages)
    tick()
    disk.leave(None)
    said, early = caplog.text, letters(config)
    whole = told(sessions) == (UNITS, {"sent"})

    let_leases_run_out(sessions)
    tick()

    assert ("database or disk is full" in said) is not whole
    assert ("下一轮会接着做" in said) is not whole
    assert pages in {2, 5, 9, 14} or whole is (pages == 500)
    assert told(sessions) == (UNITS, {"sent"})
    assert len(letters(config)) == UNITS, "one that had gone goes again under its own name, if at all"
    assert set(early) <= set(letters(config))

"""A session closes while the garbage collector stands still."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event
from sqlalchemy.orm import Session

from tests.factories import make_unit
from tracker.store.base import Base
from tracker.store.database import db, prepare_engine, session_factory


@pytest.fixture
def session(tmp_path: Path) -> Session:
    engine = create_engine(f"sqlite:///{tmp_path / 'one.db'}")
    prepare_engine(engine)
    Base.metadata.create_all(engine)
    return session_factory(engine)()


def collector_at_detaching(session: Session) -> list[bool]:
    """Whether the collector was on whenever the session let go of an object."""
    seen: list[bool] = []
    event.listen(session, "persistent_to_detached", lambda *_: seen.append(gc.isenabled()))
    return seen


def test_nothing_is_collected_while_a_session_lets_go_of_its_objects(session: Session) -> None:
    kept = [make_unit(session) for _ in range(3)]
    seen = collector_at_detaching(session)

    session.close()

    assert seen == [False] * len(kept)
    assert gc.isenabled()


def test_a_request_closes_its_session_the_same_way(app: Flask) -> None:
    with app.app_context():
        unit = make_unit(db.session())
        seen = collector_at_detaching(db.session())
        db.session.remove()

    assert unit.id
    assert seen == [False]
    assert gc.isenabled()


def test_a_collector_that_somebody_else_stopped_stays_stopped(session: Session) -> None:
    gc.disable()
    try:
        session.close()
        assert not gc.isenabled()
    finally:
        gc.enable()

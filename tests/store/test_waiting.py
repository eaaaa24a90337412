"""How long a write waits for another on SQLite."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from tracker.store.database import db, prepare_engine


def test_a_page_gives_up_before_its_thread_is_missed(app: Flask) -> None:
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            pytest.skip("PostgreSQL waits for rows, by its own settings")
        assert db.session.execute(text("PRAGMA busy_timeout")).scalar_one() == 6000


def test_the_worker_and_the_commands_wait_half_a_minute() -> None:
    engine = create_engine("sqlite://")
    prepare_engine(engine)

    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == 30_000
    engine.dispose()

"""A tick finds what it wants by an index: what was said in former years costs it nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tests.support.everything import one_of_everything
from tracker.adapters import work_calendar
from tracker.domain.delivery import Answer
from tracker.domain.outbox import Outcome
from tracker.services import clock_jumps, reminding, resting, sending, settings

GROWING = ("notice", "outbox", "delivery_attempt", "inbox", "audit_event")
"""The tables that only ever grow."""


def test_no_table_that_grows_is_read_whole_by_a_tick(session: Session, engine_name: str) -> None:
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL decides by what is in its tables")
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    make_account(session)
    one_of_everything(session, 1)
    asked: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            asked.setdefault(statement, parameters)

    bind = session.connection().engine
    event.listen(bind, "before_cursor_execute", note)
    try:
        for then in (NOW, NOW + timedelta(days=1)):
            seen = resting.state(session, ())
            clock_jumps.take_back(session, now=then)
            clock_jumps.let_go(session, now=then)
            planned = reminding.plan(session, now=then)
            resting.keep(session, seen, holds_until=planned.holds_until, now=then)
            _deliver(session, then)
    finally:
        event.remove(bind, "before_cursor_execute", note)

    read_whole = [
        f"{line} in {statement}"
        for statement, parameters in asked.items()
        for line in _plan_of(session, statement, parameters)
        # SQLite takes the unique index for the best way to all rows that have no group.
        if any(line.startswith(f"SCAN {table}") for table in GROWING) or "uq_outbox_group_key" in line
    ]
    assert len(asked) > 50
    assert read_whole == []


def _deliver(session: Session, now: Any) -> None:
    """Hand out what waits, as a channel would."""
    while (claim := sending.take(session, "here", now=now)) is not None:
        if sending.open_letter(session, claim, site="https://taizhang.qingxi.example", a_minute=9, now=now):
            sending.finish(session, claim, Answer(Outcome.ACCEPTED), now=now)


def _plan_of(session: Session, statement: str, parameters: Any) -> list[str]:
    """How the database would look for it."""
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
    return [row[3] for row in rows]

"""A clock that was a year ahead for one tick."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_cadence, make_obligation, make_period, make_plan, make_unit
from tracker.services import advancing, clock_jumps
from tracker.store.queries import audit
from tracker.store.tables import Obligation, Period, PeriodFact

WEDNESDAY = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 9, 23, 1, 0, tzinfo=UTC)


@pytest.fixture
def period(session: Session) -> Period:
    """The running week, which one unit still owes and another has handed in."""
    period = make_period(session, make_cadence(session, make_plan(session)), "2026-W39")
    make_obligation(session, period, make_unit(session))
    make_obligation(session, period, make_unit(session), state="submitted", submitted_at=WEDNESDAY)
    return period


def test_what_was_closed_too_early_is_open_again_and_owed_again(session: Session, period: Period) -> None:
    advancing.advance(session, now=NEXT_YEAR)
    closed = session.scalars(select(Obligation.state).order_by(Obligation.id)).all()

    count = clock_jumps.take_back(session, now=WEDNESDAY)
    session.expire_all()

    assert list(closed) == ["missed", "submitted"]
    assert count == 1
    assert (period.state, period.closed_at) == ("open", None)
    assert list(session.scalars(select(Obligation.state).order_by(Obligation.id))) == ["open", "submitted"]
    assert list(session.scalars(select(PeriodFact))) == []
    assert "时钟" in audit.history(session, "period", period.id)[0].summary


def test_an_honest_clock_opens_nothing_again(session: Session, period: Period) -> None:
    after = datetime(2026, 9, 24, 10, 0, tzinfo=UTC)
    advancing.advance(session, now=after)

    assert clock_jumps.take_back(session, now=after) == 0
    assert period.state == "closed"

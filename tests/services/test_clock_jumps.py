"""A clock that was a year ahead for one tick."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tracker.services import advancing, clock_jumps, reminding
from tracker.store.queries import audit
from tracker.store.tables import Notice, Obligation, Period, PeriodFact

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


def test_weeks_that_have_not_begun_wait_for_their_day_again(session: Session, period: Period) -> None:
    week = make_period(session, period.cadence, "2026-W41", state="upcoming")
    answered = make_period(session, period.cadence, "2026-W42", state="upcoming")
    unit = make_unit(session, "市水利局")
    for each in (week, answered):
        make_obligation(session, each, unit)
    advancing.advance(session, now=NEXT_YEAR)
    early = session.scalars(select(Obligation).where(Obligation.period_id == answered.id)).one()
    early.state, early.submitted_at = "submitted", NEXT_YEAR

    count = clock_jumps.take_back(session, now=WEDNESDAY)
    session.expire_all()

    assert count == 3
    assert (week.state, week.opened_at, week.closed_at) == ("upcoming", None, None)
    assert answered.state == "open"
    assert list(session.scalars(select(Obligation.period_id).order_by(Obligation.id))) == [
        period.id, period.id, answered.id
    ]  # fmt: skip
    assert "到时再开始" in audit.history(session, "period", week.id)[0].summary
    assert clock_jumps.take_back(session, now=WEDNESDAY) == 0


def test_nobody_stays_excused_from_a_meeting_that_could_not_be_called_yet(session: Session) -> None:
    cadence = make_cadence(session, make_plan(session))
    cadence.answer = "meeting"
    period = make_period(session, cadence)
    obligation = make_obligation(session, period, make_unit(session))
    advancing.advance(session, now=NEXT_YEAR)
    excused = session.scalars(select(Obligation.state)).all()

    clock_jumps.take_back(session, now=WEDNESDAY)
    session.expire_all()

    assert list(excused) == ["waived"]
    assert (obligation.state, obligation.note, obligation.decided_at) == ("open", "", None)


def test_what_was_said_too_early_is_said_again_on_its_day_and_nothing_else_twice(session: Session) -> None:
    plan = make_plan(session)
    unit = make_unit(session)
    contact = make_account(session, "unit", unit=unit)
    cadence = make_cadence(session, plan)
    running, later = (
        make_period(session, cadence),
        make_period(session, cadence, "2026-W41", state="upcoming"),
    )
    make_obligation(session, running, unit)
    task = make_task(session, plan, units=[unit], due=date(2026, 10, 15))
    reminding.plan(session, now=WEDNESDAY)
    before = keys(session)

    ahead = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
    for now in (ahead, WEDNESDAY, WEDNESDAY):
        clock_jumps.take_back(session, now=now)
        advancing.advance(session, now=now)
        reminding.plan(session, now=now)

    assert keys(session) == before
    assert later.state == "upcoming"
    due = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)
    assert reminding.plan(session, now=due).added > 0
    assert any(key.startswith(f"task:t{task.id}:2026-10-15") for key in keys(session))
    assert contact.active


def test_two_workers_hours_apart_tell_nobody_the_same_at_every_tick(session: Session) -> None:
    unit = make_unit(session)
    make_account(session, "unit", unit=unit)
    task = make_task(session, make_plan(session), units=[unit], due=date(2026, 9, 24))
    ahead, now = timedelta(hours=3), datetime(2026, 9, 23, 22, 30, tzinfo=UTC)

    while now < datetime(2026, 9, 24, 2, 0, tzinfo=UTC):
        for each in (now, now + ahead):
            clock_jumps.take_back(session, now=each)
            reminding.plan(session, now=each)
        now += timedelta(minutes=10)

    due = [each for each in session.scalars(select(Notice)) if "2026-09-24" in each.key]
    assert {each.task_id for each in due} == {task.id}
    assert len(due) <= 2
    assert [each.state for each in due if not each.key.startswith("ahead")] == ["planned"]


def keys(session: Session) -> set[str]:
    """The keys of the notices to units that stand, without those that were said too early."""
    stands = session.scalars(select(Notice.key).where(Notice.state == "planned"))
    return {key for key in stands if not key.startswith(("ahead", "selfcheck"))}

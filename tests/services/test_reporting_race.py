"""Units hand in, the office decides and time passes, all at the same moment."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from threading import Barrier, Event
from typing import TypeVar

import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.obligation import AlreadyWaived
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Weeks
from tracker.domain.task import Role
from tracker.services import advancing, auditing, handing_in, regime, reporting, returns, tasks
from tracker.services.returns import Submitted
from tracker.services.tasks import TaskChange
from tracker.store.database import session_factory, transaction
from tracker.store.queries import returns as queries
from tracker.store.tables import Obligation, Period, PeriodFact, Task

Answer = TypeVar("Answer")

OFFICE = Actor(account_id=None, name="王主任", role="office")
AFTER_CUT_OFF = NOW + timedelta(hours=4)
PATIENCE = 20.0
"""Seconds; a deadlock is noticed by PostgreSQL after one."""


@dataclass(frozen=True)
class Office:
    """A database with two units that owe the running week's return; obligations by their ids."""

    engine: Engine
    plan_id: int
    owed: tuple[int, ...]
    units: tuple[int, ...]

    def write(self, act: Callable[[Session], Answer]) -> Answer:
        """One use case in a session of its own, as a request has it."""
        with session_factory(self.engine)() as session, transaction(session):
            return act(session)

    def submit(self, session: Session, index: int, *, now: datetime = NOW) -> Submitted:
        """A unit says that nothing has changed."""
        unit = Actor(account_id=None, name="林知远", role="unit", unit_id=self.units[index])
        owed = self.owed[index]
        token = handing_in.versions_of(session, owed).token
        return returns.submit(
            session, unit, obligation_id=owed, token=token, lines=(), all_unchanged=True, now=now
        )

    def states(self) -> list[str]:
        with Session(self.engine) as session:
            query = select(Obligation.state).where(Obligation.id.in_(self.owed)).order_by(Obligation.id)
            return list(session.scalars(query))

    def until_somebody_waits(self) -> None:
        """Stand still until another transaction stands before a lock."""
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
        until = clock.monotonic() + PATIENCE
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            while not connection.scalar(waiting):
                assert clock.monotonic() < until, "nobody came to wait"
                clock.sleep(0.02)


@pytest.fixture
def office(engine_url: str) -> Iterator[Office]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            plan = make_plan(session)
            units = [make_unit(session, name) for name in ("市教育局", "市司法局")]
            make_task(session, plan, "公开招生政策", units=units, due=date(2026, 10, 20))
            period = make_period(session, make_cadence(session, plan))
            owed = [make_obligation(session, period, unit) for unit in units]
        yield Office(engine, plan.id, tuple(item.id for item in owed), tuple(unit.id for unit in units))


@pytest.fixture
def on_postgresql(engine_name: str) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite lets one write at a time")


def handed_in(office: Office) -> list[tuple[int, int]]:
    """Both units' first versions; what the office has seen of them."""
    with Session(office.engine) as session, session.begin():
        found = list(session.scalars(select(Obligation).where(Obligation.id.in_(office.owed)).order_by(Obligation.id)))
        for owed in found:
            make_return(session, owed)
            owed.state, owed.submitted_at = "submitted", NOW
        session.flush()
        return [(owed.id, owed.version) for owed in found]


def behind(office: Office, first: Callable[[Session], object], second: Callable[[Session], object]) -> Future[object]:
    """Let `first` lock the second unit's obligation, `second` come to wait for it, and `first` go on.

    Gives what `second` came to, when both are through.
    """
    locked = Event()

    def ahead(session: Session) -> object:
        queries.obligation(session, office.owed[1], lock=True)
        locked.set()
        office.until_somebody_waits()
        return first(session)

    def late(session: Session) -> object:
        assert locked.wait(PATIENCE)
        return second(session)

    with ThreadPoolExecutor(2) as pool:
        one, other = pool.submit(office.write, ahead), pool.submit(office.write, late)
    one.result()
    return other


@pytest.mark.usefixtures("on_postgresql")
def test_a_unit_mends_its_return_while_the_office_accepts_several(office: Office) -> None:
    seen = handed_in(office)

    done = behind(
        office,
        lambda session: office.submit(session, 1),
        lambda session: reporting.accept_several(session, OFFICE, seen=seen, now=NOW),
    )

    assert done.result() == reporting.Accepted(accepted=1, left=1)
    assert office.states() == ["accepted", "submitted"]


@pytest.mark.usefixtures("on_postgresql")
def test_a_unit_hands_in_while_the_office_changes_the_regime(office: Office) -> None:
    wanted = Cadence(Weeks(4), cutoff=time(12), starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 31))

    done = behind(
        office,
        lambda session: office.submit(session, 1),
        lambda session: regime.switch_on(
            session, OFFICE, plan_id=office.plan_id, wanted=wanted, version=1, now=AFTER_CUT_OFF
        ),
    )

    assert done.result() is not None
    assert office.states() == ["missed", "submitted"]


@pytest.mark.usefixtures("on_postgresql")
def test_a_unit_hands_in_while_its_week_closes(office: Office) -> None:
    done = behind(
        office,
        lambda session: office.submit(session, 1),
        lambda session: advancing.advance(session, now=AFTER_CUT_OFF),
    )

    assert done.result() == advancing.Advanced(missed=1, closed=1)
    assert office.states() == ["missed", "submitted"]
    with Session(office.engine) as session:
        facts = dict(session.execute(select(PeriodFact.name, PeriodFact.value)).all())
        assert (facts["on_time"], facts["missed"]) == (1, 1), "the frozen figures count what was in"


def take_away(office: Office, session: Session) -> object:
    """Give the second unit's only task to the first alone."""
    task = session.scalars(select(Task)).one()
    wanted = TaskChange(task.title, {office.units[0]: Role.LEAD})
    return tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=wanted, now=NOW)


@pytest.mark.usefixtures("on_postgresql")
def test_a_unit_hands_in_before_its_last_task_is_taken_away(office: Office) -> None:
    done = behind(
        office, lambda session: office.submit(session, 1), lambda session: take_away(office, session)
    )

    assert isinstance(done.exception(), tasks.UnitHasReported)
    assert office.states() == ["open", "submitted"]


@pytest.mark.usefixtures("on_postgresql")
def test_a_unit_hands_in_after_its_last_task_was_taken_away(office: Office) -> None:
    done = behind(
        office, lambda session: take_away(office, session), lambda session: office.submit(session, 1)
    )

    assert isinstance(done.exception(), AlreadyWaived)
    assert office.states() == ["open", "waived"]


def test_two_ticks_at_once_open_each_week_once_and_close_it_once(office: Office) -> None:
    with Session(office.engine) as session, session.begin():
        cadence = session.scalars(select(Period)).one().cadence
        coming = [make_period(session, cadence, f"2026-W{week}", state="upcoming").id for week in (40, 41)]
    start = Barrier(2)

    def beat(_: int) -> advancing.Advanced:
        with session_factory(office.engine)() as session:
            start.wait(PATIENCE)
            with transaction(session):
                return advancing.advance(session, now=NOW + timedelta(weeks=2))

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(beat, range(2)))

    assert sum(one.opened for one in done) == 2
    assert sum(one.obligations for one in done) == 4
    assert sum(one.closed for one in done) == 2
    assert sum(one.missed for one in done) == 4
    with Session(office.engine) as session:
        made = select(Obligation.period_id, func.count()).where(Obligation.period_id.in_(coming)).group_by(Obligation.period_id)
        assert dict(session.execute(made).all()) == dict.fromkeys(coming, 2)
        assert auditing.first_broken(session) is None


def test_what_comes_beside_the_closing_is_in_or_missed_and_never_both(office: Office) -> None:
    start = Barrier(3)

    def at_once(act: Callable[[Session], Answer]) -> Answer:
        start.wait(PATIENCE)
        return office.write(act)

    with ThreadPoolExecutor(3) as pool:
        handing_in = [
            pool.submit(at_once, lambda session, index=index: office.submit(session, index, now=AFTER_CUT_OFF))
            for index in range(2)
        ]
        closing = pool.submit(at_once, lambda session: advancing.advance(session, now=AFTER_CUT_OFF))

    assert all(one.result().late for one in handing_in), "after the cut-off everything is late"
    assert closing.result().closed == 1
    assert office.states() == ["submitted", "submitted"]
    with Session(office.engine) as session:
        facts = dict(session.execute(select(PeriodFact.name, PeriodFact.value)).all())
        assert facts["late"] + facts["missed"] == 2
        assert facts["missed"] == closing.result().missed

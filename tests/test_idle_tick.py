"""A tick with nothing to do rests; with anything to do it does not, whoever wrote it and wherever the clock stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from config import Config
from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.delivery import BY_MAIL, Reach, Route
from tracker.domain.events import Event
from tracker.services import auditing, units
from tracker.store.base import Base
from tracker.store.changes import NO_FACTS
from tracker.store.database import session_factory, transaction
from tracker.store.tables import Notice, Obligation, OutboxItem, Period, UntoldChange
from tracker.ticking import bring_up_to_date, run_tick

OFFICE = Actor(account_id=None, name="陈雨", role="office")
ROUTES = (BY_MAIL,)
MINUTE = timedelta(minutes=1)
A_REST = 12
"""What a tick may say to the database when it rests: the stamp, the outbox, its heartbeat."""


@pytest.fixture
def clock(clock: SettableClock) -> SettableClock:
    """A minute past three: at three itself something may be said."""
    clock.advance(minutes=1)
    return clock


@pytest.fixture
def engine(config: Config) -> Iterator[Engine]:
    with opened(config.database_url) as engine:
        yield engine


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with session_factory(engine)() as session:
        yield session


@pytest.fixture
def owed(session: Session) -> Obligation:
    """A return that is due at 17:30 today, of a unit with a contact."""
    with transaction(session):
        unit = make_unit(session, "市教育局")
        make_account(session, "unit", unit=unit)
        make_account(session)
        period = make_period(session, make_cadence(session, make_plan(session)))
        return make_obligation(session, period, unit)


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(text)

    event.listen(engine, "before_cursor_execute", listen)
    yield said
    event.remove(engine, "before_cursor_execute", listen)


def rests(session: Session, clock: SettableClock, routes: tuple[Route, ...] = ROUTES) -> bool:
    """Whether the next tick leaves planning out."""
    with statements(session.get_bind()) as said:  # type: ignore[arg-type]  # an engine, not a connection
        bring_up_to_date(session, clock, routes)
    return not any("checkpoint" in each for each in said)


def spelled(names: Iterable[str]) -> str:
    return " ".join(names)


def untold(session: Session) -> int:
    """How many transactions have changed facts without a line in the trail."""
    return session.scalars(select(UntoldChange.number)).one()


@pytest.mark.usefixtures("owed")
def test_a_tick_with_nothing_to_do_says_next_to_nothing_to_the_database(
    config: Config, engine: Engine, clock: SettableClock
) -> None:
    sessions = session_factory(engine)
    first = run_tick(sessions, config, clock)
    clock.advance(minutes=1)

    with statements(engine) as said:
        second = run_tick(sessions, config, clock)

    assert (first.planned, first.letters) == (1, 1)
    assert (second.planned, second.letters) == (0, 0)
    assert len(said) <= A_REST


@pytest.mark.usefixtures("owed")
def test_planning_rests_until_something_happens(session: Session, clock: SettableClock) -> None:
    planned = [rests(session, clock)]
    for _ in range(3):
        clock.advance(minutes=1)
        planned.append(rests(session, clock))

    assert planned == [False, True, True, True]


@pytest.mark.usefixtures("owed")
@pytest.mark.parametrize(
    "forward",
    [
        pytest.param(timedelta(minutes=15), id="a quarter of an hour is over"),
        pytest.param(-MINUTE, id="the clock was set back"),
        pytest.param(timedelta(hours=2, minutes=30), id="the cut-off has passed"),
    ],
)
def test_planning_rests_no_longer_than_is_sure(
    session: Session, clock: SettableClock, forward: timedelta
) -> None:
    rests(session, clock)

    clock.set(clock() + forward)

    assert not rests(session, clock)


def test_the_cutoff_is_seen_on_the_tick_behind_it(
    session: Session, clock: SettableClock, owed: Obligation
) -> None:
    clock.advance(hours=2, minutes=28)
    rests(session, clock)

    states = []
    for _ in range(3):
        clock.advance(minutes=1)
        bring_up_to_date(session, clock, ROUTES)
        states.append(session.scalars(select(Period.state)).one())
        session.rollback()

    assert states == ["open", "closed", "closed"]
    assert owed.id


def test_an_act_a_new_way_and_a_failed_letter_end_the_rest(
    session: Session, clock: SettableClock, owed: Obligation
) -> None:
    rests(session, clock)
    with transaction(session):
        auditing.record(session, OFFICE, Event.UNIT_URGE, ("period", owed.period_id), "催办", now=clock())
    after = [rests(session, clock), rests(session, clock)]
    group = Route("wecom", Reach.GROUP, "工作群")
    after += [rests(session, clock, (*ROUTES, group)), rests(session, clock, (*ROUTES, group))]
    with transaction(session):
        session.scalars(select(OutboxItem)).first().state = "dead"  # type: ignore[union-attr]
    after += [rests(session, clock, (*ROUTES, group)), rests(session, clock, (*ROUTES, group))]

    assert after == [False, True, False, True, False, True]


def test_a_fact_that_is_written_without_a_word_in_the_trail_ends_the_rest(
    session: Session, clock: SettableClock, owed: Obligation
) -> None:
    rests(session, clock)
    before = untold(session)
    owed.state = "submitted"
    session.add(owed)
    session.commit()

    assert untold(session) == before + 1
    assert not rests(session, clock)


def test_what_is_told_or_is_no_fact_moves_no_counter(
    session: Session, clock: SettableClock, owed: Obligation
) -> None:
    before = untold(session)
    rests(session, clock)
    with transaction(session):
        units.create_unit(session, OFFICE, name="市水利局", class_name="", spell=spelled, now=NOW)
    with transaction(session):
        session.scalars(select(Notice)).first().planned_at = NOW  # type: ignore[union-attr]
    rests(session, clock)

    assert untold(session) == before
    assert owed.id


def test_a_worker_that_starts_and_a_person_who_asks_plan_anew(session: Session, clock: SettableClock) -> None:
    rests(session, clock)

    with statements(session.get_bind()) as said:  # type: ignore[arg-type]  # an engine, not a connection
        bring_up_to_date(session, clock, ROUTES, anew=True)

    assert any("checkpoint" in each for each in said)


def test_what_planning_reads_counts_as_facts_but_for_what_is_planned_and_delivered(
    session: Session, clock: SettableClock, owed: Obligation
) -> None:
    with statements(session.get_bind()) as said:  # type: ignore[arg-type]  # an engine, not a connection
        bring_up_to_date(session, clock, ROUTES, anew=True)

    read = {table for each in said for table in re.findall(r'(?:FROM|JOIN) "?(\w+)', each)}
    assert read & NO_FACTS <= {"notice", "outbox", "delivery_attempt", "reminder_stamp", "untold_change"}
    assert {"checkpoint", "obligation", "period", "deputyship", "calendar_day"} <= read
    assert set(Base.metadata.tables) >= NO_FACTS
    assert owed.id

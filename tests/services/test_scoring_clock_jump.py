"""While nobody can tell which clock is right, the ledger of points stands still: nothing in it can be taken out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from config import Config
from tests import factories
from tests.services.points_city import City, lines, make_city
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tests.support.points import switched_on
from tracker.services import clock_jumps
from tracker.store.database import session_factory, transaction
from tracker.ticking import bring_up_to_date


@pytest.fixture
def session(config: Config) -> Iterator[Session]:
    with opened(config.database_url) as engine, session_factory(engine)() as session:
        yield session


@pytest.fixture
def city(session: Session) -> City:
    with transaction(session):
        city = make_city(session)
        switched_on(session)
        factories.make_task(session, city.plan, "公开决算", units=[city.health], due=date(2026, 9, 22))
        factories.make_task(session, city.plan, "公开预算", units=[city.health], due=date(2026, 10, 15))
        return city


def ticked(session: Session, clock: SettableClock) -> list[tuple[str, str]]:
    """The rule and the origin of every line after a tick."""
    bring_up_to_date(session, clock, ())
    session.rollback()
    return [(line.rule_key, line.origin) for line in lines(session)]


@pytest.mark.usefixtures("city")
def test_a_clock_that_is_set_back_and_put_right_reverses_nothing(
    session: Session, clock: SettableClock
) -> None:
    first = ticked(session, clock)
    clock.advance(days=-3)
    behind = [ticked(session, clock)]
    clock.advance(hours=2)
    behind.append(ticked(session, clock))
    held_until = clock_jumps.settles_at(session, now=clock())
    assert held_until == clock() + timedelta(hours=22), "a day after it was noticed"
    clock.advance(days=3)

    right_again = ticked(session, clock)

    assert sorted(first) == [("r1", "fact"), ("r4", "fact"), ("r4", "fact")]
    assert behind == [first, first]
    assert right_again[: len(first)] == first
    assert right_again == first
    assert clock_jumps.settles_at(session, now=clock()) is None


@pytest.mark.usefixtures("city")
def test_a_clock_that_ran_ahead_is_believed_to_be_right_after_a_day(
    session: Session, clock: SettableClock
) -> None:
    clock.advance(days=60)
    ahead = ticked(session, clock)
    clock.advance(days=-60)
    waiting = ticked(session, clock)
    clock.advance(days=1)

    settled = ticked(session, clock)

    assert sorted(ahead) == [("r1", "fact"), *[("r4", "fact")] * 3]
    assert waiting == ahead
    assert settled == [*ahead, ("r4", "lapsed")], "the day of the budget is still to come"
    clock.advance(minutes=20)
    assert ticked(session, clock) == settled


@pytest.mark.usefixtures("city")
def test_two_clocks_that_differ_for_good_do_not_take_turns_in_the_ledger(
    session: Session, clock: SettableClock
) -> None:
    clock.advance(days=40)
    told = []
    for _ in range(3):
        told.append(ticked(session, clock))
        clock.advance(days=-40)
        told.append(ticked(session, clock))
        clock.advance(days=40, minutes=16)

    assert len({tuple(each) for each in told}) == 1


@pytest.mark.usefixtures("city")
def test_a_clock_that_goes_on_is_no_jump(session: Session, clock: SettableClock) -> None:
    for _ in range(3):
        ticked(session, clock)
        clock.advance(days=20)

        assert clock_jumps.settles_at(session, now=clock()) is None

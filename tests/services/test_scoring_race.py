"""Two workers and several people at the ledger of points in the same moment: no line twice, no reversal twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, happened, make_city
from tests.support.at_once import Act, at_once
from tests.support.databases import opened
from tests.support.points import OFFICE, contact_of, switched_on
from tracker.services import auditing, point_lines, scoring
from tracker.store.tables import Obligation, ScoreLine, ScoreScheme

NOW = factories.NOW


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    with opened(engine_url) as found:
        yield found


@pytest.fixture
def city(engine: Engine) -> City:
    with Session(engine, expire_on_commit=False) as session:
        made = make_city(session)
        switched_on(session)
        session.commit()
        return made


def origins(engine: Engine) -> Counter[str]:
    with Session(engine) as session:
        assert auditing.first_broken(session) is None
        return Counter(session.scalars(select(ScoreLine.origin)))


def tick(session: Session) -> scoring.Entered:
    return scoring.enter_all(session, now=NOW)


def test_workers_that_tick_at_once_enter_each_line_once(engine: Engine, city: City) -> None:
    for _ in range(3):
        at_once(engine, tick, tick, tick)

    assert origins(engine) == {"fact": 2}


def test_workers_and_the_office_take_a_line_back_once(engine: Engine, city: City) -> None:
    at_once(engine, tick)
    with Session(engine) as session:
        line_id = session.scalars(select(ScoreLine.id).where(ScoreLine.rule_key == "r1")).one()
        said = point_lines.object_to(
            session, contact_of(city.justice), line_id=line_id, words="停机。", now=NOW
        )
        version = said.version
        owed = session.get(Obligation, city.missed.id)
        assert owed is not None
        owed.state = "waived"
        session.commit()

    def uphold(session: Session) -> object:
        return point_lines.decide(
            session, OFFICE, line_id=line_id, version=version, uphold=True, words="属实。", now=NOW
        ).state

    def correct(session: Session) -> object:
        return point_lines.correct(session, OFFICE, line_id=line_id, why="更正", now=NOW).id

    came = at_once(engine, uphold, tick, correct, tick)

    assert came[1].done
    assert came[3].done
    assert sum(origins(engine).values()) == 3, "two facts and one reversal, whoever was first"


def test_workers_and_clerks_at_two_schemes_wait_in_no_circle(engine: Engine, city: City) -> None:
    with Session(engine) as session:
        switched_on(session)
        first, second = session.scalars(select(ScoreScheme.id).order_by(ScoreScheme.id))
        session.commit()

    def enter(scheme_id: int) -> Act:
        wanted = happened(city.health)
        return lambda session: (
            point_lines.enter(session, OFFICE, scheme_id=scheme_id, happened=wanted, now=NOW).id
        )

    came = at_once(engine, enter(second), tick, enter(first), tick)

    assert all(each.done for each in came)
    assert origins(engine) == {"fact": 4, "by_hand": 2}


def test_two_clerks_enter_the_same_thing_once(engine: Engine, city: City) -> None:
    with Session(engine) as session:
        scheme_id = session.scalars(select(ScoreScheme.id)).one()

    def enter(session: Session) -> object:
        return point_lines.enter(
            session, OFFICE, scheme_id=scheme_id, happened=happened(city.health), now=NOW
        ).id

    came = at_once(engine, enter, enter)

    assert sorted(each.word for each in came) == ["AlreadyEntered", "done"]


def test_a_unit_that_presses_twice_objects_once(engine: Engine, city: City) -> None:
    at_once(engine, tick)
    with Session(engine) as session:
        line_id = session.scalars(select(ScoreLine.id).where(ScoreLine.rule_key == "r1")).one()

    def say(session: Session) -> object:
        later = NOW + timedelta(hours=1)
        return point_lines.object_to(
            session, contact_of(city.justice), line_id=line_id, words="停机。", now=later
        ).id

    came = at_once(engine, say, say)

    assert sorted(each.word for each in came) == ["AlreadyObjected", "done"]

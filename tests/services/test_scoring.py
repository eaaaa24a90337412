"""The ledger of points follows the facts at each tick, and nothing in it is ever changed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, create_engine, delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, lines, make_city, score
from tests.support.databases import opened
from tests.support.points import (
    EVERY_KIND,
    switched_on,
    with_rules,
)
from tracker.domain.china_time import china_day
from tracker.services import auditing, scoring
from tracker.store.tables import ScoreEdition, ScoreLine
from tracker.store.tables.points import AppendOnly

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def city(session: Session) -> City:
    return make_city(session)


def _count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_is_switched_on_gives_what_the_trial_showed_once(session: Session, city: City) -> None:
    row = switched_on(session)

    first = scoring.enter_all(session, now=NOW)
    again = scoring.enter_all(session, now=NOW + DAY)

    assert (first, again) == (scoring.Entered(2, 0), scoring.Entered())
    assert score(session, row, city.justice) == 9700
    said = {line.rule_key: line for line in lines(session)}
    assert said["r1"].clause == EVERY_KIND[0].clause
    assert said["r1"].place == f"/reporting/obligations/{city.missed.id}"
    assert said["r1"].entered_by_name == "系统"
    assert said["r4"].happened_on == date(2026, 9, 2)
    assert said["r4"].entered_on == TODAY
    assert score(session, row, city.justice, TODAY - DAY) == 10000, "yesterday nobody could have seen them"
    assert auditing.first_broken(session) is None


def test_a_missed_return_that_comes_late_is_taken_back_and_counts_as_late(
    session: Session, city: City
) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)
    city.missed.state, city.missed.late, city.missed.submitted_at = "submitted", True, NOW + DAY
    session.flush()

    done = scoring.enter_all(session, now=NOW + DAY)

    assert done == scoring.Entered(1, 1)
    assert [(line.rule_key, line.points, line.origin) for line in lines(session)[2:]] == [
        ("r2", -50, "fact"),
        ("r1", 100, "lapsed"),
    ]
    assert score(session, row, city.justice, TODAY + DAY) == 9750
    assert score(session, row, city.justice, TODAY) == 9700


def test_a_fact_that_holds_again_is_told_by_a_third_line(session: Session, city: City) -> None:
    switched_on(session, with_rules(EVERY_KIND[0]))
    for state in ("missed", "waived", "missed", "missed"):
        city.missed.state = state
        session.flush()
        scoring.enter_all(session, now=NOW)

    assert [line.origin for line in lines(session)] == ["fact", "lapsed", "revived"]
    assert sum(line.points for line in lines(session)) == -100
    assert "恢复" in lines(session)[-1].words


@pytest.mark.parametrize("row", ["score_line", "score_edition"])
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_the_database_refuses_to_change_or_delete_a_line(engine_url: str, row: str, verb: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            make_city(session)
            switched_on(session)
            assert scoring.enter_all(session, now=NOW).lines == 2
            session.commit()
        words = {"update": f"UPDATE {row} SET id = id", "delete": f"DELETE FROM {row}"}[verb]

        with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
            connection.execute(text(words))

        assert _count(engine, row) > 0


def test_postgresql_refuses_to_empty_the_ledger(engine_url: str, engine_name: str) -> None:
    if engine_name != "postgresql":
        pytest.skip("SQLite knows no TRUNCATE")
    engine = create_engine(engine_url)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text("TRUNCATE score_line CASCADE"))
    engine.dispose()


def test_no_code_of_the_program_can_change_a_line_by_the_way(session: Session, city: City) -> None:
    switched_on(session)
    scoring.enter_all(session, now=NOW)
    session.commit()
    for name, table in (("points", ScoreLine), ("number", ScoreEdition)):
        for change in (lambda row, name=name: setattr(row, name, 7), session.delete):
            change(session.scalars(select(table).limit(1)).one())
            with pytest.raises(AppendOnly, match=table.__name__):
                session.flush()
            session.rollback()


def test_bulk_statements_are_refused_by_the_triggers(session: Session, city: City) -> None:
    switched_on(session)
    scoring.enter_all(session, now=NOW)

    for statement in (update(ScoreLine).values(points=0), delete(ScoreLine)):
        with pytest.raises(DatabaseError, match="append-only"), session.begin_nested():
            session.execute(statement)


def test_a_line_of_a_clock_that_ran_ahead_is_taken_back_no_earlier_than_it_came(
    session: Session, city: City
) -> None:
    row, ahead = switched_on(session, with_rules(EVERY_KIND[0])), NOW + 30 * DAY
    scoring.enter_all(session, now=ahead)
    city.missed.state = "waived"
    session.flush()

    scoring.enter_all(session, now=NOW)

    assert {line.entered_on for line in lines(session)} == {china_day(ahead)}
    assert [score(session, row, city.justice, day) for day in (TODAY, china_day(ahead))] == [10000, 10000]

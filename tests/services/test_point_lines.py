"""Lines that people bring into the ledger of points: by hand, after an objection, to put one right."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, happened, lines, make_city, score
from tests.support.points import (
    FIRST,
    OFFICE,
    contact_of,
    switched_on,
)
from tracker.domain import points_steps
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.services import auditing, point_lines, scoring
from tracker.store.tables import ScoreLine

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def city(session: Session) -> City:
    return make_city(session)


def entered(session: Session) -> ScoreLine:
    """The line for the return that was missed."""
    scoring.enter_all(session, now=NOW)
    return next(line for line in lines(session) if line.rule_key == "r1")


def test_what_a_person_enters_needs_evidence_and_is_entered_once(session: Session, city: City) -> None:
    row = switched_on(session)
    line = point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)

    assert (line.origin, line.points, line.entered_by_name) == ("by_hand", -600, "陈雨")
    assert line.evidence == "保密局通报〔2026〕3号"
    assert score(session, row, city.health) == 9400
    assert scoring.enter_all(session, now=NOW + DAY).reversals == 0, "no fact is asked about it"
    with pytest.raises(point_lines.AlreadyEntered):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)


@pytest.mark.parametrize(
    ("facts", "refused"),
    [
        ({"evidence": " "}, point_lines.EvidenceNeeded),
        ({"words": ""}, InvalidInput),
        ({"on": TODAY + DAY}, point_lines.NotYetHappened),
        ({"on": FIRST - DAY}, point_lines.NotInForce),
        ({"rule_key": "r1"}, point_lines.NotInForce),
        ({"rule_key": "r99"}, point_lines.NotInForce),
        ({"unit_id": 10**6}, NotFound),
    ],
)
def test_what_cannot_be_entered_by_hand(
    session: Session, city: City, facts: dict[str, object], refused: type[RuleViolated]
) -> None:
    row = switched_on(session)

    with pytest.raises(refused):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health, **facts), now=NOW)
    assert lines(session) == []


def test_an_objection_that_is_upheld_takes_the_line_back_for_good(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    contact = contact_of(city.justice)

    said = point_lines.object_to(session, contact, line_id=line.id, words="那一周系统停机。", now=NOW)
    point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=True, words="属实。", now=NOW
    )

    assert [(each.points, each.origin, each.entered_by_name) for each in lines(session)[2:]] == [
        (100, "objection", "陈雨")
    ]
    assert score(session, row, city.justice) == 9800
    assert scoring.enter_all(session, now=NOW) == scoring.Entered(), (
        "what a person decided no fact brings back"
    )
    with pytest.raises(points_steps.AlreadyDecided):
        point_lines.decide(
            session, OFFICE, line_id=line.id, version=said.version, uphold=False, words="不。", now=NOW
        )
    assert auditing.first_broken(session) is None


def test_an_objection_that_is_refused_leaves_the_line(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    said = point_lines.object_to(
        session, contact_of(city.justice), line_id=line.id, words="没有收到通知。", now=NOW
    )

    done = point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=False, words="通知已送达。", now=NOW
    )

    assert (done.state, done.decision) == ("refused", "通知已送达。")
    assert score(session, row, city.justice) == 9700
    with pytest.raises(point_lines.AlreadyObjected):
        point_lines.object_to(session, contact_of(city.justice), line_id=line.id, words="再看看。", now=NOW)


def test_the_window_for_objections_closes(session: Session, city: City) -> None:
    switched_on(session)
    line = entered(session)
    contact, last = contact_of(city.justice), NOW + 10 * DAY

    with pytest.raises(point_lines.WindowClosed):
        point_lines.object_to(session, contact, line_id=line.id, words="晚了。", now=last + DAY)
    assert point_lines.last_day(line) == china_day(last)
    assert (
        point_lines.object_to(session, contact, line_id=line.id, words="最后一天。", now=last).state
        == "waiting"
    )


def test_a_unit_neither_sees_nor_objects_to_the_line_of_another(session: Session, city: City) -> None:
    switched_on(session)
    line = entered(session)

    with pytest.raises(NotFound):
        point_lines.object_to(session, contact_of(city.health), line_id=line.id, words="不是我们。", now=NOW)


def test_a_line_that_the_facts_took_back_needs_no_second_reversal(session: Session, city: City) -> None:
    row = switched_on(session)
    line = entered(session)
    said = point_lines.object_to(
        session, contact_of(city.justice), line_id=line.id, words="已免报。", now=NOW
    )
    city.missed.state = "waived"
    session.flush()
    scoring.enter_all(session, now=NOW)

    point_lines.decide(
        session, OFFICE, line_id=line.id, version=said.version, uphold=True, words="是的。", now=NOW
    )

    assert score(session, row, city.justice) == 9800
    with pytest.raises(point_lines.AlreadyReversed):
        point_lines.correct(session, OFFICE, line_id=line.id, why="再来一次", now=NOW)


def test_the_office_puts_a_line_right_with_a_reason(session: Session, city: City) -> None:
    row = switched_on(session)
    line = point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)
    with pytest.raises(InvalidInput):
        point_lines.correct(session, OFFICE, line_id=line.id, why="", now=NOW)

    made = point_lines.correct(session, OFFICE, line_id=line.id, why="登错单位", now=NOW)

    assert (made.points, made.origin, made.reverses_id) == (600, "correction", line.id)
    assert "登错单位" in made.words
    assert score(session, row, city.health) == 10000

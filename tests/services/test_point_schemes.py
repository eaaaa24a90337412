"""Schemes of points: tried out, switched on from a day, changed by a next edition, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, happened, lines, make_city, score
from tests.support.points import (
    EVERY_KIND,
    FIRST,
    OFFICE,
    SCHEME,
    drafted,
    rule,
    switched_on,
    with_rules,
)
from tracker.domain import points_steps
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.points import FactKind, Group
from tracker.domain.points_data import as_data, from_data
from tracker.services import point_lines, point_schemes, scoring

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)


@pytest.fixture
def city(session: Session) -> City:
    return make_city(session)


def test_a_draft_shows_what_it_would_give_and_writes_nothing(session: Session, city: City) -> None:
    row = drafted(session)

    shown = point_schemes.trial(session, scheme_id=row.id, today=TODAY)

    assert {unit.name: each.score for unit, each in shown.lines} == {"市司法局": 9700, "市卫健委": 10000}
    assert shown.faults == shown.doubts == ()
    assert lines(session) == []
    assert scoring.enter_all(session, now=NOW) == scoring.Entered(), "a draft is looked at by no tick"


def test_a_trial_can_begin_later_in_the_year(session: Session, city: City) -> None:
    row = drafted(session)

    shown = point_schemes.trial(session, scheme_id=row.id, starts_on=date(2026, 9, 10), today=TODAY)

    assert [each.score for _, each in shown.lines] == [9900, 10000], "the task was late before that"
    assert point_schemes.trial(session, scheme_id=row.id, starts_on=TODAY + DAY, today=TODAY).lines == ()


def test_a_changed_scheme_is_the_next_edition_and_old_lines_keep_theirs(session: Session, city: City) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)
    dearer = replace(SCHEME, rules=(replace(EVERY_KIND[0], points=-500), *EVERY_KIND[1:]))
    point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=dearer, now=NOW)
    assert score(session, row, city.justice) == 9700, "what is being written is not in force"

    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY, now=NOW)
    scoring.enter_all(session, now=NOW)

    assert [line.points for line in lines(session)] == [-100, -200]
    assert [each.number for each in row.editions] == [1, 2]
    assert from_data(row.editions[0].content) == SCHEME


def test_a_changed_scheme_never_begins_in_the_past(session: Session, city: City) -> None:
    row = switched_on(session)
    point_schemes.change(
        session,
        OFFICE,
        scheme_id=row.id,
        version=row.version,
        content=with_rules(rule("r1", FactKind.RETURN_MISSED, -9)),
        now=NOW,
    )

    with pytest.raises(point_schemes.TooEarly):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY - DAY, now=NOW
        )
    with pytest.raises(point_schemes.OtherYear):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=date(2027, 1, 1), now=NOW
        )


def test_a_unit_that_came_later_is_assessed_from_the_next_edition_on(session: Session, city: City) -> None:
    row = switched_on(session)
    assert not point_schemes.trial(session, scheme_id=row.id, today=TODAY).may_switch_on
    newcomer = factories.make_unit(session, "市数据局")

    assert point_schemes.trial(session, scheme_id=row.id, today=TODAY).may_switch_on
    edition = point_schemes.switch_on(
        session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY, now=NOW
    )

    assert str(newcomer.id) in edition.members
    assert str(newcomer.id) not in row.editions[0].members


def test_the_same_scheme_is_not_switched_on_twice(session: Session, city: City) -> None:
    row = switched_on(session)

    with pytest.raises(point_schemes.NothingChanged):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=TODAY, now=NOW
        )


def test_a_scheme_with_faults_stays_a_draft(session: Session, city: City) -> None:
    row = drafted(session, replace(SCHEME, rules=(replace(EVERY_KIND[0], clause=""),)))

    with pytest.raises(point_schemes.NotInOrder):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )
    shown = point_schemes.trial(session, scheme_id=row.id, today=TODAY)
    assert (len(shown.faults), shown.lines) == (1, ())


def test_points_for_activity_are_refused_until_the_office_says_so(session: Session, city: City) -> None:
    busy = with_rules(rule("r1", FactKind.RETURN_ON_TIME, 0.1, cap=5))
    row = drafted(session, busy)
    with pytest.raises(point_schemes.NotInOrder):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )

    point_schemes.change(
        session, OFFICE, scheme_id=row.id, version=row.version, content=replace(busy, activity=True), now=NOW
    )
    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW)

    assert row.state == "on"
    assert "国办函〔2026〕12号" in point_schemes.trial(session, scheme_id=row.id, today=TODAY).doubts[0]


def test_a_scheme_that_is_about_nobody_is_refused(session: Session, city: City) -> None:
    row = drafted(session, replace(SCHEME, groups=(Group("A", "乡镇", class_ids=(999,)),)))

    with pytest.raises(point_schemes.NobodyAssessed):
        point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=row.version, starts_on=FIRST, now=NOW
        )


def test_a_unit_that_changes_its_class_changes_no_past_sum(session: Session, city: City) -> None:
    from tests.support.counting import make_class

    towns = make_class(session, "乡镇", (city.justice,))
    row = switched_on(session, replace(SCHEME, groups=(Group("A", "乡镇", class_ids=(towns.id,)),)))
    scoring.enter_all(session, now=NOW)
    city.justice.unit_class_id = None
    session.flush()

    assert scoring.enter_all(session, now=NOW) == scoring.Entered()
    assert score(session, row, city.justice) == 9700


def test_a_stale_page_is_told_so(session: Session, city: City) -> None:
    row = drafted(session)
    stale = row.version
    point_schemes.switch_on(session, OFFICE, scheme_id=row.id, version=stale, starts_on=FIRST, now=NOW)

    for act in (
        lambda: point_schemes.change(
            session, OFFICE, scheme_id=row.id, version=stale, content=SCHEME, now=NOW
        ),
        lambda: point_schemes.switch_on(
            session, OFFICE, scheme_id=row.id, version=stale, starts_on=FIRST, now=NOW
        ),
        lambda: point_schemes.switch_off(session, OFFICE, scheme_id=row.id, version=stale, now=NOW),
    ):
        with pytest.raises(VersionConflict):
            act()


def test_an_ended_scheme_looks_at_no_fact_and_keeps_its_lines(session: Session, city: City) -> None:
    row = switched_on(session)
    scoring.enter_all(session, now=NOW)

    point_schemes.switch_off(session, OFFICE, scheme_id=row.id, version=row.version, now=NOW)
    city.missed.state = "waived"
    session.flush()

    assert scoring.enter_all(session, now=NOW + DAY) == scoring.Entered()
    assert len(lines(session)) == 2
    with pytest.raises(points_steps.SchemeEnded):
        point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=SCHEME, now=NOW)
    with pytest.raises(NotFound):
        point_lines.enter(session, OFFICE, scheme_id=row.id, happened=happened(city.health), now=NOW)


def test_a_new_rule_never_gets_the_key_of_one_that_was_dropped(session: Session, city: City) -> None:
    row = switched_on(session)
    new = replace(rule("", FactKind.ORDER_ISSUED, -3), clause="新的规则")
    content = with_rules(EVERY_KIND[0], new)

    point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=content, now=NOW)

    assert [each.key for each in from_data(row.content).rules] == ["r1", "r14"]


def test_a_key_that_the_scheme_has_never_had_is_given_anew(session: Session, city: City) -> None:
    row = switched_on(session, with_rules(EVERY_KIND[0]))
    content = with_rules(EVERY_KIND[0], rule("x" * 90, FactKind.ORDER_ISSUED, -3))

    point_schemes.change(session, OFFICE, scheme_id=row.id, version=row.version, content=content, now=NOW)

    assert [each.key for each in from_data(row.content).rules] == ["r1", "r2"]


def test_ranking_is_off_until_the_office_turns_it_on(session: Session) -> None:
    assert not point_schemes.ranked(session)

    point_schemes.set_ranking(session, OFFICE, on=True, now=NOW)
    assert point_schemes.ranked(session)

    point_schemes.set_ranking(session, OFFICE, on=False, now=NOW)
    assert not point_schemes.ranked(session)


@pytest.mark.parametrize(("preset", "name"), [("none", "积分办法"), ("blank", " "), ("blank", "长" * 61)])
def test_a_scheme_begins_with_a_preset_and_a_name(session: Session, preset: str, name: str) -> None:
    with pytest.raises(InvalidInput):
        point_schemes.create(session, OFFICE, year=2026, preset=preset, name=name, now=NOW)


def test_what_is_kept_is_plain_json(session: Session, city: City) -> None:
    row = switched_on(session)
    session.flush()
    session.expire_all()

    assert row.content == as_data(SCHEME) == row.editions[0].content
    assert row.editions[0].members == {str(city.justice.id): "", str(city.health.id): ""}

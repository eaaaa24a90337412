"""On New Year's Day the points of the year before stand as they stood, and the page says whose year they are."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.services.points_city import City, make_city
from tests.support.points import OFFICE, contact_of, switched_on
from tracker.adapters import work_calendar
from tracker.services import point_files, point_lines, point_pages, scoring, settings
from tracker.store.tables import ScoreScheme

LAST, FIRST = date(2026, 12, 31), date(2027, 1, 1)
NEW_YEAR = datetime.fromisoformat("2027-01-01T00:00:30+08:00")
EVE = datetime.fromisoformat("2026-12-31T23:59:30+08:00")


@pytest.fixture
def city(session: Session) -> City:
    """Health has a task that is due on the last day of the year and does not do it."""
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    city = make_city(session)
    factories.make_task(session, city.plan, "公开年度目录", units=[city.health], due=LAST)
    return city


@pytest.fixture
def scheme(session: Session, city: City) -> ScoreScheme:
    row = switched_on(session)
    for moment in (EVE, NEW_YEAR):
        session.expire_all()
        scoring.enter_all(session, now=moment)
    return row


def shown(session: Session, scheme: ScoreScheme, day: date | None = None, *, today: date = FIRST) -> dict[str, int]:
    page = point_pages.scheme_page(session, scheme_id=scheme.id, day=day, today=today)
    return {stand.unit.name: stand.standing.score for stand in page.stands}


def test_the_first_tick_of_the_year_drops_nobodys_points_of_the_year_before(
    session: Session, city: City, scheme: ScoreScheme
) -> None:
    eve = shown(session, scheme, today=LAST)

    assert eve["市卫健委"] == 10000
    assert shown(session, scheme) == eve == shown(session, scheme, LAST)
    assert shown(session, scheme, FIRST)["市卫健委"] == 9800, "what was due on the last day is in the next day's sum"
    page = point_pages.scheme_page(session, scheme_id=scheme.id, today=FIRST)
    assert (page.day, page.is_over) == (LAST, True)
    assert not point_pages.scheme_page(session, scheme_id=scheme.id, day=FIRST, today=FIRST).is_over
    assert not point_pages.scheme_page(session, scheme_id=scheme.id, today=LAST).is_over


def test_a_unit_sees_the_year_that_is_over_beside_the_one_that_begins(
    session: Session, city: City, scheme: ScoreScheme
) -> None:
    (mine,) = point_pages.of_unit(session, contact_of(city.health), today=FIRST)

    assert (mine.day, mine.stand.standing.score, mine.total) == (LAST, 10000, 1)
    assert mine.newest[0].row.entered_on == FIRST
    assert mine.has_later


def test_the_sums_of_the_year_are_exported_as_they_are_shown(
    session: Session, city: City, scheme: ScoreScheme
) -> None:
    assert "（20261231）" in point_files.scores(session, scheme_id=scheme.id, now=NEW_YEAR).name
    assert "（20270101）" in point_files.scores(session, scheme_id=scheme.id, day=FIRST, now=NEW_YEAR).name


def test_a_line_of_the_year_can_still_be_put_right_in_the_next(
    session: Session, city: City, scheme: ScoreScheme
) -> None:
    (mine,) = point_pages.of_unit(session, contact_of(city.health), today=FIRST)

    point_lines.correct(session, OFFICE, line_id=mine.newest[0].row.id, why="已办结，材料补报。", now=NEW_YEAR)

    assert shown(session, scheme, FIRST)["市卫健委"] == 10000

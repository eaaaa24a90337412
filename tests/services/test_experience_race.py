"""Unit, article's page and board act on one article in the same moment: one wins, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.support import articles
from tests.support.articles import NOW, OFFICE, WORDS, contact, later
from tests.support.at_once import Act, at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.services import auditing, experience_steps, experience_writing, reporting
from tracker.services.experience_articles import Place
from tracker.services.reporting import Decision
from tracker.store.tables import AuditEvent, Experience, ExperienceVersion, Obligation, Return

MENDED = replace(WORDS, body=f"{WORDS.body}\n三、下一步。推广到各乡镇。")


@dataclass(frozen=True)
class City:
    """A fortnight whose article has been handed in, as everybody has it on the screen."""

    engine: Engine
    unit: Actor
    owed_id: int
    owed_version: int
    article_id: int
    version: int

    def adopt(self) -> Act:
        return lambda session: experience_steps.adopt(
            session, OFFICE, article_id=self.article_id, version=self.version, now=later()
        )

    def send_back(self) -> Act:
        return lambda session: experience_steps.send_back(
            session, OFFICE, article_id=self.article_id, version=self.version, reason="请改", now=later()
        )

    def accept_on_board(self) -> Act:
        return lambda session: reporting.accept(
            session, OFFICE, Decision(self.owed_id, self.owed_version), now=later()
        )

    def accept_several(self) -> Act:
        return lambda session: reporting.accept_several(
            session, OFFICE, seen=[(self.owed_id, self.owed_version)], now=later()
        )

    def hand_in(self) -> Act:
        place = Place(obligation_id=self.owed_id)
        return lambda session: experience_writing.hand_in(
            session, self.unit, place, token="2.0", written=MENDED, now=later()
        )

    def stands(self) -> tuple[str, str, list[str]]:
        """The article, what it answers, and its returns; the trail holds."""
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None
            row, owed = (
                session.get_one(Experience, self.article_id),
                session.get_one(Obligation, self.owed_id),
            )
            found = session.scalars(select(Return).order_by(Return.number))
            return row.state, owed.state, [each.state for each in found]

    def told(self) -> Counter[str]:
        with Session(self.engine) as session:
            return Counter(session.scalars(select(AuditEvent.action)))


@pytest.fixture
def city(engine_url: str) -> Iterator[City]:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            fortnight = articles.make_fortnight(session)
            unit = contact(fortnight.education)
            row = articles.article(session, articles.hand_in(session, unit, fortnight.place))
            session.refresh(fortnight.owed)
            made = City(engine, unit, fortnight.owed.id, fortnight.owed.version, row.id, row.version)
            session.commit()
        yield made


ONE_WINS = {
    "two people of the office": ("adopt", "send_back"),
    "article's page and board": ("adopt", "accept_on_board"),
    "article's page and a whole board": ("send_back", "accept_several"),
    "unit and office": ("hand_in", "adopt"),
    "unit and board": ("hand_in", "accept_on_board"),
}
TOGETHER = {
    ("adopted", "accepted", ("accepted",)),
    ("returned", "returned", ("returned",)),
    ("kept", "accepted", ("accepted",)),
    ("submitted", "submitted", ("submitted", "submitted")),
}


@pytest.mark.parametrize("acts", ONE_WINS.values(), ids=ONE_WINS.keys())
def test_of_two_at_once_one_wins_and_the_board_tells_the_same(city: City, acts: tuple[str, str]) -> None:
    came = at_once(city.engine, *(getattr(city, act)() for act in acts))

    article, owed, returns = city.stands()
    assert (article, owed, tuple(returns)) in TOGETHER
    several = [each.answer for each in came if isinstance(each.answer, reporting.Accepted)]
    won = sum(each.done for each in came) - sum(each.accepted == 0 for each in several)
    assert won == 1
    told = city.told()
    assert (
        sum(told[f"experience:{step}"] for step in ("adopt", "return", "keep")) + told["experience:submit"]
        == 2
    )
    assert all(each.sentence.endswith("。") for each in came if not each.done)


def test_a_new_version_beside_two_decisions_is_lost_by_none(city: City) -> None:
    """Of the office one wins at most; a version that comes after 退改 is what was asked for."""
    new, returned, adopted = at_once(city.engine, city.hand_in(), city.send_back(), city.adopt())

    won = (new.done, returned.done, adopted.done)
    assert city.stands() == {
        (True, False, False): ("submitted", "submitted", ["submitted", "submitted"]),
        (False, True, False): ("returned", "returned", ["returned"]),
        (False, False, True): ("adopted", "accepted", ["accepted"]),
        (True, True, False): ("submitted", "submitted", ["returned", "submitted"]),
    }[won]
    told = city.told()
    assert told["experience:submit"] == 1 + new.done
    assert (told["experience:return"], told["experience:adopt"]) == (returned.done, adopted.done)


def test_two_tabs_that_begin_at_once_make_one_article(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            fortnight = articles.make_fortnight(session)
            unit, place = contact(fortnight.education), fortnight.place
            session.commit()

        def save(session: Session) -> object:
            return experience_writing.save_draft(session, unit, place, token="1.0", written=WORDS, now=NOW)

        came = at_once(engine, save, save)

        assert sorted(each.done for each in came) == [False, True]
        with Session(engine) as session:
            assert len(session.scalars(select(Experience)).all()) == 1
            assert len(session.scalars(select(ExperienceVersion)).all()) == 1


def test_two_free_articles_at_once_answer_one_period_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            fortnight = articles.make_fortnight(session)
            unit = contact(fortnight.education)
            places = [articles.free(session, fortnight.education, fortnight.plan) for _ in range(2)]
            owed_id = fortnight.owed.id
            session.commit()

        def hand_in(place: Place) -> Act:
            return lambda session: experience_writing.hand_in(
                session, unit, place, token="1.0", written=WORDS, now=NOW
            )

        came = at_once(engine, *(hand_in(place) for place in places))

        assert [each.refused for each in came] == [None, None]
        with Session(engine) as session:
            rows = session.scalars(select(Experience).order_by(Experience.id)).all()
            assert {row.state for row in rows} == {"submitted"}
            assert sorted(row.obligation_id or 0 for row in rows) == [0, owed_id]
            assert [each.number for each in session.scalars(select(Return))] == [1]

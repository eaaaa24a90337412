"""Whatever unit and office do in whatever order, an article and what it answers stand together."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.support import articles
from tests.support.articles import NOW, OFFICE, WORDS, Fortnight, contact
from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated
from tracker.domain.experience import ExperienceState as State
from tracker.domain.experience import Written
from tracker.services import auditing, experience_steps, experience_writing, reporting
from tracker.services.experience_articles import Place
from tracker.services.reporting import Decision
from tracker.store.tables import Experience, Obligation, Return

LINK = "https://www.qingxi.example/zt/1.html"
BETTER = Written(WORDS.title, f"{WORDS.body}\n三、下一步。推广到各乡镇。")


@pytest.fixture
def fortnight(session: Session) -> Fortnight:
    return articles.make_fortnight(session)


def standing(session: Session, owed: Obligation) -> tuple[str, list[str]]:
    """The obligation with its returns, as the board reads them."""
    session.flush()
    session.refresh(owed)
    found = session.scalars(select(Return).where(Return.obligation_id == owed.id).order_by(Return.number))
    return owed.state, [each.state for each in found]


STANDS = {
    State.DRAFT: {"open", "missed"},
    State.SUBMITTED: {"submitted"},
    State.RETURNED: {"returned"},
}


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_tried_article_and_obligation_stand_together(
    session: Session, fortnight: Fortnight, seed: int
) -> None:
    """Unit, article's page and board act in any order; after each act the board tells the truth."""
    luck = random.Random(seed)
    unit, owed, moment = contact(fortnight.education), fortnight.owed, NOW
    for _ in range(25):
        moment += timedelta(minutes=luck.randrange(1, 90))
        row = session.scalars(select(Experience)).one_or_none()
        session.refresh(owed)
        try:
            _try_something(session, luck, unit, row, owed, moment)
        except RuleViolated:
            session.flush()
        row = session.scalars(select(Experience)).one_or_none()
        state, versions = standing(session, owed)
        if row is None:
            assert (state, versions) in (("open", []), ("waived", []))
        elif row.obligation_id is not None:
            assert state in STANDS.get(State(row.state), {"accepted"})
            handed_in = [each for each in versions if each != "draft"]
            assert len(handed_in) == row.number
            assert not handed_in or handed_in[-1] == state
    assert auditing.first_broken(session) is None


def _try_something(
    session: Session,
    luck: random.Random,
    unit: Actor,
    row: Experience | None,
    owed: Obligation,
    now: datetime,
) -> None:
    one: dict[str, Any] = {
        "article_id": row.id if row else 0,
        "version": row.version if row else 0,
        "now": now,
    }
    today = (now + timedelta(hours=8)).date()
    token = articles.token_of(session, unit, Place(obligation_id=owed.id))
    writing: dict[str, Any] = {"token": token, "written": luck.choice([WORDS, BETTER]), "now": now}
    place = Place(obligation_id=owed.id)
    acts: list[Callable[[], object]] = [
        lambda: experience_writing.save_draft(session, unit, place, **writing),
        lambda: experience_writing.hand_in(session, unit, place, **writing),
        lambda: experience_writing.hand_in(session, unit, place, **writing),
        lambda: experience_steps.send_back(session, OFFICE, **one, reason="再改改"),
        lambda: experience_steps.adopt(session, OFFICE, **one),
        lambda: experience_steps.keep(session, OFFICE, **one, reason="收下"),
        lambda: experience_steps.show(session, OFFICE, **one, url=LINK, on=today),
        lambda: experience_steps.send_up(session, OFFICE, **one, on=today),
        lambda: reporting.accept(session, OFFICE, Decision(owed.id, owed.version), now=now),
        lambda: reporting.send_back(session, OFFICE, Decision(owed.id, owed.version, "再改"), now=now),
        lambda: reporting.accept_several(session, OFFICE, seen=[(owed.id, owed.version)], now=now),
    ]
    luck.choice(acts)()

"""Articles that were written freely: more than is asked for, or where nothing is asked for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support import articles
from tests.support.articles import NOW, OFFICE, WORDS, Fortnight, article, contact, free, hand_in, later
from tracker.domain import experience as rules
from tracker.domain.errors import RuleViolated
from tracker.domain.experience import Written
from tracker.domain.obligation import AlreadyWaived
from tracker.services import (
    experience_steps,
    experience_writing,
    reporting,
    waiving,
)
from tracker.services.experience_articles import Place
from tracker.services.handing_in import DraftConflict
from tracker.store.tables import Assignment, Experience, Obligation, Return

LINK = "https://www.qingxi.example/zt/1.html"
BETTER = Written(WORDS.title, f"{WORDS.body}\n三、下一步。推广到各乡镇。")


@pytest.fixture
def fortnight(session: Session) -> Fortnight:
    return articles.make_fortnight(session)


def standing(session: Session, owed: Obligation) -> tuple[str, bool, list[str]]:
    """The obligation with its returns, as the board reads them."""
    session.flush()
    session.refresh(owed)
    found = session.scalars(select(Return).where(Return.obligation_id == owed.id).order_by(Return.number))
    return owed.state, owed.late, [each.state for each in found]


def test_a_free_article_answers_the_running_obligation_unless_another_does(
    session: Session, fortnight: Fortnight
) -> None:
    unit = contact(fortnight.education)
    first = hand_in(session, unit, free(session, fortnight.education, fortnight.plan))
    second = hand_in(session, unit, free(session, fortnight.education, fortnight.plan))

    assert first.answers == "两周一经验第39周"
    assert article(session, first).obligation_id == fortnight.owed.id
    assert standing(session, fortnight.owed) == ("submitted", False, ["submitted"])
    assert (second.answers, second.late, second.editable) == ("", False, True)
    assert article(session, second).obligation_id is None


def test_a_free_article_leaves_a_begun_one_its_period(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    experience_writing.save_draft(session, unit, fortnight.place, token="1.0", written=WORDS, now=NOW)

    done = hand_in(session, unit, free(session, fortnight.education, fortnight.plan))

    assert done.answers == ""
    assert standing(session, fortnight.owed)[0] == "open"


def test_a_free_article_is_changed_until_it_is_decided(session: Session, fortnight: Fortnight) -> None:
    plan = factories.make_plan(session, "青溪市2026年营商环境要点")
    unit, place = contact(fortnight.health), free(session, fortnight.health, plan)
    hand_in(session, unit, place)
    done = hand_in(session, unit, place, BETTER, now=NOW + timedelta(days=40))
    row = article(session, done)

    assert (done.number, row.obligation_id) == (2, None)
    experience_steps.send_back(
        session, OFFICE, article_id=row.id, version=row.version, reason="请精简", now=later()
    )
    assert [each.state for each in session.scalars(select(Return))] == []
    hand_in(session, unit, place, WORDS, now=later(2))
    session.refresh(row)
    experience_steps.adopt(session, OFFICE, article_id=row.id, version=row.version, now=later(3))
    with pytest.raises(rules.AlreadyDecided):
        hand_in(session, unit, place)


def test_writing_one_begins_with_what_is_asked_for(session: Session, fortnight: Fortnight) -> None:
    unit = contact(fortnight.education)
    assert experience_writing.begin(session, unit, now=NOW) == fortnight.place

    hand_in(session, unit, fortnight.place)
    place = experience_writing.begin(session, unit, now=NOW)
    assert place.obligation_id is None
    assert experience_writing.begin(session, unit, now=NOW) == place, "an untouched draft is taken up again"
    experience_writing.save_draft(session, unit, place, token="1.0", written=WORDS, now=NOW)
    assert experience_writing.begin(session, unit, now=NOW) != place
    with pytest.raises(experience_writing.NoPlanToWriteFor):
        experience_writing.begin(session, contact(factories.make_unit(session)), now=NOW)


def test_a_free_draft_can_be_given_up_and_what_was_handed_in_cannot(
    session: Session, fortnight: Fortnight
) -> None:
    unit, place = contact(fortnight.education), free(session, fortnight.education, fortnight.plan)
    saved = experience_writing.save_draft(session, unit, place, token="1.0", written=WORDS, now=NOW)
    assert saved.row is not None
    with pytest.raises(DraftConflict):
        experience_writing.discard(session, unit, article_id=saved.row.id, token="1.0", now=NOW)
    experience_writing.discard(session, unit, article_id=saved.row.id, token="1.1", now=NOW)

    assert session.scalars(select(Experience)).all() == []
    done = hand_in(session, unit, fortnight.place)
    with pytest.raises(RuleViolated):
        experience_writing.discard(session, unit, article_id=done.article_id, token="2.0", now=NOW)


def test_a_free_article_may_be_filed_under_another_plan_of_the_unit(
    session: Session, fortnight: Fortnight
) -> None:
    other, strange = factories.make_plan(session, "营商环境要点"), factories.make_plan(session, "别家的要点")
    factories.make_task(session, other, units=[fortnight.education])
    unit, place = contact(fortnight.education), free(session, fortnight.education, fortnight.plan)

    chosen: dict[str, Any] = {"token": "1.0", "written": WORDS, "now": NOW}
    saved = experience_writing.save_draft(session, unit, place, **chosen, plan_id=other.id)
    assert saved.row is not None
    assert saved.row.plan_id == other.id
    assert {plan.id for plan in experience_writing.plans_to_choose(session, unit, saved)} == {
        other.id, fortnight.plan.id,
    }  # fmt: skip
    chosen["token"] = saved.token
    experience_writing.save_draft(session, unit, place, **chosen, plan_id=strange.id)
    assert saved.row.plan_id == other.id


@pytest.mark.parametrize("idle", [False, True], ids=["by the office", "as no task is left"])
def test_a_draft_that_nobody_asks_for_any_more_is_handed_in_freely(
    session: Session, fortnight: Fortnight, idle: bool
) -> None:
    unit = contact(fortnight.education)
    saved = experience_writing.save_draft(session, unit, fortnight.place, token="1.0", written=WORDS, now=NOW)
    session.refresh(fortnight.owed)
    if idle:
        for part in session.scalars(select(Assignment)):
            part.ended_at = NOW
        session.flush()
        waiting = waiving.lock_open(session, fortnight.plan.id, [fortnight.education.id])
        waiving.waive_idle(session, OFFICE, fortnight.plan.id, waiting, now=NOW)
    else:
        reporting.waive(
            session, OFFICE, obligation_id=fortnight.owed.id, version=fortnight.owed.version,
            reason="本期不用写", now=NOW,
        )  # fmt: skip

    assert saved.row is not None
    session.refresh(saved.row)
    assert saved.row.obligation_id is None
    with pytest.raises(AlreadyWaived):
        hand_in(session, unit, fortnight.place)
    done = hand_in(session, unit, Place(article_id=saved.row.id))
    assert done.answers == ""
    assert standing(session, fortnight.owed)[0] == "waived"

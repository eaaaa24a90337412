"""The day by which shared work is to be claimed: made once, for plans that are not history, and moved by the office."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task, make_unit
from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.services import claiming
from tracker.store.queries import audit
from tracker.store.queries import receipts as queries
from tracker.store.tables import Plan

LATER = NOW + timedelta(days=30)


def shared(session: Session, plan: Plan, qualifier: str = "按职责分工负责") -> None:
    make_task(session, plan, units=[make_unit(session)]).qualifier = qualifier
    session.flush()


def by(session: Session, plan: Plan) -> date | None:
    found = queries.claim_day(session, plan.id)
    return found.by if found else None


@pytest.mark.parametrize(
    ("year", "qualifier", "made"),
    [
        (2026, "按职责分工负责", 1),
        (2027, "按职责分工负责", 1),
        (2025, "按职责分工负责", 0),
        (2026, "等", 0),
    ],
)
def test_a_plan_with_shared_work_has_a_day(
    session: Session, year: int, qualifier: str, made: int
) -> None:
    plan = make_plan(session, year=year)
    shared(session, plan, qualifier)

    assert claiming.open_missing(session, plan.id, now=NOW) == made
    assert (by(session, plan) is not None) is bool(made)


def test_work_that_comes_later_does_not_move_the_day(session: Session) -> None:
    plan = make_plan(session)
    shared(session, plan)
    claiming.open_missing(session, plan.id, now=NOW)
    day = by(session, plan)
    shared(session, plan)

    assert claiming.open_missing(session, plan.id, now=LATER) == 1
    assert claiming.open_missing(session, plan.id, now=LATER) == 0
    assert by(session, plan) == day


def test_nothing_is_opened_for_a_plan_that_is_not_there(session: Session) -> None:
    assert claiming.open_missing(session, 99, now=NOW) == 0


def test_the_office_claims_nothing_itself(session: Session) -> None:
    plan = make_plan(session)
    shared(session, plan)
    claiming.open_missing(session, plan.id, now=NOW)

    assert claiming.own(session, SYSTEM) == []
    with pytest.raises(NotFound):
        claiming.answer(session, SYSTEM, claim_id=1, version=1, claims=True, words="", now=NOW)


def test_only_a_day_that_is_there_is_moved_and_only_to_another_one(session: Session) -> None:
    office, plan, without = Actor(None, "王主任", "office"), make_plan(session), make_plan(session)
    shared(session, plan)
    claiming.open_missing(session, plan.id, now=NOW)
    day = by(session, plan)
    assert day is not None

    with pytest.raises(NotFound):
        claiming.set_day(session, office, plan_id=without.id, version=1, by=day, now=NOW)
    with pytest.raises(VersionConflict):
        claiming.set_day(session, office, plan_id=plan.id, version=2, by=day, now=NOW)
    claiming.set_day(session, office, plan_id=plan.id, version=1, by=day, now=NOW)
    assert audit.history(session, "plan", plan.id) == []
    claiming.set_day(session, office, plan_id=plan.id, version=1, by=day + timedelta(days=1), now=NOW)
    assert [event.action for event in audit.history(session, "plan", plan.id)] == ["claim:schedule"]

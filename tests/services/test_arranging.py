"""Who mends what is unfinished, and by when: asked before a look-back is final."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.services.look_backs import DECEMBER, MARCH, verdict_on
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.services import arranging, reviewing
from tracker.store.queries import reviews
from tracker.store.tables import Plan, Unit, Verdict


@pytest.fixture
def office(session: Session) -> Actor:
    account = make_account(session, "office")
    return Actor(account.id, "陈雨", "office")


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市司法局")


def test_nothing_is_final_as_long_as_something_unfinished_has_no_lead_or_no_day(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    """Nobody is made the lead where the document names none."""
    shared = make_task(session, plan, "两家共担", units=[unit, make_unit(session, "市教育局")])
    make_task(session, plan, "一家独担", units=[unit])
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    reviewing.confirm_clean(session, office, plan_id=plan.id, now=DECEMBER)
    with pytest.raises(reviewing.TermsNeeded, match="2项"):
        reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)
    arranging.arrange_all(session, office, plan_id=plan.id, due_on=MARCH, now=DECEMBER)
    with pytest.raises(reviewing.TermsNeeded, match="1项"):
        reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)
    [lacking] = reviews.verdicts(session, look_back.id, lacking=True)
    assert (lacking.task, reviews.verdict_counts(session, look_back.id).lacking) == (shared, 1)
    arrange(session, office, lacking, lead_unit_id=unit.id)

    items = reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)

    assert {(item.title, item.lead_unit_id, item.due_on) for item in items} == {
        ("两家共担", unit.id, MARCH), ("一家独担", unit.id, MARCH),
    }  # fmt: skip


def arrange(session: Session, actor: Actor, verdict: Verdict, **change: object) -> None:
    said: dict[str, object] = {
        "plan_id": verdict.look_back.plan_id, "verdict_id": verdict.id, "lead_unit_id": None, "due_on": MARCH,
        "version": verdict.terms.version if verdict.terms else 0, "now": DECEMBER,
    }  # fmt: skip
    arranging.arrange(session, actor, **{**said, **change})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"version": 3}, VersionConflict, id="a colleague was faster"),
        pytest.param({"due_on": date(2026, 12, 27)}, arranging.PastDay, id="the day has passed"),
        pytest.param({"due_on": None}, arranging.TermsIncomplete, id="no day"),
        pytest.param({"lead_unit_id": None}, arranging.TermsIncomplete, id="no lead"),
        pytest.param({"lead_unit_id": 0}, NotFound, id="there is no such unit"),
        pytest.param({"verdict_id": 0}, NotFound, id="there is no such verdict"),
    ],
)
def test_terms_that_cannot_stand_are_refused(
    session: Session, office: Actor, plan: Plan, unit: Unit, change: dict[str, object], error: type[Exception]
) -> None:
    task = make_task(session, plan, units=[unit])
    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)

    with pytest.raises(error):
        arrange(session, office, verdict, **{"lead_unit_id": unit.id, **change})


def test_a_day_for_all_leaves_what_has_one(session: Session, office: Actor, plan: Plan, unit: Unit) -> None:
    first = make_task(session, plan, "甲", units=[unit])
    make_task(session, plan, "乙", units=[unit])
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    reviewing.confirm_clean(session, office, plan_id=plan.id, now=DECEMBER)
    arrange(
        session, office, verdict_on(session, look_back, first), lead_unit_id=unit.id, due_on=date(2027, 6, 30)
    )

    count = arranging.arrange_all(session, office, plan_id=plan.id, due_on=MARCH, now=DECEMBER)

    days = [verdict.terms.due_on for verdict in reviews.verdicts(session, look_back.id) if verdict.terms]
    assert (count, days) == (1, [date(2027, 6, 30), MARCH])
    with pytest.raises(arranging.PastDay):
        arranging.arrange_all(session, office, plan_id=plan.id, due_on=date(2026, 12, 1), now=DECEMBER)
    with pytest.raises(arranging.TermsIncomplete):
        arranging.arrange_all(session, office, plan_id=plan.id, due_on=None, now=DECEMBER)

"""Closing a year: what stands in the way, what is carried over, and that it can be pressed again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import make_cadence, make_plan, make_task, make_unit
from tests.support.counting import OFFICE
from tracker.domain.errors import NotFound
from tracker.domain.lineage import LineageKind
from tracker.domain.rollover import Blocking
from tracker.services import arranging, rectifying, reviewing, rolling_over
from tracker.services.lineage import proposals
from tracker.store.queries import audit, reporting, reviews
from tracker.store.queries import rollovers as queries
from tracker.store.tables import Plan, Unit

DECEMBER = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)
JUNE = date(2027, 6, 30)
OPEN = rectifying.RectificationPart.OPEN


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市司法局")


@pytest.fixture
def plan(session: Session, unit: Unit) -> Plan:
    plan = make_plan(session)
    make_task(session, plan, "没有人报过的任务", units=[(unit, "lead")], due=date(2026, 6, 30))
    return plan


def ready(session: Session, plan: Plan) -> None:
    """Everything confirmed, and everything to be mended arranged."""
    reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    arranging.arrange_all(session, OFFICE, plan_id=plan.id, due_on=JUNE, now=DECEMBER)


def page(
    session: Session, year: int | None = 2026, today: date = date(2026, 12, 28)
) -> rolling_over.RolloverPage:
    return rolling_over.page(session, OFFICE, year=year, today=today)


def test_what_stands_in_the_way_is_named_step_by_step(session: Session, plan: Plan) -> None:
    [end] = page(session).ends
    assert end.blocking == ((Blocking.NOT_BEGUN, 0),)
    reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    assert page(session).ends[0].blocking == ((Blocking.UNCONFIRMED, 1),)
    with pytest.raises(rolling_over.StillBlocked):
        rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)
    reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    assert page(session).ends[0].blocking == ((Blocking.LACKING, 1),)
    arranging.arrange_all(session, OFFICE, plan_id=plan.id, due_on=JUNE, now=DECEMBER)

    found = page(session)

    assert (found.blocked, found.to_mend, found.waits, found.done) == (False, 1, True, None)


def test_one_step_makes_everything_final_and_is_done_once(session: Session, plan: Plan) -> None:
    ready(session, plan)

    carried = rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)
    again = rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)

    assert ([item.due_on for item in carried], again) == ([JUNE], [])
    assert len(reviews.rectifications(session, 2027)) == 1
    assert [event.summary for event in audit.history(session, "rollover", 2026)] == [
        "2026年结转：要点1份，1项转入2027年整改"
    ]
    kept = queries.rollover(session, 2026)
    assert kept is not None
    assert kept.carried == {"rectifications": 1, "tasks": 1}
    assert page(session).waits is False


def test_what_comes_late_is_closed_by_pressing_again(session: Session, plan: Plan, unit: Unit) -> None:
    ready(session, plan)
    rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)
    late = make_plan(session, "青溪市2026年政务公开补充事项")
    make_task(session, late, "后来补的任务", units=[unit])
    assert page(session).blocked
    ready(session, late)

    [item] = rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)

    assert item.title == "后来补的任务"
    assert len(audit.history(session, "rollover", 2026)) == 2


def test_one_plan_that_is_not_ready_leaves_all_as_it_was(session: Session, plan: Plan) -> None:
    ready(session, plan)
    make_task(session, make_plan(session, "青溪市2026年分工方案"), "还没有看过")

    with pytest.raises(rolling_over.StillBlocked):
        rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)

    assert reviews.rectifications(session, 2027) == []
    assert queries.rollover(session, 2026) is None


@pytest.mark.parametrize(
    ("year", "now", "error"),
    [
        pytest.param(
            2026, datetime(2026, 11, 30, 15, tzinfo=UTC), rolling_over.TooEarly, id="the last evening before"
        ),
        pytest.param(2025, DECEMBER, rolling_over.NoPlans, id="a year without a plan"),
    ],
)
def test_a_year_is_not_closed_before_its_time(
    session: Session, plan: Plan, year: int, now: datetime, error: type[Exception]
) -> None:
    with pytest.raises(error):
        rolling_over.roll_over(session, OFFICE, year=year, now=now)


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 12, 1), 2026), (date(2027, 1, 10), 2026), (date(2026, 11, 30), 2025)]
)
def test_the_year_that_people_think_of_is_shown(session: Session, today: date, year: int) -> None:
    assert page(session, None, today).year == year


def test_what_waits_under_rectification_is_proposed_against_the_plan_that_comes_later(
    session: Session, plan: Plan, unit: Unit
) -> None:
    ready(session, plan)
    rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)
    later = make_plan(session, "青溪市2027年政务公开工作要点", year=2027)
    make_task(session, later, "没有人报过的任务", units=[(unit, "lead")])

    [likely] = proposals(session, plan_id=later.id)

    assert likely.kind is LineageKind.CONTINUED
    assert [each.likely for each in page(session).next_plans] == [1]


def test_the_rhythms_of_last_year_are_taken_over_once(session: Session, plan: Plan, unit: Unit) -> None:
    make_cadence(session, plan)
    later = make_plan(session, "青溪市2027年政务公开工作要点", year=2027)
    make_task(session, later, "新任务", units=[unit])

    [made] = rolling_over.adopt_regime(session, OFFICE, plan_id=later.id, from_plan_id=plan.id, now=DECEMBER)

    assert (made.starts_on, made.ends_on, made.weekday) == (date(2027, 1, 1), date(2027, 12, 31), 3)
    assert len(reporting.cadences(session, [later.id])[later.id]) == 1
    with pytest.raises(rolling_over.NothingToAdopt):
        rolling_over.adopt_regime(session, OFFICE, plan_id=later.id, from_plan_id=plan.id, now=DECEMBER)
    with pytest.raises(NotFound):
        rolling_over.adopt_regime(session, OFFICE, plan_id=plan.id, from_plan_id=later.id, now=DECEMBER)


def test_what_is_not_mended_stands_under_every_year_until_it_is(session: Session, plan: Plan) -> None:
    ready(session, plan)
    [item] = rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)

    later = rectifying.ledger(session, OFFICE, year=2029, today=JUNE)
    first = rectifying.ledger(session, OFFICE, year=2027, part=OPEN, today=JUNE)

    assert [later.words(each) for each in later.items] == ["连续3年未完成"]
    assert [(each.id, first.words(each)) for each in first.items] == [(item.id, "")]
    assert page(session, 2029).left_open == 1

"""A look-back while the year goes on beside it: nobody confirms or carries over what no longer holds."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.services.look_backs import DECEMBER, MARCH
from tests.support.at_once import at_once
from tests.support.counting import OFFICE
from tests.support.databases import opened
from tracker.domain.events import Event
from tracker.domain.look_back import VerdictKind
from tracker.services import arranging, reviewing, rolling_over
from tracker.store.queries import reviews
from tracker.store.tables import AuditEvent, LookBack, Rectification, Rollover, Verdict


def test_what_has_changed_since_it_was_proposed_is_not_confirmed_with_the_rest(session: Session) -> None:
    plan, unit = make_plan(session), make_unit(session)
    kept, lost = (
        make_task(session, plan, "甲", units=[unit]),
        make_task(session, plan, "乙", units=[unit], state="signed_off"),
    )
    owed = make_obligation(
        session, make_period(session, make_cadence(session, plan), "2026-W39"), unit, state="accepted"
    )
    proof = make_return(
        session, owed, [(lost.assignments[0], "done", "已办结")], state="accepted",
        evidence_url="https://qingxi.example.cn/1",
    )  # fmt: skip
    look_back = reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    proof.lines[0].evidence_url = ""
    session.flush()

    done = reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER)

    assert (done.confirmed, done.changed) == (1, 1)
    said = {row.task_id: (row.proposed, row.confirmed) for row in reviews.verdicts(session, look_back.id)}
    assert said[lost.id] == (VerdictKind.DONE_WITHOUT_EVIDENCE.value, None)
    assert said[kept.id][1] is not None


def test_a_task_that_comes_after_the_beginning_is_not_left_out_of_the_end(session: Session) -> None:
    plan, unit = make_plan(session), make_unit(session)
    make_task(session, plan, "甲", units=[unit])
    reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    arranging.arrange_all(session, OFFICE, plan_id=plan.id, due_on=MARCH, now=DECEMBER)
    make_task(session, plan, "后来补充的", units=[unit])

    with pytest.raises(reviewing.NotAllConfirmed, match="又增加了1项任务"):
        reviewing.finish(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    with pytest.raises(rolling_over.StillBlocked):
        rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER)

    assert reviewing.propose_again(session, plan_id=plan.id, now=DECEMBER) == 1


def test_a_year_that_two_close_at_once_is_closed_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            plan = make_plan(session)
            make_task(session, plan, units=[make_unit(session, "市司法局")])
            reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
            reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER)
            arranging.arrange_all(session, OFFICE, plan_id=plan.id, due_on=MARCH, now=DECEMBER)

        came_to = at_once(
            engine,
            *[lambda session: len(rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER))] * 4,
        )

        with Session(engine) as session:
            assert sorted(str(each.answer) for each in came_to) == ["0", "0", "0", "1"]
            assert [each.done for each in came_to] == [True] * 4
            for table in (Rollover, Rectification, Verdict):
                assert session.scalar(select(func.count()).select_from(table)) == 1
            told = session.scalars(select(AuditEvent.action)).all()
            assert told.count(Event.YEAR_ROLL_OVER) == 1


def test_tasks_that_two_take_in_while_a_third_closes_the_year_have_one_verdict_each(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            plan = make_plan(session)
            plan_id, unit = plan.id, make_unit(session, "市司法局")
            make_task(session, plan, units=[unit])
            reviewing.start(session, OFFICE, plan_id=plan_id, now=DECEMBER)
            reviewing.confirm_clean(session, OFFICE, plan_id=plan_id, now=DECEMBER)
            arranging.arrange_all(session, OFFICE, plan_id=plan_id, due_on=MARCH, now=DECEMBER)
            reviewing.finish(session, OFFICE, plan_id=plan_id, now=DECEMBER)
            make_task(session, plan, "后来补充的", units=[unit])

        came_to = at_once(
            engine,
            *[lambda session: reviewing.take_in_new(session, OFFICE, plan_id=plan_id, now=DECEMBER)] * 3,
            lambda session: rolling_over.roll_over(session, OFFICE, year=2026, now=DECEMBER),
        )

        assert sorted(each.word for each in came_to) == ["StillBlocked", "done", "done", "done"]
        assert sorted(str(each.answer) for each in came_to[:3]) == ["0", "0", "1"]
        with Session(engine) as session:
            assert session.scalar(select(func.count()).select_from(Verdict)) == 2
            assert session.scalar(select(func.count()).select_from(Rectification)) == 1
            assert session.scalar(select(LookBack.state)) == "open"

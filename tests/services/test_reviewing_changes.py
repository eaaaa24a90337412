"""A look-back whose facts go on: what changed since it was confirmed, and tasks that came after it was final."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
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
from tests.services.look_backs import DECEMBER, MARCH, verdict_on
from tests.support.counting import OFFICE
from tracker.domain.look_back import VerdictKind as V
from tracker.services import annual_items, arranging, reviewing, rolling_over
from tracker.services.look_back_hold import AlreadySettled
from tracker.store.queries import reviews
from tracker.store.tables import LookBack, Plan, ReturnLine, Task, Unit, Verdict

LATER = DECEMBER + timedelta(days=2)


@dataclass
class Town:
    """A plan with one task that is done with a link, confirmed, and one that nobody reported on."""

    session: Session
    plan: Plan
    unit: Unit
    done: Task
    silent: Task
    line: ReturnLine
    look_back: LookBack

    def verdict(self, task: Task) -> Verdict:
        return verdict_on(self.session, self.look_back, task)

    def say(self, task: Task, said: V, note: str = "核实过") -> None:
        verdict = self.verdict(task)
        reviewing.confirm(
            self.session, OFFICE, plan_id=self.plan.id, verdict_id=verdict.id, version=verdict.version,
            said=said.value, note=note, now=LATER,
        )  # fmt: skip
        self.session.flush()

    def lose_the_link(self) -> None:
        self.line.evidence_url = ""
        self.session.flush()

    def finish(self) -> int:
        return len(reviewing.finish(self.session, OFFICE, plan_id=self.plan.id, now=LATER))

    def counted(self) -> int:
        """The figure above the list, which is as long as it says."""
        listed = reviews.verdicts(self.session, self.look_back.id, changed=True)
        assert reviews.verdict_counts(self.session, self.look_back.id).changed == len(listed)
        return len(listed)


@pytest.fixture
def town(session: Session) -> Town:
    plan, unit = make_plan(session), make_unit(session)
    done = make_task(session, plan, "甲", units=[unit], state="signed_off")
    silent = make_task(session, plan, "乙", units=[make_unit(session, "市教育局")])
    owed = make_obligation(
        session, make_period(session, make_cadence(session, plan), "2026-W39"), unit, state="accepted"
    )
    link = "https://qingxi.example.cn/1"
    given = make_return(
        session, owed, [(done.assignments[0], "done", "已办结")], state="accepted", evidence_url=link
    )
    look_back = reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    assert reviewing.confirm_clean(session, OFFICE, plan_id=plan.id, now=DECEMBER).confirmed == 2
    arranging.arrange_all(session, OFFICE, plan_id=plan.id, due_on=MARCH, now=DECEMBER)
    return Town(session, plan, unit, done, silent, given.lines[0], look_back)


def test_what_has_changed_since_it_was_confirmed_stands_in_the_way_of_the_end(town: Town) -> None:
    town.lose_the_link()

    with pytest.raises(reviewing.ChangedSince, match="有1项确认后情况有变化"):
        town.finish()
    assert reviewing.note_changes(town.session, plan_id=town.plan.id, now=LATER) == 1

    verdict = town.verdict(town.done)
    assert (verdict.proposed, verdict.confirmed) == (V.DONE_WITH_EVIDENCE, V.DONE_WITH_EVIDENCE)
    assert verdict.since_confirmed is not None
    assert "由“完成有据”变为“完成无据”" in verdict.since_confirmed["changes"][0]
    assert town.counted() == 1
    with pytest.raises(rolling_over.StillBlocked):
        rolling_over.roll_over(town.session, OFFICE, year=2026, now=LATER)


def test_the_year_is_not_closed_over_a_change_that_nobody_has_noted(town: Town) -> None:
    town.lose_the_link()

    with pytest.raises(reviewing.ChangedSince):
        rolling_over.roll_over(town.session, OFFICE, year=2026, now=LATER)

    assert rolling_over.note_changes(town.session, year=2026, now=LATER) == 1


@pytest.mark.parametrize(
    "look",
    [
        pytest.param(reviewing.note_changes, id="looked at before the end"),
        pytest.param(reviewing.propose_again, id="proposed again"),
    ],
)
def test_a_change_that_is_gone_again_is_no_change(town: Town, look: Callable[..., int]) -> None:
    town.lose_the_link()
    look(town.session, plan_id=town.plan.id, now=LATER)
    assert town.counted() == 1
    town.line.evidence_url = "https://qingxi.example.cn/1"

    look(town.session, plan_id=town.plan.id, now=LATER)

    assert town.counted() == 0
    assert town.finish() == 1


def test_a_person_looks_and_says_a_word_on_what_is_known_now(town: Town) -> None:
    town.lose_the_link()
    reviewing.note_changes(town.session, plan_id=town.plan.id, now=LATER)

    with pytest.raises(reviewing.WordNeeded):
        town.say(town.done, V.DONE_WITH_EVIDENCE, note=" ")
    town.session.expire_all()
    town.say(town.done, V.DONE_WITH_EVIDENCE, note="纸质材料在册")

    verdict = town.verdict(town.done)
    assert (verdict.proposed, verdict.confirmed) == (V.DONE_WITHOUT_EVIDENCE, V.DONE_WITH_EVIDENCE)
    assert "没有可用的佐证链接" in verdict.reason
    assert [each["code"] for each in verdict.contradictions] == ["done_without_evidence"]
    assert town.counted() == 0
    assert town.finish() == 1


def test_a_task_that_comes_after_the_end_is_looked_at_alone(town: Town) -> None:
    assert reviewing.take_in_new(town.session, OFFICE, plan_id=town.plan.id, now=LATER) == 0
    town.finish()
    assert reviewing.take_in_new(town.session, OFFICE, plan_id=town.plan.id, now=LATER) == 0
    new = make_task(town.session, town.plan, "后来补充的", units=[town.unit])
    [first] = reviews.rectifications(town.session, plan_id=town.plan.id)
    told = " ".join(fault.words for fault in annual_items.account(town.session, plan_id=town.plan.id).faults)
    assert f"回头看定稿以后又增加了1项任务：第{new.serial}项。请在回头看页点“补核新增的 1 项”" in told
    assert "没有确认结论" not in told

    assert reviewing.take_in_new(town.session, OFFICE, plan_id=town.plan.id, now=LATER) == 1

    town.lose_the_link()  # what was final is not asked again
    assert reviewing.note_changes(town.session, plan_id=town.plan.id, now=LATER) == 0
    assert reviewing.propose_again(town.session, plan_id=town.plan.id, now=LATER) == 0
    with pytest.raises(AlreadySettled):
        town.say(town.silent, V.STANDING_KEPT)
    with pytest.raises(AlreadySettled):
        arranging.arrange(
            town.session, OFFICE, plan_id=town.plan.id, verdict_id=town.verdict(town.silent).id, version=1,
            lead_unit_id=town.unit.id, due_on=MARCH, now=LATER,
        )  # fmt: skip
    assert not reviewing.view(town.session, plan_id=town.plan.id).settled & {town.verdict(new).id}
    verdict = town.verdict(new)
    now = LATER + timedelta(hours=1)
    reviewing.confirm(
        town.session, OFFICE, plan_id=town.plan.id, verdict_id=verdict.id, version=verdict.version,
        said=verdict.proposed, note="没有报过", now=now,
    )  # fmt: skip
    arranging.arrange_all(town.session, OFFICE, plan_id=town.plan.id, due_on=MARCH, now=now)
    [second] = reviewing.finish(town.session, OFFICE, plan_id=town.plan.id, now=now)
    assert second.task_id == new.id
    assert {row.id for row in reviews.rectifications(town.session, plan_id=town.plan.id)} == {first.id, second.id}
    assert annual_items.account(town.session, plan_id=town.plan.id).faults == ()


@pytest.mark.parametrize("hours", [0, -30], ids=["in the same moment", "on a clock that was set back"])
def test_what_comes_after_the_end_is_carried_over_once_whatever_the_clock_says(town: Town, hours: int) -> None:
    town.finish()
    now = LATER + timedelta(hours=hours)
    for title in ("后来补充的", "又补充的"):
        new = make_task(town.session, town.plan, title, units=[town.unit])
        assert reviewing.take_in_new(town.session, OFFICE, plan_id=town.plan.id, now=now) == 1
        verdict = town.verdict(new)
        for note in ("没有报过", "确实没有报过"):
            reviewing.confirm(
                town.session, OFFICE, plan_id=town.plan.id, verdict_id=verdict.id, version=verdict.version,
                said=V.UNFINISHED, note=note, now=now,
            )  # fmt: skip
            town.session.flush()
        arranging.arrange_all(town.session, OFFICE, plan_id=town.plan.id, due_on=MARCH, now=now)

        items = reviewing.finish(town.session, OFFICE, plan_id=town.plan.id, now=now)

        assert [each.task_id for each in items] == [new.id]
        assert verdict.id in reviewing.view(town.session, plan_id=town.plan.id).settled


def test_a_closed_year_is_closed_again_for_a_task_that_came_later(town: Town) -> None:
    rolling_over.roll_over(town.session, OFFICE, year=2026, now=LATER)
    new = make_task(town.session, town.plan, "后来补充的", units=[town.unit])

    with pytest.raises(rolling_over.StillBlocked):
        rolling_over.roll_over(town.session, OFFICE, year=2026, now=LATER)
    reviewing.take_in_new(town.session, OFFICE, plan_id=town.plan.id, now=LATER)
    much_later = LATER + timedelta(days=1)
    reviewing.confirm_clean(town.session, OFFICE, plan_id=town.plan.id, now=much_later)
    arranging.arrange_all(town.session, OFFICE, plan_id=town.plan.id, due_on=MARCH, now=much_later)

    carried = rolling_over.roll_over(town.session, OFFICE, year=2026, now=much_later)

    assert [item.task_id for item in carried] == [new.id]
    assert rolling_over.roll_over(town.session, OFFICE, year=2026, now=much_later) == []


def test_what_a_unit_missed_before_a_task_came_is_not_that_tasks_silence(session: Session) -> None:
    plan, unit = make_plan(session), make_unit(session, "市司法局")
    plan.confirmed_at = datetime(2026, 3, 1, tzinfo=UTC)
    old, new = (make_task(session, plan, title, units=[unit]) for title in ("甲", "乙"))
    new.created_at = datetime(2026, 9, 20, tzinfo=UTC)
    cadence = make_cadence(session, plan)
    for week in ("2026-W36", "2026-W37", "2026-W38", "2026-W39"):
        make_obligation(session, make_period(session, cadence, week, state="closed"), unit, state="missed")

    look_back = reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)

    assert [each["facts"] for each in verdict_on(session, look_back, old).contradictions] == [["市司法局未报4期"]]
    assert verdict_on(session, look_back, new).contradictions == []

"""Look-back: verdicts from facts, a person's word, and what is carried into next year."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.services.look_backs import DECEMBER, MARCH, verdict_on
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.domain.look_back import VerdictKind
from tracker.domain.look_back_steps import AlreadyFinal
from tracker.domain.request import RequestKind
from tracker.services import arranging, rectifying, requesting, reviewing, task_pages, tasks
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit, reviews
from tracker.store.tables import Plan, Rectification, Task, Unit, Verdict


@pytest.fixture
def office(session: Session) -> Actor:
    account = make_account(session, "office")
    return Actor(account.id, "陈雨", "office")


@pytest.fixture
def colleague(session: Session) -> Actor:
    account = make_account(session, "office")
    return Actor(account.id, "周宁", "office")


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市司法局")


def say(session: Session, actor: Actor, verdict: Verdict, **change: object) -> None:
    """Confirm a verdict as it is proposed, or as `change` has it."""
    said: dict[str, object] = {
        "plan_id": verdict.look_back.plan_id, "verdict_id": verdict.id, "version": verdict.version,
        "said": verdict.proposed, "note": "", "now": DECEMBER,
    }  # fmt: skip
    reviewing.confirm(session, actor, **{**said, **change})  # type: ignore[arg-type]


def report(
    session: Session, task: Task, unit: Unit, status: str, url: str = "", week: str = "2026-W39"
) -> None:
    """One return of the unit with one line on the task."""
    cadence = make_cadence(session, task.plan)
    obligation = make_obligation(session, make_period(session, cadence, week), unit, state="accepted")
    part = next(part for part in task.assignments if part.unit_id == unit.id)
    make_return(session, obligation, [(part, status, "完成14件文件编号")], state="accepted", evidence_url=url)


def test_a_task_reported_done_with_a_link_is_proposed_as_done_with_evidence(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit], due=date(2026, 11, 30), state="signed_off")
    report(session, task, unit, "done", "https://www.qingxi.example/1.html")

    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)

    verdict = verdict_on(session, look_back, task)
    assert verdict.proposed == VerdictKind.DONE_WITH_EVIDENCE.value
    assert verdict.contradictions == []
    assert verdict.confirmed is None


def test_a_task_reported_done_without_a_link_shows_its_contradictions(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit], due=date(2026, 11, 30))
    report(session, task, unit, "done")

    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)

    assert verdict.proposed == VerdictKind.DONE_WITHOUT_EVIDENCE.value
    assert {each["code"] for each in verdict.contradictions} == {
        "done_without_evidence",
        "done_not_signed_off",
    }


def test_a_link_used_for_two_tasks_is_told_at_both(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    first = make_task(session, plan, "公布清理结果", units=[unit])
    second = make_task(session, plan, "更新公开指南", units=[unit])
    cadence = make_cadence(session, plan)
    obligation = make_obligation(session, make_period(session, cadence), unit, state="accepted")
    lines = [(task.assignments[0], "in_progress", task.title) for task in (first, second)]
    make_return(
        session, obligation, lines, state="accepted", evidence_url="https://www.qingxi.example/1.html"
    )

    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)

    for task, other in ((first, second), (second, first)):
        [shared] = verdict_on(session, look_back, task).contradictions
        assert shared["code"] == "evidence_duplicate"
        assert other.title in shared["facts"][0]


def test_only_the_newest_version_of_a_return_counts(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit])
    cadence = make_cadence(session, plan)
    obligation = make_obligation(session, make_period(session, cadence), unit, state="accepted")
    make_return(session, obligation, [(task.assignments[0], "done", "完成")], state="returned")
    make_return(session, obligation, [(task.assignments[0], "in_progress", "还在做")], state="accepted")

    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)

    assert verdict.proposed == VerdictKind.UNFINISHED.value
    assert "1次" in verdict.reason


def test_beginning_twice_is_beginning_once(session: Session, office: Actor, plan: Plan, unit: Unit) -> None:
    make_task(session, plan, units=[unit])
    first = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    second = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    assert first.id == second.id
    assert len(reviews.verdicts(session, first.id)) == 1


def test_new_facts_change_what_nobody_has_confirmed_and_nothing_else(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    judged = make_task(session, plan, "甲", units=[unit])
    waiting = make_task(session, plan, "乙", units=[unit])
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    verdict = verdict_on(session, look_back, judged)
    say(session, office, verdict, note="")
    cadence = make_cadence(session, plan)
    obligation = make_obligation(session, make_period(session, cadence), unit, state="accepted")
    lines = [(task.assignments[0], "in_progress", "有进展") for task in (judged, waiting)]
    make_return(session, obligation, lines, state="accepted")

    changed = reviewing.propose_again(session, plan_id=plan.id, now=DECEMBER)

    assert changed == 1
    assert verdict_on(session, look_back, judged).proposed == VerdictKind.NEVER_REPORTED.value
    assert verdict_on(session, look_back, waiting).proposed == VerdictKind.UNFINISHED.value


def test_another_verdict_than_the_proposed_one_needs_a_word(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit])
    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)
    said = VerdictKind.STANDING_KEPT.value

    with pytest.raises(reviewing.WordNeeded):
        say(session, office, verdict, said=said, note=" ")
    say(session, office, verdict, said=said, note="另有纸质报告")

    assert (verdict.confirmed, verdict.note) == (said, "另有纸质报告")


def test_a_proposal_with_a_contradiction_needs_a_word_even_when_it_is_taken(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit], state="signed_off")
    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)

    with pytest.raises(reviewing.WordNeeded):
        say(session, office, verdict, note=" ")
    say(session, office, verdict, note="纸质材料齐全")

    assert (verdict.confirmed, verdict.note) == (verdict.proposed, "纸质材料齐全")


def test_a_verdict_of_another_plan_is_not_confirmed_under_this_one(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit])
    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)
    other = make_plan(session)
    reviewing.start(session, office, plan_id=other.id, now=DECEMBER)

    with pytest.raises(NotFound):
        say(session, office, verdict, plan_id=other.id)

    assert verdict.confirmed is None


def test_a_year_that_has_passed_is_judged_by_its_own_last_half(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    """Reports of September count for a standing task of 2026, however late the look-back begins."""
    task = make_task(session, plan, units=[unit], notation="ongoing")
    report(session, task, unit, "in_progress")
    next_spring = datetime(2027, 3, 1, 1, 0, tzinfo=UTC)

    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=next_spring), task)

    assert verdict.proposed == VerdictKind.STANDING_KEPT.value
    assert verdict.contradictions == []


@pytest.mark.parametrize(
    ("change", "error"),
    [
        pytest.param({"version": 99}, VersionConflict, id="a colleague was faster"),
        pytest.param({"said": "perfect"}, reviewing.UnknownVerdict, id="the verdict is none"),
        pytest.param({"verdict_id": 0}, NotFound, id="there is no such row"),
        pytest.param({"plan_id": 0}, NotFound, id="the verdict is not this plan's"),
    ],
)
def test_a_word_that_cannot_stand_is_refused(
    session: Session, office: Actor, plan: Plan, unit: Unit, change: dict[str, object], error: type[Exception]
) -> None:
    task = make_task(session, plan, units=[unit])
    verdict = verdict_on(session, reviewing.start(session, office, plan_id=plan.id, now=DECEMBER), task)

    with pytest.raises(error):
        say(session, office, verdict, note="核实过", **change)


def test_what_has_no_contradiction_can_be_confirmed_together(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    clean = make_task(session, plan, "甲", units=[unit])
    doubtful = make_task(session, plan, "乙", units=[unit], state="signed_off")
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)

    done = reviewing.confirm_clean(session, office, plan_id=plan.id, now=DECEMBER)

    assert (done.confirmed, done.changed) == (1, 0)
    assert verdict_on(session, look_back, clean).confirmed is not None
    assert verdict_on(session, look_back, clean).note == "核对无误"
    assert verdict_on(session, look_back, doubtful).confirmed is None


def test_a_look_back_with_an_open_verdict_is_not_made_final(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    make_task(session, plan, units=[unit])
    reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)

    with pytest.raises(reviewing.NotAllConfirmed, match="1项"):
        reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)


@pytest.fixture
def item(session: Session, office: Actor, plan: Plan, unit: Unit) -> Rectification:
    """What is left of a plan with one finished and one unfinished task."""
    other = make_unit(session, "市教育局")
    make_task(session, plan, "没有人报过的任务", units=[other, (unit, "lead")], due=date(2026, 6, 30))
    done = make_task(session, plan, "办完的任务", units=[unit], state="signed_off")
    report(session, done, unit, "done", "https://www.qingxi.example/1.html")
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    for verdict in reviews.verdicts(session, look_back.id):
        say(session, office, verdict, note="核实过")
    arranging.arrange_all(session, office, plan_id=plan.id, due_on=MARCH, now=DECEMBER)
    [left] = reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)
    return left


def test_what_is_unfinished_becomes_rectification_under_next_year_with_its_lead(
    session: Session, item: Rectification, plan: Plan, unit: Unit
) -> None:
    assert (item.title, item.year, item.lead_unit_id, item.state) == (
        "没有人报过的任务",
        2027,
        unit.id,
        "open",
    )
    assert item.due_on == MARCH
    assert [each.id for each in reviews.rectifications(session, 2027)] == [item.id]
    assert reviews.rectifications(session, plan_id=plan.id) == [item]


def test_missed_returns_are_no_question_where_the_verdict_is_that_nobody_reported(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit])
    cadence = make_cadence(session, plan)
    for week in ("2026-W37", "2026-W38", "2026-W39"):
        make_obligation(session, make_period(session, cadence, week, state="closed"), unit, state="missed")

    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)

    verdict = verdict_on(session, look_back, task)
    assert [each["code"] for each in verdict.contradictions] == ["missed_often"]
    assert verdict.contradiction_count == 0
    assert reviewing.confirm_clean(session, office, plan_id=plan.id, now=DECEMBER).confirmed == 1


@pytest.mark.usefixtures("item")
def test_a_final_look_back_says_when_it_was_finished(session: Session, plan: Plan) -> None:
    look_back = reviews.look_back_of(session, plan.id)

    assert look_back is not None
    assert (look_back.state, look_back.finished_at) == ("final", DECEMBER)


@pytest.mark.usefixtures("item")
def test_a_final_look_back_is_not_changed_any_more(session: Session, office: Actor, plan: Plan) -> None:
    look_back = reviews.look_back_of(session, plan.id)
    assert look_back is not None
    [verdict, *_] = reviews.verdicts(session, look_back.id)

    with pytest.raises(AlreadyFinal):
        say(session, office, verdict, note="改")
    with pytest.raises(AlreadyFinal):
        reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)


def test_rectification_is_closed_by_a_second_person_and_only_with_a_link(
    session: Session, item: Rectification, office: Actor, colleague: Actor
) -> None:
    with pytest.raises(rectifying.LinkNeeded):
        _close(session, colleague, item)
    with pytest.raises(rectifying.LinkNeeded):
        _link(session, office, item, "javascript:alert(1)")
    _link(session, office, item, "https://www.qingxi.example/zg.html")
    with pytest.raises(rectifying.OtherPersonNeeded):
        _close(session, office, item)

    _close(session, colleague, item)

    assert (item.state, item.closed_by_id) == ("closed", colleague.account_id)
    with pytest.raises(rectifying.AlreadyClosed):
        _close(session, colleague, item)


def test_the_history_tells_what_was_arranged_linked_and_closed(
    session: Session, item: Rectification, office: Actor, colleague: Actor, unit: Unit
) -> None:
    rectifying.schedule(
        session, office, rectification_id=item.id, version=item.version, lead_unit_id=unit.id,
        due_on=date(2027, 3, 31), now=DECEMBER,
    )  # fmt: skip
    session.flush()
    _link(session, office, item, "https://www.qingxi.example/zg.html")
    _close(session, colleague, item)

    told = {each.action for each in audit.history(session, "task", item.task_id)}
    assert told >= {
        "rectification:create", "rectification:schedule", "rectification:link", "rectification:close",
    }  # fmt: skip
    assert "task:change" not in told


def test_a_unit_gives_links_for_its_own_items_only(session: Session, item: Rectification) -> None:
    stranger = make_unit(session, "市水利局")
    account = make_account(session, "unit", unit=stranger)

    with pytest.raises(NotFound):
        _link(
            session,
            Actor(account.id, "某人", "unit", stranger.id),
            item,
            "https://www.qingxi.example/zg.html",
        )


def _link(session: Session, actor: Actor, item: Rectification, link: str) -> None:
    rectifying.give_link(
        session, actor, rectification_id=item.id, version=item.version, link=link, now=DECEMBER
    )
    session.flush()


def _close(session: Session, actor: Actor, item: Rectification) -> None:
    rectifying.close(session, actor, rectification_id=item.id, version=item.version, now=DECEMBER)
    session.flush()


def test_the_counts_are_the_lengths_of_their_lists(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    make_task(session, plan, "甲", units=[unit])
    make_task(session, plan, "乙", units=[unit], state="signed_off")
    make_task(session, plan, "丙", units=[unit], state="cancelled")
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    reviewing.confirm_clean(session, office, plan_id=plan.id, now=DECEMBER)

    counts = reviews.verdict_counts(session, look_back.id)

    def length(**kept: object) -> int:
        return len(reviews.verdicts(session, look_back.id, **kept))  # type: ignore[arg-type]

    assert counts.total == length() == 3
    assert counts.confirmed == length(confirmed="yes")
    assert counts.contradicted == length(contradicted=True) == 1
    for value, count in counts.by_proposed.items():
        assert count == length(proposed=value)
    for value, count in counts.by_confirmed.items():
        assert count == length(confirmed=value)


def test_a_signed_off_task_that_is_found_unfinished_goes_back_to_its_units(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit], due=date(2026, 6, 30))
    tasks.sign_off(session, office, task_id=task.id, version=task.version, note="好", now=DECEMBER)
    look_back = reviewing.start(session, office, plan_id=plan.id, now=DECEMBER)
    verdict = verdict_on(session, look_back, task)
    say(session, office, verdict, said=VerdictKind.UNFINISHED.value, note="链接已失效")
    assert task.state == "signed_off", "a verdict can still be changed until the look-back is final"
    arranging.arrange_all(session, office, plan_id=plan.id, due_on=MARCH, now=DECEMBER)

    reviewing.finish(session, office, plan_id=plan.id, now=DECEMBER)

    assert (task.state, task.next_due_on) == ("assigned", date(2026, 6, 30))
    assert task.assignments[0].signed_off_at is None
    told = [event.summary for event in audit.history(session, "task", task.id)]
    assert "恢复办理：回头看结论为“未完成”，链接已失效" in told


def test_the_link_of_a_granted_sign_off_is_evidence(
    session: Session, office: Actor, plan: Plan, unit: Unit
) -> None:
    task = make_task(session, plan, units=[unit], due=date(2026, 12, 31))
    contact = Actor(None, "林知远", "unit", unit.id)
    asked = Asked(RequestKind.SIGN_OFF, evidence_url="https://www.qingxi.example/zwgk/3.html")
    request = requesting.ask(session, contact, task_id=task.id, asked=asked, now=DECEMBER)
    requesting.grant(session, office, request_id=request.id, granting=Granting(), now=DECEMBER)

    found = reviewing.evidence_of(session, plan_id=plan.id)
    page = task_pages.view(session, office, task_id=task.id, today=date(2026, 12, 28))

    assert [(link.unit_id, link.url) for link in found[task.id]] == [(unit.id, asked.evidence_url)]
    assert [(item.url, item.period_label) for item in page.evidence] == [(asked.evidence_url, "销号申请")]

"""What the office does with a task, and what a unit's report makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tracker.domain.actor import Actor
from tracker.domain.deadline import printed_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.task import Role
from tracker.services import tasks
from tracker.store.queries import audit
from tracker.store.tables import Assignment, Checkpoint, Obligation, Task

OFFICE = Actor(account_id=None, name="王主任", role="office")
LATER = NOW + timedelta(days=1)
OCTOBER, DECEMBER = date(2026, 10, 31), date(2026, 12, 31)


def report(session: Session, assignment: Assignment, status: str = "in_progress", **said: str) -> None:
    tasks.apply_report(
        session,
        assignment,
        status=status,
        progress=said.get("progress", "已完成初稿"),
        next_plan=said.get("next_plan", ""),
        problem=said.get("problem", ""),
        evidence_added=1,
        now=NOW,
    )


@pytest.fixture
def task(session: Session) -> Task:
    """Two units, two stages."""
    units = [(make_unit(session, "市教育局"), "lead"), (make_unit(session, "市卫健委"), "support")]
    return make_task(session, make_plan(session), "公开民办学校收费", units=units, due=[OCTOBER, DECEMBER])


def histories(session: Session, task: Task) -> list[str]:
    return [event.summary for event in audit.history(session, "task", task.id)]


def test_sign_off_closes_stages_and_parts(session: Session, task: Task) -> None:
    signed = tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note=" 已公开 ", now=NOW)

    assert (signed.state, signed.signed_off_at, signed.signed_off_note) == ("signed_off", NOW, "已公开")
    assert (signed.next_due_on, signed.due_on, signed.version) == (None, DECEMBER, 2)
    assert [point.closed_at for point in signed.checkpoints] == [NOW, NOW]
    assert {assignment.status for assignment in signed.assignments} == {"done"}
    assert histories(session, task) == ["销号：已公开"]


def test_reopening_restores_what_the_sign_off_closed_and_nothing_else(session: Session, task: Task) -> None:
    first, second = task.checkpoints
    tasks.close_checkpoint(session, OFFICE, task_id=task.id, checkpoint_id=first.id, version=1, now=NOW)
    lead, support = task.assignments
    period = make_period(session, make_cadence(session, task.plan))
    make_return(session, make_obligation(session, period, lead.unit), [(lead, "blocked", "缺数据")])
    report(session, lead, "blocked", progress="缺数据")
    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="已公开", now=LATER)

    again = tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="链接失效", now=LATER)

    assert (again.state, again.signed_off_at, again.next_due_on) == ("in_progress", None, DECEMBER)
    assert (first.closed_at, second.closed_at) == (NOW, None)
    assert (lead.status, support.status, support.done_at) == ("blocked", "not_started", None)


def test_a_part_that_the_unit_had_done_stays_done_after_reopening(session: Session, task: Task) -> None:
    lead = task.assignments[0]
    report(session, lead, "done")
    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="好", now=LATER)

    tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="再看", now=LATER)

    assert (lead.status, lead.done_at) == ("done", NOW)


def test_a_late_return_for_an_old_week_is_not_what_the_unit_said_last(session: Session, task: Task) -> None:
    lead = task.assignments[0]
    cadence = make_cadence(session, task.plan)
    old, new = (make_obligation(session, make_period(session, cadence, key), lead.unit) for key in ("2026-W38", "2026-W39"))
    make_return(session, new, [(lead, "in_progress", "推进")])
    make_return(session, new, [(lead, "blocked", "缺经费")])
    make_return(session, new, [(lead, "done", "还没有报送的草稿")], state="draft")
    make_return(session, old, [(lead, "in_progress", "补报")]).submitted_at = LATER
    tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note="已公开", now=LATER)

    tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="链接失效", now=LATER)

    assert lead.status == "blocked"


def test_cancelling_ends_the_light_and_reopening_brings_it_back(session: Session, task: Task) -> None:
    tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason="机构调整", now=NOW)
    assert (task.state, task.next_due_on, task.due_on) == ("cancelled", None, DECEMBER)

    tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="又要做", now=NOW)
    assert (task.state, task.next_due_on) == ("assigned", OCTOBER)


def test_a_reached_stage_hands_the_light_to_the_next_and_can_be_taken_back(session: Session, task: Task) -> None:
    stage = task.checkpoints[0].id

    tasks.close_checkpoint(session, OFFICE, task_id=task.id, checkpoint_id=stage, version=1, now=NOW)
    assert (task.next_due_on, task.due_on) == (DECEMBER, DECEMBER)

    tasks.reopen_checkpoint(session, OFFICE, task_id=task.id, checkpoint_id=stage, version=2, now=NOW)
    assert task.next_due_on == OCTOBER


def test_a_moved_day_keeps_the_printed_one_and_says_why(session: Session, task: Task) -> None:
    final = task.checkpoints[1]
    wanted = tasks.TaskChange(
        "公开民办学校收费标准",
        {assignment.unit_id: Role(assignment.role) for assignment in task.assignments},
        {final.id: date(2027, 1, 15)},
        reason="等省里文件",
    )

    tasks.change(session, OFFICE, task_id=task.id, version=1, wanted=wanted, now=NOW)

    assert (task.title, task.due_on, printed_day(task.deadline_notation)) == ("公开民办学校收费标准", date(2027, 1, 15), DECEMBER)
    assert task.deadline_reason == "公开办把2026年12月31日改为2027年1月15日，理由：等省里文件"
    assert histories(session, task) == ["修改了任务名称、完成时限：等省里文件"]


def test_an_undated_task_gets_its_first_day_from_the_office(session: Session) -> None:
    task = make_task(session, make_plan(session), units=[make_unit(session)])
    roles = {task.assignments[0].unit_id: Role.LEAD}

    wanted = tasks.TaskChange(task.title, roles, new_day=OCTOBER, reason="例会议定")
    tasks.change(session, OFFICE, task_id=task.id, version=1, wanted=wanted, now=NOW)

    assert (task.next_due_on, task.due_on, printed_day(task.deadline_notation)) == (OCTOBER, OCTOBER, None)
    assert [point.kind for point in task.checkpoints] == ["final"]


def test_units_come_and_go_but_one_that_has_reported_stays(session: Session, task: Task) -> None:
    lead = task.assignments[0]
    newcomer = make_unit(session, "市财政局")
    roles = {lead.unit_id: Role.RESPONSIBLE, newcomer.id: Role.LEAD}
    tasks.change(
        session, OFFICE, task_id=task.id, version=1, wanted=tasks.TaskChange(task.title, roles), now=NOW
    )
    assert [(part.unit.name, part.role) for part in task.assignments] == [
        ("市教育局", "responsible"),
        ("市财政局", "lead"),
    ]
    assert task.version == 2

    period = make_period(session, make_cadence(session, task.plan))
    make_return(session, make_obligation(session, period, lead.unit), [(lead, "in_progress", "进展")])
    with pytest.raises(tasks.UnitHasReported, match="市教育局"):
        tasks.change(
            session,
            OFFICE,
            task_id=task.id,
            version=2,
            wanted=tasks.TaskChange(task.title, {newcomer.id: Role.LEAD}),
            now=NOW,
        )


@pytest.fixture
def owed(session: Session, task: Task) -> Obligation:
    """The running week's return of the second unit, which has no other task."""
    return make_obligation(session, make_period(session, make_cadence(session, task.plan)), task.assignments[1].unit)


def test_a_unit_that_loses_its_last_task_owes_no_return_any_more(session: Session, task: Task, owed: Obligation) -> None:
    lead = {task.assignments[0].unit_id: Role.LEAD}

    tasks.change(session, OFFICE, task_id=task.id, version=1, wanted=tasks.TaskChange(task.title, lead), now=NOW)

    assert (owed.state, owed.decided_at, owed.note) == ("waived", NOW, "任务已调整，贵单位在这份文件里没有办理中的任务")
    (event,) = audit.history(session, "obligation", owed.id)
    assert (event.action, event.summary) == (
        "obligation:waive", "市卫健委第39周免报：任务已调整，贵单位在这份文件里没有办理中的任务",
    )


def test_cancelling_a_units_last_task_waives_its_return(session: Session, task: Task, owed: Obligation) -> None:
    tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason="机构调整", now=NOW)

    assert owed.state == "waived"


@pytest.mark.parametrize("state", ["submitted", "returned", "missed", "accepted"])
def test_what_was_handed_in_or_missed_stays_when_the_task_goes(
    session: Session, task: Task, owed: Obligation, state: str
) -> None:
    owed.state = state

    tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason="机构调整", now=NOW)

    assert owed.state == state


def test_a_unit_with_another_open_task_goes_on_reporting(session: Session, task: Task, owed: Obligation) -> None:
    make_task(session, task.plan, units=[owed.unit])

    tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason="机构调整", now=NOW)

    assert owed.state == "open"


def test_signing_off_leaves_the_weeks_return_to_be_handed_in(session: Session, task: Task, owed: Obligation) -> None:
    tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note="已公开", now=NOW)

    assert owed.state == "open"


def test_saving_without_a_change_leaves_no_trace(session: Session, task: Task) -> None:
    roles = {assignment.unit_id: Role(assignment.role) for assignment in task.assignments}

    wanted = tasks.TaskChange(task.title, roles, {point.id: point.due_on for point in task.checkpoints})
    tasks.change(session, OFFICE, task_id=task.id, version=1, wanted=wanted, now=NOW)

    assert (task.version, histories(session, task)) == (1, [])


def test_the_slower_of_two_is_told(session: Session, task: Task) -> None:
    tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason="机构调整", now=NOW)

    with pytest.raises(VersionConflict):
        tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note="已公开", now=NOW)


@pytest.mark.parametrize("words", ["", "  \n"], ids=["nothing", "only blanks"])
def test_every_act_wants_its_words(session: Session, task: Task, words: str) -> None:
    with pytest.raises(InvalidInput):
        tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note=words, now=NOW)
    with pytest.raises(InvalidInput):
        tasks.cancel(session, OFFICE, task_id=task.id, version=1, reason=words, now=NOW)
    with pytest.raises(InvalidInput):
        tasks.change(
            session, OFFICE, task_id=task.id, version=1,
            wanted=tasks.TaskChange(task.title, {task.assignments[0].unit_id: Role.LEAD}, new_day=OCTOBER, reason=words),
            now=NOW,
        )


def test_a_unit_reaches_no_task_of_another(session: Session, task: Task) -> None:
    stranger = Actor(account_id=None, name="张三", role="unit", unit_id=make_unit(session).id)

    with pytest.raises(NotFound):
        tasks.sign_off(session, stranger, task_id=task.id, version=1, note="好", now=NOW)


class TestReports:
    def test_the_first_report_sets_the_task_going(self, session: Session, task: Task) -> None:
        lead = task.assignments[0]

        report(session, lead, "blocked", problem="缺授权", next_plan="协调")

        assert task.state == "in_progress"
        assert (lead.status, lead.progress, lead.problem, lead.evidence_count) == ("blocked", "已完成初稿", "缺授权", 1)

    def test_no_change_keeps_status_and_words(self, session: Session, task: Task) -> None:
        lead = task.assignments[0]
        report(session, lead, "blocked", problem="缺授权")

        report(session, lead, "carried", progress="")

        assert (lead.status, lead.progress, lead.problem) == ("blocked", "已完成初稿", "缺授权")

    def test_done_is_dated_once_and_taken_back_by_a_later_word(self, session: Session, task: Task) -> None:
        lead = task.assignments[0]
        report(session, lead, "done")
        assert lead.done_at == NOW

        report(session, lead, "in_progress")
        assert lead.done_at is None

    def test_a_late_line_does_not_undo_a_sign_off(self, session: Session, task: Task) -> None:
        tasks.sign_off(session, OFFICE, task_id=task.id, version=1, note="好", now=NOW)

        report(session, task.assignments[0], "blocked")

        assert (task.state, task.assignments[0].status) == ("signed_off", "done")

    def test_reviews_close_when_every_unit_has_reported_in_their_weeks(self, session: Session) -> None:
        task = make_task(session, make_plan(session), units=[make_unit(session), make_unit(session)], notation="ongoing")
        for day in (date(2026, 6, 30), DECEMBER):
            task.checkpoints.append(Checkpoint(plan_id=task.plan_id, due_on=day, kind="review", label="复核"))
        tasks.refresh_dates(task)
        assert (task.next_due_on, task.due_on) == (date(2026, 6, 30), None)

        report(session, task.assignments[0])
        assert task.next_due_on == date(2026, 6, 30)
        report(session, task.assignments[1], "carried")

        assert task.next_due_on == DECEMBER

"""What a look-back takes for evidence besides links: files beside lines, events of quotas, closed clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.counting import LINK, OFFICE, enter, make_target
from tests.support.qingxi import MemoryFiles
from tracker.domain.clock import PERSONNEL
from tracker.domain.proof import Proof
from tracker.services import clock_acts, counted_events, evidence_package, look_back_report, reviewing
from tracker.services.clock_acts import ClockFacts
from tracker.store.queries import look_back_facts
from tracker.store.tables import EvidenceFile, Obligation, Plan, Task, Unit, Verdict

DECEMBER = datetime(2026, 12, 28, 2, tzinfo=UTC)


@pytest.fixture
def plan(session: Session) -> Plan:
    return make_plan(session)


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def task(session: Session, plan: Plan, unit: Unit) -> Task:
    return make_task(session, plan, "公布清理结果", units=[unit], due=date(2026, 11, 30), state="signed_off")


def reported(session: Session, task: Task, unit: Unit, *, handed_in: bool = True) -> Obligation:
    period = make_period(session, make_cadence(session, task.plan))
    state, at = ("accepted", NOW) if handed_in else ("open", None)
    owed = make_obligation(session, period, unit, state=state, submitted_at=at)
    if handed_in:
        make_return(session, owed, [(task.assignments[0], "done", "完成14件")], state="accepted")
    return owed


def beside(
    session: Session, owed: Obligation, task: Task, *, sha: str = "a", gone: bool = False
) -> EvidenceFile:
    row = EvidenceFile(
        obligation_id=owed.id, assignment_id=task.assignments[0].id, filename="人员名单.docx", kind="docx",
        size=3, sha256=sha * 64, uploaded_at=NOW, removed_at=NOW if gone else None,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


def verdict(session: Session, plan: Plan, task: Task) -> Verdict:
    look_back = reviewing.start(session, OFFICE, plan_id=plan.id, now=DECEMBER)
    return next(each for each in look_back.verdicts if each.task_id == task.id)


def test_a_file_beside_a_line_is_evidence_and_its_name_is_told_to_nobody(
    session: Session, plan: Plan, unit: Unit, task: Task
) -> None:
    beside(session, reported(session, task, unit), task)

    found = verdict(session, plan, task)

    assert (found.reason, found.contradictions) == ("已销号，有1份佐证材料", [])
    [row] = look_back_report.report(session, plan_id=plan.id, now=DECEMBER).rows
    assert row.links == ("佐证材料1份",)


@pytest.mark.parametrize(("handed_in", "gone"), [(True, True), (False, False)], ids=["taken back", "a draft"])
def test_a_file_that_does_not_stand_is_no_evidence(
    session: Session, plan: Plan, unit: Unit, task: Task, handed_in: bool, gone: bool
) -> None:
    beside(session, reported(session, task, unit, handed_in=handed_in), task, gone=gone)

    assert "没有可用的佐证链接" in verdict(session, plan, task).reason


def test_one_file_for_two_tasks_is_told_at_both(session: Session, plan: Plan, unit: Unit, task: Task) -> None:
    other = make_task(session, plan, "更新公开指南", units=[unit], state="signed_off")
    owed = reported(session, task, unit)
    beside(session, owed, task)
    beside(session, owed, other)

    said = {each["code"]: each["facts"] for each in verdict(session, plan, task).contradictions}

    assert said["evidence_duplicate"] == ["佐证材料 也用于：更新公开指南"]


def test_counted_events_and_closed_clocks_are_evidence(
    session: Session, plan: Plan, unit: Unit, task: Task
) -> None:
    reported(session, task, unit)
    target = make_target(session, task, minimum=1)
    enter(session, target, unit, "2026-03-01", f"{LINK}?1")
    struck = enter(session, target, unit, "2026-03-02", f"{LINK}?2")
    counted_events.strike(session, OFFICE, event_id=struck.id, version=1, reason="不是访谈", now=NOW)
    facts = ClockFacts(PERSONNEL.key, unit.id, "科长调整", date(2026, 9, 21), task_id=task.id)
    clock = clock_acts.start(session, OFFICE, facts=facts, now=NOW)
    files, proof = MemoryFiles(), Proof("", (b"%PDF-1.7", "名单.pdf"))
    clock_acts.close(
        session, OFFICE, clock_id=clock.id, version=1, closed_on=TODAY, proof=proof, files=files, now=NOW
    )

    assert verdict(session, plan, task).reason == "已销号，有1条佐证链接、1份佐证材料"


def test_a_task_that_comes_while_a_package_is_read_waits_for_the_next_one(
    session: Session, task: Task, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = look_back_facts.facts_of

    def and_a_colleague_adds_one(*args: Any, **facts: Any) -> Any:
        known = read(*args, **facts)
        make_task(session, task.plan, "后来补充的", units=[task.assignments[0].unit])
        return known

    monkeypatch.setattr(evidence_package, "facts_of", and_a_colleague_adds_one)

    package, _ = evidence_package.of_plan(session, plan_id=task.plan_id, now=DECEMBER)

    assert [each.id for each in package.tasks] == [task.id]

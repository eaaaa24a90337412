"""Quotas by hand: added, changed and ended with a reason, by one person at a time; editions leave them alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.counting import OFFICE, enter, make_class, make_target
from tests.support.databases import opened
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.quota_scope import Scope
from tracker.services import quota_targets, quotas
from tracker.services.quota_targets import Owner, TargetFacts
from tracker.store.database import transaction
from tracker.store.queries import audit
from tracker.store.tables import QuotaTarget, Task, Unit

EACH = Owner(Scope.EACH)


@pytest.fixture
def units(session: Session) -> tuple[Unit, Unit]:
    return make_unit(session, "市教育局"), make_unit(session, "市民政局")


@pytest.fixture
def task(session: Session, units: tuple[Unit, Unit]) -> Task:
    return make_task(session, make_plan(session), units=list(units))


def wanted(**more: Any) -> TargetFacts:
    return TargetFacts(**{"counted": "在线访谈", "minimum": 4, "period": "P1Y", "owner": EACH, **more})


def added(session: Session, task: Task, reason: str = "领导要求", **more: Any) -> QuotaTarget:
    return quota_targets.add(session, OFFICE, task_id=task.id, facts=wanted(**more), reason=reason, now=NOW)


def shown(session: Session) -> list[tuple[str, str, str]]:
    return [(each.name, each.words, each.owners) for each in quotas.page(session, OFFICE, today=TODAY).targets]


def test_the_office_adds_what_the_importer_has_missed(
    session: Session, task: Task, units: tuple[Unit, Unit]
) -> None:
    target = added(session, task)
    enter(session, target, units[0], "2026-03-01")

    assert shown(session) == [("在线访谈", "每年不少于4次", "任务的责任单位，每家都要")]
    assert (target.settled, target.made_in_id, target.set_at) == (True, None, NOW)
    [event] = audit.history(session, "task", task.id)
    assert event.summary == "新增次数指标“在线访谈”每年不少于4次：领导要求"


def test_a_class_or_one_unit_can_be_asked(session: Session, task: Task, units: tuple[Unit, Unit]) -> None:
    county = make_class(session, "县(市、区)", (make_unit(session, "清河县政府"),))

    added(session, task, owner=Owner(Scope.CLASS, class_id=county.id), printed="各县(市、区)")
    added(session, task, owner=Owner(Scope.UNIT, unit_id=units[1].id), minimum=1, period="P3M")

    assert shown(session) == [
        ("在线访谈", "每年不少于4次", "县(市、区)，每家都要"), ("在线访谈", "每季度不少于1次", "市民政局"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "reason", "error", "words"),
    [
        ({"counted": " "}, "领导要求", InvalidInput, "数的是什么"),
        ({"minimum": 0}, "领导要求", InvalidInput, "次数请填"),
        ({"period": "P5D"}, "领导要求", InvalidInput, "多久数一次"),
        ({"owner": Owner(Scope.OPEN)}, "领导要求", InvalidInput, "由谁完成"),
        ({"owner": Owner(Scope.CLASS, class_id=99)}, "领导要求", NotFound, "没有"),
        ({"owner": Owner(Scope.UNIT, unit_id=99)}, "领导要求", NotFound, "没有"),
        ({}, " ", quota_targets.QuotaReasonNeeded, "请写明为什么"),
    ],
    ids=["nothing", "none", "no period", "nobody", "no such class", "no such unit", "no reason"],
)
def test_what_cannot_be_asked_is_said(
    session: Session, task: Task, wrong: dict[str, Any], reason: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        added(session, task, reason, **wrong)


def test_the_same_is_asked_once_and_of_open_tasks_only(session: Session, task: Task) -> None:
    added(session, task)
    with pytest.raises(quota_targets.AlreadyAsked):
        added(session, task, minimum=9)
    done = make_task(session, task.plan, state="signed_off", units=[make_unit(session)])
    with pytest.raises(quota_targets.TaskSettled):
        added(session, done)
    with pytest.raises(InvalidInput, match="还没有责任单位"):
        added(session, make_task(session, task.plan))
    with pytest.raises(NotFound):
        quota_targets.task_of(session, OFFICE, task_id=999)
    assert next(tasks for _, tasks in quota_targets.choosable(session))[0] is task


def test_a_change_counts_what_was_entered_anew_and_tells_before_and_after(
    session: Session, task: Task, units: tuple[Unit, Unit]
) -> None:
    target = make_target(session, task, minimum=1)
    enter(session, target, units[0], "2026-03-01")
    facts = wanted(minimum=1, period="P3M")

    quota_targets.change(
        session, OFFICE, target_id=target.id, version=target.version, facts=facts, reason="原文是每季度", now=NOW
    )

    [found] = quotas.page(session, OFFICE, today=TODAY).targets
    assert [cell.pace.counted for cell in found.lines[0].cells] == [1, 0, 0, 0]
    [event] = audit.history(session, "task", task.id)
    assert event.detail is not None
    assert (event.detail["before"][2], event.detail["after"][2]) == ("P1Y", "P3M")
    assert target.version == 2
    with pytest.raises(VersionConflict):
        quota_targets.change(
            session, OFFICE, target_id=target.id, version=1, facts=facts, reason="又改", now=NOW
        )


def test_a_change_does_not_make_two_of_the_same(session: Session, task: Task) -> None:
    target = added(session, task)
    other = added(session, task, period="P3M", minimum=1)
    with pytest.raises(quota_targets.AlreadyAsked):
        quota_targets.change(
            session, OFFICE, target_id=other.id, version=1, facts=wanted(), reason="改", now=NOW
        )
    session.refresh(other)
    assert (target.period, other.period) == ("P1Y", "P3M")


def test_what_is_ended_is_asked_no_more_and_stays_to_be_read(
    session: Session, task: Task, units: tuple[Unit, Unit]
) -> None:
    target = added(session, task)
    enter(session, target, units[0], "2026-03-01")
    with pytest.raises(quota_targets.QuotaReasonNeeded):
        quota_targets.end(session, OFFICE, target_id=target.id, version=1, reason="", now=NOW)

    quota_targets.end(session, OFFICE, target_id=target.id, version=1, reason="不再要求", now=NOW)

    assert (shown(session), target.ended_why) == ([], "不再要求")
    with pytest.raises(quota_targets.AlreadyEnded):
        quota_targets.one(session, target_id=target.id)
    with pytest.raises(quota_targets.AlreadyEnded):
        quota_targets.end(session, OFFICE, target_id=target.id, version=2, reason="再停", now=NOW)


def test_of_two_people_who_add_the_same_at_once_one_is_told(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            task_id = make_task(session, make_plan(session), units=[make_unit(session)]).id
            session.commit()

        def act() -> str:
            with Session(engine) as own, transaction(own):
                task = own.get(Task, task_id)
                assert task is not None
                return added(own, task).counted

        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(act) for _ in range(2)]
            wait(both)

        errors = [each.exception() for each in both]
        assert sorted(type(error).__name__ for error in errors) == ["AlreadyAsked", "NoneType"]
        with Session(engine) as session:
            assert len(list(session.scalars(select(QuotaTarget)))) == 1



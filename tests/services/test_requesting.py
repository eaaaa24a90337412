"""What a unit asks about its part in a task, and what the office's answer makes of the task."""

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
from tracker.adapters import work_calendar
from tracker.domain import request as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import InvalidInput, NotFound
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.task import Role
from tracker.services import calendar_changes, requesting, settings, tasks
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit, regime
from tracker.store.queries import requests as queries
from tracker.store.queries.requests import RequestFilter
from tracker.store.tables import Assignment, AuditEvent, Task, TaskRequest

OFFICE = Actor(account_id=None, name="王主任", role="office")
LATER = NOW + timedelta(days=1)
OCTOBER, DECEMBER, NEXT_YEAR = date(2026, 10, 31), date(2026, 12, 31), date(2027, 1, 31)
EXTENSION, SIGN_OFF, OBJECTION = RequestKind
LINK = "https://www.qingxi.example/zwgk/7.html"


def contact(part: Assignment) -> Actor:
    return Actor(account_id=None, name="林知远", role="unit", unit_id=part.unit_id)


@pytest.fixture
def task(session: Session) -> Task:
    """A lead, a responsible and a supporting unit; two stages."""
    names = (("市教育局", "lead"), ("市财政局", "responsible"), ("市卫健委", "support"))
    units = [(make_unit(session, name), role) for name, role in names]
    return make_task(session, make_plan(session), "公开民办学校收费", units=units, due=[OCTOBER, DECEMBER])


def ask(session: Session, part: Assignment, kind: RequestKind, **facts: object) -> TaskRequest:
    usual: dict[RequestKind, dict[str, object]] = {
        EXTENSION: {"reason": "等省里文件", "wanted_on": DECEMBER},
        SIGN_OFF: {"reason": "已公开", "evidence_url": LINK},
        OBJECTION: {"reason": "不是本单位职责", "wanted_unit": "市发改委"},
    }
    asked = Asked(kind, **{**usual[kind], **facts})  # type: ignore[arg-type]
    return requesting.ask(session, contact(part), task_id=part.task_id, asked=asked, now=NOW)


def grant(session: Session, request: TaskRequest, **how: object) -> TaskRequest:
    granting = Granting(**how)  # type: ignore[arg-type]
    return requesting.grant(session, OFFICE, request_id=request.id, granting=granting, now=LATER)


def newest(session: Session, task: Task) -> AuditEvent:
    return audit.history(session, "task", task.id)[0]


def test_a_granted_extension_moves_the_day_and_keeps_the_first_one(session: Session, task: Task) -> None:
    first = task.checkpoints[0]
    request = ask(session, task.assignments[1], EXTENSION, wanted_on=date(2026, 11, 30))
    assert newest(session, task).summary == (
        "市财政局申请延期：2026年10月31日延至2026年11月30日，等省里文件"
    )

    grant(session, request, words="最后一次")

    assert (first.due_on, first.first_due_on, task.next_due_on) == (date(2026, 11, 30), OCTOBER, date(2026, 11, 30))
    assert task.deadline_reason.endswith("公开办同意市财政局延期（等省里文件）：2026年10月31日延至2026年11月30日")
    event = newest(session, task)
    assert (event.action, event.actor) == ("request:grant", "王主任")
    assert event.summary == "同意市财政局延期：2026年10月31日延至2026年11月30日：最后一次"
    assert event.detail["days"] == ["2026-10-31", "2026-11-30"]
    assert event.detail["state"] == ["waiting", "granted"]

    again = ask(session, task.assignments[0], EXTENSION, checkpoint_id=first.id, wanted_on=date(2026, 12, 10))
    grant(session, again, day=date(2026, 12, 5))
    assert (first.due_on, first.first_due_on) == (date(2026, 12, 5), OCTOBER), "the office gives another day"


def test_a_day_off_that_is_granted_says_so_and_leaves_nothing_for_the_calendar(session: Session, task: Task) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026, 2027]))
    request = ask(session, task.assignments[1], EXTENSION, wanted_on=date(2026, 11, 29))

    grant(session, request)

    label = task.checkpoints[0].label
    assert label.endswith("（2026年11月29日，延期），当天是周日，此前最后一个工作日是11月27日")
    assert calendar_changes.pending_count(session, now=LATER) == 0


def test_the_offices_own_later_day_keeps_the_first_one_too(session: Session, task: Task) -> None:
    first, last = task.checkpoints
    roles = {part.unit_id: Role(part.role) for part in task.assignments}
    days = {first.id: date(2026, 10, 20), last.id: NEXT_YEAR}
    wanted = tasks.TaskChange(task.title, roles, days, reason="例会议定")

    tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=wanted, now=NOW)

    assert [point.first_due_on for point in task.checkpoints] == [None, DECEMBER]


def test_an_extension_that_others_have_overtaken_is_not_granted(session: Session, task: Task) -> None:
    mine = ask(session, task.assignments[0], EXTENSION, wanted_on=date(2026, 11, 10))
    theirs = ask(session, task.assignments[1], EXTENSION, wanted_on=date(2026, 11, 30))
    grant(session, theirs)

    with pytest.raises(rules.LaterDayNeeded):
        grant(session, mine)


def test_each_unit_has_its_own_state_and_the_task_follows(session: Session, task: Task) -> None:
    lead, responsible, support = task.assignments
    grant(session, ask(session, lead, SIGN_OFF))
    assert (task.state, lead.signed_off_at, lead.status, lead.evidence_count) == ("assigned", LATER, "done", 1)
    assert newest(session, task).summary == "同意市教育局销号"

    grant(session, ask(session, responsible, SIGN_OFF), words="已核对")

    assert (task.state, task.signed_off_at, task.signed_off_note) == ("signed_off", LATER, "各牵头、责任单位均已销号")
    assert (support.signed_off_at, support.status, task.next_due_on) == (LATER, "done", None)
    assert newest(session, task).summary == "同意市财政局销号，任务随之销号：已核对"
    assert newest(session, task).detail["task_state"] == ["assigned", "signed_off"]


def test_a_unit_whose_part_is_signed_off_is_asked_no_more(session: Session, task: Task) -> None:
    lead = task.assignments[0]
    grant(session, ask(session, lead, SIGN_OFF))

    asked = [unit.name for unit in regime.units_with_work(session, task.plan_id)]
    tasks.apply_report(
        session, lead, status="blocked", progress="", next_plan="", problem="", evidence_added=0, now=LATER
    )

    assert asked == ["市财政局", "市卫健委"]
    assert lead.status == "done", "a late line does not undo it"
    with pytest.raises(rules.NothingToAsk):
        ask(session, lead, EXTENSION)


def test_reopening_gives_every_part_back(session: Session, task: Task) -> None:
    for part in task.assignments[:2]:
        grant(session, ask(session, part, SIGN_OFF))

    tasks.reopen(session, OFFICE, task_id=task.id, version=task.version, reason="链接失效", now=LATER)

    assert task.state == "assigned"
    assert {part.signed_off_at for part in task.assignments} == {None}
    assert {part.status for part in task.assignments} == {"not_started"}
    assert newest(session, task).detail == {"state": ["signed_off", "assigned"], "why": "链接失效"}


def test_signing_off_the_whole_grants_what_asked_for_it_and_ends_the_rest(session: Session, task: Task) -> None:
    lead, responsible, support = task.assignments
    wanted, later, other = ask(session, lead, SIGN_OFF), ask(session, responsible, EXTENSION), ask(session, support, OBJECTION)

    tasks.sign_off(session, OFFICE, task_id=task.id, version=task.version, note="现场核对", now=LATER)

    assert [each.state for each in (wanted, later, other)] == ["granted", "lapsed", "lapsed"]
    assert {part.signed_off_at for part in task.assignments} == {LATER}
    assert later.decision == "已销号"


def test_a_cancelled_task_leaves_nothing_waiting(session: Session, task: Task) -> None:
    request = ask(session, task.assignments[0], SIGN_OFF)

    tasks.cancel(session, OFFICE, task_id=task.id, version=task.version, reason="机构调整", now=LATER)

    assert (request.state, request.decision) == ("lapsed", "任务已取消")
    assert newest(session, task).summary == "市教育局的销号申请已终止：任务已取消"


def test_an_objection_ends_the_part_and_what_waited_of_it(session: Session, task: Task) -> None:
    support = task.assignments[2]
    later, request = ask(session, support, EXTENSION), ask(session, support, OBJECTION)

    grant(session, request, words="确实不归")

    assert [part.unit.name for part in task.assignments] == ["市教育局", "市财政局"]
    assert (request.state, later.state, later.decision) == ("granted", "lapsed", "本单位不再承担这项任务")
    granted = audit.history(session, "task", task.id)[1]
    assert granted.summary == "同意市卫健委的异议，不再承担：确实不归"
    assert granted.detail["units"][0] != granted.detail["units"][1]


def test_a_part_that_goes_over_to_another_unit_keeps_its_role_and_the_reports_stay(
    session: Session, task: Task
) -> None:
    lead = task.assignments[0]
    period = make_period(session, make_cadence(session, task.plan))
    make_return(session, make_obligation(session, period, lead.unit), [(lead, "in_progress", "已排查")])
    newcomer = make_unit(session, "市发改委")

    grant(session, ask(session, lead, OBJECTION), instead=newcomer.id)

    assert [(part.unit.name, part.role) for part in task.assignments] == [
        ("市财政局", "responsible"), ("市卫健委", "support"), ("市发改委", "lead"),
    ]  # fmt: skip
    assert session.get(Assignment, lead.id).ended_at == LATER  # type: ignore[union-attr]


def test_an_objection_may_make_the_unit_a_supporting_one_and_the_task_follows(session: Session, task: Task) -> None:
    lead, responsible, _ = task.assignments
    grant(session, ask(session, lead, SIGN_OFF))

    grant(session, ask(session, responsible, OBJECTION), role=Role.SUPPORT)

    assert (task.state, responsible.role) == ("signed_off", "support")


def test_the_only_unit_leaves_only_when_another_takes_over(session: Session) -> None:
    task = make_task(session, make_plan(session), units=[make_unit(session)], due=DECEMBER)
    request = ask(session, task.assignments[0], OBJECTION)

    with pytest.raises(requesting.OneUnitNeeded):
        grant(session, request)
    with pytest.raises(requesting.SameUnit):
        grant(session, request, instead=task.assignments[0].unit_id)


def test_one_request_of_a_kind_waits_at_a_time_and_a_refused_one_can_be_made_anew(
    session: Session, task: Task
) -> None:
    part = task.assignments[0]
    request = ask(session, part, SIGN_OFF)
    with pytest.raises(rules.RequestWaiting):
        ask(session, part, SIGN_OFF)

    requesting.refuse(session, OFFICE, request_id=request.id, reason=" 链接打不开 ", now=LATER)

    assert (request.state, request.decision, request.decided_by_name) == ("refused", "链接打不开", "王主任")
    assert newest(session, task).summary == "不同意市教育局的销号申请：链接打不开"
    assert ask(session, part, SIGN_OFF).state == "waiting"
    with pytest.raises(rules.AlreadyDecided):
        grant(session, request)


def test_a_unit_withdraws_its_own_request_only(session: Session, task: Task) -> None:
    lead, responsible, _ = task.assignments
    request = ask(session, lead, EXTENSION)

    with pytest.raises(NotFound):
        requesting.withdraw(session, contact(responsible), request_id=request.id, now=LATER)
    requesting.withdraw(session, contact(lead), request_id=request.id, now=LATER)

    assert request.state == "withdrawn"
    assert newest(session, task).summary == "市教育局撤回延期申请"
    with pytest.raises(rules.AlreadyDecided):
        requesting.withdraw(session, contact(lead), request_id=request.id, now=LATER)


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        (EXTENSION, {"wanted_on": None}),
        (EXTENSION, {"wanted_on": OCTOBER}),
        (EXTENSION, {"reason": " "}),
        (EXTENSION, {"checkpoint_id": 999_999}),
        (SIGN_OFF, {"reason": "", "evidence_url": ""}),
        (SIGN_OFF, {"evidence_url": "www.qingxi.example"}),
        (SIGN_OFF, {"evidence_url": "https://www.qingxi.example/" + "a" * 1000}),
        (SIGN_OFF, {"evidence_on": date(2026, 9, 25)}),
        (OBJECTION, {"reason": ""}),
    ],
)
def test_a_request_needs_its_words(
    session: Session, task: Task, kind: RequestKind, facts: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput):
        ask(session, task.assignments[0], kind, **facts)
    assert queries.count(session, RequestFilter(plan_id=task.plan_id)) == 0


def test_a_stranger_asks_nothing(session: Session, task: Task) -> None:
    stranger = Actor(account_id=None, name="张三", role="unit", unit_id=make_unit(session).id)

    for actor in (stranger, OFFICE):
        with pytest.raises(NotFound):
            requesting.ask(session, actor, task_id=task.id, asked=Asked(OBJECTION, "不是本单位职责"), now=NOW)


def test_the_number_of_a_filter_is_the_length_of_its_list(session: Session, task: Task) -> None:
    for kind in RequestKind:
        for part in task.assignments:
            ask(session, part, kind)
    requesting.refuse(session, OFFICE, request_id=queries.of_task(session, task.id, unit_id=None)[0].id, reason="不同意", now=LATER)

    for kind in (None, *RequestKind):
        for state in (None, *RequestState):
            wanted = RequestFilter(kind, state, plan_id=task.plan_id)
            assert queries.count(session, wanted) == len(queries.listed(session, wanted, limit=99))
    states = [each.state for each in queries.listed(session, RequestFilter(plan_id=task.plan_id), limit=99)]
    assert states == ["waiting"] * 8 + ["refused"]

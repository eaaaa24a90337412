"""The pages of a task's life: receive, claim, ask, answer, divide."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.domain.actor import Actor
from tracker.domain.request import RequestKind
from tracker.services import claiming, requesting
from tracker.services.requesting import Asked
from tracker.store.tables import Account, Acknowledgement, Claim, ClaimDay, SubItem, Task, TaskRequest

OCTOBER = date(2026, 10, 31)


@pytest.fixture
def task(app_session: Session) -> Task:
    """Shared work of two units, due at the end of October."""
    units = [make_unit(app_session, name) for name in ("市教育局", "市财政局")]
    task = make_task(app_session, make_plan(app_session), "归并高频问题", units=units, due=OCTOBER)
    task.qualifier = "按职责分工负责"
    app_session.flush()
    claiming.open_missing(app_session, task.plan_id, now=NOW)
    app_session.commit()
    return task


@pytest.fixture
def unit(app: Flask, app_session: Session, task: Task) -> PageClient:
    """The contact of the first unit, signed in."""
    account = make_account(app_session, "unit", unit=task.assignments[0].unit)
    app_session.commit()
    return cast("PageClient", app.test_client()).as_account(account)


def asked(session: Session, task: Task, kind: RequestKind) -> TaskRequest:
    part = task.assignments[0]
    who = Actor(account_id=None, name="林知远", role="unit", unit_id=part.unit_id)
    typed = Asked(kind, "等省里文件", wanted_on=date(2026, 11, 30))
    request = requesting.ask(session, who, task_id=task.id, asked=typed, now=NOW)
    session.commit()
    return request


def fresh(session: Session, table: type) -> list[object]:
    """What the pages have kept, seen from a new transaction."""
    session.rollback()
    return list(session.scalars(select(table)))


def test_a_unit_signs_for_a_plan_with_one_click(unit: PageClient, app_session: Session, task: Task) -> None:
    assert "交给本单位 1 项任务" in unit.get("/my").text

    answer = unit.post(f"/my/plans/{task.plan_id}/acknowledge", follow_redirects=True)

    assert "已签收。" in answer.text
    assert "交给本单位" not in answer.text
    assert len(fresh(app_session, Acknowledgement)) == 1


def test_a_unit_claims_or_declines(unit: PageClient, app_session: Session, task: Task) -> None:
    claim = app_session.scalars(select(Claim).order_by(Claim.id)).first()
    assert claim is not None
    assert "认领任务 1 项" in unit.get("/my").text

    bare = unit.post(f"/my/claims/{claim.id}", data={"version": 1, "action": "decline", "words": ""})
    assert (bare.status_code, "不认领请写明理由" in bare.text) == (422, True)
    done = unit.post(f"/my/claims/{claim.id}", data={"version": 1, "action": "claim", "words": "只管学校"})
    assert done.status_code == 303
    stale = unit.post(f"/my/claims/{claim.id}", data={"version": 1, "action": "decline", "words": "改由财政局"})
    assert (stale.status_code, "改由财政局" in stale.text, "只管学校" in stale.text) == (409, True, True)
    assert "已认领：只管学校" in unit.get(f"/tasks/{task.id}").text


def test_the_office_sees_who_has_not_answered_and_sets_the_day(
    office: PageClient, app_session: Session, task: Task
) -> None:
    assert "未签收 2 家" in office.get("/desk").text
    page = office.get(f"/receipts/{task.plan_id}?part=waiting")
    tree: Any = html.document_fromstring(page.text)
    assert tree.xpath("//a[@data-part='waiting']/@data-count") == ["2"]
    assert len(tree.xpath("//table[@data-count='2']/tbody/tr")) == 2

    past = office.post(f"/receipts/{task.plan_id}/claim-day", data={"version": 1, "by": "2026-01-01"})
    assert past.status_code == 422
    done = office.post(f"/receipts/{task.plan_id}/claim-day", data={"version": 1, "by": "2026-11-02"})
    assert done.status_code == 303
    stale = office.post(f"/receipts/{task.plan_id}/claim-day", data={"version": 1, "by": "2026-11-03"})
    assert stale.status_code == 409
    (day,) = fresh(app_session, ClaimDay)
    assert cast("ClaimDay", day).by == date(2026, 11, 2)


@pytest.mark.parametrize(
    ("kind", "bad", "good"),
    [
        (
            "extension",
            {"wanted_on": "2026-10-01", "reason": "等文件"},
            {"wanted_on": "2026-11-30", "reason": "等文件"},
        ),
        ("sign_off", {"reason": "", "evidence_url": ""}, {"evidence_url": "https://www.qingxi.example/1.html"}),
        ("objection", {"reason": " "}, {"reason": "不是本单位职责", "wanted_unit": "市财政局"}),
    ],
)
def test_a_unit_asks_and_takes_it_back(
    unit: PageClient, app_session: Session, task: Task, kind: str, bad: dict[str, str], good: dict[str, str]
) -> None:
    address = f"/tasks/{task.id}/requests/{kind}"
    also = {"checkpoint_id": str(task.checkpoints[0].id)} if kind == "extension" else {}
    assert address in unit.get(f"/tasks/{task.id}").text
    assert unit.get(address).status_code == 200

    refused = unit.post(address, data=bad | also)
    assert refused.status_code == 422
    assert not bad.get("reason", "").strip() or bad["reason"] in refused.text
    assert unit.post(address, data=good | also).status_code == 303
    again = unit.post(address, data=good | also)
    assert (again.status_code, "已有一份申请在等公开办处理" in again.text) == (422, True)
    page = unit.get(f"/tasks/{task.id}").text
    assert "待公开办处理" in page
    assert address not in page
    assert "申请待处理" in unit.get("/my/tasks").text

    (request,) = fresh(app_session, TaskRequest)
    number = cast("TaskRequest", request).id
    assert unit.post(f"/my/requests/{number}/withdraw").status_code == 303
    assert "已撤回" in unit.get(f"/tasks/{task.id}").text


def test_the_office_grants_a_later_day_and_both_days_stay_in_sight(
    office: PageClient, app_session: Session, task: Task
) -> None:
    request = asked(app_session, task, RequestKind.EXTENSION)
    assert "待处理申请 1 件" in office.get("/desk").text
    assert "等省里文件" in office.get("/requests").text
    shown = html.document_fromstring(office.get(f"/requests/{request.id}").text)
    assert shown.xpath("//input[@name='day']/@value") == ["2026-11-30"]
    assert not shown.xpath("//select[@name='role']")

    answer = office.post(f"/requests/{request.id}/grant", data={"day": "2026-11-20", "words": ""})

    assert answer.status_code == 303
    page = office.get(f"/tasks/{task.id}").text
    assert "原定10月31日，延至11月20日" in page
    assert "待处理申请 0 件" in office.get("/desk").text
    again = office.post(f"/requests/{request.id}/refuse", data={"reason": "不行"})
    assert (again.status_code, "已经处理过" in again.text) == (422, True)


def test_the_office_refuses_with_a_reason_only(office: PageClient, app_session: Session, task: Task) -> None:
    request = asked(app_session, task, RequestKind.SIGN_OFF)

    assert office.post(f"/requests/{request.id}/refuse", data={"reason": " "}).status_code == 422
    assert office.post(f"/requests/{request.id}/refuse", data={"reason": "链接打不开"}).status_code == 303
    assert "链接打不开" in office.get("/requests?state=refused").text


def test_an_objection_is_granted_with_another_unit_in_its_place(
    office: PageClient, app_session: Session, task: Task
) -> None:
    request = asked(app_session, task, RequestKind.OBJECTION)
    newcomer = make_unit(app_session, "市发改委")
    app_session.commit()

    done = office.post(f"/requests/{request.id}/grant", data={"role": "", "instead": newcomer.id, "words": "同意"})

    assert done.status_code == 303
    app_session.expire_all()
    assert [part.unit.name for part in task.assignments] == ["市财政局", "市发改委"]


@pytest.mark.parametrize(
    ("kind", "act", "typed", "state", "opens"),
    [
        (RequestKind.EXTENSION, "grant", {"day": "2026-11-30", "words": ""}, "已同意", True),
        (RequestKind.EXTENSION, "refuse", {"reason": "请先报进展"}, "未同意", True),
        (RequestKind.OBJECTION, "grant", {"role": "", "instead": "0"}, "已同意", False),
    ],
    ids=["granted", "refused", "the part is the unit's no more"],
)
def test_the_answer_stands_on_the_page_of_the_unit_that_asked(
    office: PageClient, unit: PageClient, app_session: Session, task: Task,
    kind: RequestKind, act: str, typed: dict[str, str], state: str, *, opens: bool,
) -> None:  # fmt: skip
    request = asked(app_session, task, kind)
    assert "公开办的答复" not in unit.get("/my").text
    assert office.post(f"/requests/{request.id}/{act}", data=typed).status_code == 303

    page = html.document_fromstring(unit.get("/my").text)

    (answer,) = page.findall(".//section[@aria-labelledby='answered']//div[@class='asked']")
    words = html.tostring(answer, encoding="unicode", method="text")
    assert state in words
    assert typed.get("reason", "") in words
    links = [link.get("href") for link in answer.findall(".//a")]
    assert links == ([f"/tasks/{task.id}#requests"] if opens else [])
    assert ("已不由本单位承担" in words) is not opens


def test_an_answer_leaves_the_units_page_after_two_weeks(
    office: PageClient, unit: PageClient, app_session: Session, task: Task, clock: SettableClock
) -> None:
    request = asked(app_session, task, RequestKind.EXTENSION)
    office.post(f"/requests/{request.id}/refuse", data={"reason": "请先报进展"})

    clock.advance(days=15)
    unit.as_account(app_session.scalars(select(Account).where(Account.unit_id.is_not(None))).one())

    assert "公开办的答复" not in unit.get("/my").text


def test_a_sign_off_begins_with_the_link_that_was_reported_last(
    unit: PageClient, app_session: Session, task: Task
) -> None:
    part = task.assignments[0]
    owed = make_obligation(app_session, make_period(app_session, make_cadence(app_session, task.plan)), part.unit)
    link = "https://www.qingxi.example/zs/1.html"
    make_return(app_session, owed, [(part, "done", "已公布")], evidence_url=link, evidence_on=date(2026, 9, 20))
    app_session.commit()

    page = html.document_fromstring(unit.get(f"/tasks/{task.id}/requests/sign_off").text)

    assert page.xpath("//input[@name='evidence_url']/@value") == [link]
    assert page.xpath("//input[@name='evidence_on']/@value") == ["2026-09-20"]


def test_every_number_of_the_list_opens_its_list(office: PageClient, app_session: Session, task: Task) -> None:
    for kind in RequestKind:
        asked(app_session, task, kind)
    tree: Any = html.document_fromstring(office.get("/requests").text)

    for link in tree.xpath("//nav[@class='lights']/a"):
        opened: Any = html.document_fromstring(office.get(link.get("href")).text)
        assert opened.xpath("//*[@data-count and not(self::a)]/@data-count") == [link.get("data-count")]
        assert len(opened.xpath("//tbody/tr")) == int(link.get("data-count"))


def test_a_unit_divides_its_part(unit: PageClient, app_session: Session, task: Task) -> None:
    address = f"/tasks/{task.id}/sub-items"
    late = unit.post(address, data={"title": "梳理清单", "due_on": "2026-11-30"})
    assert (late.status_code, "不能晚于任务的时限10月31日" in late.text, "梳理清单" in late.text) == (422, True, True)
    assert unit.post(address, data={"title": "梳理清单", "person": "王芳", "due_on": "2026-10-20"}).status_code == 303
    (found,) = fresh(app_session, SubItem)
    one = f"{address}/{cast('SubItem', found).id}"

    fields = {"title": "梳理清单", "person": "李明", "due_on": ""}
    assert unit.post(one, data={**fields, "version": 1, "action": "save"}).status_code == 303
    assert unit.post(one, data={**fields, "version": 1, "action": "done"}).status_code == 409
    assert unit.post(one, data={**fields, "version": 2, "action": "done"}).status_code == 303
    assert "本单位子项 1 个" in unit.get(f"/tasks/{task.id}").text
    assert unit.post(one, data={**fields, "version": 3, "action": "remove"}).status_code == 303
    assert fresh(app_session, SubItem) == []


def test_a_step_is_not_saved_under_the_address_of_another_task(
    unit: PageClient, app_session: Session, task: Task
) -> None:
    unit.post(f"/tasks/{task.id}/sub-items", data={"title": "梳理清单"})
    (found,) = fresh(app_session, SubItem)
    step = cast("SubItem", found).id

    fields = {"title": "另写一句", "due_on": "", "version": 1, "action": "save"}
    answer = unit.post(f"/tasks/{task.id + 1}/sub-items/{step}", data=fields)

    assert answer.status_code == 404
    assert [cast("SubItem", row).title for row in fresh(app_session, SubItem)] == ["梳理清单"]


def test_a_step_of_a_task_that_is_late_may_go_without_a_day(
    unit: PageClient, app_session: Session, task: Task, clock: SettableClock
) -> None:
    address = f"/tasks/{task.id}/sub-items"
    assert "不晚于任务的时限10月31日" in unit.get(address).text

    clock.advance(days=60)
    unit.as_account(app_session.scalars(select(Account).where(Account.unit_id.is_not(None))).one())

    assert "任务的时限10月31日已过，可以不填日期，或先申请延期" in unit.get(address).text


def test_another_units_contact_reaches_nothing(app: Flask, app_session: Session, task: Task) -> None:
    request = asked(app_session, task, RequestKind.EXTENSION)
    account = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    stranger = cast("PageClient", app.test_client()).as_account(account)

    assert stranger.get(f"/tasks/{task.id}/requests/objection").status_code == 404
    assert stranger.get(f"/tasks/{task.id}/sub-items").status_code == 404
    assert stranger.post(f"/my/requests/{request.id}/withdraw").status_code == 404
    assert stranger.post(f"/my/plans/{task.plan_id}/acknowledge").status_code == 404
    assert stranger.get(f"/requests/{request.id}").status_code == 403
    assert stranger.get("/receipts").status_code == 403


def test_a_plain_request_is_granted_on_the_desk_in_one_click(
    office: PageClient, app_session: Session, task: Task
) -> None:
    asked(app_session, task, RequestKind.EXTENSION)
    asked(app_session, task, RequestKind.OBJECTION)
    desk = html.document_fromstring(office.get("/desk").text)
    assert [link.text for link in desk.findall(".//a[@data-count]")] == ["待处理申请 2 件"]
    assert [link.text for link in desk.findall(".//div[@class='ask']/a")] == ["去处理"], "an objection needs a choice"
    (form,) = cast("list[html.FormElement]", desk.findall(".//div[@class='ask']/form"))

    answer = office.post(form.get("action"), data=dict(form.form_values()))

    assert (answer.status_code, answer.location) == (303, "/desk")
    kept = cast("list[TaskRequest]", fresh(app_session, TaskRequest))
    assert {each.kind: each.state for each in kept} == {"extension": "granted", "objection": "waiting"}
    app_session.expire_all()
    assert task.checkpoints[0].due_on == date(2026, 11, 30)
    again = office.post(form.get("action"), data=dict(form.form_values()))
    assert again.status_code in {409, 422}


def test_the_office_urges_those_that_have_not_signed_for_a_plan(client: PageClient, app_session: Session) -> None:
    plan = make_plan(app_session)
    units = [make_unit(app_session, name) for name in ("市教育局", "市司法局")]
    make_task(app_session, plan, units=units)
    for unit in units:
        make_account(app_session, "unit", unit=unit)
    office = make_account(app_session, "office")
    app_session.commit()
    client.as_account(office)
    assert "催签收（2 家）" in client.get(f"/receipts/{plan.id}").text
    found: Any = html.document_fromstring(client.get(f"/urge?what=receipts&plan={plan.id}").text)
    [form] = found.xpath("//main//form[@method='post']")

    page = client.post("/urge", data=MultiDict(form.form_values()), follow_redirects=True).text
    again = client.post("/urge", data=MultiDict(form.form_values()), follow_redirects=True).text

    assert "已催办2家" in page
    assert "今天都催过了" in page
    assert "今天已经催过" in again

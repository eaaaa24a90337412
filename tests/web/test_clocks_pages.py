"""The pages of the clocks: starting, the counting sheet, each act, and the rules."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.counting import LINK
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.services import settings
from tracker.store.tables import EventClock, PlanClockRule, Unit


@pytest.fixture
def unit(app_session: Session) -> Unit:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    made = make_unit(app_session, "市教育局")
    app_session.commit()
    return made


def signed_in(app: Flask, session: Session, role: str, unit: Unit | None = None) -> PageClient:
    account = make_account(session, role, unit=unit)
    session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


@pytest.fixture
def contact(app: Flask, app_session: Session, unit: Unit) -> PageClient:
    return signed_in(app, app_session, "unit", unit)


def typed(unit: Unit, **more: Any) -> dict[str, Any]:
    return {"rule": "publish", "unit_id": unit.id, "title": "招生办法", "started_on": "2026-09-21", **more}


@pytest.fixture
def begun(contact: PageClient, app_session: Session, unit: Unit) -> EventClock:
    contact.post("/clocks/new", data=typed(unit))
    found = app_session.query(EventClock).one()
    app_session.commit()
    return found


def test_a_unit_starts_a_clock_and_reads_its_sheet(contact: PageClient, unit: Unit) -> None:
    page = contact.post("/clocks/new", data=typed(unit), follow_redirects=True).text

    for words in ("2026年10月26日", "还剩17个工作日", "计第 20 天", "国庆节", "开始的当日不计入", "第二十六条"):
        assert words in page
    assert "招生办法" in contact.get("/clocks").text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"started_on": "明天"}, "日期请写成"),
        ({"started_on": "2026-12-01"}, "日期还没有到"),
        ({"title": ""}, "请填写是什么事"),
        ({"rule": "publish_issued"}, "请填形成之日"),
        ({"task_id": "x"}, "请填数字"),
        ({"task_id": "999"}, "没有这项任务"),
    ],
)
def test_what_cannot_be_started_is_said(contact: PageClient, unit: Unit, wrong: dict[str, str], words: str) -> None:
    answer = contact.post("/clocks/new", data=typed(unit, **wrong))

    assert (answer.status_code, words in answer.text) == (422, True)


def test_from_the_issue_both_days_stand_there_with_the_warning(contact: PageClient, unit: Unit) -> None:
    data = typed(unit, rule="publish_issued", formed_on="2026-09-01")

    page = contact.post("/clocks/new", data=data, follow_redirects=True).text

    assert "2026年9月1日（周二），按条例最晚 2026年9月29日" in page
    assert "早于从印发起算的最后一天" in page
    assert "早于从印发起算的最后一天" in contact.get("/clocks").text


def test_a_clock_is_stopped_goes_on_begins_anew_and_is_closed(contact: PageClient, begun: EventClock) -> None:
    at = f"/clocks/{begun.id}"
    steps = (
        ("stop", {"day": "2026-09-22", "why": "征求第三方意见"}, "已中止。"),
        ("go-on", {"day": "2026-09-23"}, "已继续计时。"),
        ("restart", {"day": "2026-09-23", "why": "收到补正"}, "已重新起算。"),
        ("close", {"day": "2026-09-24", "link": LINK}, "已办结。"),
    )
    for version, (act, data, done) in enumerate(steps, start=1):
        page = contact.post(f"{at}/{act}", data={"version": version, **data}, follow_redirects=True)
        assert done in page.text, act

    text = contact.get(at).text
    for words in ("收到补正，此前的不算", "第三十三条", "第三十条", "按时办结", "征求第三方意见"):
        assert words in text
    assert "没有正在计时的" in contact.get("/clocks").text
    assert "按时办结" in contact.get("/clocks?show=ended").text


def test_a_stale_act_is_refused_with_what_was_typed(contact: PageClient, begun: EventClock) -> None:
    at = f"/clocks/{begun.id}"
    contact.post(f"{at}/stop", data={"version": 1, "day": "2026-09-22", "why": "征求意见"})

    stale = contact.post(f"{at}/restart", data={"version": 1, "day": "2026-09-23", "why": "收到补正材料"})
    wrong = contact.post(f"{at}/stop", data={"version": 2, "day": "2026-09-23", "why": "再停"})
    bare = contact.post(f"{at}/close", data={"version": 2, "day": "2026-09-23"})

    assert (stale.status_code, 'value="收到补正材料"' in stale.text) == (409, True)
    assert (wrong.status_code, "已经中止" in wrong.text) == (422, True)
    assert (bare.status_code, "请填公开的链接，或上传附件" in bare.text) == (422, True)


def test_the_file_of_a_closed_clock_is_handed_out_to_who_may_see_it(
    app: Flask, app_session: Session, contact: PageClient, begun: EventClock
) -> None:
    assert contact.get(f"/clocks/{begun.id}/file").status_code == 404
    data = {"version": 1, "day": "2026-09-24", "file": (BytesIO(b"%PDF-1.7"), "公开件.pdf")}
    contact.post(f"/clocks/{begun.id}/close", data=data, content_type="multipart/form-data")

    answer = contact.get(f"/clocks/{begun.id}/file")

    assert (answer.data, answer.headers["Content-Disposition"].startswith("attachment")) == (b"%PDF-1.7", True)
    stranger = signed_in(app, app_session, "unit", make_unit(app_session))
    assert [stranger.get(f"/clocks/{begun.id}{end}").status_code for end in ("", "/file")] == [404, 404]
    assert stranger.post(f"/clocks/{begun.id}/void", data={"version": 2, "why": "错"}).status_code == 404


def test_a_clock_is_voided_and_says_why(contact: PageClient, begun: EventClock) -> None:
    bare = contact.post(f"/clocks/{begun.id}/void", data={"version": 1, "why": " "})
    page = contact.post(f"/clocks/{begun.id}/void", data={"version": 1, "why": "重复启动"}, follow_redirects=True)

    assert bare.status_code == 422
    assert ("已作废" in page.text, "重复启动" in page.text) == (True, True)


RULE = {"name": "来信转办", "event": "收到来信", "count": "3", "unit": "days", "basis": "内部规定第二条"}


def test_the_office_adds_corrects_and_ends_its_own_rules(
    app_session: Session, office: PageClient, contact: PageClient, unit: Unit
) -> None:
    page = office.post("/clocks/rules", data=RULE, follow_redirects=True).text
    rule = app_session.query(PlanClockRule).one()
    assert "自收到来信之日起3日内" in page
    assert "公开办自定" in contact.get("/clocks/new").text
    at = f"/clocks/rules/{rule.id}"

    assert 'value="来信转办"' in office.get(at).text
    wrong = office.post(at, data={**RULE, "version": 1, "count": "0"})
    done = office.post(at, data={**RULE, "version": 1, "count": "7"}, follow_redirects=True)
    stale = office.post(at, data={**RULE, "version": 1, "count": "9"})
    ended = office.post(f"{at}/end", data={"version": 2}, follow_redirects=True)

    assert (wrong.status_code, stale.status_code) == (422, 409)
    assert "自收到来信之日起7日内" in done.text
    assert "自收到来信" not in ended.text
    assert contact.get("/clocks/rules").status_code == 403
    assert office.post("/clocks/rules", data={**RULE, "name": ""}).status_code == 422


def test_a_clock_of_a_task_leads_to_it(app_session: Session, contact: PageClient, unit: Unit) -> None:
    task = make_task(app_session, make_plan(app_session), "办事指南", units=[unit])
    app_session.commit()

    assert f'value="{task.id}"' in contact.get(f"/clocks/new?task={task.id}&rule=upload").text
    page = contact.post("/clocks/new", data=typed(unit, task_id=task.id), follow_redirects=True).text

    assert f'href="/tasks/{task.id}"' in page
    assert "招生办法" in contact.get(f"/tasks/{task.id}").text


def test_a_file_that_is_no_evidence_is_refused(contact: PageClient, begun: EventClock) -> None:
    data = {"version": 1, "day": "2026-09-24", "file": (BytesIO(b"MZ"), "工具.exe")}

    answer = contact.post(f"/clocks/{begun.id}/close", data=data, content_type="multipart/form-data")

    assert (answer.status_code, "这种文件收不了" in answer.text) == (422, True)


def test_who_only_reads_is_offered_nothing_to_do(app: Flask, app_session: Session, begun: EventClock) -> None:
    leader = signed_in(app, app_session, "leader")

    page = leader.get(f"/clocks/{begun.id}")

    assert (page.status_code, "办理</h2>" in page.text) == (200, False)
    assert leader.get("/clocks/new").status_code == 403


def test_a_rule_says_whether_its_clocks_may_stop(office: PageClient, contact: PageClient, unit: Unit) -> None:
    page = office.post("/clocks/rules", data=RULE, follow_redirects=True).text
    office.post("/clocks/rules", data={**RULE, "name": "补正", "may_stop": "y"})
    offered: Any = html.document_fromstring(contact.get("/clocks/new").text)
    keys = {key.text.split("：")[0]: key.get("value") for key in offered.xpath("//option") if "own" in key.get("value")}

    assert "自收到来信之日起3日内，不能中止" in page
    for name, may in (("来信转办", False), ("补正", True)):
        data = typed(unit, rule=keys[name], title=name)
        assert ("中止计时" in contact.post("/clocks/new", data=data, follow_redirects=True).text) is may

"""The pages of the quotas: figures with their lists, entering, correcting, striking out, and settling."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.counting import LINK, enter, make_class, make_target
from tests.support.pages import PageClient
from tracker.store.tables import CountedEvent, QuotaTarget, Unit


@pytest.fixture
def unit(app_session: Session) -> Unit:
    return make_unit(app_session, "市教育局")


@pytest.fixture
def target(app_session: Session, unit: Unit) -> QuotaTarget:
    task = make_task(app_session, make_plan(app_session), units=[unit, make_unit(app_session, "市民政局")])
    made = make_target(app_session, task)
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
    return {"unit_id": unit.id, "held_on": "2026-03-01", "title": "局长访谈", "link": LINK, **more}


def test_the_office_reads_the_pace_and_opens_a_number(
    app_session: Session, office: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    enter(app_session, target, unit, "2026-03-01", title="局长访谈<一>")
    app_session.commit()

    page = office.get("/quotas").text
    opened = office.get(f"/quotas/{target.id}?unit={unit.id}&span=1").text

    assert "按进度应有3，现有1" in page
    assert f"/quotas/{target.id}?unit={unit.id}&amp;span=1" in page
    assert ("计入 1 次" in opened, "局长访谈&lt;一&gt;" in opened) == (True, True)
    assert "没有落后的" not in office.get("/quotas?behind=1").text
    assert f'href="/quotas/{target.id}"' in office.get(f"/tasks/{target.task_id}").text


def test_a_unit_enters_an_event_once_and_is_told_whether_it_counts(
    app_session: Session, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    first = contact.post(f"/quotas/{target.id}/events", data=typed(unit), follow_redirects=True)
    again = contact.post(f"/quotas/{target.id}/events", data=typed(unit))
    later = contact.post(f"/quotas/{target.id}/events", data=typed(unit, held_on="2026-04-01"), follow_redirects=True)

    assert "已登记，计入1次。" in first.text
    assert (again.status_code, "这一次已经登记过" in again.text, 'value="局长访谈"' in again.text) == (422, True, True)
    assert "已登记，但暂不计入：佐证与另一次相同，只计一次。" in later.text
    assert "市民政局" not in later.text
    assert app_session.query(CountedEvent).count() == 2


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"held_on": "下周"}, "日期请写成"),
        ({"held_on": ""}, "请填是哪一天办的"),
        ({"title": " "}, "请填写做了什么"),
        ({"link": "javascript:alert(1)"}, "佐证链接要以"),
        ({"held_on": "2026-12-01"}, "日期还没有到"),
    ],
    ids=["no day", "an empty day", "no name", "no address", "tomorrow"],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    contact: PageClient, target: QuotaTarget, unit: Unit, wrong: dict[str, str], words: str
) -> None:
    answer = contact.post(f"/quotas/{target.id}/events", data=typed(unit, **wrong))

    assert (answer.status_code, words in answer.text, LINK in answer.text or "javascript" in answer.text) == (422, True, True)


def test_a_file_is_kept_and_handed_out_again(
    app: Flask, app_session: Session, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    given = typed(unit, link="", file=(BytesIO(b"%PDF-photo"), "现场/照片.pdf"))
    contact.post(f"/quotas/{target.id}/events", data=given, content_type="multipart/form-data")
    [event] = app_session.query(CountedEvent)

    answer = contact.get(f"/quotas/events/{event.id}/file")

    assert (answer.data, event.file_name) == (b"%PDF-photo", "照片.pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    stranger = signed_in(app, app_session, "unit", make_unit(app_session))
    assert stranger.get(f"/quotas/events/{event.id}/file").status_code == 404


def test_an_event_without_a_file_has_none_to_hand_out(
    app_session: Session, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    event = enter(app_session, target, unit, "2026-03-01")
    app_session.commit()

    assert contact.get(f"/quotas/events/{event.id}/file").status_code == 404


def test_an_event_is_corrected_and_a_stale_save_shows_what_stands(
    app_session: Session, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    event = enter(app_session, target, unit, "2026-03-01")
    app_session.commit()
    address = f"/quotas/events/{event.id}/edit"
    data = {"version": 1, "held_on": "2026-03-02", "title": "改过的", "link": LINK}

    assert "在线访谈" in contact.get(address).text
    assert contact.post(address, data=data).status_code == 303
    stale = contact.post(address, data={**data, "title": "又改的"})
    early = contact.post(address, data={**data, "version": 2, "held_on": "2027-01-01"})

    assert (stale.status_code, "现在的内容：3月2日 改过的" in stale.text, 'value="又改的"' in stale.text) == (409, True, True)
    assert (early.status_code, "日期还没有到" in early.text) == (422, True)
    assert contact.post(address, data={**data, "version": 2, "title": ""}).status_code == 422


def test_an_event_is_struck_out_with_a_reason(
    app_session: Session, office: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    event = enter(app_session, target, unit, "2026-03-01")
    app_session.commit()
    address = f"/quotas/events/{event.id}/strike"

    bare = office.post(address, data={"version": 1, "reason": " "})
    done = office.post(address, data={"version": 1, "reason": "不是访谈"}, follow_redirects=True)

    assert (bare.status_code, "请填写为什么划去" in bare.text) == (422, True)
    assert ("已划去 1 次" in done.text, "不是访谈" in done.text, "计入 0 次" in done.text) == (True, True, True)


def test_the_office_chooses_the_class_of_an_open_quota(
    app_session: Session, office: PageClient, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    target.scope, target.printed, target.settled = "open", "各有关单位", False
    made = make_class(app_session, "市政府部门", (unit,))
    app_session.commit()
    address, name = f"/quotas/{target.id}/settle", f"q{target.id}-"

    assert "1 项待确认由谁完成" in office.get("/quotas").text
    assert "没有次数指标" in contact.get("/quotas").text
    nothing = office.post(address, data={f"{name}version": 2}, follow_redirects=True)
    done = office.post(address, data={f"{name}version": 2, f"{name}who": f"class-{made.id}"}, follow_redirects=True)

    assert "请选定由谁完成" in nothing.text
    assert ("已确定由谁完成" in done.text, "待确认" in done.text) == (True, False)
    assert "按进度应有3，现有0" in contact.get("/quotas").text
    assert contact.post(address, data={}).status_code == 403


def test_who_only_reads_is_offered_no_form(app: Flask, app_session: Session, target: QuotaTarget) -> None:
    leader = signed_in(app, app_session, "leader")

    page = leader.get(f"/quotas/{target.id}")

    assert (page.status_code, "登记一次" in page.text) == (200, False)
    assert leader.post(f"/quotas/{target.id}/events", data={}).status_code == 403
    assert leader.get("/quotas/99999").status_code == 404


def by_hand(**more: Any) -> dict[str, Any]:
    return {"counted": "培训", "period": "P3M", "minimum": "1", "who": "each", "reason": "领导要求", **more}


def test_the_office_adds_a_quota_by_hand(
    app_session: Session, office: PageClient, contact: PageClient, target: QuotaTarget, unit: Unit
) -> None:
    address = f"/quotas/new?task={target.task_id}"

    assert f'value="{target.task_id}"' in office.get("/quotas/new").text
    assert f"只要{unit.name}" in office.get(address).text
    assert address in office.get(f"/tasks/{target.task_id}").text
    bare = office.post(address, data=by_hand(reason=" ", who=""))
    done = office.post(address, data=by_hand(), follow_redirects=True)
    again = office.post(address, data=by_hand())

    assert (bare.status_code, "请填写为什么" in bare.text, "请选定由谁完成" in bare.text) == (422, True, True)
    assert ("次数指标已增加" in done.text, "每季度不少于1次" in done.text) == (True, True)
    assert (again.status_code, "已经有同样的次数指标" in again.text, 'value="培训"' in again.text) == (422, True, True)
    assert "新增次数指标“培训”" in office.get(f"/tasks/{target.task_id}").text
    assert contact.get(address).status_code == 403
    assert "新增指标" not in contact.get("/quotas").text
    assert office.get("/quotas/new?task=99999").status_code == 404


def test_the_office_changes_and_ends_a_quota(
    app_session: Session, office: PageClient, contact: PageClient, target: QuotaTarget
) -> None:
    address = f"/quotas/{target.id}/change"
    wrong = office.post(address, data=by_hand(version=1, minimum="0"))
    done = office.post(address, data=by_hand(version=1, counted="<培训>"), follow_redirects=True)
    stale = office.post(address, data=by_hand(version=1, counted="又改的"))
    office.post(f"/quotas/new?task={target.task_id}", data=by_hand(counted="讲座"))
    twice = office.post(address, data=by_hand(version=2, counted="讲座"))

    assert 'value="在线访谈"' not in office.get(address).text
    assert (wrong.status_code, "次数请填" in wrong.text) == (422, True)
    assert ("&lt;培训&gt;" in done.text, "次数指标已修改" in done.text) == (True, True)
    assert (stale.status_code, "现在是：&lt;培训&gt;，每季度不少于1次" in stale.text, 'value="又改的"' in stale.text) == (409, True, True)
    assert (twice.status_code, "请直接修改那一项" in twice.text) == (422, True)

    bare = office.post(f"/quotas/{target.id}/end", data={"version": 2, "reason": " "}, follow_redirects=True)
    ended = office.post(f"/quotas/{target.id}/end", data={"version": 2, "reason": "不再要求"}, follow_redirects=True)
    assert "请填写为什么" in bare.text
    assert "公开办已停用：不再要求" in ended.text
    assert office.get(address).status_code == 422
    assert contact.post(f"/quotas/{target.id}/end", data={}).status_code == 403

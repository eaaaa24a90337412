"""What a unit's contact sees and does: 我的待办, the one page of a return, 我的任务."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_obligation,
    make_period,
    make_return,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tests.support.unit_desk import Office, at_desk
from tracker.store.database import db


@pytest.fixture
def office(client: PageClient, app_session: Session) -> Office:
    return at_desk(client, app_session)


def test_the_first_page_says_what_is_due_and_how_much_time_is_left(office: Office) -> None:
    text = office.client.get("/my").get_data(as_text=True)

    assert "第39周" in text
    assert "今天 17:30" in text
    assert "还有2小时30分" in text
    assert "公开招生政策" in text, "a task that is nearly due"
    assert "组织业务培训" not in text


def test_a_unit_hands_in_for_all_its_tasks_on_one_page(office: Office) -> None:
    answer = office.post("submit", **{office.name(0, "progress"): "公布学区图", office.name(0, "status"): "in_progress"})

    assert (answer.status_code, answer.location) == (303, "/my")
    assert office.fresh().state == "submitted"
    assert [line.no_change for line in office.newest().lines] == [False, True]
    assert "已报送，1项有变化" in office.client.get("/my").get_data(as_text=True)


def test_no_change_at_all_is_one_click(office: Office) -> None:
    button = office.page().xpath("//button[@value='unchanged']")[0]
    assert button.text_content() == "本周全部无变化"

    answer = office.post("unchanged")

    assert answer.status_code == 303
    assert (office.fresh().state, office.newest().no_change) == ("submitted", True)


def test_a_draft_stays_and_comes_back(office: Office) -> None:
    answer = office.post("save", **{office.name(1, "progress"): "联系了讲师", office.name(1, "evidence_url"): "qingxi"})

    assert (answer.status_code, answer.location) == (303, office.path)
    page = office.page()
    assert page.xpath(f"//textarea[@name='{office.name(1, 'progress')}']")[0].text_content().strip() == "联系了讲师"
    assert page.xpath(f"//input[@name='{office.name(1, 'evidence_url')}']/@value") == ["qingxi"]
    assert office.fresh().state == "open"
    assert "接着填" in office.client.get("/my").get_data(as_text=True)


def test_what_has_to_be_mended_is_marked_and_everything_typed_stays(office: Office) -> None:
    answer = office.post(
        "submit",
        **{
            office.name(0, "progress"): "第一行\r\n第二行 <b>",
            office.name(0, "evidence_url"): "www.qingxi.example",
            office.name(1, "status"): "blocked",
            office.name(1, "evidence_on"): "2026-02-30",
        },
    )

    text = answer.get_data(as_text=True)
    page: Any = html.document_fromstring(text)
    assert answer.status_code == 422
    assert "共3处" in text
    assert "以 http:// 或 https:// 开头" in text
    assert "请写明遇到了什么问题" in text
    kept = page.xpath(f"//textarea[@name='{office.name(0, 'progress')}']")[0].text_content().strip("\r\n")
    assert kept == "第一行\n第二行 <b>"
    assert page.xpath(f"//input[@name='{office.name(1, 'evidence_on')}']/@value") == ["2026-02-30"]
    assert office.fresh().state == "open"


def test_what_could_not_be_handed_in_is_a_draft_and_its_page_needs_no_form_again(office: Office) -> None:
    answer = office.post(
        "submit", **{office.name(1, "progress"): "联系了讲师", office.name(1, "status"): "blocked"}
    )

    assert answer.status_code == 303
    assert office.newest().state == "draft"
    page: Any = html.document_fromstring(office.client.get(answer.location).get_data(as_text=True))
    field = page.get_element_by_id(office.name(1, "problem"))
    assert page.xpath("//*[@autofocus]") == [field]
    link = page.xpath("//div[@role='alert']//a")[0]
    assert link.get("href") == f"#{field.get('id')}"
    assert link.text.startswith(f"第{office.tasks[1].serial}项：状态是“受阻”，请写明")
    states = [state.text_content() for state in page.xpath("//*[@data-state]")]
    assert states == ["没填，算无变化", "要改"]
    assert page.get_element_by_id(office.name(1, "progress")).text_content().strip() == "联系了讲师"

    # An old address tells of no errors that have been mended since.
    office.post("save", **{office.name(1, "problem"): "等场地，请市政府办协调", office.name(1, "status"): "blocked"})
    assert "要改" not in office.client.get(answer.location).get_data(as_text=True)


def test_no_change_does_not_throw_away_what_was_typed(office: Office) -> None:
    answer = office.post("unchanged", **{office.name(0, "progress"): "公布学区图"})

    assert answer.status_code == 303
    page = office.client.get(answer.location).get_data(as_text=True)
    assert "不能按“全部无变化”报送" in page
    assert "公布学区图" in page


def test_two_tabs_see_each_others_words_and_lose_none(office: Office) -> None:
    old = office.token()
    office.post("save", old, **{office.name(0, "progress"): "第一个窗口的字"})

    answer = office.post("submit", old, **{office.name(0, "progress"): "第二个窗口的字"})

    text = answer.get_data(as_text=True)
    page: Any = html.document_fromstring(text)
    assert answer.status_code == 409
    assert "另一处已存" in text
    assert "第一个窗口的字" in text
    typed = page.xpath(f"//textarea[@name='{office.name(0, 'progress')}']")[0].text_content()
    assert "第二个窗口的字" in typed

    new = str(page.xpath("//input[@name='token']/@value")[0])
    assert office.post("submit", new, **{office.name(0, "progress"): "合起来的字"}).status_code == 303


def test_the_script_keeps_the_draft_and_gets_the_next_token(office: Office) -> None:
    fields = {"token": office.token(), office.name(0, "progress"): "写到一半"}

    first = office.client.post(f"{office.path}/draft", data=fields)
    second = office.client.post(f"{office.path}/draft", data=fields | {"token": first.get_json()["token"]})
    stale = office.client.post(f"{office.path}/draft", data=fields)

    assert (first.status_code, second.status_code, stale.status_code) == (200, 200, 409)
    assert first.get_json()["saved"] == "15:00"
    assert second.get_json()["token"] == office.token()


def test_it_can_be_changed_until_the_cut_off_and_not_after(office: Office, clock: SettableClock) -> None:
    office.post("submit", **{office.name(0, "progress"): "第一稿"})
    assert office.post("submit", **{office.name(0, "progress"): "第二稿"}).status_code == 303
    assert office.newest().number == 2

    clock.set("2026-09-24T17:31")
    page = office.page()

    assert page.xpath("//button[@value='submit']") == []
    assert "要修改请联系公开办退回" in page.text_content()
    assert office.post("submit", "3.0", **{office.name(0, "progress"): "第三稿"}).status_code == 422


def test_a_missed_week_can_be_handed_in_late(office: Office, clock: SettableClock) -> None:
    office.owed.state = "missed"
    office.session.commit()
    clock.set("2026-09-28T09:00")
    office.client.as_account(office.contact)
    assert "记为迟报" in office.client.get("/my").get_data(as_text=True)

    answer = office.post("submit", **{office.name(0, "progress"): "补报"})

    assert answer.status_code == 303
    assert (office.fresh().state, office.fresh().late) == ("submitted", True)


def test_what_was_sent_back_comes_first_with_its_reason(office: Office) -> None:
    part = office.tasks[0].assignments[0]
    version = make_return(office.session, office.owed, [(part, "in_progress", "开了会")], state="returned")
    version.decision_reason = "请写清公布在哪里"
    version.lines[0].remark = "附上链接"
    office.owed.state = "returned"
    office.session.commit()

    todo = office.client.get("/my").get_data(as_text=True)
    page = office.client.get(office.path).get_data(as_text=True)

    assert "请写清公布在哪里" in todo
    assert "请写清公布在哪里" in page
    assert "附上链接" in page
    assert "开了会" in page, "the unit mends its own words"


def test_a_week_sent_back_lists_a_settled_task_only_for_its_words_before_and_after_a_draft(office: Office) -> None:
    plan = office.tasks[0].plan
    settled = [make_task(office.session, plan, f"办完{place}", units=[office.unit]) for place in range(2)]
    parts = [task.assignments[0] for task in (office.tasks[0], *settled)]
    version = make_return(office.session, office.owed, [(part, "in_progress", "开了会") for part in parts], state="returned")
    version.lines[2].no_change, version.lines[2].progress = True, ""
    for task in settled:
        task.state, task.signed_off_at = "signed_off", task.created_at
    office.owed.state = "returned"
    office.session.commit()

    def listed() -> set[str]:
        return {str(each).removeprefix("task-") for each in office.page().xpath("//details[@class='line']/@id")}

    wanted = {str(part.id) for part in (*(task.assignments[0] for task in office.tasks), parts[1])}
    assert listed() == wanted
    office.post("save", **{office.name(0, "progress"): "又开了会"})
    assert listed() == wanted


def test_what_was_mended_after_the_cut_off_waits_for_the_office(office: Office, clock: SettableClock) -> None:
    make_return(office.session, office.owed, [(office.tasks[0].assignments[0], "in_progress", "开了会")], state="returned")
    office.owed.state, office.owed.period.state = "returned", "closed"
    office.session.commit()
    clock.set("2026-09-25T09:00")
    office.client.as_account(office.contact)

    office.post("submit", **{office.name(0, "progress"): "公布了学区图"})
    text = office.client.get("/my").get_data(as_text=True)

    assert "已报送，1项有变化。等公开办审核。" in text
    assert "已报待审" in text


def test_last_weeks_plan_is_a_checklist(office: Office) -> None:
    part = office.tasks[0].assignments[0]
    last_week = make_obligation(
        office.session, make_period(office.session, office.owed.period.cadence, "2026-W38"), office.unit, state="accepted"
    )
    make_return(office.session, last_week, [(part, "in_progress", "开会")]).lines[0].next_plan = "公布学区图\n录短视频"
    office.session.commit()

    page = office.page()
    words = page.xpath("//*[@class='planned']//*[@class='words']/text()")
    assert words == ["公布学区图", "录短视频"]
    for place in range(2):
        chosen = page.xpath(f"//input[@name='{office.name(0, f'item-{place}')}'][@checked]/@value")
        assert chosen == ["continued"], "what nobody answers goes on"

    office.post("submit", **{office.name(0, "item-0"): "done", office.name(0, "progress"): "公布了"})
    assert office.newest().lines[0].next_plan == "录短视频"


def test_what_is_given_up_needs_a_reason_and_is_not_carried_on(office: Office) -> None:
    part = office.tasks[0].assignments[0]
    last_week = make_obligation(
        office.session, make_period(office.session, office.owed.period.cadence, "2026-W38"), office.unit, state="accepted"
    )
    make_return(office.session, last_week, [(part, "in_progress", "开会")]).lines[0].next_plan = "公布学区图\n录短视频"
    office.session.commit()
    dropped = {office.name(0, "item-1"): "dropped", office.name(0, "item-0"): "done"}

    asked = office.client.get(office.post("submit", **dropped).location).get_data(as_text=True)
    assert "请写一句为什么" in asked

    done = office.post("submit", **dropped, **{office.name(0, "why-1"): "并入教育视频号"})
    line = office.newest().lines[0]
    assert (done.status_code, line.next_plan) == (303, "")
    assert line.planned == [["公布学区图", True], ["录短视频", False, "并入教育视频号"]]
    page = office.client.get(f"/reporting/obligations/{office.owed.id}").get_data(as_text=True)
    assert "不再做" in page
    assert "因为：并入教育视频号" in page


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/my/returns/{other}", id="its return"),
        pytest.param("/reporting/obligations/{other}", id="its return as the office reads it"),
    ],
)
def test_another_units_return_does_not_exist(office: Office, address: str) -> None:
    stranger = make_unit(office.session, "市司法局")
    other = make_obligation(office.session, office.owed.period, stranger)
    office.session.commit()

    assert office.client.get(address.format(other=other.id)).status_code == 404
    assert office.client.post(f"/my/returns/{other.id}", data={"token": "1.0", "action": "submit"}).status_code == 404


def test_a_unit_does_not_see_the_board(office: Office) -> None:
    assert office.client.get(f"/reporting/{office.owed.plan_id}/board").status_code == 403


def test_a_units_list_of_obligations_is_its_own(office: Office) -> None:
    make_obligation(office.session, office.owed.period, make_unit(office.session, "市司法局"))
    office.session.commit()

    text = office.client.get("/reporting/obligations").get_data(as_text=True)

    assert "市教育局" in text
    assert "市司法局" not in text


def test_my_tasks_lists_all_of_them_worst_first(office: Office) -> None:
    page: Any = html.document_fromstring(office.client.get("/my/tasks").get_data(as_text=True))

    titles = [link.text_content().split(". ")[1] for link in page.xpath("//tbody//td[1]/a")]
    assert titles == ["公开招生政策", "组织业务培训"]


def test_what_is_late_comes_first_even_when_the_unit_says_it_is_done(office: Office) -> None:
    plan = office.tasks[0].plan
    for title, status in (("公开预算", "done"), ("公开决算", "in_progress")):
        task = make_task(office.session, plan, title, units=[office.unit], due=date(2026, 5, 17))
        task.assignments[0].status = status
    office.session.commit()

    tree: Any = html.document_fromstring(office.client.get("/my").get_data(as_text=True))
    late = tree.xpath("//section[@aria-labelledby='overdue']")[0]

    assert late.findtext("h2") == "已逾期 2 项"
    said = [item.text_content() for item in late.xpath(".//li")]
    assert ["已报完成，等公开办销号" in words for words in said] == [True, False]


def test_each_number_of_tasks_opens_exactly_its_list(office: Office) -> None:
    plan = office.tasks[0].plan
    make_task(office.session, plan, "已经办完", units=[office.unit], due=date(2026, 5, 1), state="signed_off")
    make_task(office.session, plan, "不再办", units=[office.unit], state="cancelled")
    office.session.commit()

    tree: Any = html.document_fromstring(office.client.get("/my").get_data(as_text=True))
    links = {link.text_content(): link.get("href") for link in tree.xpath("//a[contains(@href, '/my/tasks')]")}

    for words, rows in (("未了结 2 项", 2), ("全部 3 项", 3)):
        listed: Any = html.document_fromstring(office.client.get(links[words]).get_data(as_text=True))
        assert len(listed.xpath("//tbody/tr")) == rows, words
    assert listed.xpath("//details//tbody/tr/td[1]/a")[0].text_content().endswith("已经办完"), "settled: folded, last"


def test_the_office_has_no_page_of_its_own_here(office: Office) -> None:
    someone = make_account(office.session, "office")
    office.session.commit()
    office.client.as_account(someone)

    assert office.client.get("/my").status_code == 403


@pytest.fixture
def count_queries(app: Flask) -> Callable[[Callable[[], TestResponse]], int]:
    """How many statements a request sends."""

    def count(act: Callable[[], TestResponse]) -> int:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert act().status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    return count


@pytest.mark.parametrize("page", ["/my", "/my/tasks", "/my/returns/{owed}"])
def test_a_page_asks_the_database_little_however_many_tasks_there_are(
    office: Office, count_queries: Callable[[Callable[[], TestResponse]], int], page: str
) -> None:
    plan = office.tasks[0].plan
    for number in range(30):
        make_task(office.session, plan, f"更多任务{number}", units=[office.unit], due=date(2026, 9, 30))
    office.session.commit()
    address = page.format(owed=office.owed.id)

    assert count_queries(lambda: office.client.get(address)) <= 24

"""What the office does with returns: regime, reading, deciding."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    make_account,
    make_plan,
    make_return,
    make_task,
)
from tests.support.office_desk import Desk, office_desk
from tests.support.pages import PageClient
from tracker.store.tables import ImportDraft, Obligation, Period, SourceFile


@pytest.fixture
def desk(client: PageClient, app_session: Session) -> Desk:
    return office_desk(client, app_session)


def test_a_return_is_read_and_accepted(desk: Desk) -> None:
    page = desk.client.get(f"/reporting/obligations/{desk.ids['submitted']}").get_data(as_text=True)
    assert "submitted的进展情况如下" in page

    answer = desk.decide("submitted", "accept")

    assert answer.status_code == 303
    assert desk.fresh("submitted").state == "accepted"
    assert desk.version("submitted").state == "accepted"


def test_a_return_is_sent_back_with_a_reason_and_a_word_for_a_line(desk: Desk) -> None:
    line = desk.version("submitted").lines[0].id

    answer = desk.decide("submitted", "send-back", data={"reason": "请写清公布在哪里", f"remark-{line}": "附上链接"})

    assert answer.status_code == 303
    version = desk.version("submitted")
    assert (desk.fresh("submitted").state, version.state, version.decision_reason) == (
        "returned", "returned", "请写清公布在哪里",
    )
    assert version.lines[0].remark == "附上链接"
    assert "退回：请写清公布在哪里" in desk.client.get(f"/reporting/obligations/{desk.ids['submitted']}").text


def test_sending_back_needs_a_reason_and_keeps_the_remarks(desk: Desk) -> None:
    line = desk.version("submitted").lines[0].id

    answer = desk.decide("submitted", "send-back", data={"reason": " ", f"remark-{line}": "附上链接"})

    assert answer.status_code == 422
    assert "请写明理由" in answer.text
    assert "附上链接" in answer.text
    assert desk.fresh("submitted").state == "submitted"


def test_what_has_changed_since_it_was_read_is_a_conflict_that_keeps_the_text(desk: Desk) -> None:
    stale = desk.fresh("submitted").version + 1

    answer = desk.decide("submitted", "send-back", version=stale, reason="写好的理由")

    assert answer.status_code == 409
    assert "写好的理由" in answer.text
    assert desk.fresh("submitted").state == "submitted"


def test_a_second_version_shows_what_differs(desk: Desk) -> None:
    desk.decide("submitted", "send-back", reason="请补充")
    owed = desk.fresh("submitted")
    part = next(item for item in desk.task.assignments if item.unit_id == owed.unit_id)
    words = [(part, "in_progress", "submitted的进展详情如下")]
    make_return(desk.session, owed, words, number=2)
    owed.state = "submitted"
    desk.session.commit()

    page = desk.page(f"/reporting/obligations/{desk.ids['submitted']}")

    assert "第2稿" in page.text_content()
    assert [item.text for item in page.xpath("//del")] == ["情况"]
    assert [item.text for item in page.xpath("//ins")] == ["详情"]
    assert "进展情况" in desk.page(f"/reporting/obligations/{desk.ids['submitted']}?version=1").text_content()


def test_a_second_version_says_what_was_chosen_and_linked_in_the_first(desk: Desk) -> None:
    desk.decide("submitted", "send-back", reason="请附链接")
    owed = desk.fresh("submitted")
    first = desk.version("submitted").lines[0]
    part = next(item for item in desk.task.assignments if item.unit_id == owed.unit_id)
    link = "https://www.qingxi.gov.cn/gk/1.html"
    words = [(part, "blocked", first.progress)]
    second = make_return(desk.session, owed, words, number=2, evidence_url=link, evidence_on=date(2026, 9, 20))
    first.planned, second.lines[0].planned = [["补齐目录", False]], [["补齐目录", True]]
    owed.state = "submitted"
    desk.session.commit()

    page = desk.page(f"/reporting/obligations/{desk.ids['submitted']}")

    said = page.xpath("string(//dt[text()='上一稿']/following-sibling::dd[1])")
    assert said == "状态：推进中；佐证链接：没有填；发布日期：没有填；“补齐目录”：接着做"
    assert not page.xpath("//dt[text()='佐证']/following-sibling::dd[1]//del")


def test_words_for_what_a_colleague_has_decided_meanwhile_are_named(desk: Desk) -> None:
    line = desk.version("submitted").lines[0].id
    stale = desk.fresh("submitted").version
    desk.decide("submitted", "accept")

    sent = {"reason": "请写清公布在哪里", f"remark-{line}": "附上链接"}
    answer = desk.decide("submitted", "send-back", version=stale, data=sent)

    assert answer.status_code == 409
    assert '<label for="kept-1">理由</label>' in answer.text
    assert '<label for="kept-2">对一项的意见</label>' in answer.text


def test_what_is_not_handed_in_can_be_waived_with_a_reason(desk: Desk) -> None:
    assert desk.decide("open", "waive", why="").status_code == 422

    assert desk.decide("open", "waive", why="机构改革期间").status_code == 303

    owed = desk.fresh("open")
    assert (owed.state, owed.note) == ("waived", "机构改革期间")


def test_all_without_anything_unusual_are_accepted_in_one_click(desk: Desk) -> None:
    page = desk.page(desk.board)
    button = page.xpath("//button[starts-with(text(),'通过无异常的')]")[0]
    assert button.text == "通过无异常的 1 件"
    seen = str(page.xpath("//input[@name='seen']/@value")[0])

    answer = desk.client.post(f"/reporting/{desk.plan.id}/accept", data={"seen": seen, "period": "2026-W39"})

    assert answer.status_code == 303
    assert desk.fresh("submitted").state == "accepted"
    again = desk.client.post(
        f"/reporting/{desk.plan.id}/accept", data={"seen": seen, "period": "2026-W39"}, follow_redirects=True
    )
    assert "有1件刚有变动" in again.text


@pytest.mark.parametrize(
    "unusual",
    [
        pytest.param({"status": "blocked"}, id="blocked"),
        pytest.param({"problem": "缺经费"}, id="a problem"),
        pytest.param({"progress": "持续推进相关工作"}, id="the words of last week"),
        pytest.param({"late": True}, id="late"),
    ],
)
def test_what_is_unusual_waits_for_a_person(desk: Desk, unusual: dict[str, object]) -> None:
    version = desk.version("submitted")
    for name, value in unusual.items():
        if name == "late":
            version.obligation.late = True
        else:
            setattr(version.lines[0], name, value)
    desk.session.commit()

    assert desk.page(desk.board).xpath("//input[@name='seen']") == []


def test_the_units_that_still_owe_are_urged_from_the_board(desk: Desk) -> None:
    make_account(desk.session, "unit", unit=desk.units["open"])
    desk.session.commit()
    [button] = desk.page(desk.board).xpath("//a[contains(., '催还没报的')]/@href")
    [form] = desk.page(button).xpath("//main//form[@method='post']")

    first, again = (
        desk.client.post("/urge", data=dict(form.form_values()), follow_redirects=True) for _ in range(2)
    )

    assert "已催办1家" in first.text
    assert "没报的今天都催过了" in first.text
    assert "催还没报的" not in first.text
    assert (again.status_code, "今天已经催过" in again.text) == (200, True), "the board, and a word about it"


def test_a_leader_reads_and_decides_nothing(desk: Desk) -> None:
    leader = make_account(desk.session, "leader")
    desk.session.commit()
    desk.client.as_account(leader)

    page = desk.page(f"/reporting/obligations/{desk.ids['submitted']}")

    assert page.xpath("//form[@id='decision']") == []
    assert desk.client.get(desk.board).status_code == 200
    assert desk.decide("submitted", "accept").status_code == 403
    assert desk.client.get(f"/reporting/{desk.plan.id}/regime").status_code == 403


def test_the_regime_is_previewed_and_switched_on(desk: Desk) -> None:
    plan = make_plan(desk.session, "青溪市2026年行动计划")
    make_task(desk.session, plan, units=[desk.units["open"]])
    desk.session.commit()
    address = f"/reporting/{plan.id}/regime"
    page = desk.page(f"{address}?weekday=3&cutoff=17:30&starts_on=2026-09-21&ends_on=2026-10-31&holiday_rule=advance")
    weeks = page.xpath("//table//tbody/tr")
    assert len(weeks) == 6
    assert "放假，截止提前到" in page.text_content()
    fields = dict(page.get_element_by_id("switch-on").form_values())

    nobody = desk.client.post(address, data={name: value for name, value in fields.items() if name != "asked"})
    answer = desk.client.post(address, data=fields)

    assert nobody.status_code == 422
    assert "请至少勾选一个要报送的单位" in nobody.text

    assert answer.status_code == 303
    desk.session.rollback()
    laid_out = list(desk.session.scalars(select(Period).where(Period.plan_id == plan.id).order_by(Period.starts_on)))
    assert [item.key for item in laid_out] == [f"2026-W{week}" for week in range(39, 45)]
    owed = list(desk.session.scalars(select(Obligation).where(Obligation.plan_id == plan.id)))
    assert [item.unit_id for item in owed] == [desk.units["open"].id]
    assert desk.client.post(address, data=fields).status_code == 409, "an old page"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"ends_on": "2026-09-01"}, "结束日期在开始日期之前", id="ends before it begins"),
        pytest.param({"ends_on": "2039-09-01"}, "最长两年", id="too long"),
        pytest.param({"cutoff": "下班"}, "规则里有一处要改", id="a clock that is none"),
    ],
)
def test_a_regime_that_makes_no_sense_is_explained(desk: Desk, fields: dict[str, str], words: str) -> None:
    plain = {"weekday": "3", "cutoff": "17:30", "starts_on": "2026-09-21", "ends_on": "2026-10-31", "holiday_rule": "advance"}

    answer = desk.client.get(f"/reporting/{desk.plan.id}/regime", query_string=plain | fields)

    assert words in answer.text


def test_switching_off_is_one_button(desk: Desk) -> None:
    answer = desk.client.post(f"/reporting/{desk.plan.id}/regime/off", data={"version": str(desk.cadence.version)})

    assert answer.status_code == 303
    assert "已停用" in desk.client.get(f"/reporting/{desk.plan.id}/regime").text


def test_the_first_page_lists_every_plan(desk: Desk) -> None:
    make_plan(desk.session, "青溪市2025年要点", year=2025)
    desk.session.commit()

    rows = desk.page("/reporting").xpath("//tbody/tr")

    assert len(rows) == 2
    assert "一周一进度" in rows[0].text_content()
    assert "启用报送" in rows[1].text_content()


def test_the_first_page_names_what_a_document_asks_for_and_nobody_has_switched_on(desk: Desk) -> None:
    asked = {"weekly": {"weekday": 4}, "monthly": {"day": 25}}
    for plan in (desk.plan, make_plan(desk.session, "另一份要点", year=2025)):
        source = SourceFile(sha256=f"{plan.id:064d}", filename="要点.docx", format="docx", size=1, uploaded_at=NOW)
        desk.session.add(source)
        desk.session.flush()
        draft = {"regime": asked, "text": ""}
        desk.session.add(
            ImportDraft(source_file_id=source.id, title="要点", draft=draft, plan_id=plan.id, created_at=NOW)
        )
    desk.session.commit()

    rows = desk.page("/reporting").xpath("//tbody/tr")

    assert "文件要求一月一例会，还没有启用" in rows[0].text_content()
    assert "文件要求一周一进度、一月一例会，还没有启用" in rows[1].text_content()


def test_the_figures_of_a_period_on_the_first_page_add_up_to_what_is_due(desk: Desk) -> None:
    row = desk.page("/reporting").xpath("//tbody/tr")[0]

    figures = {cell.get("data-label"): int(cell.text_content()) for cell in row.xpath("td[@class='n']")}

    assert figures["应报"] == figures["已报"] + figures["退回"] + figures["还没报"]


def test_a_plan_without_regime_says_what_to_do(desk: Desk) -> None:
    plan = make_plan(desk.session, "还没启用的要点")
    desk.session.commit()

    assert "启用一周一进度" in desk.client.get(f"/reporting/{plan.id}/board").text


@pytest.mark.parametrize("query", ["state=funny", "plan=x", "plan=404", "plan=1&period=2026-W99"])
def test_an_address_that_means_nothing_is_not_found(desk: Desk, query: str) -> None:
    assert desk.client.get(f"/reporting/obligations?{query}").status_code == 404

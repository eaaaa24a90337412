"""回头看 and 整改 as people use them."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters.turns import AllBusy
from tracker.store.tables import Account, Plan, Rectification, Verdict


@pytest.fixture
def office(app_session: Session) -> Account:
    return make_account(app_session, "office", username="chenyu")


@pytest.fixture
def plan(app_session: Session, office: Account) -> Plan:
    plan = make_plan(app_session)
    unit = make_unit(app_session, "市司法局")
    make_task(app_session, plan, "没有人报过的任务", units=[(unit, "lead")], due=date(2026, 6, 30))
    make_task(app_session, plan, "销了号却没人报过的任务", units=[unit], state="signed_off")
    app_session.commit()
    return plan


@pytest.fixture
def started(client: PageClient, plan: Plan, office: Account) -> PageClient:
    """The office, with the look-back begun."""
    client.as_account(office)
    assert client.post(f"/look-back/{plan.id}/start").status_code == 303
    return client


def verdicts(session: Session) -> list[Verdict]:
    session.rollback()  # see what the pages have kept meanwhile
    return session.query(Verdict).order_by(Verdict.task_id).all()


def say(client: PageClient, plan: Plan, verdict: Verdict, **change: object) -> int:
    form = {"version": verdict.version, "said": verdict.proposed, "note": "核实过", **change}
    return client.post(f"/look-back/{plan.id}/verdicts/{verdict.id}", data=form).status_code


def test_every_task_comes_with_a_verdict_its_reason_and_its_contradictions(
    started: PageClient, plan: Plan
) -> None:
    page = started.get(f"/look-back/{plan.id}").get_data(as_text=True)

    assert "建议：从未报告" in page
    assert "已销号，但没有任何进展报送" in page
    assert "还有 2 项没有确认" in page


def test_what_the_verdict_accounts_for_is_told_without_asking_for_a_word(
    client: PageClient, plan: Plan, office: Account, app_session: Session
) -> None:
    cadence, unit = make_cadence(app_session, plan), make_unit(app_session, "市教育局")
    make_task(app_session, plan, "一直没有报的任务", units=[unit])
    for week in ("2026-W37", "2026-W38", "2026-W39"):
        make_obligation(
            app_session, make_period(app_session, cadence, week, state="closed"), unit, state="missed"
        )
    app_session.commit()
    client.as_account(office).post(f"/look-back/{plan.id}/start")

    silent: Any = html.document_fromstring(client.get(f"/look-back/{plan.id}?proposed=never_reported").text)
    asked = client.get(f"/look-back/{plan.id}?contradicted=1").text

    assert "多次未按时报送" in silent.text_content()
    assert not silent.xpath("//ul[@class='contradictions']")
    assert "请写一句" not in silent.text_content()
    assert "一直没有报的任务" not in asked
    assert "请写一句" in asked


@pytest.mark.parametrize(("facts", "in_sight"), [(4, 4), (5, 5), (6, 4), (30, 4)])
def test_the_facts_of_thirty_units_are_folded_and_all_are_there(
    started: PageClient, plan: Plan, app_session: Session, facts: int, in_sight: int
) -> None:
    verdict = verdicts(app_session)[0]
    told = [f"第{number}家没有报送" for number in range(facts)]
    verdict.contradictions = [{"code": "silent_unit", "words": "有单位没有报送", "facts": told}]
    verdict.contradiction_count = 1
    app_session.commit()

    page: Any = html.document_fromstring(started.get(f"/look-back/{plan.id}").text)

    (item,) = page.xpath(f"//li[@id='v{verdict.id}']//ul[@class='contradictions']/li")
    assert item.xpath("./span/text()") == told[:in_sight]
    assert item.xpath("./details/span/text()") == told[in_sight:]
    assert item.xpath("./details/summary/text()") == (
        [f"还有 {facts - in_sight} 条"] if facts > in_sight else []
    )


def test_every_number_opens_exactly_its_list(started: PageClient, plan: Plan, app_session: Session) -> None:
    first, _ = verdicts(app_session)
    assert say(started, plan, first) == 303
    page = started.get(f"/look-back/{plan.id}").get_data(as_text=True)
    figures = re.findall(r'<a href="(/look-back/\d+[^"]*)"[^>]*><span>[^<]+</span> <b>(\d+)</b>', page)
    proposed = re.findall(r'<a href="(/look-back/\d+\?proposed=\w+)">\S+ (\d+)</a>', page)

    assert len(figures) == 5
    assert proposed
    for address, number in [*figures, *proposed]:
        listed = started.get(address.replace("&amp;", "&")).get_data(as_text=True)
        assert f'data-count="{number}"' in listed, address


def test_a_colleague_who_was_faster_is_shown_and_what_was_typed_stays(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    first, _ = verdicts(app_session)
    stale = first.version
    say(started, plan, first, said="standing_kept", note="同事写的说明")

    answer = started.post(
        f"/look-back/{plan.id}/verdicts/{first.id}",
        data={"version": stale, "said": "unfinished", "note": "我写的说明"},
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "已被他人修改" in page
    assert "同事写的说明" in page
    assert "我写的说明" in page


def test_a_verdict_of_another_plan_is_not_found_under_this_one(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    other = make_plan(app_session, "青溪市2025年政务公开工作要点", year=2025)
    app_session.commit()
    started.post(f"/look-back/{other.id}/start")
    first, _ = verdicts(app_session)

    assert say(started, other, first) == 404
    assert verdicts(app_session)[0].confirmed is None
    assert say(started, plan, first) == 303


def test_another_verdict_without_a_word_is_asked_for_one_and_the_choice_stays(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    first, _ = verdicts(app_session)

    answer = started.post(
        f"/look-back/{plan.id}/verdicts/{first.id}",
        data={"version": first.version, "said": "standing_kept", "note": ""},
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "请写一句说明" in page
    assert re.search(r'value="standing_kept" selected', page)


def test_the_report_is_a_draft_until_all_is_confirmed_then_what_is_left_goes_into_next_year(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    draft = started.get(f"/look-back/{plan.id}/report.docx")
    assert "草稿" in "".join(each.text for each in Document(BytesIO(draft.data)).paragraphs)
    assert started.post(f"/look-back/{plan.id}/finish").status_code == 422

    for verdict in verdicts(app_session):
        assert say(started, plan, verdict) == 303
    confirmed = started.get(f"/look-back/{plan.id}/report.docx")
    assert "还没有定稿" in "".join(each.text for each in Document(BytesIO(confirmed.data)).paragraphs)
    assert started.post(f"/look-back/{plan.id}/finish").status_code == 422
    assert started.post(f"/look-back/{plan.id}/terms", data={"due_on": "2027-03-31"}).status_code == 303
    assert started.post(f"/look-back/{plan.id}/finish").status_code == 303

    final = started.get(f"/look-back/{plan.id}/report.docx")
    sheet = load_workbook(BytesIO(started.get(f"/look-back/{plan.id}/report.xlsx").data)).worksheets[0]
    assert "草稿" not in "".join(each.text for each in Document(BytesIO(final.data)).paragraphs)
    assert sheet.max_row == 3
    assert "没有人报过的任务" in started.get("/rectifications?year=2027").get_data(as_text=True)


@pytest.fixture
def item(started: PageClient, plan: Plan, app_session: Session) -> Rectification:
    for verdict in verdicts(app_session):
        say(started, plan, verdict)
    started.post(f"/look-back/{plan.id}/terms", data={"due_on": "2027-03-31"})
    started.post(f"/look-back/{plan.id}/finish")
    app_session.rollback()
    return app_session.query(Rectification).order_by(Rectification.id).first() or pytest.fail(
        "nothing was carried over"
    )


def test_a_rectification_gets_a_lead_a_day_and_a_link_and_a_second_person_closes_it(
    started: PageClient, item: Rectification, app_session: Session
) -> None:
    unit = make_unit(app_session, "市营商局")
    colleague = make_account(app_session, "office")
    app_session.commit()
    address = f"/rectifications/{item.id}"
    started.post(f"{address}/schedule", data={"version": 1, "lead_unit_id": unit.id, "due_on": "2027-03-31"})
    started.post(f"{address}/link", data={"version": 2, "link": "https://www.qingxi.example/zg.html"})
    own = started.post(f"{address}/close", data={"version": 3})

    started.as_account(colleague)
    other = started.post(f"{address}/close", data={"version": 3})

    assert (own.status_code, other.status_code) == (422, 303)
    page = started.get("/rectifications?year=2027").get_data(as_text=True)
    assert "已销号" in page
    assert "市营商局" in page


def test_the_ledger_is_narrowed_in_its_address_and_every_number_opens_its_list(
    started: PageClient, item: Rectification, app_session: Session, clock: SettableClock
) -> None:
    address = "/rectifications?year=2027"

    def numbers() -> dict[str, int]:
        page: Any = html.document_fromstring(started.get(address).text)
        links = page.xpath("//p[@class='filters']/a[@data-count]")
        return {each.get("href").partition("part=")[2]: int(each.get("data-count")) for each in links}

    assert numbers() == {"": 2, "open": 2}
    rows = app_session.query(Rectification).order_by(Rectification.id).all()
    rows[0].due_on = date(2026, 1, 31)
    rows[1].state, rows[1].closed_at = "closed", clock()
    app_session.commit()

    assert numbers() == {"": 2, "open": 1, "overdue": 1, "closed": 1}
    for part, number in numbers().items():
        page: Any = html.document_fromstring(started.get(f"{address}&part={part}").text)
        assert len(page.xpath(f"//ol[@data-count='{number}']/li")) == number, part
    assert "已逾期" in started.get(f"{address}&part=overdue").text
    assert "没有这样的整改事项" not in started.get(f"{address}&part=nonsense").text
    rows[0].due_on = date(2027, 3, 31)
    app_session.commit()
    assert "没有这样的整改事项" in started.get(f"{address}&part=overdue").text


def test_what_is_refused_of_a_rectification_stays_on_its_page(started: PageClient, item: Rectification) -> None:
    address = f"/rectifications/{item.id}"

    bad = started.post(f"{address}/link?year=2027", data={"version": 1, "link": "http://10.1.2.3/oa"})
    stale = started.post(f"{address}/link?year=2027", data={"version": 9, "link": "https://a.example/1"})
    bare = started.post(f"{address}/schedule?year=2027", data={"version": 1, "lead_unit_id": "0", "due_on": "2027-05-01"})
    early = started.post(f"{address}/close?year=2027", data={"version": 1})

    assert [each.status_code for each in (bad, stale, bare, early)] == [422, 409, 422, 422]
    for answer in (bad, stale, bare, early):
        assert "2027 年整改台账" in answer.text
    assert 'value="http://10.1.2.3/oa"' in bad.text
    assert 'value="2027-05-01"' in bare.text


def test_what_changed_since_it_was_confirmed_is_shown_before_the_end(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    first, second = verdicts(app_session)
    for verdict in (first, second):
        assert say(started, plan, verdict) == 303
    started.post(f"/look-back/{plan.id}/terms", data={"due_on": "2027-03-31"})
    verdicts(app_session)[0].task.state = "cancelled"
    app_session.commit()

    refused = started.post(f"/look-back/{plan.id}/finish")
    page = started.get(f"/look-back/{plan.id}?changed=1").text

    assert (refused.status_code, "有1项确认后情况有变化" in refused.text) == (422, True)
    assert "再确认一次" in page
    assert "为“已取消”" in page
    assert 'data-count="1"' in page
    assert '<button class="primary" disabled>定稿' in page
    [again, _] = verdicts(app_session)
    assert say(started, plan, again, said="cancelled", note="") == 303
    assert "确认后情况有变化" not in started.get(f"/look-back/{plan.id}").text
    assert started.post(f"/look-back/{plan.id}/finish").status_code == 303


def test_a_task_that_came_after_the_end_is_looked_at_by_one_button(
    started: PageClient, item: Rectification, plan: Plan, app_session: Session
) -> None:
    make_task(app_session, plan, "后来补充的任务", units=[make_unit(app_session, "市营商局")])
    app_session.commit()
    address = f"/look-back/{plan.id}"
    assert "补核新增的 1 项" in started.get(address).text

    taken = started.post(f"{address}/new")

    page: Any = html.document_fromstring(started.get(address).text)
    assert taken.status_code == 303
    assert "confirmed=no" in taken.location
    assert "现在只核对后来新增的任务" in page.text_content()
    assert len(page.xpath("//form[contains(@action, '/verdicts/')][.//select[@name='said']]")) == 1
    assert "没有要补核的任务" in started.post(f"{address}/new", follow_redirects=True).text


def test_a_word_that_comes_after_the_end_is_not_kept_and_not_lost(
    started: PageClient, item: Rectification, plan: Plan, app_session: Session
) -> None:
    first, _ = verdicts(app_session)

    answer = started.post(
        f"/look-back/{plan.id}/verdicts/{first.id}",
        data={"version": first.version, "said": "standing_kept", "note": "另有纸质材料"},
    )

    assert (answer.status_code, "回头看已经定稿" in answer.text) == (422, True)
    assert "您写的说明是：另有纸质材料" in answer.text
    assert verdicts(app_session)[0].note == "核实过"


def test_a_unit_sees_only_the_rectification_it_leads(
    started: PageClient, item: Rectification, app_session: Session
) -> None:
    stranger = make_account(app_session, "unit", unit=make_unit(app_session, "市水利局"))
    app_session.commit()

    started.as_account(stranger)

    assert item.title not in started.get("/rectifications?year=2027").get_data(as_text=True)
    form = {"version": 1, "link": "https://www.qingxi.example/x.html"}
    assert started.post(f"/rectifications/{item.id}/link", data=form).status_code == 404
    assert started.post(f"/rectifications/{item.id}/close", data={"version": 1}).status_code == 403


def test_a_leader_reads_and_cannot_confirm(started: PageClient, plan: Plan, app_session: Session) -> None:
    leader = make_account(app_session, "leader")
    app_session.commit()
    first, _ = verdicts(app_session)

    started.as_account(leader)

    page = started.get(f"/look-back/{plan.id}").get_data(as_text=True)
    assert "确认结论" not in page
    assert say(started, plan, first) == 403


def test_what_is_to_be_mended_is_given_a_lead_and_a_day_beside_its_verdict(
    started: PageClient, plan: Plan, app_session: Session
) -> None:
    first, second = verdicts(app_session)
    for verdict in (first, second):
        say(started, plan, verdict)
    lead = first.task.assignments[0].unit_id
    address = f"/look-back/{plan.id}/verdicts/{first.id}/terms"

    past = started.post(address, data={"version": 0, "lead_unit_id": lead, "due_on": "2026-01-01"})
    unread = started.post(address, data={"version": 0, "lead_unit_id": lead, "due_on": "明年3月"})
    kept = started.post(address, data={"version": 0, "lead_unit_id": lead, "due_on": "2027-03-31"})
    stale = started.post(address, data={"version": 0, "lead_unit_id": lead, "due_on": "2027-04-30"})

    assert [each.status_code for each in (past, unread, kept, stale)] == [422, 422, 303, 409]
    assert "整改时限不能早于今天" in past.text
    assert 'value="2026-01-01"' in past.text
    page = started.get(f"/look-back/{plan.id}?lacking=1").text
    assert "缺整改牵头或时限</span> <b>1</b>" in page
    assert 'data-count="1"' in page
    own = page.split('label="这项任务的单位">')[1].split("</optgroup>")[0]
    assert own.count("<option") == len(second.task.assignments)
    assert "市司法局，2027年3月31日" in started.get(f"/look-back/{plan.id}").text.replace(" ", "")


def test_a_report_as_pdf_goes_back_where_the_machine_cannot_make_one(
    started: PageClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.adapters.pdf.from_docx", lambda *_, **__: b"%PDF-1.7")
    made = started.get(f"/look-back/{plan.id}/report.pdf")
    monkeypatch.setattr("tracker.adapters.pdf.from_docx", lambda *_, **__: None)
    without = started.get(f"/look-back/{plan.id}/report.pdf")

    assert (made.mimetype, made.data) == ("application/pdf", b"%PDF-1.7")
    assert without.status_code == 303


def test_who_finds_other_papers_being_printed_is_asked_to_wait(
    started: PageClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> bytes:
        raise AllBusy

    monkeypatch.setattr("tracker.adapters.pdf.from_docx", busy)

    answer = started.get(f"/look-back/{plan.id}/report.pdf", follow_redirects=True)

    assert "正在生成别的文件，请稍后再试。" in answer.text

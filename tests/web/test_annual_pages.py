"""年报: the check list, the lists behind its numbers, the tables, and the paragraph as a document."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.store.tables import EventClock, LookBack, Plan, ReportDraft, Verdict

HERE = "/documents/annual"
TYPED = {
    "cell-received-person": "20", "cell-carried_in-person": "2", "cell-granted-person": "19",
    "cell-refused_3-company": "0", "cell-carried_out-person": "3", "cell-fees-charged": "12.5",
    "counted_from": "table", "version": "0",
}  # fmt: skip


@pytest.fixture
def plan(app_session: Session) -> Plan:
    plan, unit = make_plan(app_session, year=2025, title="青溪市2025年政务公开工作要点"), make_unit(app_session)
    for title in ("补齐文号", "公布学区"):
        make_task(app_session, plan, title, units=[(unit, "lead")], due=date(2025, 6, 30))
    app_session.commit()
    return plan


def decide(session: Session, plan: Plan) -> None:
    """A final look-back in which everything is done."""
    held = LookBack(plan_id=plan.id, state="final", started_at=NOW, finished_at=NOW)
    from tracker.store.tables import Task

    for task in session.query(Task).filter_by(plan_id=plan.id):
        held.verdicts.append(
            Verdict(task_id=task.id, proposed="done_with_evidence", confirmed="done_with_evidence", confirmed_at=NOW)
        )
    session.add(held)
    session.commit()


def numbers(page: Any) -> dict[str, int]:
    return {each.get("href"): int(each.get("data-count")) for each in page.xpath("//a[@data-count]")}


def rows_of(page: Any) -> tuple[int, int]:
    (found,) = page.xpath("//*[@data-count][not(self::a)]")
    return int(found.get("data-count")), len(found.xpath(".//tbody/tr"))


def test_what_does_not_agree_stands_in_words_with_where_it_is_settled(office: PageClient, plan: Plan) -> None:
    page: Any = html.document_fromstring(office.get(HERE).text)

    (fault, *rest) = page.xpath("//ol[contains(@class, 'faults')]/li")
    assert "还没有开展回头看，2项任务都没有结论" in fault.text_content()
    assert fault.xpath("./a/@href") == [f"/look-back/{plan.id}"]
    assert "上年结转整改0项＋本年新列2项＝2项，办结和取消0项＋结转下年0项＝0项，相差2项" in rest[-1].text_content()
    assert not page.xpath("//form[@action='/documents']")


def test_the_paragraph_is_refused_with_the_reason_before_it_agrees(office: PageClient, plan: Plan) -> None:
    answer = office.post(
        "/documents", data={"kind": "annual_paragraph", "plan_id": plan.id, "subject": "2025"}, follow_redirects=True
    )

    assert "还没有开展回头看" in answer.text
    assert answer.status_code >= 400


def test_the_paragraph_becomes_a_document_once_all_agrees(
    office: PageClient, plan: Plan, app_session: Session
) -> None:
    decide(app_session, plan)
    page: Any = html.document_fromstring(office.get(f"{HERE}?plan={plan.id}").text)
    (form,) = page.xpath("//form[@action='/documents']")
    data = {each.get("name"): each.get("value") for each in form.xpath(".//input")}

    assert office.post("/documents", data=data).status_code == 303
    app_session.rollback()
    draft = app_session.query(ReportDraft).one()
    paper = Document(BytesIO(office.get(f"/documents/{draft.id}/report.docx").data))
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "补齐文号" in text
    assert "完成有据" in text


def test_every_number_opens_its_list(office: PageClient, plan: Plan, app_session: Session) -> None:
    decide(app_session, plan)
    unit = make_unit(app_session)
    for started, closed in ((date(2025, 3, 1), date(2025, 3, 9)), (date(2025, 12, 30), None)):
        app_session.add(
            EventClock(
                rule_key="reply", rule_name="依申请公开答复", rule_event="收到公开申请", unit_id=unit.id, count=20,
                day_unit="workdays", title="申请", started_on=started, closed_on=closed, made_at=NOW,
            )
        )  # fmt: skip
    app_session.commit()

    found = numbers(html.document_fromstring(office.get(f"{HERE}?plan={plan.id}").text))
    assert sorted(found.values()) == [0, 0, 0, 0, 1, 1, 2, 2, 2]
    for address, count in found.items():
        assert rows_of(html.document_fromstring(office.get(address).text)) == (count, count), address


def test_the_tables_are_kept_as_typed_and_say_what_does_not_balance(office: PageClient) -> None:
    data = {**TYPED, "cell-granted-person": "18"}
    answer = office.post(f"{HERE}/tables?year=2025", data=data, follow_redirects=True)

    assert "还有1处对不上" in answer.text
    assert "上年结转2件＋本年新收20件＝22件，办理结果18件＋结转下年3件＝21件，相差1件" in answer.text


def test_the_tables_go_out_as_a_file_once_they_agree_and_not_before(office: PageClient) -> None:
    address = f"{HERE}/tables.xlsx?year=2025"
    empty = office.get(address)
    assert (empty.status_code, "这一年的年报表还没有填" in empty.text) == (422, True)

    office.post(f"{HERE}/tables?year=2025", data={**TYPED, "cell-granted-person": "18"})
    refused = office.get(address)
    assert refused.status_code == 422
    assert "暂不能导出：依申请公开“自然人”一列" in refused.text
    assert "相差1件" in refused.text

    form: Any = html.document_fromstring(refused.text)
    (version,) = form.xpath("//input[@name='version']/@value")
    assert office.post(f"{HERE}/tables?year=2025", data={**TYPED, "version": version}).status_code == 303
    (_, page, _) = load_workbook(BytesIO(office.get(address).data)).worksheets
    rows = {row[2]: row for row in page.values}
    assert rows["（七）总计"][3] == 19


def test_thousands_may_be_parted_and_money_has_decimals(office: PageClient) -> None:
    data = {**TYPED, "cell-received-person": "1,466", "cell-granted-person": "1,465"}
    answer = office.post(f"{HERE}/tables?year=2025", data=data, follow_redirects=True)

    page: Any = html.document_fromstring(answer.text)
    typed = {each.get("name"): each.get("value") for each in page.xpath("//input[@value]")}
    assert typed["cell-received-person"] == "1466"
    assert typed["cell-fees-charged"] == "12.5"
    assert "各列都对得上" in answer.text


@pytest.mark.parametrize("text", ["两件", "-1", "1.5", "1e40", "NaN"])
def test_what_is_no_number_stays_in_its_cell(office: PageClient, text: str) -> None:
    answer = office.post(f"{HERE}/tables?year=2025", data={**TYPED, "cell-granted-person": text})

    page: Any = html.document_fromstring(answer.text)
    assert answer.status_code == 422
    assert "请填数字" in answer.text
    assert page.xpath("//input[@name='cell-granted-person']/@value") == [text]


def test_a_colleague_who_was_faster_is_shown_beside_what_was_typed(office: PageClient) -> None:
    office.post(f"{HERE}/tables?year=2025", data={**TYPED, "cell-received-person": "30"})
    answer = office.post(f"{HERE}/tables?year=2025", data=TYPED)

    page: Any = html.document_fromstring(answer.text)
    assert answer.status_code == 409
    assert page.xpath("//input[@name='cell-received-person']/@value") == ["20"]
    assert page.xpath("//input[@name='cell-received-person']/following-sibling::small/text()") == ["现为 30"]


@pytest.mark.parametrize("address", [
    "/items?plan=1&of=none", "/items?of=new", "/applications?of=x", "/tables?year=12",
    *(f"/applications?of=received&year={year}" for year in (12, -1, 99999, 10**30)),
])  # fmt: skip
def test_an_address_that_means_nothing_is_not_found(office: PageClient, address: str) -> None:
    assert office.get(HERE + address).status_code == 404


def test_a_leader_reads_the_tables_and_types_nothing(client: PageClient, app_session: Session) -> None:
    account = make_account(app_session, "leader")
    app_session.commit()
    client.as_account(account)

    page: Any = html.document_fromstring(client.get(f"{HERE}/tables?year=2025").text)
    assert not page.xpath("//main//input[starts-with(@name, 'cell-')]")
    assert client.post(f"{HERE}/tables?year=2025", data=TYPED).status_code == 403

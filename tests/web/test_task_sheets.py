"""任务表 in the browser's eyes: handed out, uploaded again, compared, confirmed, marked."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from lxml import html
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.pages import PageClient
from tracker.services import sheet_comparing
from tracker.store.tables import ImportDraft, Plan, Task
from tracker.web import reading_alone


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """Two tasks of 青溪市."""
    plan = make_plan(app_session)
    lead, other = make_unit(app_session, "市司法局"), make_unit(app_session, "市教育局")
    for text, unit in (("核对规范性文件。", lead), ("公开招生政策。", other)):
        make_task(app_session, plan, text.rstrip("。"), text=text, units=[(unit, "lead")], due=date(2026, 11, 30))
    app_session.commit()
    return plan


def changed(content: bytes, *changes: tuple[str, str | date]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for place, value in changes:
        book.worksheets[0][place] = value
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def upload(client: PageClient, data: bytes) -> TestResponse:
    return client.post("/imports", data={"file": (io.BytesIO(data), "任务表.xlsx")})


def seen(client: PageClient, address: str) -> str:
    page: Any = html.document_fromstring(client.get(address).text)
    return str(page.xpath("//input[@name='seen']/@value")[0])


def counts(text: str) -> dict[str, str]:
    page: Any = html.document_fromstring(text)
    links = page.xpath("//nav[contains(@class, 'counts')]/a")
    return {link.get("data-kind"): link.get("data-count") for link in links}


def test_a_sheet_is_changed_outside_and_confirmed(office: PageClient, plan: Plan, app_session: Session) -> None:
    assert f"/ledger/export?plan={plan.id}" in office.get(f"/ledger?plan={plan.id}").text
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data

    answer = upload(office, changed(sheet, ("C4", "核对全部文件。"), ("C6", "新任务。"), ("E6", "市教育局")))
    assert answer.status_code == 303
    address = answer.headers["Location"]
    page = office.get(address).text
    assert counts(page) == {"new": "1", "changed": "1", "same": "1"}
    assert "待确认的任务表" in office.get("/imports").text

    done = office.post(f"{address}/apply", data={"seen": seen(office, address)}, follow_redirects=True)
    assert "任务表已导入：新增1项，修改1项。" in done.text
    texts = app_session.scalars(select(Task.text).order_by(Task.serial)).all()
    assert texts == ["核对全部文件。", "公开招生政策。", "新任务。"]
    assert "这份任务表已导入" in office.get(address).text
    again = office.post(f"{address}/apply", data={"seen": "x"})
    assert again.status_code == 422
    assert "这份任务表已经处理过。" in again.text
    assert "打开它的台账" in again.text, "whoever comes second is led to what the first has made"


def test_errors_come_back_as_the_same_file(
    office: PageClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_alone, "PATIENCE", 0.01)
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data

    address = upload(office, changed(sheet, ("E4", "市司法"), ("I5", "2026.6.31"))).headers["Location"]
    page = office.get(address).text
    assert counts(page)["wrong"] == "2"
    assert "是不是“市司法局”" in page
    assert "确认导入" not in page

    with reading_alone.reading_alone():
        assert "请稍等半分钟再试" in office.get(f"{address}/marked").text, "a child reads already"
    marked = office.get(f"{address}/marked")
    book = load_workbook(io.BytesIO(marked.data))
    assert "完成日期：没有2026年6月31日这一天" in str(book.worksheets[0]["O5"].value)
    office.post(f"{address}/discard")
    again = upload(office, changed(marked.data, ("E4", "市教育局"), ("I5", date(2026, 10, 31))))
    assert counts(office.get(again.headers["Location"]).text) == {"changed": "2", "same": "0"}


def test_of_very_many_errors_the_page_lists_the_first_and_the_file_marks_all(
    office: PageClient, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheet_comparing, "WRONG_SHOWN", 2)
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data
    wrong = changed(sheet, ("E4", "市司法"), ("E5", "市教育"), ("C6", "新任务。"), ("E6", "市某局"))

    address = upload(office, wrong).headers["Location"]
    page = office.get(address).text

    assert counts(page)["wrong"] == "3"
    assert ("第 5 行" in page, "第 6 行" in page) == (True, False)
    assert "这里列出前 2 行，还有 1 行有错，都标在下载的表里。" in page
    told = load_workbook(io.BytesIO(office.get(f"{address}/marked").data)).worksheets[0]
    assert all(told[f"O{row}"].value for row in (4, 5, 6))


def test_both_sides_have_changed_a_cell(office: PageClient, plan: Plan, app_session: Session) -> None:
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data
    task = app_session.scalars(select(Task).order_by(Task.serial)).first()
    assert task is not None
    task.text = "台账里改过的。"
    app_session.commit()

    address = upload(office, changed(sheet, ("C4", "表里改过的。"))).headers["Location"]
    page = office.get(address).text
    assert all(words in page for words in ("下载时是", "核对规范性文件。", "台账里改过的。", "表里改过的。"))
    token = seen(office, address)
    odd = {"seen": token, "gone": "0", "repeated": "²", "side-4-text": "neither", "side-x-y": "sheet"}
    assert office.post(f"{address}/apply", data=odd).status_code == 422
    unchosen = office.post(f"{address}/apply", data={"seen": token})
    assert unchosen.status_code == 422
    assert "第4行的工作任务两边都改过，请选定用哪一边。" in unchosen.text
    office.post(f"{address}/apply", data={"seen": token, "side-4-text": "sheet"})
    app_session.refresh(task)
    assert task.text == "表里改过的。"


def test_what_changed_meanwhile_is_shown_before_it_is_confirmed(
    office: PageClient, plan: Plan, app_session: Session
) -> None:
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data
    address = upload(office, changed(sheet, ("C4", "改了。"))).headers["Location"]
    token = seen(office, address)
    task = app_session.scalars(select(Task).order_by(Task.serial)).first()
    assert task is not None
    task.section = "二、解读"
    app_session.commit()

    answer = office.post(f"{address}/apply", data={"seen": token})

    assert answer.status_code == 409
    assert "台账又有变动" in answer.text


def test_a_removed_row_is_cancelled_by_a_tick(office: PageClient, plan: Plan, app_session: Session) -> None:
    book = load_workbook(io.BytesIO(office.get(f"/plans/{plan.id}/task-sheet").data))
    book.worksheets[0].delete_rows(5)
    buffer = io.BytesIO()
    book.save(buffer)
    address = upload(office, buffer.getvalue()).headers["Location"]
    task = app_session.scalars(select(Task).order_by(Task.serial.desc())).first()
    assert task is not None

    office.post(f"{address}/apply", data={"seen": seen(office, address), "gone": str(task.id)})

    app_session.rollback()
    app_session.refresh(task)
    assert task.state == "cancelled"


def test_a_blank_sheet_becomes_a_draft_like_any_document(office: PageClient, app_session: Session) -> None:
    make_unit(app_session, "市司法局")
    app_session.commit()
    blank = office.get("/imports/sheets/blank").data
    filled = changed(
        blank, ("B1", "青溪市2027年政务公开工作要点"), ("C4", "核对文件。"), ("D4", "一、主动公开"),
        ("E4", "市司法局"), ("G4", "市教育局、各县(市、区)政府"), ("H4", "11月底前"), ("I4", date(2027, 10, 31)),
        ("C5", "推进解读。"), ("H5", "长期推进"),
    )  # fmt: skip

    answer = upload(office, filled)

    assert answer.headers["Location"].startswith("/imports/")
    draft = app_session.scalars(select(ImportDraft)).one()
    assert (draft.title, draft.year) == ("青溪市2027年政务公开工作要点", 2027)
    first, second = (task for task in draft.draft["tasks"])
    assert [(part["unit"], part["role"]) for part in first["assignments"]] == [
        ("市司法局", "lead"), ("市教育局", "support"), ("各县(市、区)政府", "support"),
    ]  # fmt: skip
    assert (first["headings"], first["deadline_text"]) == (["一、主动公开"], "11月底前")
    assert (first["deadline"]["notation"], second["deadline"]["notation"]) == ("date:2027-10-31", "ongoing")
    assert office.get(answer.headers["Location"]).status_code == 200


def test_a_sheet_without_its_plan_is_refused(office: PageClient, plan: Plan, app_session: Session) -> None:
    sheet = office.get(f"/plans/{plan.id}/task-sheet").data
    plan.source_sha256 = "0" * 64
    app_session.merge(plan)
    app_session.commit()

    answer = upload(office, sheet)

    assert answer.status_code == 422
    assert "不在台账里" in answer.text


def test_a_unit_gets_a_sheet_of_its_own_tasks_only(client: PageClient, plan: Plan, app_session: Session) -> None:
    unit = app_session.scalars(select(Task).order_by(Task.serial)).first()
    assert unit is not None
    account = make_account(app_session, "unit", unit=unit.assignments[0].unit)
    app_session.commit()

    content = client.as_account(account).get(f"/plans/{plan.id}/task-sheet").data

    page = load_workbook(io.BytesIO(content)).worksheets[0]
    assert [page["C4"].value, page["C5"].value] == ["核对规范性文件。", None]

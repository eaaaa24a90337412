"""The pages of an import: upload, check, correct, name, confirm."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import NOW, make_account, make_unit
from tests.support.drafts import fresh, kept, rows
from tests.support.pages import PageClient
from tests.support.qingxi import Item, Other, draft_plan
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import UnreadableFile
from tracker.services import groups
from tracker.store.tables import ImportDraft, Plan
from tracker.web import reading_alone


@pytest.fixture
def draft(app_session: Session) -> ImportDraft:
    """The plan about 青溪市, waiting to be checked."""
    return kept(app_session, draft_plan())


def known_units(session: Session) -> None:
    ids = [
        make_unit(session, name).id for name in ("市司法局", "市营商局", "市人社局", "市发展改革委", "东河县")
    ]
    groups.create_group(session, SYSTEM, name="市政府各部门", member_ids=ids[:4], now=NOW)
    groups.create_group(session, SYSTEM, name="各县(市、区)政府", member_ids=ids[4:], now=NOW)
    session.commit()


def read_as(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any] | Exception) -> None:
    """Let the importer give this answer, whatever the bytes are."""

    class Read:
        def to_json(self) -> str:
            return json.dumps(answer)

    def read_safely(*_: object) -> Read:
        if isinstance(answer, Exception):
            raise answer
        return Read()

    monkeypatch.setattr("importers.read_safely", read_safely)


def send(client: PageClient, data: bytes = b"one", name: str = "要点.docx", **more: str) -> TestResponse:
    return client.post("/imports", data={"file": (io.BytesIO(data), name), **more})


def test_an_upload_leads_to_its_check_page(
    office: PageClient, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(monkeypatch, draft_plan())

    answer = send(office)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/imports/1")
    page = office.get("/imports/1").text
    assert "建立政策问答库" in page
    assert "青溪市2026年政务公开工作要点" in office.get("/imports").text
    assert app_session.scalars(select(Plan)).all() == []


def test_the_same_bytes_are_answered_with_a_link(office: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    read_as(monkeypatch, draft_plan())
    send(office)

    answer = send(office)

    assert answer.status_code == 409
    assert "已经上传过" in answer.text
    assert "/imports/1" in answer.text


def test_a_file_that_cannot_be_read_changes_nothing(
    office: PageClient, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_as(monkeypatch, UnreadableFile("这个文件是空的，请换一个再上传。"))

    answer = send(office, b"")

    assert answer.status_code == 422
    assert "这个文件是空的" in answer.text
    assert "“要点.docx”没有导入" in answer.text
    assert app_session.scalars(select(ImportDraft)).all() == []


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "请选择一个文件，或者粘贴全文"),
        ({"pasted": "   "}, "请选择一个文件，或者粘贴全文"),
        ({"pasted": "一、公开", "year": "二〇"}, "年份请填四位数"),
        ({"pasted": "一、公开", "year": "12"}, "年份请填四位数"),
    ],
    ids=["nothing", "blanks", "a year in words", "a year of two digits"],
)
def test_a_form_that_cannot_be_used_says_why(office: PageClient, form: dict[str, str], words: str) -> None:
    answer = office.post("/imports", data=form)

    assert answer.status_code == 422
    assert words in answer.text


def test_one_document_is_read_at_a_time_and_what_was_pasted_stays(
    office: PageClient, app: Flask, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a first upload is read, a second is asked to wait; afterwards the next is read again."""
    second = app.test_client()
    assert isinstance(second, PageClient)
    colleague = make_account(app_session, "office")
    app_session.commit()
    second.as_account(colleague)
    answers: list[TestResponse] = []

    class Read:
        def to_json(self) -> str:
            answers.append(second.post("/imports", data={"pasted": "一、公开服务事项。"}))
            return json.dumps(draft_plan())

    monkeypatch.setattr("importers.read_safely", lambda *_: Read())
    monkeypatch.setattr(reading_alone, "PATIENCE", 0.01)

    first = send(office)

    assert first.status_code == 303
    assert answers[0].status_code == 503
    assert "正在读取另一份文件，请稍等半分钟再试。" in answers[0].text
    assert "一、公开服务事项。</textarea>" in answers[0].text
    read_as(monkeypatch, UnreadableFile())
    assert send(second, b"two").status_code == 422, "the place is free again"


def test_a_file_and_a_text_at_once_are_refused(office: PageClient) -> None:
    answer = send(office, pasted="一、公开")

    assert answer.status_code == 422
    assert "只能选一样" in answer.text
    assert "一、公开</textarea>" in answer.text


def test_the_check_page_shows_the_source_beside_the_reading(office: PageClient, draft: ImportDraft) -> None:
    page = office.get(f"/imports/{draft.id}").text

    assert '<span class="u" data-row="1">市司法局牵头，市政府各部门配合</span>' in page
    assert '<span class="d" data-row="1">11月底前</span>' in page
    assert "“12月前”有两种读法，请选定。" in page
    assert "“11月底前”按2026年11月最后一天计。" in page
    assert "2026年11月30日前" in page
    assert "3 个名称待对应" not in page
    assert "2 个名称待对应" in page


@pytest.mark.parametrize(
    ("show", "there", "absent"),
    [
        ("doubtful", "第2项", "第1项"),
        ("unchecked", "第1项", "没有需要确认"),
        ("deadline", "“12月前”", "标记已核对<span"),
        ("others", "各单位要加强组织领导", "标记已核对<span"),
        ("findings", "完成时限有几种读法", "标记已核对<span"),
    ],
)
def test_the_rows_are_filtered(
    office: PageClient, draft: ImportDraft, show: str, there: str, absent: str
) -> None:
    page = office.get(f"/imports/{draft.id}?show={show}").text

    assert there in page
    assert absent not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/imports/99", 404),
        ("/imports/1?show=x", 422),
        ("/imports/1/rows/99", 404),
        ("/imports?state=x", 422),
    ],
)
def test_an_address_that_leads_nowhere_says_so(
    office: PageClient, draft: ImportDraft, path: str, status: int
) -> None:
    assert office.get(path).status_code == status


def test_the_head_of_the_document_is_corrected(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    form = {"title": "青溪市要点", "year": "2025", "issued_on": "2025-03-01", "version": "1"}

    bad = office.post(f"/imports/{draft.id}/about", data=form | {"issued_on": "三月"})
    good = office.post(f"/imports/{draft.id}/about", data=form)
    stale = office.post(f"/imports/{draft.id}/about", data=form | {"title": "另一个标题"})

    fresh(app_session)
    assert (bad.status_code, good.status_code, stale.status_code) == (422, 303, 409)
    assert "日期请写成" in bad.text
    assert 'value="另一个标题"' in stale.text
    assert (draft.title, draft.year) == ("青溪市要点", 2025)


def test_what_is_missing_is_listed_and_confirming_is_refused(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    page = office.get(f"/imports/{draft.id}").text

    answer = office.post(f"/imports/{draft.id}/confirm", data={"version": "1"})

    assert "单位名称还没有对应" in page
    assert answer.status_code == 422
    assert "暂时不能确认" in answer.text
    assert app_session.scalars(select(Plan)).all() == []


def test_a_checked_draft_is_confirmed_once(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    known_units(app_session)
    _, row, doubtful = rows(app_session, draft)
    finding = {"severity": "warning", "code": "damaged-characters", "message": "有丢失的字符，请补正。"}
    doubtful.reading = doubtful.reading | {"findings": [finding]}
    app_session.commit()
    office.post(f"/imports/{draft.id}/rows/{row.id}/reading?version=1", data={"notation": "date:2026-12-31"})
    fresh(app_session)
    version = str(draft.version)

    unaccepted = office.post(f"/imports/{draft.id}/confirm", data={"version": version})
    stale = office.post(f"/imports/{draft.id}/confirm", data={"version": "1", "accepted": "unreviewed"})
    done = office.post(f"/imports/{draft.id}/confirm", data={"version": version, "accepted": "unreviewed"})
    again = office.post(f"/imports/{draft.id}/confirm", data={"version": version})

    fresh(app_session)
    plan = app_session.scalars(select(Plan)).one()
    assert (unaccepted.status_code, stale.status_code) == (422, 409)
    assert "存疑项还没有核对（1项）" in unaccepted.text
    assert '<a href="#confirm">到页尾勾选“仍然确认”</a>' in unaccepted.text
    assert "到页尾勾选" not in stale.text
    assert done.headers["Location"] == again.headers["Location"] == f"/ledger?plan={plan.id}"
    with office.session_transaction() as cookie:
        assert [words for _, words in cookie["_flashes"]] == [
            "已建立台账：3项任务，5家责任单位，3项有时限，4个节点。",
            "这份文件已导入过。",
        ]
    assert "打开台账" in office.get(f"/imports/{draft.id}").text


def test_a_confirmed_import_asks_for_nothing_any_more(
    office: PageClient, app_session: Session, draft: ImportDraft
) -> None:
    before = office.get(f"/imports/{draft.id}").text
    draft.state = "confirmed"
    draft.confirmed_at = NOW
    app_session.commit()

    after = office.get(f"/imports/{draft.id}").text

    for words in ("需要确认", "还没核对", "需确认"):
        assert words in before
        assert words not in after
    assert '已核对">—' in office.get("/imports").text


def test_why_there_is_no_deadline_is_asked_in_those_words(office: PageClient, app_session: Session) -> None:
    draft = kept(app_session, draft_plan([Item("公开服务事项。", [("lead", "市司法局")])]))
    row = rows(app_session, draft)[0]

    pages = [office.get(f"/imports/{draft.id}").text, office.get(f"/imports/{draft.id}/rows/{row.id}").text]

    assert all("为什么没有时限" in page and "为什么是这一天" not in page for page in pages)


def test_a_draft_is_given_up(office: PageClient, draft: ImportDraft) -> None:
    answer = office.post(f"/imports/{draft.id}/discard", data={"version": "1"})

    assert answer.headers["Location"] == "/imports"
    assert "已放弃“" in office.get("/imports").text
    assert "这份导入已放弃" in office.get(f"/imports/{draft.id}").text
    assert "要点.docx" in office.get("/imports?state=discarded").text


def test_a_document_without_a_task_says_what_was_found(office: PageClient, app_session: Session) -> None:
    findings = [{"severity": "blocking", "code": "no-task", "message": "没有发现任务，全文像一篇报道。"}]
    draft = kept(app_session, draft_plan([Other("preamble", "今年的工作做得很好。")], findings=findings))

    page = office.get(f"/imports/{draft.id}").text

    assert "全文像一篇报道" in page
    assert "今年的工作做得很好。" in page
    assert "确认并建立台账" not in page
    assert "定为任务" not in page
    assert "正文" in page
    assert "前言与要求" not in page
    listed = office.get("/imports").text
    assert "没有发现任务" in listed
    assert ">查看<" in listed
    assert "继续核对" not in listed


def test_a_long_document_is_paged(office: PageClient, app_session: Session) -> None:
    items = [Item(f"第{number}件事。" + "公开" * 150, [("lead", "市司法局")]) for number in range(150)]
    draft = kept(app_session, draft_plan(items))

    first = office.get(f"/imports/{draft.id}").text
    last = office.get(f"/imports/{draft.id}?page=3").text

    assert "第 1 / 3 页" in first
    assert first.count("<tr id=") == 60
    assert last.count("<tr id=") == 30
    assert "第149件事" in first  # in the source, which is always whole


@pytest.mark.parametrize("role", ["unit", "leader", "administrator"])
def test_only_the_office_imports(client: PageClient, app_session: Session, role: str) -> None:
    unit = make_unit(app_session)
    account = make_account(app_session, role, unit=unit)
    app_session.commit()

    assert client.as_account(account).get("/imports").status_code == 403

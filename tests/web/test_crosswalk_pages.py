"""上下对照 as people use it: add an upper document, decide about its clauses, print the answer upward."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from lxml import html
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.support.drafts import fresh, kept
from tests.support.pages import PageClient
from tracker.store.tables import Plan, Task, UpperClause, UpperDocument, UpperLink

UPPER = """某省2026年政务公开工作要点

一、主动公开
1.推进规范性文件制发目录定期公布。(省司法厅负责，完成时限：12月底前)
2.公开老旧小区改造年度计划和每月进度。(省住房城乡建设厅负责，完成时限：11月底前)
3.办好全省政策问答知识库。(省政府办公厅负责，完成时限：长期推进)
"""


@pytest.fixture
def plan(app_session: Session) -> Plan:
    plan, unit = make_plan(app_session), make_unit(app_session, "市司法局")
    task = make_task(app_session, plan, "每季度公布规范性文件制发目录", units=[unit])
    task.text = "每季度公布一次规范性文件制发目录"
    make_task(app_session, plan, "公布老旧小区改造的年度计划和每月进度", units=[unit])
    part = task.assignments[0]
    part.progress, part.reported_at = "已公布第三季度目录", NOW
    app_session.commit()
    return plan


@pytest.fixture
def document(office: PageClient, app_session: Session, plan: Plan) -> UpperDocument:
    answer = office.post("/crosswalk", data=upload(plan))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return app_session.query(UpperDocument).one()


def upload(plan: Plan, text: str = UPPER) -> dict[str, Any]:
    return {"plan_id": plan.id, "source": "file", "file": (BytesIO(text.encode()), "省要点.txt")}


def clauses(session: Session) -> list[UpperClause]:
    fresh(session)
    return session.query(UpperClause).order_by(UpperClause.position).all()


def counts(client: PageClient, address: str) -> list[int]:
    page: Any = html.document_fromstring(client.get(address).text)
    return [int(each.get("data-count")) for each in page.xpath("//div[@class='kpi']/a")]


def test_a_file_is_compared_with_the_plan_and_makes_no_task(
    office: PageClient, document: UpperDocument, app_session: Session
) -> None:
    page = office.get(f"/crosswalk/{document.id}").text

    assert "办好全省政策问答知识库" in page
    assert "都说到：规范性文件制发目录" in page
    assert counts(office, f"/crosswalk/{document.id}") == [3, 0, 0, 3]
    assert app_session.query(Task).count() == 2


def test_each_count_opens_its_list(office: PageClient, document: UpperDocument, app_session: Session) -> None:
    one, _, three = clauses(app_session)
    office.post(f"/crosswalk/{document.id}", data={"do": "link", "pick": f"{one.id}-{first_task(app_session)}"})
    data = {"do": "waive", "upper": three.id, "reason": "属省级职责"}
    assert office.post(f"/crosswalk/{document.id}", data=data).status_code == 303

    page: Any = html.document_fromstring(office.get(f"/crosswalk/{document.id}").text)
    for each in page.xpath("//div[@class='kpi']/a"):
        opened: Any = html.document_fromstring(office.get(each.get("href")).text)
        (found,) = opened.xpath("//ol[@class='pairs']")
        assert int(found.get("data-count")) == int(each.get("data-count"))
        assert len(found.xpath("./li[@id]")) == int(each.get("data-count"))
    assert counts(office, f"/crosswalk/{document.id}") == [3, 1, 1, 1]


def first_task(session: Session) -> int:
    return min(task.id for task in session.query(Task))


def test_a_proposal_is_confirmed_by_a_person_and_taken_back(
    office: PageClient, document: UpperDocument, app_session: Session
) -> None:
    one, *_ = clauses(app_session)
    address = f"/crosswalk/{document.id}"
    page: Any = html.document_fromstring(office.get(f"{address}?pick=first").text)
    ticked = page.xpath("//input[@name='pick'][@checked]/@value")
    assert ticked == [f"{one.id}-{first_task(app_session)}", *ticked[1:]]
    assert len(ticked) == 2

    office.post(address, data={"do": "link", "pick": ticked})
    assert "已公布第三季度目录" in office.get(f"{address}?stand=covered").text
    fresh(app_session)
    links = [link.id for link in app_session.query(UpperLink)]
    assert office.post(address, data={"do": "unlink", "unpick": links}).status_code == 422, "without a reason"
    undone = office.post(address, data={"do": "unlink", "unpick": links, "reason": "对应错了"}, follow_redirects=True)

    assert "已解除2处对应。现在已对应0条，不对应0条，漏接3条。" in undone.text
    assert counts(office, address) == [3, 0, 0, 3]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"do": "link"}, "请先勾选条目"),
        ({"do": "waive", "upper": "1", "reason": " "}, "要写明理由"),
        ({"do": "serials", "upper": "1", "serials": "987654"}, "没有第987654项"),
        ({"do": "serials", "serials": "1"}, "请先勾选条目"),
        ({"do": "link", "pick": f"{'9' * 5000}-1"}, "请先勾选条目"),
        ({"do": "unlink", "unpick": "9" * 5000}, "请先勾选条目"),
        ({}, "请点一个按钮"),
    ],
)
def test_what_cannot_be_done_is_said_and_what_was_typed_stays(
    office: PageClient, document: UpperDocument, data: dict[str, str], sentence: str
) -> None:
    answer = office.post(f"/crosswalk/{document.id}", data=data)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert data.get("serials", "") in answer.text


def test_after_a_decision_the_person_is_back_on_the_list_that_was_open(
    office: PageClient, document: UpperDocument, app_session: Session
) -> None:
    here = f"/crosswalk/{document.id}?stand=gap"
    data = {"do": "waive", "upper": clauses(app_session)[2].id, "reason": "属省级职责", "next": here}

    assert office.post(here, data=data).location == here


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_the_gaps_are_a_file_of_their_own(office: PageClient, document: UpperDocument, ending: str) -> None:
    answer = office.get(f"/crosswalk/{document.id}/export.{ending}?stand=gap")

    text = _text(answer.data, ending)
    assert answer.status_code == 200
    assert "漏接" in text
    assert "推进规范性文件制发目录定期公布" in text


def _text(data: bytes, ending: str) -> str:
    if ending == "xlsx":
        return "\n".join(str(cell) for row in load_workbook(BytesIO(data)).worksheets[0].values for cell in row)
    paper = Document(BytesIO(data))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


@pytest.mark.parametrize("ending", ["docx", "xlsx"])
def test_answering_upward_is_a_print(
    office: PageClient, document: UpperDocument, app_session: Session, ending: str
) -> None:
    pairs = [f"{clause.id}-{first_task(app_session)}" for clause in clauses(app_session)[:2]]
    office.post(f"/crosswalk/{document.id}", data={"do": "link", "pick": pairs})

    text = _text(office.get(f"/crosswalk/{document.id}/export.{ending}").data, ending)

    assert text.count("已公布第三季度目录") == 2, "one report answers both clauses"


def test_a_plan_is_not_offered_as_its_own_upper_document(office: PageClient, app_session: Session, plan: Plan) -> None:
    def offered(address: str) -> list[str]:
        page: Any = html.document_fromstring(office.get(address).text)
        return [str(each) for each in page.xpath("//select[@name='source']/option/@value")]

    assert offered("/crosswalk") == ["file"], "there is no other plan"
    other = make_plan(app_session, "省要点")
    app_session.commit()
    assert set(offered("/crosswalk")) == {"file", f"plan:{plan.id}", f"plan:{other.id}"}
    assert offered(f"/crosswalk?plan={plan.id}") == ["file", f"plan:{other.id}"]


def test_a_draft_and_a_plan_can_be_the_upper_document(office: PageClient, app_session: Session, plan: Plan) -> None:
    other = make_plan(app_session, "省要点")
    make_task(app_session, other, "推进目录公布")
    task: dict[str, Any] = {
        "number": "1.", "headings": [], "text": "推进目录公布。", "units_text": "省司法厅", "deadline_text": None,
        "assignments": [], "owed_units": [], "findings": [], "quotas": [], "clocks": [], "qualifier": None,
        "deadline": {"notation": "none", "reason": "", "other_readings": [], "certain": True},
        "source": {"ref": "", "spans": [[0, 7]]},
    }  # fmt: skip
    proposal = {
        "source": {"filename": "省要点.docx", "sha256": "0" * 64, "format": "docx"}, "title": "又一份省要点",
        "year": 2026, "text": "推进目录公布。", "segments": [], "tasks": [task], "findings": [], "basis": [],
    }  # fmt: skip
    draft = kept(app_session, proposal)

    for source in (f"draft:{draft.id}", f"plan:{other.id}"):
        assert office.post("/crosswalk", data={"plan_id": plan.id, "source": source}).status_code == 303

    assert "又一份省要点" in office.get("/crosswalk").text
    assert app_session.query(UpperClause).count() == 2


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"file": (BytesIO(), "")}, "请选择上级文件"), ({"source": "plan:{plan}", "file": None}, "不能是同一份")],
)
def test_what_cannot_be_added_is_said(
    office: PageClient, plan: Plan, change: dict[str, Any], sentence: str
) -> None:
    data = {key: str(each).format(plan=plan.id) if key == "source" else each for key, each in change.items()}
    answer = office.post("/crosswalk", data={k: v for k, v in {**upload(plan), **data}.items() if v is not None})

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_leader_reads_and_decides_nothing(
    client: PageClient, app_session: Session, document: UpperDocument
) -> None:
    account = make_account(app_session, "leader")
    app_session.commit()
    client.as_account(account)

    page: Any = html.document_fromstring(client.get(f"/crosswalk/{document.id}").text)
    assert not page.xpath("//main//form")
    assert client.post(f"/crosswalk/{document.id}", data={"do": "link"}).status_code == 403


def test_the_wrong_document_is_taken_away(office: PageClient, document: UpperDocument) -> None:
    assert office.post(f"/crosswalk/{document.id}/remove").status_code == 303
    assert office.get(f"/crosswalk/{document.id}").status_code == 404

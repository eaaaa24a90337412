"""版式和模板: a template is checked as it comes, used at once, put back when wanted; what went out stays as it was."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import cast

import pytest
from docx import Document
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from tests import factories
from tests.factories import TODAY
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.house_fields import TemplateKind
from tracker.domain.house_template import catalogue, of_report
from tracker.domain.report import ReportKind, from_json
from tracker.services import house_templates, settings
from tracker.store.tables import (
    AuditEvent,
    HouseTemplate,
    HouseTemplateChoice,
    Meeting,
    Plan,
    ReportDraft,
)

HOME = "/documents/templates"


@dataclass(frozen=True)
class Town:
    """An office with a plan, and who looks at its documents."""

    plan: Plan
    office: PageClient
    leader: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    session = app_session
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan = factories.make_plan(session)
    unit = factories.make_unit(session, "市司法局")
    factories.make_task(session, plan, "清理规范性文件", units=[unit], due=TODAY - timedelta(days=3))
    accounts = [factories.make_account(session, role) for role in ("office", "leader")]
    session.commit()
    return Town(plan, *(cast("PageClient", app.test_client()).as_account(one) for one in accounts))


def template(*lines: str) -> bytes:
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


HEAD = "青溪市政务公开工作领导小组办公室文件"
HOUSE = template(HEAD, "{{标题}}", "{{正文}}", "{{成文日期}}")
OTHER = template("简报", "{{标题}}", "{{正文}}")


def upload(town: Town, data: bytes, name: str = "红头.docx", kind: str = "circular") -> tuple[int, str]:
    """The answer to an upload: its status, and the page that a person then sees."""
    sent = town.office.post(f"{HOME}/{kind}", data={"file": (BytesIO(data), name)})
    page = town.office.get(f"{HOME}?kind={kind}") if sent.status_code == 303 else sent
    return sent.status_code, page.get_data(as_text=True)


def document(town: Town, subject: str = "2026-09") -> str:
    """The address of a new circular."""
    data = {"kind": "circular", "plan_id": town.plan.id, "subject": subject}
    return str(town.office.post("/documents", data=data).headers["Location"])


def printed(client: PageClient, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    return [each.text for each in Document(BytesIO(answer.data)).paragraphs]


def issue(town: Town, session: Session, address: str) -> None:
    session.expire_all()
    row = session.scalars(select(ReportDraft).order_by(ReportDraft.id.desc())).first()
    assert row is not None
    answer = town.office.post(address, data={"token": row.version, "action": "issue"})
    assert answer.status_code == 303


def test_a_template_is_used_from_the_moment_it_is_there(town: Town) -> None:
    address = document(town)
    assert HEAD not in printed(town.office, f"{address}/report.docx")

    status, page = upload(town, HOUSE)

    assert status == 303
    assert "第1版模板已存好，督查通报从现在起用它。" in page
    assert "现在用 第1版模板" in page
    said = printed(town.office, f"{address}/report.docx")
    assert said[0] == HEAD
    assert "一、总体情况" in said
    assert said[-1] == "2026年9月24日"


def test_what_was_issued_stays_in_what_it_was_issued_in(
    town: Town, app_session: Session, clock: SettableClock
) -> None:
    upload(town, HOUSE)
    first, second = document(town), document(town, "2026-08")
    clock.advance(minutes=1)
    issue(town, app_session, second)
    clock.advance(hours=1)

    upload(town, OTHER)

    assert printed(town.office, f"{first}/report.docx")[0] == "简报"
    assert printed(town.leader, f"{second}/report.docx")[0] == HEAD


def test_an_earlier_version_and_the_built_in_layout_can_be_put_back(
    town: Town, app_session: Session, clock: SettableClock
) -> None:
    address = document(town)
    for data in (HOUSE, OTHER):
        upload(town, data)
        clock.advance(minutes=1)
    first = app_session.scalars(select(HouseTemplate).order_by(HouseTemplate.number)).first()
    assert first is not None

    town.office.post(f"{HOME}/circular/use", data={"template_id": first.id})
    assert printed(town.office, f"{address}/report.docx")[0] == HEAD

    clock.advance(minutes=1)
    town.office.post(f"{HOME}/circular/use", data={"template_id": ""})
    said = printed(town.office, f"{address}/report.docx")
    assert HEAD not in said
    assert "简报" not in said
    assert "现在用 系统自带的版式" in town.office.get(f"{HOME}?kind=circular").get_data(as_text=True)

    app_session.rollback()  # what was read before is of its own moment
    events = list(app_session.scalars(select(AuditEvent.summary).where(AuditEvent.action.like("template:%"))))
    assert events == [
        "上传督查通报模板第1版“红头.docx”", "督查通报改用模板第1版", "上传督查通报模板第2版“红头.docx”",
        "督查通报改用模板第2版", "督查通报改用模板第1版", "督查通报改用系统自带的版式",
    ]  # fmt: skip


def test_putting_back_what_is_used_already_changes_nothing(town: Town, app_session: Session) -> None:
    upload(town, HOUSE)
    row = app_session.scalars(select(HouseTemplate)).one()

    town.office.post(f"{HOME}/circular/use", data={"template_id": row.id})

    assert len(list(app_session.scalars(select(HouseTemplateChoice)))) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (template("{{标题}}", "{{全文}}"), "不认识的字段“{{全文}}”，是不是“{{正文}}”？"),
        (template("{{正文}}"), "少了“{{标题}}”"),
        (template("{{标题}}", "{{正文}}", "{{#部分}}"), "后面没有单独成段的"),
        (b"", "这个文件是空的"),
        (b"not a word file", "模板要用 .docx"),
        (b"PK\x03\x04broken", "文件已损坏"),
    ],
    ids=["unknown", "missing", "unclosed", "empty", "text", "broken"],
)
def test_what_cannot_be_used_is_told_and_not_kept(
    town: Town, app_session: Session, data: bytes, said: str
) -> None:
    status, page = upload(town, data)

    assert status == 422
    assert said.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;") in page
    assert list(app_session.scalars(select(HouseTemplate))) == []


def test_a_large_file_is_not_even_opened() -> None:
    with pytest.raises(house_templates.TooLarge):
        house_templates.checked(TemplateKind.WEEKLY, b"x" * (house_templates.MOST_BYTES + 1))


def with_member(name: str, content: bytes) -> bytes:
    """The template with another member in its package."""
    kept = BytesIO(HOUSE)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return kept.getvalue()


OUTSIDE = (
    b'<Relationships><Relationship Id="r1" Type="x/attachedTemplate" TargetMode="External"'
    b' Target="http://a.example/t.dotm"/></Relationships>'
)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("word/vbaProject.bin", b"macro", "宏"),
        ("word/embeddings/oleObject1.bin", b"object", "嵌入对象"),
        ("word/_rels/other.xml.rels", OUTSIDE, "指向外部"),
        ("word/other.xml", b"<a>" + b" " * 3_000_000 + b"</a>", "压缩比异常"),
        ("word/doctype.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "外部实体"),
    ],
)
def test_the_gate_of_imports_refuses_what_could_do_harm(
    town: Town, app_session: Session, name: str, content: bytes, said: str
) -> None:
    status, page = upload(town, with_member(name, content))

    assert status == 422
    assert said in page
    assert list(app_session.scalars(select(HouseTemplate))) == []


def test_without_a_file_the_page_asks_for_one(town: Town) -> None:
    answer = town.office.post(f"{HOME}/circular", data={})

    assert answer.status_code == 422
    assert "请先选择" in answer.get_data(as_text=True)


def test_what_a_template_leaves_out_is_said_once_it_is_kept(town: Town) -> None:
    _, page = upload(town, template("{{标题}}", "{{总体情况}}"))

    assert "模板里没有用到：开头、做得好的方面、存在的问题、有关要求" in page


@pytest.mark.parametrize("kind", TemplateKind)
def test_every_kind_offers_its_fields_and_a_sample_that_can_be_uploaded(town: Town, kind: TemplateKind) -> None:
    page = town.office.get(f"{HOME}?kind={kind.value}").get_data(as_text=True)
    assert all(f"&#123;&#123;{name}&#125;&#125;" in page for name in catalogue(kind).names())

    sample = town.office.get(f"{HOME}/{kind.value}/sample.docx")
    status, page = upload(town, sample.data, kind=kind.value)
    assert status == 303
    assert "没有用到" not in page


def test_a_version_is_handed_back_as_it_came_and_with_an_example(town: Town, app_session: Session) -> None:
    upload(town, HOUSE)
    row = app_session.scalars(select(HouseTemplate)).one()

    assert town.office.get(f"{HOME}/versions/{row.id}/template.docx").data == HOUSE
    assert printed(town.office, f"{HOME}/versions/{row.id}/example.docx")[:2] == [
        HEAD, "青溪市2026年政务公开工作情况",
    ]  # fmt: skip
    assert town.office.get(f"{HOME}/versions/{row.id + 9}/template.docx").status_code == 404


@pytest.mark.parametrize("left", [None, b"PK half a file"], ids=["lost", "changed"])
def test_a_template_that_the_disk_has_lost_or_changed_leaves_the_built_in_layout(
    town: Town, app_session: Session, config: Config, left: bytes | None
) -> None:
    address = document(town)
    upload(town, HOUSE)
    row = app_session.scalars(select(HouseTemplate)).one()
    kept = config.uploads_dir / row.sha256[:2] / row.sha256
    kept.unlink() if left is None else kept.write_bytes(left)

    said = printed(town.office, f"{address}/report.docx")

    assert HEAD not in said
    assert "一、总体情况" in said
    assert town.office.get(f"{HOME}/versions/{row.id}/template.docx").status_code == 404
    assert town.office.get(f"{HOME}/versions/{row.id}/example.docx").status_code == 404


def test_a_look_back_is_set_in_the_offices_template_and_says_that_it_is_a_draft(town: Town) -> None:
    assert town.office.post(f"/look-back/{town.plan.id}/start").status_code == 303
    lines = (HEAD, "{{标题}}", "{{草稿说明}}", "{{正文}}", "{{成文日期}}")
    status, page = upload(town, template(*lines[:2], *lines[3:]), kind="look_back")
    assert status == 422
    assert "少了“&#123;&#123;草稿说明&#125;&#125;”" in page

    status, page = upload(town, template(*lines), kind="look_back")

    assert status == 303
    assert "模板里没有用到：逐项结论" in page
    head, _, draft, *said = printed(town.office, f"/look-back/{town.plan.id}/report.docx")
    assert (head, said[0]) == (HEAD, "一、总体情况")
    assert draft.startswith("（草稿：还有1项结论")


def test_a_pack_is_set_in_the_offices_template(town: Town, app_session: Session) -> None:
    meeting = Meeting(
        plan_id=town.plan.id, title="九月例会", starts_at=factories.NOW, place="三楼", state="called", roles=["联系人"],
        called_at=factories.NOW, called_by_name="陈雨",
    )  # fmt: skip
    app_session.add(meeting)
    app_session.commit()
    lines = (HEAD, "{{标题}}", "{{时间}}", "{{#单位}}", "{{序号}}．{{名称}}：{{需要研究}}", "{{/单位}}", "完")
    assert upload(town, template(*lines), kind="pack")[0] == 303

    said = printed(town.office, f"/meetings/{meeting.id}/pack.docx")

    assert said[:3] == [HEAD, "九月例会材料", "2026年9月24日（周四）15:00"]
    assert said[-1] == "完"
    assert "{{" not in "".join(said)


def test_only_the_office_sees_templates(town: Town) -> None:
    assert town.leader.get(HOME).status_code == 403
    assert town.office.get(f"{HOME}?kind=other").status_code == 404


def test_the_version_of_another_kind_is_not_there(town: Town, app_session: Session) -> None:
    upload(town, HOUSE)
    row = app_session.scalars(select(HouseTemplate)).one()

    assert town.office.post(f"{HOME}/weekly/use", data={"template_id": row.id}).status_code == 404


@pytest.mark.parametrize("kind", [ReportKind.CIRCULAR, ReportKind.HALF_YEAR, ReportKind.YEAR])
def test_every_part_and_table_of_a_document_has_a_field(town: Town, app_session: Session, kind: ReportKind) -> None:
    subject = {"circular": "2026-09", "half_year": "2026-H2", "year": "2026"}[kind.value]
    town.office.post("/documents", data={"kind": kind.value, "plan_id": town.plan.id, "subject": subject})
    app_session.expire_all()
    row = app_session.scalars(select(ReportDraft)).one()

    values, known = of_report(from_json(row.facts)), catalogue(TemplateKind(kind.value))

    assert [name for name in values.texts if "." not in name and known.text(name) is None] == []
    assert [name for name in values.rows if known.group(name) is None] == []
    assert values.title

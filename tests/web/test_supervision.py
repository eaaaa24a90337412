"""督办: from the proposal on the desk to the accepted order, and the leader who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any, cast

import pytest
from docx import Document
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import fonts, pdf
from tracker.store.tables import Account, Notice, SupervisionOrder, Task, Unit

DAY = (factories.TODAY + timedelta(days=8)).isoformat()
ASKED = "请说明原因，明确完成日期。"


@dataclass(frozen=True)
class Town:
    """Justice is 60 days past a day and has an account; health is a day late and has none."""

    task: Task
    unit: Unit
    other: Unit
    boss: Account
    office: PageClient
    contact: PageClient
    leader: PageClient
    stranger: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    unit, other = factories.make_unit(app_session, "市司法局"), factories.make_unit(app_session, "市卫健委")
    third = factories.make_unit(app_session, "市教育局")
    plan = factories.make_plan(app_session)
    late = factories.TODAY - timedelta(days=60)
    task = factories.make_task(app_session, plan, "清理规范性文件", units=[unit], due=late)
    factories.make_task(app_session, plan, "公开目录", units=[other], due=factories.TODAY - timedelta(days=1))
    people = [
        factories.make_account(app_session, role, unit=of, username=name)
        for role, of, name in (
            ("office", None, "chen"), ("unit", unit, "wang"), ("leader", None, "zhou"), ("unit", third, "li"),
        )
    ]  # fmt: skip
    app_session.commit()
    clients = [cast("PageClient", app.test_client()).as_account(one) for one in people]
    return Town(task, unit, other, people[2], *clients)


def parsed(page: str) -> Any:
    """A page to ask by XPath."""
    return html.fromstring(page)


def text(client: PageClient, address: str) -> str:
    return client.get(address).get_data(as_text=True)


def keys(town: Town) -> list[str]:
    page = parsed(text(town.office, "/supervision"))
    return [str(each) for each in page.xpath("//input[@name='pick']/@value")]


def filled(town: Town, *picked: str, asked: str = ASKED, day: str = DAY) -> dict[str, object]:
    """The compose page's form, all matters ticked."""
    query = "&".join(f"pick={key}" for key in picked)
    page = parsed(text(town.office, f"/supervision/new?{query}"))
    form: dict[str, object] = {"pick": list(picked)}
    for key in picked:
        names = page.xpath(f"//input[@type='checkbox'][@name='{key}-matters']/@value")
        form |= {f"{key}-matters": names, f"{key}-asked": asked, f"{key}-feedback_on": day}
    return form


def sent(town: Town, session: Session) -> SupervisionOrder:
    """The red order to justice, sent."""
    key = keys(town)[0]
    assert town.office.post("/supervision/new", data=filled(town, key)).status_code == 303
    return the_only(session)


def the_only(session: Session) -> SupervisionOrder:
    session.rollback()
    return session.scalars(select(SupervisionOrder)).one()


def test_the_desk_shows_how_many_and_each_number_opens_its_list(town: Town) -> None:
    desk = parsed(text(town.office, "/desk"))
    links = {
        str(link.get("href")): int(link.text_content().split()[-1])
        for link in desk.xpath("//a[contains(@href, '/supervision?colour=')]")
    }

    assert links == {"/supervision?colour=red": 1, "/supervision?colour=blue": 1}
    for address, number in links.items():
        page = parsed(text(town.office, address))
        assert len(page.xpath("//tbody/tr")) == number


def test_the_list_says_why_and_whom_it_reaches(town: Town) -> None:
    said = text(town.office, "/supervision")

    assert "2026年7月26日到期，已过" in said
    assert said.index("红色") < said.index("市卫健委")
    assert "wang" in said
    assert "没有账号" in said


def test_several_are_edited_and_sent_together_and_nothing_before_that(
    town: Town, app_session: Session
) -> None:
    picked = keys(town)
    page = text(town.office, "/supervision/new?" + "&".join(f"pick={key}" for key in picked))
    assert "共 2 份" in page
    assert "系统里送不到，发出后请打印送达" in page
    assert not app_session.scalars(select(SupervisionOrder)).all()

    answer = town.office.post("/supervision/new", data=filled(town, *picked), follow_redirects=True)

    assert "已发出 2 份督办单：〔2026〕1号、〔2026〕2号。" in answer.get_data(as_text=True)
    app_session.rollback()
    rows = app_session.scalars(select(SupervisionOrder).order_by(SupervisionOrder.number)).all()
    assert [(row.colour, row.asked, row.feedback_on.isoformat()) for row in rows] == [
        ("red", ASKED, DAY), ("blue", ASKED, DAY),
    ]  # fmt: skip
    assert keys(town) == []


@pytest.mark.parametrize(
    ("changes", "said", "status"),
    [
        ({"asked": " "}, "请填写办理要求", 422),
        ({"feedback_on": ""}, "请填写反馈时限", 422),
        ({"feedback_on": "2026-09-01"}, "反馈日期不能早于今天", 422),
        ({"matters": []}, "请至少选一件", 422),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    town: Town, app_session: Session, changes: dict[str, object], said: str, status: int
) -> None:
    key = keys(town)[0]
    form = filled(town, key, asked="写好的要求") | {f"{key}-{name}": value for name, value in changes.items()}

    answer = town.office.post("/supervision/new", data=form)

    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)
    assert "asked" in changes or "写好的要求" in answer.get_data(as_text=True)
    assert not app_session.scalars(select(SupervisionOrder)).all()


def test_each_order_that_is_filled_in_wrongly_says_so_itself(town: Town) -> None:
    first, second = keys(town)
    form = filled(town, first, second) | {f"{first}-asked": "", f"{second}-feedback_on": "2026-09-01"}

    page = parsed(town.office.post("/supervision/new", data=form).get_data(as_text=True))

    orders = page.xpath("//section[contains(@class, 'order')]")
    assert [["请填写办理要求" in each.text_content(), "不能早于今天" in each.text_content()] for each in orders] == [
        [True, False], [False, True],
    ]  # fmt: skip


def test_what_somebody_sent_meanwhile_is_not_sent_again_and_the_rest_stays_typed(
    town: Town, app_session: Session
) -> None:
    picked = keys(town)
    form = filled(town, *picked, asked="写好的要求")
    assert town.office.post("/supervision/new", data=filled(town, picked[0])).status_code == 303

    answer = town.office.post("/supervision/new", data=form)
    assert answer.status_code == 409
    assert "写好的要求" in answer.get_data(as_text=True)
    assert len(app_session.scalars(select(SupervisionOrder)).all()) == 1
    alone = town.office.post("/supervision/new", data=form | {"pick": [picked[0]]})
    assert alone.status_code == 303
    assert alone.headers["Location"].endswith("/supervision")
    assert "选中的已经有人发出，或已经办好，不用再发。" in text(town.office, "/supervision")


def test_from_the_order_over_the_units_answer_to_its_end(town: Town, app_session: Session) -> None:
    row = sent(town, app_session)
    address = f"/supervision/orders/{row.id}"
    assert "督办单，等本单位反馈 1 份" in text(town.contact, "/my")
    assert "督办单 1 份" in text(town.contact, f"/tasks/{town.task.id}")

    data = {"version": row.version, "words": "已完成", "evidence_url": "https://sfj.qingxi.example/qd"}
    assert town.contact.post(f"{address}/answer", data=data).status_code == 303
    assert "等本单位反馈" not in text(town.contact, "/my")
    assert "待审 <b" in text(town.office, "/desk")
    back = {"version": the_only(app_session).version, "words": "清单打不开", "feedback_on": DAY}
    assert town.office.post(f"{address}/send-back", data=back).status_code == 303
    assert "清单打不开" in text(town.contact, address)
    again = {"version": the_only(app_session).version, "words": "已换链接"}
    assert town.contact.post(f"{address}/answer", data=again).status_code == 303
    last = {"version": the_only(app_session).version, "words": ""}
    assert town.office.post(f"{address}/accept", data=last).status_code == 303

    assert the_only(app_session).state == "accepted"
    assert "已销单" in text(town.office, "/supervision/orders?part=settled")
    assert "退回补充" in text(town.office, address)


def test_a_slower_answer_is_refused_and_keeps_its_words(town: Town, app_session: Session) -> None:
    row = sent(town, app_session)
    address, version = f"/supervision/orders/{row.id}", row.version
    assert (
        town.contact.post(f"{address}/answer", data={"version": version, "words": "先报"}).status_code == 303
    )

    slower = town.contact.post(f"{address}/answer", data={"version": version, "words": "后写的很长的话"})
    assert slower.status_code == 422
    assert "后写的很长的话" in slower.get_data(as_text=True)
    stale = town.office.post(
        f"{address}/send-back", data={"version": version, "words": "缺清单", "feedback_on": DAY}
    )
    assert stale.status_code == 409
    assert "缺清单" in stale.get_data(as_text=True)


def test_others_see_nothing_of_it_and_each_role_has_its_own_steps(town: Town, app_session: Session) -> None:
    row = sent(town, app_session)
    address = f"/supervision/orders/{row.id}"

    assert town.stranger.get(address).status_code == 404
    assert town.stranger.get(f"{address}/order.docx").status_code == 404
    assert town.contact.get("/supervision").status_code == 403
    assert town.leader.get(address).status_code == 200
    refused = {"version": row.version, "words": "不行"}
    assert town.contact.post(f"{address}/withdraw", data=refused).status_code == 403
    assert town.office.post(f"{address}/answer", data=refused).status_code == 403
    assert town.office.post(f"{address}/withdraw", data=refused).status_code == 303
    assert the_only(app_session).state == "withdrawn"


def test_a_red_order_is_proposed_to_be_taken_to_a_leader_who_writes_from_it(
    town: Town, app_session: Session
) -> None:
    row = sent(town, app_session)
    address = f"/supervision/orders/{row.id}"
    assert "建议上报领导：" in text(town.office, address)
    assert "建议上报领导 <b" in text(town.office, "/desk")
    nobody = town.office.post(f"{address}/escalate", data={"words": "请协调。"})
    assert nobody.status_code == 422
    assert "请选择上报给哪位领导" in nobody.get_data(as_text=True)

    told = town.office.post(f"{address}/escalate", data={"words": "请协调。", "leaders": [town.boss.id]})

    assert told.status_code == 303
    assert "建议上报领导" not in text(town.office, "/desk")
    app_session.rollback()
    notice = app_session.scalars(select(Notice).where(Notice.kind == "escalated")).one()
    assert notice.subject == "请阅示：市司法局，〔2026〕1号红色督办单"
    page = parsed(text(town.leader, address))
    (link,) = page.xpath("//a[text()='写批示']/@href")
    assert "关于〔2026〕1号红色督办单（市司法局）：" in text(town.leader, str(link))
    assert "清理规范性文件" in text(town.leader, str(link))


def test_the_order_is_printed_with_number_colour_matters_and_day(town: Town, app_session: Session) -> None:
    row = sent(town, app_session)

    answer = town.contact.get(f"/supervision/orders/{row.id}/order.docx")

    said = Document(BytesIO(answer.data))
    words = "\n".join(each.text for each in said.paragraphs)
    assert "红色督办　　〔2026〕1号" in words
    assert "市司法局：" in words
    day = date.fromisoformat(DAY)
    assert f"请于{day.year}年{day.month}月{day.day}日前" in words
    assert said.tables[0].rows[1].cells[1].text == "清理规范性文件"


@pytest.mark.skipif(not pdf.available(), reason="needs LibreOffice")
def test_the_order_is_a_pdf_where_libreoffice_is_there(town: Town, app_session: Session) -> None:
    row = sent(town, app_session)

    answer = town.office.get(f"/supervision/orders/{row.id}/order.pdf")

    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF-")


def test_without_libreoffice_the_page_says_so(
    town: Town, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent(town, app_session)
    monkeypatch.setattr(pdf, "_program", lambda: None)

    assert "下载 PDF" not in text(town.office, f"/supervision/orders/{row.id}")
    answer = town.office.get(f"/supervision/orders/{row.id}/order.pdf", follow_redirects=True)
    assert "请下载 Word 打印" in answer.get_data(as_text=True)


def test_lists_are_narrowed_by_unit_and_part(town: Town, app_session: Session) -> None:
    sent(town, app_session)

    assert "〔2026〕1号" in text(town.office, f"/supervision/orders?unit={town.unit.id}&part=open")
    assert "〔2026〕1号" not in text(town.office, f"/supervision/orders?unit={town.other.id}")
    assert "〔2026〕1号" not in text(town.office, "/supervision/orders?colour=blue")


def test_the_page_names_the_typefaces_that_the_pdf_lacks(
    town: Town, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = sent(town, app_session)
    monkeypatch.setattr(pdf, "_program", lambda: "soffice")
    monkeypatch.setattr(fonts, "families", lambda _: {"仿宋", "Noto Serif CJK SC"})

    said = text(town.office, f"/supervision/orders/{row.id}")
    assert "没有“方正小标宋简体”，用“Noto Serif CJK SC”代替，没有“仿宋_GB2312”，用“仿宋”代替" in said

    monkeypatch.setattr(fonts, "families", lambda _: {"方正小标宋简体", "仿宋_GB2312"})
    assert "代替" not in text(town.office, f"/supervision/orders/{row.id}")


def test_an_order_is_printed_in_the_template_that_was_used_when_it_was_sent(
    town: Town, app_session: Session, clock: SettableClock
) -> None:
    order_id = sent(town, app_session).id
    sample = town.office.get("/documents/templates/order/sample.docx").data
    paper = Document(BytesIO(sample))
    paper.paragraphs[0].text = "青溪市政务公开工作督办通知"
    kept = BytesIO()
    paper.save(kept)
    clock.advance(minutes=1)

    file = (BytesIO(kept.getvalue()), "督办.docx")
    answer = town.office.post("/documents/templates/order", data={"file": file})

    assert answer.status_code == 303
    address = f"/supervision/orders/{order_id}/order.docx"
    assert Document(BytesIO(town.office.get(address).data)).paragraphs[0].text == "督办单"
    app_session.rollback()
    later = app_session.get(SupervisionOrder, order_id)
    assert later is not None
    later.sent_at = clock()
    app_session.commit()
    said = Document(BytesIO(town.office.get(address).data))
    assert said.paragraphs[0].text == "青溪市政务公开工作督办通知"
    assert "红色督办　　〔2026〕1号" in [each.text for each in said.paragraphs]
    assert [cell.text for cell in said.tables[0].rows[1].cells][:2] == ["1", "清理规范性文件"]
    assert "{{" not in "".join(each.text for each in said.paragraphs)

"""文稿: every figure opens its list, what is typed is never lost, what is issued never changes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any, cast

import pytest
from docx import Document
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tests.support import counting
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.report import ReportKind
from tracker.services import report_kinds, settings
from tracker.store.tables import (
    Meeting,
    Obligation,
    Plan,
    ReportDraft,
    ReportPastText,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    Unit,
)

SUBJECTS = {
    ReportKind.WEEKLY: "2026-W38",
    ReportKind.CIRCULAR: "2026-09",
    ReportKind.HALF_YEAR: "2026-H2",
    ReportKind.YEAR: "2026",
}
STATES = ("submitted", "returned", "accepted", "open", "missed", "waived")


@dataclass(frozen=True)
class Town:
    """A plan with something of everything that a document tells."""

    plan: Plan
    units: list[Unit]
    tasks: list[Task]
    owed: list[Obligation]
    office: PageClient
    leader: PageClient
    contact: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    session = app_session
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan, other = factories.make_plan(session), factories.make_plan(session, "另一份要点")
    units = [
        factories.make_unit(session, f"市{name}局")
        for name in ("教育", "民政", "财政", "水利", "交通", "体育")
    ]
    days = (-40, -3, 4, 12, 80)
    tasks = [
        factories.make_task(
            session, plan, f"事项{place}", units=[units[0], (units[place % 5 + 1], "support")],
            due=TODAY + timedelta(days=day), section="一、主动公开" if place < 3 else "二、平台建设",
        )
        for place, day in enumerate(days)
    ]  # fmt: skip
    tasks[0].checkpoints[0].first_due_on = TODAY - timedelta(days=70)
    done = factories.make_task(
        session, plan, "已办结的事", units=[units[5]], state="signed_off", due=TODAY - timedelta(days=9)
    )
    done.signed_off_at = NOW - timedelta(days=10)
    factories.make_task(session, plan, "取消的事", units=[units[4]], state="cancelled")
    factories.make_task(session, other, "别的要点的事", units=[units[3]], due=TODAY - timedelta(days=5))
    cadence, owed = factories.make_cadence(session, plan), []
    for key, state in (("2026-W38", "closed"), ("2026-W39", "open")):
        period = factories.make_period(session, cadence, key, state=state)
        for unit, stands in zip(units, STATES, strict=True):
            handed_in = NOW - timedelta(days=6) if stands in {"submitted", "returned", "accepted"} else None
            row = factories.make_obligation(session, period, unit, state=stands, submitted_at=handed_in)
            row.late = stands == "accepted"
            row.note = "本周没有任务" if stands == "waived" else ""
            owed.append(row)
            if handed_in:
                _lines(session, row, tasks, unit, stands)
    target = counting.make_target(session, tasks[3])
    counting.enter(session, target, units[0], "2026-03-01")
    session.add(
        SupervisionOrder(
            year=2026, number=3, colour="red", plan_id=plan.id, unit_id=units[0].id, unit_name=units[0].name,
            asked="请办结。", feedback_on=TODAY - timedelta(days=1), sent_at=NOW - timedelta(days=8), sent_by_name="陈雨",
            matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="事项0", due_on=TODAY)],
        )
    )  # fmt: skip
    session.add(
        Meeting(
            plan_id=plan.id,
            title="九月例会",
            starts_at=NOW - timedelta(days=12),
            place="三楼",
            state="closed",
            roles=["联系人"],
            called_at=NOW - timedelta(days=20),
            called_by_name="陈雨",
            closed_at=NOW - timedelta(days=11),
            closed_by_name="陈雨",
        )
    )
    accounts = [
        factories.make_account(session, "office"), factories.make_account(session, "leader"),
        factories.make_account(session, "unit", unit=units[0]),
    ]  # fmt: skip
    session.commit()
    clients = [cast("PageClient", app.test_client()).as_account(one) for one in accounts]
    return Town(plan, units, tasks, owed, *clients)


def _lines(session: Session, owed: Obligation, tasks: list[Task], unit: Unit, stands: str) -> None:
    parts = [part for task in tasks for part in task.assignments if part.unit_id == unit.id]
    words = [
        (part, "done" if place == 0 else "in_progress", f"做了第{place + 1}件事")
        for place, part in enumerate(parts)
    ]
    made = factories.make_return(session, owed, words, state=stands)
    for line in made.lines:
        line.next_plan, line.problem = "接着做。", "人手不够" if line.status == "in_progress" else "无"
    session.flush()


def tree(client: PageClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.fromstring(answer.get_data(as_text=True))


def listed(page: Any) -> int:
    """How many rows the list of a page has in all."""
    told = page.xpath("//main//*[self::table or self::div or self::ol][@data-count]/@data-count")
    if told:
        return int(told[0])
    totals = page.xpath("//nav[@class='pager']/span/text()")
    if totals:
        return int("".join(letter for letter in totals[0].split("，")[0] if letter.isdigit()))
    return len(page.xpath("//main//table/tbody/tr"))


def made(town: Town, kind: ReportKind) -> str:
    """The address of a new document."""
    data = {"kind": kind.value, "plan_id": town.plan.id, "subject": SUBJECTS[kind]}
    answer = town.office.post("/documents", data=data)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def fields(page: Any) -> dict[str, str]:
    """What the form of a document holds."""
    form = page.get_element_by_id("return-form")
    found = {each.get("name"): each.get("value") or "" for each in form.xpath(".//input[@name]")}
    texts = {each.get("name"): (each.text or "").removeprefix("\n") for each in form.xpath(".//textarea")}
    return {name: text for name, text in {**found, **texts}.items() if name != "csrf_token"}


def the(session: Session) -> ReportDraft:
    session.expire_all()
    return session.scalars(select(ReportDraft).order_by(ReportDraft.id.desc())).first() or pytest.fail(
        "none is there"
    )


@pytest.mark.parametrize("kind", list(SUBJECTS), ids=lambda kind: str(kind.value))
def test_every_figure_of_a_document_opens_a_list_of_that_length(town: Town, kind: ReportKind) -> None:
    page = tree(town.office, made(town, kind))

    links = page.xpath("//*[contains(@class, 'made')]//a")
    counted = [link for link in links if link.get("data-count")]
    assert len(counted) > 8
    assert len({link.get("href") for link in counted}) > 6
    for link in links:
        found = tree(town.office, link.get("href"))
        if (number := link.get("data-count")) is not None:
            assert link.text == number
            assert listed(found) == int(number), link.get("href")


@pytest.mark.parametrize("kind", list(SUBJECTS), ids=lambda kind: str(kind.value))
def test_no_number_of_a_text_is_without_its_list(town: Town, app_session: Session, kind: ReportKind) -> None:
    """Words hold days and ordinals alone; what counts something is a figure."""
    made(town, kind)

    for part in the(app_session).facts["parts"]:
        for paragraph in part["paragraphs"]:
            for piece in paragraph:
                if isinstance(piece, str):
                    assert not _counts(piece), piece


def _counts(words: str) -> bool:
    return bool(re.search(r"(?<![\d第])\d+(项|家|件|份|篇|家次)(?!事)", words))


def test_the_weekly_digest_says_who_and_what(town: Town) -> None:
    page = tree(town.office, made(town, ReportKind.WEEKLY))

    said = " ".join(" ".join(each.text_content().split()) for each in page.xpath("//*[@class='made']"))
    assert "本周应报5家，按时报送2家，迟报1家，未报2家，另有免报1家" in said.replace(
        "待报1家，未报1家", "未报2家"
    )
    assert "迟报的单位：市财政局。" in said
    assert "未报的单位：市交通局。" in said
    assert "免报的单位：市体育局（本周没有任务）。" in said
    assert "市教育局：事项0（已完成）。做了第1件事。" in said
    assert "市教育局（事项1）：人手不够。" in said
    assert "原定7月16日，延至8月15日，已逾期40天" in said


def test_a_document_is_made_once_and_then_opened(town: Town, app_session: Session) -> None:
    first, second = made(town, ReportKind.WEEKLY), made(town, ReportKind.WEEKLY)

    assert first == second
    assert "这一份已经有了" in town.office.get(second).get_data(as_text=True)
    assert app_session.query(ReportDraft).count() == 1
    refused = town.office.post(
        "/documents", data={"kind": "weekly", "plan_id": town.plan.id, "subject": "2026-W99"}
    )
    assert refused.status_code == 404
    assert town.office.post("/documents", data={"kind": "weekly", "plan_id": town.plan.id}).status_code == 422


def test_the_board_leads_to_the_digest_of_its_period(town: Town) -> None:
    board = tree(town.office, f"/reporting/{town.plan.id}/board?period=2026-W38")
    (address,) = board.xpath("//a[text()='进展汇总']/@href")

    page = tree(town.office, address)

    assert page.xpath("//select[@id='subject-weekly']/option[@selected]/@value") == ["2026-W38"]
    assert not tree(town.leader, f"/reporting/{town.plan.id}/board").xpath("//a[text()='进展汇总']")


def test_a_figure_that_was_written_otherwise_is_told_before_it_is_issued(town: Town) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    assert "不一致" not in town.office.get(address).get_data(as_text=True)
    own = form["part-returns-body"].replace("应报5家", "应报6家").replace("迟报1家，", "")
    town.office.post(address, data={**form, "part-returns-body": own, "action": "save"})

    page = tree(town.office, address)

    assert page.xpath("//button[@value='issue']/@data-confirm")[0].startswith("有1处数字和清单不一致。")
    differs = [each.text_content() for each in page.xpath("//ul[@class='differs']/li")]
    assert differs == ["应报：文中写6，清单是5", "迟报：文中没有写，清单是1"]


def test_nothing_typed_is_lost_when_figures_are_made_afresh(town: Town, app_session: Session) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    own = form["part-returns-body"].replace("迟报1家", "迟报1家（已说明情况）") + "\n感谢各单位支持。"
    data = {**form, "part-returns-body": own, "title": "政务公开每周进展", "action": "save"}
    assert town.office.post(address, data=data).status_code == 303
    town.owed[4].state = "waived"  # the unit that had missed
    app_session.commit()

    shown = town.office.get(address).get_data(as_text=True)
    assert "现在已有变化" in shown
    assert "未报 1 → 0" in shown

    form = fields(tree(town.office, address))
    assert town.office.post(address, data={**form, "action": "afresh"}).status_code == 303
    page = tree(town.office, address)
    assert fields(page)["part-returns-body"] == own
    assert fields(page)["title"] == "政务公开每周进展"
    differs = [" ".join(each.text_content().split()) for each in page.xpath("//ul[@class='differs']/li")]
    assert differs == [
        "应报：文中写5，清单是4", "未报：文中写1，清单是0", "免报：文中写1，清单是2", "按时率：文中写50%，清单是66.7%",
    ]  # fmt: skip
    assert "现在已有变化" not in page.text_content()


def test_the_made_text_is_taken_and_the_typed_one_kept(town: Town, app_session: Session) -> None:
    address = made(town, ReportKind.CIRCULAR)
    form = fields(tree(town.office, address))
    data = {**form, "part-overall-body": "总体很好。", "action": "save"}
    town.office.post(address, data=data)
    form = fields(tree(town.office, address))

    assert town.office.post(address, data={**form, "action": "take:overall"}).status_code == 303

    page = tree(town.office, address)
    assert "总体很好。" in page.xpath("//section[@aria-labelledby='past-title']")[0].text_content()
    assert "全年任务" in fields(page)["part-overall-body"]
    assert [each.text for each in app_session.scalars(select(ReportPastText))] == ["总体很好。"]


def test_a_stale_save_shows_both_texts_and_loses_neither(town: Town) -> None:
    address = made(town, ReportKind.YEAR)
    mine = fields(tree(town.office, address))
    theirs = {**mine, "part-opening-body": "同事写的。", "action": "save"}
    assert town.office.post(address, data=theirs).status_code == 303

    answer = town.office.post(address, data={**mine, "part-opening-body": "我写的。", "action": "save"})

    assert answer.status_code == 409
    page: Any = html.fromstring(answer.get_data(as_text=True))
    assert fields(page)["part-opening-body"] == "我写的。"
    assert "另一处已存：同事写的。" in page.text_content()
    assert town.office.post(f"{address}/draft", data={**mine, "part-opening-body": "我"}).status_code == 409
    again = {**fields(page), "action": "save"}
    assert town.office.post(address, data=again).status_code == 303
    assert fields(tree(town.office, address))["part-opening-body"] == "我写的。"


def test_the_script_saves_and_gets_the_next_token(town: Town) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = {**fields(tree(town.office, address)), "part-opening-body": "正在写"}

    answer = town.office.post(f"{address}/draft", data=form)

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["saved"] == "15:00"
    page = tree(town.office, address)
    assert fields(page)["token"] == answer.json["token"]
    assert fields(page)["part-opening-body"] == "正在写"


def test_what_is_issued_reads_in_december_as_it_read_then(
    app: Flask, town: Town, app_session: Session, clock: SettableClock
) -> None:
    address = made(town, ReportKind.CIRCULAR)
    form = fields(tree(town.office, address))
    changed = {**form, "part-good-body": "", "addressee": "市直各单位", "action": "issue"}
    assert town.office.post(address, data=changed).status_code == 303
    before = town.office.get(f"{address}/report.docx").data
    for owed in town.owed:
        owed.state = "accepted"
    account = factories.make_account(app_session, "office")
    app_session.commit()
    clock.advance(days=80)
    later = cast("PageClient", app.test_client()).as_account(account)

    assert later.get(f"{address}/report.docx").data == before
    page = tree(later, address)
    paper = page.xpath("//article")[0].text_content()
    assert "市直各单位：" in paper
    assert "做得好的方面" not in paper
    assert "二、存在的问题" in paper
    assert "（现在" in paper
    late = later.post(address, data={**form, "part-overall-body": "晚了的话", "action": "save"})
    assert late.status_code == 422
    assert "晚了的话" in late.get_data(as_text=True)
    assert later.get(f"{address}/report.docx").data == before


def test_a_mistake_is_put_right_by_another_edition(town: Town, app_session: Session) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    town.office.post(address, data={**form, "part-opening-body": "原来的开头。", "action": "issue"})

    answer = town.office.post(f"{address}/again")

    assert answer.status_code == 303
    page = tree(town.office, answer.headers["Location"])
    assert "更正稿1" in page.text_content()
    assert fields(page)["part-opening-body"] == "原来的开头。"
    assert town.office.post(f"{address}/again").headers["Location"] == answer.headers["Location"]
    assert town.office.post(f"{answer.headers['Location']}/again").status_code == 422
    assert [row.state for row in app_session.scalars(select(ReportDraft).order_by(ReportDraft.edition))] == [
        "issued",
        "draft",
    ]


def test_leaders_read_what_is_issued_and_units_nothing(town: Town) -> None:
    address = made(town, ReportKind.WEEKLY)
    assert town.leader.get(address).status_code == 404
    assert listed(tree(town.leader, "/documents")) == 0
    form = fields(tree(town.office, address))
    town.office.post(address, data={**form, "action": "issue"})

    page = tree(town.leader, "/documents")

    assert listed(page) == 1
    assert not page.xpath("//form[.//select[@name='subject']]")
    assert tree(town.leader, address).xpath("//article")
    assert town.leader.get(f"{address}/report.docx").status_code == 200
    assert town.leader.post(address, data={"token": 1, "action": "save"}).status_code == 403
    assert town.contact.get("/documents").status_code == 403
    assert town.contact.get(address).status_code == 403


def test_the_files_say_the_text_with_plain_figures(town: Town) -> None:
    address = made(town, ReportKind.CIRCULAR)

    word = Document(BytesIO(town.office.get(f"{address}/report.docx").data))
    text = town.office.get(f"{address}/report.txt").get_data(as_text=True)

    said = "\n".join(paragraph.text for paragraph in word.paragraphs)
    for words in (
        "各有关单位：",
        "一、总体情况",
        "全年任务7项，已销号1项，办理中5项，其中逾期2项。",
        "2026年9月24日",
    ):
        assert words in said
        assert words in text
    assert [cell.text for cell in word.tables[0].rows[0].cells] == ["序号", "任务", "责任单位", "时限"]


@pytest.mark.parametrize("kind", list(SUBJECTS), ids=lambda kind: str(kind.value))
def test_the_same_facts_give_the_same_bytes(town: Town, app_session: Session, kind: ReportKind) -> None:
    from tracker.documents.report import docx
    from tracker.domain.actor import SYSTEM

    office = factories.make_account(app_session, "office")
    acting = type(SYSTEM)(office.id, office.display_name, "office")

    one, two = (
        report_kinds.write(app_session, acting, kind, plan_id=town.plan.id, subject=SUBJECTS[kind], now=NOW)
        for _ in range(2)
    )

    assert one == two
    assert docx(one) == docx(two)


@pytest.mark.parametrize(
    "address",
    [
        "/documents/999", "/documents/lines?plan=1", "/documents/lines?plan=1&said=done&cadence=weekly&period=2020-W01",
        "/documents/lines?plan=x&said=done", "/documents/happened/other?plan=1", "/documents/happened/signed_off?plan=999",
        "/documents/happened/signed_off?plan=1&from=gestern", "/documents/happened/signed_off?plan=1&from=0001-01-01",
    ],
)  # fmt: skip
def test_an_address_that_names_nothing_is_not_found(town: Town, address: str) -> None:
    assert town.office.get(address).status_code == 404

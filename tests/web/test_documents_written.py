"""文稿 that are written on: what is typed is never lost, what is issued never changes."""

from __future__ import annotations

from typing import Any, cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.clock import SettableClock
from tests.support.documents_town import Town, build, fields, made, the, tree
from tests.support.pages import PageClient
from tracker.domain.report import ReportKind
from tracker.store.tables import ReportDraft, ReportPastText


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    return build(app, app_session)


def test_a_figure_that_was_written_otherwise_is_told_before_it_is_issued(town: Town) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    assert "不一致" not in town.office.get(address).get_data(as_text=True)
    own = form["part-returns-body"].replace("应报5家", "应报6家").replace("迟报1家，", "")
    town.office.post(address, data={**form, "part-returns-body": own, "action": "save"})

    page = tree(town.office, address)

    differs = [each.text_content() for each in page.xpath("//ul[@class='differs']/li")]
    assert differs == ["应报：文中写6，清单是5", "迟报：文中没有写，清单是1"]


def test_figures_typed_by_hand_are_listed_once_before_a_document_is_issued(
    town: Town, app_session: Session
) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    form["part-returns-body"] = form["part-returns-body"].replace("应报5家", "应报6家")
    form["part-opening-body"] = "2026年第38周，全市公开文件32件，情况如下。"  # a part without a figure of its own

    asked = town.office.post(address, data={**form, "action": "issue"})

    page: Any = html.fromstring(asked.get_data(as_text=True))
    assert asked.status_code == 422
    assert [each.text_content() for each in page.xpath("//*[@id='checking']//dd")] == [
        "…周，全市公开文件32件，情况如下。", "应报：文中写6，清单是5",
    ]  # fmt: skip
    assert fields(page)["part-opening-body"] == form["part-opening-body"]
    assert "另一处已存" not in page.text_content(), "nobody else has saved anything"

    (again,) = page.xpath("//button[starts-with(@value, 'issue')]/@value")
    other = {**fields(page), "part-opening-body": "全市公开文件33件。", "action": again}
    assert town.office.post(address, data=other).status_code == 422, "another figure was not listed yet"
    assert town.office.post(address, data={**fields(page), "action": again}).status_code == 303
    assert the(app_session).state == "issued"


def test_a_text_without_figures_of_ones_own_is_issued_at_once(town: Town, app_session: Session) -> None:
    address = made(town, ReportKind.WEEKLY)
    form = fields(tree(town.office, address))
    own = f"各单位（含垂管单位）情况：{form['part-returns-body']}\n请于2026年9月30日前补报，三月份的照旧。"

    answer = town.office.post(address, data={**form, "part-returns-body": own, "action": "issue"})

    assert answer.status_code == 303
    assert the(app_session).state == "issued"


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

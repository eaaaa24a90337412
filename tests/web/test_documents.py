"""文稿: every figure opens its list, who may read which, and the files."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW
from tests.support.documents_town import SUBJECTS, Town, build, fields, listed, made, the, tree
from tracker.documents.report import docx
from tracker.domain.actor import SYSTEM
from tracker.domain.report import ReportKind
from tracker.services import report_kinds
from tracker.store.tables import ReportDraft


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    return build(app, app_session)


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
    assert "市教育局：事项0（已完成）。做了第1件事（待审核）。" in said
    assert "市教育局（事项1）：人手不够（待审核）。" in said
    assert "市财政局：事项1（已完成）。做了第1件事。" in said
    assert "市民政局：事项0" not in said, "what was sent back does not stand"
    assert "原定7月16日，延至8月15日，已逾期40天" in said


def another_rhythm(session: Session, town: Town, *, whose: slice) -> None:
    """Towns report each month; what is due for August is due in the 38th week."""
    monthly = factories.make_cadence(session, town.plan, kind="monthly")
    monthly.name = "每月一报"
    august = factories.make_period(session, monthly, "2026-W38", state="closed")
    august.key, august.label = "2026-08", "8月"
    august.starts_on, august.ends_on = date(2026, 8, 1), date(2026, 8, 31)
    for unit in town.units[whose]:
        row = factories.make_obligation(session, august, unit, state="accepted", submitted_at=NOW)
        words = [(part, "in_progress", "八月做了一件事") for part in town.tasks[0].assignments if part.unit_id == unit.id]
        factories.make_return(session, row, words, state="accepted")
    session.commit()


def test_a_digest_tells_of_every_rhythm_that_was_due_in_its_days(town: Town, app_session: Session) -> None:
    another_rhythm(app_session, town, whose=slice(2))

    page = tree(town.office, made(town, ReportKind.WEEKLY))

    said = " ".join(" ".join(each.text_content().split()) for each in page.xpath("//*[@class='made']"))
    assert "按一周一进度（第38周）、每月一报（8月），本周应报7份，按时报送4份" in said
    assert "市教育局：事项0。八月做了一件事。" in said
    for link in page.xpath("//*[contains(@class, 'made')]//a[@data-count]"):
        assert listed(tree(town.office, link.get("href"))) == int(link.get("data-count")), link.get("href")


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

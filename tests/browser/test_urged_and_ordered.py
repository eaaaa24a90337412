"""A unit that does not report is urged, then ordered (督办单), answers, and a leader is told: the clicks of it.

Nothing goes out that its sender has not seen with whom it reaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Clerk, Contact, Leader, Person
from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.databases import Databases
from tests.support.serving import Office, opened_office
from tracker.adapters.passwords import hash_password

IS_A_STORY = True
MORNING = "2026-09-24T09:30+08:00"
# Every process begins at the moment it is given: what was said in the meantime is delivered a while later.
AFTER_URGING, AFTER_THE_ORDER = "2026-09-24T10:00+08:00", "2026-09-24T10:30+08:00"
AFTER_TELLING = "2026-09-24T11:00+08:00"
MISSED = ("2026-W36", "2026-W37", "2026-W38")
ANSWER = "9月25日补齐三期进展，由办公室林知远负责。"


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Education has not reported for three weeks, nor this week; justice neither, and has no account."""
    with opened_office(databases, tmp_path_factory.mktemp("urged"), MORNING, fill) as office:
        yield office


def fill(session: Session) -> None:
    """One task of two units, and the weeks that were asked for."""
    education, justice = make_unit(session, "市教育局"), make_unit(session, "市司法局")
    plan = make_plan(session)
    make_task(session, plan, "公布学区划分", units=[education, justice], due=date(2026, 10, 20))
    cadence = make_cadence(session, plan)
    for key in MISSED:
        week = make_period(session, cadence, key, state="closed")
        make_obligation(session, week, education, state="missed")
        make_obligation(session, week, justice, state="accepted")
    this_week = make_period(session, cadence)
    for unit in (education, justice):
        make_obligation(session, this_week, unit)
    for role, name, of in (
        ("office", "gongkai", None),
        ("unit", "jiaoyu", education),
        ("leader", "lingdao", None),
    ):
        make_account(session, role, username=name, unit=of).password_hash = hash_password(PASSWORD)


@pytest.fixture(scope="module")
def people(browser: Browser, office: Office) -> Iterator[tuple[Clerk, Contact, Leader]]:
    """Signed in, each at a browser of their own."""
    clerk = Clerk(browser, office.url, "公开办")
    contact, leader = Contact(browser, office.url, "单位"), Leader(browser, office.url, "领导")
    everybody: dict[str, Person] = {"gongkai": clerk, "jiaoyu": contact, "lingdao": leader}
    for username, person in everybody.items():
        person.sign_in(username)
    yield clerk, contact, leader
    for person in everybody.values():
        person.leave()


def test_who_is_on_the_list_is_urged_and_nobody_else(
    office: Office, people: tuple[Clerk, Contact, Leader]
) -> None:
    clerk, contact, _ = people
    clerk.open("/reporting/1/board")
    clerk.follow(re.compile("催还没报的"))
    assert clerk.page.locator("table.urging").get_attribute("data-count") == "1"
    assert "jiaoyu" in clerk.page.locator("table.urging").inner_text(), "whom it reaches, before it goes"
    assert "市司法局" in clerk.page.locator("[data-left=nobody]").inner_text()

    clerk.press("发出催办")

    assert "已催办1家" in clerk.said()
    office.at(AFTER_URGING)
    office.tick()
    urged = contact.open("/inbox").locator(".notices li", has_text="催办：一周一进度")
    assert urged.count() == 1


def test_an_order_goes_out_only_when_its_sender_has_seen_it(
    office: Office, people: tuple[Clerk, Contact, Leader]
) -> None:
    clerk, contact, _ = people
    clerk.open("/desk")
    clerk.follow(re.compile("红色"))
    assert "市教育局" in clerk.text()
    clerk.page.get_by_label("选中：红色，市教育局").check()
    clerk.press("下一步：核对后发出")
    assert "联系人 jiaoyu" in clerk.text()
    assert "督办单" not in contact.open("/my").locator("main").inner_text(), "nothing has gone out yet"

    clerk.press("发出 1 份督办单")

    assert "已发出 1 份督办单：〔2026〕1号" in clerk.said()
    office.at(AFTER_THE_ORDER)
    office.tick()
    assert "〔2026〕1号" in contact.open("/inbox").locator(".notices").inner_text()


def test_the_unit_answers_where_its_work_is(people: tuple[Clerk, Contact, Leader]) -> None:
    _, contact, _ = people
    contact.open("/my")
    contact.follow(re.compile("〔2026〕1号"))
    contact.page.locator("textarea:visible").fill(ANSWER)
    contact.press("反馈")

    assert "已反馈，等公开办审核" in contact.said()
    assert "督办单，等本单位反馈" not in contact.open("/my").locator("main").inner_text()


def test_the_leader_is_told_once_and_reads_what_was_answered(
    office: Office, people: tuple[Clerk, Contact, Leader]
) -> None:
    clerk, _, leader = people
    clerk.open("/supervision/orders?part=answered")
    clerk.follow(re.compile("〔2026〕1号"))
    assert ANSWER in clerk.text()
    form = clerk.page.locator("form", has=clerk.page.get_by_role("button", name="上报", exact=True))
    form.get_by_label("lingdao").check()
    form.locator("textarea").fill("连续三期没有报送，现已反馈，请阅示。")
    clerk.press("上报", form)

    assert "已上报lingdao" in clerk.said()
    office.at(AFTER_TELLING)
    office.tick()
    office.tick()
    told = leader.open("/inbox").locator(".notices li", has_text="请阅示")
    assert told.count() == 1
    assert "连续三期没有报送" in told.inner_text()
    leader.press(re.compile("去办理"), told)
    assert ANSWER in leader.text()

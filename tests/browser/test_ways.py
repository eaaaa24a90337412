"""Other ways of handing in a return: by keyboard alone, without scripts, in two windows, after a sign-in that ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Clerk, Contact
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

MORNING = "2026-09-24T09:00+08:00"
EVENING = "2026-09-24T23:30+08:00"
UNITS = ("市教育局", "市司法局", "市民政局", "市水利局", "市财政局")


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with one plan, and five units that owe this week's return, each with a person of its name."""
    with opened_office(databases, tmp_path_factory.mktemp("ways"), MORNING, fill) as office:
        yield office


def fill(session: Session) -> None:
    """Two tasks for each unit, due in October."""
    password = hash_password(PASSWORD)
    plan = make_plan(session)
    week = make_period(session, make_cadence(session, plan))
    make_account(session, username="gongkai").password_hash = password
    for number, name in enumerate(UNITS):
        unit = make_unit(session, name)
        make_account(session, "unit", unit=unit, username=f"unit{number}").password_hash = password
        for what in ("公布办事指南", "更新常见问答"):
            make_task(session, plan, f"{name}{what}", units=[(unit, "lead")], due=date(2026, 10, 20))
        make_obligation(session, week, unit)


def contact(browser: Browser, office: Office, number: int, *, scripts: bool = True) -> Contact:
    """The person of a unit, not yet signed in."""
    return Contact(browser, office.url, "单位" if scripts else "无脚本", scripts=scripts)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of this name has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        held = page.evaluate(
            "() => { const e = document.activeElement;"
            " return (e.labels && e.labels.length ? e.labels[0].innerText : e.innerText) || ''; }"
        )
        if name in str(held):
            return
    pytest.fail(f"Tab never reaches {name}")


def test_a_return_is_handed_in_by_keyboard_alone(browser: Browser, office: Office) -> None:
    person = contact(browser, office, 0)
    page = person.open("/sign-in")
    page.keyboard.type("unit0")  # the first field has the focus
    tab_to(page, "口令")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")

    tab_to(page, "填本周")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "本周进展")
    page.keyboard.type("办事指南已核对一遍。")
    tab_to(page, "报送本周")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "已报送，1项有变化" in person.said()
    person.leave()


def test_a_page_shows_where_the_keyboard_is(browser: Browser, office: Office) -> None:
    person = contact(browser, office, 0)
    page = person.sign_in("unit0")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, (
        "seen when it has the focus"
    )
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    person.leave()


def test_a_return_is_handed_in_without_scripts(browser: Browser, office: Office) -> None:
    person = contact(browser, office, 1, scripts=False)
    person.sign_in("unit1")
    person.begin_return()
    person.line(0).get_by_label("本周进展").fill("常见问答已更新。")
    person.press("存草稿", person.page.locator(".foot"))
    assert "草稿已存好" in person.said()
    person.line(1).get_by_label("佐证链接").fill("not a link")
    person.press("报送本周")
    assert "以 http:// 或 https:// 开头" in person.page.locator("[role=alert]").inner_text()
    assert person.line(0).get_by_label("本周进展").input_value() == "常见问答已更新。"
    person.line(1).get_by_label("佐证链接").fill("https://www.qingxi.example/answers")
    person.press("报送本周")

    assert "已报送" in person.said()
    person.leave()


def test_two_windows_lose_nothing_of_either(browser: Browser, office: Office) -> None:
    person = contact(browser, office, 2)
    person.sign_in("unit2")
    page = person.begin_return()
    other = person.tab()
    other.goto(page.url)
    other.get_by_label("本周进展").first.fill("甲窗口写的")
    with other.expect_navigation():
        other.locator(".foot").get_by_role("button", name="存草稿").click()

    person.line().get_by_label("本周进展").fill("乙窗口写的")
    assert person.press("报送本周") == 409

    line = person.line()
    assert line.get_by_label("本周进展").input_value() == "乙窗口写的"
    assert "甲窗口写的" in line.inner_text(), "the other text stands beside it"
    assert person.press("报送本周") == 200
    assert "已报送" in person.said()
    person.leave()


def test_two_clerks_decide_once(browser: Browser, office: Office) -> None:
    first, second = Clerk(browser, office.url, "公开办"), Clerk(browser, office.url, "公开办")
    for clerk in (first, second):
        clerk.sign_in("gongkai")
        clerk.open("/reporting/obligations?state=submitted")
        clerk.follow("市教育局")
    second.page.get_by_label("退回理由").fill("请补链接。")
    assert first.press("通过") == 200

    assert second.press("退回修改") == 409
    assert "请补链接。" in second.page.content(), "what was typed is not lost"
    first.leave()
    second.leave()


def test_a_sign_in_that_ended_keeps_what_was_typed(browser: Browser, office: Office, tmp_path: Path) -> None:
    person = contact(browser, office, 3)
    person.sign_in("unit3")
    person.begin_return()
    person.line().get_by_label("本周进展").fill("写了一上午的进展。")
    person.page.get_by_text("已存草稿").wait_for()  # what is yet to be kept would meet no server

    office.at(EVENING)
    assert person.press("报送本周") == 401
    assert "登录已失效" in person.said()
    assert "写了一上午的进展。" in person.page.locator(".kept textarea").first.input_value()
    person.page.get_by_label("用户名").fill("unit3")
    person.page.get_by_label("口令").fill(PASSWORD)
    person.press("登录")
    assert "写了一上午的进展。" in person.page.content()
    person.press("继续提交")

    assert "已补报（迟报）" in person.said()
    person.leave()

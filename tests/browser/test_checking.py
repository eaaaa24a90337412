"""Checking a draft by keyboard alone: from doubt to doubt, and to the end."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Clerk
from tests.factories import make_account
from tests.support.databases import Databases, opened
from tests.support.drafts import kept
from tests.support.qingxi import Item, draft_plan
from tests.support.serving import Office
from tracker.adapters.passwords import hash_password

MORNING = "2026-09-24T09:00+08:00"
DOUBTS = (8, 16, 24, 31, 38)
DAMAGED = {
    "severity": "warning",
    "code": "damaged-characters",
    "field": "text",
    "message": "有丢失的字符，请补正。",
}


def item(number: int) -> Item:
    """One of forty tasks; five of them are doubtful, four of those by their deadline."""
    units = [("lead", "市司法局")]
    if number == 31:
        return Item(
            f"公开第{number}批?清单。",
            units,
            phrase="10月底前",
            deadline="date:2026-10-31",
            findings=[DAMAGED],
        )
    if number in DOUBTS:
        others = ["date:2026-12-31"]
        return Item(
            f"公开第{number}批清单。",
            units,
            phrase="12月前",
            deadline="date:2026-11-30",
            others=others,
            certain=False,
        )
    return Item(f"公开第{number}批清单。", units, phrase="10月底前", deadline="date:2026-10-31")


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office with a draft of forty tasks."""
    folder = tmp_path_factory.mktemp("checking")
    with databases.migrated(folder) as url:
        with opened(url) as engine, Session(engine) as session:
            make_account(session, username="gongkai").password_hash = hash_password(PASSWORD)
            kept(session, draft_plan([item(number) for number in range(1, 41)]))
        with Office(folder / "instance", MORNING, url) as office:
            yield office


def focused(page: Page) -> str:
    """What a screen reader says of the row that has the focus."""
    return str(page.evaluate("document.activeElement.getAttribute('aria-label') || ''"))


def left(page: Page) -> str:
    """What the page says is left."""
    return page.inner_text("#progress [role=status]")


def press(page: Page, key: str) -> None:
    """Press a key that sends something, and wait for the page that comes."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_five_doubts_among_forty_tasks_are_settled_by_ten_keys(browser: Browser, office: Office) -> None:
    clerk = Clerk(browser, office.url, "公开办")
    clerk.sign_in("gongkai")
    page = clerk.open("/imports/1")
    seen = []

    page.keyboard.press("n")
    for number in DOUBTS:
        seen.append(focused(page))
        press(page, "c" if number == 31 else "2")

    assert seen == [f"第{number}项，需要确认" for number in DOUBTS]
    assert "存疑的都看过了" in left(page)


def test_the_keys_are_listed_and_rows_are_gone_through(browser: Browser, office: Office) -> None:
    clerk = Clerk(browser, office.url, "公开办")
    clerk.sign_in("gongkai")
    page = clerk.open("/imports/1")

    page.keyboard.press("?")
    listed = page.locator("#keys dl").is_visible()
    page.keyboard.press("?")
    page.keyboard.press("j")
    page.keyboard.press("j")
    second = focused(page)
    page.keyboard.press("k")

    assert listed
    assert (second, focused(page)) == ("第2项", "第1项")
    assert page.locator(".source .doc .now").count() > 0, "the row's words are lit up in the source"
    press(page, "e")
    assert page.url.endswith("/imports/1/rows/1")

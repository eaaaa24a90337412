"""A unit's page that is reloaded while something was just typed: nothing is lost, and nobody is in its own way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Contact
from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.databases import Databases, opened
from tests.support.serving import Office
from tracker.adapters.passwords import hash_password

MORNING = "2026-09-24T09:00+08:00"
UNITS = 4


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Units with two tasks each that owe this week's return."""
    folder = tmp_path_factory.mktemp("leaving")
    with databases.migrated(folder) as url:
        with opened(url) as engine, Session(engine) as session, session.begin():
            plan = make_plan(session)
            week = make_period(session, make_cadence(session, plan))
            for number in range(UNITS):
                unit = make_unit(session, f"第{number}局")
                make_account(session, "unit", unit=unit, username=f"unit{number}").password_hash = hash_password(PASSWORD)
                for place in range(2):
                    make_task(session, plan, f"第{number}局第{place}件事", units=[(unit, "lead")])
                make_obligation(session, week, unit)
        with Office(folder / "instance", MORNING, url) as office:
            yield office


def arrive(browser: Browser, office: Office, number: int) -> Contact:
    person = Contact(browser, office.url, "单位")
    person.sign_in(f"unit{number}")
    person.begin_return()
    return person


def field(page: Page, place: int = 0) -> Any:
    return page.locator("details.line").nth(place).get_by_label("本周进展")


def told(page: Page) -> None:
    """Waits until the page says that everything is kept."""
    page.locator("#saved", has_text="已存草稿").wait_for(timeout=30_000)


@pytest.mark.parametrize(("number", "delay"), [(0, 0.0), (1, 1.0)], ids=["at once", "the save is slow"])
def test_a_reload_right_after_typing_shows_the_words_and_goes_on_saving(
    browser: Browser, office: Office, number: int, delay: float
) -> None:
    person = arrive(browser, office, number)
    page = person.page

    def slowly(route: Route) -> None:
        time.sleep(delay)
        route.continue_()

    page.route("**/draft", slowly)
    field(page).fill("办事指南已公布")
    page.reload()

    assert field(page).input_value() == "办事指南已公布"
    field(page, 1).fill("培训办了一期")
    page.wait_for_timeout(4500)
    told(page)
    page.unroute("**/draft")
    page.reload()
    assert [field(page, place).input_value() for place in range(2)] == ["办事指南已公布", "培训办了一期"]
    person.leave()


def test_words_whose_save_never_arrived_come_back_and_are_saved(browser: Browser, office: Office) -> None:
    person = arrive(browser, office, 2)
    page = person.page
    page.route("**/draft", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    field(page).fill("办事指南已公布")
    page.reload()

    assert field(page).input_value() == "办事指南已公布"
    page.unroute("**/draft")
    told(page)
    page.reload()
    assert field(page).input_value() == "办事指南已公布"
    person.page.close()


def test_what_another_window_has_saved_stays_and_the_lost_words_stand_beside_it(browser: Browser, office: Office) -> None:
    person = arrive(browser, office, 3)
    page, address = person.page, person.page.url
    other = person.tab()
    other.goto(address)
    page.route("**/draft", lambda route: route.abort())
    page.on("dialog", lambda dialog: dialog.accept())
    field(page).fill("这个窗口写的")
    field(other).fill("那个窗口写的")
    told(other)
    page.unroute("**/draft")
    page.reload()

    assert field(page).input_value() == "那个窗口写的", "what is kept is shown, never overwritten"
    assert page.get_by_text("离开前在这里写的：这个窗口写的").is_visible()
    page.close()
    other.close()

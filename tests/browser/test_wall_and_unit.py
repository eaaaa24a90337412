"""大屏 fills 1920×1080 without scrolling and outlives its server; 一家一页 fits a telephone and a sheet of A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD
from tests.factories import make_account
from tests.support.databases import Databases, opened
from tests.support.serving import Office
from tests.web.test_dashboard_pages import populate
from tracker.adapters.passwords import hash_password
from tracker.store.tables import Unit

WIDE, PHONE = {"width": 1920, "height": 1080}, {"width": 360, "height": 740}
LEGIBLE = 40
"""CSS pixels: on a screen of 1.2 m the smallest label that is read from five metres."""


@dataclass(frozen=True)
class House:
    office: Office
    unit_id: int


@pytest.fixture(scope="module")
def house(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("wall")
    with databases.migrated(folder) as url:
        with opened(url) as engine, Session(engine) as session:
            make_account(session, "leader", username="lingdao").password_hash = hash_password(PASSWORD)
            populate(session, "要点", tasks=120, units=6, weeks=12)
            unit_id = session.query(Unit.id).filter_by(name="要点1局").scalar()
        with Office(folder / "instance", "2026-09-24T15:00+08:00", url) as office:
            yield House(office, unit_id)


@pytest.fixture
def page(browser: Browser, house: House) -> Iterator[Page]:
    context = browser.new_context(viewport=WIDE, locale="zh-CN")  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{house.office.url}/sign-in")
    page.fill("[name=username]", "lingdao")
    page.fill("[name=password]", PASSWORD)
    page.click("main button")
    yield page
    context.close()


def test_the_wall_is_one_picture_with_large_figures(page: Page, house: House) -> None:
    page.goto(f"{house.office.url}/dashboard/wall")

    assert page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]") == [
        1920,
        1080,
    ]
    below = "[...document.querySelectorAll('.figure')].filter(each => each.getBoundingClientRect().bottom > innerHeight)"
    assert page.evaluate(f"{below}.length") == 0
    assert (
        page.evaluate(
            "[...document.querySelectorAll('.figure')].filter(each => each.scrollWidth > each.clientWidth).length"
        )
        == 0
    )
    sizes = page.eval_on_selector_all(
        ".figure b, .figure .label", "all => all.map(each => parseFloat(getComputedStyle(each).fontSize))"
    )
    assert min(sizes) > LEGIBLE


def test_a_server_that_is_away_leaves_the_last_figures_on_the_wall(page: Page, house: House) -> None:
    page.clock.install()
    page.goto(f"{house.office.url}/dashboard/wall")
    figures = page.locator(".figure b").all_inner_texts()
    page.route("**/dashboard/wall", lambda route: route.abort())
    page.clock.fast_forward("02:00")
    page.wait_for_selector("body.stale")

    assert page.locator(".figure b").all_inner_texts() == figures
    assert "数字停在" in page.locator(".at").inner_text()

    page.unroute("**/dashboard/wall")
    page.clock.fast_forward("02:00")
    page.wait_for_selector("body:not(.stale)")
    assert "数字停在" not in page.locator(".at").inner_text()


def test_a_sign_in_that_has_ended_leaves_no_form_on_the_wall(page: Page, house: House) -> None:
    page.clock.install()
    page.goto(f"{house.office.url}/dashboard/wall")
    page.context.clear_cookies()
    page.clock.fast_forward("02:00")
    page.wait_for_selector("body.stale")

    assert page.locator("form").count() == 0
    assert page.locator(".figure").count() == 10


def test_a_unit_fits_a_telephone(page: Page, house: House) -> None:
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"{house.office.url}/dashboard/units/{house.unit_id}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_unit_is_one_sheet_of_a4(page: Page, house: House) -> None:
    page.goto(f"{house.office.url}/dashboard/units/{house.unit_id}")
    printed = page.pdf(prefer_css_page_size=True)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(rb"/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12]", printed)

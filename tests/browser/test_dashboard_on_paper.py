"""驾驶舱 on one sheet of A3, and on a telephone: a small office and a city of sixty units that all lag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Clerk
from tests.factories import TODAY, make_account, make_plan, make_task, make_unit
from tests.support.databases import Databases
from tests.support.leaders import big_city
from tests.support.serving import Office, opened_office
from tracker.adapters.passwords import hash_password
from tracker.store.queries import accounts

AFTERNOON = "2026-09-24T15:00+08:00"
A3_LANDSCAPE = (1191, 842)
WIDTH = 360
PAGES = ("/dashboard", "/dashboard?all=1", "/dashboard?light=red", "/dashboard/units?plan=1", "/dashboard/hard?plan=1")


def small_office(session: Session) -> None:
    make_account(session, "leader", username="lingdao")
    plan = make_plan(session)
    for number in range(3):
        make_task(session, plan, units=[make_unit(session)], due=TODAY, section=f"第{number}部分")


def city(session: Session) -> None:
    big_city(session)


def county(session: Session) -> None:
    big_city(session, units=43)


FILLED: dict[str, Callable[[Session], None]] = {
    "a small office": small_office, "forty-three units": county, "sixty units": city,
}  # fmt: skip
FULL = 0.8
"""A sheet whose lists are cut is filled this far down, in both of its columns."""


@pytest.fixture(scope="module", params=FILLED)
def office(
    request: pytest.FixtureRequest, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    def fill(session: Session) -> None:
        FILLED[request.param](session)
        leader = accounts.by_username(session, "lingdao")
        assert leader is not None
        leader.password_hash = hash_password(PASSWORD)

    with opened_office(databases, tmp_path_factory.mktemp("paper"), AFTERNOON, fill) as office:
        yield office


@pytest.fixture(scope="module")
def leader(browser: Browser, office: Office) -> Iterator[Page]:
    person = Clerk(browser, office.url, "领导")
    yield person.sign_in("lingdao")
    person.leave()


@pytest.mark.parametrize("address", ["/dashboard", "/dashboard?all=1"])
def test_the_dashboard_prints_on_one_sheet_of_a3(leader: Page, office: Office, address: str) -> None:
    leader.goto(office.url + address)

    paper = pypdfium2.PdfDocument(leader.pdf(prefer_css_page_size=True))

    assert len(paper) == 1
    assert tuple(map(round, paper[0].get_size())) == A3_LANDSCAPE
    words = paper[0].get_textpage().get_text_range()
    for title in ("按进度吗", "谁落后", "等我办", "哪里落后", "按周看"):
        assert title in words
    rows = leader.locator(".matrix tbody th[scope=row] a:first-child").all_inner_texts()
    assert [name for name in rows if name not in words] == []


def test_a_sheet_whose_lists_are_cut_is_full(leader: Page, office: Office) -> None:
    leader.goto(office.url + "/dashboard?all=1")
    cut = leader.locator("#overdue-title .on-paper").count() > 0

    (sheet,) = pypdfium2.PdfDocument(leader.pdf(prefer_css_page_size=True))
    words, (width, height) = sheet.get_textpage(), sheet.get_size()
    places = [words.get_rect(number) for number in range(words.count_rects())]

    if cut:
        for column in (0, 1):
            lowest = min(bottom for left, bottom, _, _ in places if (left >= width / 2) == column)
            assert 1 - lowest / height > FULL


def test_a_list_that_the_sheet_cuts_says_how_many_of_it_are_there(leader: Page, office: Office) -> None:
    leader.goto(office.url + "/dashboard")
    overdue = int(leader.locator("#overdue-title a").inner_text())

    paper = pypdfium2.PdfDocument(leader.pdf(prefer_css_page_size=True))
    leader.emulate_media(media="print")
    rows = leader.locator("section[aria-labelledby=overdue-title] tbody tr").locator("visible=true").count()
    leader.emulate_media(media="screen")

    words = re.search(r"逾期\s*\d+\s*项(，列前(\d+)项)?", paper[0].get_textpage().get_text_range())
    assert words is not None
    assert words[2] == (str(rows) if rows < overdue else None)


@pytest.mark.parametrize("address", PAGES)
def test_a_telephone_never_scrolls_the_page_sideways(leader: Page, office: Office, address: str) -> None:
    leader.set_viewport_size({"width": WIDTH, "height": 740})
    leader.goto(office.url + address)

    assert leader.evaluate("document.documentElement.scrollWidth") <= WIDTH

"""Who walks through the story: each with a browser of their own, and every page they see is looked at.

Looking means: no request to another host, no complaint of the browser's (script, policy), no fault that
`tests.support.pages` knows, nothing wider than a phone of 360 pixels. TRACKER_TEST_SHOTS names a folder that
is given a picture of each page, on an office screen and on a phone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from urllib.parse import urldefrag, urlsplit

from lxml import html
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Dialog,
    Locator,
    Page,
    Request,
    Response,
    ViewportSize,
)

from tests.support.lists import rows_of, the_list
from tests.support.pages import faults

PASSWORD = "Qingxi-2026"
SCREEN = ViewportSize(width=1366, height=768)
PHONE = ViewportSize(width=360, height=740)
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A refused form answers 4xx, which Chromium notes in its console; the tests ask for the status themselves.
EXPECTED_NOISE = "Failed to load resource: the server responded with a status of 4"


class Album:
    """The pages that were seen, each look once, and their pictures when a folder is named."""

    def __init__(self, folder: str | None = None) -> None:
        self.folder = Path(folder) if folder else None
        self._seen: set[str] = set()
        if self.folder:
            self.folder.mkdir(parents=True, exist_ok=True)

    def is_new(self, look: str) -> bool:
        """Whether this look has not been seen before; from now on it has."""
        known = look in self._seen
        self._seen.add(look)
        return not known

    def keep(self, page: Page, look: str, kind: str) -> None:
        """Take a picture, named by its number and look."""
        if self.folder:
            words = re.sub(r"[^\w-]+", "_", look).strip("_")[:80]
            page.screenshot(path=self.folder / f"{len(self._seen):03d}-{words}-{kind}.png", full_page=True)


ALBUM = Album(os.environ.get("TRACKER_TEST_SHOTS"))


class Person:
    """Somebody at a browser."""

    def __init__(self, browser: Browser, url: str, name: str, *, scripts: bool = True) -> None:
        self.url, self.name = url, name
        self.troubles: list[str] = []
        self._context = browser.new_context(
            viewport=SCREEN, locale="zh-CN", java_script_enabled=scripts, accept_downloads=True
        )
        self._context.set_default_timeout(15_000)
        self.page = self.tab()

    def tab(self) -> Page:
        """One more page of the same browser, watched like the first."""
        page = self._context.new_page()
        page.on("request", self._note_request)
        page.on("response", self._note_response)
        page.on("console", self._note_words)
        page.on("pageerror", lambda error: self.troubles.append(f"script: {error}"))
        page.on("dialog", Dialog.accept)
        return page

    def leave(self) -> None:
        """Close the browser; whatever it had to complain of fails the test."""
        self._context.close()
        self._be_content()

    # Going about

    def open(self, path: str) -> Page:
        """Go to an address of the office's."""
        self.page.goto(path if path.startswith("http") else self.url + path)
        return self.look()

    def press(self, name: str | re.Pattern[str], within: Locator | None = None, *, exact: bool = True) -> int:
        """Press a button that sends its form; the answer's status."""
        button = (within or self.page).get_by_role("button", name=name, exact=exact).first
        return self.send(button)

    def send(self, control: Locator) -> int:
        """Click what leads to another page, and look at it; the status of the page that came."""
        with self.page.expect_navigation() as coming:
            control.click()
        self.look()
        return coming.value.status if coming.value else 200

    def follow(
        self, name: str | re.Pattern[str], within: Locator | None = None, *, exact: bool = True
    ) -> Page:
        """Click a link."""
        self.send((within or self.page).get_by_role("link", name=name, exact=exact).first)
        return self.page

    def fill(self, **fields: str) -> None:
        """Type into fields by their names."""
        for name, text in fields.items():
            self.page.locator(f"[name='{name}']:visible").first.fill(text)

    def download(self, name: str | re.Pattern[str], folder: Path) -> Path:
        """The file behind a link, as the browser would save it."""
        with self.page.expect_download() as coming:
            self.page.get_by_role("link", name=name).first.click()
        path = folder / coming.value.suggested_filename
        coming.value.save_as(path)
        return path

    def document(self, path: str) -> html.HtmlElement:
        """What an address answers, read without showing it: for following many links."""
        answer = self._context.request.get(path if path.startswith("http") else self.url + path)
        assert answer.ok, f"{path}: {answer.status}"
        return html.document_fromstring(answer.text())

    # Reading

    def said(self) -> str:
        """The sentences that the last step was answered with."""
        return " ".join(self.page.locator(".note, [role=alert]:not(.note)").all_inner_texts())

    def text(self) -> str:
        """All words of the page's content."""
        return self.page.locator("main").inner_text()

    def figures(self) -> list[tuple[str, int]]:
        """Address and number of every link of the page that says a number."""
        links = html.document_fromstring(self.page.content()).findall(".//main//a[@href]")
        found = ((link.get("href", ""), number) for link in links for number in _number(link))
        return list(dict.fromkeys(found))

    def unequal(self) -> list[tuple[str, int, int]]:
        """The links of the page whose list has another count than they say."""
        found = [
            (address, number, listed(self.document(address), urldefrag(address).fragment))
            for address, number in self.figures()
        ]
        return [each for each in found if each[1] != each[2]]

    @property
    def path(self) -> str:
        """Where the person is."""
        parts = urlsplit(self.page.url)
        return parts.path + (f"?{parts.query}" if parts.query else "")

    def look(self) -> Page:
        """Look at the page that came; each look of it once."""
        self.page.wait_for_load_state()
        self._be_content()
        look = (
            f"{self.name} {re.sub(r'[0-9]+', '', self.page.title())} {_shape(urlsplit(self.page.url).path)}"
        )
        if not ALBUM.is_new(f"{look} {self._has('.note')} {self._has('main table')}"):
            return self.page
        found = [fault for fault in faults(self.page.content()) if "style" not in fault]
        assert not found, f"{self.path}: {found}"
        ALBUM.keep(self.page, look, "screen")
        self.page.set_viewport_size(PHONE)
        wider = cast("int", self.page.evaluate(WIDER))
        ALBUM.keep(self.page, look, "phone")
        assert wider <= 0, f"{self.path} is {wider} pixels wider than a phone: {self._wide_parts()}"
        self.page.set_viewport_size(SCREEN)
        return self.page

    def _has(self, selector: str) -> bool:
        return self.page.locator(selector).count() > 0

    def _be_content(self) -> None:
        """Fail for what the browser had to complain of, and say it once."""
        troubles, self.troubles = self.troubles, []
        assert not troubles, troubles

    def _wide_parts(self) -> Any:
        return self.page.evaluate(
            "() => [...document.querySelectorAll('main *, header *')]"
            ".filter(part => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
            ".slice(0, 8).map(part => part.tagName + '.' + part.className + ' ' + part.textContent.slice(0, 30))"
        )

    def _note_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"request to another host: {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.troubles.append(f"{response.status} {response.url}")

    def _note_words(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(EXPECTED_NOISE):
            self.troubles.append(f"console: {message.text}")

    # What everybody does

    def sign_in(self, username: str, password: str = PASSWORD) -> Page:
        """From the sign-in page to one's first page."""
        self.open("/sign-in")
        self.page.get_by_label("用户名").fill(username)
        self.page.get_by_label("口令").fill(password)
        self.press("登录")
        assert "/sign-in" not in self.path, self.said()
        return self.page

    def set_password(self, link: str) -> None:
        """Use a one-time link."""
        self.open(link)
        self.page.get_by_label("新口令").fill(PASSWORD)
        self.page.get_by_label("再输一次").fill(PASSWORD)
        self.press("保存口令")
        assert "口令已设置" in self.said()


class Administrator(Person):
    """Makes accounts, and never sees a password but their own."""

    def begin(self, link: str) -> None:
        """The very first person of all, with the link that the first start has printed."""
        self.open(link)
        self.fill(username="guanli", display_name="管理员")
        self.set_own_password()
        self.sign_in("guanli")

    def set_own_password(self) -> None:
        self.page.get_by_label("新口令").fill(PASSWORD)
        self.page.get_by_label("再输一次").fill(PASSWORD)
        self.press("保存口令")

    def admit(self, role: str, username: str, name: str, unit: str = "", email: str = "") -> str:
        """Make an account; gives the link with which its person sets a password."""
        self.open("/accounts/new")
        self.page.get_by_label(role, exact=True).check()
        if unit:
            self.page.locator("select[name=unit_id]").select_option(label=unit)
        self.fill(username=username, display_name=name, email=email)
        self.press("保存")
        return self.page.get_by_label("链接").input_value()


class Clerk(Person):
    """The person in the office (公开办)."""

    def upload(self, file: Path) -> int:
        """Choose a file and press 上传并核对; the status of what came."""
        self.open("/imports")
        self.page.get_by_label("选择文件").set_input_files(file)
        return self.press("上传并核对")

    def paste(self, text: str) -> int:
        """Paste a text instead."""
        self.open("/imports")
        self.page.get_by_label("或者粘贴全文").fill(text)
        return self.press("上传并核对")

    @property
    def draft(self) -> str:
        """The address of the draft that is open."""
        found = re.match(r"/imports/\d+", self.path)
        assert found, f"no draft is open: {self.path} {self.said()}"
        return found[0]

    def tabs(self) -> dict[str, int]:
        """The figures above the check page: 全部, 需确认, 其他段落…"""
        words = self.page.locator("nav.tabs a").all_inner_texts()
        return {name.strip(): int(number) for name, number in (text.rsplit(" ", 1) for text in words)}

    def settle_names(self, draft: str, class_name: str) -> None:
        """Make a unit of each printed name that is still open, whatever it resembles."""
        self.open(f"{draft}/names")
        for box in self.page.locator("input[name=chosen]").all():
            box.check()
        self.page.get_by_label("新建时归入类别").fill(class_name)
        self.press("选中的新建为单位")

    def settle_deadlines(self, draft: str) -> int:
        """Choose the first reading wherever two are possible; how many there were."""
        count = 0
        while self.open(f"{draft}?show=doubtful").locator(".choose").count():
            self.send(self.page.locator(".choose button").first)
            count += 1
        return count

    def confirm(self, draft: str) -> str:
        """Confirm with all that must be accepted; the address of the plan's ledger."""
        self.open(draft)
        for box in self.page.locator("#confirm input[type=checkbox]").all():
            box.check()
        self.press("确认并建立台账")
        assert self.path.startswith("/ledger?plan="), self.said()
        return self.path

    def shown(self) -> list[list[str]]:
        """The rows of the ledger that is open: number, title, units, day."""
        rows = self.page.locator("table.lines tbody tr").all()
        return [[cell.strip() for cell in row.locator("td").all_inner_texts()] for row in rows]

    def titles(self) -> list[str]:
        """The titles of the ledger that is open."""
        return self.page.locator("table.lines td.what > a").all_inner_texts()


class Contact(Person):
    """The person in a unit who hands in its returns."""

    def begin_return(self) -> Page:
        """Open what is due first."""
        self.open("/my")
        self.send(self.page.locator(".due .btn").first)
        return self.page

    def line(self, number: int = 0) -> Locator:
        """The part of the return for one task, opened."""
        line = self.page.locator("details.line").nth(number)
        if line.get_attribute("open") is None:
            line.locator("summary").click()
        return line


class Leader(Person):
    """Somebody who wants to know."""


def _number(link: html.HtmlElement) -> Sequence[int]:
    """The number that a link says, if it says one."""
    said = link.get("data-count")
    if said is None:
        bold = link.find("b")
        said = (bold if bold is not None else link).text_content().strip()
    return (
        [int(said)]
        if said.isdecimal() and "period=" not in link.get("href", "").partition("board")[2]
        else []
    )


def listed(page: html.HtmlElement, part: str = "") -> int:
    """The length that a list states, or else its rows; `part` is the fragment that names one of several."""
    found = the_list(page, part)
    assert found is not None, f"no list on {page.findtext('.//h1')}"
    return int(found.get("data-count") or rows_of(found))


def _shape(path: str) -> str:
    """An address without what differs from row to row."""
    return re.sub(r"/password/.+", "/password/-", re.sub(r"\d+", "-", path))

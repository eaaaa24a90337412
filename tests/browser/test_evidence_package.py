"""The evidence package unpacked on a machine without a network: its first page opens, links and looks right."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.factories import NOW
from tracker.documents.evidence_package import write
from tracker.domain.evidence_package import Given, Package, PackedTask

DAY = date(2026, 9, 24)
PICTURE = b"\x89PNG\r\n\x1a\n"


class Shelf:
    """One picture under its digest."""

    def open(self, sha256: str) -> BinaryIO:
        if sha256 != hashlib.sha256(PICTURE).hexdigest():
            raise FileNotFoundError(sha256)
        return io.BytesIO(PICTURE)


def task(number: int, title: str, *given: Given) -> PackedTask:
    return PackedTask(
        id=number, serial=number, title=title, section=f"{number}、#板块 100%", units="市教育局牵头", due="9月底前",
        state="已销号", verdict="完成有据", cancelled=False, done=True, evidenced=bool(given), silent=(), given=given,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package as an assessor has unpacked it."""
    digest = hashlib.sha256(PICTURE).hexdigest()
    given = (
        Given(1, "市教育局", "第39周报送", DAY, sha256=digest, filename="照片 #1 100%？.png"),
        Given(1, "市教育局", "第40周报送", DAY, "https://qingxi.example.cn/" + "a" * 300, DAY),
        Given(1, "市教育局", "第41周报送", DAY, "javascript:document.title='ran'"),
    )
    tasks = (task(1, "公开<img src=x onerror=document.title='ran'>收费", *given), task(2, "没有佐证的任务"))
    out = io.BytesIO()
    write(Package("青溪市2026年政务公开工作要点", 2026, "青溪市政务公开办", NOW, tasks), Shelf(), out)
    place = tmp_path_factory.mktemp("unpacked")
    zipfile.ZipFile(out).extractall(place)
    return place


def opened(browser: Browser, folder: Path, width: int) -> tuple[Page, list[str]]:
    page = browser.new_context(offline=True, viewport={"width": width, "height": 800}).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.goto((folder / "index.html").as_uri())
    return page, said


@pytest.mark.parametrize("width", [1366, 360])
def test_the_first_page_opens_offline_and_begins_with_what_is_missing(
    browser: Browser, folder: Path, width: int
) -> None:
    page, said = opened(browser, folder, width)

    assert page.title() == "青溪市2026年政务公开工作要点考核佐证包"
    lacking = page.locator("section.lack")
    assert "完成了，没有佐证（1）" in lacking.inner_text()
    box = lacking.bounding_box()
    assert box is not None
    assert box["y"] + 80 < 800, "it begins on the first screen"
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert lacking.evaluate("each => getComputedStyle(each).borderLeftStyle") == "solid", "its style is applied"
    assert said == []
    page.context.close()


def test_a_file_opens_from_the_page_and_what_was_typed_does_not_run(browser: Browser, folder: Path) -> None:
    page, said = opened(browser, folder, 1366)

    page.get_by_role("link", name="第2项 没有佐证的任务").click()
    assert page.evaluate("decodeURIComponent(location.hash)") == "#t2"
    address = page.get_by_role("link", name="照片 #1 100%？.png").evaluate("each => each.href")
    assert Path(unquote(urlsplit(address).path)).read_bytes() == PICTURE
    assert page.locator("a[href^=javascript]").count() == 0
    assert page.locator("img").count() == 0
    assert page.title() != "ran"
    assert said == []
    page.context.close()

"""Chapters 1 and 2 of the story with the real documents that stand beside the project."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.files import CORPUS
from tests.browser.people import Administrator, Clerk
from tests.support.databases import Databases
from tests.support.serving import Office

IS_A_STORY = True
SEEDS, FORMATS = CORPUS / "seeds", CORPUS / "formats"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(not SEEDS.is_dir(), reason="the real documents do not stand beside the project"),
]

TOWNS = ("双塔街道", "虎山街道", "贺村镇")


@pytest.fixture(scope="module")
def clerk(
    browser: Browser, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clerk]:
    """A new office in the year of the oldest document, its clerk signed in."""
    folder = tmp_path_factory.mktemp("real")
    with databases.empty(folder) as url, Office(folder / "instance", "2020-07-20T09:00+08:00", url) as office:
        administrator = Administrator(browser, office.url, "管理员")
        link = re.search(r"http\S+", office.command("first-link"))
        assert link
        administrator.begin(link[0])
        clerk = Clerk(browser, office.url, "公开办")
        clerk.set_password(administrator.admit("公开办", "gongkai", "陈雨"))
        clerk.sign_in("gongkai")
        yield clerk
        clerk.leave()
        administrator.leave()


@pytest.mark.parametrize(
    ("document", "tasks"),
    [
        pytest.param(SEEDS / "dezhou-2023.txt", 40, id="forty clauses with brackets"),
        pytest.param(FORMATS / "shanwei-table.docx", 18, id="a table in Word"),
        pytest.param(FORMATS / "shanwei-table.xlsx", 18, id="the table in Excel"),
        pytest.param(FORMATS / "shanwei-table.html", 18, id="the table on a web page"),
    ],
)
def test_1_a_real_document_gives_a_page_to_check(clerk: Clerk, document: Path, tasks: int) -> None:
    assert clerk.upload(document) == 200

    figures = clerk.tabs()
    assert figures["全部任务"] == tasks
    assert clerk.page.locator(".rows tr[data-row]").count() == clerk.page.locator(".source a.to-row").count()
    for row in clerk.page.locator("tr.doubtful").all():
        assert row.locator(".note, .todo, .late").count(), "what is uncertain says why"
    clerk.open(f"{clerk.draft}?show=others")
    assert clerk.page.locator(".passage").count() == figures["其他段落"]


def test_1_a_report_is_no_plan(clerk: Clerk) -> None:
    clerk.upload(SEEDS / "panjin-2023.txt")

    assert clerk.page.locator("h1").inner_text().startswith("没有发现任务")
    assert clerk.page.locator(".passage").count() > 10, "what was found instead"
    assert clerk.page.get_by_role("button", name="确认").count() == 0


def test_2_a_pasted_plan_brings_its_own_list_of_units(clerk: Clerk) -> None:
    text = (SEEDS / "jiangshan-2020.txt").read_text(encoding="utf-8")
    assert clerk.paste(text) == 200
    draft = clerk.draft
    assert clerk.tabs()["全部任务"] == 41

    clerk.open(f"{draft}/names")
    assert "文件附有 47 家单位的名单" in clerk.text()
    clerk.page.get_by_label("归入类别").first.fill("市级单位")
    clerk.press("把名单收入单位库")
    assert "47家" in clerk.said()

    social = clerk.page.locator("table.names").first.locator("tr", has_text="市人社局")
    assert "人力社保局" in social.inner_text(), "suggested, and not merged"
    clerk.press(re.compile("市人社局即人力社保局"), social)
    settled = clerk.page.locator("table.names").last.locator("tr", has_text="市人社局")
    assert "人力社保局" in settled.inner_text()


def test_2_a_collective_name_is_resolved_to_its_members(clerk: Clerk) -> None:
    draft = clerk.draft
    clerk.open("/units/import")
    clerk.fill(lines="\n".join(TOWNS), class_name="乡镇（街道）")
    clerk.press("导入")
    clerk.open(f"{draft}/names")
    clerk.follow(re.compile(r"指定成员.*各乡镇\(街道\)"))
    for town in TOWNS:
        clerk.page.get_by_label(town, exact=True).check()
    clerk.press("保存")
    assert "“各乡镇(街道)”已对应" in clerk.said()

    clerk.follow(re.compile("指定成员.*市级各部门"))
    for unit in ("教育局", "民政局"):
        clerk.page.get_by_label(unit, exact=True).check()
    clerk.press("保存")
    for box in clerk.page.locator("input[name=chosen]").all():
        box.check()
    clerk.press("选中的按建议对应")
    assert "名称都对应好了" in clerk.text()


def test_2_the_plan_is_confirmed_once(clerk: Clerk) -> None:
    draft = re.sub("/names.*", "", clerk.path)
    clerk.settle_deadlines(draft)
    ledger = clerk.confirm(draft)
    assert clerk.page.locator("table.lines").get_attribute("data-count") == "41"
    clerk.open(f"{ledger}&words=双塔")
    assert clerk.page.locator("table.lines").get_attribute("data-count") == "22", "a member of 各乡镇(街道)"
    assert "各乡镇(街道)（3家）" in clerk.text()

    assert clerk.paste((SEEDS / "jiangshan-2020.txt").read_text(encoding="utf-8")) == 409
    assert "已导入过" in clerk.said()
    clerk.follow("打开它的台账")
    assert clerk.path == ledger

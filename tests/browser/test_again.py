"""A plan in each format: brought in, corrected, confirmed; its revised edition compared; both taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from tests.browser.files import SAMPLES
from tests.browser.people import PASSWORD, Clerk
from tests.factories import make_account, make_unit
from tests.support.databases import Databases, opened
from tests.support.serving import Office
from tracker.adapters.passwords import hash_password
from tracker.store.tables import UnitGroup, UnitGroupMember

FORMATS = sorted((SAMPLES / "formats").glob("分工表.*"))
UNITS = ("市司法局", "市政府办公室", "市行政审批局", "市教育局", "市卫生健康委")
GROUPS = ("各县(市、区)政府", "市政府各部门")
CORRECTED = "在政务服务大厅和图书馆设查阅点，备齐公报、办事指南和申请表。"
REVISED = """青溪市2026年政务公开重点任务分工表（修订）
2026年7月10日
序号 | 工作任务 | 责任单位 | 完成时限 | 备注
1 | 梳理本级现行有效的规范性文件，统一编号后集中到专栏公开。 | 市司法局牵头，市政府办公室配合 | 2026年8月底前 |
2 | 对照权责清单调整主动公开基本目录，缺项的栏目补齐内容。 | 各县（市、区）政府、市政府各部门 | 2026年9月 | 每半年核对一次
3 | 在政务服务大厅设查阅点，备齐公报、办事指南和申请表。 | 市行政审批局 | 长期推进 |
4 | 公布重大建设项目的批准结果和施工进展。 | 市行政审批局 | 2026年10月底前 |
5 | 组织政务开放日活动，全年不少于2次。 | 市教育局、市卫生健康委 | 每季度末 |
6 | 收到公开申请后，5个工作日内完成登记和分办。 |  |  |
7 | 汇总全年信息公开情况，形成年度报告并向社会公布。 | 市政府办公室 | 12月15日前 | 同时报省
一、加强组织领导。各单位要明确一名负责人，每周四下午5点前报送一次进展情况。（市政府办公室负责）
二、严格督促落实。对逾期未完成的事项按月通报。（责任单位：市政府办公室、市司法局；完成时限：2026年11月底前）
"""


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """An office that knows its units and the members of its collective names."""
    folder = tmp_path_factory.mktemp("again")
    with databases.migrated(folder) as url:
        with opened(url) as engine, Session(engine) as session, session.begin():
            make_account(session, username="gongkai").password_hash = hash_password(PASSWORD)
            units = [make_unit(session, name) for name in UNITS]
            for name in GROUPS:
                group = UnitGroup(name=name)
                group.members = [UnitGroupMember(unit_id=unit.id) for unit in units[3:]]
                session.add(group)
        with Office(folder / "instance", "2026-03-23T09:00+08:00", url) as office:
            yield office


@pytest.fixture
def clerk(browser: Browser, office: Office) -> Iterator[Clerk]:
    """Somebody of the office, signed in."""
    clerk = Clerk(browser, office.url, "公开办")
    clerk.sign_in("gongkai")
    yield clerk
    clerk.leave()


@pytest.mark.parametrize("file", FORMATS, ids=lambda file: str(file.suffix))
def test_a_plan_comes_and_goes(clerk: Clerk, file: Path) -> None:
    assert clerk.upload(file) == 200, clerk.said()
    draft = clerk.draft
    assert clerk.tabs()["全部任务"] >= 6

    correct(clerk, draft)
    clerk.settle_deadlines(draft)
    ledger = clerk.confirm(draft)
    assert any("图书馆" in title for title in clerk.titles())

    revised = revise(clerk)
    clerk.open(ledger)
    assert any("重大建设项目" in title for title in clerk.titles())

    undo(clerk, "修订版")
    clerk.open(ledger)
    assert not any("重大建设项目" in title for title in clerk.titles())

    undo(clerk, "首次导入")
    clerk.open(draft)
    assert "图书馆" in clerk.text(), "the draft is open again, with what was corrected in it"
    for waiting in (draft, revised):
        discard(clerk, waiting)


def correct(clerk: Clerk, draft: str) -> None:
    """Change one row's text."""
    clerk.open(draft)
    row = clerk.page.locator("tr[data-row]", has_text="在政务服务大厅设查阅点")
    clerk.follow(re.compile("修改"), row)
    clerk.fill(text=CORRECTED)
    clerk.press("保存")


def revise(clerk: Clerk) -> str:
    """Bring in the revised edition, compare it, and confirm the changes; the address of its draft."""
    assert clerk.paste(REVISED) == 200, clerk.said()
    draft = clerk.draft
    assert "修订版" in clerk.said()
    clerk.press("作为修订版对比")
    assert "重大建设项目" in clerk.text()
    for box in clerk.page.locator("#confirm input[type=checkbox]").all():
        box.check()
    clerk.press("确认修订")
    return draft


def undo(clerk: Clerk, kind: str) -> None:
    """Take back the newest batch of a kind that stands."""
    clerk.open("/imports/history")
    row = clerk.page.locator("tbody tr", has_text=kind).filter(has_text="有效").first
    clerk.follow(re.compile("撤销"), row)
    clerk.press("撤销这一批")
    assert "已撤销" in clerk.text()


def discard(clerk: Clerk, draft: str) -> None:
    """Give a draft up, so that the next file is met as if it were the first."""
    clerk.open(draft)
    clerk.page.locator("details", has_text="放弃这份导入").locator("summary").first.click()
    clerk.press("放弃导入")

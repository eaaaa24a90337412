"""The ledger as a government publishes it, and what holds for every sheet that is handed out."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import NOW
from tracker.documents.excel import Column, clean, table
from tracker.documents.public_ledger import PublicLedger, PublicRow, as_xlsx, deadline, units_in_words
from tracker.domain.assigning import Part
from tracker.domain.task import Role
from tracker.domain.task_sheet import KnownTask

GROUP = "各县(市、区)政府"
LEADS = Part(1, Role.LEAD, "市司法局")
SUPPORTS = Part(2, Role.SUPPORT, "市教育局")
IN_A_GROUP = (Part(3, Role.SUPPORT, "东河县", GROUP), Part(4, Role.SUPPORT, "西河县", GROUP))
OWES, OWES_TOO = Part(5, Role.RESPONSIBLE, "市营商局"), Part(6, Role.RESPONSIBLE, "市人社局")


def task(**facts: object) -> KnownTask:
    values: dict[str, object] = {
        "id": 1, "serial": 1, "version": 1, "state": "推进中", "open": True, "text": "公开民办学校收费。每年更新。",
        "section": "一、主动公开", "phrase": "9月底前", "notation": "date:2026-09-30", "days": (date(2026, 9, 30),),
        "parts": (LEADS, SUPPORTS),
    }  # fmt: skip
    return KnownTask(**(values | facts))  # type: ignore[arg-type]


def made(*rows: PublicRow, with_progress: bool = False) -> Worksheet:
    content = as_xlsx(PublicLedger("青溪市2026年政务公开工作要点", with_progress, rows, NOW))
    (page,) = load_workbook(BytesIO(content)).worksheets
    assert isinstance(page, Worksheet)
    return page


@pytest.mark.parametrize(
    ("section", "with_progress", "heads"),
    [
        ("一、主动公开", False, ["序号", "板块", "工作任务", "责任单位", "完成时限"]),
        ("", False, ["序号", "工作任务", "责任单位", "完成时限"]),
        ("一、主动公开", True, ["序号", "工作任务", "责任单位", "完成时限", "完成情况"]),
    ],
)
def test_it_has_four_columns_or_five(section: str, *, with_progress: bool, heads: list[str]) -> None:
    page = made(PublicRow(task(section=section), "已完成"), with_progress=with_progress)

    assert [cell.value for cell in page[2]] == heads
    assert (page["A1"].value, [str(place) for place in page.merged_cells.ranges]) == (
        "青溪市2026年政务公开工作要点", [f"A1:{page.cell(1, len(heads)).coordinate}"],
    )  # fmt: skip
    row = dict(zip(heads, [cell.value for cell in page[3]], strict=True))
    assert (row["序号"], row["工作任务"]) == (1, "公开民办学校收费。每年更新。")
    assert row["责任单位"] == "牵头单位：市司法局\n配合单位：市教育局"
    assert row["完成时限"] == "9月底前"
    assert row.get("完成情况", "已完成") == "已完成"


@pytest.mark.parametrize(
    ("parts", "qualifier", "words"),
    [
        ((OWES, OWES_TOO), "", "市营商局、市人社局"),
        ((OWES, OWES_TOO), "按职责分工负责", "市营商局、市人社局按职责分工负责"),
        ((OWES,), "等部门；负责", "市营商局等部门"),
        ((LEADS,), "牵头", "牵头单位：市司法局"),
        ((LEADS, SUPPORTS), "等；按职责分工负责", "牵头单位：市司法局\n配合单位：市教育局等\n按职责分工负责"),
        ((LEADS, *IN_A_GROUP), "", f"牵头单位：市司法局\n配合单位：{GROUP}"),
        ((LEADS, OWES, SUPPORTS), "", "牵头单位：市司法局\n责任单位：市营商局\n配合单位：市教育局"),
        ((), "按职责分工负责", "—"),
    ],
)
def test_who_owes_it_stands_in_one_cell(parts: tuple[Part, ...], qualifier: str, words: str) -> None:
    assert units_in_words(task(parts=parts, qualifier=qualifier)) == words


@pytest.mark.parametrize(
    ("phrase", "days", "shown"),
    [
        ("9月底前", (date(2026, 9, 30),), "9月底前"),
        ("2026年9月30日", (date(2026, 9, 30),), date(2026, 9, 30)),
        ("2026年09月30日", (), "2026年09月30日"),
        ("2026年9月31日", (), "2026年9月31日"),
        ("", (date(2026, 9, 30),), date(2026, 9, 30)),
        ("", (date(2026, 6, 30), date(2026, 12, 31)), "2026年6月30日、2026年12月31日"),
        ("", (), "—"),
    ],
)
def test_a_time_stands_as_printed_and_a_whole_day_is_a_day(
    phrase: str, days: tuple[date, ...], shown: str | date
) -> None:
    assert deadline(task(phrase=phrase, days=days)) == shown


def test_a_day_is_shown_in_chinese_and_a_phrase_stays_a_text() -> None:
    page = made(PublicRow(task(phrase="2026年9月30日")), PublicRow(task(phrase="11-30")))

    assert (page["E3"].value, page["E3"].number_format) == (datetime(2026, 9, 30), 'yyyy"年"m"月"d"日"')
    assert (page["E4"].value, page["E4"].number_format, page["E4"].data_type) == ("11-30", "@", "s")


def test_it_prints_like_every_sheet() -> None:
    page = made(PublicRow(task()), PublicRow(task(text="=清理")))

    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A3", "A2:E4", "$2:$2")
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToWidth) == ("landscape", 8, 1)
    assert page.oddFooter is not None
    assert page.oddFooter.center.text == "第&P页　共&N页"
    assert (page["C4"].value, page["C4"].data_type, page["C4"].quotePrefix) == ("=清理", "s", True)


def sheet_of(*texts: str) -> tuple[bytes, Worksheet]:
    content = table("青溪市要点 A&B", "共1项", [Column("任务", 40)], [(text,) for text in texts], made_at=NOW)
    page = load_workbook(BytesIO(content)).worksheets[0]
    assert isinstance(page, Worksheet)
    return content, page


STARTS = ["=1+1", "+86 571", "-3%", "@所有人", '=HYPERLINK("http://x")', "＝1+1", "＋1", "－1", "＠甲", "\t=1+1", "'单引号"]


@pytest.mark.parametrize("text", [*STARTS, "平常的文字", "1=1"])
def test_text_never_becomes_a_formula(text: str) -> None:
    content, page = sheet_of(text)

    cell = page["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is (text in STARTS)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_characters_that_would_break_the_file_are_left_out() -> None:
    _, page = sheet_of("前\x0b后\x00\x1f\ud800\uffff\r\n第二行\t完")

    assert page["A2"].value == "前后\n第二行\t完"
    assert len(clean("长" * 40_000)) == 32_767


def test_a_plain_list_is_laid_out_for_one_a3_width_with_heads_on_every_page() -> None:
    content, page = sheet_of("一", "二")

    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("A2", "A1:A3", "$1:$1")
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 8)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr is not None
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert (page["A1"].font.name, page["A2"].font.name, page["A2"].alignment.wrap_text) == ("宋体", "仿宋", True)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = unescape(parts.read("xl/worksheets/sheet1.xml").decode())
    assert "<oddFooter>&C第&P页" in xml
    assert "&16 青溪市要点 A&&B" in xml

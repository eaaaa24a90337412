"""The exported ledger, read back."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.factories import NOW
from tracker.documents.excel import clean
from tracker.documents.ledger import LedgerList, Row, as_xlsx


def row(**changes: object) -> Row:
    values: dict[str, object] = {
        "serial": 1, "plan": "要点", "title": "公开民办学校收费", "section": "一、主动公开",
        "units": "市教育局（牵头）", "due_on": date(2026, 9, 30), "phrase": "9月底前", "light": "■ 逾期3天",
        "reason": "9月30日到期", "progress": "市教育局：已汇总", "reported_on": date(2026, 9, 24), "state": "推进中",
    }  # fmt: skip
    return Row(**(values | changes))  # type: ignore[arg-type]


def made(*rows: Row, with_plan: bool = False) -> tuple[bytes, Worksheet]:
    shown = LedgerList("青溪市要点 A&B", "全部任务　共1项", with_plan=with_plan, rows=rows, made_at=NOW)
    content = as_xlsx(shown)
    sheet = load_workbook(BytesIO(content)).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return content, sheet


def test_values_come_back_as_what_they_are() -> None:
    _, sheet = made(row(), row(serial=2, due_on=None, reported_on=None))

    heads, first, second = sheet.iter_rows(values_only=True)
    assert heads == ("序号", "任务", "板块", "牵头/责任单位", "完成时限", "时限原文", "灯", "说明", "最近进展", "进展日期", "状态")
    assert first == (
        1, "公开民办学校收费", "一、主动公开", "市教育局（牵头）", datetime(2026, 9, 30), "9月底前", "■ 逾期3天",
        "9月30日到期", "市教育局：已汇总", datetime(2026, 9, 24), "推进中",
    )  # fmt: skip
    assert (second[4], second[9]) == (None, None)
    assert sheet["E2"].is_date


def test_a_list_of_several_documents_names_them() -> None:
    _, sheet = made(row(plan="实施方案"), with_plan=True)

    assert [cell.value for cell in sheet["L"]] == ["所属文件", "实施方案"]


@pytest.mark.parametrize("text", ["=1+1", "+86 571", "-3%", "@所有人", '=HYPERLINK("http://x")', "'单引号"])
def test_text_never_becomes_a_formula(text: str) -> None:
    content, sheet = made(row(title=text))

    cell = sheet["B2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix is (text[0] in "=+-@")
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_characters_that_would_break_the_file_are_left_out() -> None:
    _, sheet = made(row(progress="前\x0b后\x00\x1f\ud800\uffff\r\n第二行\t完"))

    assert sheet["I2"].value == "前后\n第二行\t完"
    assert len(clean("长" * 40_000)) == 32_767


def test_it_is_laid_out_for_one_a3_width_with_heads_on_every_page() -> None:
    content, sheet = made(row(), row())

    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:K3", "$1:$1")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 8)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet["A1"].font.name, sheet["B2"].font.name, sheet["B2"].alignment.wrap_text) == ("宋体", "仿宋", True)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        xml = unescape(parts.read("xl/worksheets/sheet1.xml").decode())
    assert "<oddFooter>&C第&P页" in xml
    assert "&16 青溪市要点 A&&B台账" in xml


def test_a_list_with_a_task_that_was_put_off_shows_both_days() -> None:
    _, sheet = made(row(), row(first_due_on=date(2026, 8, 31)))

    assert sheet["L1"].value == "原定时限"
    assert [cell.value.date() if cell.value else None for cell in sheet["L"][1:]] == [None, date(2026, 8, 31)]

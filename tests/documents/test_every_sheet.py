"""What holds of every sheet that is handed out: it opens again, its days are days, nothing in it is a formula."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from tests.documents.papers import SHEETS
from tests.factories import NOW

A_DAY = re.compile(r"20\d\d-\d\d-\d\d")


def pages(content: bytes) -> list[Worksheet]:
    return [page for page in load_workbook(BytesIO(content)).worksheets if page.sheet_state == "visible"]


@pytest.mark.parametrize("make", SHEETS.values(), ids=SHEETS)
def test_it_opens_again_with_days_as_days_and_no_formula(make: Callable[[datetime], bytes]) -> None:
    content = make(NOW)

    cells = [cell for page in pages(content) for row in page.iter_rows() for cell in row if isinstance(cell, Cell)]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells if isinstance(cell.value, str) and A_DAY.fullmatch(cell.value)] == []
    assert all("y" in cell.number_format for cell in cells if isinstance(cell.value, datetime))
    with zipfile.ZipFile(BytesIO(content)) as parts:
        sheets = [parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/")]
    assert not [xml for xml in sheets if b"<f>" in xml]


@pytest.mark.parametrize("name", ["上下对照表（表）", "统计", "积分明细", "积分汇总", "年报表"])
def test_a_list_prints_on_a3_under_heads_that_stay(name: str) -> None:
    for page in pages(SHEETS[name](NOW)):
        assert (page.freeze_panes, page.print_title_rows) == ("A2", "$1:$1")
        assert page.auto_filter.ref == f"A1:{page.cell(page.max_row, page.max_column).coordinate}"
        assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToWidth) == ("landscape", 8, 1)


@pytest.mark.parametrize(
    ("name", "head", "day"), [("上下对照表（表）", "报送日期", datetime(2026, 9, 24)), ("积分明细", "发生日期", datetime(2026, 9, 24))]
)
def test_a_day_is_kept_as_a_day(name: str, head: str, day: datetime) -> None:
    heads, first, *_ = pages(SHEETS[name](NOW))[0].values

    assert dict(zip(heads, first, strict=True))[head] == day


def test_the_annual_tables_say_what_the_form_asks_for_with_its_totals() -> None:
    published, applications, disputes = pages(SHEETS["年报表"](NOW))

    assert [page.title for page in (published, applications, disputes)] == [
        "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
    ]  # fmt: skip
    fees = next(row for row in published.values if row[2] == "行政事业性收费")
    assert fees[3:] == (None, None, None, None, 12.5), "in 万元, and nothing where the form has no cell"
    assert [cell.value for cell in applications[1]][3:] == [
        "自然人", *(f"法人或其他组织\n{each}" for each in ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")),
        "总计",
    ]  # fmt: skip
    rows = {row[2]: row for row in applications.values}
    assert rows["一、本年新收政府信息公开申请数量"][3:] == (20, 0, 0, 0, 0, 0, 20)
    assert rows["（七）总计"][3:] == (20, 0, 0, 0, 0, 0, 20)
    labels = [row[2] for row in applications.values]
    assert labels.index("四、结转下年度继续办理") == labels.index("（七）总计") + 1 == len(labels) - 1

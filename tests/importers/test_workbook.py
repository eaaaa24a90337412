"""What the reader of workbooks takes from the XML itself: formats without a code, prefixes, lost addresses."""

from __future__ import annotations

import re
from html import unescape

import pytest

from importers.readers import xlsx
from importers.reading import read_bytes
from importers.source import Grid
from tests.importers.files import part_of, sheet_file, with_part
from tracker.domain.errors import UnreadableFile

SHEET = "xl/worksheets/sheet1.xml"
STYLES = "xl/styles.xml"


def _values(data: bytes) -> list[list[str]]:
    document = xlsx.read(data, "x.xlsx")
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[cell.value if cell else "" for cell in row] for row in grid.rows()]


def _with_sheet(data: bytes, pattern: str, new: str) -> bytes:
    content = part_of(data, SHEET).decode()
    changed = re.sub(pattern, new, content)
    assert changed != content
    return with_part(data, SHEET, changed.encode())


@pytest.mark.parametrize(("number_format", "shown"), [
    pytest.param(31, "2026年6月30日", id="a Chinese system's date that the file does not explain"),
    pytest.param(57, "2026年6月", id="a Chinese system's month that the file does not explain"),
    pytest.param(14, "2026年6月30日", id="the ordinary date"),
    pytest.param(1, "46203", id="a whole number"),
])
def test_a_number_is_shown_as_its_built_in_format_says(number_format: int, shown: str) -> None:
    data = sheet_file([["任务", "时限"], ["编制目录", 46203]])
    styles = part_of(data, STYLES).decode().replace('numFmtId="0" fontId', f'numFmtId="{number_format}" fontId')

    assert _values(with_part(data, STYLES, styles.encode()))[1] == ["编制目录", shown]


@pytest.mark.parametrize(("stored", "shown"), [
    pytest.param("1", "100%", id="a whole number"),
    pytest.param("0.95", "95%", id="a broken number"),
])
def test_a_share_is_shown_in_percent(stored: str, shown: str) -> None:
    data = sheet_file([["任务", "进度"], ["编制目录", float(stored)]])
    styles = part_of(data, STYLES).decode().replace('numFmtId="0" fontId', 'numFmtId="9" fontId')

    assert _values(with_part(data, STYLES, styles.encode()))[1] == ["编制目录", shown]


def test_a_cell_without_an_address_stands_behind_one_that_is_empty() -> None:
    data = sheet_file([["任务", "单位", "时限"], ["编制目录", "市司法局", "6月底前"]])

    bare = _with_sheet(data, r'<c r="B2"[^>]*>.*?</c><c r="C2"', '<c r="B2"/><c')

    assert _values(bare)[1] == ["编制目录", "", "6月底前"]


def test_the_text_of_a_cell_is_its_value_without_formula_layout_of_the_xml_and_readings() -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"]])
    runs = (
        '\n <is>\n  <r>\n   <rPr><b/></rPr> <t>市财政</t>\n  </r>\n  <r> <t>局</t> </r>\n'
        '  <rPh sb="0" eb="1"> <t>caizheng</t> </rPh>\n </is>\n'
    )

    rich = _with_sheet(data, r'<c r="A2".*?</c><c r="B2".*?</c>', f'<c r="A2" t="str"> <f>A1&amp;"表"</f> <v>任务表</v> </c><c r="B2" t="inlineStr">{runs}</c>')

    assert _values(rich)[1] == ["任务表", "市财政局"]


def test_cells_without_an_address_stand_one_behind_the_other() -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"]])

    bare = _with_sheet(data, r'(<(?:c|row)) r="[A-Z]*\d+"', r"\1")

    assert _values(bare) == [["任务", "单位"], ["编制目录", "市司法局"]]


def test_a_prefix_before_every_element_changes_nothing() -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"]], ["A1:A2"])

    named = _with_sheet(data, r"<(/?)(?!\?)", r"<\1x:")
    named = _with_sheet(named, "xmlns=", "xmlns:x=")

    assert _values(named) == _values(data)


def test_a_merged_area_whose_corner_is_left_out_still_covers_its_cells() -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"], ["更新目录", "市财政局"]], ["B2:B3"])

    without = _with_sheet(data, r'<c r="B2".*?</c>', "")

    assert _values(without)[1:] == [["编制目录", ""], ["更新目录", ""]]


def test_shared_texts_are_found_whatever_the_case_of_their_part_and_without_readings_above_them() -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"]])
    texts = [unescape(text) for text in re.findall(r"<t>(.*?)</t>", part_of(data, SHEET).decode())]
    numbers = iter(range(len(texts)))
    data = with_part(data, SHEET, re.sub(
        r't="inlineStr"><is><t>.*?</t></is>', lambda _: f't="s"><v>{next(numbers)}</v>', part_of(data, SHEET).decode(),
    ).encode())
    items = "".join(f"<si><r><t>{text[:1]}</t></r><r><t>{text[1:]}</t></r><rPh><t>x</t></rPh></si>" for text in texts)
    relations = part_of(data, "xl/_rels/workbook.xml.rels").decode().replace(
        "</Relationships>", '<Relationship Id="rId99" Type="x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
    )

    data = with_part(data, "xl/SharedStrings.xml", f"<sst>{items}</sst>".encode())
    data = with_part(data, "xl/_rels/workbook.xml.rels", relations.encode())

    assert _values(data) == [["任务", "单位"], ["编制目录", "市司法局"]]


@pytest.mark.parametrize("area", ["a1:xfd1048576", "A1:XFD&#49;048576", "XFD1048576:A1"])
def test_a_merge_over_a_whole_sheet_is_refused_however_its_area_is_written(area: str) -> None:
    data = sheet_file([["任务", "单位"], ["编制目录", "市司法局"]], ["A1:B1"])

    with pytest.raises(UnreadableFile, match="合并"):
        read_bytes(_with_sheet(data, "A1:B1", area), "x.xlsx", 2026)

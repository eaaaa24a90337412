"""Readers: five formats become one text with blocks that know where they stand."""

from __future__ import annotations

import datetime as dt
import io

import docx
import openpyxl
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl.styles import numbers

from importers.readers import docx as word
from importers.readers import html, text, xlsx
from importers.source import Grid, Paragraph, SourceDocument
from tests.importers.files import CLEAN, MARK, part_of, sheet_file, with_part, word_file
from tracker.domain.errors import UnreadableFile


def _grid(document: SourceDocument) -> Grid:
    return next(block for block in document.blocks if isinstance(block, Grid))


def _matrix(document: SourceDocument) -> list[list[str]]:
    rows = _grid(document).rows()
    return [[cell.span.of(document.text) if cell else "" for cell in row] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_a_text_is_read_in_every_encoding_that_offices_save(encoding: str) -> None:
    written = f"2023年青溪市政务公开工作要点\r\n\r\n1.{CLEAN}\r\n"

    document = text.read(written.encode(encoding), "要点.txt")

    assert document.text.split() == written.split()
    assert [block.ref for block in document.blocks if isinstance(block, Paragraph)] == ["第1段", "第2段"]


@pytest.mark.parametrize("data", [
    pytest.param(bytes(range(256)) * 40, id="every byte there is"),
    pytest.param(b"\x00\x01\x02\x03" * 100, id="control characters"),
])
def test_what_is_no_text_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableFile, match=r"。$"):
        text.read(data, "x.txt")


def test_damaged_characters_are_told() -> None:
    data = ("公开" * 200).encode() + b"\xff" + ("目录" * 200).encode()

    document = text.read(data, "x.txt")

    assert [finding.code for finding in document.findings] == ["encoding-damaged"]


def test_a_merged_cell_stands_in_every_row_that_it_covers() -> None:
    data = word_file(["分工表"], [["类别", "任务"], ["一、清理", CLEAN], ["", MARK]], [(1, 0, 2, 0)])

    matrix = _matrix(word.read(data, "x.docx"))

    assert matrix == [["类别", "任务"], ["一、清理", CLEAN], ["一、清理", MARK]]


def test_a_cell_over_several_columns_stands_in_each() -> None:
    data = word_file([], [["分工表", "", ""], ["1", CLEAN, "市司法局"]], [(0, 0, 0, 2)])

    assert _matrix(word.read(data, "x.docx"))[0] == ["分工表", "分工表", "分工表"]


def test_a_line_break_inside_a_cell_parts_its_lines() -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=2).cell(0, 0)
    run = cell.paragraphs[0].add_run("牵头单位:市司法局")
    run.add_break()
    run.add_text("配合单位:市财政局")
    stream = io.BytesIO()
    document.save(stream)

    assert _matrix(word.read(stream.getvalue(), "x.docx"))[0][0] == "牵头单位:市司法局\n配合单位:市财政局"


def test_a_row_that_starts_late_keeps_its_columns() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=3)
    for column, value in enumerate(["类别", "任务", "责任单位"]):
        table.cell(0, column).text = value
    for column, value in enumerate(["", CLEAN, "市司法局"]):
        table.cell(1, column).text = value
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    before = OxmlElement("w:gridBefore")
    before.set(qn("w:val"), "1")
    row.get_or_add_trPr().append(before)
    stream = io.BytesIO()
    document.save(stream)

    assert _matrix(word.read(stream.getvalue(), "x.docx"))[1] == ["", CLEAN, "市司法局"]


def test_a_table_inside_a_frame_is_read_as_a_table() -> None:
    document = docx.Document()
    frame = document.add_table(rows=1, cols=1).cell(0, 0)
    frame.text = "附件"
    inner = frame.add_table(rows=2, cols=2)
    for index, values in enumerate([["任务", "责任单位"], [CLEAN, "市司法局"]]):
        for column, value in enumerate(values):
            inner.cell(index, column).text = value
    stream = io.BytesIO()
    document.save(stream)

    read = word.read(stream.getvalue(), "x.docx")

    assert _matrix(read) == [["任务", "责任单位"], [CLEAN, "市司法局"]]
    assert "附件" in read.text


def test_automatic_numbers_are_written_out() -> None:
    data = word_file(["清理文件", "更新目录"], [])
    content = part_of(data, "word/document.xml")
    numbered = content.replace(b"<w:p>", b'<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr></w:pPr>')
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="3">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    ).encode()

    read = word.read(with_part(with_part(data, "word/document.xml", numbered), "word/numbering.xml", numbering), "x.docx")

    assert read.text.split() == ["一、清理文件", "二、更新目录"]


def test_deleted_text_stays_out_and_tracked_changes_are_told() -> None:
    data = word_file(["任务"], [])
    content = part_of(data, "word/document.xml")
    deleted = b"<w:p><w:del><w:r><w:delText>\xe4\xbd\x9c\xe5\xba\x9f</w:delText></w:r></w:del><w:ins><w:r><w:t>\xe6\x96\xb0\xe5\xa2\x9e</w:t></w:r></w:ins></w:p>"
    read = word.read(with_part(data, "word/document.xml", content.replace(b"<w:body>", b"<w:body>" + deleted)), "x.docx")

    assert "作废" not in read.text
    assert "新增" in read.text
    assert [finding.code for finding in read.findings] == ["tracked-changes"]


def test_a_workbook_keeps_merges_titles_and_sheets() -> None:
    data = sheet_file(
        [["2023年分工表", None, None], ["序号", "任务", "责任单位"], [1, CLEAN, "市司法局"], [2.0, MARK, None]],
        ["A1:C1", "C3:C4"], [("填表说明", [["按季度报送"]])],
    )

    read = xlsx.read(data, "x.xlsx")

    assert _matrix(read) == [
        ["2023年分工表"] * 3, ["序号", "任务", "责任单位"], ["1", CLEAN, "市司法局"], ["2", MARK, "市司法局"],
    ]
    assert "按季度报送" in read.text
    assert _grid(read).cells[4].ref == "分工表 A3"


@pytest.mark.parametrize(("style", "shown"), [
    pytest.param('yyyy"年"m"月"', "2023年11月", id="a month stays a month"),
    pytest.param(numbers.FORMAT_DATE_YYYYMMDD2, "2023年11月1日", id="a day stays a day"),
])
def test_a_date_is_written_as_its_cell_shows_it(style: str, shown: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["时限", dt.date(2023, 11, 1)])
    sheet["B1"].number_format = style
    stream = io.BytesIO()
    book.save(stream)

    assert _matrix(xlsx.read(stream.getvalue(), "x.xlsx")) == [["时限", shown]]


@pytest.mark.parametrize(("value", "style", "shown"), [
    pytest.param(9, '0"月"', "9月", id="a month with its word"),
    pytest.param(12, "0月", "12月", id="a word without quotes"),
    pytest.param(3, '"第"0"季度"', "第3季度", id="words on both sides"),
    pytest.param(5, "General", "5", id="a plain number"),
    pytest.param(0.5, "0.0%", "50%", id="a share as its cell shows it"),
    pytest.param(7.0, "#,##0", "7", id="a whole number has no point"),
])
def test_a_number_is_written_with_the_words_of_its_format(value: float, style: str, shown: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["时限", value])
    sheet["B1"].number_format = style
    stream = io.BytesIO()
    book.save(stream)

    assert _matrix(xlsx.read(stream.getvalue(), "x.xlsx")) == [["时限", shown]]


def test_hidden_rows_and_formulas_without_a_value_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["任务", "责任单位"])
    sheet.append([CLEAN, "=A1"])
    sheet.row_dimensions[2].hidden = True
    stream = io.BytesIO()
    book.save(stream)

    read = xlsx.read(stream.getvalue(), "x.xlsx")

    assert {finding.code for finding in read.findings} == {"hidden-rows", "formula-without-value"}
    assert CLEAN in read.text


def test_a_page_gives_text_tables_and_marked_navigation() -> None:
    page = (
        "<html><head><meta charset='utf-8'><title>分工表</title><style>td{}</style></head><body>"
        "<div class='nav'>首页 &gt; 公开</div><h1>2023年分工表</h1><script>var x=1</script>"
        "<table><tr><td><table><tr><th>任务</th><th>责任单位</th></tr>"
        f"<tr><td>{CLEAN}</td><td rowspan=2><p>市司法局</p><p>市财政局</p></td></tr><tr><td>{MARK}</td></tr></table></td></tr></table>"
        "</body></html>"
    )

    read = html.read(page.encode(), "x.html")

    assert _matrix(read) == [["任务", "责任单位"], [CLEAN, "市司法局\n市财政局"], [MARK, "市司法局\n市财政局"]]
    hints = {block.span.of(read.text): block.hint for block in read.blocks if isinstance(block, Paragraph)}
    assert hints["首页 > 公开"] == "navigation"
    assert hints["2023年分工表"] == "title"
    assert "var x" not in read.text


def test_a_page_in_gbk_follows_its_meta_tag() -> None:
    page = "<html><head><meta charset=gb2312></head><body><p>政务公开</p><p>镕</p></body></html>"

    assert html.read(page.encode("gb18030"), "x.html").text.split() == ["政务公开", "镕"]

"""Old workbooks (.xls, .et): the same grids, values and warnings as their .xlsx twins."""

from __future__ import annotations

import struct
from datetime import date
from pathlib import Path

import pytest

from importers.readers import admission, package, xls, xlsx
from importers.source import Grid, SourceDocument
from tests.importers.compound_files import (
    BOF_5,
    BOF_8,
    EOF,
    compound_file,
    label,
    number,
    number_format,
    old_book,
    record,
    style,
    text,
)
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tracker.domain.errors import UnreadableFile

FIXTURES = Path(__file__).parent / "fixtures"
ONE = label(0, 0, "任务") + label(0, 1, "责任单位")


def _rows(document: SourceDocument) -> list[list[str]]:
    [grid] = [block for block in document.blocks if isinstance(block, Grid)]
    return [[cell.span.of(document.text) if cell else "" for cell in row] for row in grid.rows()]


def _read(data: bytes) -> SourceDocument:
    assert admission.admit(data) == "xls"
    return xls.read(data, "x.xls")


def _second(sheet: bytes, before: bytes = b"") -> str:
    """The text of B2 of a sheet with a head row."""
    return _rows(_read(old_book(ONE + label(1, 0, MARK) + sheet, before=before)))[1][1]


def test_an_old_workbook_reads_as_its_twin_does() -> None:
    old = _read((FIXTURES / "分工表.xls").read_bytes())
    new = xlsx.read((FIXTURES / "分工表.xlsx").read_bytes(), "x.xlsx")

    assert old.text == new.text
    assert old.blocks == new.blocks
    assert old.findings == new.findings
    assert {finding.code for finding in old.findings} == {"hidden-rows", "hidden-sheet"}


def test_a_chart_inside_a_sheet_puts_nothing_into_its_cells() -> None:
    chart = BOF_8 + label(1, 0, "图") + EOF

    assert _rows(_read(old_book(ONE + chart + label(1, 0, MARK) + label(1, 1, "县司法局")))) == [
        ["任务", "责任单位"], [MARK, "县司法局"],
    ]
    assert len(_rows(_read(old_book(ONE + BOF_8 + label(7, 0, "图") + EOF)))) == 1


def test_a_workbook_before_1997_is_read_with_its_code_page() -> None:
    def old_label(row: int, column: int, value: str) -> bytes:
        raw = value.encode("gb18030")
        return record(0x0204, struct.pack("<HHHH", row, column, 0, len(raw)) + raw)

    sheet = old_label(0, 0, "任务") + old_label(0, 1, "时限") + old_label(1, 0, CLEAN) + number(1, 1, 45930, style=1)
    formats = record(0x041E, struct.pack("<H", 60) + b"\x0byyyy\xc4\xeam\xd4\xc2\xa1\xa1")
    before = record(0x0042, struct.pack("<H", 936)) + formats + style(0) + style(60)

    assert _rows(_read(old_book(sheet, before=before, begin=BOF_5))) == [["任务", "时限"], [CLEAN, "2025年9月"]]


@pytest.mark.parametrize(("value", "code", "shown"), [
    pytest.param(46266, 'yyyy"年"m"月"', "2026年9月", id="a month is no day"),
    pytest.param(46266, "yyyy\\年m\\月d\\日", "2026年9月1日", id="a day, its signs escaped"),
    pytest.param(46266, 'm"月"d"日"', "9月1日", id="a day without a year"),
    pytest.param(0.855, "0.0%", "85.5%", id="a share"),
    pytest.param(9, '0"月"', "9月", id="a number with a word"),
    pytest.param(12, "General", "12", id="a whole number"),
    pytest.param(3.5, "General", "3.5", id="a fraction"),
    pytest.param(1e300, "General", str(int(1e300)), id="a number beyond all counting"),
])
def test_a_number_is_written_as_its_cell_shows_it(value: float, code: str, shown: str) -> None:
    before = style(0) + number_format(180, code) + style(180)

    assert _second(number(1, 1, value, style=1), before) == shown


def test_days_are_counted_from_1904_where_the_workbook_says_so() -> None:
    days = (date(2026, 9, 1) - date(1904, 1, 1)).days
    before = record(0x0022, b"\x01\x00") + style(31)

    assert _second(number(1, 1, days), before) == "2026年9月1日"


@pytest.mark.parametrize(("sheet", "shown"), [
    pytest.param(record(0x027E, struct.pack("<HHHI", 1, 1, 0, (9 << 2) | 2)), "9", id="a packed whole number"),
    pytest.param(record(0x027E, struct.pack("<HHHi", 1, 1, 0, (-150 << 2) | 3)), "-1.5", id="a packed hundredth"),
    pytest.param(record(0x00BD, struct.pack("<HHHIH", 1, 1, 0, (7 << 2) | 2, 1)), "7", id="numbers in a row"),
    pytest.param(record(0x0205, struct.pack("<HHHBB", 1, 1, 0, 1, 0)), "是", id="true"),
    pytest.param(record(0x0205, struct.pack("<HHHBB", 1, 1, 0, 0x17, 1)), "#REF!", id="an error"),
    pytest.param(record(0x0006, struct.pack("<HHHdHIH", 1, 1, 0, 5.0, 0, 0, 0)), "5", id="a formula's number"),
    pytest.param(
        record(0x0006, struct.pack("<HHHB5xHHIH", 1, 1, 0, 0, 0xFFFF, 0, 0, 0)) + record(0x0207, text("市司法局")), "市司法局",
        id="a formula's text",
    ),
    pytest.param(record(0x0006, struct.pack("<HHHBxB3xHHIH", 1, 1, 0, 2, 0x2A, 0xFFFF, 0, 0, 0)), "#N/A", id="a formula's error"),
    pytest.param(BOF_8 + label(1, 1, "图表里的字") + EOF + label(1, 1, "市司法局"), "市司法局", id="a chart inside the sheet is passed over"),
])
def test_each_kind_of_cell_is_read(sheet: bytes, shown: str) -> None:
    assert _second(sheet) == shown


def test_an_error_is_told_with_its_place() -> None:
    document = _read(old_book(ONE + label(1, 0, MARK) + record(0x0205, struct.pack("<HHHBB", 1, 1, 0, 0x17, 1))))

    assert [(finding.code, finding.ref) for finding in document.findings] == [("cell-error", "表1 B2")]


@pytest.mark.parametrize("cut", range(1, len(UPDATE) - 1, 5))
def test_a_shared_text_may_run_on_in_the_next_record_with_another_width(cut: int) -> None:
    words = "OK" + UPDATE
    whole = struct.pack("<II", 2, 2) + struct.pack("<HB", len(words), 1)
    split = record(0x00FC, whole + words[:cut + 2].encode("utf-16-le"))
    split += record(0x003C, b"\x01" + words[cut + 2:].encode("utf-16-le") + text("ABC", wide=False))
    cells = record(0x00FD, struct.pack("<HHHI", 1, 1, 0, 0)) + record(0x00FD, struct.pack("<HHHI", 2, 1, 0, 1))

    rows = _rows(_read(old_book(ONE + label(1, 0, MARK) + label(2, 0, DESK) + cells, before=split)))

    assert [row[1] for row in rows[1:]] == [words, "ABC"]


def test_merged_cells_and_hidden_parts_are_known() -> None:
    merged = record(0x00E5, struct.pack("<H4H", 1, 1, 2, 1, 1))
    hidden = record(0x0208, struct.pack("<HHHHIBBH", 2, 0, 2, 255, 0, 0x20, 1, 0)) + record(0x007D, struct.pack("<6H", 0, 0, 9, 0, 1, 0))
    sheet = hidden + ONE + label(1, 0, MARK) + label(1, 1, "市司法局") + label(2, 0, DESK) + merged

    document = _read(old_book(sheet, state=1))

    assert [row[1] for row in _rows(document)[1:]] == ["市司法局", "市司法局"]
    assert [finding.message for finding in document.findings] == [
        "工作表“分工表”是隐藏的，也已读取，请确认是否需要。", "表1里第3行、A列是隐藏的，也已读取，请确认是否需要。",
    ]


@pytest.mark.parametrize(("data", "says"), [
    pytest.param(lambda: old_book(ONE, before=record(0x002F, bytes(54))), "密码", id="a locked workbook"),
    pytest.param(lambda: old_book(ONE, kind=1), "宏", id="a sheet of macros"),
    pytest.param(lambda: old_book(label(30_000, 0, "任务")), "两万行", id="a cell far down"),
    pytest.param(lambda: old_book(label(0, 300, "任务")), "很远", id="a cell far right"),
    pytest.param(lambda: old_book(ONE + record(0x00E5, struct.pack("<H4H", 1, 0, 65535, 0, 255))), "合并", id="a merge over the sheet"),
    pytest.param(lambda: old_book(b""), "没有文字", id="an empty sheet"),
    pytest.param(lambda: old_book(record(0x00FD, struct.pack("<HHHI", 0, 0, 0, 9))), "损坏", id="a text that is not there"),
    pytest.param(lambda: old_book(record(0x0203, b"\0")), "损坏", id="a number cut short"),
    pytest.param(lambda: compound_file({"Workbook": record(0x0809, b"\x02\x00\x05\x00")}), "损坏", id="a version nobody knows"),
])
def test_an_old_workbook_that_cannot_be_read_gets_one_sentence(data: object, says: str) -> None:
    assert callable(data)

    with pytest.raises(UnreadableFile, match=says):
        _read(data())


def test_many_sheets_over_the_same_records_are_refused() -> None:
    entry = record(0x0085, struct.pack("<IBB", 9, 0, 0) + b"\x01\x00A")

    with pytest.raises(UnreadableFile, match="损坏"):
        _read(compound_file({"Workbook": BOF_8 + entry * 2 + EOF}))


def test_the_cells_of_all_sheets_together_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MAX_CELLS", 1)

    with pytest.raises(UnreadableFile, match="过大"):
        _read(old_book(ONE))

"""The look-back report as .docx and as .xlsx, read back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from tracker.documents.look_back import LookBackReport, LookBackRow, as_docx, as_xlsx
from tracker.domain.look_back import VerdictKind

NOW = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)

DONE = LookBackRow(
    serial=1,
    title="集中公开规范性文件",
    section="一、主动公开",
    units="市司法局牵头",
    due_on=date(2026, 11, 30),
    deadline_phrase="11月底前",
    proposed=VerdictKind.DONE_WITH_EVIDENCE,
    confirmed=VerdictKind.DONE_WITH_EVIDENCE,
    reason="已销号，有2条佐证链接",
    contradictions=(),
    note="",
    links=("https://www.qingxi.example/sfj/1.html",),
)
OPEN = replace(
    DONE,
    serial=2,
    title="=建立政策问答库\x0b",
    units="市营商局",
    proposed=VerdictKind.UNFINISHED,
    confirmed=None,
    reason="已报送进展3次，没有报告完成",
    contradictions=("连续多期进展文字相同",),
    note="系统 <b>待</b> & 接入",
)


def report(*rows: LookBackRow) -> LookBackReport:
    return LookBackReport("青溪市2026年政务公开工作要点", 2026, "青溪市政务公开办", NOW, rows, date(2026, 12, 28))


def text_of(data: bytes) -> str:
    document = Document(BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_report_with_an_unconfirmed_verdict_is_a_draft_and_says_so() -> None:
    draft = report(DONE, OPEN)

    assert "草稿：还有1项结论没有经人确认" in text_of(as_docx(draft))
    assert draft.file_stem.endswith("（草稿）")


def test_a_report_that_people_have_confirmed_is_final() -> None:
    final = report(DONE, replace(OPEN, confirmed=VerdictKind.UNFINISHED))

    text = text_of(as_docx(final))

    assert "草稿" not in text
    assert "未完成1项" in text
    assert "转入2027年整改台账" in text


def test_a_verdict_that_a_person_gave_against_the_proposal_says_so() -> None:
    given = report(DONE, replace(OPEN, confirmed=VerdictKind.DONE_WITH_EVIDENCE))

    annex = Document(BytesIO(as_docx(given))).tables[0]
    sheet = load_workbook(BytesIO(as_xlsx(given))).worksheets[0]
    assert [row.cells[4].text for row in annex.rows] == ["结论", "完成有据", "完成有据\n（人工认定）"]
    assert [cell.value for cell in sheet["H"]] == ["确认结论", "完成有据", "完成有据（人工认定）"]


def test_a_day_stands_on_one_line_of_the_annex() -> None:
    row = Document(BytesIO(as_docx(report(DONE)))).tables[0].rows[1]

    ten_digits = 10 * 5.25 * 0.3528
    assert row.cells[3].width.mm > ten_digits + 2 * 1.9 + 4
    assert round(sum(cell.width.mm for cell in row.cells)) == 247


def test_a_row_of_the_sheet_is_as_high_as_its_longest_cell() -> None:
    long = replace(DONE, title="依" * 200, links=("https://www.qingxi.example/1.html",) * 3)

    sheet = load_workbook(BytesIO(as_xlsx(report(DONE, long)))).worksheets[0]

    low, high = (sheet.row_dimensions[place].height for place in (2, 3))
    assert 20 <= low < 60
    assert 9 * 15 <= high <= 12 * 18


def test_no_row_is_higher_than_excel_allows() -> None:
    sheet = load_workbook(BytesIO(as_xlsx(report(replace(DONE, title="依" * 5000))))).worksheets[0]

    assert sheet.row_dimensions[2].height == 409


def test_text_of_people_comes_out_as_it_was_typed() -> None:
    text = text_of(as_docx(report(OPEN)))

    assert "系统 <b>待</b> & 接入" in text
    assert "=建立政策问答库" in text


def test_the_page_is_that_of_an_official_document() -> None:
    section = Document(BytesIO(as_docx(report(DONE)))).sections[0]

    millimetres = [
        round(side.mm) for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
        if side is not None
    ]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert millimetres == [37, 35, 28, 26]
    assert grid is not None
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


def test_the_sheet_has_a_row_a_task_with_real_dates_and_no_formulas() -> None:
    sheet = load_workbook(BytesIO(as_xlsx(report(DONE, OPEN)))).worksheets[0]

    heads, first, second = sheet.iter_rows()
    named = {str(head.value): place for place, head in enumerate(heads)}
    assert first[named["完成时限"]].value == datetime(2026, 11, 30)
    assert second[named["任务"]].value == "=建立政策问答库"
    assert second[named["任务"]].data_type == "s"
    assert second[named["确认结论"]].value == "（未确认）"

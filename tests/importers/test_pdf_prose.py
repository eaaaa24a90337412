"""Prose in PDF files: lines become paragraphs again, and what belongs to the paper stays out of them."""

from __future__ import annotations

import pytest

from importers.readers import pdf
from importers.reading import read_bytes
from importers.source import Paragraph
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.pdf_files import at, pdf_file
from tests.importers.plans import brief

LEFT, SIZE, CHARACTERS = 80.0, 16.0, 27
PITCH = 28.0
BODY = (CLEAN + MARK + UPDATE + DESK).replace(",", "，")


def _set(*paragraphs: str, indent: int = 2, top: float = 100, gap: float = 0) -> list[str]:
    """Paragraphs broken as a word processor breaks them: 27 characters a line, the first line set in."""
    marks: list[str] = []
    y = top
    for paragraph in paragraphs:
        rest, room = paragraph, CHARACTERS - indent
        while rest:
            cut = min(room, len(rest))
            if cut < len(rest) and rest[cut] in "，。、；：）":
                cut -= 1
            marks.append(at(LEFT + SIZE * indent * (room < CHARACTERS), y, rest[:cut], SIZE))
            rest, room = rest[cut:], CHARACTERS
            y += PITCH
        y += gap
    return marks


def _read(*pages: list[str]) -> list[str]:
    document = pdf.read(pdf_file(*pages), "方案.pdf")
    return [block.span.of(document.text) for block in document.blocks if isinstance(block, Paragraph) and not block.hint]


@pytest.mark.parametrize(("indent", "gap"), [
    pytest.param(2, 0, id="first lines set in"),
    pytest.param(0, 14, id="paragraphs apart"),
    pytest.param(0, 0, id="neither, told by short last lines"),
])
def test_lines_become_the_paragraphs_that_were_written(indent: int, gap: float) -> None:
    written = [f"一、总体要求。{BODY[:70]}。", f"（一）清理文件。{BODY[10:90]}。", "责任单位：县司法局", "完成时限：2023年6月底前", f"二、保障措施。{BODY[:41]}。"]

    assert _read(_set(*written, indent=indent, gap=gap)) == written


def test_a_full_last_line_ends_its_paragraph_where_first_lines_are_set_in() -> None:
    written = [BODY[:25 + 27 - 1] + "。", BODY[:60] + "。", BODY[3:75] + "。"]

    assert _read(_set(*written)) == written


def test_a_heading_that_fills_its_line_stays_a_heading() -> None:
    written = ["（一）" + "围绕政务公开重点工作加强制度建设和执行情况"[:22], f"1．{BODY[:60]}。", f"2．{BODY[5:66]}。"]

    assert _read(_set(*written)) == written


def test_a_paragraph_goes_on_over_the_end_of_the_page() -> None:
    lines = _set(BODY[:79])
    pages = (
        [*lines[:2], at(280, 800, "— 1 —", 14), at(80, 40, "青溪市人民政府办公室文件", 9)],
        [*_set(BODY[52:79] + "。", indent=0), at(280, 800, "— 2 —", 14), at(80, 40, "青溪市人民政府办公室文件", 9)],
    )
    first = BODY[:52]

    assert _read(*pages) == [first + BODY[52:79] + "。"]


def test_running_heads_and_page_numbers_stand_at_the_end_as_navigation() -> None:
    pages = [[*_set(BODY[n:60 + n] + "。"), at(80, 40, "青溪市人民政府办公室文件", 9), at(280, 800, f"第{n}页 共3页", 10)] for n in (1, 2, 3)]

    document = pdf.read(pdf_file(*pages), "方案.pdf")

    hinted = [block.span.of(document.text) for block in document.blocks if isinstance(block, Paragraph) and block.hint == "navigation"]
    assert hinted == ["青溪市人民政府办公室文件", "第1页 共3页", "第2页 共3页", "第3页 共3页"]
    assert document.blocks[-4:] == document.blocks[len(document.blocks) - len(hinted):]


def test_a_year_at_the_top_of_a_page_is_no_page_number() -> None:
    pages = [_set("2023年青溪市政务公开工作要点", indent=6, top=60), _set(BODY[:60] + "。", top=60)]

    assert _read(*pages)[0] == "2023年青溪市政务公开工作要点"


def test_a_watermark_across_the_page_enters_no_sentence() -> None:
    slanted = "BT /F1 40 Tf 0.7 0.7 -0.7 0.7 200 Y(500) Tm <" + "内部资料".encode("utf-16-be").hex() + "> Tj ET"

    assert _read([slanted, *_set(*[BODY[n:60 + n] + "。" for n in range(6)])]) == [BODY[n:60 + n] + "。" for n in range(6)]


@pytest.mark.parametrize(("printed", "read"), [
    pytest.param("⼀、⽉⽇⼯作", "一、月日工作", id="Kangxi radicals"),
    pytest.param("⺠政⻓⻔⻚", "民政长门页", id="radicals of the supplement"),
    pytest.param("（一）①℃", "（一）①℃", id="other compatibility characters stay"),
])
def test_radicals_become_the_characters_of_writing(printed: str, read: str) -> None:
    assert _read([at(80, 100, printed + "。" + BODY[:20])]) == [read + "。" + BODY[:20]]


def test_bold_type_printed_twice_is_read_once() -> None:
    assert _read([at(80, 100, BODY[:20]), at(80.3, 100, BODY[:20]), at(80, 130, BODY[20:40] + "。")])[0] == BODY[:20]


def test_tasks_of_prose_are_those_of_the_written_text() -> None:
    written = [
        f"一、{BODY[:50]}。（责任单位：县司法局、县财政局；完成时限：2023年6月底前）",
        f"二、{BODY[8:80]}。（责任单位：县政务服务和大数据管理局；完成时限：2023年11月底前）",
        f"三、{BODY[4:70]}。（责任单位：各乡镇人民政府；长期坚持）",
    ]

    printed = read_bytes(pdf_file(_set(*written)), "方案.pdf", 2023)

    assert brief(printed) == brief(read_bytes("\n".join(written).encode(), "方案.txt", 2023))
    assert len(printed.tasks) == 3


@pytest.mark.parametrize(("signature", "day"), [
    pytest.param((304.0, "青溪市人民政府办公室某科"), (368.0, "2023年3月1日"), id="a long name"),
    pytest.param((432.0, "市政府办"), (368.0, "2023年3月1日"), id="a short name"),
])
def test_a_signature_and_its_date_stay_lines_of_their_own(signature: tuple[float, str], day: tuple[float, str]) -> None:
    pages = [*_set(BODY[:79] + "。", BODY[3:81] + "。"), at(signature[0], 400, signature[1], SIZE), at(day[0], 428, day[1], SIZE)]

    assert _read(pages)[-2:] == [signature[1], day[1]]


def test_each_paragraph_says_on_which_page_it_begins() -> None:
    document = pdf.read(pdf_file(_set(BODY[:60] + "。"), _set(BODY[5:70] + "。")), "方案.pdf")

    assert [block.ref for block in document.blocks if isinstance(block, Paragraph)] == ["第1页 第1段", "第2页 第2段"]

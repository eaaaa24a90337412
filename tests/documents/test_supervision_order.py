"""The printed supervision order: what it says, its colour in words and as a ground, and that a usual one fits a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest
from docx import Document
from docx.oxml.ns import qn

from tracker.documents.supervision_order import OrderPaper, PrintedMatter, docx
from tracker.domain.supervision import OrderColour

MATTER = PrintedMatter("清理规范性文件", "2026年9月17日", "2026年9月17日到期，已过6个工作日，还没有办结。")
PAPER = OrderPaper(
    number="〔2026〕1号",
    colour=OrderColour.RED,
    unit="市司法局",
    plan_title="青溪市2026年政务公开工作要点",
    matters=(
        MATTER,
        PrintedMatter(
            "一周一进度第37周、第38周", "2026年9月10日", "共2期没有报送。\n最近连续2期没有按时报送。"
        ),
    ),
    asked="请说明原因，明确完成日期和责任人。\n由主要负责人审签后反馈。",
    feedback="2026年10月9日",
    office="青溪市政务公开办",
    sent="2026年9月24日",
    settled="",
    made_at=datetime(2026, 9, 24, 7, tzinfo=UTC),
)


def words(paper: OrderPaper) -> str:
    return "\n".join(each.text for each in Document(BytesIO(docx(paper))).paragraphs)


@pytest.mark.parametrize("colour", list(OrderColour))
def test_the_colour_is_a_word_on_a_ground(colour: OrderColour) -> None:
    document = Document(BytesIO(docx(replace(PAPER, colour=colour))))
    (bar,) = [each for each in document.paragraphs if each._p.findall(f".//{qn('w:shd')}")]

    assert bar.text == f"{colour.label}督办　　〔2026〕1号"


def test_each_colour_has_a_ground_of_its_own() -> None:
    assert len({docx_fill(colour) for colour in OrderColour}) == len(OrderColour)


def docx_fill(colour: OrderColour) -> str:
    document = Document(BytesIO(docx(replace(PAPER, colour=colour))))
    (ground,) = document.element.body.findall(f".//{qn('w:shd')}")
    return str(ground.get(qn("w:fill")))


def test_everything_is_said_once_and_in_its_place() -> None:
    said = words(PAPER)

    for part in (
        "市司法局：",
        "一、督办事项",
        "二、办理要求",
        "由主要负责人审签后反馈。",
        "请于2026年10月9日前",
        "签发人（签字）",
    ):
        assert said.count(part) == 1
    assert "已撤回" not in said
    assert "（已撤回）" in words(replace(PAPER, settled="已撤回"))
    table = Document(BytesIO(docx(PAPER))).tables[0]
    assert [cell.text for cell in table.rows[2].cells] == [
        "2", "一周一进度第37周、第38周", "2026年9月10日", "共2期没有报送。\n最近连续2期没有按时报送。",
    ]  # fmt: skip


def test_the_file_is_named_after_number_and_unit() -> None:
    assert PAPER.file_stem == "督办单〔2026〕1号（市司法局）"

"""经验材料汇编: each article on a page of its own, under a title that no number of its parts can be taken for."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH

from tests.factories import NOW
from tracker.documents.experience import Collection, CompiledArticle, docx

ONE = CompiledArticle(
    "市司法局", "清理结果一表看全", "一、做法。列成一表。\n\n  二、成效。少跑一趟。", None, "", ""
)
TWO = CompiledArticle(
    "市教育局",
    "招生问答先让家长来改",
    "请家长先读一遍。",
    date(2026, 9, 4),
    "https://qingxi.example/1",
    "省简报第6期",
)
OF_ALL = Collection("各单位", "青溪市政务公开办", date(2026, 9, 30), NOW, (ONE, TWO))


def test_each_article_begins_a_page_under_its_own_title() -> None:
    paragraphs = Document(BytesIO(docx(OF_ALL))).paragraphs

    begun = [each for each in paragraphs if each.paragraph_format.page_break_before]
    assert [each.text for each in begun] == [ONE.title, TWO.title]
    assert {each.alignment for each in begun} == {WD_ALIGN_PARAGRAPH.CENTER}


def test_the_collection_is_read_from_top_to_bottom() -> None:
    told = [each.text for each in Document(BytesIO(docx(OF_ALL))).paragraphs if each.text]

    assert told == [
        "经验材料汇编", "收录各单位已采用的经验材料2篇，青溪市政务公开办2026年9月30日编。",
        "1．清理结果一表看全（市司法局）", "2．招生问答先让家长来改（市教育局）",
        "清理结果一表看全", "市司法局", "一、做法。列成一表。", "二、成效。少跑一趟。",
        "招生问答先让家长来改", "市教育局", "请家长先读一遍。",
        "展示：2026年9月4日", "https://qingxi.example/1", "省采用：省简报第6期",
    ]  # fmt: skip

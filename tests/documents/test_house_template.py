"""A template of the office's own: fields in cut runs, rows and passages repeated, what is wrong told by name."""

from __future__ import annotations

import zipfile
from datetime import date
from io import BytesIO
from itertools import pairwise

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.oxml.ns import qn
from docx.shared import Pt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from importers.readers import admission
from tests.factories import NOW
from tracker.documents.house_package import NotTemplate
from tracker.documents.house_sample import sample
from tracker.documents.house_template import check, fill
from tracker.domain.house_fields import Catalogue, TemplateKind, Values
from tracker.domain.house_template import catalogue, of_report
from tracker.domain.report import Part, Report, ReportKind, Table, counted

WEEKLY = catalogue(TemplateKind.WEEKLY)
MISSED = counted("missed", "未报", 2, "/reporting/obligations")
REPORT = Report(
    kind=ReportKind.WEEKLY,
    title="每周进展汇总（第38周）",
    subject="2026-W38",
    subject_label="2026年第38周",
    as_of=date(2026, 9, 24),
    made_at=NOW,
    office="青溪市政务公开办",
    parts=(
        Part("opening", "", (("现将情况汇总如下。",),)),
        Part("returns", "一、报送情况", (("应报8家，未报", MISSED, "家。"), ("未报的单位：市司法局、市教育局。",))),
        Part(
            "overdue",
            "二、逾期任务",
            (("（一）市直单位",), ("逾期2项。",)),
            (
                Table(
                    ("序号", "任务", "责任单位", "时限"),
                    (("3", "清理文件 <甲> & 乙", "市司法局", "9月1日"), ("5", "开放数据", "市数据局", "9月9日")),
                    (13.0, 80.0, 40.0, 23.0),
                ),
            ),
        ),
    ),
)
VALUES = of_report(REPORT)


def saved(document: DocumentObject) -> bytes:
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def template(*lines: str) -> DocumentObject:
    """A template with a paragraph for each line."""
    document = Document()
    for line in lines:
        document.add_paragraph(line)
    return document


def lines_of(data: bytes) -> list[str]:
    return [each.text for each in Document(BytesIO(data)).paragraphs]


def filled(*lines: str) -> list[str]:
    return lines_of(fill(saved(template(*lines)), WEEKLY, VALUES))


def problems(*lines: str, known: Catalogue = WEEKLY) -> list[str]:
    return [f"{each.words}{each.where}" for each in check(saved(template(*lines)), known).problems]


def test_a_field_cut_into_runs_is_replaced_in_the_look_of_its_beginning() -> None:
    document = template()
    paragraph = document.add_paragraph()
    for text, size in (("《{", 10), ("{标", 22), ("题", 16), ("}", 12), ("}》完", 9)):
        paragraph.add_run(text).font.size = Pt(size)

    said = Document(BytesIO(fill(saved(document), WEEKLY, VALUES))).paragraphs[0]

    assert said.text == "《每周进展汇总（第38周）》完"
    assert [(run.text, run.font.size.pt) for run in said.runs if run.text and run.font.size] == [
        ("《每周进展汇总（第38周）", 10.0), ("》完", 9.0),
    ]  # fmt: skip


@given(st.lists(st.integers(0, 40), max_size=9))
@settings(max_examples=40, deadline=None)
def test_however_a_line_is_cut_into_runs_it_says_the_same(cuts: list[int]) -> None:
    line = "由{{办公室}}于{{ 成文日期 }}印发，未报{{数字.未报}}家；{{主送单位}}完"
    ends = sorted({min(cut, len(line)) for cut in cuts} | {0, len(line)})
    document = template()
    paragraph = document.add_paragraph()
    for start, end in pairwise(ends):
        paragraph.add_run(line[start:end])

    assert lines_of(fill(saved(document), WEEKLY, VALUES)) == ["由青溪市政务公开办于2026年9月24日印发，未报2家；完"]


@pytest.mark.parametrize("typed", ["{{ 标题 }}", "｛｛标题｝｝", "{{标　题}}"])
def test_a_field_is_known_however_it_is_typed(typed: str) -> None:
    assert filled(typed) == [REPORT.title]


def test_fields_side_by_side_in_cut_runs_are_each_replaced() -> None:
    document = template()
    paragraph = document.add_paragraph()
    for text in ("甲{{办公", "室}}{{数字.未报}}乙{", "{数字.迟报}}{{办公室}}", "丙", "{{数字.未报}}"):
        paragraph.add_run(text)

    said = Document(BytesIO(fill(saved(document), WEEKLY, VALUES))).paragraphs[0]

    assert [run.text for run in said.runs] == [
        "甲青溪市政务公开办", "2乙0", "青溪市政务公开办", "丙", "2",
    ]  # fmt: skip


def test_a_template_of_thousands_of_fields_is_refused_at_once() -> None:
    assert problems("{{标题}}", "{{正文}}" * 1200) == [
        "模板里的字段超过1000处。同样的内容放一处就够，请删去多余的再上传。"
    ]


@pytest.mark.parametrize("name", ["word/settings.xml", "word/_rels/document.xml.rels", "word/styles.xml"])
def test_a_file_with_a_broken_part_is_refused_before_documents_are_made_of_it(name: str) -> None:
    whole, broken = BytesIO(saved(template("{{标题}}", "{{正文}}"))), BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for part in source.infolist():
            target.writestr(part, b"<broken" if part.filename == name else source.read(part))

    with pytest.raises(NotTemplate) as told:
        check(broken.getvalue(), WEEKLY)
    assert "已损坏" in told.value.message


def test_a_text_of_several_paragraphs_repeats_its_paragraph() -> None:
    document = template()
    document.add_paragraph("{{报送情况}}").paragraph_format.first_line_indent = Pt(32)

    said = Document(BytesIO(fill(saved(document), WEEKLY, VALUES))).paragraphs

    assert [each.text for each in said] == ["应报8家，未报2家。", "未报的单位：市司法局、市教育局。"]
    assert {each.paragraph_format.first_line_indent for each in said} == {Pt(32)}


def test_among_other_words_several_paragraphs_become_lines() -> None:
    assert filled("情况：{{报送情况}}") == ["情况：应报8家，未报2家。\n未报的单位：市司法局、市教育局。"]


def test_what_this_document_has_not_takes_its_paragraph_away() -> None:
    assert filled("前", "{{主送单位}}", "后") == ["前", "后"]
    assert filled("{{数字.未报}}家未报，{{数字.迟报}}家迟报，按时率{{数字.按时率}}") == ["2家未报，0家迟报，按时率—"]


def test_a_row_that_names_columns_is_repeated() -> None:
    document = template("{{标题}}")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("任务", "单位", "{{逾期任务表.任务}}", "由{{逾期任务表.责任单位}}办"), strict=True):
        cell.text = text

    (made,) = Document(BytesIO(fill(saved(document), WEEKLY, VALUES))).tables

    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["任务", "单位"], ["清理文件 <甲> & 乙", "由市司法局办"], ["开放数据", "由市数据局办"],
    ]  # fmt: skip


def test_a_row_may_be_opened_in_one_cell_and_closed_in_another() -> None:
    document = template()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text, table.cell(0, 1).text = "{{#逾期任务表}}{{任务}}", "{{时限}}{{/逾期任务表}}"

    (made,) = Document(BytesIO(fill(saved(document), WEEKLY, VALUES))).tables

    assert [[cell.text for cell in row.cells] for row in made.rows] == [
        ["清理文件 <甲> & 乙", "9月1日"], ["开放数据", "9月9日"],
    ]  # fmt: skip


def test_without_rows_the_row_goes_and_the_head_stays() -> None:
    document = template()
    table = document.add_table(rows=2, cols=1)
    table.cell(0, 0).text, table.cell(1, 0).text = "任务", "{{逾期任务表.任务}}"
    none = Values("无", NOW, {}, {})

    (made,) = Document(BytesIO(fill(saved(document), WEEKLY, none))).tables

    assert [cell.text for row in made.rows for cell in row.cells] == ["任务"]


def test_a_passage_is_repeated_for_each_part_with_its_tables() -> None:
    data = fill(saved(template("{{#部分}}", "{{小标题}}", "{{正文}}", "{{表格}}", "{{/部分}}", "完")), WEEKLY, VALUES)

    assert lines_of(data) == [
        "现将情况汇总如下。", "一、报送情况", "应报8家，未报2家。", "未报的单位：市司法局、市教育局。", "二、逾期任务",
        "（一）市直单位", "逾期2项。", "完",
    ]  # fmt: skip
    document = Document(BytesIO(data))
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["3", "清理文件 <甲> & 乙", "市司法局", "9月1日"]
    fonts = {
        each.text: [str(font.get(qn("w:eastAsia"))) for font in each._p.iter(qn("w:rFonts"))]
        for each in document.paragraphs
    }
    assert fonts["（一）市直单位"] == ["楷体_GB2312"]


def test_the_whole_text_shows_its_headings() -> None:
    document = Document(BytesIO(fill(saved(template("{{正文}}")), WEEKLY, VALUES)))

    (heading,) = [each for each in document.paragraphs if each.text == "一、报送情况"]
    assert [font.get(qn("w:eastAsia")) for font in heading._p.iter(qn("w:rFonts"))] == ["黑体"]
    assert len(document.tables) == 1


def test_heads_feet_and_boxes_are_filled_too() -> None:
    document = template("{{正文}}")
    document.sections[0].header.paragraphs[0].text = "{{办公室}}"
    document.sections[0].footer.paragraphs[0].text = "{{成文日期}}"
    box = document.add_paragraph("旁")._p
    content = etree.SubElement(etree.SubElement(box, qn("w:r")), qn("w:txbxContent"))
    etree.SubElement(etree.SubElement(etree.SubElement(content, qn("w:p")), qn("w:r")), qn("w:t")).text = "{{时段}}"

    made = Document(BytesIO(fill(saved(document), WEEKLY, VALUES)))

    assert made.sections[0].header.paragraphs[0].text == "青溪市政务公开办"
    assert made.sections[0].footer.paragraphs[0].text == "2026年9月24日"
    (boxed,) = made.element.body.iter(qn("w:txbxContent"))
    assert [each.text for each in boxed.iter(qn("w:t"))] == ["2026年第38周"]


def test_the_end_of_a_section_stays_where_it_was() -> None:
    document = template("{{主送单位}}")
    document.add_section()
    document.paragraphs[-1].text = "{{主送单位}}" if document.paragraphs[-1].text == "" else "后"
    document.add_paragraph("{{标题}}")

    made = Document(BytesIO(fill(saved(document), WEEKLY, VALUES)))

    assert len(made.sections) == 2


def test_a_long_title_is_broken_where_words_end() -> None:
    values = Values("甲", NOW, {"标题": ("《青溪市2026年政务公开工作要点》落实情况“回头看”报告",)}, {})

    assert lines_of(fill(saved(template("{{标题}}", "关于{{标题}}")), WEEKLY, values)) == [
        "《青溪市2026年政务公开工作要点》\n落实情况“回头看”报告",
        "关于《青溪市2026年政务公开工作要点》落实情况“回头看”报告",
    ]


def test_text_stays_text_whatever_it_holds() -> None:
    values = Values("甲", NOW, {"标题": ("{{办公室}} <w:p/> {% x %} \x0b&",)}, {})

    assert lines_of(fill(saved(template("{{标题}}")), WEEKLY, values)) == ["{{办公室}} <w:p/> {% x %} &"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["{{标提}}"], "不认识的字段“{{标提}}”，是不是“{{标题}}”"),
        (["{{ config.secret }}"], "不认识的字段“{{config.secret}}”，请对照下面的字段表。“{{ config.secret }}”"),
        (["{{标题}"], "有没写完的大括号"),
        (["{{#部分}}", "{{正文}}"], "“{{#部分}}”后面没有单独成段的“{{/部分}}”。"),
        (["{{/部分}}"], "“{{/部分}}”前面没有单独成段的“{{#部分}}”。"),
        (["{{#任务}}", "{{/任务}}"], "不认识的重复段“{{#任务}}”"),
        (["{{#部分}}", "{{#逾期任务表}}", "{{/逾期任务表}}", "{{/部分}}"], "“{{#逾期任务表}}”不能放在另一个重复段里。"),
        (["见{{#部分}}"], "“{{#部分}}”要单独成一段。"),
        (["{{逾期任务表.任务}}"], "“{{逾期任务表.任务}}”要放在表格的一行里，或者放在“{{#逾期任务表}}”和“{{/逾期任务表}}”之间。"),
        (["{{正文}}"], "少了“{{标题}}”"),
        (["{{标题}}"], "没有用到任何内容，至少要有“{{正文}}”。"),
    ],
)
def test_what_is_wrong_is_told_by_name(lines: list[str], said: str) -> None:
    assert any(said in each for each in problems(*lines)), problems(*lines)


def test_a_problem_in_a_head_says_so() -> None:
    document = template("{{标题}}", "{{正文}}")
    document.sections[0].header.paragraphs[0].text = "{{单位}}"

    (found,) = check(saved(document), WEEKLY).problems

    assert found.where == "页眉“{{单位}}”"


def test_passages_that_a_template_leaves_out_are_named() -> None:
    found = check(saved(template("{{标题}}", "{{开头}}", "{{报送情况}}")), WEEKLY)

    assert found.problems == ()
    assert found.unused == ("进展", "下一步计划", "存在的问题", "逾期任务", "近期到期", "请各单位抓紧的事")
    assert check(saved(template("{{标题}}", "{{正文}}")), WEEKLY).unused == ()


@pytest.mark.parametrize("kind", TemplateKind)
def test_the_sample_of_a_kind_has_nothing_wrong_and_passes_the_gate(kind: TemplateKind) -> None:
    known = catalogue(kind)
    data = sample(known)

    assert admission.admit(data) == "docx"
    found = check(data, known)
    assert (found.problems, found.unused) == ((), ())


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ('INCLUDETEXT "file:///etc/passwd"', "INCLUDETEXT"),
        ('INCLUDEPICTURE "http://a.example/x.png"', "INCLUDEPICTURE"),
        ('DATE \\@ "yyyy"', "DATE"),
        ("IF 1 = 1", "IF"),
        ("", "域"),
    ],
)
@pytest.mark.parametrize("simple", [True, False])
def test_a_field_of_word_that_fetches_or_changes_is_refused(code: str, said: str, *, simple: bool) -> None:
    document = template("{{标题}}", "{{正文}}")
    paragraph = document.add_paragraph()._p
    if simple:
        etree.SubElement(paragraph, qn("w:fldSimple")).set(qn("w:instr"), code)
    else:
        for kind, text in (("begin", ""), ("", code[:4]), ("", code[4:]), ("end", "")):
            run = etree.SubElement(paragraph, qn("w:r"))
            if kind:
                etree.SubElement(run, qn("w:fldChar")).set(qn("w:fldCharType"), kind)
            else:
                etree.SubElement(run, qn("w:instrText")).text = text

    with pytest.raises(NotTemplate) as told:
        check(saved(document), WEEKLY)
    assert said in told.value.message


def test_page_numbers_are_welcome() -> None:
    assert check(sample(WEEKLY), WEEKLY).problems == ()


@pytest.mark.parametrize(
    ("name", "said"), [("w:ins", "修订"), ("w:del", "修订"), ("w:altChunk", "另一个文件")]
)
def test_tracked_changes_and_other_files_are_refused(name: str, said: str) -> None:
    document = template("{{标题}}", "{{正文}}")
    etree.SubElement(document.paragraphs[0]._p, qn(name))

    with pytest.raises(NotTemplate) as told:
        check(saved(document), WEEKLY)
    assert said in told.value.message


def test_comments_are_refused() -> None:
    document = template("{{标题}}", "{{正文}}")
    document.add_comment(document.paragraphs[0].runs, text="这里换成红头", author="甲")

    with pytest.raises(NotTemplate) as told:
        check(saved(document), WEEKLY)
    assert "批注" in told.value.message


def test_a_document_says_nothing_of_who_made_its_template() -> None:
    document = template("{{标题}}", "{{正文}}")
    document.core_properties.author = "张三"
    settings = document.settings.element
    etree.SubElement(settings, qn("w:attachedTemplate"))

    data = fill(saved(document), WEEKLY, VALUES)

    with zipfile.ZipFile(BytesIO(data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
    assert "张三" not in everything
    assert "attachedTemplate" not in everything
    assert Document(BytesIO(data)).core_properties.title == REPORT.title


def test_the_same_values_make_the_same_bytes() -> None:
    data = sample(WEEKLY)

    assert fill(data, WEEKLY, VALUES) == fill(data, WEEKLY, VALUES)

"""Every paper in Word, printed: 22 lines of 28 characters inside the margins, numbers outside, nothing to repair."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from itertools import pairwise

import pytest
from docx.oxml.ns import qn
from lxml import etree

from tests.documents import papers
from tests.documents.printed import LINES, OFFICES, TO_PRINT, needs_office, pages
from tests.factories import NOW
from tracker.documents.official import OfficialDocument
from tracker.documents.titles import lines_of, measure
from tracker.domain.house_fields import TemplateKind

HANGING = 6
"""A sign at the end of a line may hang out of it by one character (标点悬挂)."""


@needs_office
def test_a_full_page_has_22_lines_of_28_characters_inside_the_margins() -> None:
    _, page, *_ = pages("满页")

    assert (round(page.width), round(page.height)) == (210, 297)
    assert [len(line) for line in page.lines] == [28] * 22
    assert min(each.left for each in page.text) == pytest.approx(28, abs=0.5)
    assert max(each.right for each in page.text) == pytest.approx(184, abs=1)
    assert min(each.top for each in page.text) >= 37 - 1
    assert max(each.bottom for each in page.text) <= 297 - 35 + 1


@needs_office
@pytest.mark.parametrize("name", TO_PRINT)
def test_a_paper_opens_and_stays_inside_its_margins(name: str) -> None:
    found = pages(name)

    for place, page in enumerate(found, start=1):
        upright = page.height > page.width
        left, right, top = (28, 26, 37) if upright else (25, 25, 28)
        assert {round(page.width), round(page.height)} == {210, 297}
        assert page.text, f"page {place} is empty"
        assert min(each.left for each in page.text) >= left - 1
        assert max(each.right for each in page.text) <= page.width - right + HANGING
        assert min(each.top for each in page.text) >= top - 2


@needs_office
def test_page_numbers_stand_outside() -> None:
    first, second, *_ = pages("满页")

    assert "".join(each.text for each in first.number) == "—1—"
    assert max(each.right for each in first.number) == pytest.approx(184 - 5, abs=1.5)
    assert "".join(each.text for each in second.number) == "—2—"
    assert min(each.left for each in second.number) == pytest.approx(28 + 5, abs=1.5)
    dash = first.number[0]
    assert (dash.top + dash.bottom) / 2 == pytest.approx(297 - 35 + 7, abs=2.5)


@needs_office
@pytest.mark.parametrize("office", OFFICES)
def test_a_signature_stands_over_the_middle_of_its_day(office: str) -> None:
    *_, named, day = pages(f"署名 {office}")[0].lines

    assert "".join(each.text for each in named) == office
    middle = [(line[0].left + line[-1].right) / 2 for line in (named, day)]
    assert middle[0] == pytest.approx(middle[1], abs=4.5)  # LibreOffice parts digits from characters
    assert day[-1].right <= 184 - 4 * 5.5
    assert named[-1].right <= 185


@needs_office
@pytest.mark.parametrize("lines", LINES)
@pytest.mark.parametrize("before", ["页末", "页末有附件"])
def test_a_signature_never_stands_on_a_page_alone(before: str, lines: int) -> None:
    last = pages(f"{before} {lines}")[-1]

    assert "专" in {each.text for each in last.text}


@needs_office
def test_attachments_stand_under_each_other() -> None:
    lines = pages("附件")[0].lines[1:]

    starts = [line[0].left for line in lines]
    assert "".join(each.text for each in lines[0]) == "附件：1.任务清单"
    assert starts[0] == pytest.approx(28 + 2 * 5.6, abs=0.7)
    name = next(each.left for each in lines[0] if each.text == "任")
    assert next(each.left for each in lines[1] if each.text == "核") == pytest.approx(name, abs=0.7)
    assert starts[2] == pytest.approx(name, abs=0.7)


@needs_office
def test_a_usual_order_is_one_page() -> None:
    assert len(pages("督办单")) == 1


@needs_office
@pytest.mark.parametrize("kind", TemplateKind)
def test_a_filled_template_prints_what_its_fields_say(kind: TemplateKind) -> None:
    text = "".join(each.text for page in pages(f"样板 {kind.value}") for each in page.text)

    assert "{{" not in text
    assert len(text) > 30


@pytest.mark.parametrize(
    ("typed", "font", "outline"),
    [
        ("一、总体情况", "黑体", "0"),
        ("（一）加强领导", "楷体_GB2312", "1"),
        ("一、总体情况良好，进展顺利。", "仿宋_GB2312", None),
        ("专栏已上线。", "仿宋_GB2312", None),
    ],
)
def test_a_typed_paragraph_shows_its_level_by_its_beginning(typed: str, font: str, outline: str | None) -> None:
    body = of(lambda paper: paper.prose(typed))

    (said,) = [each for each in body.iter(qn("w:p")) if said_in(each) == typed]
    assert {each.get(qn("w:eastAsia")) for each in said.iter(qn("w:rFonts"))} == {font}
    levels = [each.get(qn("w:val")) for each in said.iter(qn("w:outlineLvl"))]
    assert levels == ([outline] if outline else [])


def test_a_sentence_that_leads_its_paragraph_is_set_apart() -> None:
    body = of(lambda paper: paper.prose("（一）加强领导。成立专班。"))

    *_, said = (each for each in body.iter(qn("w:p")) if said_in(each))
    told = [  # each run with its typeface
        (said_in(run), run.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")))  # type: ignore[union-attr]
        for run in said.iter(qn("w:r"))
    ]
    assert told == [("（一）加强领导。", "楷体_GB2312"), ("成立专班。", "仿宋_GB2312")]


def test_a_number_stands_above_the_title() -> None:
    data = OfficialDocument("通报", made_at=NOW, number="青政公开办〔2026〕3号").to_bytes()

    texts = [said_in(each) for each in body_of(data).iter(qn("w:p"))]
    assert texts[:3] == ["青政公开办〔2026〕3号", "", "通报"]


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("督办单", ("督办单",)),
        ("青溪市2026年上半年政务公开工作总结", ("青溪市2026年上半年政务公开工作总结",)),
        (
            "《青溪市2026年政务公开工作要点》落实情况“回头看”报告",
            ("《青溪市2026年政务公开工作要点》", "落实情况“回头看”报告"),
        ),
        (
            "青溪市2026年政务公开工作要点落实情况督查通报",
            ("青溪市2026年政务公开工作要点", "落实情况督查通报"),
        ),
    ],
)
def test_a_title_is_broken_where_words_end(title: str, lines: tuple[str, ...]) -> None:
    assert lines_of(title) == lines


@pytest.mark.parametrize("length", range(21, 70, 3))
def test_a_long_title_keeps_its_words_numbers_and_brackets(length: int) -> None:
    title = ("青溪市人民政府办公室关于《2026年政务公开工作要点》落实情况（1—9月）的督查通报和下一步工作安排" * 2)[:length]

    lines = lines_of(title)

    assert "".join(lines) == title
    assert all(measure(line) <= 19 for line in lines)
    assert not any(line[0] in "》）、，。”" or line[-1] in "《（“" for line in lines[:-1])
    assert not any(earlier[-1].isdigit() and re.match(r"[\d年月]", later) for earlier, later in pairwise(lines))


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs kinsoku wordWrap"
    " autoSpaceDE autoSpaceDN snapToGrid spacing ind contextualSpacing jc textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike color spacing w kern position sz szCs highlight u lang",
    "tcPr": "cnfStyle tcW gridSpan vMerge tcBorders shd noWrap tcMar vAlign",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders tblLayout tblCellMar tblLook",
    "sectPr": "headerReference footerReference type pgSz pgMar pgNumType cols titlePg docGrid",
}


@pytest.mark.parametrize("name", papers.WORD)
def test_properties_stand_in_the_order_that_word_asks_for(name: str) -> None:
    """LibreOffice forgives another order; Word offers to repair the file (ECMA-376, 17.3.1.26 and others)."""
    with zipfile.ZipFile(BytesIO(papers.WORD[name](NOW))) as archive:
        parts = [etree.fromstring(archive.read(each)) for each in archive.namelist() if re.match(r"word/(document|footer\d*)\.xml", each)]

    for part in parts:
        for kind, order in ORDER.items():
            known = order.split()
            for found in part.iter(qn(f"w:{kind}")):
                said = [etree.QName(each).localname for each in found]
                assert [known.index(each) for each in said] == sorted(known.index(each) for each in said), said


def of(act: object) -> etree._Element:
    """The body of a paper with one thing in it."""
    paper = OfficialDocument("通报", made_at=NOW)
    act(paper)  # type: ignore[operator]
    return body_of(paper.to_bytes())


def said_in(element: etree._Element) -> str:
    return "".join(str(each) for each in element.itertext())


def body_of(data: bytes) -> etree._Element:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))

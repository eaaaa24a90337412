"""Tables of Word: one without hidden or nested parts is read in a single pass, and as any other table is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importers.readers import docx
from importers.source import SourceDocument
from tests.importers.files import package
from tracker.domain.errors import UnreadableFile

_NAMESPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_NUMBERING = (
    f'<w:numbering {_NAMESPACE}><w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
_STYLES = (
    f'<w:styles {_NAMESPACE}><w:style w:type="paragraph" w:styleId="List"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr>'
    '</w:pPr></w:style></w:styles>'
)
# Hidden text that is switched off changes nothing, but the table has to be looked at part by part.
_TWIST = '<w:tr><w:tc><w:p><w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>附</w:t></w:r></w:p></w:tc></w:tr>'
_PLAIN = "<w:tr><w:tc><w:p><w:r><w:t>附</w:t></w:r></w:p></w:tc></w:tr>"


def _read(body: str) -> SourceDocument:
    document = f"<w:document {_NAMESPACE}><w:body>{body}</w:body></w:document>"
    parts = {"word/document.xml": document, "word/numbering.xml": _NUMBERING, "word/styles.xml": _STYLES}
    return docx.read(package({name: part.encode() for name, part in parts.items()}), "x")


def _in(tag: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda found: f"<w:{tag}>{''.join(found)}</w:{tag}>")


def _some(part: st.SearchStrategy[str], least: int = 0, most: int = 3) -> st.SearchStrategy[str]:
    return st.lists(part, min_size=least, max_size=most).map("".join)


SIGNS = ("<w:br/>", '<w:br w:type="page"/>', "<w:cr/>", "<w:tab/>", "<w:noBreakHyphen/>", "<w:instrText>PAGE</w:instrText>")
WORDS = st.sampled_from(["市教育局", "  ", "\n", "牵头", "责 任 单 位：", "6月底前", ""]).map(lambda text: f"<w:t>{text}</w:t>")
RUN = _in("r", st.sampled_from(["", "<w:rPr><w:b/></w:rPr>"]), _some(WORDS | st.sampled_from(SIGNS)))
INLINE = RUN | _in("hyperlink", RUN) | _in("ins", RUN)
LISTED = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
PROPERTIES = st.sampled_from([
    "", "", f"<w:pPr>{LISTED}</w:pPr>", '<w:pPr><w:pStyle w:val="List"/></w:pPr>', f'<w:pPr><w:pStyle w:val="List"/>{LISTED}</w:pPr>',
    '<w:pPr><w:tabs><w:tab w:val="left" w:pos="420"/></w:tabs><w:jc w:val="center"/></w:pPr>',
])
PARAGRAPH = _in("p", PROPERTIES, _some(INLINE))
SHAPE = _in(
    "tcPr", st.sampled_from(["", '<w:gridSpan w:val="2"/>']),
    st.sampled_from(["", "", '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:vMerge w:val="continue"/>']),
)
CELL = _in("tc", SHAPE | st.just(""), _some(PARAGRAPH, least=1) | _in("sdt", _in("sdtContent", PARAGRAPH)))
BEFORE = st.sampled_from(["", "", '<w:trPr><w:gridBefore w:val="1"/></w:trPr>', "<w:trPr><w:cantSplit/></w:trPr>"])
ROWS = _some(_in("tr", BEFORE, _some(CELL, least=1, most=4)), least=1, most=5)


@given(ROWS)
@settings(max_examples=300, deadline=None)
def test_a_table_reads_the_same_in_one_pass_and_part_by_part(rows: str) -> None:
    quick = _read(f"<w:tbl>{rows}{_PLAIN}</w:tbl>")
    thorough = _read(f"<w:tbl>{rows}{_TWIST}</w:tbl>")

    assert quick.text == thorough.text
    assert quick.blocks == thorough.blocks


@pytest.mark.parametrize(("inside", "expected"), [
    pytest.param("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r></w:p>", "任务\t\n附", id="hidden text"),
    pytest.param("<w:p><w:del><w:r><w:t>旧稿</w:t></w:r></w:del></w:p>", "任务\t\n附", id="deleted text"),
    pytest.param("<w:p><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom></w:p>", "任务\t\n附", id="text that was moved away"),
    pytest.param(
        '<w:tcPr><w:tcPrChange><w:tcPr><w:gridSpan w:val="9"/></w:tcPr></w:tcPrChange></w:tcPr>'
        "<w:p><w:r><w:t>局</w:t></w:r></w:p>", "任务\t局\n附", id="a former width"),
    pytest.param(
        f"<w:p><w:pPr><w:pPrChange><w:pPr>{LISTED}</w:pPr></w:pPrChange></w:pPr><w:r><w:t>局</w:t></w:r></w:p>",
        "任务\t局\n附", id="a former number"),
    pytest.param(
        "<w:p/><w:tbl><w:tr><w:tc><w:p><w:r><w:t>甲</w:t></w:r></w:p></w:tc></w:tr></w:tbl><w:p/>",
        "任务\t甲\n附", id="a table in a cell"),
])
def test_what_is_hidden_former_or_nested_is_no_text_of_the_table_around_it(inside: str, expected: str) -> None:
    first = "<w:tr><w:tc><w:p><w:r><w:t>任务</w:t></w:r></w:p></w:tc>"

    read = _read(f"<w:tbl>{first}<w:tc>{inside}</w:tc></w:tr>{_PLAIN}{_PLAIN}</w:tbl>")

    assert read.text.strip() == f"{expected}\n附"


def test_a_table_without_text_is_told() -> None:
    with pytest.raises(UnreadableFile, match="没有文字"):
        _read("<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>")

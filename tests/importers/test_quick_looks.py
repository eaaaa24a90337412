"""The quick looks that spare most cells of a table the slow ones: what they turn away, the slow ones do too."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from importers.columns import MAY_NAME_PERSON_OR_TIME, Piece
from importers.headers import is_header, is_other_header, kind_of_header
from importers.label_words import LABEL
from importers.labels import unit_phrases
from importers.source import Span

_CELLS = st.sampled_from([
    "序号", "工作任务", "责任单位", "完成时限", "牵头单位", "配合单位", "备注", "姓名", "联系电话", "得分", "1", "１２", "2026", "单 位",
    "及时公开惠企政策。", "牵头单位：市司法局", "市财政局", "6月底前", "长期；坚持", "任务\n内容", "责任单位（排第一位的牵头）",
    "公开主体", "公开时限", "公开方式", "规范性文件公开前由司法行政部门审核并在三个工作日内答复",
])


@given(st.lists(_CELLS, max_size=7))
def test_a_row_heads_what_its_words_say_however_few_of_them_are_looked_at(texts: list[str]) -> None:
    slow = "tasks" if is_header(texts) else "other" if is_other_header(texts) else ""
    assert kind_of_header(texts) == slow


@given(st.from_regex(LABEL))
def test_every_label_of_a_person_or_a_time_ends_as_the_quick_look_expects(text: str) -> None:
    label = LABEL.search(text)
    if label and (label["person"] or label["deadline"]):
        assert MAY_NAME_PERSON_OR_TIME.search(text)


@given(st.text("\n\t 责任单位市司法局规范目录", max_size=24), st.text("规范目录、", max_size=8))
def test_a_label_without_a_colon_is_found_where_a_line_begins_and_nowhere_else(before: str, behind: str) -> None:
    text = f"{before}责任单位市司法局\n{behind}"
    start = len(before)
    found = unit_phrases(text, start, start + len("责任单位市司法局"))
    assert bool(found) == (start == 0 or text[start - 1] == "\n")


@given(st.lists(st.text("同上〃 \n\u3000", max_size=5), min_size=1, max_size=2))
def test_a_cell_says_the_same_as_above_whether_its_lines_are_joined_or_not(passages: list[str]) -> None:
    text = "".join(passages)
    spans = [Span(0, len(passages[0])), Span(len(passages[0]), len(text))][:len(passages)]
    piece = Piece(tuple(spans), "")
    words = frozenset({"同上", "〃"})
    assert piece.is_one_of(text, words) == (piece.of(text) in words)

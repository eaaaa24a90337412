"""Two versions of a text, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.compared import compare, compare_paragraphs

TEXTS = st.text(alphabet="公开学区图招生报培训会8 1.5%ab，。\n", max_size=60)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        pytest.param("一样", "一样", "一样", id="the same"),
        pytest.param("", "", "", id="nothing"),
        pytest.param("", "新写的", "[+新写的]", id="all of it new"),
        pytest.param("召开会议", "走访企业三家", "[-召开会议][+走访企业三家]", id="nothing stayed"),
        pytest.param("已报8件", "已报15件", "已报[-8][+15]件", id="a number is one word"),
        pytest.param("完成率80.5%", "完成率82.5%", "完成率[-80.5%][+82.5%]", id="a share is one word"),
        pytest.param(
            "已公布学区划分图", "已公布招生区域图", "已公布[-学区划分][+招生区域]图",
            id="a single character between two changes is no word that stayed",
        ),
        pytest.param(
            "召开会议研究方案", "召开座谈会议讨论研究方案", "召开[+座谈]会议[+讨论]研究方案", id="words put in"
        ),
    ],
)  # fmt: skip
def test_what_went_and_what_came_stands_in_whole_words(before: str, after: str, shown: str) -> None:
    marks = {"same": "{}", "gone": "[-{}]", "new": "[+{}]"}

    assert "".join(marks[kind].format(words) for kind, words in compare(before, after)) == shown


@given(TEXTS, TEXTS)
def test_the_pieces_give_both_texts_back(before: str, after: str) -> None:
    found = compare(before, after)

    assert "".join(words for kind, words in found if kind != "new") == before
    assert "".join(words for kind, words in found if kind != "gone") == after
    assert all(words for _, words in found)


def test_two_very_long_texts_stand_one_after_the_other() -> None:
    before, after = "公开" * 500, "公布" * 500

    assert compare(before, after) == (("gone", before), ("new", after))


LONG = "一、做法。逐条核对目录，缺的当天补上。\n二、成效。两周补齐三十条。\n三、体会。贵在每天看一眼。\n"


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (LONG, LONG, (("same", LONG),)),
        (
            LONG,
            LONG.replace("三十条", "四十条"),
            (
                ("same", "一、做法。逐条核对目录，缺的当天补上。\n"),
                ("same", "二、成效。两周补齐"),
                ("gone", "三"),
                ("new", "四"),
                ("same", "十条。\n"),
                ("same", "三、体会。贵在每天看一眼。\n"),
            ),
        ),
        ("甲段。\n乙段。\n", "甲段。\n新加一段。\n乙段。\n", (("same", "甲段。\n"), ("new", "新加一段。\n"), ("same", "乙段。\n"))),
        ("只有一段。", "", (("gone", "只有一段。"),)),
    ],
)
def test_a_long_text_is_compared_paragraph_by_paragraph(
    before: str, after: str, pieces: tuple[tuple[str, str], ...]
) -> None:
    assert compare_paragraphs(before, after) == pieces


@given(st.text(alphabet="公开做法\n1", max_size=60), st.text(alphabet="公开做法\n1", max_size=60))
def test_both_long_texts_can_be_read_out_of_the_pieces(before: str, after: str) -> None:
    pieces = compare_paragraphs(before, after)

    assert "".join(words for kind, words in pieces if kind != "new") == before
    assert "".join(words for kind, words in pieces if kind != "gone") == after

"""Two versions of a text, word by word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.compared import compare

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

"""Words that a unit has said before."""

from __future__ import annotations

import pytest

from tracker.domain.repeating import Repeat, Said, repeated

LAST = Said("第38周（9月14日—9月20日）", "已公开招生信息，答复群众咨询，正在起草政策解读稿。")
EARLIER = Said("第37周（9月7日—9月13日）", "已公开招生信息，答复群众咨询，正在起草政策解读稿")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        pytest.param(LAST.words, "与第38周的文字相同", id="the very same"),
        pytest.param(" 已公开招生信息,答复群众咨询,正在起草政策解读稿 ", "与第38周的文字相同", id="but for marks and blanks"),
        pytest.param("已公开招生信息，答复群众咨询，仍在起草政策解读稿。", "与第38周的文字几乎相同", id="one character"),
        pytest.param("政策解读稿已发布，配图解一张，阅读三千余次。", "", id="something new"),
        pytest.param("已公开。", "", id="short words tell nothing"),
        pytest.param("", "", id="no words"),
    ],
)
def test_what_repeats_earlier_words_is_noted(words: str, sentence: str) -> None:
    found = repeated(words, [EARLIER, LAST])

    assert (found.sentence if found else "") == sentence


def test_equal_words_of_long_ago_are_named_before_nearly_equal_ones_of_last_week() -> None:
    nearly = Said("第38周", "已公开招生信息，答复群众咨询，仍在起草政策解读稿。")

    assert repeated(LAST.words, [EARLIER, nearly]) == Repeat(EARLIER.period, EARLIER.words, equal=True)

"""Words and addresses with which people answer and decide."""

from __future__ import annotations

import pytest

from tracker.domain import answering


def test_words_are_kept_without_blanks_around_and_have_a_length() -> None:
    assert answering.worded("  请抓紧 ") == "请抓紧"
    assert answering.worded("字" * 1000) == "字" * 1000
    for words, error in ((" \n", answering.WordsNeeded), ("字" * 1001, answering.WordsTooLong)):
        with pytest.raises(error):
            answering.worded(words)


def test_words_that_may_be_left_out_have_a_length_too() -> None:
    assert answering.fitting("  ") == ""
    assert answering.fitting(f" {'字' * 1000} ") == "字" * 1000
    with pytest.raises(answering.WordsTooLong):
        answering.fitting("字" * 1001)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "www.qingxi.example", "http://a b"])
def test_a_link_is_a_web_address_or_left_out(url: str) -> None:
    assert answering.linked(" ") == ""
    assert answering.linked(" https://qingxi.example/zf ") == "https://qingxi.example/zf"
    with pytest.raises(answering.NoLink):
        answering.linked(url)

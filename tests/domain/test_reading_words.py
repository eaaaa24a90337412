"""A reading in a few words for a page."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.deadline import Fixed
from tracker.domain.reading_words import in_words, sharing_words, words


@pytest.mark.parametrize(
    ("notation", "said"),
    [
        ("date:2026-11-30", "2026年11月30日前"),
        ("range:2026-07-01/open", "2026年7月1日起"),
        ("range:2026-07-01/2026-09-30", "2026年7月1日至2026年9月30日"),
        ("multi:date:2026-06-30|recurring:P1M by 28", "2026年6月30日前；每月28日前"),
        ("recurring:P1W", "每周"),
        ("recurring:P1W by thu", "每周四前"),
        ("recurring:P2W by thu", "每两周四前"),
        ("recurring:P3M", "每季度"),
        ("recurring:P3M by m3-20", "每季度第3个月20日前"),
        ("recurring:P3M by m3-end", "每季度第3个月底前"),
        ("recurring:P1Y by m2-end", "每年2月底前"),
        ("recurring:P1Y by m1-31", "每年1月31日前"),
        ("recurring:P1M by end", "每月月底前"),
        ("recurring:P5M", "每5个月"),
        ("relative:20 workdays after 印发", "印发后20个工作日内"),
        ("relative:3 months", "起算后3个月内"),
        ("ongoing", "长期推进"),
        ("none", "没有时限"),
        ("看不懂", "看不懂"),
    ],
)
def test_a_notation_is_said_in_words(notation: str, said: str) -> None:
    assert in_words(notation) == said


def test_a_soft_day_says_so() -> None:
    assert words(Fixed(date(2026, 6, 30), soft=True)) == "力争2026年6月30日前"


@pytest.mark.parametrize(
    ("qualifier", "words"),
    [
        pytest.param("按职责分工负责", "按职责分工负责", id="a division of work is told"),
        pytest.param("负责;等", "等", id="that there are more units is told"),
        pytest.param("牵头;配合", "", id="plain verbs say nothing new"),
        pytest.param(None, "", id="no qualifier says nothing"),
    ],
)
def test_only_what_limits_who_owes_what_is_shown(qualifier: str | None, words: str) -> None:
    assert sharing_words(qualifier) == words

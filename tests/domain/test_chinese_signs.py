"""Punctuation in full width among Chinese characters, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tracker.domain.chinese_signs import full_width


@pytest.mark.parametrize(
    ("text", "set_"),
    [
        ("规章集中公开,历史文件补齐正文", "规章集中公开，历史文件补齐正文"),
        ("各县(市、区)政府;市教育局:完成!好吗?", "各县（市、区）政府；市教育局：完成！好吗？"),
        ("不少于12次,每次都登记", "不少于12次，每次都登记"),
        ("不少于90%,并公布", "不少于90%，并公布"),
        ("公开文件1,280件", "公开文件1,280件"),
        ("会议15:00开始", "会议15:00开始"),
        ("见https://qingxi.example/a,b?c=1", "见https://qingxi.example/a,b?c=1"),
        ("指标(GB/T 9704)不变", "指标(GB/T 9704)不变"),
        ("各县((市)、区(GB))", "各县（（市）、区(GB)）"),
        ("一)公开(二", "一)公开(二"),
        ("plain, text (only)", "plain, text (only)"),
        ("", ""),
    ],
)
def test_signs_among_chinese_characters_are_full_width(text: str, set_: str) -> None:
    assert full_width(text) == set_


@example("((公))")
@given(st.text(alphabet="公开,;:()（），12%a/ ", max_size=30))
def test_it_is_done_once_and_moves_nothing(text: str) -> None:
    done = full_width(text)

    assert len(done) == len(text)
    assert full_width(done) == done

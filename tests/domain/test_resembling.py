"""Articles that resemble earlier ones: how much, which, and where; order and layout make no difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.resembling import MOST, RUN, TELLING, marked, resembling, share

DONE = "把公开专区搬进便民服务中心，群众取号时就能查到办事指南和常见问答。"
CAME = "两周接待咨询一百二十人次，重复来电比启用前少了三成。"
OTHER = "逐条核对规范性文件清单，继续有效的、修改的和废止的各列一栏，点名称能看全文。"
TEXTS = st.text(alphabet="公开政务服务中心做法成效一二三，。、\n ab１２", max_size=120)


@pytest.mark.parametrize(
    ("text", "other", "least", "most"),
    [
        (DONE, DONE, 1, 1),
        (f"{DONE}\n{CAME}", f"{CAME}{DONE}", 0.9, 1),
        (DONE, f"{OTHER}{DONE}{CAME}", 1, 1),
        (f"{DONE}{CAME}", DONE, 0.4, 0.6),
        (DONE, OTHER, 0, 0),
        (DONE.replace("，", "\n\n  "), DONE, 1, 1),
        ("采用ＡＩ助手ｖ２回答问题的做法", "采用AI助手V2回答问题的做法", 1, 1),
        ("", DONE, 0, 0),
        ("很短", "很短", 0, 0),
    ],
)
def test_the_share_of_a_text_that_stands_in_another(text: str, other: str, least: float, most: float) -> None:
    assert least <= share(text, other) <= most


def test_of_many_the_likest_come_first_and_strangers_not_at_all() -> None:
    others = [(1, OTHER), (2, f"{DONE}另加一句，写得长一些也还是同一件事。"), (3, DONE + CAME), (4, CAME)]

    found = resembling(f"{DONE}{CAME}", others)

    assert [number for number, _ in found] == [3, 2, 4]
    assert found[0][1] == 1
    assert all(common >= TELLING for _, common in found)


def test_only_so_many_are_named_and_a_short_text_resembles_nothing() -> None:
    assert len(resembling(DONE, [(number, DONE) for number in range(9)])) == MOST
    assert resembling("无", [(1, "无")]) == []


def test_what_stands_in_both_is_marked_wherever_it_stands() -> None:
    pieces = marked(f"一、新的开头。{DONE}新的结尾。", f"{CAME}{DONE}")

    assert pieces == (("new", "一、新的开头。"), ("same", DONE[:-1]), ("new", "。新的结尾。"))


@given(TEXTS, TEXTS)
def test_marking_loses_no_character_and_agrees_with_the_share(text: str, other: str) -> None:
    pieces = marked(text, other)

    assert "".join(words for _, words in pieces) == text
    assert any(kind == "same" for kind, _ in pieces) is (share(text, other) > 0)
    assert all(
        len([sign for sign in words if sign.isalnum()]) >= RUN for kind, words in pieces if kind == "same"
    )
    assert 0 <= share(text, other) <= 1

"""Which item of a new edition is which of the old one, and what changed in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.batch import ChangeKind
from tracker.domain.editions import Item, Pairing, Substance, kinds_of, matched, similarity

SECTION = ("一、主动公开",)
TEXTS = (
    "对现行有效的行政规范性文件逐件核对，集中放到专栏。",
    "建立政策问答库，归并热线、大厅、网站的高频问题。",
    "每季度公开重点项目的进展情况和投资完成情况。",
    "规范依申请公开的登记、审核、办理、答复流程。",
    "在政务服务大厅设置公开专区，配备自助查询设备。",
)


def items(texts: Sequence[str], path: tuple[str, ...] = SECTION) -> list[Item]:
    """The texts numbered from 1 on under one heading."""
    return [Item(text, str(number), path) for number, text in enumerate(texts, start=1)]


def test_an_edition_without_changes_pairs_every_item_with_itself() -> None:
    assert matched(items(TEXTS), items(TEXTS)) == Pairing(tuple((i, i) for i in range(5)), (), ())


def test_an_item_put_in_front_shifts_the_numbers_and_no_pairs() -> None:
    new = items(("举办政府开放日，邀请群众走进窗口单位。", *TEXTS))

    found = matched(items(TEXTS), new)

    assert found == Pairing(tuple((i, i + 1) for i in range(5)), (), (0,))


def test_a_reworded_item_is_found_by_what_is_left_of_its_words() -> None:
    reworded = "对现行有效的市政府规范性文件逐件清理核对，10月底前集中公开到专栏。"
    new = items((TEXTS[1], reworded, *TEXTS[2:]))

    assert matched(items(TEXTS), new).pairs == ((1, 0), (0, 1), (2, 2), (3, 3), (4, 4))


def test_the_words_outweigh_the_number() -> None:
    """The second item went, and a stranger has taken its number."""
    stranger = "完善新媒体账号备案和常态化巡检机制。"
    new = items((TEXTS[0], stranger, *TEXTS[2:]))

    found = matched(items(TEXTS), new)

    assert (found.removed, found.new) == ((1,), (1,))


def test_the_number_tells_two_halves_apart_that_are_both_in_part_the_same() -> None:
    old = [Item("公开财政预算决算信息。", "1", ("二、财政",)), Item("公开部门预算信息。", "2", ("二、财政",))]
    new = [
        Item("公开财政预算、决算和绩效评价结果。", "1", ("二、财政",)),
        Item("公开部门预算信息。", "2", ("二、财政",)),
    ]

    assert matched(old, new).pairs == ((0, 0), (1, 1))


def test_equal_texts_under_several_headings_stay_under_their_own() -> None:
    same = "及时报送进展情况。"
    old = [Item(same, "1", ("一、公开",)), Item(same, "1", ("二、解读",))]

    assert matched(old, list(reversed(old))).pairs == ((1, 0), (0, 1))


def test_a_heading_that_moved_down_is_the_same_heading() -> None:
    same = "及时报送进展情况。"
    old = [Item(same, "1", ("一、公开",)), Item(same, "1", ("二、解读",))]
    new = [Item(same, "1", ("三、解读",)), Item(same, "1", ("四、公开",))]

    assert matched(old, new).pairs == ((1, 0), (0, 1))


def test_words_that_agree_in_part_are_one_item_only_at_the_same_place() -> None:
    old = [Item("公开财政预算决算信息。", "1", ("二、财政",))]
    reworded = "公开财政预算和专项资金使用结果。"

    assert matched(old, [Item(reworded, "1", ("二、财政",))]).pairs == ((0, 0),)
    assert matched(old, [Item(reworded, "2", ("二、财政",))]).pairs == ()


def test_of_two_that_are_equally_like_the_one_stands_where_the_rest_has_moved_to() -> None:
    old = items((TEXTS[0], "及时报送进展情况。", TEXTS[1]))
    new = items(("及时报送工作进展情况。", TEXTS[0], "及时报送工作进展情况。", TEXTS[1]))

    assert matched([replace(item, number="") for item in old], new).pairs == ((0, 1), (1, 2), (2, 3))


BEFORE = Substance("公开目录。", frozenset({(1, "lead")}), "date:2026-11-30")


@pytest.mark.parametrize(
    ("after", "kinds"),
    [
        (BEFORE, ()),
        (Substance("公开 目录。\n", BEFORE.owed, BEFORE.notation), ()),
        (Substance("公开全部目录。", BEFORE.owed, BEFORE.notation), (ChangeKind.WORDING,)),
        (Substance(BEFORE.text, frozenset({(1, "support")}), BEFORE.notation), (ChangeKind.UNITS,)),
        (Substance(BEFORE.text, BEFORE.owed, "date:2026-12-31"), (ChangeKind.DATE,)),
        (
            Substance("公开全部目录。", frozenset(), "ongoing"),
            (ChangeKind.WORDING, ChangeKind.UNITS, ChangeKind.DATE),
        ),
    ],
    ids=["the same", "blanks only", "words", "another role", "another day", "all at once"],
)
def test_what_changed_has_a_name(after: Substance, kinds: tuple[ChangeKind, ...]) -> None:
    assert kinds_of(BEFORE, after) == kinds


def test_strangers_have_nothing_in_common_and_a_text_is_like_itself() -> None:
    assert similarity(TEXTS[0], TEXTS[0]) == 1
    assert similarity("甲乙丙丁", "戊己庚辛") == 0


def documents() -> st.SearchStrategy[list[str]]:
    """Items that have nothing to do with each other: each is made of characters of its own."""
    return st.integers(1, 30).flatmap(
        lambda count: st.lists(st.integers(8, 40), min_size=count, max_size=count).map(
            lambda lengths: [
                "".join(chr(0x4E00 + place * 300 + (step * 7) % 293) for step in range(length))
                for place, length in enumerate(lengths)
            ]
        )
    )


@given(documents(), st.randoms(use_true_random=False))
def test_an_edit_script_is_found_again(texts: list[str], chance: random.Random) -> None:
    """Some items go, some are reworded a little, strangers come, all is shuffled."""
    kept = [place for place in range(len(texts)) if chance.random() < 0.7]
    edited: list[tuple[str, int | None]] = []
    for place in kept:
        words = texts[place]
        if chance.random() < 0.4:
            cut = chance.randrange(len(words))
            words = f"{words[:cut]}改{words[cut + 1 :]}"
        edited.append((words, place))
    edited += [
        ("".join(chr(0x8800 + number * 40 + step) for step in range(12)), None)
        for number in range(chance.randrange(4))
    ]
    chance.shuffle(edited)

    found = matched(items(texts), items([words for words, _ in edited]))

    assert dict(found.pairs) == {
        place: theirs for theirs, (_, place) in enumerate(edited) if place is not None
    }
    assert list(found.removed) == [place for place in range(len(texts)) if place not in kept]
    assert list(found.new) == [theirs for theirs, (_, place) in enumerate(edited) if place is None]


@given(st.lists(st.sampled_from(TEXTS), max_size=12), st.lists(st.sampled_from(TEXTS), max_size=12))
def test_every_item_of_both_sides_is_told_of_once(old: list[str], new: list[str]) -> None:
    found = matched(items(old), items(new))

    assert sorted([ours for ours, _ in found.pairs] + list(found.removed)) == list(range(len(old)))
    assert sorted([theirs for _, theirs in found.pairs] + list(found.new)) == list(range(len(new)))


@given(st.lists(st.sampled_from(TEXTS), max_size=12), st.randoms(use_true_random=False))
def test_another_order_is_no_change(texts: list[str], chance: random.Random) -> None:
    other = chance.sample(texts, len(texts))

    found = matched(items(texts), items(other))

    assert (found.removed, found.new) == ((), ())
    assert all(texts[ours] == other[theirs] for ours, theirs in found.pairs)

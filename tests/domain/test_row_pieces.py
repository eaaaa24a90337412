"""Rows cut to shape: every character stays with exactly one row or with none."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import row_pieces
from tracker.domain.passages import Kind, Segment

TEXT = "1．公开目录。公开年报，公开预算。市财政局"
TASK = Segment(0, 17, Kind.TASK, 7)
UNITS = Segment(17, 21, Kind.UNITS, 7)


def words(segments: tuple[Segment, ...]) -> list[str]:
    return [TEXT[piece.start : piece.end] for piece in segments]


def test_a_text_is_cut_and_the_units_go_with_its_second_part() -> None:
    first, second = row_pieces.cut((TASK, UNITS), 7)

    assert words(first) == ["1．公开目录。"]
    assert words(second) == ["公开年报，公开预算。", "市财政局"]


def test_units_that_stand_before_the_cut_go_with_the_second_part_too() -> None:
    first, second = row_pieces.cut((Segment(0, 2, Kind.UNITS, 7), Segment(2, 17, Kind.TASK, 7)), 7)

    assert words(first) == ["公开目录。"]
    assert words(second) == ["1．", "公开年报，公开预算。"]


def test_a_text_of_two_passages_may_be_cut_between_them() -> None:
    assert row_pieces.places("公开目录 公开年报", [(0, 4), (5, 9)]) == (5,)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("公开目录。公开年报；公开预算。", ["公开目录。", "公开年报；", "公开预算。"]),
        ("重点做好：一是公开目录，二是公开年报。", ["重点做好：", "一是公开目录，", "二是公开年报。"]),
        ("公开目录，公开年报", ["公开目录，", "公开年报"]),
        ("他说“公开。”随后公开年报。", ["他说“公开。”", "随后公开年报。"]),
        ("公开目录。", ["公开目录。"]),
    ],
    ids=["after sentences", "before numbered parts", "after commas where there is no end", "after the quotation", "nowhere"],
)  # fmt: skip
def test_a_text_may_be_cut_where_a_part_ends(text: str, parts: list[str]) -> None:
    spans = [(0, len(text))]

    found = row_pieces.parts(text, spans, row_pieces.places(text, spans))

    assert [part for _, part in found] == parts


def test_own_pieces_lie_over_what_was_read_and_the_rest_is_nobodys() -> None:
    own = [Segment(7, 12, Kind.TASK, 9)]

    found = row_pieces.laid_over([TASK, UNITS], own, {7})

    assert [(TEXT[piece.start : piece.end], piece.row) for piece in found] == [
        ("1．公开目录。", None),
        ("公开年报，", 9),
        ("公开预算。", None),
        ("市财政局", None),
    ]


SPANS = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12)), max_size=5)


@given(st.lists(st.integers(1, 29), max_size=5), SPANS, st.sets(st.integers(0, 3)))
def test_each_character_stands_in_exactly_one_segment(
    cuts: list[int], own: list[tuple[int, int]], shaped: set[int]
) -> None:
    places = sorted({0, 30, *cuts})
    segments = [
        Segment(start, end, Kind.TASK, number) for number, (start, end) in enumerate(pairwise(places))
    ]
    pieces = [Segment(start, min(start + length, 30), Kind.TASK, 9) for start, length in own if start < 30]

    found = row_pieces.laid_over(segments, pieces, shaped)

    covered = [place for piece in found for place in range(piece.start, piece.end)]
    assert covered == list(range(30))
    assert all(piece.row not in shaped for piece in found)


@given(SPANS, st.integers(0, 45))
def test_a_cut_loses_and_doubles_nothing(spans: list[tuple[int, int]], at: int) -> None:
    known = [(start, start + length) for start, length in spans]

    first, second = row_pieces.cut_spans(known, at)

    assert sorted(p for s, e in [*first, *second] for p in range(s, e)) == sorted(
        p for s, e in known for p in range(s, e)
    )
    assert all(end <= at for _, end in first)
    assert all(start >= at for start, _ in second)

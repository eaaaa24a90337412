"""The text of a draft line by line, and what of it is no task."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.passages import (
    Kind,
    Piece,
    Segment,
    by_kind,
    other_passages,
    source_lines,
)

TEXT = "标题\n前言一\n\n前言二\n一、公开 做好公开。市教育局\n附注"


def at(piece: str, kind: Kind, row: int | None = None) -> Segment:
    start = TEXT.index(piece)
    return Segment(start, start + len(piece), kind, row)


SEGMENTS = (
    at("标题", Kind.TITLE),
    at("前言一\n\n前言二", Kind.PREAMBLE),
    at("一、公开", Kind.HEADING),
    at("做好公开。", Kind.TASK, 7),
    at("市教育局", Kind.UNITS, 7),
    at("附注", Kind.NOTE),
)


def test_the_source_is_cut_where_the_marking_changes() -> None:
    lines = source_lines(TEXT, SEGMENTS)

    assert [line.pieces for line in lines][3] == (
        Piece("一、公开", Kind.HEADING, None),
        Piece(" ", None, None),
        Piece("做好公开。", Kind.TASK, 7, first=True),
        Piece("市教育局", Kind.UNITS, 7),
    )
    assert [line.is_heading for line in lines] == [True, False, False, False, False]
    assert [line.is_other for line in lines] == [False, True, True, False, True]


def test_each_line_of_what_is_no_task_is_a_passage() -> None:
    found = other_passages(TEXT, SEGMENTS, frozenset({7}))

    assert [(passage.kind.value, passage.text) for passage in found] == [
        ("title", "标题"),
        ("preamble", "前言一"),
        ("preamble", "前言二"),
        ("heading", "一、公开"),
        ("note", "附注"),
    ]
    assert all(TEXT[passage.start : passage.end].strip() == passage.text for passage in found)


def test_a_row_put_back_is_one_passage() -> None:
    found = other_passages(TEXT, SEGMENTS, frozenset())

    assert [(passage.text, passage.row) for passage in found if passage.row] == [("做好公开。市教育局", 7)]


def test_the_kinds_in_which_a_task_may_hide_come_first() -> None:
    found = by_kind(other_passages(TEXT, SEGMENTS, frozenset({7})))

    assert [kind for kind, _ in found] == [Kind.PREAMBLE, Kind.TITLE, Kind.HEADING, Kind.NOTE]


@given(st.text(alphabet="甲乙 \n", max_size=40), st.lists(st.integers(0, 40), max_size=8), st.integers(0, 3))
def test_no_character_is_lost_or_doubled(text: str, cuts: list[int], included: int) -> None:
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    segments = [
        Segment(start, end, Kind.TASK if number % 2 else Kind.NOTE, number if number % 2 else None)
        for number, (start, end) in enumerate(pairwise(places))
    ]

    lines = source_lines(text, segments)
    others = other_passages(text, segments, frozenset({included}))

    said = "".join(piece.text for line in lines for piece in line.pieces)
    assert said.replace(" ", "") == text.replace("\n", "").replace(" ", "")
    outside = "".join(text[part.start : part.end] for part in segments if part.row != included)
    told = "".join(text[passage.start : passage.end] for passage in others)
    assert "".join(told.split()) == "".join(outside.split())

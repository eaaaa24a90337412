"""Passages painted one over the other give every visible character the kind that was painted last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from importers.segments import Painter, Segment, SegmentKind
from importers.source import Span

_KINDS: list[tuple[SegmentKind, int | None]] = [("title", None), ("task", 0), ("task", 1), ("units", 1), ("note", None)]
_STROKES = st.lists(st.tuples(st.integers(-2, 24), st.integers(-2, 24), st.sampled_from(_KINDS)), max_size=12)


def _expected(text: str, strokes: list[tuple[int, int, tuple[SegmentKind, int | None]]]) -> list[Segment]:
    """Character by character: the slow way, which is easy to trust."""
    colours: list[tuple[SegmentKind, int | None]] = [("unrecognised", None)] * len(text)
    for start, end, colour in strokes:
        for index in range(max(0, start), min(end, len(text))):
            colours[index] = colour
    found: list[Segment] = []
    for index, (kind, task) in enumerate(colours):
        if text[index].isspace():
            continue
        if found and (found[-1].kind, found[-1].task) == (kind, task):
            found[-1] = Segment(found[-1].start, index + 1, kind, task)
        else:
            found.append(Segment(index, index + 1, kind, task))
    return found


@given(st.text("政务 \n\t\u3000", max_size=22), _STROKES)
def test_every_visible_character_has_the_kind_painted_last(
    text: str, strokes: list[tuple[int, int, tuple[SegmentKind, int | None]]],
) -> None:
    painter = Painter(text)
    for start, end, (kind, task) in strokes:
        painter.paint([Span(start, end)], kind, task)
    assert list(painter.segments()) == _expected(text, strokes)

"""Segments (段落归类): every character of the document has exactly one kind.

What is no task still stands on the check page, with its kind; nothing of the document is out of sight.
Passages are painted one over the other, the more exact later; what nobody painted is `unrecognised`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from operator import itemgetter
from typing import Literal

from importers.source import Span

SegmentKind = Literal[
    "title",
        "metadata", "heading", "preamble", "task", "units", "deadline", "table-header", "rule", "safeguard",
    "unit-list", "signature", "navigation", "note", "unrecognised",
]


_Run = tuple[int, int, SegmentKind, int | None]
"""From where to where what stands."""
_Passage = tuple[int, int, int, SegmentKind, int | None]
"""Where what was painted begins, as the how-manieth, where it ends, what it is."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of one kind; `task` is the index of the task that it belongs to."""

    start: int
    end: int
    kind: SegmentKind
    task: int | None = None


class Painter:
    """Collects which passage is what, and gives segments that cover every non-blank character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._passages: list[_Passage] = []

    def paint(self, spans: Iterable[Span], kind: SegmentKind, task: int | None = None) -> None:
        whole, passages = len(self._text), self._passages
        for start, end in spans:
            start, end = max(0, start), min(whole, end)
            if start < end:
                passages.append((start, len(passages), end, kind, task))

    def segments(self) -> tuple[Segment, ...]:
        """Runs of one kind, without the blanks around them; blanks within belong to the run."""
        text = self._text
        found: list[Segment] = []
        begun, last = -1, 0
        before: SegmentKind = "unrecognised"
        owner: int | None = None
        for start, end, kind, task in self._runs():
            if text[start].isspace() or text[end - 1].isspace():
                piece = text[start:end].rstrip()
                if not piece:
                    continue
                end = start + len(piece)
                start = end - len(piece.lstrip())
            if begun < 0 or kind != before or task != owner:
                if begun >= 0:
                    found.append(Segment(begun, last, before, owner))
                begun, before, owner = start, kind, task
            last = end
        if begun >= 0:
            found.append(Segment(begun, last, before, owner))
        return tuple(found)

    def _runs(self) -> Iterator[_Run]:
        """What is of one kind, in reading order; passages that stand alone, as most do, need no painting."""
        passages = sorted(self._passages)
        cursor = index = 0
        while index < len(passages):
            begin, _, reach, kind, task = passages[index]
            if cursor < begin:
                yield cursor, begin, "unrecognised", None
            first = index
            index += 1
            while index < len(passages) and passages[index][0] < reach:
                reach = max(reach, passages[index][2])
                index += 1
            if index - first == 1:
                yield begin, reach, kind, task
            else:
                yield from _painted(passages[first:index])
            cursor = reach
        if cursor < len(self._text):
            yield cursor, len(self._text), "unrecognised", None


def _painted(passages: list[_Passage]) -> Iterator[_Run]:
    """Passages that lie one over the other: between two edges of them the one painted last is seen."""
    passages = sorted(passages, key=itemgetter(1))
    edges = sorted({edge for passage in passages for edge in passage[:3:2]})
    places = dict(zip(edges, count(), strict=False))
    seen = passages[:1] * len(edges)
    for passage in passages:
        first, last = places[passage[0]], places[passage[2]]
        seen[first:last] = [passage] * (last - first)
    for start, stop, passage in zip(edges, edges[1:], seen, strict=False):
        yield start, stop, passage[3], passage[4]

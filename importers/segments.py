"""Segments (段落归类): every character of the document has exactly one kind.

What is no task still stands on the check page, with its kind; nothing of the document is out of sight.
Passages are painted one over the other, the more exact later; what nobody painted is `unrecognised`.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from importers.source import Span

SegmentKind = Literal[
    "title",
        "metadata", "heading", "preamble", "task", "units", "deadline", "table-header", "rule", "safeguard",
    "unit-list", "signature", "navigation", "note", "unrecognised",
]


@dataclass(frozen=True, slots=True)
class Segment:
    """A passage of one kind; `task` is the index of the task that it belongs to."""

    start: int
    end: int
    kind: SegmentKind
    task: int | None = None


_VISIBLE = re.compile(r"\S+")


class Painter:
    """Collects which passage is what, and gives segments that cover every non-blank character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._kinds: list[tuple[SegmentKind, int | None]] = [("unrecognised", None)]
        self._index: dict[tuple[SegmentKind, int | None], int] = {("unrecognised", None): 0}
        self._colours = array("i", (0,)) * len(text)
        self._edges = bytearray(len(text) + 1)  # Where a passage begins or ends: between them is one colour.

    def paint(self, spans: Iterable[Span], kind: SegmentKind, task: int | None = None) -> None:
        key = (kind, task)
        colour = self._index.get(key)
        if colour is None:
            colour = self._index[key] = len(self._kinds)
            self._kinds.append(key)
        for start, end in spans:
            start, end = max(0, start), min(len(self._text), end)
            if start < end:
                self._colours[start:end] = array("i", (colour,)) * (end - start)
                self._edges[start] = self._edges[end] = 1

    def segments(self) -> tuple[Segment, ...]:
        """Runs of one colour, without the blanks around them; blanks within belong to the run."""
        found: list[Segment] = []
        start, last, colour = -1, 0, -1
        for first, end, here in self._pieces():
            if here != colour:
                if start >= 0:
                    found.append(self._segment(start, last))
                start, colour = first, here
            last = end
        if start >= 0:
            found.append(self._segment(start, last))
        return tuple(found)

    def _pieces(self) -> Iterator[tuple[int, int, int]]:
        """What stands between blanks, in one colour: where it begins, where it ends, the colour."""
        colours, edges = self._colours, self._edges
        for match in _VISIBLE.finditer(self._text):
            start, end = match.span()
            if edges.find(1, start + 1, end) < 0:
                yield start, end, colours[start]
            else:
                for colour, run in groupby(colours[start:end]):
                    stop = start + len(list(run))
                    yield start, stop, colour
                    start = stop

    def _segment(self, start: int, end: int) -> Segment:
        kind, task = self._kinds[self._colours[start]]
        return Segment(start, end, kind, task)

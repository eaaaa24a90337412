"""Segments (段落归类): every character of the document has exactly one kind.

What is no task still stands on the check page, with its kind; nothing of the document is out of sight.
Passages are painted one over the other, the more exact later; what nobody painted is `unrecognised`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


class Painter:
    """Collects which passage is what, and gives segments that cover every non-blank character once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._kinds: list[tuple[SegmentKind, int | None]] = [("unrecognised", None)]
        self._index: dict[tuple[SegmentKind, int | None], int] = {("unrecognised", None): 0}
        self._colours = [0] * len(text)

    def paint(self, spans: Iterable[Span], kind: SegmentKind, task: int | None = None) -> None:
        key = (kind, task)
        if key not in self._index:
            self._index[key] = len(self._kinds)
            self._kinds.append(key)
        colour = self._index[key]
        for span in spans:
            start, end = max(0, span.start), min(len(self._text), span.end)
            if start < end:
                self._colours[start:end] = [colour] * (end - start)

    def segments(self) -> tuple[Segment, ...]:
        found: list[Segment] = []
        start: int | None = None
        last = 0
        for index, ch in enumerate(self._text):
            if ch.isspace():
                continue
            if start is None:
                start = index
            elif self._colours[index] != self._colours[start]:
                found.append(self._segment(start, last + 1))
                start = index
            last = index
        if start is not None:
            found.append(self._segment(start, last + 1))
        return tuple(found)

    def _segment(self, start: int, end: int) -> Segment:
        kind, task = self._kinds[self._colours[start]]
        return Segment(start, end, kind, task)

"""Which stretches of the text a row owns, after people have split, joined and picked passages.

The importer's segments say which row each stretch belongs to. A row that a person has cut to shape owns
*pieces* of its own, laid over those segments; what it gave up and nobody else took belongs to no row, so it
is seen under 其他段落. Whatever the pieces, each character stands in exactly one segment afterwards.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence

from tracker.domain.passages import Kind, Segment

Span = tuple[int, int]

# A sentence, or a part that is numbered within one: 一是…；二是…, (1)…(2)…, ①…②….
_SENTENCE_END = re.compile(r"[。；;！!？?\n]+[”’」』）)]*\s*")
_PART_BEGINS = re.compile(
    r"(?=(?<=[，,：:、\s])(?:[一二三四五六七八九十]是|[（(][0-9０-９一二三四五六七八九十]+[）)]|[①-⑳]))"
)
_COMMA = re.compile(r"[，,]\s*")


def laid_over(
    segments: Iterable[Segment], own: Iterable[Segment], shaped: Collection[int]
) -> tuple[Segment, ...]:
    """The segments with `own` over them; the rows `shaped` own nothing but their own pieces.

    Where two own pieces would overlap, the one that begins first stands.
    """
    over = _apart(own)
    spans = [(piece.start, piece.end) for piece in over]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    found = list(over)
    for segment in segments:
        row = None if segment.row in shaped else segment.row
        near = spans[bisect_right(ends, segment.start) : bisect_left(starts, segment.end)]
        for start, end in outside((segment.start, segment.end), near):
            found.append(Segment(start, end, segment.kind, row))
    return tuple(sorted(found, key=lambda segment: segment.start))


def _apart(own: Iterable[Segment]) -> list[Segment]:
    found: list[Segment] = []
    for piece in sorted(own, key=lambda piece: (piece.start, piece.end)):
        start = max(piece.start, found[-1].end) if found else piece.start
        if start < piece.end:
            found.append(Segment(start, piece.end, piece.kind, piece.row))
    return found


def outside(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    """What of a span lies outside `taken`, which is in order."""
    start, end = span
    for first, last in taken:
        if last <= start:
            continue
        if first >= end:
            break
        if start < first:
            yield start, first
        start = max(start, last)
    if start < end:
        yield start, end


def without(pieces: Iterable[Segment], taken: Sequence[Span]) -> tuple[Segment, ...]:
    """The pieces without the stretches `taken`."""
    ordered = sorted(taken)
    return tuple(
        Segment(start, end, piece.kind, piece.row)
        for piece in pieces
        for start, end in outside((piece.start, piece.end), ordered)
    )


def cut(pieces: Iterable[Segment], at: int) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """The text of a row cut at `at`; its units and its deadline stand with the second part.

    The importer's text has them after the sentence, or in later cells of the table's row.
    """
    first: list[Segment] = []
    second: list[Segment] = []
    for piece in pieces:
        if piece.kind is not Kind.TASK or piece.start >= at:
            second.append(piece)
        elif piece.end <= at:
            first.append(piece)
        else:
            first.append(Segment(piece.start, at, piece.kind, piece.row))
            second.append(Segment(at, piece.end, piece.kind, piece.row))
    return tuple(first), tuple(second)


def cut_spans(spans: Iterable[Span], at: int) -> tuple[list[Span], list[Span]]:
    """Spans before and after a place."""
    first = [(start, min(end, at)) for start, end in spans if start < at]
    second = [(max(start, at), end) for start, end in spans if end > at]
    return first, second


def places(text: str, spans: Iterable[Span]) -> tuple[int, ...]:
    """Where a row's text may be cut: after sentences, before numbered parts, or else after commas."""
    known = list(spans)
    found = _places(text, known, _SENTENCE_END, _PART_BEGINS)
    return found or _places(text, known, _COMMA)


def _places(text: str, spans: Sequence[Span], *patterns: re.Pattern[str]) -> tuple[int, ...]:
    found = {
        match.end()
        for pattern in patterns
        for start, end in spans
        for match in pattern.finditer(text, start, end)
    }
    found |= {start for start, _ in spans[1:]}
    return tuple(
        sorted(
            at
            for at in found
            if all(any(text[s:e].strip() for s, e in side) for side in cut_spans(spans, at))
        )
    )


def parts(text: str, spans: Iterable[Span], cuts: Iterable[int]) -> Iterator[tuple[int | None, str]]:
    """The text between the places where it may be cut, each part with the place before it (first: None)."""
    rest = list(spans)
    before: int | None = None
    for at in (*cuts, None):
        now, rest = (rest, []) if at is None else cut_spans(rest, at)
        yield before, printed(text, now)
        before = at


def printed(text: str, spans: Iterable[Span]) -> str:
    """The words of some spans as one text: a line broken inside a sentence is joined, a finished one kept."""
    result = ""
    for line in "\n".join(text[start:end] for start, end in spans).split("\n"):
        words = re.sub(r"[ \t\u3000\xa0]+", " ", line).strip()
        if words:
            result += ("\n" if result and result[-1] in "。！？；;:：!?”" else "") + words
    return result

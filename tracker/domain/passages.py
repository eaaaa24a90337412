"""Passages (段落) of a draft plan's text: which row each belongs to, and what is no task (其他段落).

A draft's segments cover every character that is not blank exactly once (draft-plan.schema.json). From them
this module makes two views: the source as lines of marked pieces, for reading beside the rows, and the list
of passages that are no task, so that nothing of the document is out of sight.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tracker.domain.titled import Titled


class Kind(Titled):
    """What a piece of the text is; the values are those of the schema."""

    TITLE = "title", "标题"
    METADATA = "metadata", "文件信息"
    HEADING = "heading", "小标题"
    PREAMBLE = "preamble", "前言与要求"
    TASK = "task", "任务"
    UNITS = "units", "责任单位"
    DEADLINE = "deadline", "完成时限"
    TABLE_HEADER = "table-header", "表头"
    RULE = "rule", "说明与制度"
    SAFEGUARD = "safeguard", "保障措施"
    UNIT_LIST = "unit-list", "单位名单"
    SIGNATURE = "signature", "落款"
    NAVIGATION = "navigation", "网页文字"
    NOTE = "note", "附注"
    UNRECOGNISED = "unrecognised", "没有认出的文字"


OF_A_TASK = frozenset({Kind.TASK, Kind.UNITS, Kind.DEADLINE})
_LIKELIEST = (
    Kind.UNRECOGNISED,
    Kind.TASK,
    Kind.UNITS,
    Kind.DEADLINE,
    Kind.SAFEGUARD,
    Kind.PREAMBLE,
    Kind.RULE,
)
"""The kinds among which a person most likely finds a task that was overlooked; shown first."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text, with the row it belongs to."""

    start: int
    end: int
    kind: Kind
    row: int | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line that is marked alike; `first` is the row's first piece in the document."""

    text: str
    kind: Kind | None
    row: int | None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the source."""

    pieces: tuple[Piece, ...]

    @property
    def is_heading(self) -> bool:
        kinds = {piece.kind for piece in self.pieces}
        return not kinds & OF_A_TASK and bool(kinds & {Kind.HEADING, Kind.TITLE})

    @property
    def is_other(self) -> bool:
        """Whether nothing on the line belongs to a task or leads to one."""
        return not self.is_heading and all(piece.kind not in OF_A_TASK for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text that is no task; `row` is the row that was put back, of which it is a part."""

    start: int
    end: int
    kind: Kind
    text: str
    row: int | None = None

    @property
    def is_serial(self) -> bool:
        """Whether it is a number and nothing else, as the serial column of a table holds them."""
        return self.text.isdecimal()


def source_lines(text: str, segments: Sequence[Segment]) -> tuple[Line, ...]:
    """The text line by line, cut where the marking changes; blank lines are left out."""
    ordered = sorted(segments, key=lambda segment: segment.start)
    seen: set[int] = set()
    lines: list[Line] = []
    next_segment = 0
    for start, end in _line_bounds(text):
        while next_segment < len(ordered) and ordered[next_segment].end <= start:
            next_segment += 1
        pieces = tuple(_pieces(text, (start, end), ordered[next_segment:], seen))
        if any(piece.text.strip() for piece in pieces):
            lines.append(Line(pieces))
    return tuple(lines)


def _line_bounds(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _pieces(
    text: str, bounds: tuple[int, int], segments: Sequence[Segment], seen: set[int]
) -> Iterator[Piece]:
    start, end = bounds
    for segment in segments:
        if segment.start >= end:
            break
        if segment.start > start:
            yield Piece(text[start : segment.start], None, None)
            start = segment.start
        stop = min(segment.end, end)
        first = segment.row is not None and segment.row not in seen
        if segment.row is not None:
            seen.add(segment.row)
        yield Piece(text[start:stop], segment.kind, segment.row, first)
        start = stop
    if start < end:
        yield Piece(text[start:end], None, None)


def other_passages(text: str, segments: Iterable[Segment], rows: frozenset[int]) -> tuple[Passage, ...]:
    """What belongs to none of `rows`, in the order of the text: one passage a line and kind.

    A row that was put back is one passage, however many lines it has, so that it can be taken again whole.
    """
    found: list[Segment] = []
    for segment in _by_lines(text, sorted(segments, key=lambda segment: segment.start)):
        if segment.row in rows:
            continue
        last = found[-1] if found else None
        if last is not None and _together(text, last, segment):
            found[-1] = Segment(last.start, segment.end, last.kind, last.row)
        else:
            found.append(segment)
    passages = (
        Passage(
            segment.start, segment.end, segment.kind, text[segment.start : segment.end].strip(), segment.row
        )
        for segment in found
    )
    return tuple(passage for passage in passages if passage.text)


def _by_lines(text: str, segments: Iterable[Segment]) -> Iterator[Segment]:
    """The segments, cut at the ends of lines: a reader may take several paragraphs of one kind as one."""
    for segment in segments:
        start = segment.start
        for line in text[segment.start : segment.end].split("\n"):
            if line.strip():
                yield Segment(start, start + len(line), segment.kind, segment.row)
            start += len(line) + 1


def _together(text: str, last: Segment, segment: Segment) -> bool:
    between = text[last.end : segment.start]
    if between.strip():
        return False
    if last.row is not None or segment.row is not None:
        return last.row == segment.row
    return last.kind is segment.kind and "\n" not in between


def by_kind(passages: Iterable[Passage]) -> tuple[tuple[Kind, tuple[Passage, ...]], ...]:
    """The passages under their kinds, those first among which a task may hide."""
    found: dict[Kind, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.kind, []).append(passage)
    order = [*_LIKELIEST, *(kind for kind in Kind if kind not in _LIKELIEST)]
    return tuple((kind, tuple(found[kind])) for kind in order if kind in found)

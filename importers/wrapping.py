"""Hard-wrapped text (硬换行): the lines of one paragraph are read as one, and cut where its numbers are.

A mail, a scan or an editor breaks lines at a fixed width. A line as long as that goes on in the next one,
unless its sentence ends there or the next one is an item, a page number or another thing of its own.
"""

from __future__ import annotations

from importers import furniture
from importers.looks import CLOSING, OPENING
from importers.marks import Line
from importers.source import Span

_SENTENCE_END = "。；;：:！!？?）)”"
_FINISHED = "。！？；;:：!?)）〕】]”"
_NEVER_FIRST = "、，,。；;：:！？!?》”)）〕】]"
_LONGEST_BRACKET = 300
_NARROW = 60
_WIDEST = 90


def width_of(text: str, lines: list[Line]) -> int:
    """Return the width of hard-wrapped lines, or 0 where a line is a paragraph."""
    ends = [
        (len(piece), piece[-1]) for line in lines for part in line.span.of(text).split("\n")
        if (piece := part.strip())
    ]
    long = [(length, end) for length, end in ends if length > 20]
    if len(long) < 8:
        return 0
    broken = [length for length, end in long if end not in _SENTENCE_END]
    if len(broken) * 5 < len(long) * 2:
        return 0
    widest = sorted(broken)[len(broken) * 9 // 10]
    full = sum(1 for length in broken if length >= widest * 0.9)
    even = widest <= _NARROW or full * 2 >= len(broken)  # wide lines are a page's width only where most agree
    return widest if even and widest <= _WIDEST else 0


def is_full(text: str, line: Line, width: int) -> bool:
    """Whether a line reaches the width of the page, so that a sentence may go on in the next."""
    begin = text.rfind("\n", 0, line.span.end) + 1
    return width > 0 and line.span.end - begin >= width * 0.9


def joined(text: str, lines: list[Line | None], width: int) -> list[Line | None]:
    """Make one line of those of a paragraph, so that it can be cut at its numbers."""
    if not width:
        return lines
    whole: list[Line | None] = []
    open_ended = False
    for line in lines:
        plain = line is not None and not furniture.kind_of(text, line, before_clauses=False)
        before = whole[-1] if whole else None
        if open_ended and plain and line and before and _goes_on(text, before, line, width):
            whole[-1] = Line(Span(before.span.start, line.span.end), before.ref, before.mark, before.hint)
        else:
            whole.append(line)
        open_ended = plain
    return whole


def _goes_on(text: str, before: Line, line: Line, width: int) -> bool:
    """Whether a paragraph goes on; an open bracket does, whatever its line ends with: (责任单位:⏎…)."""
    end = before.span.end
    if not is_full(text, before, width) or text[end:line.span.start].strip(" \t\u3000\xa0") != "\n" \
            or furniture.page_number_at(text, max(text.rfind("\n", 0, end) + 1, end - 8)):
        return False
    if text[end - 1] in OPENING or text[line.span.start] in _NEVER_FIRST:
        return True  # (⏎1)现役军人 begins no item
    if line.mark is not None:
        return False
    return text[end - 1] not in _FINISHED or _bracket_open(text, before.span)


def _bracket_open(text: str, span: Span) -> bool:
    tail = text[max(span.start, span.end - _LONGEST_BRACKET):span.end]
    last = max(tail.rfind(mark) for mark in OPENING)
    return last >= 0 and not any(mark in tail[last:] for mark in CLOSING)

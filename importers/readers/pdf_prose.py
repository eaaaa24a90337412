"""Paragraphs of a PDF (段落): printed lines become the paragraphs that were written.

Where a paragraph ends is told by what a reader sees: a short last line, a first line set in, a larger gap,
another size of type, a number or a label that begins. None of it is a wish of the document's: the measure
is whether the next word would have fitted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from importers.readers.pdf_lines import (
    TextLine,
    begins_item,
    ends_sentence,
    glued,
    has_room,
    never_first,
    same_type,
)

_INDENT = 1.2
_FULL_LINES = 3
_FAR = 6
_LOOKED_AT = 60

_SENTENCE = re.compile(r"[。；;!！?？]")


PageKind = tuple[int, int]
"""A page's width, and 1 for a right page of a document whose pages differ."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The text area of pages of one kind, the usual distance of lines, and whether first lines are set in."""

    left: float
    right: float
    pitch: float
    set_in: bool


def measures(lines: Sequence[TextLine], kinds: dict[int, PageKind]) -> dict[PageKind, Measure]:
    """Return the measure of each kind of page."""
    sorted_lines: dict[PageKind, list[TextLine]] = defaultdict(list)
    for line in lines:
        sorted_lines[kinds[line.page]].append(line)
    return {kind: _measure(group, kind[0]) for kind, group in sorted_lines.items()}


def _measure(lines: list[TextLine], width: float) -> Measure:
    usual = _usual([line.size for line in lines], 0.5)
    body = [line for line in lines if abs(line.size - usual) < 0.15 * usual] or lines
    starts = sorted(line.x0 for line in body)
    left = _leftmost(starts, usual)
    right = sorted(line.x1 for line in body)[-max(1, len(body) // 40)]
    if sum(1 for line in body if right - line.x1 < 2 * usual) < _FULL_LINES:
        right = max(right, width - left)  # No line is full: the margins are as wide as each other.
    gaps = [after.baseline - line.baseline for line, after in pairwise(body)
            if line.page == after.page and 0 < after.baseline - line.baseline < 4 * usual]
    set_in = sum(
        1 for line, after in pairwise(body)
        if line.x0 - left > _INDENT * usual and after.x0 - left < 0.6 * usual
        and right - line.x1 < 2.5 * usual
    )
    begins = sum(1 for line in body if 1.5 * usual <= line.x0 - left <= 2.6 * usual)
    pitch = _usual(gaps, 0.3) if gaps else 1.5 * usual
    return Measure(left, right, pitch, set_in >= 2 or set_in * 4 > begins > 0)


def _usual(values: Iterable[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[int((len(ordered) - 1) * share)]


def _leftmost(starts: list[float], size: float) -> float:
    """Return where lines begin at the left; one that alone stands farther out is no margin."""
    for start in starts:
        if sum(1 for other in starts if abs(other - start) < 0.6 * size) >= max(1, len(starts) // 50):
            return start
    return starts[0]


def paragraphs(
    lines: Sequence[TextLine], kinds: dict[int, PageKind], by_kind: dict[PageKind, Measure],
) -> list[tuple[int, str]]:
    """Return the paragraphs of a stretch of prose that no table parts, each with the page it begins on."""
    found: list[list[TextLine]] = []
    for line in lines:
        if found and _joins(found[-1], line, by_kind[kinds[found[-1][-1].page]], by_kind[kinds[line.page]]):
            found[-1].append(line)
        else:
            found.append([line])
    return [(paragraph[0].page, glued(line.text for line in paragraph)) for paragraph in found]


def _joins(paragraph: list[TextLine], line: TextLine, was: Measure, now: Measure) -> bool:
    before = paragraph[-1]
    size = max(before.size, line.size)
    if not same_type(before, line):
        return False
    if before.page == line.page:
        step = line.baseline - before.baseline
        if step <= 0 or step > max(1.4 * was.pitch, 1.25 * size) or _parted(paragraph, step):
            return False
    if has_room(_room(before, was), line):
        return never_first(line.text) and before.page == line.page and not ends_sentence(before.text)
    at, stood = line.x0 - now.left, before.x0 - was.left
    begins = begins_item(line.text)
    if begins and len(paragraph) == 1 and begins_item(before.text) and not _SENTENCE.search(before.text):
        return False  # A heading that happens to fill its line.
    if _is_centred(before, was) and _is_centred(line, now):
        return not begins
    if at > _FAR * size:
        return False  # A signature and its date, set to the right.
    if at > _INDENT * size:
        if at < stood - 0.5 * size:
            return True
        if now.set_in or begins:
            return False
        return abs(at - stood) <= 0.5 * size or (len(paragraph) == 1 and begins_item(before.text)) \
            or not ends_sentence(before.text)
    return not (begins and (ends_sentence(before.text) or before.text.endswith((":", "："))))


def _parted(paragraph: list[TextLine], step: float) -> bool:
    """Whether a line stands farther from its paragraph than the paragraph's own lines from each other."""
    latest = paragraph[-_LOOKED_AT:]
    steps = [after.baseline - line.baseline for line, after in pairwise(latest) if line.page == after.page]
    return bool(steps) and step > 1.25 * min(each for each in steps)


def _is_centred(line: TextLine, measure: Measure) -> bool:
    left, right = line.x0 - measure.left, measure.right - line.x1
    return left > (2.6 if measure.set_in else 0.8) * line.size and abs(left - right) < 1.2 * line.size


def _room(line: TextLine, measure: Measure) -> float:
    if _is_centred(line, measure) and line.x0 - measure.left > 2.6 * line.size:
        return (measure.right - measure.left) - (line.x1 - line.x0)
    return measure.right - line.x1

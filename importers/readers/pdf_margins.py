"""What is printed around the text of each page (页眉页脚): running heads, page numbers, addresses of a print.

A line near the upper or lower edge that comes back at the same height on most pages, its figures aside,
belongs to the paper and not to the document. Where there is one page only, its looks must tell.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from importers.readers.pdf_lines import TextLine

_ZONE = 0.14
_OUTERMOST = 3
_SAME_HEIGHT = 6.0
_SHORT = 5
_NUMBER = re.compile(
    r"[-—–－―_·•~\s]+\d{1,4}[-—–－―_·•~\s]+|第\s*\d+\s*页\s*(?:[,，/]?\s*共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
    r"|[Pp]age\s*\d+(?:\s*of\s*\d+)?|[-—–\s]*第?[一二三四五六七八九十]{1,3}页[-—–\s]*",
)
_PRINTED = re.compile(
    r"(?:https?|file)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\s*[,，]?\s*(?:[上下]午)?\s*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Printed:
    """The lines of one page; what lies from `top` to `bottom` is a table without upright lines."""

    height: float
    lines: Sequence[TextLine]
    top: float = 0.0
    bottom: float = 0.0


def furniture(pages: Sequence[Printed]) -> set[int]:
    """Return the ids of the lines that belong to the paper."""
    edges = [_edges(page.height, page.lines) for page in pages]
    heights: dict[str, list[float]] = defaultdict(list)
    for edge in edges:
        for line in edge:
            heights[_said(line)].append(line.baseline)
    filled = sum(1 for page in pages if page.lines)
    # Left and right pages of a long document may carry heads of their own.
    enough = max(2, filled // 3 if filled > _SHORT else (filled + 1) // 2)

    def repeated(line: TextLine, page: Printed) -> bool:
        here = sum(1 for height in heights[_said(line)] if abs(height - line.baseline) <= _SAME_HEIGHT)
        return here >= enough and not page.top <= line.baseline <= page.bottom

    found: set[int] = set()
    for page, edge in zip(pages, edges, strict=True):
        for line in edge:
            if _NUMBER.fullmatch(line.text) or _PRINTED.fullmatch(line.text) or repeated(line, page) \
                    or _stands_apart(line, page):
                found.add(id(line))
    return found


def _stands_apart(line: TextLine, page: Printed) -> bool:
    """Whether a bare number is the last thing on its page, well below all else."""
    above = [other.baseline for other in page.lines if other is not line]
    return line.text.isdigit() and line.top > page.height * (1 - _ZONE) \
        and (not above or line.baseline - max(above) > 2 * line.size)


def _said(line: TextLine) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


def _edges(height: float, lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the outermost lines of a page, above and below, in the order from its edge."""
    down = sorted(lines, key=lambda each: each.baseline)
    above = [line for line in down[:_OUTERMOST] if line.baseline < height * _ZONE]
    below = [line for line in down[-_OUTERMOST:] if line.top > height * (1 - _ZONE)]
    return above + [line for line in below if line not in above]

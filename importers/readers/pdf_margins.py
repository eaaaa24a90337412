"""What is printed around the text of each page (页眉页脚): running heads, page numbers, addresses of a print.

A line near the upper or lower edge that comes back on most pages, its figures aside, belongs to the paper
and not to the document. A page number also tells itself where it stands alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from importers.readers.pdf_lines import TextLine

_ZONE = 0.14
_OUTERMOST = 3
_NUMBER = re.compile(
    r"(?:[-—–－―_·•~\s]*\d{1,4}[-—–－―_·•~\s]*|第\s*\d+\s*页\s*(?:[,，/]?\s*共\s*\d+\s*页)?|\d{1,4}\s*/\s*\d{1,4}"
    r"|[Pp]age\s*\d+(?:\s*of\s*\d+)?|[-—–\s]*第?[一二三四五六七八九十]{1,3}页[-—–\s]*)",
)
_PRINTED = re.compile(
    r"(?:https?|file)://\S+|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\s*[,，]?\s*(?:[上下]午)?\s*\d{1,2}:\d{2}(?::\d{2})?(?:\s*[AP]M)?\b.*",
    re.IGNORECASE,
)


def furniture(pages: Sequence[tuple[float, Sequence[TextLine]]]) -> set[int]:
    """Return the ids of the lines that belong to the paper; a page is its height and its lines."""
    edges = [_edges(height, lines) for height, lines in pages]
    counted = Counter(said for page in edges for said in {_said(line) for line in page})
    filled = sum(1 for _, lines in pages if lines)
    enough = max(2, (filled + 1) // 2)
    # Left and right pages may carry heads of their own.
    found: set[int] = set()
    for page in edges:
        for line in page:
            said = _said(line)
            if counted[said] >= enough or (filled > 5 and counted[said] * 3 >= filled) \
                    or _NUMBER.fullmatch(line.text) or _PRINTED.fullmatch(line.text):
                found.add(id(line))
    return found


def _said(line: TextLine) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s", "", line.text))


def _edges(height: float, lines: Sequence[TextLine]) -> list[TextLine]:
    """Return the outermost lines of a page, above and below, in the order from its edge."""
    down = sorted(lines, key=lambda each: each.baseline)
    above = [line for line in down[:_OUTERMOST] if line.baseline < height * _ZONE]
    below = [line for line in down[-_OUTERMOST:] if line.top > height * (1 - _ZONE)]
    return above + [line for line in below if line not in above]

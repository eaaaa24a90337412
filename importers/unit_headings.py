"""Lists by unit (按单位列出的任务): the name of a unit on a line of its own, its tasks numbered anew below.

    市市场监管局：
    1.推行企业开办一日办结。
    2.公布涉企收费清单。
    市税务局：
    1.…

One such line may be an addressee or an issuer; several, each before an item 1 of the same kind, are headings.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from importers.looks import looks_like_units
from importers.marks import Line, Mark
from importers.source import Span

STYLE = "units"
_LONGEST = 40
_SEVERAL = 2


def mark(text: str, lines: list[Line | None]) -> list[Line | None]:
    """Give the lines that head the tasks of a unit a mark, so that they stand above the items below them."""
    places = [(index, style) for index, line in enumerate(lines) if line is not None
              and (style := _style_below(lines, index)) and _names(text, line)]
    several = {style for style, count in Counter(style for _, style in places).items() if count >= _SEVERAL}
    marked = list(lines)
    value = 0
    for index, style in places:
        line = lines[index]
        if line is not None and style in several:
            value += 1
            marked[index] = replace(line, mark=Mark(STYLE, value, "", 0))
    return marked


def _style_below(lines: list[Line | None], index: int) -> str:
    """The style of the item 1 that the next line begins."""
    below = lines[index + 1] if index + 1 < len(lines) else None
    return below.mark.style if below is not None and below.mark is not None and below.mark.value == 1 else ""


def _names(text: str, line: Line) -> bool:
    return line.mark is None and names_only(text, line.span)


def names_only(text: str, span: Span) -> bool:
    """Whether a line is nothing but names of units, with a colon behind or without."""
    return span.end - span.start <= _LONGEST and looks_like_units(span.of(text).rstrip(":： "))

"""People beside units (责任单位及责任人): 市司法局（张青）、市财政局　李溪 names two of each."""

from __future__ import annotations

import re

from importers.looks import looks_like_units
from importers.source import Span

WITH_PERSON = re.compile(r"责任人|负责人|联系人|联络员|领导")
_PERSON_BESIDE = re.compile(
    r"(?<=[局厅委办院会室部心府处科司社团站所队行馆台])[ \t\u3000]*(?:"
    r"[(（](?P<within>[一-鿿]{2,4}(?:[、，, ][一-鿿]{2,4})*)[)）]"
    r"|(?:[ \t\u3000]|[/／:：\n])(?P<behind>[一-鿿]{2,4})(?=[ \t\u3000]*(?:$|[、,，;；。\n])))"
)


def people_apart(text: str, span: Span) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Part the units of a cell from the people beside them: 市司法局（张青）、市财政局　李溪."""
    units: list[Span] = []
    people: list[Span] = []
    start = span.start
    for match in _PERSON_BESIDE.finditer(text, span.start, span.end):
        if looks_like_units(match["within"] or match["behind"]):
            continue
        units.append(Span(start, match.start()))
        people.append(Span(match.start(), match.end()))
        start = match.end()
    return tuple(each for each in (*units, Span(start, span.end)) if each.start < each.end), tuple(people)

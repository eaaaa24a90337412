"""Labelled fields (带标签的字段): 责任单位:… 完成时限:… 分管领导:…, wherever a label stands in a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

from importers.label_words import LABEL
from importers.looks import Field, looks_like_units
from importers.source import Span


@dataclass(frozen=True, slots=True)
class Part:
    """One labelled field of a unit phrase: which field, and where its content stands."""

    field: Field
    span: Span


@dataclass(frozen=True, slots=True)
class UnitPhrase:
    """A passage that names units: the whole as printed, and its fields."""

    span: Span
    parts: tuple[Part, ...]
    bracketed: bool
    spoken: bool = False
    """Whether it is a sentence (市财政局负责。), with no label or bracket to tell it apart."""

    @property
    def names_units(self) -> bool:
        return any(part.field in {"lead", "support", "responsible", "units"} for part in self.parts)


def fields_in(text: str, start: int, end: int) -> list[tuple[Field, Span, Span]]:
    """Return the labelled fields of a passage: field, the whole with its label, and its content."""
    matches = [match for match in LABEL.finditer(text, start, end) if not _is_short(text, match, end)]
    found: list[tuple[Field, Span, Span]] = []
    for index, match in enumerate(matches):
        stop = matches[index + 1].start() if index + 1 < len(matches) else end
        kind: Field
        if match.group("unit"):
            kind = "units"
        else:
            kind = next(each for each in (
                "person", "deadline", "text", "note") if match.group(each))
        found.append((kind, Span(match.start(), stop), Span(match.end(), stop)))
    return found


_SHORT_LABEL = 2
_PIECE_END = re.compile(r"[。；;\n]")


def _is_short(text: str, label: re.Match[str], end: int) -> bool:
    """配合: alone is a label only before names of units; in a sentence it is a word like any other."""
    if len(label["unit"] or "责任单位") > _SHORT_LABEL:
        return False
    stop = _PIECE_END.search(text, label.end(), end)
    content = text[label.end():stop.start() if stop else end]
    return not looks_like_units(LABEL.split(content)[0] if content else content)

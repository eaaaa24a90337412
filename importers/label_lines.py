"""Labels outside brackets (括号外的标签): fields that end with their line, a record's together."""

from __future__ import annotations

import re

from importers.label_fields import Part, UnitPhrase, fields_in
from importers.looks import (
    CLOSING,
    OPENING,
    UNIT_LABEL,
    Field,
    looks_like_units,
    role_of_label,
)
from importers.source import Span

_BETWEEN_FIELDS = " \t\u3000\xa0\n。;；,，|-—–－_·0123456789第页共"
"""Marks, blanks, and a page number where the page turns between two fields."""


def label_phrases(
    text: str, start: int, end: int, taken: list[UnitPhrase], width: int,
) -> list[UnitPhrase]:
    """Labels outside brackets; neighbouring fields of one record make one phrase."""
    phrases: list[UnitPhrase] = []
    group: list[tuple[Field, Span, Span]] = []
    stops = [phrase.span.start for phrase in taken]

    def close() -> None:
        if any(field == "units" for field, _, _ in group):
            parts = tuple(
                Part(role_of_label(text[whole.start:content.start]) if field == "units" else field, content)
                for field, whole, content in group
            )
            phrases.append(UnitPhrase(Span(group[0][1].start, group[-1][2].end), parts, bracketed=False))
        group.clear()

    for field, whole, content in _line_fields(text, start, end, taken, width):
        stop = min([content.end, *(each for each in stops if each >= content.start)])
        content = Span(content.start, stop)
        if field == "text":
            close()
            continue
        if group and text[group[-1][2].end:whole.start].strip(_BETWEEN_FIELDS):
            close()
        group.append((field, whole, content))
    close()
    return phrases


def _line_end(text: str, start: int, end: int) -> int:
    """Where the line ends: at its break, or where two wide blanks indent the next paragraph."""
    breaks = (text.find("\n", start, end), text.find("\u3000\u3000", start, end))
    return min((place for place in breaks if place >= 0), default=-1)


def _line_fields(
    text: str, start: int, end: int, taken: list[UnitPhrase], width: int,
) -> list[tuple[Field, Span, Span]]:
    """Fields outside brackets, each ending with its line (or at the next label)."""
    found: list[tuple[Field, Span, Span]] = []
    for field, whole, content in fields_in(text, start, end):
        if any(phrase.span.start <= whole.start < phrase.span.end for phrase in taken):
            continue
        depth = 0
        for index in range(max(start, whole.start - 400), whole.start):
            depth += (text[index] in OPENING) - (text[index] in CLOSING)
            if text[index] == "\n":
                depth = 0
        line = _line_end(text, content.start, content.end)
        stop = content.end if line < 0 else line
        if line >= 0 and not text[content.start:line].strip():
            following = text.find("\n", line + 1, content.end)
            stop = content.end if following < 0 else following
        while width and stop < content.end and stop - text.rfind("\n", 0, stop) > width * 0.9:
            following = text.find("\n", stop + 1, content.end)
            stop = content.end if following < 0 else following
        if field != "units" and not found and depth > 0:
            continue
        found.append((field, whole, Span(content.start, stop)))
    found += _bare_labels(text, start, end, found, taken)
    return sorted(found, key=lambda each: each[1].start)


BARE_LABEL = re.compile(rf"(?:^|(?<=\n))[ \t\u3000\xa0]*(?P<label>{UNIT_LABEL})(?![:：∶﹕︰\s])")


def _bare_labels(
    text: str, start: int, end: int, found: list[tuple[Field, Span, Span]], taken: list[UnitPhrase],
) -> list[tuple[Field, Span, Span]]:
    """Lines such as `责任单位市财政局` that lost their colon."""
    extra: list[tuple[Field, Span, Span]] = []
    for match in BARE_LABEL.finditer(text, start, end):
        stop = text.find("\n", match.end(), end)
        stop = end if stop < 0 else stop
        place = match.start("label")
        inside = any(phrase.span.start <= place < phrase.span.end for phrase in taken)
        known = any(whole.start <= place < content.end for _, whole, content in found)
        if not inside and not known and looks_like_units(text[match.end():stop]):
            extra.append(("units", Span(place, stop), Span(match.end(), stop)))
    return extra

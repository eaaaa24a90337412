"""Clause (条款): one accountable passage as written, with its raw unit and deadline phrases."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from importers.looks import Field, names_of
from importers.source import Span

Origin = Literal["prose", "table"]

_LEADING_DATE = re.compile(
    r"^\s*(?:(?:\d{4}|今|明|本)年)?\s*(?:\d{1,2}月(?:\d{1,2}日|[底末初中上下]旬?)?|[底末]|年底|"
    r"第?[一二三四]季度|上半年|下半年)?(?:[底末])?(?:之?前|以前|内)?[,，]",
)


_BLANKS = re.compile(r"[ \t\u3000\xa0]+")


class Phrase(NamedTuple):
    """A raw field of a clause: units of a role, a deadline, a person.

    `unit` is what a table's header adds to bare numbers: 月 of 完成时限（月）.
    """

    field: Field
    spans: tuple[Span, ...]
    bracketed: bool = False
    inherited: bool = False
    unit: str = ""


class Clause(NamedTuple):
    """One accountable passage as written."""

    origin: Origin
    number: str | None
    headings: tuple[str, ...]
    spans: tuple[Span, ...]
    phrases: tuple[Phrase, ...]
    ref: str
    mark: Span | None = None
    heading_spans: tuple[Span, ...] = ()
    schedule: bool = False
    notes: tuple[tuple[str, str], ...] = ()

    def fields(self, *wanted: Field) -> list[Phrase]:
        return [phrase for phrase in self.phrases if phrase.field in wanted]

    @property
    def start(self) -> int:
        return self.spans[0].start


def printed(text: str, spans: tuple[Span, ...]) -> str:
    """Put passages together as one text: a line broken inside a sentence is joined, a finished one kept."""
    if len(spans) == 1:
        start, end = spans[0]
        whole = text[start:end]
    else:
        whole = "\n".join([text[start:end] for start, end in spans])
    pieces = whole.split()
    if len(pieces) <= 1:  # Without a blank inside, as most cells are.
        return pieces[0] if pieces else ""
    if "\n" not in whole:
        return _BLANKS.sub(" ", whole).strip()
    result = ""
    for line in whole.split("\n"):
        line = _BLANKS.sub(" ", line).strip()
        if not line:
            continue
        result += ("\n" if result and result[-1] in "。！？；;:：!?”" else "") + line
    return result


def listed(text: str, spans: tuple[Span, ...]) -> str:
    """Names of units as printed, a line each where they stand on lines of their own."""
    lines = (line.strip() for line in "\n".join(span.of(text) for span in spans).split("\n"))
    return "\n".join(line for line in lines if line)


def without_leading_date(text: str, clause: Clause) -> tuple[tuple[Span, ...], Span | None]:
    """In a schedule, the date before the sentence labels the stage and is not part of the requirement."""
    if not clause.schedule:
        return clause.spans, None
    first = clause.spans[0]
    match = _LEADING_DATE.match(first.of(text))
    if not match or not re.search(r"\d|年底|季度", match.group()) or match.end() >= first.end - first.start:
        return clause.spans, None
    cut = first.start + match.end()
    return (Span(cut, first.end), *clause.spans[1:]), Span(first.start, cut)


def list_of_units(text: str) -> list[str]:
    """Return the names of an attached list of units (单位名单), in the printed order."""
    return [name.strip(" 。．.　\xa0") for name in names_of(text) if name.strip(" 。．.　\xa0")]

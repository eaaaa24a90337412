"""Passages without numbers of their own (无序号的段落): their lines, and what stands between them."""

from __future__ import annotations

import re

from importers import records
from importers.clause import Clause, printed
from importers.clause_reader import ClauseReader
from importers.label_fields import UnitPhrase
from importers.labels import unit_phrases
from importers.outline import Outline
from importers.source import Span


def blank_between(text: str, start: int, end: int, excluded: list[Span]) -> bool:
    """Whether nothing but blanks and page numbers stands between two places."""
    rest = len("".join(text[start:end].split()))
    return rest == sum(len("".join(gap.of(text).split())) for gap in excluded if start <= gap.start < end)


def padded_number(text: str, span: Span, expected: int) -> tuple[str | None, Span | None]:
    """A two-digit number without any mark after it (02对…), where it carries on the count."""
    match = re.compile(r"\s*(\d{2})(?=[一-鿿])").match(text, span.start, span.end)
    if match is None or int(match.group(1)) != expected:
        return None, None
    return match.group(1), Span(match.start(1), match.end(1))


def is_short(line: str) -> bool:
    return len(line.strip()) <= 40 and not re.search(r"[。；;](?=.)", line.strip())


def lines_between(text: str, start: int, end: int) -> list[Span]:
    spans: list[Span] = []
    cursor = start
    for line in text[start:end].split("\n"):
        spans.append(Span(cursor, cursor + len(line)))
        cursor += len(line) + 1
    return spans


def loose_phrases(
    text: str, outline: Outline, excluded: list[Span],
) -> list[tuple[int, int, list[UnitPhrase]]]:
    """Unit phrases in passages that have no number above them at all."""
    runs: list[tuple[int, int]] = []
    for line in outline.loose:
        if runs and blank_between(text, runs[-1][1], line.span.start, excluded):
            runs[-1] = (runs[-1][0], line.span.end)
        else:
            runs.append((line.span.start, line.span.end))
    found = []
    for start, end in runs:
        phrases = [phrase for phrase in unit_phrases(text, start, end) if phrase.names_units]
        if phrases:
            found.append((start, end, phrases))
    return found


def read_loose(reader: ClauseReader, loose: list[tuple[int, int, list[UnitPhrase]]]) -> None:
    """Passages without numbers: each ends in its units, a short first line of it is its heading."""
    refs = {line.span.start: line.ref for line in reader.outline.loose}
    told = {line.span.end for line in reader.outline.loose if line.hint == "heading"}
    text = reader.text
    for start, _, found in loose:
        begin, count = start, 0
        for phrase in found:
            lines = [span for span in lines_between(text, begin, phrase.span.start)
                     if reader.spans(span.start, span.end)]
            titles = [line for line in lines[:-1] if line.start + len(line.of(text).rstrip()) in told]
            if titles:
                lines = lines[lines.index(titles[-1]):]
            elif phrase is found[0] and len(lines) > 1:
                # The preamble stands above the first clause; only a heading directly above it belongs to it.
                lines = lines[-2:] if is_short(lines[-2].of(text)) else lines[-1:]
            headed = len(lines) > 1 and (bool(titles) or is_short(lines[0].of(text)))
            heading = lines[0] if headed else None
            first = lines[1 if headed else 0].start if lines else begin
            spans = reader.spans(first, phrase.span.start) if lines else ()
            if spans and (inner := records.requirement_in(text, spans[0].start, spans[-1].end)):
                spans = reader.spans(*inner)
            spans = reader.without_label(spans) if spans else ()
            if spans and len(printed(text, spans)) >= 8:
                ref = next((refs[key] for key in sorted(refs, reverse=True) if key <= spans[0].start), "")
                count += 1
                number, mark = padded_number(text, heading or spans[0], count)
                if mark is not None and heading is None:
                    spans = (Span(mark.end, spans[0].end), *spans[1:])
                above = titles or ([heading] if heading else [])
                reader.clauses.append(Clause(
                    "prose", number, tuple(re.sub(r"\s+", "", title.of(text)) for title in above), spans,
                    reader.raw([phrase]), ref, None if heading else mark, tuple(above),
                ))
            elif reader.clauses:
                last = reader.clauses[-1]
                reader.clauses[-1] = last._replace(
                    phrases=(*last.phrases, *reader.raw([phrase])))
            begin = phrase.span.end

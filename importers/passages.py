"""Passages without numbers of their own (无序号的段落): their lines, and what stands between them."""

from __future__ import annotations

import re

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

"""Which passage is what: turns what all stages found into segments, the general first, the exact last."""

from __future__ import annotations

from dataclasses import dataclass

from importers import outline as outlines
from importers import unit_text
from importers.clause import Clause
from importers.columns import TableReading
from importers.facts import Facts
from importers.furniture import Kind
from importers.headings import is_aim, is_safeguard
from importers.looks import UNIT_ROLES
from importers.outline import Node, Outline
from importers.segments import Painter, Segment, SegmentKind
from importers.source import Span

_KINDS: dict[Kind, SegmentKind] = {
    "navigation": "navigation", "metadata": "metadata", "signature": "signature", "title": "title",
    "addressee": "metadata", "attachment": "heading",
}


_UNIT_FIELDS = frozenset({"units", *UNIT_ROLES})


@dataclass(frozen=True, slots=True)
class Found:
    """What the stages found, as far as painting needs it."""

    outline: Outline
    facts: Facts
    tables: list[TableReading]
    clauses: list[Clause]
    """In reading order."""
    repeated: list[Clause]


def paint(text: str, found: Found) -> tuple[Segment, ...]:
    painter = Painter(text)
    first = found.clauses[0].start if found.clauses else len(text)
    for line, kind in found.outline.kinds:
        painter.paint([line.span], _KINDS.get(kind, "note"))
    for line in found.outline.loose:
        rule = unit_text.rules_in(line.span.of(text)) is not None
        painter.paint([line.span], "rule" if rule else "preamble" if line.span.start < first else "note")
    for node in found.outline.nodes():
        _paint_node(text, painter, node)
    for table in found.tables:
        painter.paint((span for piece in table.before for span in piece.spans), "note")
        painter.paint(table.headers, "table-header")
        painter.paint(table.headings, "heading")
        painter.paint(table.notes, "note")
    painter.paint(found.facts.title_spans, "title")
    painter.paint(found.facts.register_spans, "unit-list")
    for clause in found.repeated:
        painter.paint(_whole(clause), "note")
    for index, clause in enumerate(found.clauses):
        _paint_clause(painter, clause, index)
    return painter.segments()


def _paint_node(text: str, painter: Painter, node: Node) -> None:
    title = outlines.title_of(text, node)
    path = "".join(outlines.path_of(text, node))
    kind: SegmentKind = "note"
    if is_safeguard(path + title):
        kind = "safeguard"
    elif is_aim(path + title):
        kind = "preamble"
    short = len(node.line.span.of(text)) <= 60 and (node.children or node.lines)
    painter.paint([node.line.span], "heading" if short else kind)
    painter.paint((line.span for line in node.lines),
        "preamble" if node.children and kind == "note" else kind)


def _whole(clause: Clause) -> list[Span]:
    own = [span for phrase in clause.phrases if not phrase.inherited for span in phrase.spans]
    return [*clause.spans, *own]


def _paint_clause(painter: Painter, clause: Clause, index: int) -> None:
    if clause.origin == "prose":
        own = [span for phrase in clause.phrases if not phrase.inherited for span in phrase.spans]
        last = clause.spans[-1].end
        after = [span for span in own if span.start >= last]
        if after:
            # The labels and brackets between the requirement and its last field belong to the units.
            painter.paint([Span(last, max(span.end for span in after) + _closing(after))], "units", index)
    if clause.mark is not None:
        painter.paint([clause.mark], "task", index)
    if clause.heading_spans:
        painter.paint(clause.heading_spans, "heading")
    painter.paint(clause.spans, "task", index)
    for phrase in clause.phrases:
        if phrase.inherited:
            continue
        if phrase.field in _UNIT_FIELDS:
            painter.paint(phrase.spans, "units", index)
        elif phrase.field == "deadline":
            painter.paint(phrase.spans, "deadline", index)
        elif phrase.field in {"person", "note"}:
            painter.paint(phrase.spans, "note", index)


def _closing(spans: list[Span]) -> int:
    return 1 if spans else 0

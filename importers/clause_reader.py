"""Writing clauses down (条款的成形): from a passage and its unit phrases to a clause with exact places."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from importers import marks, records, running_units
from importers import outline as outlines
from importers.clause import Clause, Phrase, printed
from importers.headings import PAPER, SCHEDULE
from importers.label_fields import UnitPhrase
from importers.label_lines import fields_at_end
from importers.label_words import LABEL
from importers.labels import unit_phrases
from importers.outline import Node, Outline
from importers.source import Span

_BEFORE_TEXT = re.compile(r"(?:[★☆▲△●○■□◆◇•·※➢√\s]|[—―－]{1,2}(?=[^\s\d—―－]))+")
Dated = Callable[[str], bool]
"""Whether a passage names a day of its own."""


@dataclass(slots=True)
class ClauseReader:
    text: str
    outline: Outline
    dated: Dated
    excluded: list[Span]
    clauses: list[Clause]
    with_units: bool = False

    def own(self, node: Node) -> tuple[int, int]:
        return node.line.body.start, node.end()

    def phrases_of(self, node: Node) -> list[UnitPhrase]:
        found = unit_phrases(self.text, *self.own(node), self.outline.wrap_width)
        return [phrase for phrase in found if phrase.names_units]

    def spoken_in(self, node: Node) -> UnitPhrase | None:
        """The sentence that a passage without numbered ones below ends with, where it only names units."""
        if node.children:
            return None
        if not node.lines:
            return running_units.closing_sentence(self.text, *node.line.body, alone=False)
        above = [node.line, *node.lines][-2]
        finished = self.text[above.span.end - 1] in "。；;！!)）"
        title = above is node.line and outlines.title_only(self.text, node, self.outline.wrap_width)
        return running_units.closing_sentence(self.text, *node.lines[-1].span, alone=finished or title)

    def spans(self, start: int, end: int) -> tuple[Span, ...]:
        """`text[start:end]` without page numbers and navigation that fell into it, and without edge marks."""
        pieces: list[Span] = []
        cursor = start
        for gap in sorted(self.excluded):
            if gap.end <= cursor or gap.start >= end:
                continue
            pieces.append(Span(cursor, gap.start))
            cursor = gap.end
        pieces.append(Span(cursor, end))
        trimmed = []
        for index, piece in enumerate(pieces):
            first, last = piece.start, piece.end
            while first < last and (self.text[first].isspace() or (index == 0 and self.text[first] in
                "。；;,，、")):
                first += 1
            while last > first and self.text[last - 1].isspace():
                last -= 1
            if first < last:
                trimmed.append(Span(first, last))
        return tuple(trimmed)

    def raw(self, found: list[UnitPhrase], *, inherited: bool = False) -> tuple[Phrase, ...]:
        """The fields of unit phrases, without the page numbers that fell into them."""
        return tuple(
            Phrase(part.field, spans, phrase.bracketed, inherited)
            for phrase in found for part in phrase.parts
            if (spans := self.spans(part.span.start, part.span.end))
        )

    def without_label(self, spans: tuple[Span, ...]) -> tuple[Span, ...]:
        """Leave out a bullet or a label such as 工作任务: before the requirement."""
        first = spans[0]
        match = _BEFORE_TEXT.match(self.text, first.start, first.end)
        label = LABEL.match(self.text, match.end() if match else first.start, first.end)
        cut = label.end() if label and label.group("text") else match.end() if match else first.start
        rest = (Span(cut, first.end), *spans[1:])
        return rest if cut < first.end else rest[1:]

    def _without_times(self, spans: tuple[Span, ...]) -> tuple[tuple[Span, ...], tuple[Phrase, ...]]:
        """Leave out 完成时限:… on a line of its own below the requirement, where no unit stands beside it."""
        fields = fields_at_end(self.text, spans[0].start, spans[-1].end, self.outline.wrap_width)
        times = tuple(Phrase("deadline", said) for field, _, content in fields
                      if field == "deadline" and (said := self.spans(content.start, content.end)))
        if not times:
            return spans, ()
        begin = fields[0][1].start
        kept = tuple(Span(span.start, min(span.end, begin)) for span in spans if span.start < begin)
        kept = tuple(each for span in kept for each in self.spans(span.start, span.end))
        return (kept, times) if kept else (spans, ())

    def emit(self, node: Node, start: int, end: int, phrases: tuple[Phrase, ...], *,
             title: bool, labelled: bool = False, spoken: bool = False) -> None:
        spans = self.spans(start, end)
        if not spans:
            return
        mark = node.line.mark
        place = Span(node.line.span.start, node.line.body.start)
        own = {node.line.body.start, *([node.lines[0].span.start] if title else [])}
        if not labelled and start not in own:
            # A later clause of the same paragraph brings its own number, or none.
            mark = marks.mark_at(self.text, spans[0].start, spans[0].end)
            place = Span(spans[0].start, spans[0].start + (mark.length if mark else 0))
            spans = (Span(place.end, spans[0].end), *spans[1:])
        if inner := records.requirement_in(self.text, spans[0].start, spans[-1].end):
            title = title or spans[0].start == node.line.body.start
            spans = self.spans(*inner)
        spans = self.without_label(spans) if spans else ()
        if spans and not any(phrase.field == "deadline" for phrase in phrases):
            spans, times = self._without_times(spans)
            phrases += times
        if not spans or PAPER.fullmatch(printed(self.text, spans)):
            return
        headings = outlines.path_of(self.text, node)
        if title:
            headings = (*headings, outlines.title_of(self.text, node))
        self.clauses.append(Clause(
            "prose", (mark.printed or None) if mark else None, headings, spans, phrases, node.line.ref,
            None if title else place, (node.line.span,) if title else (),
            bool(SCHEDULE.search("".join(headings))), (running_units.IN_SENTENCE,) if spoken else (),
        ))

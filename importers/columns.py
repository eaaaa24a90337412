"""Rows of a table (表格的行): how cells that have found their roles become clauses.

Tables of plans agree in kinds of columns: a number, one or more columns of content (类别, 任务, 措施), units
by role, a time, people, notes. Of the content columns the one with the longest cells is the
requirement; those before it are its headings. A merged or empty heading cell holds on from above; so do
empty unit and time cells where a whole group is empty, which is told as a finding.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from importers import header_units, marks
from importers.clause import Clause, Phrase, printed
from importers.headers import Role
from importers.label_fields import fields_in
from importers.labels import unit_phrases
from importers.looks import CLOSING, TIME_BEHIND, Field, looks_like_deadline, looks_like_units, says_deadline
from importers.people import people_apart
from importers.source import Span


class Piece(NamedTuple):
    """The passages of one cell and where it stood."""

    spans: tuple[Span, ...]
    ref: str

    def of(self, text: str) -> str:
        return printed(text, self.spans)

    def is_one_of(self, text: str, words: frozenset[str]) -> bool:
        """Whether it says one of these words and nothing else; only what stands on lines has to be joined."""
        if len(self.spans) == 1:
            start, end = self.spans[0]
            said = text[start:end].strip()
            if "\n" not in said:
                return said in words
        return self.of(text) in words


_SEE_NOTE = frozenset({"见备注", "详见备注", "见备注栏", "详见备注栏"})
_SAME_AS_ABOVE = frozenset({"〃", "″", "同上", '"'})
_NOTHING = frozenset({"—", "——", "–", "－", "-", "--", "/", "／", "\\", "无", "暂无"})
"""What says on purpose that there is none; an empty cell may as well mean what stands above it."""
MAY_NAME_PERSON_OR_TIME = re.compile(rf"[导人员话限点求排间期]\s*[:：∶﹕︰{re.escape(CLOSING)}]")
"""How every label of a person or a time ends; found at once, and in few cells of units."""


@dataclass(slots=True)
class RowPieces:
    """One row after its cells have found their roles."""

    text: Piece | None = None
    headings: list[Piece | None] = field(default_factory=list)
    units: dict[Role, Piece] = field(default_factory=dict)
    deadline: Piece | None = None
    number: str | None = None
    people: list[Piece] = field(default_factory=list)
    notes: list[Piece] = field(default_factory=list)
    told: list[Piece] = field(default_factory=list)
    """Notes that are times by which nothing is due (启动时间)."""
    timeless: bool = False
    """The cell of the time says that there is none."""


@dataclass(slots=True)
class TableReading:
    """What a table gave: clauses, and the passages that are its header, headings and notes."""

    clauses: list[Clause] = field(default_factory=list)
    headers: list[Span] = field(default_factory=list)
    headings: list[Span] = field(default_factory=list)
    notes: list[Span] = field(default_factory=list)
    before: list[Piece] = field(default_factory=list)
    header_texts: list[str] = field(default_factory=list)


@dataclass(slots=True)
class TableBuilder:
    """Turns rows into clauses, remembering what holds on from the rows above."""

    text: str
    has_deadline: bool
    reading: TableReading = field(default_factory=TableReading)
    with_people: frozenset[Role] = frozenset()
    """Roles whose column asks for a person beside each unit, where that is not yet taken apart."""
    _sections: list[tuple[str, str]] = field(default_factory=list)
    _headings: list[str] = field(default_factory=list)
    _shown: list[tuple[Span, ...]] = field(default_factory=list)
    """Where each heading stood; a merged cell comes again with every row that it covers."""
    _path: tuple[str, ...] | None = None
    _units: dict[Role, Piece] = field(default_factory=dict)
    _deadline: Piece | None = None
    _last_text: Piece | None = None
    _unit: str | None = None

    def section(self, piece: Piece) -> None:
        """A row that spans the table: a heading for the rows under it."""
        self.reading.headings.extend(piece.spans)
        title = re.sub(r"\s+", "", piece.of(self.text))
        mark = marks.mark_at(title, 0, len(title))
        style = mark.style if mark else ""
        styles = [each for each, _ in self._sections]
        if style in styles:
            del self._sections[styles.index(style):]
        elif not style:
            self._sections.clear()
        self._sections.append((style, title))
        self._headings.clear()
        self._shown.clear()
        self._path = None

    def _time_apart(self, row: RowPieces) -> None:
        """A cell that names units and also a time (牵头：… 时限：…) gives each its own."""
        for role, piece in list(row.units.items()):
            if len(piece.spans) == 1 and not self._holds_more(piece.spans[0], row):
                continue
            named: list[Span] = []
            for span in piece.spans:
                start, stop = span
                labelled = [each for each in fields_in(self.text, start, stop)
                            if each[0] in {"deadline", "person"}]
                for kind, whole, content in labelled:
                    named.append(Span(start, whole.start))
                    start = whole.end
                    if kind == "person":
                        row.people.append(Piece((content,), piece.ref))
                    elif row.deadline is None:
                        row.deadline = Piece((content,), piece.ref)
                if row.deadline is None and not self.has_deadline \
                        and (behind := TIME_BEHIND.search(self.text, start, stop)) \
                        and looks_like_deadline(behind["time"]) and not looks_like_units(behind["time"]):
                    row.deadline = Piece((Span(behind.start("time"), behind.end("time")),), piece.ref)
                    stop = behind.start()
                named.append(Span(start, stop))
            kept = tuple([span for span in named if self.text[span.start:span.end].strip()])
            if not kept:
                del row.units[role]
            elif kept != piece.spans:
                row.units[role] = Piece(kept, piece.ref)

    def _holds_more(self, span: Span, row: RowPieces) -> bool:
        """Whether a cell of units may also hold a time or a person; where it cannot, it stays as it is."""
        return (row.deadline is None and not self.has_deadline) \
            or MAY_NAME_PERSON_OR_TIME.search(self.text, *span) is not None

    def _nothing_apart(self, row: RowPieces) -> None:
        """A cell that says that there is none (—, /, 无) names nobody and no time, and ends what holds on."""
        if row.deadline is not None and row.deadline.is_one_of(self.text, _NOTHING):
            self.reading.notes.extend(row.deadline.spans)
            row.deadline, row.timeless, self._deadline = None, True, None
        nobody = [role for role, piece in row.units.items() if piece.is_one_of(self.text, _NOTHING)]
        for role in nobody:
            self.reading.notes.extend(row.units.pop(role).spans)
            if role != "support":
                self._units = {}

    def add(self, row: RowPieces) -> None:
        self._nothing_apart(row)
        self._time_apart(row)
        for role in self.with_people:
            if piece := row.units.get(role):
                parted = [people_apart(self.text, span) for span in piece.spans]
                row.units[role] = Piece(tuple(span for named, _ in parted for span in named), piece.ref)
                row.people += [Piece((span,), piece.ref) for _, people in parted for span in people]
        for note in (*row.notes, *row.told):
            self.reading.notes.extend(note.spans)
        self._hold(row)
        if row.text is None or not row.text.spans:
            self._continue(row)
            return
        if self._last_text is not None and row.text.spans == self._last_text.spans and self.reading.clauses:
            self._continue(row)
            return
        self._last_text = row.text
        self._emit(row)

    def _hold(self, row: RowPieces) -> None:
        """Fill headings down; a new heading clears those to its right."""
        while len(self._headings) < len(row.headings):
            self._headings.append("")
            self._shown.append(())
        for index, piece in enumerate(row.headings):
            if piece is None or (piece.spans == self._shown[index] and self._headings[index]):
                continue
            self.reading.headings.extend(piece.spans)
            title = "".join(piece.of(self.text).split())
            if not title or title in _SAME_AS_ABOVE:
                continue
            title = "" if title in _NOTHING else title
            self._shown[index] = piece.spans
            if title != self._headings[index]:
                self._path = None
                self._headings[index] = title
                for deeper in range(index + 1, len(self._headings)):
                    self._headings[deeper] = ""

    def _continue(self, row: RowPieces) -> None:
        """A row without a requirement of its own adds units or a time to the one above."""
        if not self.reading.clauses:
            return
        last = self.reading.clauses[-1]
        extra = [Phrase(_field(role), piece.spans) for role, piece in row.units.items()]
        if row.deadline is not None and not last.fields("deadline"):
            extra.append(Phrase("deadline", row.deadline.spans))
        known = {phrase.spans for phrase in last.phrases}
        fresh = tuple(phrase for phrase in extra if phrase.spans not in known)
        if fresh:
            self.reading.clauses[-1] = last._replace(phrases=(*last.phrases, *fresh))

    def _emit(self, row: RowPieces) -> None:
        assert row.text is not None
        notes: list[tuple[str, str]] = []
        phrases = [Phrase(_field(role), piece.spans) for role, piece in row.units.items()]
        inline = self._inline_units(row.text)
        if phrases:
            if list(row.units) == ["support"] and (leading := self._leading()):
                # Nobody helps without somebody who leads: the first column was left empty or merged.
                phrases = [*(Phrase(_field(role), piece.spans, inherited=True)
                             for role, piece in leading.items()), *phrases]
                notes.append(("units-same-as-above", "责任单位一栏空白，已按与上一行相同填写，请核对。"))
                row.units = {**leading, **row.units}
            self._units = row.units
        elif inline:
            phrases = [each for _, raw in inline for each in raw]
        elif self._units:
            # Who leads holds on from above; who helps is asked anew for each row.
            held = self._leading() or self._units
            phrases = [Phrase(_field(role), piece.spans, inherited=True) for role, piece in held.items()]
            notes.append(("units-same-as-above", "责任单位一栏空白，已按与上一行相同填写，请核对。"))
        deadline = row.deadline
        if row.notes and not row.timeless and (deadline is None or deadline.is_one_of(self.text, _SEE_NOTE)):
            deadline = next((note for note in row.notes if says_deadline(note.of(self.text))), deadline)
        if self._unit is None:
            self._unit = header_units.unit_of(reversed(self.reading.header_texts))
        if deadline is not None and deadline.is_one_of(self.text, _SAME_AS_ABOVE):
            deadline = self._deadline
        if deadline is None and self._deadline is not None and self.has_deadline:
            phrases.append(Phrase("deadline", self._deadline.spans, inherited=True, unit=self._unit))
            notes.append(("deadline-same-as-above", "完成时限一栏空白，已按与上一行相同填写，请核对。"))
        elif deadline is not None:
            phrases.append(Phrase("deadline", deadline.spans, unit=self._unit))
            self._deadline = deadline
        if row.people:
            phrases += [Phrase("person", piece.spans) for piece in row.people]
        number, spans = self._without_number(row, inline)
        if not spans:
            return
        if self._path is None:
            self._path = (*(title for _, title in self._sections), *filter(None, self._headings))
        self.reading.clauses.append(Clause(
            "table", number, self._path, spans, tuple(phrases), row.text.ref, notes=tuple(notes),
        ))

    def _leading(self) -> dict[Role, Piece]:
        return {role: piece for role, piece in self._units.items() if role != "support"}

    def _inline_units(self, piece: Piece) -> list[tuple[Span, tuple[Phrase, ...]]]:
        found = []
        for span in piece.spans:
            for phrase in unit_phrases(self.text, span.start, span.end):
                if phrase.names_units:
                    raw = tuple(Phrase(part.field, (part.span,), phrase.bracketed) for part in phrase.parts)
                    found.append((phrase.span, raw))
        return found

    def _without_number(
        self, row: RowPieces, inline: list[tuple[Span, tuple[Phrase, ...]]],
    ) -> tuple[str | None, tuple[Span, ...]]:
        assert row.text is not None
        spans = row.text.spans
        if inline:
            cuts = [cut.start for cut, _ in inline]
            spans = tuple([
                Span(span.start, min([span.end, *(cut for cut in cuts if cut >= span.start)]))
                for span in spans
            ])
        while spans and not self.text[spans[0].start:spans[0].end].strip():
            spans = spans[1:]
        if not spans:
            return row.number, ()
        start, end = spans[0]
        while self.text[start].isspace():
            start += 1
        mark = marks.mark_at(self.text, start, end)
        if mark:
            spans = (Span(start + mark.length, end), *spans[1:])
            return mark.printed if row.number is None else row.number, spans
        if start > spans[0].start:
            spans = (Span(start, end), *spans[1:])
        return row.number, tuple([each for each in spans if each.end > each.start])


def _field(role: Role) -> Field:
    return role  # type: ignore[return-value]

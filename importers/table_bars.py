"""Bars of a table (通栏): a row of one cell that names units and times for the rows above or below it.

    1 | 政策公开 | 编制主动公开事项清单…
    牵头单位：县政府办公室　配合单位：县司法局　完成时限：4月底前

Or a heading that carries them: 一、政策公开（牵头单位：县司法局；完成时限：6月底前）.

A heading stands above its rows; a bar of labels alone belongs to the row before it where the table begins
with a task, else to those after it. Rows before it that name no units themselves share it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from importers import marks
from importers.clause import Clause, Phrase
from importers.columns import Piece, RowPieces, TableBuilder
from importers.headers import Role
from importers.label_fields import fields_in
from importers.looks import CLOSING, OPENING, UNIT_ROLES, role_of_label
from importers.source import Cell, Span

_AROUND = " \t\u3000\xa0\n,，;；。、|｜" + OPENING + CLOSING
_LONGEST_TITLE = 40
_SAME = frozenset({"units-same-as-above", "deadline-same-as-above"})


@dataclass(slots=True)
class Bar:
    """What a bar says: the heading before its labels, units by role, a time, people."""

    title: Piece | None = None
    style: str = ""
    labels: list[Span] = field(default_factory=list)
    units: dict[Role, Piece] = field(default_factory=dict)
    deadline: Piece | None = None
    people: list[Piece] = field(default_factory=list)

    def fill(self, row: RowPieces) -> None:
        """Give a row what it does not say itself."""
        for role, piece in self.units.items():
            row.units.setdefault(role, piece)
        row.deadline = row.deadline or self.deadline
        row.people += self.people


def bar_of(text: str, cell: Cell) -> Bar | None:
    """Return what a cell that spans its table says behind labels, or None where it names no units.

    A whole requirement before the labels is a task and no heading.
    """
    fields = fields_in(text, cell.span.start, cell.span.end)
    if not any(kind == "units" for kind, _, _ in fields):
        return None
    bar = Bar()
    before = _trimmed(text, Span(cell.span.start, fields[0][1].start))
    if before is not None:
        title = before.of(text)
        if len(title) > _LONGEST_TITLE or title[-1] in "。；;" or text[before.end] in "。；;":
            return None
        mark = marks.mark_at(text, before.start, before.end)
        bar.title, bar.style = Piece((before,), cell.ref), mark.style if mark else ""
    for kind, whole, content in fields:
        said = _trimmed(text, content)
        bar.labels.append(Span(whole.start, content.start))
        if said is None:
            continue
        piece = Piece((said,), cell.ref)
        if kind == "units":
            role = role_of_label(text[whole.start:content.start])
            held = bar.units.get(role)
            bar.units[role] = Piece((*held.spans, said), held.ref) if held else piece
        elif kind == "deadline":
            bar.deadline = bar.deadline or piece
        elif kind == "person":
            bar.people.append(piece)
    return bar if bar.units else None


def _trimmed(text: str, span: Span) -> Span | None:
    start, end = span
    while start < end and text[start] in _AROUND:
        start += 1
    while end > start and text[end - 1] in _AROUND:
        end -= 1
    return Span(start, end) if end > start else None


@dataclass(slots=True)
class Bars:
    """The bars of one table, and what they say for the rows that are being read."""

    builder: TableBuilder
    below: bool
    _held: Bar | None = None
    _since: int = -1

    def __post_init__(self) -> None:
        self._since = len(self.builder.reading.clauses)

    def take(self, bar: Bar) -> None:
        """Read a bar: give it to the rows since the last one, or hold it for those to come."""
        reading = self.builder.reading
        reading.headers.extend(bar.labels)
        if bar.title is None and self.below:
            for index in range(len(reading.clauses) - 1, self._since - 1, -1):
                clause = reading.clauses[index]
                if index < len(reading.clauses) - 1 and _names_units(clause):
                    break
                reading.clauses[index] = _with(clause, bar)
            self._since = len(reading.clauses)
            return
        if bar.title is not None:
            self.builder.section(bar.title)
        self._held = bar

    def section(self, text: str, piece: Piece) -> None:
        """A heading ends what the bar before it said, except one of a lower level."""
        if self._held is None:
            return
        span = piece.spans[0]
        mark = marks.mark_at(text, span.start, span.end)
        if self._held.title is None or mark is None or mark.style == self._held.style:
            self._held = None

    def fill(self, row: RowPieces) -> None:
        if self._held is not None:
            self._held.fill(row)


def _names_units(clause: Clause) -> bool:
    return any(phrase.field in UNIT_ROLES and not phrase.inherited for phrase in clause.phrases)


def _with(clause: Clause, bar: Bar) -> Clause:
    """A clause with what the bar below it says beyond its own row."""
    own = [phrase for phrase in clause.phrases if not phrase.inherited]
    fields = {phrase.field for phrase in own}
    said = [(role, piece) for role, piece in bar.units.items() if role not in fields]
    phrases = [*own, *(Phrase(role, piece.spans) for role, piece in said if role in UNIT_ROLES)]
    if bar.deadline is not None and "deadline" not in fields:
        phrases.append(Phrase("deadline", bar.deadline.spans))
    phrases += [Phrase("person", piece.spans) for piece in bar.people]
    notes = tuple(note for note in clause.notes if note[0] not in _SAME)
    return clause._replace(phrases=tuple(phrases), notes=notes)

"""Forms (任务书、责任书): tables of labels and values, two or four columns wide, one record per task.

    任务名称 | 规范决策公开 | 完成时限 | 4月底前
    任务内容 | 编制决策事项目录…
    牵头单位 | 市司法局     | 配合单位 | 市财政局

Every other cell of a row is a header word. The label that began the record begins the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from importers.column_roles import Matrix, value_at
from importers.columns import Piece, RowPieces, TableBuilder, TableReading
from importers.headers import role_of
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.source import Cell, Span

_REQUIREMENT = re.compile(r"内容|措施|举措|要求|具体")


@dataclass(slots=True)
class Record:
    """One filled form: the pieces of its task, its labels, the title rows above it."""

    pieces: RowPieces = field(default_factory=RowPieces)
    labels: list[Span] = field(default_factory=list)
    titles: list[Piece] = field(default_factory=list)
    content: list[tuple[str, Piece]] = field(default_factory=list)

    def finish(self) -> None:
        """The requirement is what 内容 or 措施 names, else the longest; what stands before it heads it."""
        if not self.content:
            return
        named = [each for each in self.content if _REQUIREMENT.search(each[0])] or self.content
        chosen = max(named, key=lambda each: sum(span.end - span.start for span in each[1].spans))
        place = self.content.index(chosen)
        self.pieces.text = chosen[1]
        self.pieces.headings = [piece for _, piece in self.content[:place]]
        self.pieces.notes += [piece for _, piece in self.content[place + 1:]]


def reading_of(text: str, found: list[Record]) -> TableReading:
    """The clauses of the records of a form."""
    reading = TableReading()
    for record in found:
        builder = TableBuilder(text, has_deadline=False, reading=reading)
        reading.headers.extend(record.labels)
        reading.header_texts.extend(label.of(text) for label in record.labels)
        for title in record.titles:
            builder.section(title)
        builder.add(record.pieces)
    return reading


def records(text: str, matrix: Matrix) -> list[Record]:
    """Return the records of a form; none where the table is no form."""
    rows: list[list[tuple[Cell | None, Cell | None]]] = []
    for row in matrix:
        pairs = _pairs(row)
        if pairs is None:
            continue
        if len(pairs) > 2:
            return []
        rows.append(pairs)
    labels = [label for pairs in rows for label, _ in pairs if label]
    roles = [role for label in labels if (role := role_of(value_at(label)))]
    if len(labels) < 3 or len(roles) < len(labels) * 0.7:
        return []
    if "content" not in roles or not any(role in {*UNIT_ROLES, "deadline"} for role in roles):
        return []
    values = [value_at(value) for pairs in rows for label, value in pairs if label]
    if sum(1 for value in values if role_of(value)) * 3 > len(values):
        return []  # header words beside header words: an ordinary table
    return _gather(text, rows)


def _pairs(row: list[Cell | None]) -> list[tuple[Cell | None, Cell | None]] | None:
    """The labels and values of a row; a row of one cell is a title, an empty one is none."""
    cells: list[Cell | None] = []
    for cell in row:
        if cell is None or not cells or cell is not cells[-1]:
            cells.append(cell)
    while cells and not value_at(cells[-1]):
        cells.pop()
    if not cells:
        return None
    if len(cells) == 1:
        return [(cells[0], None)] if role_of(value_at(cells[0])) else [(None, cells[0])]
    return [(cells[index], cells[index + 1] if index + 1 < len(cells) else None)
            for index in range(0, len(cells), 2)]


def _gather(text: str, rows: list[list[tuple[Cell | None, Cell | None]]]) -> list[Record]:
    found: list[Record] = []
    record = Record()
    opening = ""
    for pairs in rows:
        for label, value in pairs:
            name = re.sub(r"\s+", "", value_at(label))
            if label is None:
                if record.labels:
                    found.append(record)
                    record = Record()
                if value is not None:
                    record.titles.append(Piece((value.span,), value.ref))
                continue
            if record.labels and name == opening:
                found.append(record)
                record = Record()
            opening = name if not record.labels else opening
            record.labels.append(label.span)
            if value is not None and value_at(value):
                place(text, record, name, Piece((value.span,), value.ref))
    found.append(record)
    for each in found:
        each.finish()
    return [each for each in found if each.pieces.text is not None and _is_filled(text, each.pieces)]


def _is_filled(text: str, pieces: RowPieces) -> bool:
    """Whether somebody or some time is named; an explanation of the columns only describes them."""
    due = pieces.deadline is not None and looks_like_deadline(pieces.deadline.of(text))
    return due or any(looks_like_units(piece.of(text)) for piece in pieces.units.values())


def place(text: str, record: Record, name: str, piece: Piece) -> None:
    """Give a value to what its label asks for."""
    pieces, role = record.pieces, role_of(name)
    if role in UNIT_ROLES:
        held = pieces.units.get(role)
        pieces.units[role] = Piece((*held.spans, *piece.spans), held.ref) if held else piece
    elif role == "deadline":
        pieces.deadline = pieces.deadline or piece
    elif role == "number":
        pieces.number = piece.of(text)
    elif role == "person":
        pieces.people.append(piece)
    elif role == "content":
        record.content.append((name, piece))
    else:
        pieces.notes.append(piece)

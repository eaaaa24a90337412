"""Layout of tables (表格版式): which row is the header, which column is what, what each row says.

A grid is cut at its headers: another header in the same grid begins another table, one of another kind ends
the tasks. A grid without a header of its own continues the table before it when it is as wide and its cells
fit, or is read by what its columns hold. Rows above the header are the title; a row that spans the table is
a heading; a header that is repeated on the next page is a header again. A form (标签 | 内容) is one record.
"""

from __future__ import annotations

import re

from importers import forms, marks
from importers.column_roles import Columns, Matrix, decide, fit, guess, value_at
from importers.columns import Piece, RowPieces, TableBuilder, TableReading
from importers.headers import HeaderKind, Role, kind_of_header, role_of
from importers.looks import UNIT_ROLES, role_of_label
from importers.people import people_apart
from importers.source import Cell, Grid, Span
from importers.table_bars import Bars, bar_of
from importers.transposed import upright

__all__ = ["Columns", "read_grid"]

_SEARCHED_ROWS = 40


def read_grid(text: str, grid: Grid, before: Columns | None) -> tuple[TableReading, Columns | None]:
    """Return the clauses of a table and its columns, or an empty reading where it holds no tasks."""
    matrix = grid.rows()
    if records := forms.records(text, matrix):
        return forms.reading_of(text, records), None
    standing = grid
    grid, titles = upright(grid)
    if grid is not standing:
        matrix, before = grid.rows(), None
    filled = [_filled(row) for row in matrix]
    kinds = [kind_of_header([cell.value for cell in cells]) for cells in filled]
    reading = TableReading(before=[_piece(cell) for cell in titles])
    columns: Columns | None = before if before is not None and len(before.roles) == grid.width else None
    parts = _parts(matrix, filled, kinds)
    for top, bottom, end in parts:
        part = matrix[bottom:end]
        bars = {index: bar for index in range(bottom, end) if len(filled[index]) == 1
                and (bar := bar_of(text, filled[index][0])) is not None}
        if bottom > top and kinds[top] == "tasks":
            if bars:
                part = [matrix[index] for index in range(bottom, end) if index not in bars]
            columns = decide(matrix[top:bottom], part)
        elif bottom > top or len(parts) > 1:
            columns = None
        elif columns is None or not fit(part, columns):
            bottom, columns = guess(matrix[top:end])
            bottom += top
            part = matrix[bottom:end]
        if columns is None or not (bars or any(role in {*UNIT_ROLES, "deadline"} for role in columns.roles)):
            columns = None
            cells = [cell for index in range(top, end) for cell in filled[index] if cell.row == index]
            if bottom > top:
                reading.notes.extend(cell.span for cell in cells)  # None of its cells is the plan's title.
            else:
                reading.before.extend(map(_piece, cells))
            continue
        builder = TableBuilder(text, "deadline" in columns.roles, reading)
        for row in matrix[top:bottom]:
            reading.headers.extend(cell.span for cell in _distinct(row))
            reading.header_texts.extend(value_at(cell) for cell in _distinct(row))
        first = next((index for index in range(bottom, end) if filled[index]), bottom)
        reader = _RowReader(builder, columns, grid.width, part, Bars(builder, below=first not in bars))
        for index in range(bottom, end):
            if index in bars:
                reader.bars.take(bars[index])
            elif cells := filled[index]:
                reader.read(matrix[index], cells, kinds[index] == "tasks")
    return reading, columns if grid is standing else None


def _piece(cell: Cell) -> Piece:
    return Piece((cell.span,), cell.ref)


def _distinct(row: list[Cell | None]) -> list[Cell]:
    seen: list[Cell] = []
    for cell in row:
        if cell is not None and (cell.column_span == 1 or cell not in seen):
            seen.append(cell)
    return seen


def _filled(row: list[Cell | None]) -> list[Cell]:
    """The cells of a row that say something, a merged one once."""
    found: list[Cell] = []
    for cell in row:
        if cell is not None and cell.value and (cell.column_span == 1 or cell not in found):
            found.append(cell)
    return found


def _parts(matrix: Matrix, filled: list[list[Cell]], kinds: list[HeaderKind]) -> list[tuple[int, int, int]]:
    """Cut a grid into tables: where the header begins, where it ends, where the table ends.

    The rows above the first header come first, as a part without one; a header that only repeats the one
    above it (on the next page) cuts nothing.
    """
    cuts: list[tuple[int, int]] = []
    said: list[tuple[int, str]] = []
    index = 0
    while index < len(matrix) and (cuts or index < _SEARCHED_ROWS):
        if not kinds[index]:
            index += 1
            continue
        bottom = _header_end(matrix, index, filled, kinds)
        words = [(column, re.sub(r"\s+", "", value_at(cell))) for row in matrix[index:bottom]
                 for column, cell in enumerate(row) if value_at(cell)]
        if not cuts or (words != said and not _same_columns(matrix, cuts[-1], (index, bottom))):
            cuts.append((index, bottom))
            said = words
        index = bottom
    if not cuts:
        return [(0, 0, len(matrix))]
    ends = [top for top, _ in cuts[1:]] + [len(matrix)]
    parts = [(top, bottom, end) for (top, bottom), end in zip(cuts, ends, strict=True)]
    return [(0, 0, cuts[0][0]), *parts] if cuts[0][0] else parts


def _same_columns(matrix: Matrix, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two headers give their columns the same roles, in whatever words."""
    def roles(top: int, bottom: int) -> list[str]:
        found = []
        for column in range(len(matrix[top])):
            names = [role_of(value_at(row[column])) for row in matrix[top:bottom]]
            found.append(next((name for name in reversed(names) if name), ""))
        return found

    return roles(*one) == roles(*other)


def _header_end(matrix: Matrix, top: int, filled: list[list[Cell]], kinds: list[HeaderKind]) -> int:
    """A header goes on in the rows that hold only header words under a merged or an empty header cell."""
    above = matrix[top]
    spanning = any(cell.column_span > 1 or cell.row_span > 1 for cell in _distinct(above))
    bottom = top + 1
    while bottom < len(matrix):
        fresh = [cell for cell in filled[bottom] if cell.row == bottom]
        fills = any(not value_at(above[cell.column]) for cell in fresh)
        if not fresh or not all(role_of(cell.value) for cell in fresh) or not (spanning or fills):
            break
        if not spanning and kinds[bottom] == "tasks":
            break
        bottom += 1
    return bottom


_HEADING = 40
_LOOKED_AT = 60
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|小\s*计|共\s*计)\s*[:：]?")
_REMARK = re.compile(r"^(?:注|备注|说明|填表说明)\s*[\d]?\s*[:：.、]")
_BESIDE = frozenset({"number", "deadline", "person", *UNIT_ROLES})


class _RowReader:
    """Reads the rows under one header."""

    def __init__(
        self, builder: TableBuilder, columns: Columns, width: int, rows: Matrix, bars: Bars,
    ) -> None:
        self.builder = builder
        self.bars = bars
        self.columns = columns
        self.width = width
        self.rows = rows
        self.headings = tuple(columns.headings)
        self.duty = columns.roles.index("duty") if "duty" in columns.roles else -1
        # Content before the requirement only heads it; all else has a meaning beside it.
        self.beside = tuple((index, role) for index, role in enumerate(columns.roles)
                            if index > columns.text or (index < columns.text and role in _BESIDE))

    def read(self, row: list[Cell | None], cells: list[Cell], is_header: bool) -> None:
        """Take a row for what it is: a header again, a total, a remark, a heading, or a task."""
        reading, columns = self.builder.reading, self.columns
        if is_header:
            reading.headers.extend(cell.span for cell in cells)
            return
        first = cells[0].value
        if len(first) <= 12 and first[0] in "合总小共" and _TOTAL.match(first):
            reading.notes.extend(cell.span for cell in cells)
            return
        if len(cells) == 1:
            if _REMARK.match(first):
                reading.notes.append(cells[0].span)
                return
            alone = cells[0].column_span > columns.text_width or cells[0] is not row[columns.text]
            wide = cells[0].column_span * 2 >= self.width or cells[0].column <= min(1, columns.text)
            if (alone and wide) or (not alone and self._heads(cells[0])):
                self.bars.section(self.builder.text, _piece(cells[0]))
                self.builder.section(_piece(cells[0]))
                return
        pieces = self.pieces(row)
        self.bars.fill(pieces)
        self.builder.add(pieces)

    def _heads(self, cell: Cell) -> bool:
        """Whether a lone cell among the requirements is numbered as none of them is (一、 above 1. 2.)."""
        value = cell.value
        mark = marks.mark_at(value, 0, len(value))
        if mark is None or len(value) > _HEADING or value[-1] in "。；;":
            return False
        told = [text for row in self.rows[:_LOOKED_AT] if (text := value_at(row[self.columns.text]))
                and sum(1 for each in _distinct(row) if each.value) > 1]
        styles = {found.style for text in told if (found := marks.mark_at(text, 0, len(text)))}
        return bool(told) and mark.style not in styles

    def pieces(self, row: list[Cell | None]) -> RowPieces:
        """Give each cell of a row to the role of its column; a merged cell counts once, where it begins."""
        pieces, columns = RowPieces(), self.columns
        in_text = row[columns.text]
        if in_text is not None and in_text.value:
            pieces.text = _piece(in_text)
        pieces.headings = [
            _piece(cell) if (cell := row[index]) is not None and cell.value and cell is not in_text
            and not (index and row[index - 1] is cell) else None for index in self.headings
        ]
        for index, role in self.beside:
            cell = row[index]
            if cell is None or not cell.value or cell is in_text or (index and cell is row[index - 1]):
                continue
            if role == "number":
                pieces.number = cell.value
            elif role == "deadline":
                pieces.deadline = _piece(cell)
            elif role in UNIT_ROLES:
                self._give_units(pieces, row, cell, role, index)
            elif role == "person":
                pieces.people.append(_piece(cell))
            elif index > columns.text:
                (pieces.told if index in columns.other_times else pieces.notes).append(_piece(cell))
        return pieces

    def _give_units(
        self, pieces: RowPieces, row: list[Cell | None], cell: Cell, role: Role, index: int,
    ) -> None:
        duty = value_at(row[self.duty]) if self.duty >= 0 else ""
        owner = role_of_label(duty) if duty else role
        held = pieces.units.get(owner)
        named: tuple[Span, ...] = (cell.span,)
        if index in self.columns.with_people:
            named, people = people_apart(self.builder.text, cell.span)
            pieces.people += [Piece((each,), cell.ref) for each in people]
        pieces.units[owner] = Piece((*held.spans, *named) if held else named, cell.ref)

"""Layout of tables (表格版式): which row is the header, which column is what, what each row says.

A grid without a header of its own continues the table before it when it is as wide, or is read by what
its columns hold. Rows above the header are the title; a row that spans the table is a heading; a header
that is repeated on the next page is a header again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from importers.columns import (
    Piece,
    Role,
    RowPieces,
    TableBuilder,
    TableReading,
    is_header,
    role_of,
)
from importers.looks import UNIT_ROLES, looks_like_deadline, looks_like_units
from importers.source import Cell, Grid

_SEARCHED_ROWS = 15


@dataclass(frozen=True, slots=True)
class Columns:
    """The roles of a table's columns; `text` is the column of the requirement."""

    roles: tuple[Role | None, ...]
    text: int

    @property
    def headings(self) -> list[int]:
        return [index for index, role in enumerate(self.roles) if role in {
            "content", None} and index < self.text]


Matrix = list[list[Cell | None]]


def read_grid(text: str, grid: Grid, before: Columns | None) -> tuple[TableReading, Columns | None]:
    """Return the clauses of a table and its columns, or an empty reading where it holds no tasks."""
    matrix = grid.rows()
    top, bottom = _header_rows(text, matrix)
    if bottom:
        columns = _columns(text, matrix, top, bottom)
    elif before is not None and len(before.roles) == grid.width:
        columns = before
    else:
        columns = _guessed(text, matrix)
    if columns is None or not any(role in {*UNIT_ROLES, "deadline"} for role in columns.roles):
        return TableReading(before=[_piece(cell) for cell in grid.cells if _text(text, cell)]), None
    builder = TableBuilder(text, "deadline" in columns.roles)
    for row in matrix[:top]:
        builder.reading.before.extend(_piece(cell) for cell in _distinct(row) if _text(text, cell))
    for row in matrix[top:bottom]:
        builder.reading.headers.extend(cell.span for cell in _distinct(row))
        builder.reading.header_texts.extend(_text(text, cell) for cell in _distinct(row))
    for row in matrix[bottom:]:
        _read_row(text, row, columns, builder, grid.width)
    return builder.reading, columns


def _text(text: str, cell: Cell | None) -> str:
    return cell.span.of(text).strip() if cell is not None else ""


def _piece(cell: Cell) -> Piece:
    return Piece((cell.span,), cell.ref)


def _distinct(row: list[Cell | None]) -> list[Cell]:
    seen: list[Cell] = []
    for cell in row:
        if cell is not None and cell not in seen:
            seen.append(cell)
    return seen


def _header_rows(text: str, matrix: Matrix) -> tuple[int, int]:
    for top, row in enumerate(matrix[:_SEARCHED_ROWS]):
        if not is_header([_text(text, cell) for cell in _distinct(row)]):
            continue
        bottom = top + 1
        while bottom < len(matrix):
            cells = _distinct(matrix[bottom])
            fresh = [cell for cell in cells if cell.row == bottom and _text(text, cell)]
            spanning = any(cell.column_span > 1 or cell.row_span > 1 for cell in _distinct(matrix[top]))
            if spanning and fresh and all(role_of(_text(text, cell)) for cell in fresh):
                bottom += 1
            else:
                break
        return top, bottom
    return 0, 0


def _columns(text: str, matrix: Matrix, top: int, bottom: int) -> Columns | None:
    roles: list[Role | None] = []
    aims: set[int] = set()
    for index in range(len(matrix[top])):
        names = [_text(text, matrix[row][index]) for row in range(top, bottom)]
        found = [role for role in (role_of(name) for name in names) if role]
        role = found[-1] if found else None
        if role in UNIT_ROLES and names[-1] in _BARE_UNIT and not _names_units(text, matrix[bottom:], index):
            role = None  # 单位 may also be the unit of a figure: %, 万元
        roles.append(role)
        if _AIM.search(re.sub(r"\s+", "", names[-1])):
            aims.add(index)
    return _with_text(text, matrix[bottom:], roles, aims)


_BARE_UNIT = {"单位", "部门", "科室", "分工"}


def _names_units(text: str, rows: Matrix, index: int) -> bool:
    values = [value for row in rows if (value := _text(text, row[index]))]
    return not values or sum(map(looks_like_units, values)) * 2 >= len(values)


_AIM = re.compile(r"目标$|指标$|成效$|成果$")


def _with_text(
    text: str, rows: Matrix, roles: list[Role | None], aims: set[int] | None = None,
) -> Columns | None:
    """Choose the requirement: of the content columns the one with the longest cells, aims last."""
    lengths: dict[int, float] = {}
    for index, role in enumerate(roles):
        if role not in {"content", None}:
            continue
        cells = {cell.span: len(_text(text, cell)) for row in rows if (cell := row[index]) is not None
                 and cell.column_span < max(2, len(row) - 1)}
        lengths[index] = sum(cells.values()) / max(1, sum(1 for each in cells.values() if each))
        if role is None:
            lengths[index] /= 2
        if index in (aims or ()):
            lengths[index] /= 100
    if not lengths or not max(lengths.values()):
        return None
    return Columns(tuple(roles), max(lengths, key=lambda index: (lengths[index], index)))


def _guessed(text: str, matrix: Matrix) -> Columns | None:
    """Read the columns of a table without a header by what they hold."""
    if not matrix or len(matrix) < 2:
        return None
    roles: list[Role | None] = []
    for index in range(len(matrix[0])):
        values = [_text(text, row[index]) for row in matrix]
        values = [value for value in values if value]
        role: Role | None = None
        if values and all(re.fullmatch(r"\d{1,3}[.、]?", value) for value in values):
            role = "number"
        elif values and sum(map(looks_like_units, values)) * 5 >= len(values) * 4:
            role = "responsible"
        elif values and sum(map(looks_like_deadline, values)) * 5 >= len(values) * 4:
            role = "deadline"
        roles.append(role)
    if "responsible" not in roles:
        return None
    return _with_text(text, matrix, [role or "content" for role in roles])


def _read_row(text: str, row: list[Cell | None], columns: Columns, builder: TableBuilder, width: int) -> None:
    cells = [cell for cell in _distinct(row) if _text(text, cell)]
    if not cells:
        return
    if is_header([_text(text, cell) for cell in cells]):
        builder.reading.headers.extend(cell.span for cell in cells)
        return
    first = _text(text, cells[0])
    if len(cells) == 1 and re.match(r"^(?:注|备注|说明|填表说明)\s*[\d]?\s*[:：.、]", first):
        builder.reading.notes.append(cells[0].span)
        return
    in_text = row[columns.text]
    alone = len(cells) == 1 and (cells[0].column_span > 1 or cells[0] is not in_text)
    if alone and (cells[0].column_span * 2 >= width or cells[0].column <= min(1, columns.text)):
        builder.section(_piece(cells[0]))
        return
    pieces = RowPieces()
    pieces.headings = [_piece(cell) if _text(text, cell := row[index]) and cell is not None else None
                       for index in columns.headings]
    for index, role in enumerate(columns.roles):
        cell = row[index]
        value = _text(text, cell)
        if cell is None or not value or (index and row[index - 1] is cell):
            continue
        if index == columns.text:
            pieces.text = _piece(cell)
        elif role == "number":
            pieces.number = value
        elif role in UNIT_ROLES:
            if role in pieces.units:
                pieces.units[role] = Piece((*pieces.units[role].spans, cell.span), cell.ref)
            else:
                pieces.units[role] = _piece(cell)
        elif role == "deadline":
            pieces.deadline = _piece(cell)
        elif role == "person":
            pieces.people.append(_piece(cell))
        elif index > columns.text:
            pieces.notes.append(_piece(cell))
    builder.add(pieces)

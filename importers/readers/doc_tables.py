"""Tables of a Word 97–2003 file: what the mark at the end of a row says, and which column a cell stands in.

A row knows the positions of its own cell borders and nothing of the other rows ([MS-DOC] 2.9.313,
sprmTDefTable). So the columns of a table are the borders of all its rows together, where borders that nearly
meet are one.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from importers.readers import doc_sprms as sprm
from importers.readers.doc_sprms import sprms
from importers.source import RawCell
from tracker.domain.errors import UnreadableFile

# Twentieths of a point; 6 pt is narrower than any character that a cell could hold.
_SAME_BORDER = 120
_MAX_CELLS = 64
_MAX_COLUMNS = 256
_CELL = 20
_TOO_WIDE = "表格的列过多或不规则，无法读取。请只保留任务内容，另存为 .docx 后再上传。"
_TOO_LARGE = "表格过大，无法读取。请只保留需要的行和列，另存为 .docx 后再上传。"
MAX_TABLE_CELLS = 400_000


@dataclass(frozen=True, slots=True)
class Row:
    """Borders of a row from left to right, and for each cell whether it goes on the one beside or above."""

    borders: tuple[int, ...]
    beside: tuple[bool, ...]
    above: tuple[bool, ...]
    below: tuple[bool, ...]


def row_of(grpprl: bytes) -> Row | None:
    """Return what the properties of a row's end say, or nothing where they do not define the row."""
    borders: list[int] = []
    beside: list[bool] = []
    down: list[int] = []
    for code, operand in sprms(grpprl):
        if code in {sprm.T_DEFINITION, sprm.T_OLD_DEFINITION}:
            borders, beside, down = _definition(operand)
        elif code == sprm.T_VERTICAL_MERGE and len(operand) >= 2 and operand[0] < len(down):
            down[operand[0]] = operand[1] & 3
        elif code in {sprm.T_MERGE, sprm.T_SPLIT}:
            first, end = operand[0], min(operand[1], len(beside))
            beside[first + 1:end] = [code == sprm.T_MERGE] * max(0, end - first - 1)
        elif code == sprm.T_WIDTHS and operand[0] < operand[1] <= len(beside):
            first, end, width = operand[0], operand[1], int.from_bytes(operand[2:], "little")
            for index in range(first, end):
                grown = width - (borders[index + 1] - borders[index])
                borders[index + 1:] = [border + grown for border in borders[index + 1:]]
    if not beside:
        return None
    return Row(
        tuple(borders), tuple(beside), tuple(flag == 1 for flag in down), tuple(flag == 3 for flag in down),
    )


def _definition(operand: bytes) -> tuple[list[int], list[bool], list[int]]:
    count = operand[0] if operand else 0
    if not 0 < count <= _MAX_CELLS or len(operand) < 1 + (count + 1) * 2:
        return [], [], []
    borders = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    # A border can stand left of the one before only in a damaged file.
    for index in range(1, count + 1):
        borders[index] = max(borders[index], borders[index - 1])
    beside, down = [False] * count, [0] * count
    for index in range(count):
        at = 1 + (count + 1) * 2 + index * _CELL
        if at + 2 > len(operand):
            break
        flags = struct.unpack_from("<H", operand, at)[0]
        beside[index] = flags & 3 == 1 and index > 0
        down[index] = flags >> 5 & 3
    return borders, beside, down


def _columns(rows: Sequence[Row | None]) -> dict[int, int]:
    """Return the column in which each border stands; borders that nearly meet are one, save in one row."""
    patterns = {row.borders for row in rows if row is not None}
    owners: dict[int, set[int]] = {}
    for number, borders in enumerate(sorted(patterns)):
        for border in borders:
            owners.setdefault(border, set()).add(number)
    columns: dict[int, int] = {}
    first, column = 0, -1
    taken: set[int] = set()
    for border in sorted(owners):
        if column < 0 or border - first >= _SAME_BORDER or taken & owners[border]:
            first, column, taken = border, column + 1, set()
        columns[border] = column
        taken |= owners[border]
    return columns


def _places(row: Row | None, count: int, columns: dict[int, int]) -> list[tuple[int, int]]:
    """Return column and width of each of the row's cells."""
    if row is None or len(row.beside) < count:
        # The file does not say: the cells stand from the left, one a column.
        return [(index, 1) for index in range(count)]
    places = [(columns[left], columns[right] - columns[left]) for left, right in pairwise(row.borders)]
    return places[:count]


def grid_cells(rows: Sequence[tuple[Row | None, Sequence[str]]]) -> list[RawCell]:
    """Place the cells of a table, each row with what its end says and the texts of its cells.

    Raises:
        UnreadableFile: the table is larger than any plan.

    """
    if sum(len(texts) for _, texts in rows) > MAX_TABLE_CELLS:
        raise UnreadableFile(_TOO_LARGE)
    # Where a row's end is silent or fits not, a row with as many cells tells where they stand.
    like = {len(row.beside): row for row, _ in reversed(rows) if row is not None}
    told = [
        row if row is not None and len(row.beside) >= len(texts) else like.get(len(texts))
        for row, texts in rows
    ]
    columns = _columns(told)
    found: list[RawCell] = []
    open_merges: dict[int, int] = {}
    for index, (row, (_, texts)) in enumerate(zip(told, rows, strict=True)):
        last: int | None = None
        for number, (column, width) in enumerate(_places(row, len(texts), columns)):
            text = texts[number]
            if column + width > _MAX_COLUMNS:
                raise UnreadableFile(_TOO_WIDE)
            if row is not None and row.beside[number] and last is not None:
                # In a merge over several rows the first row has told the width.
                found[last] = _grown(found[last], text, across=width if found[last].row == index else 0)
                continue
            if row is not None and row.above[number] and column in open_merges:
                last = open_merges[column]
                found[last] = _grown(found[last], text, down=index - found[last].row + 1)
                continue
            if not width:
                # A cell without width cannot be seen; what it holds is kept with its neighbour.
                if text.strip() and last is not None:
                    found[last] = _grown(found[last], text)
                continue
            open_merges.pop(column, None)
            last = len(found)
            if row is not None and (row.below[number] or row.above[number]):
                open_merges[column] = last
            found.append(RawCell(text, index, column, 1, width))
    return _narrowed(found)


def _grown(cell: RawCell, text: str, across: int = 0, down: int = 0) -> RawCell:
    return RawCell(
        f"{cell.text}\n{text}".strip("\n") if text.strip() else cell.text, cell.row, cell.column,
        down or cell.row_span, cell.column_span + across,
    )


def _narrowed(cells: list[RawCell]) -> list[RawCell]:
    """Leave out the columns in which no cell begins: they only part the borders of wider ones."""
    begun = sorted({cell.column for cell in cells})
    place = {column: index for index, column in enumerate(begun)}
    ends = {
        end: sum(1 for column in begun if column < end)
        for end in {cell.column + cell.column_span for cell in cells}
    }
    return [
        RawCell(
            cell.text, cell.row, place[cell.column], cell.row_span,
            ends[cell.column + cell.column_span] - place[cell.column],
        )
        for cell in cells
    ]

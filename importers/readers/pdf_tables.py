"""Tables of a PDF over their pages (跨页表格): parts on pages that follow each other become one table.

A part goes on from the page before when its columns stand at the same places. The header printed again at
its top is left out; a row that the page's end cut in two is one row; a merged cell that reaches over the
page's end is one cell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from importers.readers.pdf_cells import Box, Lattice
from importers.readers.pdf_lines import TextLine, cell_text, ends_sentence, goes_on, has_room, never_first

_NEAR = 5.0
_HEADER_ROWS = 4
_TITLE_ROWS = 4
_SERIAL = re.compile(r"[(（]?\d{1,4}[)）]?[.．、]?")
_ITEM = re.compile(r"[(（]?(\d{1,2})[)）]?[.．、)）]?(?!\d)")
_SURE_ROWS = 3
_WIDEST_PADDING = 8.0

Edges = tuple[float, float]


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell with its printed lines."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: float
    x1: float
    lines: tuple[TextLine, ...]
    page: int

    @property
    def bare(self) -> str:
        return re.sub(r"\s", "", "".join(line.text for line in self.lines))


@dataclass(slots=True)
class Table:
    """A table over one page or several; `columns` are the places of its lines, drawn or not."""

    columns: list[float]
    cells: list[TableCell] = field(default_factory=list)
    height: int = 0
    page: int = 0
    top: float = 0.0
    bottom: float = 0.0
    drawn: bool = True

    def row(self, index: int) -> list[TableCell]:
        """Return the cells that cover a row, from left to right."""
        covering = [cell for cell in self.cells if cell.row <= index < cell.row + cell.row_span]
        return sorted(covering, key=lambda each: each.column)

    def edges(self) -> list[Edges]:
        """Return between which places the text of each cell runs: its lines, or its column's widest text."""
        if self.drawn:
            padding = self.padding()
            return [(cell.x0 + padding, cell.x1 - padding) for cell in self.cells]
        widest: dict[tuple[int, int], Edges] = {}
        for cell in self.cells:
            for line in cell.lines:
                left, right = widest.get((cell.column, cell.column_span), (line.x0, line.x1))
                widest[cell.column, cell.column_span] = min(left, line.x0), max(right, line.x1)
        return [widest.get((cell.column, cell.column_span), (cell.x0, cell.x1)) for cell in self.cells]

    def padding(self) -> float:
        """Return the least room between a cell's text and its lines: a document sets it once for a table."""
        rooms = [min(line.x0 - cell.x0, cell.x1 - line.x1) for cell in self.cells for line in cell.lines]
        rooms = sorted(room for room in rooms if room >= 0)
        return min(rooms[len(rooms) // 50], _WIDEST_PADDING) if rooms else 0.0


def table_of(lattice: Lattice, lines: dict[int, list[TextLine]], page: int) -> Table:
    """Return the table of one page; `lines` are those of each box."""
    def cell(index: int, box: Box) -> TableCell:
        inside = tuple(lines.get(index, ()))
        return TableCell(box.row, box.column, box.row_span, box.column_span, box.x0, box.x1, inside, page)

    table = Table(
        list(lattice.columns), [cell(index, box) for index, box in enumerate(lattice.boxes)],
        len(lattice.rows) - 1, page, lattice.rows[0], lattice.rows[-1],
    )
    if not any(found.lines for found in table.cells):
        table.cells, table.height = [], 0  # lines without any text: a form's frame, or a double line
    return table


def continues(table: Table, part: Table) -> bool:
    """Whether a part on the next page has its columns where the table has them."""
    left, right = part.columns[0] - table.columns[0], part.columns[-1] - table.columns[-1]
    if abs(left - right) > _NEAR or abs(left) > 60:
        return False  # Margins of left and right pages may differ, widths may not.
    few, many = sorted(([each - left for each in part.columns], table.columns), key=len)
    return all(min(abs(place - other) for other in many) <= _NEAR for place in few)


def append(table: Table, part: Table) -> None:
    """Add the part of the next page to a table."""
    shift = part.columns[0] - table.columns[0]
    part.columns = [place - shift for place in part.columns]
    part.cells = [
        replace(cell, x0=cell.x0 - shift, x1=cell.x1 - shift,
                lines=tuple(replace(line, x0=line.x0 - shift, x1=line.x1 - shift) for line in cell.lines))
        for cell in part.cells
    ]
    more = [each for each in part.columns if all(abs(each - other) > _NEAR for other in table.columns)]
    if more:
        _place(table, sorted([*table.columns, *more]))
    _place(part, table.columns)
    skipped = _repeated_header(table, part)
    last = table.height - 1
    firsts = part.row(skipped) if skipped < part.height else []
    pairs = _pairs(table.row(last), firsts)
    base = table.height - skipped
    if pairs and len(pairs) == len(firsts) and _is_cut(table, pairs):
        base -= 1
        joined = {id(after): before for before, after in pairs}
    else:
        joined = {id(after): before for before, after in pairs if _reaches_over(before, after)}
    stands = {id(cell): index for index, cell in enumerate(table.cells)} if joined else {}
    for cell in part.cells:
        if cell.row < skipped:
            continue
        if id(cell) in joined:
            before = joined[id(cell)]
            end = base + cell.row + cell.row_span
            table.cells[stands[id(before)]] = replace(
                before, lines=before.lines + cell.lines, row_span=end - before.row,
            )
        else:
            table.cells.append(replace(cell, row=base + cell.row))
    table.height = max(table.height, base + part.height)
    table.page, table.bottom = part.page, part.bottom


def _place(table: Table, columns: list[float]) -> None:
    """Count the columns of all cells anew, among the lines of all parts."""
    def nearest(place: float) -> int:
        return min(range(len(columns)), key=lambda index: abs(columns[index] - place))

    placed = []
    for cell in table.cells:
        first, last = nearest(cell.x0), nearest(cell.x1)
        placed.append(replace(cell, column=first, column_span=max(1, last - first)))
    table.columns, table.cells = columns, placed


def _pairs(above: list[TableCell], below: list[TableCell]) -> list[tuple[TableCell, TableCell]]:
    at = {(cell.column, cell.column_span): cell for cell in above}
    return [(at[key], cell) for cell in below if (key := (cell.column, cell.column_span)) in at]


def _said(cells: list[TableCell]) -> list[tuple[int, str]]:
    return [(cell.column, cell.bare) for cell in cells if cell.lines]


def _repeated_header(table: Table, part: Table) -> int:
    """Return how many rows at the top of the part are printed at the table's top already."""
    said = [_said(part.row(index)) for index in range(min(_HEADER_ROWS, part.height))]
    for first in range(min(_TITLE_ROWS, table.height)):
        rows = 0
        while rows < len(said) and first + rows < table.height and said[rows] \
                and said[rows] == _said(table.row(first + rows)):
            rows += 1
        if rows and any(len(row) > 1 for row in said[:rows]):
            return _whole_rows(part, rows)
    return 0


def _whole_rows(part: Table, rows: int) -> int:
    """A header ends where all of its merged cells end."""
    return max((cell.row + cell.row_span for cell in part.cells if cell.row < rows), default=rows)


def _reaches_over(before: TableCell, after: TableCell) -> bool:
    """Whether a merged cell goes on beyond the page's end: its text stands in one of its halves."""
    return max(before.row_span, after.row_span) > 1 and not (before.lines and after.lines)


def _is_cut(table: Table, pairs: list[tuple[TableCell, TableCell]]) -> bool:
    """Whether the page's end cut a row in two.

    A row with a number of its own is new, and one without is a rest where every row has one. Otherwise the
    longest text tells: it goes on when its line was full and its sentence is open, or with its next item.
    And what leaves a column empty that every row before has filled is a rest.
    """
    serial = _serial_column(table)
    if serial is not None:
        for before, after in pairs:
            if after.column == serial:
                if after.lines:
                    return False
                if before.lines and any(other.lines for _, other in pairs):
                    return True
    both = [(before, after) for before, after in pairs if before.lines and after.lines]
    if not both:
        return False
    before, after = max(both, key=lambda pair: len(pair[0].bare))
    right = next(right for cell, (_, right) in zip(table.cells, table.edges(), strict=True) if cell is before)
    if _goes_on(before, after, right) or _next_item(before, after):
        return True
    emptied = [below.column for above, below in pairs if above.lines and not below.lines]
    return any(_always_filled(table, column) for column in emptied)


def _next_item(before: TableCell, after: TableCell) -> bool:
    """Whether 2. begins on this page and 1. stands in the cell above."""
    number = _ITEM.match(after.lines[0].text)
    if number is None or int(number[1]) < 2:
        return False
    items = [int(item[1]) for line in before.lines if (item := _ITEM.match(line.text))]
    return int(number[1]) - 1 in items


def _always_filled(table: Table, column: int) -> bool:
    cells = [cell for cell in table.cells if cell.column == column]
    return len(cells) > _SURE_ROWS and all(cell.lines and cell.row_span == 1 for cell in cells)


def _goes_on(before: TableCell, after: TableCell, right: float) -> bool:
    last, first = before.lines[-1], after.lines[0]
    if goes_on(last.text) or never_first(first.text):
        return True
    return not ends_sentence(last.text) and not has_room(right - last.x1, first)


def _serial_column(table: Table) -> int | None:
    """Return the first column in which nearly every cell is a number, if each row has its own."""
    for column in range(min(3, len(table.columns) - 1)):
        cells = [cell for cell in table.cells if cell.column == column and cell.column_span == 1 and cell.row]
        numbers = [cell for cell in cells if _SERIAL.fullmatch(cell.bare)]
        if len(numbers) >= 2 and len(numbers) * 10 >= len(cells) * 9:
            return column
    return None


def texts_of(table: Table) -> list[str]:
    """Return what each cell says, its wrapped lines joined."""
    return [cell_text(cell.lines, *edges) for cell, edges in zip(table.cells, table.edges(), strict=True)]

"""What a Word 97–2003 document is built of: paragraphs and tables inside each other, from a stream of marks.

The file is flat: each paragraph says how deep in tables it stands, a cell ends with a mark, and a row ends
with a mark that also tells the row's borders. The tree is put together from these.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from importers.readers.doc_tables import Row, grid_cells
from importers.source import RawCell, SourceBuilder


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph as it is shown, its number before it."""

    text: str
    heading: bool = False


@dataclass(slots=True)
class Table:
    rows: list[tuple[Row | None, list[list[Block]]]] = field(default_factory=list)


Block = Line | Table


def flat(blocks: list[Block]) -> str:
    """Return the text of a cell, nested tables too, a paragraph a line."""
    return "\n".join(text for text in _texts(blocks) if text.strip())


def _texts(blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Line):
            yield block.text
        else:
            for _, cells in block.rows:
                for cell in cells:
                    yield from _texts(cell)


@dataclass(slots=True)
class _Open:
    """A table that is being read: its rows so far, the cells of the present row, the present cell."""

    table: Table = field(default_factory=Table)
    cells: list[list[Block]] = field(default_factory=list)
    cell: list[Block] = field(default_factory=list)
    deleted: bool = True

    def close(self) -> None:
        """End a table whose last row has no end: a damaged or cut file, of which nothing shall be lost."""
        if self.cell:
            self.cells.append(self.cell)
        if self.cells:
            self.table.rows.append((None, self.cells))


@dataclass(slots=True)
class Tree:
    """Takes paragraphs in reading order and puts each where it belongs."""

    blocks: list[Block] = field(default_factory=list)
    _open: list[_Open] = field(default_factory=list)

    def _at(self, depth: int) -> list[Block]:
        """Return the place for a paragraph inside `depth` tables; opens and closes tables as needed."""
        while len(self._open) > depth:
            self._open.pop().close()
        while len(self._open) < depth:
            inner = _Open()
            (self._open[-1].cell if self._open else self.blocks).append(inner.table)
            self._open.append(inner)
        return self._open[-1].cell if self._open else self.blocks

    def add(self, line: Line, depth: int, *, ends_cell: bool = False, deleted: bool = False) -> None:
        place = self._at(depth)
        place.append(line)
        if ends_cell and self._open:
            table = self._open[-1]
            table.cells.append(place)
            table.cell = []
            table.deleted = table.deleted and deleted

    def put(self, blocks: list[Block], depth: int) -> None:
        """Put blocks that were read elsewhere where the next paragraph will stand."""
        self._at(depth).extend(blocks)

    def end_row(self, depth: int, row: Row | None, *, deleted: bool = False) -> None:
        """End a row; it is left out where its own mark and those of all its cells are deleted."""
        self._at(depth)
        if not self._open:
            return
        table = self._open[-1]
        cells = table.cells + ([table.cell] if table.cell else [])
        if cells and not (deleted and table.deleted):
            table.table.rows.append((row, cells))
        table.cells, table.cell, table.deleted = [], [], True

    def finish(self) -> list[Block]:
        self._at(0)
        return self.blocks


def emit(blocks: list[Block], builder: SourceBuilder) -> None:
    """Hand blocks on, tables as the reader of .docx does: a frame of one or two rows is no table of data."""
    for block in blocks:
        if isinstance(block, Line):
            builder.add_paragraph(block.text, "heading" if block.heading else "")
        elif len(block.rows) <= 2 and any(
            isinstance(inner, Table) for _, cells in block.rows for cell in cells for inner in cell
        ):
            for _, cells in block.rows:
                for cell in cells:
                    emit(cell, builder)
        else:
            _emit_table(block, builder)


def _emit_table(table: Table, builder: SourceBuilder) -> None:
    cells: list[RawCell] = grid_cells([(row, [flat(cell) for cell in cells]) for row, cells in table.rows])
    if max((cell.column + cell.column_span for cell in cells), default=0) > 1:
        builder.add_grid(cells)
        return
    for only in cells:
        builder.add_paragraph(only.text)

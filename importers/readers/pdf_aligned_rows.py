"""Rows of tables without any lines (无框线表格的行): which lines are one row, and where the page cut one.

Rows are parted by their numbers, else by the larger distance between rows, else by their times. Beside a cell
of several lines these stand at its top or in its middle; which, the whole table tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from importers.looks import UNIT_ROLES
from importers.readers.pdf_aligned import SERIAL, Aligned, goes_on_below, rests
from importers.readers.pdf_cells import Box, Lattice

_WIDER = 1.25
_FEWER = 0.7


def agree(tables: Sequence[Aligned]) -> None:
    """Give the parts of one table on following pages the same columns."""
    for ordered in (tables, tables[::-1]):
        for one, other in pairwise(ordered):
            if len(one.gaps) == len(other.gaps) and abs(one.page - other.page) == 1:
                pairs = zip(one.gaps, other.gaps, strict=True)
                shared = [(max(a[0], b[0]), min(a[1], b[1])) for a, b in pairs]
                if all(high - low >= 1.0 for low, high in shared):
                    one.gaps, other.gaps = list(shared), list(shared)
                    if other.page > one.page:
                        other.rest = rests(one, other)
                        if other.at_top is None:
                            _starts(one)
                            other.at_top = one.at_top


def lattice_of(table: Aligned, left: float, right: float) -> Lattice:
    """Return the table as boxes between two edges, as if its lines were drawn."""
    columns = [left, *((low + high) / 2 for low, high in table.gaps), right]
    lines = [*table.head, *table.body]
    shift = len(table.head)
    starts = {0, shift, *(start + shift for start in _starts(table))}
    bars = {bar + shift for bar in table.bars}
    starts |= bars | {bar + 1 for bar in bars}
    tops = sorted(start for start in starts if start < len(lines))
    rows = [min(glyph.baseline - glyph.size for glyph in lines[start].glyphs) - 0.5 for start in tops]
    # A raised sign reaches into the line above: a row begins below the middle of what stands before it.
    rows[1:] = [max(row, lines[start - 1].y + 0.1) for row, start in zip(rows[1:], tops[1:], strict=True)]
    rows.append(max(glyph.baseline for glyph in lines[-1].glyphs) + 1)
    lattice = Lattice(columns, rows)
    for row, start in enumerate(tops):
        across = len(columns) - 1 if start in bars else 1
        lattice.boxes += [
            Box(row, column, 1, across, columns[column], columns[column + across], rows[row], rows[row + 1])
            for column in range(0, len(columns) - 1, across)
        ]
    return lattice


def _starts(table: Aligned) -> list[int]:
    """Return the lines of the body that begin a row, the first one aside."""
    found: list[int] = []
    bounds = [-1, *sorted(table.bars), len(table.body)]
    for above, below in pairwise(bounds):
        stretch = list(range(above + 1, below))
        if stretch:
            found += _Stretch(table, stretch).starts()
    return found


class _Stretch:
    """Lines between two headings of a table."""

    def __init__(self, table: Aligned, lines: list[int]) -> None:
        self.lines = lines
        self.body = [table.body[index] for index in lines]
        self.cells = [table.cells(line) for line in self.body]
        self.texts = [["".join(glyph.text for glyph in cell) for cell in cells] for cells in self.cells]
        self.table = table
        self.roles = table.roles
        self.main = table.main()
        self.right = table.edges()[self.main][1]

    def starts(self) -> list[int]:
        for column in self._anchor_columns():
            anchors = [index for index, texts in enumerate(self.texts) if texts[column]]
            if not anchors:
                continue
            if self.roles[column] != "number":
                anchors = [each for each in anchors if each == anchors[0] or not self._goes_on(column, each)]
                spaced = self._spaced()
                if len(spaced) + 1 >= len(anchors) * _FEWER:
                    return [self.lines[index] for index in spaced]
            return [self.lines[index] for index in self._between(anchors)]
        return [self.lines[index] for index in self._spaced()]

    def _anchor_columns(self) -> list[int]:
        numbers = [
            column for column, role in enumerate(self.roles) if role == "number"
            and all(SERIAL.fullmatch(texts[column]) for texts in self.texts if texts[column])
        ]
        times = [column for column, role in enumerate(self.roles) if role == "deadline"]
        units = [column for column, role in enumerate(self.roles) if role in UNIT_ROLES]
        return numbers + times + units

    def _between(self, anchors: list[int]) -> list[int]:
        """Return where rows begin, of each of which one line is known: its first or its middle one."""
        if len(anchors) < 2 and not self.table.at_top and not self.table.rest:
            return []
        if len(anchors) == len(self.body):
            return anchors[1:]
        cut = [self._open(anchor) for anchor in anchors[1:]]
        if self.table.at_top is None:
            at_top = anchors[0] == 0 and all(self.texts[anchor][self.main] for anchor in anchors)
            self.table.at_top = at_top and sum(cut) * 2 <= len(cut)
        if self.table.at_top:
            return anchors if anchors[0] else anchors[1:]
        found: list[int] = []
        first = 0
        if self.table.rest and self.lines[0] == 0:
            first = next((start for start in range(1, anchors[0] + 1) if not self._open(start)), anchors[0])
            found = [first] if first else []
        for anchor, following in pairwise(anchors):
            middle = self.body[anchor].y
            begin = self.body[first].y
            first = min(
                range(anchor + 1, following + 1),
                key=lambda start, begin=begin, middle=middle: (  # type: ignore[misc]
                    self._open(start), round(abs(begin + self.body[start - 1].y - 2 * middle)), start),
            )
            found.append(first)
        return found

    def _open(self, index: int) -> bool:
        """Whether a cell of the lines above goes on in this line."""
        return any(self._goes_on(column, index) for column in range(len(self.roles)))

    def _goes_on(self, column: int, index: int) -> bool:
        filled = [cells[column] for cells in self.cells]
        above = next((cell for cell in reversed(filled[:index]) if cell), [])
        below = next((cell for cell in filled[index:] if cell), [])
        return goes_on_below(above, below, self.right if column == self.main else None)

    def _spaced(self) -> list[int]:
        """Return the lines before which the distance is clearly larger than between the lines of one row."""
        steps = [after.y - line.y for line, after in pairwise(self.body)]
        if len(steps) < 2:
            return []
        usual = sorted(steps)[len(steps) // 4]
        return [
            index for index, step in enumerate(steps, start=1)
            if step > _WIDER * usual and not self._open(index)
        ]

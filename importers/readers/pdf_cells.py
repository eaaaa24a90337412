"""Tables by their lines (框线表格): rulings of one page become cells.

Lines that meet form a table. Their places cut it into the smallest fields; fields between which no line is
drawn are one cell, so that a merged cell is what its missing lines say. A table open at its sides or cut by
the page's end is closed where its other lines end.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise

from importers.readers.pdf_pages import Rule

_NEAR = 3.0
_SHORTEST = 5.0
_COVERED = 0.8
_MOST_RULES = 6_000
_MOST_FIELDS = 60_000

_Field = tuple[int, int]


@dataclass(slots=True)
class Box:
    """A cell by its place in the table and on the page."""

    row: int
    column: int
    row_span: int
    column_span: int
    x0: float
    x1: float
    top: float
    bottom: float


@dataclass(slots=True)
class Lattice:
    """A table of one page: its boxes and the places of its lines."""

    columns: list[float]
    rows: list[float]
    boxes: list[Box] = field(default_factory=list)

    def holds(self, x: float, y: float) -> bool:
        return self.columns[0] <= x <= self.columns[-1] and self.rows[0] <= y <= self.rows[-1]

    @property
    def area(self) -> float:
        return (self.columns[-1] - self.columns[0]) * (self.rows[-1] - self.rows[0])

    def within(self, other: Lattice) -> bool:
        return other is not self and other.columns[0] - _NEAR <= self.columns[0] \
            and self.columns[-1] <= other.columns[-1] + _NEAR \
            and other.rows[0] - _NEAR <= self.rows[0] and self.rows[-1] <= other.rows[-1] + _NEAR

    def field_index(self) -> dict[tuple[int, int], int]:
        """Return which box covers each of the smallest fields."""
        return {
            (row, column): index for index, box in enumerate(self.boxes)
            for row in range(box.row, box.row + box.row_span)
            for column in range(box.column, box.column + box.column_span)
        }

    def place(self, x: float, y: float) -> tuple[int, int]:
        """Return the row and column of the smallest field at a point inside."""
        column = min(max(bisect_right(self.columns, x) - 1, 0), len(self.columns) - 2)
        row = min(max(bisect_right(self.rows, y) - 1, 0), len(self.rows) - 2)
        return row, column


def merged(rules: list[Rule]) -> list[Rule]:
    """Make one line of the pieces that lie on one height and touch: dashes, borders of neighbouring cells."""
    lanes: list[list[Rule]] = []
    for rule in sorted(rules):
        if lanes and rule.at - lanes[-1][-1].at <= 1.5 and rule.at - lanes[-1][0].at <= _NEAR:
            lanes[-1].append(rule)
        else:
            lanes.append([rule])
    whole: list[Rule] = []
    for lane in lanes:
        at = sum(rule.at for rule in lane) / len(lane)
        start, end = 0.0, -1e9
        for rule in sorted(lane, key=lambda each: each.start):
            if rule.start > end + _NEAR:
                if end > start:
                    whole.append(Rule(at, start, end))
                start = rule.start
            end = max(end, rule.end)
        if end > start:
            whole.append(Rule(at, start, end))
    return [rule for rule in whole if rule.end - rule.start >= _SHORTEST]


def lattices(horizontal: list[Rule], vertical: list[Rule]) -> list[Lattice]:
    """Return the tables that the lines of a page form, without those inside of others."""
    across, down = merged(horizontal), merged(vertical)
    if len(across) + len(down) > _MOST_RULES:
        return []  # A map or a drawing.
    found = []
    for some_across, some_down in _groups(across, down):
        if len(some_across) >= 2 and some_down:
            lattice = _lattice(some_across, some_down)
            if lattice is not None:
                found.append(lattice)
    frames = [each for each in found if _is_frame(each) and any(other.within(each) for other in found)]
    found = [each for each in found if each not in frames]
    return [each for each in found if not any(each.within(other) for other in found)]


def _is_frame(lattice: Lattice) -> bool:
    return len(lattice.boxes) == 1


def _groups(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Sort lines into those that hang together."""
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for below, rule in enumerate(down, start=len(across)):
        for index, other in enumerate(across):
            if rule.start - _NEAR <= other.at <= rule.end + _NEAR \
                    and other.start - _NEAR <= rule.at <= other.end + _NEAR:
                parent[root(index)] = root(below)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for index, rule in enumerate(across):
        groups.setdefault(root(index), ([], []))[0].append(rule)
    for index, rule in enumerate(down, start=len(across)):
        groups.setdefault(root(index), ([], []))[1].append(rule)
    return list(groups.values())


def _clustered(places: list[float]) -> list[float]:
    groups: list[list[float]] = []
    for place in sorted(places):
        if groups and place - groups[-1][0] <= _NEAR:
            groups[-1].append(place)
        else:
            groups.append([place])
    return [sum(group) / len(group) for group in groups]


def _lattice(across: list[Rule], down: list[Rule]) -> Lattice | None:
    columns = _clustered([rule.at for rule in down])
    rows = _clustered([rule.at for rule in across])
    # Open sides: the table reaches as far as its lines do.
    left, right = min(rule.start for rule in across), max(rule.end for rule in across)
    top, bottom = min(rule.start for rule in down), max(rule.end for rule in down)
    columns = [left] * (left < columns[0] - 2 * _NEAR) + columns + [right] * (right > columns[-1] + 2 * _NEAR)
    rows = [top] * (top < rows[0] - 2 * _NEAR) + rows + [bottom] * (bottom > rows[-1] + 2 * _NEAR)
    height, width = len(rows) - 1, len(columns) - 1
    if height < 1 or width < 1 or height * width > _MOST_FIELDS:
        return None
    lattice = Lattice(columns, rows)
    lattice.boxes = _boxes(lattice, _walls(down, columns, rows), _walls(across, rows, columns))
    return lattice


def _walls(rules: list[Rule], places: list[float], cuts: list[float]) -> set[tuple[int, int]]:
    """Return (line, stretch) for each stretch between two cuts along which a line is drawn."""
    walls: set[tuple[int, int]] = set()
    covered: dict[tuple[int, int], float] = {}
    for rule in rules:
        line = min(range(len(places)), key=lambda index: abs(places[index] - rule.at))
        for stretch, (start, end) in enumerate(pairwise(cuts)):
            shared = min(end, rule.end) - max(start, rule.start)
            if shared > 0:
                covered[line, stretch] = covered.get((line, stretch), 0.0) + shared
    for (line, stretch), length in covered.items():
        if length >= _COVERED * (cuts[stretch + 1] - cuts[stretch]):
            walls.add((line, stretch))
    return walls


def _boxes(lattice: Lattice, upright: set[tuple[int, int]], level: set[tuple[int, int]]) -> list[Box]:
    """Join the fields between which no line is drawn; what is no rectangle is cut into its rows."""
    height, width = len(lattice.rows) - 1, len(lattice.columns) - 1
    seen: set[tuple[int, int]] = set()
    boxes: list[Box] = []
    for row in range(height):
        for column in range(width):
            if (row, column) in seen:
                continue
            fields = _joined((row, column), height, width, upright, level)
            rows, columns = {each for each, _ in fields}, {each for _, each in fields}
            if len(fields) == len(rows) * len(columns):
                seen |= fields
                boxes.append(_box(lattice, row, column, len(rows), len(columns)))
                continue
            across = 1
            while (row, column + across) in fields and (column + across, row) not in upright \
                    and (row, column + across) not in seen:
                across += 1
            seen |= {(row, each) for each in range(column, column + across)}
            boxes.append(_box(lattice, row, column, 1, across))
    return boxes


def _joined(start: _Field, height: int, width: int, upright: set[_Field], level: set[_Field]) -> set[_Field]:
    fields, open_fields = {start}, [start]
    while open_fields:
        row, column = open_fields.pop()
        for near, wall, walls in (
            ((row, column + 1), (column + 1, row), upright), ((row, column - 1), (column, row), upright),
            ((row + 1, column), (row + 1, column), level), ((row - 1, column), (row, column), level),
        ):
            inside = 0 <= near[0] < height and 0 <= near[1] < width
            if inside and near not in fields and wall not in walls:
                fields.add(near)
                open_fields.append(near)
    return fields


def _box(lattice: Lattice, row: int, column: int, down: int, across: int) -> Box:
    return Box(
        row, column, down, across, lattice.columns[column], lattice.columns[column + across],
        lattice.rows[row], lattice.rows[row + down],
    )

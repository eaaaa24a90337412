"""Tables without upright lines (三线表、只有横线的表): columns by the blank that runs down between them.

Only where level lines or shaded rows say that there is a table, and only while the blank between its columns
is crossed by nothing; otherwise the text stays lines. Rows are what lies between two lines; where one stretch
holds several, their numbers part them, or the larger distance between rows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from importers.readers.pdf_cells import Box, Lattice, merged
from importers.readers.pdf_lines import rows_of
from importers.readers.pdf_pages import Glyph, Rule, Sheet

_NEAR = 6.0
_LEAST_COLUMNS = 3
_LEAST_WIDTH = 0.45
_GUTTER = 0.5
_FARTHEST = 4
_MOST_STRETCHES = 3  # header, body and foot of a table that has only three or four lines
_SERIAL = re.compile(r"\s*[(（]?\d{1,4}[)）]?[.．、]?\s*")

Gap = tuple[float, float]


@dataclass(slots=True)
class Region:
    """A table of one page that is told by its blanks."""

    page: int
    left: float
    right: float
    cuts: list[float]
    gaps: list[Gap]
    rows: list[list[Glyph]] = field(default_factory=list)

    def same_table(self, other: Region) -> bool:
        return other.page == self.page + 1 and abs(self.left - other.left) <= _NEAR \
            and abs(self.right - other.right) <= _NEAR and len(self.gaps) == len(other.gaps) \
            and all(_shared(one, two) for one, two in zip(self.gaps, other.gaps, strict=True))


def _shared(one: Gap, other: Gap) -> Gap | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if high - low >= 1.0 else None


def region_of(sheet: Sheet, free: list[Glyph]) -> Region | None:
    """Return the table that level lines or shades of a page announce, if its columns are clear."""
    rules = list(sheet.horizontal)
    for x0, top, x1, bottom in sheet.shades:
        rules += [Rule(top, x0, x1), Rule(bottom, x0, x1)]
    groups: dict[tuple[int, int], list[Rule]] = defaultdict(list)
    for rule in merged(rules):
        if rule.end - rule.start >= _LEAST_WIDTH * sheet.width:
            key = next((key for key in groups if abs(key[0] - rule.start) <= _NEAR
                        and abs(key[1] - rule.end) <= _NEAR), (round(rule.start), round(rule.end)))
            groups[key].append(rule)
    if not groups:
        return None
    (left, right), lines = max(groups.items(), key=lambda pair: len(pair[1]))
    if len(lines) < 2:
        return None
    return _grown(sheet.number, left, right, sorted(rule.at for rule in lines), free)


def _grown(page: int, left: float, right: float, cuts: list[float], free: list[Glyph]) -> Region | None:
    """Take the rows between the lines, then those above and below them that keep the blanks free."""
    rows = rows_of(glyph for glyph in free if left - _NEAR <= glyph.x0 and glyph.x1 <= right + _NEAR
                   and not glyph.text.isspace())
    inside = [row for row in rows if cuts[0] < _middle(row) < cuts[-1]]
    if not inside:
        return None
    gaps = [(left, right)]
    for row in inside:
        gaps = _left_free(gaps, row)
    if len(gaps) < _LEAST_COLUMNS - 1 + _outer(gaps, left, right):
        return None
    taken = list(inside)
    for row in (each for each in rows if _middle(each) > cuts[-1]):
        narrower = _still_free(gaps, row)
        if narrower is None or _middle(row) - _middle(taken[-1]) > _FARTHEST * row[0].size:
            break
        gaps = narrower
        taken.append(row)
    for row in reversed([each for each in rows if _middle(each) < cuts[0]]):
        narrower = _still_free(gaps, row)
        if narrower is None or _filled(gaps, row) < 2 \
                or _middle(taken[0]) - _middle(row) > _FARTHEST * row[0].size:
            break
        gaps = narrower
        taken.insert(0, row)
    inner = [gap for gap in gaps if gap[0] > left + 1 and gap[1] < right - 1]
    return Region(page, left, right, cuts, inner, taken) if len(inner) >= _LEAST_COLUMNS - 1 else None


def _outer(gaps: list[Gap], left: float, right: float) -> int:
    return sum(1 for low, high in gaps if low <= left + 1 or high >= right - 1)


def _middle(row: list[Glyph]) -> float:
    return max(glyph.baseline - 0.35 * glyph.size for glyph in row)


def _left_free(gaps: list[Gap], row: list[Glyph]) -> list[Gap]:
    """Return what a row leaves of the blanks, as far as it is wide enough to part columns."""
    least = _GUTTER * max(glyph.size for glyph in row)
    free = gaps
    for glyph in row:
        narrower: list[Gap] = []
        for low, high in free:
            if glyph.x1 <= low or glyph.x0 >= high:
                narrower.append((low, high))
            else:
                narrower += [gap for gap in ((low, glyph.x0), (glyph.x1, high)) if gap[1] - gap[0] >= least]
        free = narrower
    return free


def _still_free(gaps: list[Gap], row: list[Glyph]) -> list[Gap] | None:
    """Return the blanks after one more row, or None where it closes one."""
    after = _left_free(gaps, row)
    kept = []
    for gap in gaps:
        inside = [each for each in after if gap[0] <= each[0] and each[1] <= gap[1]]
        if not inside:
            return None
        kept.append(max(inside, key=lambda each: each[1] - each[0]))
    return kept


def _filled(gaps: list[Gap], row: list[Glyph]) -> int:
    places = [(low + high) / 2 for low, high in gaps]
    return len({bisect_right(places, glyph.x0) for glyph in row})


def agree(regions: list[Region]) -> None:
    """Give the parts of one table on following pages the same columns."""
    for one, other in pairwise(regions):
        if one.same_table(other):
            other.gaps = [_shared(*pair) or pair[0] for pair in zip(one.gaps, other.gaps, strict=True)]
    for one, other in pairwise(reversed(regions)):
        if other.same_table(one):
            other.gaps, other.left, other.right = list(one.gaps), one.left, one.right


def lattice_of(region: Region) -> Lattice:
    """Return the table as boxes, as if its lines were drawn."""
    columns = [region.left, *((low + high) / 2 for low, high in region.gaps), region.right]
    tops = [min(glyph.baseline - glyph.size for glyph in row) for row in region.rows]
    cuts = sorted({*region.cuts, *_between(region, columns)})
    first, last = tops[0] - 1, max(glyph.baseline for glyph in region.rows[-1]) + 1
    middles = [_middle(row) for row in region.rows]
    rows = [min(cuts[0], first)]
    for cut in [*cuts, max(last, cuts[-1])]:
        if any(rows[-1] < middle < cut for middle in middles):
            rows.append(cut)
        elif len(rows) == 1:
            rows[0] = cut
    lattice = Lattice(columns, rows)
    lattice.boxes = [
        Box(row, column, 1, 1, columns[column], columns[column + 1], rows[row], rows[row + 1])
        for row in range(len(rows) - 1) for column in range(len(columns) - 1)
    ]
    return lattice


def _between(region: Region, columns: list[float]) -> list[float]:
    """Return where rows part that no line parts; a table with a line for each row needs none."""
    bounds = [-1e9, *region.cuts, 1e9]
    stretches = [
        [row for row in region.rows if top < _middle(row) < bottom] for top, bottom in pairwise(bounds)
    ]
    ruled = sum(1 for inside in stretches[1:-1] if inside) > _MOST_STRETCHES
    found: list[float] = []
    for inside in stretches:
        starts = _numbered(inside, columns)
        if starts is None:
            starts = [] if ruled else _spaced(inside)
        found += [min(glyph.baseline - glyph.size for glyph in inside[start]) - 0.5 for start in starts]
    return found


def _numbered(rows: list[list[Glyph]], columns: list[float]) -> list[int] | None:
    """Return where rows begin by the numbers in the first column, or None where others stand there.

    A number stands at the top of its row or in its middle: between two of them, the row begins after the
    largest distance, or else with the number.
    """
    numbers = []
    for index, row in enumerate(rows):
        said = "".join(glyph.text for glyph in row if glyph.x1 <= columns[1])
        if said and not _SERIAL.fullmatch(said):
            return None
        if said:
            numbers.append(index)
    if not numbers:
        return None
    middles = [_middle(row) for row in rows]
    return [
        max(range(one + 1, other + 1), key=lambda index: (round(middles[index] - middles[index - 1]), index))
        for one, other in pairwise(numbers)
    ]


def _spaced(rows: list[list[Glyph]]) -> list[int]:
    """Return the rows before which the distance is clearly larger than between the lines of one row."""
    steps = [_middle(after) - _middle(row) for row, after in pairwise(rows)]
    if len(steps) < 2:
        return []
    usual = sorted(steps)[len(steps) // 4]
    return [index for index, step in enumerate(steps, start=1) if step > 1.25 * usual]

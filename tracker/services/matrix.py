"""Units × sections (单位×板块): who has how many tasks where, and how many of them are yellow or red.

Units stand in the office's order, never by how they do: that would be a ranking, of which the rules against
needless burdens (减负) warn. An office that wants one turns it on for itself (`services/settings.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tracker.domain.health import Colour
from tracker.store.queries.dashboard import Share


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit's tasks in one section: how many there are, and how many are yellow or red."""

    total: int = 0
    yellow: int = 0
    red: int = 0
    green: int = 0

    @property
    def abnormal(self) -> int:
        return self.yellow + self.red

    def of(self, light: Colour) -> int:
        """How many of them have this light."""
        known = {Colour.YELLOW: self.yellow, Colour.RED: self.red, Colour.GREEN: self.green}
        return known.get(light, self.total - self.abnormal - self.green)


NOTHING = Cell()


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit across the sections."""

    unit_id: int
    unit_name: str
    cells: tuple[tuple[str, Cell], ...]
    whole: Cell


@dataclass(frozen=True, slots=True)
class Matrix:
    """Units × sections; `hidden` units have nothing yellow or red and are left out."""

    sections: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    units: int
    parts: int

    @property
    def hidden(self) -> int:
        return self.units - len(self.rows)

    @property
    def late(self) -> tuple[MatrixRow, ...]:
        """The units with something red."""
        return tuple(row for row in self.rows if row.whole.red)

    def narrowed(self, *, all_units: bool, by_lag: bool = False) -> Matrix:
        """Only units with something yellow or red, unless all are wanted; `by_lag` puts the reddest first."""
        rows = self.rows if all_units else tuple(row for row in self.rows if row.whole.abnormal)
        if by_lag:
            rows = tuple(sorted(rows, key=lambda row: (-row.whole.red, -row.whole.yellow)))
        return replace(self, rows=rows)


def matrix(shares: Sequence[Share]) -> Matrix:
    """Lay the shares out; units keep their order."""
    ordered = sorted(shares, key=lambda share: share.first_serial)
    sections = tuple(dict.fromkeys(share.section for share in ordered))
    by_unit: dict[tuple[int, str], list[Share]] = {}
    for share in shares:
        by_unit.setdefault((share.unit_id, share.unit_name), []).append(share)
    rows = tuple(_row(unit_id, name, own, sections) for (unit_id, name), own in by_unit.items())
    return Matrix(
        sections=sections,
        rows=rows,
        units=len(rows),
        parts=sum(share.tasks for share in shares),
    )


def _row(unit_id: int, name: str, own: Sequence[Share], sections: Sequence[str]) -> MatrixRow:
    by_section: dict[str, list[Share]] = {section: [] for section in sections}
    for share in own:
        by_section[share.section].append(share)
    cells = tuple((section, _cell(found)) for section, found in by_section.items())
    return MatrixRow(unit_id, name, cells, _cell(own))


def _cell(shares: Sequence[Share]) -> Cell:
    if not shares:
        return NOTHING
    count = dict.fromkeys(Colour, 0)
    for share in shares:
        count[share.light] += share.tasks
    return Cell(sum(count.values()), count[Colour.YELLOW], count[Colour.RED], count[Colour.GREEN])

"""统计 as its pages and the year's summary show it: each figure with the units' values behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.report import Figure, Paragraph, Piece
from tracker.domain.statistic import (
    NOTHING,
    Counted,
    Number,
    Rate,
    StatisticForm,
    StatisticSource,
    total,
)
from tracker.domain.statistic_sheet import SheetState, YearState
from tracker.services import statistic_numbers, statistic_years
from tracker.services.statistic_numbers import ByUnit
from tracker.store.queries import statistics as queries
from tracker.store.tables import (
    AuditEvent,
    CountedEvent,
    EventClock,
    StatisticKind,
    StatisticSheet,
    StatisticYear,
    Unit,
)

HERE = "/documents/statistics"
SETTLED_BY = 7
"""From July on people mean the year that runs, before it the one that has ended."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind in a year: its sum over the units, or its rate, and how many units are behind it."""

    kind: StatisticKind
    number: Number | None
    rate: Rate | None
    reported: int
    sides: tuple[StatisticKind, StatisticKind] | None = None

    @property
    def words(self) -> str:
        """430余条; 98.5%; 无."""
        if self.rate is not None:
            return self.rate.value
        return self.number.words(self.kind.measure) if self.number else NOTHING


@dataclass(frozen=True, slots=True)
class Section:
    """The kinds that stand together."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class YearTable:
    """A year's statistics; `row` is None where no sheets were given out yet."""

    year: int
    row: StatisticYear | None
    years: tuple[int, ...]
    sections: tuple[Section, ...]
    sheets: tuple[StatisticSheet, ...]
    reopened: AuditEvent | None = None
    """Who opened it again and why, where it was final once."""

    @property
    def submitted(self) -> int:
        return sum(sheet.state == SheetState.SUBMITTED for sheet in self.sheets)

    @property
    def missing(self) -> int:
        return len(self.sheets) - self.submitted

    @property
    def closed(self) -> bool:
        return self.row is not None and self.row.state == YearState.CLOSED

    def lines(self) -> Iterable[Line]:
        """Every line, in order."""
        for section in self.sections:
            yield from section.lines


@dataclass(frozen=True, slots=True)
class UnitValue:
    """What one unit has of a kind; `count` rows of its own records are behind it, where it was taken."""

    unit: Unit
    number: Number


@dataclass(frozen=True, slots=True)
class Detail:
    """The units' values behind one figure, and who has still to report."""

    year: int
    line: Line
    values: tuple[UnitValue, ...]
    waiting: tuple[Unit, ...]
    opens: bool
    """Whether each value opens rows of its own."""


def usual_year(today: date) -> int:
    """The year that people mean who name none: figures are of a year, and published in the next."""
    return today.year if today.month >= SETTLED_BY else today.year - 1


def table(session: Session, *, year: int) -> YearTable:
    """All kinds in a year."""
    row = queries.year(session, year)
    closed = row is not None and row.state == YearState.CLOSED
    kinds = queries.kinds(session, ended=closed)
    numbers = statistic_numbers.of_year(session, year, kinds)
    if closed:
        kinds = [kind for kind in kinds if kind.ended_at is None or numbers.get(kind.id)]
    known = {kind.id: kind for kind in kinds}
    lines = [_line(kind, known, numbers) for kind in kinds]
    names = dict.fromkeys(kind.section for kind in kinds)
    sections = tuple(
        Section(name, tuple(line for line in lines if line.kind.section == name)) for name in names
    )
    sheets = tuple(queries.sheets(session, row.id)) if row is not None else ()
    again = statistic_years.reopened(session, row)
    return YearTable(year, row, tuple(queries.years(session)), sections, sheets, again)


def detail(session: Session, *, year: int, kind_id: int) -> Detail:
    """The values behind one figure.

    Raises:
        NotFound: there is no such kind.

    """
    kinds = {kind.id: kind for kind in queries.kinds(session, ended=True)}
    kind = kinds.get(kind_id)
    if kind is None:
        raise NotFound
    numbers = statistic_numbers.of_year(session, year, kinds.values())
    found = numbers.get(kind_id, {})
    values = tuple(UnitValue(unit, found[unit.id]) for unit in queries.units(session, list(found)))
    row = queries.year(session, year)
    sheets = queries.sheets(session, row.id) if row is not None else []
    asked = kind.source == StatisticSource.SHEET and kind.form != StatisticForm.RATE
    waiting = tuple(sheet.unit for sheet in sheets if asked and sheet.state == SheetState.OPEN)
    opens = kind.source in {StatisticSource.EVENTS, StatisticSource.CLOCKS}
    frozen = row is not None and row.state == YearState.CLOSED
    return Detail(year, _line(kind, kinds, numbers), values, waiting, opens and not frozen)


def rows_of(
    session: Session, *, year: int, kind_id: int, unit_id: int
) -> tuple[StatisticKind, list[CountedEvent], list[EventClock]]:
    """The events or applications that one unit's value counts.

    Raises:
        NotFound: there is no such kind, or its values are reported and no length of a list.

    """
    kind = queries.kind(session, kind_id)
    if kind is None:
        raise NotFound
    if kind.source == StatisticSource.EVENTS:
        return kind, queries.events(session, year, kind.counted, unit_id), []
    if kind.source == StatisticSource.CLOCKS:
        rows = statistic_numbers.applications(session, year, Counted(kind.counted))
        return kind, [], [row for row in rows if row.unit_id == unit_id]
    raise NotFound


def _line(kind: StatisticKind, known: Mapping[int, StatisticKind], numbers: Mapping[int, ByUnit]) -> Line:
    if kind.form != StatisticForm.RATE:
        found = numbers.get(kind.id, {})
        return Line(kind, total(found.values()), None, len(found))
    top, bottom = kind.numerator_id or 0, kind.denominator_id or 0
    sides = (known[top], known[bottom]) if top in known and bottom in known else None
    rate = Rate(total(numbers.get(top, {}).values()), total(numbers.get(bottom, {}).values()))
    return Line(kind, None, rate, 0, sides)


def figure(line: Line, year: int) -> Figure:
    """A line's figure, which opens the units' values."""
    value = line.rate.value if line.rate else line.number.figure if line.number else NOTHING
    return Figure(f"stat_{line.kind.id}", value, f"{HERE}/{line.kind.id}?year={year}", None, line.kind.name)


def paragraphs(session: Session, *, year: int) -> list[Paragraph]:
    """What the year's summary says of statistics: a paragraph for each section that has figures."""
    known = table(session, year=year)
    lines = {line.kind.id: line for line in known.lines()}
    made = []
    for section in known.sections:
        said: list[Piece] = []
        for line in section.lines:
            if line.number is not None or (line.rate is not None and line.rate.value != NOTHING):
                head = f"{section.name}方面，" if section.name else ""
                said += ["，" if said else head, *_said(line, lines, year)]
        if said:
            made.append((*said, "。"))
    if made and known.missing:
        made.append((f"以上为{len(known.sheets)}家单位中{known.submitted}家报来的数，尚有{known.missing}家未报。",))
    return made


def _said(line: Line, lines: Mapping[int, Line], year: int) -> list[Piece]:
    """图片解读49件; 答复率100%（102件/102件）; 服务信息公开事项原有32项，新增11项."""
    own, measure = figure(line, year), line.kind.measure
    if line.sides is not None:
        top, bottom = (lines[side.id] for side in line.sides)
        return [
            line.kind.name, own, "（", figure(top, year), f"{top.kind.measure}/", figure(bottom, year),
            f"{bottom.kind.measure}）",
        ]  # fmt: skip
    if line.number is not None and line.number.earlier is not None:
        return [f"{line.kind.name}在原有{line.number.earlier}{measure}的基础上新增", own, measure]
    return [line.kind.name, own, measure]

"""A year's statistics on paper: the facts its file is made from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.documents.statistics import PrintedValue, StatisticsPaper
from tracker.domain.statistic import Number
from tracker.services import settings, statistics
from tracker.services.statistics import Line, YearTable


def paper(session: Session, *, year: int, now: datetime) -> StatisticsPaper:
    """Every figure of a year, each with the units' values beneath it."""
    known = statistics.table(session, year=year)
    values = tuple(each for line in known.lines() for each in _rows(session, line, year))
    return StatisticsPaper(year, settings.office_name(session), _state(known), values, now)


def _state(known: YearTable) -> str:
    if known.closed:
        return "已定稿"
    if not known.sheets:
        return "没有发放统计表"
    return f"未定稿，{len(known.sheets)}家单位已报{known.submitted}家"


def _rows(session: Session, line: Line, year: int) -> Iterator[PrintedValue]:
    yield _printed(line, "", line.words, line.number)
    if line.rate is None:
        for each in statistics.detail(session, year=year, kind_id=line.kind.id).values:
            yield _printed(line, each.unit.name, each.number.words(line.kind.measure), each.number)


def _printed(line: Line, unit: str, shown: str, number: Number | None) -> PrintedValue:
    kind = line.kind
    definition = kind.definition
    if line.sides is not None:
        definition = f"{line.sides[0].name}÷{line.sides[1].name}。{definition}"
    return PrintedValue(
        kind.section,
        kind.name,
        unit,
        shown,
        number.value if number else None,
        number.earlier if number else None,
        bool(number and number.approximate),
        kind.measure,
        definition,
    )

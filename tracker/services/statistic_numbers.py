"""Units' figures of a year (统计数): as they were reported, or taken from what is on record already.

While a year is open, what is taken from forms, 佐证事项 and clocks is counted afresh each time; once it is
closed (统计定稿) every figure is the one that was frozen then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain import clock as clocks
from tracker.domain.asking import plain_number
from tracker.domain.statistic import Counted, Number, StatisticSource
from tracker.domain.statistic_sheet import SheetState, YearState
from tracker.services import calendars
from tracker.services.cadences import parts_asked
from tracker.services.clocks import course_of, rule_of
from tracker.store.queries import statistics as queries
from tracker.store.tables import EventClock, StatisticKind, StatisticValue, StatisticYear

ByUnit = dict[int, Number]


def of_year(session: Session, year: int, kinds: Iterable[StatisticKind]) -> dict[int, ByUnit]:
    """By kind and unit: the figures of a year; of sheets, only of those that were handed in."""
    wanted = list(kinds)
    row = queries.year(session, year)
    known = reported(session, row) if row is not None else {}
    if row is not None and row.state == YearState.CLOSED:
        return {kind.id: known.get(kind.id, {}) for kind in wanted}
    derived = taken(session, year, wanted)
    return {kind.id: derived[kind.id] if kind.id in derived else known.get(kind.id, {}) for kind in wanted}


def reported(session: Session, row: StatisticYear) -> dict[int, ByUnit]:
    """What stands on the sheets that were handed in, and what was frozen."""
    sheets = queries.sheets(session, row.id)
    handed_in = {sheet.unit_id for sheet in sheets if sheet.state == SheetState.SUBMITTED}
    found: dict[int, ByUnit] = defaultdict(dict)
    for value in queries.values(session, row.id):
        if value.unit_id in handed_in or row.state == YearState.CLOSED:
            found[value.kind_id][value.unit_id] = number_of(value)
    return found


def number_of(value: StatisticValue) -> Number:
    """A kept figure."""
    return Number(value.value, value.approximate, value.earlier)


def taken(session: Session, year: int, kinds: Iterable[StatisticKind]) -> dict[int, ByUnit]:
    """By kind and unit: what is taken from the units' own records; kinds of the sheet are not in it."""
    wanted = [kind for kind in kinds if kind.source != StatisticSource.SHEET]
    sources = {kind.source for kind in wanted}
    counted: dict[tuple[str, str], dict[int, int]] = {}
    if StatisticSource.EVENTS in sources:
        for words, by_unit in queries.event_counts(session, year).items():
            counted[StatisticSource.EVENTS, words] = by_unit
    if StatisticSource.RETURNS in sources:
        for label, by_unit in _of_forms(session, year).items():
            counted[StatisticSource.RETURNS, label] = by_unit
    if StatisticSource.CLOCKS in sources:
        for what in Counted:
            counted[StatisticSource.CLOCKS, what.value] = _by_unit(applications(session, year, what))
    return {
        kind.id: {unit: Number(value) for unit, value in counted.get((kind.source, kind.counted), {}).items()}
        for kind in wanted
    }


def _of_forms(session: Session, year: int) -> dict[str, dict[int, int]]:
    """By the label of a form's number and unit: the sum over the year's periods."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for version in queries.form_answers(session, year):
        answers = version.parts or {}
        for part in parts_asked(version, version.obligation.period.cadence):
            text = plain_number(answers.get(part.key, ""))
            if text.isdecimal():
                found[part.label][version.obligation.unit_id] += int(text)
    return found


def applications(session: Session, year: int, what: Counted) -> list[EventClock]:
    """The applications that one count of the clocks has."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = queries.replies(session)
    done = [row for row in rows if row.closed_on is not None and first <= row.closed_on <= last]
    if what is Counted.RECEIVED:
        return [row for row in rows if first <= row.started_on <= last]
    if what is Counted.DONE:
        return done
    calendar = calendars.load(session)
    due = {row.id: clocks.due_on(rule_of(row), course_of(row), calendar) for row in rows}
    if what is Counted.IN_TIME:
        return [row for row in done if _in_time(row, due[row.id])]
    return [row for row in rows if row in done or _owed(row, due[row.id], last)]


def _in_time(row: EventClock, due: date | None) -> bool:
    return due is None or (row.closed_on is not None and row.closed_on <= due)


def _owed(row: EventClock, due: date | None, last: date) -> bool:
    """Whether the last day of the year has seen its last day without a reply."""
    unanswered = row.closed_on is None or row.closed_on > last
    return unanswered and due is not None and due <= last


def _by_unit(rows: Iterable[EventClock]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in rows:
        found[row.unit_id] += 1
    return found

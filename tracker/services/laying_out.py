"""Laying out the periods of a cadence (报送周期) as its rule and the work calendar would have them.

What has opened is never moved; a period that has not opened takes what the rule now says, and one of which an
opened period asks about some days already, under a former rule, is not laid out at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.period import Cadence, Period, periods
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import calendars
from tracker.services.cadences import as_domain, last_day
from tracker.store import tables
from tracker.store.queries import regime as queries
from tracker.store.queries import reporting


@dataclass(frozen=True, slots=True)
class PreviewPeriod:
    """One period as the rule would lay it out; `passed` ones are not asked for any more."""

    period: Period
    passed: bool
    fixed: bool
    """Already opened under the present rule; a change does not move it."""
    covered: bool
    """A period that has opened asks about some of its days already: it is not laid out."""

    @property
    def is_asked(self) -> bool:
        """Whether it is asked for, or would be."""
        return self.fixed or not (self.passed or self.covered)


def preview(session: Session, plan_id: int, wanted: Cadence, *, now: datetime) -> tuple[PreviewPeriod, ...]:
    """Every period from the start to the end, with its cut-off and why."""
    opened = _opened(session, reporting.cadence_of(session, plan_id, wanted.kind))
    found = (_as_opened(period, opened.get(period.key)) for period in _laid_out(session, wanted))
    return tuple(
        PreviewPeriod(
            period,
            passed=period.due_at < now,
            fixed=period.key in opened,
            covered=_covered(period, opened.values()),
        )
        for period in found
    )


def laid_out(cadence: tables.Cadence, calendar: WorkCalendar) -> tuple[Period, ...]:
    """Every period of a stored cadence as `calendar` would have it."""
    return _periods(as_domain(cadence), calendar)


def _laid_out(session: Session, wanted: Cadence) -> tuple[Period, ...]:
    return _periods(wanted, calendars.load(session))


def _periods(wanted: Cadence, calendar: WorkCalendar) -> tuple[Period, ...]:
    last = last_day(wanted)
    return periods(replace(wanted, ends_on=last), calendar, until=last)


def _opened(session: Session, cadence: tables.Cadence | None) -> dict[str, tables.Period]:
    known = queries.periods_of(session, cadence.id) if cadence else {}
    return {key: period for key, period in known.items() if period.state != "upcoming"}


def _as_opened(period: Period, row: tables.Period | None) -> Period:
    """A period as it was opened, whatever the rule now says."""
    if row is None:
        return period
    moved = row.due_on != period.nominal_due
    return replace(
        period, due_on=row.due_on, due_at=row.due_at, waived=row.waived, why=row.why, moved=moved,
        provisional=row.provisional,
    )


def lay_out(session: Session, cadence: tables.Cadence, wanted: Cadence, *, now: datetime) -> int:
    """Make the periods that have not opened equal to the rule; gives how many lie ahead or run."""
    queries.hold_upcoming(session, cadence.id)
    known = queries.periods_of(session, cadence.id)
    fixed = {key: period for key, period in known.items() if period.state != "upcoming"}
    running = sum(period.due_at >= now for period in fixed.values())
    ahead = (period for period in _laid_out(session, wanted) if period.due_at >= now)
    wished = {
        period.key: period
        for period in ahead
        if period.key not in fixed and not _covered(period, fixed.values())
    }
    for key, period in wished.items():
        row = known.get(key)
        if row is None:
            row = tables.Period(plan_id=cadence.plan_id, cadence_id=cadence.id, key=key, state="upcoming")
            session.add(row)
        lay(row, period)
    for key in known.keys() - wished.keys() - fixed.keys():
        session.delete(known[key])
    session.flush()
    return len(wished) + running


def _covered(period: Period, opened: Iterable[tables.Period]) -> bool:
    """Whether a period that was opened under a former rule asks about some of its days already."""
    return any(
        row.key != period.key and row.starts_on <= period.ends_on and period.starts_on <= row.ends_on
        for row in opened
    )


def stands(row: tables.Period, period: Period) -> bool:
    """Whether a stored period is already as `period` would have it."""
    held = (row.due_at, row.waived, row.provisional, row.why)
    return held == (period.due_at, period.waived, period.provisional, period.why)


def lay(row: tables.Period, period: Period) -> None:
    """Write what the rule and the calendar say into a period that has not opened."""
    row.label = period.label
    row.starts_on, row.ends_on, row.opens_on = period.starts_on, period.ends_on, period.opens_on
    row.due_on, row.due_at = period.due_on, period.due_at
    row.waived, row.provisional, row.why = period.waived, period.provisional, period.why

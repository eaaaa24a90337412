"""The board (报送看板): unit × period, the figures of one period, and its returns that wait to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.meeting import MeetingState, tell_by
from tracker.domain.obligation import ObligationState as State
from tracker.domain.percent import in_percent
from tracker.domain.rhythm import Step
from tracker.domain.urging import RETURN, ref_of
from tracker.services import calendars
from tracker.services.closed_weeks import Changed, changes
from tracker.services.regime_proposal import not_yet_set
from tracker.services.return_pages import CutOff, cutoff_of
from tracker.services.waiting_returns import Waiting, waiting_in
from tracker.store.queries import answer_times, meetings
from tracker.store.queries import board as cells_of
from tracker.store.queries import reporting as queries
from tracker.store.queries.board import GridCell, UnitLoad
from tracker.store.queries.regime import regimes_of_text
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, Slice
from tracker.store.tables import Cadence, Meeting, Period, Plan

# The filter of a list is read from an address by the page and answered by a query.
__all__ = ["ObligationFilter", "Slice", "board", "obligations", "overview"]

LAST = 10
_QUIET = frozenset({State.OPEN, State.MISSED})


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's line on the board: its load, a cell a period, how often it was on time."""

    load: UnitLoad
    cells: tuple[GridCell | None, ...]
    on_time: int
    asked: int

    @property
    def rate(self) -> str:
        """按时率 over the periods shown that are settled; 100% only where all were."""
        return in_percent(self.on_time, self.asked, places=0) if self.asked else "—"


@dataclass(frozen=True, slots=True)
class Board:
    """One cadence's board at one period, beside the plan's other cadences."""

    plan: Plan
    cadence: Cadence
    cadences: tuple[Cadence, ...]
    meeting: Meeting | None
    """The meeting (例会) that answers the period, once it is called."""
    period: Period
    periods: tuple[Period, ...]
    newer: Period | None
    cutoff: CutOff
    counts: ObligationCounts
    rows: tuple[UnitRow, ...]
    waiting: tuple[Waiting, ...]
    waiting_elsewhere: int
    """Returns of the cadence's other periods that wait to be read."""
    silent_twice: int
    """Outstanding now and missed the period before."""
    since_closed: dict[Slice, Changed]
    """What has moved since the period closed."""

    @property
    def by_week(self) -> bool:
        """Whether each period is one week."""
        return by_week(self.cadence)

    @property
    def asks_progress(self) -> bool:
        """Whether a return has a line a task."""
        return self.cadence.answer == Answer.PROGRESS

    @property
    def clean(self) -> tuple[Waiting, ...]:
        """What can be accepted in one click."""
        return tuple(item for item in self.waiting if item.clean)

    @property
    def outstanding(self) -> tuple[int, ...]:
        """The obligations whose units have handed in nothing."""
        return tuple(cell.obligation_id for _, cell in self._quiet)

    @property
    def to_urge(self) -> tuple[str, ...]:
        """The same as urging (催办) names them."""
        return tuple(ref_of(RETURN, cell.obligation_id, unit_id) for unit_id, cell in self._quiet)

    @property
    def _quiet(self) -> tuple[tuple[int, GridCell], ...]:
        last = [(row.load.unit_id, row.cells[-1]) for row in self.rows]
        return tuple((unit_id, cell) for unit_id, cell in last if cell and cell.state in _QUIET)


@dataclass(frozen=True, slots=True)
class PlanReporting:
    """A cadence of a plan as the family's first page lists it; a plan without any has one line."""

    plan: Plan
    cadence: Cadence | None
    period: Period | None
    cutoff: CutOff | None
    counts: ObligationCounts | None
    wanted: tuple[str, ...] = ()
    """The names of what the document asks for beside what is set; on the plan's first line."""


def by_week(cadence: Cadence) -> bool:
    """Whether each period of a cadence is one week."""
    return cadence.step == Step.WEEK and cadence.every == 1


def overview(session: Session, *, now: datetime) -> list[PlanReporting]:
    """Every plan with the state of the running period of each of its cadences."""
    calendar = calendars.load(session)
    periods = queries.current_periods(session, now)
    counted = queries.counts_by_period(session, [period.id for period in periods.values()])
    plans = cells_of.plans_with_returns(session)
    texts = regimes_of_text(session, [plan.id for plan, _ in plans])
    found = []
    for plan, cadences in plans:
        several: list[Cadence | None] = [*cadences] or [None]
        wanted = not_yet_set(texts.get(plan.id, {}), {cadence.kind for cadence in cadences})
        for place, cadence in enumerate(several):
            period = periods.get(cadence.id) if cadence else None
            due_at = answer_times.of_period(session, period) if period else None
            cutoff = cutoff_of(due_at, now=now, calendar=calendar) if due_at else None
            counts = counted[period.id] if period else None
            found.append(PlanReporting(plan, cadence, period, cutoff, counts, () if place else wanted))
    return found


def board(session: Session, plan_id: int, key: str, *, kind: str = "", now: datetime) -> Board | None:
    """The board of a cadence at a period; None when no period has opened.

    Without a `kind` it is the plan's first cadence, without a `key` the newest period that has opened.

    Raises:
        NotFound: there is no such plan, cadence or period.

    """
    plan = queries.plan(session, plan_id)
    known = queries.cadences(session, [plan_id])[plan_id]
    cadence = queries.chosen(known, kind)
    if plan is None or (cadence is None and (kind or key)):
        raise NotFound
    periods = _periods(session, cadence, key) if cadence else ()
    if cadence is None or not periods:
        return None
    period = periods[-1]
    cells = cells_of.grid(session, [item.id for item in periods])
    asked_units = {cell.unit_id for cell in cells}
    loads = cells_of.unit_loads(session, plan_id, asked=asked_units, today=china_day(now))
    rows = tuple(_rows(loads, cells, periods))
    meeting = meetings.of_period(session, period.id) if cadence.answer == Answer.MEETING else None
    due_at = tell_by(period.due_at, meeting.starts_at if meeting else None)
    here = [cell for cell in cells if cell.period_id == period.id]
    counts = ObligationCounts(Counter((cell.state, cell.late) for cell in here))
    # What is told before a meeting waits for the meeting, not to be read one by one.
    called = meeting is not None and meeting.state == MeetingState.CALLED
    names = {row.load.unit_id: row.load.name for row in rows}
    return Board(
        plan=plan,
        cadence=cadence,
        meeting=meeting,
        cadences=tuple(known),
        period=period,
        periods=periods,
        newer=cells_of.period_after(session, period) if key else None,
        cutoff=cutoff_of(due_at, now=now, calendar=calendars.load(session)),
        counts=counts,
        rows=rows,
        waiting=() if called else tuple(waiting_in(session, period, here, names)),
        waiting_elsewhere=_waiting_elsewhere(session, period),
        silent_twice=_silent_twice(session, periods),
        since_closed=changes(queries.frozen_figures(session, [period.id])[period.id], counts),
    )


def _periods(session: Session, cadence: Cadence, key: str) -> tuple[Period, ...]:
    """The last periods that have opened, up to the one named by its key.

    Raises:
        NotFound: none of this key has opened.

    """
    asked = queries.period_by_key(session, cadence.id, key) if key else None
    if key and (asked is None or asked.state == "upcoming"):
        raise NotFound
    until = asked.starts_on if asked else None
    return tuple(queries.recent_periods(session, cadence.id, until=until, last=LAST))


def _waiting_elsewhere(session: Session, period: Period) -> int:
    elsewhere = ObligationFilter(
        plan_id=period.plan_id, cadence_id=period.cadence_id, part=Slice.SUBMITTED,
        other_than=period.id, to_read=True,
    )  # fmt: skip
    return queries.counts(session, elsewhere).submitted


def _silent_twice(session: Session, periods: Sequence[Period]) -> int:
    if len(periods) == 1:
        return 0
    before, period = periods[-2:]
    wanted = ObligationFilter(period_id=period.id, part=Slice.OUTSTANDING, missed_before=before.id)
    return queries.counts(session, wanted).outstanding


@dataclass(frozen=True, slots=True)
class ObligationList:
    """A list that a number has opened, with the words for what it shows."""

    plan: Plan | None
    cadence: Cadence | None
    period: Period | None
    others: tuple[Period, ...]
    """Periods of other cadences that are taken together with it."""
    other_than: Period | None
    missed_before: Period | None
    part: Slice | None
    unit_name: str
    rows: tuple[queries.ObligationRow, ...]
    total: int
    page: int
    pages: int

    @property
    def span(self) -> str:
        """What a period is called: 周 or 期."""
        return "周" if self.cadence and by_week(self.cadence) else "期"


PAGE_SIZE = 100


def obligations(
    session: Session,
    actor: Actor,
    wanted: ObligationFilter,
    *,
    kind: str = "",
    period_key: str = "",
    other_than: str = "",
    missed_before: str = "",
    together: bool = False,
    page: int = 1,
) -> ObligationList:
    """The list behind a number; a unit's person sees the unit's own only.

    Cadence and periods are named by their keys; periods without a cadence are those of the plan's first.
    Several periods may be taken `together` with the one that is named (`reporting.taken_together`).

    Raises:
        NotFound: the plan, the cadence or the period does not exist.

    """
    plan = queries.plan(session, wanted.plan_id) if wanted.plan_id else None
    if wanted.plan_id and plan is None:
        raise NotFound
    keys = (period_key, other_than, missed_before)
    cadence = queries.cadence_of(session, plan.id, kind) if plan and (kind or any(keys)) else None
    if cadence is None and (kind or any(keys)):
        raise NotFound
    period, other, missed = (_named(session, cadence, key) for key in keys)
    meant = queries.taken_together(session, period) if period and together else [period] if period else None
    unit_id = actor.unit_id if actor.role == "unit" else wanted.unit_id
    narrowed = ObligationFilter(
        plan_id=wanted.plan_id, cadence_id=cadence.id if cadence and not meant else None,
        period_ids=tuple(each.id for each in meant) if meant else None, unit_id=unit_id,
        part=wanted.part, late=wanted.late, due_from=wanted.due_from, due_to=wanted.due_to,
        to_read=wanted.to_read, other_than=other.id if other else None,
        missed_before=missed.id if missed else None, class_id=wanted.class_id,
    )
    total = sum(queries.counts(session, narrowed).by.values())
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    rows = queries.list_obligations(session, narrowed, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    class_name = cells_of.class_name(session, wanted.class_id)
    unit_name = cells_of.unit_name(session, unit_id) if unit_id else class_name
    return ObligationList(
        plan, cadence, period, tuple(meant[1:]) if meant else (), other, missed, wanted.part, unit_name,
        tuple(rows), total, page, pages,
    )  # fmt: skip


def _named(session: Session, cadence: Cadence | None, key: str) -> Period | None:
    """The cadence's period of this key, if one is named."""
    period = queries.period_by_key(session, cadence.id, key) if cadence and key else None
    if key and period is None:
        raise NotFound
    return period


def _rows(
    loads: Iterable[UnitLoad], cells: Iterable[GridCell], periods: Iterable[Period]
) -> Iterable[UnitRow]:
    by_place = {(cell.unit_id, cell.period_id): cell for cell in cells}
    asked_units = {unit_id for unit_id, _ in by_place}
    period_ids = [period.id for period in periods]
    for load in loads:
        if load.unit_id not in asked_units and not load.tasks:
            continue
        found = tuple(by_place.get((load.unit_id, period_id)) for period_id in period_ids)
        settled = [cell for cell in found if cell and cell.state not in {State.OPEN, State.WAIVED}]
        on_time = sum(cell.state is not State.MISSED and not cell.late for cell in settled)
        yield UnitRow(load, found, on_time, len(settled))

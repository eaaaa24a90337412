"""Obligations (应报) read by period, plan and unit: one filter for every count and every list.

A number on a page and the list it opens are made from the same `ObligationFilter`, so that they cannot
differ: `counts(session, wanted).of(Slice.MISSED)` is the length of
`list_obligations(session, replace(wanted, part=Slice.MISSED))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from tracker.domain.asking import Answer, in_order
from tracker.domain.meeting import MeetingState
from tracker.domain.obligation import ObligationState as State
from tracker.store.queries import answer_times
from tracker.store.queries.obligation_counts import LATENESS, STATES, ObligationCounts, Slice
from tracker.store.tables import Cadence, Meeting, Obligation, Period, PeriodFact, Plan, Unit

__all__ = ["ObligationCounts", "Slice"]


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """Which obligations are meant; what is None does not narrow."""

    plan_id: int | None = None
    cadence_id: int | None = None
    period_id: int | None = None
    unit_id: int | None = None
    class_id: int | None = None
    """Only of units of this class."""
    part: Slice | None = None
    late: bool | None = None
    period_ids: tuple[int, ...] | None = None
    other_than: int | None = None
    """Every period but this one."""
    missed_before: int | None = None
    """Only of units that have handed in nothing for this other period."""
    due_from: date | None = None
    due_to: date | None = None
    """Only of periods whose last day lies between these, both days included."""
    to_read: bool = False
    """Only what the office reads: what is told before a meeting (例会) waits for the meeting instead."""


@dataclass(frozen=True, slots=True)
class ObligationRow:
    """One obligation as a list shows it."""

    id: int
    plan_id: int
    plan_title: str
    cadence_kind: str
    cadence_name: str
    answer: str
    period_id: int
    period_key: str
    period_label: str
    due_at: datetime
    unit_id: int
    unit_name: str
    state: State
    late: bool
    submitted_at: datetime | None
    note: str


def conditions(wanted: ObligationFilter) -> list[ColumnElement[bool]]:
    """The WHERE of every count and every list of obligations."""
    found: list[ColumnElement[bool]] = []
    if wanted.plan_id is not None:
        found.append(Obligation.plan_id == wanted.plan_id)
    if wanted.cadence_id is not None:
        found.append(Obligation.cadence_id == wanted.cadence_id)
    if wanted.period_id is not None:
        found.append(Obligation.period_id == wanted.period_id)
    if wanted.period_ids is not None:
        found.append(Obligation.period_id.in_(wanted.period_ids))
    if wanted.unit_id is not None:
        found.append(Obligation.unit_id == wanted.unit_id)
    if wanted.class_id is not None:
        of_class = select(Unit.id).where(Unit.unit_class_id == wanted.class_id)
        found.append(Obligation.unit_id.in_(of_class))
    if wanted.other_than is not None:
        found.append(Obligation.period_id != wanted.other_than)
    if wanted.missed_before is not None:
        found.append(_missed(wanted.missed_before))
    if wanted.late is not None:
        found.append(Obligation.late.is_(wanted.late))
    if wanted.due_from is not None or wanted.due_to is not None:
        found.append(_due_between(wanted.due_from, wanted.due_to))
    if wanted.to_read:
        called = (Meeting.period_id == Obligation.period_id, Meeting.state == MeetingState.CALLED.value)
        found.append(~select(Meeting.id).where(*called).correlate(Obligation).exists())
    if wanted.part is not None:
        found.append(Obligation.state.in_(sorted(STATES[wanted.part])))
        if (lateness := LATENESS.get(wanted.part)) is not None:
            found.append(Obligation.late.is_(true() if lateness else false()))
    return found


def _missed(period_id: int) -> ColumnElement[bool]:
    """The unit of an obligation has missed the other period."""
    other = aliased(Obligation)
    missed = (other.unit_id == Obligation.unit_id, other.state == State.MISSED.value)
    return select(other.id).where(other.period_id == period_id, *missed).correlate(Obligation).exists()


def _held() -> ColumnElement[bool]:
    """The period's meeting (例会) was held and its minutes are closed: nobody can come to it any more."""
    closed = (Meeting.period_id == Obligation.period_id, Meeting.state == MeetingState.CLOSED.value)
    return select(Meeting.id).where(*closed).correlate(Obligation).exists()


def _due_between(first: date | None, last: date | None) -> ColumnElement[bool]:
    """The period's last day lies between two days."""
    period = aliased(Period)
    days = [period.id == Obligation.period_id]
    if first is not None:
        days.append(period.due_on >= first)
    if last is not None:
        days.append(period.due_on <= last)
    return select(period.id).where(*days).correlate(Obligation).exists()


def counts_by_unit(session: Session, wanted: ObligationFilter) -> dict[int, ObligationCounts]:
    """`counts` for each unit that is asked; one query for all."""
    rows = session.execute(
        select(Obligation.unit_id, Obligation.state, Obligation.late, func.count())
        .where(*conditions(wanted))
        .group_by(Obligation.unit_id, Obligation.state, Obligation.late)
    )
    found: dict[int, ObligationCounts] = {}
    for unit_id, state, late, number in rows:
        found.setdefault(unit_id, ObligationCounts()).by[State(state), late] = number
    return found


def counts(session: Session, wanted: ObligationFilter) -> ObligationCounts:
    """How many obligations the filter meets, by state and lateness."""
    rows = session.execute(
        select(Obligation.state, Obligation.late, func.count())
        .where(*conditions(wanted))
        .group_by(Obligation.state, Obligation.late)
    )
    return ObligationCounts({(State(state), late): count for state, late, count in rows})


def counts_by_period(
    session: Session, period_ids: Sequence[int], wanted: ObligationFilter | None = None
) -> dict[int, ObligationCounts]:
    """What each period's returns stand at now, by the same filter as their lists; one query for all.

    Not the figures frozen at the cut-off: a return handed in late since then is in the list, and a number
    that opens a list must be the length of it. The frozen ones stand beside it where they differ.
    """
    rows = session.execute(
        select(Obligation.period_id, Obligation.state, Obligation.late, func.count())
        .where(*conditions(replace(wanted or ObligationFilter(), period_ids=tuple(period_ids))))
        .group_by(Obligation.period_id, Obligation.state, Obligation.late)
    )
    found = {period_id: ObligationCounts() for period_id in period_ids}
    for period_id, state, late, number in rows:
        found[period_id].by[State(state), late] = number
    return found


def period_counts(session: Session, period_id: int, *, unit_id: int | None = None) -> ObligationCounts:
    """The counts of one period, for all units or one."""
    return counts(session, ObligationFilter(period_id=period_id, unit_id=unit_id))


def list_obligations(
    session: Session, wanted: ObligationFilter, *, limit: int | None = None, offset: int = 0
) -> list[ObligationRow]:
    """The obligations the filter meets: newest period first, units in their order."""
    query = _rows().where(*conditions(wanted))
    query = query.order_by(Period.starts_on.desc(), Unit.position, Unit.id, Obligation.id)
    return [_row(row) for row in session.execute(query.limit(limit).offset(offset))]


def wanting_return(session: Session, unit_id: int) -> list[ObligationRow]:
    """What a unit still has to hand in: sent back first, then by cut-off; a meeting that is over is over."""
    wanting = sorted(state for state in State if state.wants_return)
    query = _rows().where(Obligation.unit_id == unit_id, Obligation.state.in_(wanting), ~_held())
    rows = [_row(row) for row in session.execute(query.order_by(answer_times.column(), Obligation.id))]
    return sorted(rows, key=lambda row: row.state is not State.RETURNED)


def handed_in_and_open(session: Session, unit_id: int) -> list[ObligationRow]:
    """What a unit has handed in, or need not, for periods that are still open; and what waits to be read."""
    settled = (State.SUBMITTED.value, State.ACCEPTED.value, State.WAIVED.value)
    unsettled = or_(Period.state == "open", Obligation.state == State.SUBMITTED.value)
    query = _rows().where(Obligation.unit_id == unit_id, Obligation.state.in_(settled), unsettled)
    query = query.order_by(Period.due_at, Obligation.id)
    return [_row(row) for row in session.execute(query)]


def current_periods(session: Session, now: datetime) -> dict[int, Period]:
    """The period each cadence's board opens with, by cadence: the newest that has been opened by `now`."""
    opened = (Period.state != "upcoming", Period.opened_at <= now)
    place = func.row_number().over(partition_by=Period.cadence_id, order_by=Period.starts_on.desc())
    placed = select(Period.id, place.label("place")).where(*opened).subquery()
    query = select(Period).join(placed, placed.c.id == Period.id).where(placed.c.place == 1)
    return {period.cadence_id: period for period in session.scalars(query)}


def period_by_key(session: Session, cadence_id: int, key: str) -> Period | None:
    """A period of the cadence by its key (2026-W40)."""
    query = select(Period).where(Period.cadence_id == cadence_id, Period.key == key)
    return session.scalars(query).first()


def recent_periods(
    session: Session, cadence_id: int, *, until: date | None = None, last: int = 10
) -> list[Period]:
    """The last opened periods of a cadence up to one that starts on `until`, oldest first."""
    query = select(Period).where(Period.cadence_id == cadence_id, Period.state != "upcoming")
    if until is not None:
        query = query.where(Period.starts_on <= until)
    query = query.options(joinedload(Period.cadence)).order_by(Period.starts_on.desc())
    return list(session.scalars(query.limit(last)))[::-1]


LIGHTS = ("green", "yellow", "red", "grey")


def frozen_figures(session: Session, period_ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """What closed periods keep of their cut-off, by the names of `PeriodFact`; open ones keep nothing yet."""
    found: dict[int, dict[str, int]] = {period_id: {} for period_id in period_ids}
    for fact in session.scalars(select(PeriodFact).where(PeriodFact.period_id.in_(period_ids))):
        found[fact.period_id][fact.name] = fact.value
    return found


def figures_of(found: ObligationCounts) -> dict[str, int]:
    """The figures that a closed period keeps, by the names of `PeriodFact`."""
    return {
        "due": found.due,
        "on_time": found.on_time,
        "late": found.late,
        "missed": found.missed,
        "waived": found.waived,
    }


def cadences(session: Session, plan_ids: Iterable[int]) -> dict[int, list[Cadence]]:
    """The cadences of some plans, on or off, by plan: the common ones in their order, then others."""
    found: dict[int, list[Cadence]] = {plan_id: [] for plan_id in plan_ids}
    for cadence in session.scalars(select(Cadence).where(Cadence.plan_id.in_(found))):
        found[cadence.plan_id].append(cadence)
    for several in found.values():
        several.sort(key=lambda cadence: in_order(cadence.kind))
    return found


def cadence_of(session: Session, plan_id: int, kind: str = "") -> Cadence | None:
    """One cadence of a plan, as `chosen` chooses it."""
    return chosen(cadences(session, [plan_id])[plan_id], kind)


def chosen(known: Sequence[Cadence], kind: str = "") -> Cadence | None:
    """The cadence of this key; without one, the first that is on, or else the first."""
    if kind:
        return next((cadence for cadence in known if cadence.kind == kind), None)
    return next((cadence for cadence in known if cadence.active), known[0] if known else None)


def progress_cadence(session: Session, plan_id: int) -> Cadence | None:
    """The cadence whose pages tell how the tasks stand (进展): the first that is on, or else the first."""
    known = cadences(session, [plan_id])[plan_id]
    return chosen([cadence for cadence in known if cadence.answer == Answer.PROGRESS])


def taken_together(session: Session, period: Period) -> list[Period]:
    """A period of returns on progress, and those of the plan's other such cadences that belong with it.

    Of each other cadence: its period of the very same days, or else those that fall due on one of these days.
    """
    same = and_(Period.starts_on == period.starts_on, Period.ends_on == period.ends_on)
    within = Period.due_on.between(period.starts_on, period.ends_on)
    query = (
        select(Period)
        .join(Cadence, Cadence.id == Period.cadence_id)
        .where(Period.plan_id == period.plan_id, Period.cadence_id != period.cadence_id)
        .where(Cadence.answer == Answer.PROGRESS.value, Period.state != "upcoming", or_(same, within))
        .options(contains_eager(Period.cadence))
        .order_by(Period.starts_on)
    )
    others = list(session.scalars(query))
    exact = {each.cadence_id for each in others if _days(each) == _days(period)}
    found = [each for each in others if each.cadence_id not in exact or _days(each) == _days(period)]
    return [period, *sorted(found, key=lambda each: in_order(each.cadence.kind))]


def _days(period: Period) -> tuple[date, date]:
    return period.starts_on, period.ends_on


def plan(session: Session, plan_id: int) -> Plan | None:
    """The plan whose returns are meant."""
    return session.get(Plan, plan_id)


# Labelled as the fields of `ObligationRow`.
_COLUMNS = (
    Obligation.id,
    Obligation.plan_id,
    Plan.title.label("plan_title"),
    Cadence.kind.label("cadence_kind"),
    Cadence.name.label("cadence_name"),
    Cadence.answer,
    Obligation.period_id,
    Period.key.label("period_key"),
    Period.label.label("period_label"),
    answer_times.column().label("due_at"),
    Obligation.unit_id,
    Unit.name.label("unit_name"),
    Obligation.state,
    Obligation.late,
    Obligation.submitted_at,
    Obligation.note,
)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(*_COLUMNS)
        .select_from(Obligation)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .join(Unit, Unit.id == Obligation.unit_id)
        .join(Plan, Plan.id == Obligation.plan_id)
    )


def _row(row: Row[*tuple[Any, ...]]) -> ObligationRow:
    values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row's names
    return ObligationRow(**values | {"state": State(values["state"])})

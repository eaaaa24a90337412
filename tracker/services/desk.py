"""The office's desk (工作台): what waits today, each number counted with the filter that its link carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.task import OPEN_STATES
from tracker.services import board, calendar_changes, heartbeats, ledger, settings
from tracker.services.board import PlanReporting
from tracker.services.ledger import LedgerLine, LedgerQuery, light_days
from tracker.services.settings import YearOfCalendar
from tracker.store.queries import imports, outbox, reporting, units
from tracker.store.queries import ledger as tasks
from tracker.store.queries.imports import ListedDraft
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.reporting import ObligationFilter, ObligationRow, Slice

SHOWN = 6
"""Rows of a list on the desk; the rest is one click away."""
OPEN_DRAFT = "open"
NEXT_YEAR_MATTERS_FROM = 10
"""October: deadlines of plans made from then on reach into the next year."""


@dataclass(frozen=True, slots=True)
class TaskList:
    """The first tasks of a filter, and how many there are."""

    query: LedgerQuery
    lines: tuple[LedgerLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class MachineState:
    """Whether the machine does its part."""

    undelivered: int
    last_beat: datetime | None
    beat_is_late: bool
    guessed_years: tuple[YearOfCalendar, ...]
    calendar_moves: int
    """Cut-offs and due days that the calendar as it stands would have otherwise."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the office looks at first."""

    reporting: tuple[PlanReporting, ...]
    waiting: tuple[ObligationRow, ...]
    waiting_total: int
    awaiting: TaskList
    """Reported as done by every unit: the office looks at it and signs it off, or asks for more."""
    overdue: TaskList
    first_overdue: int
    """Late by the days as they first were: what is overdue, and what was put off."""
    first_query: LedgerQuery
    soon: TaskList
    drafts: tuple[ListedDraft, ...]
    drafts_total: int
    machine: MachineState
    has_plans: bool
    units_without_account: int

    @property
    def running(self) -> tuple[PlanReporting, ...]:
        """What asks for returns now: the tasks always, other reports while they are open or unanswered."""
        return tuple(item for item in self.reporting if _is_running(item))


def _is_running(item: PlanReporting) -> bool:
    if item.period is None or item.cadence is None or item.counts is None:
        return False
    if item.cadence.answer == Answer.PROGRESS or item.period.state == "open":
        return True
    return bool(item.counts.outstanding or item.counts.submitted or item.counts.returned)


def view(session: Session, actor: Actor, *, today: date, now: datetime) -> Desk:
    """The desk as it stands."""
    plans = tasks.plan_choices(session, actor)
    soon_until = light_days(session, today).soon_until
    awaiting = LedgerFilter(every_year=True, awaiting=True)
    overdue = LedgerFilter(every_year=True, overdue=True)
    first = LedgerFilter(every_year=True, first_overdue=True)
    soon = LedgerFilter(every_year=True, due_from=today, due_to=soon_until, states=OPEN_STATES)
    waiting = ObligationFilter(part=Slice.SUBMITTED, to_read=True)
    return Desk(
        reporting=tuple(board.overview(session, now=now)),
        waiting=tuple(reporting.list_obligations(session, waiting, limit=SHOWN)),
        waiting_total=reporting.counts(session, waiting).submitted,
        awaiting=_tasks(session, actor, awaiting, today),
        overdue=_tasks(session, actor, overdue, today),
        first_overdue=tasks.counts(session, [first], light_days(session, today), actor)[0],
        first_query=LedgerQuery(first, sort=Sort.DUE),
        soon=_tasks(session, actor, soon, today),
        drafts=tuple(imports.listed(session, states=(OPEN_DRAFT,), limit=SHOWN, offset=0)),
        drafts_total=imports.count_by_state(session).get(OPEN_DRAFT, 0),
        machine=_machine(session, today=today, now=now),
        has_plans=bool(plans),
        units_without_account=_without_account(session, [plan_id for plan_id, _, _ in plans]),
    )


def _tasks(session: Session, actor: Actor, wanted: LedgerFilter, today: date) -> TaskList:
    days = light_days(session, today)
    query = LedgerQuery(wanted, sort=Sort.DUE)
    total = sum(tasks.light_counts(session, wanted, days, actor).values())
    rows = tasks.rows(session, wanted, days, actor, sort=query.sort, limit=SHOWN, offset=0)
    return TaskList(query, ledger.lines(session, actor, rows, today=today), total)


def _machine(session: Session, *, today: date, now: datetime) -> MachineState:
    last = heartbeats.newest(session)
    until = today.year + (today.month >= NEXT_YEAR_MATTERS_FROM)
    years = settings.calendar_years(session, range(today.year, until + 1))
    return MachineState(
        undelivered=outbox.troubled_count(session),
        last_beat=last,
        beat_is_late=heartbeats.is_late(last, now=now),
        guessed_years=tuple(year for year in years if not year.official),
        calendar_moves=calendar_changes.pending_count(session, now=now),
    )


def _without_account(session: Session, plan_ids: Sequence[int]) -> int:
    """How many units have work in a plan and nobody who can sign in for it."""
    working = [unit_id for unit_id, _ in tasks.unit_choices(session, plan_ids)]
    return len(working) - len(units.count_accounts(session, working))

"""一家一页: how one unit stands in one plan, on one sheet of paper, every number the length of a list.

Each number is counted with the filter that its link carries, so the two cannot differ.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Colour
from tracker.domain.notices import Addressee
from tracker.domain.request import RequestState
from tracker.domain.task import OPEN_STATES, Role, TaskState
from tracker.services import burden, plan_choice, quotas, request_pages
from tracker.services.burden import Asked
from tracker.services.dashboard import AHEAD, Cell, Listing
from tracker.services.ledger import LedgerQuery, light_days, lines
from tracker.services.request_pages import RequestFilter
from tracker.services.supervision_pages import Line as OrderLine
from tracker.services.supervision_pages import lines as order_lines
from tracker.store.queries import (
    audience,
    decisions,
    experience_lists,
    reporting,
    requests,
    supervision,
    units,
)
from tracker.store.queries import ledger as tasks
from tracker.store.queries import unit_overview as queries
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.experience_lists import ArticleCounts, ArticleFilter, Part
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.lights import LightDays
from tracker.store.queries.reporting import ObligationCounts
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.queries.unit_overview import Answered
from tracker.store.tables import Cadence, Period, Unit

WEEKS = 26
SHOWN, FEW = 8, 4
"""Tasks of a list and orders on the page, which is one sheet of A4; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class People:
    """Whom to call: the directory's contact, and who signs in for the unit."""

    contacts: tuple[str, ...]
    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tasks:
    """The unit's tasks in the plan."""

    lights: dict[Colour, int]
    signed_off: int
    awaiting: int
    """All say that they are done, and the office has not signed them off."""
    roles: dict[Role, int]
    sections: tuple[tuple[str, Cell], ...]
    overdue: Listing
    due_soon: Listing

    @property
    def total(self) -> int:
        return sum(self.lights.values())


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One of the plan's cadences, and what the unit's returns stand at."""

    cadence: Cadence
    counts: ObligationCounts


@dataclass(frozen=True, slots=True)
class Week:
    """A period of the returns on progress, and what the unit's return stands at; None: nothing was owed."""

    period: Period
    answered: Answered | None


@dataclass(frozen=True, slots=True)
class QuotaLine:
    """One quota, and the unit's line of it."""

    target: quotas.Target
    line: quotas.Line


@dataclass(frozen=True, slots=True)
class Matters:
    """What goes to and fro between the unit and the office: requests, decisions, orders, articles."""

    requests: int
    requests_waiting: int
    decisions_open: int
    decisions_overdue: int
    orders: int
    orders_open: int
    order_lines: tuple[OrderLine, ...]
    """The first of the open ones."""
    articles: ArticleCounts


@dataclass(frozen=True, slots=True)
class UnitOverview:
    """The page."""

    unit: Unit
    plan_id: int
    title: str
    plans: tuple[tuple[int, int, str], ...]
    people: People
    tasks: Tasks
    rhythms: tuple[Rhythm, ...]
    progress: Cadence | None
    weeks: tuple[Week, ...]
    quotas: tuple[QuotaLine, ...]
    matters: Matters
    asked: Asked
    asked_before: Asked


def view(session: Session, actor: Actor, *, unit_id: int, plan_id: int | None, now: datetime) -> UnitOverview:
    """The page of one unit and one plan; without a plan that of the newest that units report on.

    Raises:
        NotFound: there is no such unit or plan, or no plan at all.

    """
    unit, today = units.get(session, unit_id), china_day(now)
    if unit is None:
        raise NotFound
    plans = tuple(tasks.plan_choices(session, actor))
    plan = plan_choice.shown(session, plans, plan_id)
    plan_id = plan.id
    progress = reporting.progress_cadence(session, plan_id)
    asked, asked_before = burden.two_months(session, unit_id, today=today)
    return UnitOverview(
        unit=unit,
        plan_id=plan_id,
        title=plan.title,
        plans=plans,
        people=_people(session, unit_id, today),
        tasks=_tasks(session, actor, plan_id, unit_id, light_days(session, today)),
        rhythms=_rhythms(session, plan_id, unit_id),
        progress=progress,
        weeks=_weeks(session, progress, unit_id),
        quotas=_quotas(session, actor, plan_id, unit_id, today),
        matters=_matters(session, actor, plan_id, unit_id, today),
        asked=asked,
        asked_before=asked_before,
    )


def requests_page(session: Session, *, unit_id: int, wanted: RequestFilter, page: int) -> RequestsPage:
    """What a unit has asked the office, for whoever looks at the unit.

    Raises:
        NotFound: there is no such unit.

    """
    unit = units.get(session, unit_id)
    if unit is None:
        raise NotFound
    return RequestsPage(unit, request_pages.listing(session, wanted, page=page))


@dataclass(frozen=True, slots=True)
class RequestsPage:
    """A unit's requests."""

    unit: Unit
    listing: request_pages.Listing


def _people(session: Session, unit_id: int, today: date) -> People:
    found = audience.of_units(session, {unit_id}, today=today).people
    names = [
        tuple(account.display_name for account in found.get((unit_id, to), {}).values())
        for to in (Addressee.CONTACT, Addressee.HEAD)
    ]
    return People(*names)


def _tasks(session: Session, actor: Actor, plan_id: int, unit_id: int, days: LightDays) -> Tasks:
    whole = LedgerFilter(plan_id=plan_id, unit_id=unit_id)
    states = tasks.counts_by_state(session, whole, days, actor)
    shares: dict[str, dict[Colour, int]] = {}
    for share in queries.sections(session, whole, days, actor):
        shares.setdefault(share.section, {})[share.light] = share.tasks
    late = LedgerFilter(plan_id=plan_id, unit_id=unit_id, overdue=True)
    soon = LedgerFilter(
        plan_id=plan_id, unit_id=unit_id, states=OPEN_STATES, due_from=days.today, due_to=days.today + AHEAD
    )
    awaiting = LedgerFilter(plan_id=plan_id, unit_id=unit_id, awaiting=True)
    late_count, soon_count, awaiting_count = tasks.counts(session, (late, soon, awaiting), days, actor)
    return Tasks(
        lights={light: sum(n for (at, _), n in states.items() if at is light) for light in Colour},
        signed_off=sum(n for (_, state), n in states.items() if state is TaskState.SIGNED_OFF),
        awaiting=awaiting_count,
        roles=queries.roles(session, plan_id, unit_id),
        sections=tuple((section, _cell(by)) for section, by in shares.items()),
        overdue=_listing(session, actor, late, late_count, days),
        due_soon=_listing(session, actor, soon, soon_count, days),
    )


def _cell(by: dict[Colour, int]) -> Cell:
    return Cell(sum(by.values()), by.get(Colour.YELLOW, 0), by.get(Colour.RED, 0))


def _listing(session: Session, actor: Actor, wanted: LedgerFilter, count: int, days: LightDays) -> Listing:
    """The first rows of a list, each with what this unit has said last, not another of the task."""
    rows = tasks.rows(session, wanted, days, actor, sort=Sort.DUE, limit=SHOWN) if count else []
    own = queries.own_words(session, wanted.unit_id or 0, [row.id for row in rows])
    made = lines(session, actor, rows, today=days.today)
    told = tuple(replace(line, latest=own.get(line.task.id)) for line in made)
    return Listing(LedgerQuery(wanted, Sort.DUE), count, told)


def _rhythms(session: Session, plan_id: int, unit_id: int) -> tuple[Rhythm, ...]:
    counts = queries.counts_by_cadence(session, plan_id, unit_id)
    known = reporting.cadences(session, [plan_id])[plan_id]
    return tuple(Rhythm(cadence, counts[cadence.id]) for cadence in known if cadence.id in counts)


def _weeks(session: Session, progress: Cadence | None, unit_id: int) -> tuple[Week, ...]:
    periods = reporting.recent_periods(session, progress.id, last=WEEKS) if progress else []
    found = queries.answered(session, unit_id, [period.id for period in periods])
    return tuple(Week(period, found.get(period.id)) for period in periods)


def _quotas(session: Session, actor: Actor, plan_id: int, unit_id: int, today: date) -> tuple[QuotaLine, ...]:
    """The quotas that the unit owes; of those that are counted together the one line there is."""
    found = quotas.of_unit(session, actor, plan_id=plan_id, unit_id=unit_id, today=today)
    return tuple(QuotaLine(target, line) for target in found for line in target.lines)


def _matters(session: Session, actor: Actor, plan_id: int, unit_id: int, today: date) -> Matters:
    every = RequestFilter(plan_id=plan_id, unit_id=unit_id)
    waiting = RequestFilter(plan_id=plan_id, unit_id=unit_id, state=RequestState.WAITING)
    open_orders = OrderFilter(OrderPart.OPEN, plan_id, unit_id)
    shown = supervision.listed(session, actor, open_orders, today=today, limit=FEW)
    pending, late = (
        decisions.count(session, actor, DecisionFilter(part, plan_id, unit_id), today=today)
        for part in (DecisionPart.UNRESOLVED, DecisionPart.OVERDUE)
    )
    return Matters(
        requests=requests.count(session, every),
        requests_waiting=requests.count(session, waiting),
        decisions_open=pending,
        decisions_overdue=late,
        orders=supervision.count(session, actor, OrderFilter(None, plan_id, unit_id), today=today),
        orders_open=supervision.count(session, actor, open_orders, today=today),
        order_lines=order_lines(shown, today),
        articles=experience_lists.counts(session, actor, ArticleFilter(plan_id, unit_id)),
    )


ARTICLE_PARTS = (Part.HANDED_IN, Part.ADOPTED, Part.SHOWN, Part.SENT_UP, Part.TAKEN_UP)
"""What the page says of the unit's articles of experience."""

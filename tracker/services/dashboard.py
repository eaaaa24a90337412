"""The leader's page (驾驶舱): one plan on one sheet of paper, every number the length of a list.

It answers four questions at its head: are we on course, who is behind, what has changed, what needs me. Each
number is counted with the filter that its link carries, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Colour, Health, describe
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.services import dashboard_needs, hard_cases, movements, plan_choice, quotas, settings
from tracker.services.closed_weeks import Changed, changes
from tracker.services.dashboard_needs import Needs
from tracker.services.dashboard_scope import Scope
from tracker.services.hard_cases import HardCases
from tracker.services.ledger import LedgerLine, LedgerQuery, light_days, lines
from tracker.services.matrix import Cell, Matrix, MatrixRow, matrix
from tracker.services.movements import Since
from tracker.services.quotas import Behind
from tracker.store.queries import dashboard as queries
from tracker.store.queries import ledger as tasks
from tracker.store.queries import movements as frozen_lights
from tracker.store.queries import quotas as quota_queries
from tracker.store.queries import reporting, units
from tracker.store.queries.dashboard import PartRow, Share
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.lights import LightDays
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter, Slice
from tracker.store.tables import Period

__all__ = ["Cell", "Matrix", "MatrixRow", "Scope", "matrix"]

WEEKS = 10
A_YEAR = 60
"""As many periods one can look back on."""
AHEAD = timedelta(days=30)
SHOWN = 8
"""Rows of a list on the page; the rest is one click away."""
ON_PAPER = ((24, 12), (36, 10), (48, 8), (72, 7))
"""How many rows of each list one sheet of A3 has room for beside a matrix of at most so many units."""
LEAST_ON_PAPER = 4
PAGE = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list, how long it is, and the query that opens all of it."""

    query: LedgerQuery
    count: int
    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """A reporting period and what its returns stand at now."""

    period: Period
    counts: ObligationCounts
    frozen: Mapping[str, int]
    """The figures kept at its cut-off, by the names of `PeriodFact`."""
    since_closed: Mapping[Slice, Changed]
    """What has moved since the period closed."""
    lights: Mapping[Colour, int] | None
    """How many tasks had which light when it closed; None where it was not kept."""
    listed: bool
    """Whether these lights have lists."""


@dataclass(frozen=True, slots=True)
class Silent:
    """How many units let the last two closed periods pass, one after the other."""

    before: Period
    last: Period
    count: int


@dataclass(frozen=True, slots=True)
class QuotaLag:
    """How many lines of the plan's quotas (次数指标) are behind, and what is counted there."""

    pace: int
    end: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hard:
    """老大难: what they are, and the first of them as lines."""

    cases: HardCases
    lines: tuple[LedgerLine, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page can be narrowed to."""

    sections: tuple[str, ...]
    classes: tuple[tuple[int, str], ...]
    units: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The page."""

    scope: Scope
    title: str
    plans: tuple[tuple[int, int, str], ...]
    choices: Choices
    lights: dict[Colour, int]
    signed_off: int
    matrix: Matrix
    late: tuple[MatrixRow, ...]
    """The units with something red, in their order."""
    overdue: Listing
    due_soon: Listing
    hard: Hard
    weeks: tuple[Week, ...]
    since: Since | None
    silent: Silent | None
    quotas: QuotaLag
    needs: Needs
    printed: int
    """Rows of a list on the sheet that is printed."""

    @property
    def plan_id(self) -> int:
        return self.scope.plan_id or 0

    @property
    def tasks(self) -> int:
        return sum(self.lights.values())

    @property
    def this_week(self) -> Week | None:
        return self.weeks[-1] if self.weeks else None

    @property
    def most_due(self) -> int:
        """The highest bar of the chart of returns."""
        return max((week.counts.due for week in self.weeks), default=0)

    @property
    def lit_weeks(self) -> tuple[Week, ...]:
        """The closed weeks whose lights were kept."""
        return tuple(week for week in self.weeks if week.lights is not None)


def view(session: Session, actor: Actor, *, scope: Scope, now: datetime) -> Dashboard | None:
    """The page of one plan; without a name the newest that units report on, or else the newest.

    None when there is no plan at all.

    Raises:
        NotFound: the plan does not exist.

    """
    plans = tasks.plan_choices(session, actor)
    if not plans and scope.plan_id is None:
        return None
    plan = plan_choice.shown(session, plans, scope.plan_id)
    plan_id, scope = plan.id, replace(scope, plan_id=plan.id)
    today = china_day(now)
    days = light_days(session, today)
    states = tasks.counts_by_state(session, scope.tasks, days, actor)
    lights = {light: sum(count for (at, _), count in states.items() if at is light) for light in Colour}
    periods = _periods(session, plan_id)
    cases = hard_cases.of_plan(session, actor, scope, days)
    shares = queries.shares(session, scope.tasks, days)
    whole = matrix(shares)
    narrowed = _matrix(session, scope, shares, whole)
    printed = on_paper(len(narrowed.rows))
    overdue, due_soon, hard, blocked = _listings(session, actor, scope, days, cases, most=max(SHOWN, printed))
    return Dashboard(
        scope=scope,
        title=plan.title,
        plans=tuple(plans),
        choices=_choices(session, actor, plan_id),
        lights=lights,
        signed_off=sum(count for (_, state), count in states.items() if state is TaskState.SIGNED_OFF),
        matrix=narrowed,
        late=whole.late,
        overdue=overdue,
        due_soon=due_soon,
        hard=hard,
        weeks=_weeks(session, actor, scope, days, periods[-WEEKS:]),
        since=movements.since(session, actor, scope, days, periods=periods, lights=lights, now=now),
        silent=_silent(session, scope, periods),
        quotas=_quotas(session, actor, plan_id, today),
        needs=dashboard_needs.of_plan(session, actor, plan_id=plan_id, blocked=blocked, today=today),
        printed=printed,
    )


def on_paper(units: int) -> int:
    """Rows of each list that are printed beside a matrix of so many units."""
    return next((rows for most, rows in ON_PAPER if units <= most), LEAST_ON_PAPER)


def _matrix(session: Session, scope: Scope, shares: Sequence[Share], whole: Matrix) -> Matrix:
    """Of some lights only those; then, and of one unit, nothing is left out."""
    lit = matrix([share for share in shares if share.light in scope.lights]) if scope.lights else whole
    everything = scope.all_units or bool(scope.unit_id or scope.lights)
    return lit.narrowed(all_units=everything, by_lag=settings.units_by_lag(session))


def _choices(session: Session, actor: Actor, plan_id: int) -> Choices:
    return Choices(
        sections=tuple(tasks.section_choices(session, [plan_id], actor)),
        classes=tuple((each.id, each.name) for each in units.classes(session)),
        units=tuple(tasks.unit_choices(session, [plan_id])),
    )


def _listings(
    session: Session, actor: Actor, scope: Scope, days: LightDays, cases: HardCases, *, most: int
) -> tuple[Listing, Listing, Hard, int]:
    """What is overdue, what falls due in thirty days, 老大难, and how much is blocked.

    The rows of all three lists are made together, and so are the counts.
    """
    narrowed = replace(scope.tasks, lights=scope.lights)
    late = LedgerQuery(replace(narrowed, overdue=True), Sort.DUE)
    upcoming = replace(narrowed, states=OPEN_STATES, due_from=days.today, due_to=days.today + AHEAD)
    soon = LedgerQuery(upcoming, Sort.DUE)
    wanted = (late.wanted, soon.wanted, LedgerFilter(plan_id=scope.plan_id, blocked=True))
    shown = [tasks.rows(session, one, days, actor, sort=Sort.DUE, limit=most) for one in wanted[:2]]
    rows = [row for rows in shown for row in rows]
    made = lines(session, actor, [*rows, *cases.tasks[:most]], today=days.today)
    cut, end = len(shown[0]), len(rows)
    late_count, soon_count, blocked = tasks.counts(session, wanted, days, actor)
    return (
        Listing(late, late_count, made[:cut]),
        Listing(soon, soon_count, made[cut:end]),
        Hard(cases, made[end:]),
        blocked,
    )


def _periods(session: Session, plan_id: int) -> list[Period]:
    cadence = reporting.progress_cadence(session, plan_id)
    return reporting.recent_periods(session, cadence.id, last=A_YEAR) if cadence else []


def _weeks(
    session: Session, actor: Actor, scope: Scope, days: LightDays, periods: Sequence[Period]
) -> tuple[Week, ...]:
    ids = [period.id for period in periods]
    asked = ObligationFilter(unit_id=scope.unit_id, class_id=scope.class_id)
    counts = reporting.counts_by_period(session, ids, asked)
    whole = not (scope.unit_id or scope.class_id)
    frozen = reporting.frozen_figures(session, ids)
    lit = frozen_lights.by_period(session, ids, scope.tasks, days, actor)
    made = []
    for period in periods:
        # What was frozen is of the whole plan; narrowed, there is nothing to lay beside it.
        kept = frozen[period.id]
        listed = period.id in lit
        sums = not scope.is_narrowed and any(light.value in kept for light in Colour)
        known = {light: kept.get(light.value, 0) for light in Colour} if sums else None
        moved = changes(kept, counts[period.id]) if whole else {}
        made.append(
            Week(period, counts[period.id], kept, moved, lit[period.id] if listed else known, listed=listed)
        )
    return tuple(made)


def _silent(session: Session, scope: Scope, periods: Sequence[Period]) -> Silent | None:
    closed = [period for period in periods if period.state == "closed"]
    if len(closed) < 2:
        return None
    before, last = closed[-2:]
    wanted = ObligationFilter(
        period_id=last.id, part=Slice.MISSED, missed_before=before.id,
        unit_id=scope.unit_id, class_id=scope.class_id,
    )  # fmt: skip
    return Silent(before, last, reporting.counts(session, wanted).missed)


def _quotas(session: Session, actor: Actor, plan_id: int, today: date) -> QuotaLag:
    found = quotas.look(session, actor, quota_queries.asked_for(session, plan_id=plan_id), today=today)
    names = tuple(dict.fromkeys(target.name for target in found if target.behind))
    return QuotaLag(quotas.lagging(found, Behind.PACE), quotas.lagging(found, Behind.END), names)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in one task, with the task's light in words."""

    row: PartRow
    health: Health


@dataclass(frozen=True, slots=True)
class PartsPage:
    """A page of a plan's parts (分工)."""

    scope: Scope
    title: str
    parts: tuple[Part, ...]
    total: int
    page: int
    pages: int


def parts(session: Session, actor: Actor, *, scope: Scope, page: int, today: date) -> PartsPage:
    """Every unit's part in every task that is meant; a page beyond the last shows the last.

    Raises:
        NotFound: the plan does not exist.

    """
    title = _title(session, actor, scope)
    days, wanted = light_days(session, today), replace(scope.tasks, lights=scope.lights)
    total = queries.part_count(session, wanted, days)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.part_rows(session, wanted, days, limit=PAGE, offset=(page - 1) * PAGE)
    shown = tuple(Part(row, describe(row.rule, next_due_on=row.next_due_on, today=today)) for row in rows)
    return PartsPage(scope, title, shown, total, page, pages)


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """Every unit of a plan with its tasks by light, or those that have a task of some light."""

    scope: Scope
    title: str
    rows: tuple[MatrixRow, ...]


def units_page(session: Session, actor: Actor, *, scope: Scope, today: date) -> UnitsPage:
    """Every unit that has a part in what is meant; of some lights only, those that have one of them.

    Raises:
        NotFound: the plan does not exist.

    """
    title = _title(session, actor, scope)
    shares = queries.shares(session, scope.tasks, light_days(session, today))
    found = matrix(shares).narrowed(all_units=True, by_lag=settings.units_by_lag(session)).rows
    wanted = scope.lights or tuple(Colour)
    return UnitsPage(scope, title, tuple(row for row in found if any(map(row.whole.of, wanted))))


def _title(session: Session, actor: Actor, scope: Scope) -> str:
    titles = {number: title for number, _, title in tasks.plan_choices(session, actor)}
    if scope.plan_id not in titles:
        raise NotFound
    return titles[scope.plan_id]

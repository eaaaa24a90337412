"""The leader's page (驾驶舱): one plan on one sheet of paper, every number the length of a list.

Each number is counted with the filter that its link carries, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotFound
from tracker.domain.health import Colour, Health, describe
from tracker.domain.task import OPEN_STATES, TaskState
from tracker.services.closed_weeks import Changed, changes
from tracker.services.ledger import LedgerLine, LedgerQuery, light_days, lines
from tracker.store.queries import dashboard as queries
from tracker.store.queries import ledger as tasks
from tracker.store.queries import reporting
from tracker.store.queries.dashboard import PartRow, Share
from tracker.store.queries.ledger import LedgerFilter, Sort
from tracker.store.queries.lights import LightDays
from tracker.store.queries.reporting import ObligationCounts, Slice
from tracker.store.tables import Period

WEEKS = 10
AHEAD = timedelta(days=30)
SHOWN = 12
"""Rows of a list on the page; the rest is one click away."""
PAGE = 100


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit's tasks in one section: how many there are, and how many are yellow or red."""

    total: int = 0
    yellow: int = 0
    red: int = 0

    @property
    def abnormal(self) -> int:
        return self.yellow + self.red


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
    frozen: dict[str, int]
    """The figures kept at its cut-off, by the names of `PeriodFact`."""
    since_closed: dict[Slice, Changed]
    """What has moved since the period closed."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How the lights have changed since a period closed."""

    since: str
    lights: tuple[tuple[Colour, int], ...]
    signed_off: int
    """How many tasks have been signed off since: a red light less may be one of them."""


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The page; without a plan everything is empty."""

    plan_id: int
    title: str
    plans: tuple[tuple[int, int, str], ...]
    lights: dict[Colour, int]
    signed_off: int
    matrix: Matrix
    overdue: Listing
    due_soon: Listing
    weeks: tuple[Week, ...]
    moved: Moved | None

    @property
    def tasks(self) -> int:
        return sum(self.lights.values())

    @property
    def this_week(self) -> Week | None:
        return self.weeks[-1] if self.weeks else None

    @property
    def most_due(self) -> int:
        """The highest bar of the chart."""
        return max((week.counts.due for week in self.weeks), default=0)


def view(
    session: Session, actor: Actor, *, plan_id: int | None, all_units: bool, now: datetime
) -> Dashboard | None:
    """The page of one plan; without a name the newest that units report on, or else the newest.

    None when there is no plan at all.

    Raises:
        NotFound: the plan does not exist.

    """
    plans = tasks.plan_choices(session, actor)
    if not plans and plan_id is None:
        return None
    titles = {number: title for number, _, title in plans}
    if plan_id is None:
        reported = queries.plans_reported_on(session)
        plan_id = next((number for number, *_ in plans if number in reported), plans[0][0])
    if plan_id not in titles:
        raise NotFound
    today = china_day(now)
    days = light_days(session, today)
    states = tasks.counts_by_state(session, LedgerFilter(plan_id=plan_id), days, actor)
    lights = {light: sum(count for (at, _), count in states.items() if at is light) for light in Colour}
    overdue, due_soon = _listings(session, actor, plan_id, days)
    weeks = _weeks(session, plan_id)
    return Dashboard(
        plan_id=plan_id,
        title=titles[plan_id],
        plans=tuple(plans),
        lights=lights,
        signed_off=sum(count for (_, state), count in states.items() if state is TaskState.SIGNED_OFF),
        matrix=matrix(queries.shares(session, plan_id, days), all_units=all_units),
        overdue=overdue,
        due_soon=due_soon,
        weeks=weeks,
        moved=_moved(session, weeks, lights),
    )


def matrix(shares: Sequence[Share], *, all_units: bool) -> Matrix:
    """Lay the shares out; only units with something yellow or red, unless all are wanted."""
    ordered = sorted(shares, key=lambda share: share.first_serial)
    sections = tuple(dict.fromkeys(share.section for share in ordered))
    by_unit: dict[tuple[int, str], list[Share]] = {}
    for share in shares:
        by_unit.setdefault((share.unit_id, share.unit_name), []).append(share)
    rows = [_matrix_row(unit_id, name, own, sections) for (unit_id, name), own in by_unit.items()]
    return Matrix(
        sections=sections,
        rows=tuple(row for row in rows if all_units or row.whole.abnormal),
        units=len(rows),
        parts=sum(share.tasks for share in shares),
    )


def _matrix_row(unit_id: int, name: str, own: Sequence[Share], sections: Sequence[str]) -> MatrixRow:
    cells = tuple(
        (section, _cell([share for share in own if share.section == section])) for section in sections
    )
    return MatrixRow(unit_id, name, cells, _cell(own))


def _cell(shares: Sequence[Share]) -> Cell:
    return Cell(
        total=sum(share.tasks for share in shares),
        yellow=sum(share.tasks for share in shares if share.light is Colour.YELLOW),
        red=sum(share.tasks for share in shares if share.light is Colour.RED),
    )


def _listings(session: Session, actor: Actor, plan_id: int, days: LightDays) -> tuple[Listing, Listing]:
    """What is overdue and what falls due in the next thirty days; their rows are made together."""
    late = LedgerQuery(LedgerFilter(plan_id=plan_id, overdue=True), Sort.DUE)
    soon_filter = LedgerFilter(
        plan_id=plan_id, states=OPEN_STATES, due_from=days.today, due_to=days.today + AHEAD
    )
    soon = LedgerQuery(soon_filter, Sort.DUE)
    wanted = (late.wanted, soon.wanted)
    shown = [tasks.rows(session, one, days, actor, sort=Sort.DUE, limit=SHOWN) for one in wanted]
    made = lines(session, actor, [row for rows in shown for row in rows], today=days.today)
    cut = len(shown[0])
    late_count, soon_count = tasks.counts(session, wanted, days, actor)
    return Listing(late, late_count, made[:cut]), Listing(soon, soon_count, made[cut:])


def _weeks(session: Session, plan_id: int) -> tuple[Week, ...]:
    cadence = reporting.progress_cadence(session, plan_id)
    periods = reporting.recent_periods(session, cadence.id, last=WEEKS) if cadence else []
    ids = [period.id for period in periods]
    counts = reporting.counts_by_period(session, ids)
    frozen = reporting.frozen_figures(session, ids)
    return tuple(
        Week(period, counts[period.id], frozen[period.id], changes(frozen[period.id], counts[period.id]))
        for period in periods
    )


def _moved(session: Session, weeks: Sequence[Week], lights: dict[Colour, int]) -> Moved | None:
    closed = next((week for week in reversed(weeks) if week.period.state == "closed"), None)
    if closed is None or not any(light.value in closed.frozen for light in Colour):
        return None
    differences = [(light, lights[light] - closed.frozen.get(light.value, 0)) for light in Colour]
    period = closed.period
    signed_off = queries.signed_off_since(session, period.plan_id, period.closed_at or period.due_at)
    return Moved(period.label, tuple((light, change) for light, change in differences if change), signed_off)


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's part in one task, with the task's light in words."""

    row: PartRow
    health: Health


@dataclass(frozen=True, slots=True)
class PartsPage:
    """A page of a plan's parts (分工)."""

    plan_id: int
    title: str
    unit_id: int | None
    parts: tuple[Part, ...]
    total: int
    page: int
    pages: int


def parts(
    session: Session, actor: Actor, *, plan_id: int, unit_id: int | None, page: int, today: date
) -> PartsPage:
    """Every unit's part in every task of a plan; a page beyond the last shows the last.

    Raises:
        NotFound: the plan does not exist.

    """
    titles = {number: title for number, _, title in tasks.plan_choices(session, actor)}
    if plan_id not in titles:
        raise NotFound
    days = light_days(session, today)
    total = queries.part_count(session, plan_id, unit_id)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    rows = queries.part_rows(
        session, plan_id, days, unit_id=unit_id, limit=PAGE, offset=(page - 1) * PAGE
    )
    shown = tuple(Part(row, describe(row.rule, next_due_on=row.next_due_on, today=today)) for row in rows)
    return PartsPage(plan_id, titles[plan_id], unit_id, shown, total, page, pages)


@dataclass(frozen=True, slots=True)
class UnitsPage:
    """Every unit of a plan with its tasks by light."""

    plan_id: int
    title: str
    rows: tuple[MatrixRow, ...]


def units(session: Session, actor: Actor, *, plan_id: int, today: date) -> UnitsPage:
    """Every unit that has a part in a plan.

    Raises:
        NotFound: the plan does not exist.

    """
    titles = {number: title for number, _, title in tasks.plan_choices(session, actor)}
    if plan_id not in titles:
        raise NotFound
    shares = queries.shares(session, plan_id, light_days(session, today))
    return UnitsPage(plan_id, titles[plan_id], matrix(shares, all_units=True).rows)

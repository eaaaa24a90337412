"""What has moved since a closed week: its frozen lights beside those of now, each number with its list.

Every task's light is frozen when a period of weekly returns closes, so that a circular (督查通报) of March
can be read again in December. A period that closed before lights were kept has its sums alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.health import RULE_BY_CODE, Colour, Health, describe
from tracker.domain.movement import Movement, movements
from tracker.services.dashboard_scope import Scope
from tracker.services.ledger import LedgerLine, light_days, lines
from tracker.store.queries import ledger as tasks
from tracker.store.queries import movements as queries
from tracker.store.queries import reporting
from tracker.store.queries.lights import LightDays
from tracker.store.queries.movements import Beside, FrozenLight
from tracker.store.tables import Period

A_WEEK_AGO = timedelta(days=4)
"""What closed this long ago is last week: the day after a cut-off one still looks back on the week before."""
PAGE = 100


@dataclass(frozen=True, slots=True)
class Since:
    """A closed period, and how the tasks have moved since."""

    period: Period
    periods: tuple[Period, ...]
    """Every closed period that can be looked back on, the newest first."""
    then: Mapping[Colour, int]
    lights: tuple[tuple[Colour, int], ...]
    """How many more or fewer there are now of each light that has changed."""
    moved: Mapping[Movement, int]
    frozen: Mapping[str, int]
    """The figures of its returns, as they were when it closed."""
    listed: bool
    """Whether the numbers have lists; a period closed under an older version has sums alone."""

    @property
    def anything(self) -> bool:
        return bool(self.lights) or any(self.moved.values())


def chosen(periods: Sequence[Period], key: str, *, now: datetime) -> Period | None:
    """The closed period that is meant: the one named, or else the newest that closed some days ago.

    A key that names none means the usual one, so that an old bookmark still opens.
    """
    closed = [period for period in periods if period.state == "closed"]
    named = next((period for period in closed if period.key == key), None)
    past = [period for period in closed if now - (period.closed_at or period.due_at) >= A_WEEK_AGO]
    return named or (past[-1] if past else closed[-1] if closed else None)


def since(
    session: Session,
    actor: Actor,
    scope: Scope,
    days: LightDays,
    *,
    periods: Sequence[Period],
    lights: Mapping[Colour, int],
    now: datetime,
) -> Since | None:
    """How the tasks have moved since the period that the scope means; `lights` are those of now.

    None where no period has closed with figures, or only sums are kept and the page is narrowed.
    """
    period = chosen(periods, scope.since, now=now)
    if period is None:
        return None
    frozen = reporting.frozen_figures(session, [period.id])[period.id]
    beside = queries.beside(session, period, scope.tasks, days, actor)
    listed = any(each.then is not None for each in beside)
    if not listed and (scope.is_narrowed or not any(light.value in frozen for light in Colour)):
        return None
    kept = Counter({light: frozen.get(light.value, 0) for light in Colour})
    then = _then(beside) if listed else kept
    closed = tuple(each for each in reversed(periods) if each.state == "closed")
    changed = tuple((light, lights[light] - then[light]) for light in Colour if lights[light] != then[light])
    return Since(period, closed, then, changed, _moved(beside) if listed else {}, frozen, listed)


def _then(beside: Counter[Beside]) -> Counter[Colour]:
    found = Counter[Colour]()
    for each, number in beside.items():
        if each.then is not None:
            found[each.then.colour] += number
    return found


def _moved(beside: Counter[Beside]) -> dict[Movement, int]:
    found = dict.fromkeys(Movement, 0)
    for each, number in beside.items():
        for movement in _movements(each):
            found[movement] += number
    return found


def _movements(each: Beside) -> frozenset[Movement]:
    return movements(each.then, each.now, put_off=each.put_off)


@dataclass(frozen=True, slots=True)
class MovedLine:
    """One task: as it stands, as it stood, and how it has moved."""

    line: LedgerLine
    then: Health | None
    moved: tuple[Movement, ...]


@dataclass(frozen=True, slots=True)
class MovedPage:
    """The list that a number of 变化 opens."""

    scope: Scope
    title: str
    period: Period
    kind: Movement | None
    then: Colour | None
    lines: tuple[MovedLine, ...]
    total: int
    page: int
    pages: int


def moved_page(
    session: Session,
    actor: Actor,
    scope: Scope,
    *,
    kind: Movement | None,
    then: Colour | None,
    page: int,
    today: date,
) -> MovedPage:
    """The tasks that have moved in one way since a period, or in any; or those that had one light then.

    Raises:
        NotFound: the plan does not exist, or has no closed period of this key.

    """
    titles = {number: title for number, _, title in tasks.plan_choices(session, actor)}
    if scope.plan_id not in titles:
        raise NotFound
    cadence = reporting.progress_cadence(session, scope.plan_id)
    period = reporting.period_by_key(session, cadence.id, scope.since) if cadence else None
    if period is None or period.state != "closed":
        raise NotFound
    days = light_days(session, today)
    found = [
        each
        for each in queries.each(session, period, scope.tasks, days, actor)
        if _is_meant(each.beside, kind, then)
    ]
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(page, 1), pages)
    shown = {each.task_id: each for each in found[(page - 1) * PAGE : page * PAGE]}
    rows = tasks.rows(session, replace(scope.tasks, ids=tuple(shown)), days, actor)
    made = lines(session, actor, rows, today=today)
    told = tuple(_line(line, shown[line.task.id], period) for line in made)
    return MovedPage(scope, titles[scope.plan_id], period, kind, then, told, len(found), page, pages)


def _is_meant(beside: Beside, kind: Movement | None, then: Colour | None) -> bool:
    if then is not None:
        return beside.then is not None and beside.then.colour is then
    moved = _movements(beside)
    return kind in moved if kind is not None else bool(moved)


def _line(line: LedgerLine, frozen: FrozenLight, period: Period) -> MovedLine:
    moved = _movements(frozen.beside)
    return MovedLine(line, _health(frozen, period), tuple(each for each in Movement if each in moved))


def _health(frozen: FrozenLight, period: Period) -> Health | None:
    """The light of then in the words of then; a rule that is none any more leaves the colour's name."""
    then = frozen.beside.then
    if then is None:
        return None
    if frozen.rule in RULE_BY_CODE:
        return replace(
            describe(frozen.rule, next_due_on=frozen.next_due_on, today=period.due_on), colour=then.colour
        )
    return Health(then.colour, then.colour.label, "", frozen.rule)

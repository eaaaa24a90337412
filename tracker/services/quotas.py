"""次数指标 as the pages show it: each quota with its units, spans and pace, and each number with its events.

A unit's contact sees the quotas that the unit owes, and of those that are counted together also what the
others of the task have entered; everybody else who may read sees all. A number and the list that it opens
come from the same judgement (`tracker.domain.quota.judged`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.deadline import Ranged, parse_notation
from tracker.domain.quota import CountedEvent as Held
from tracker.domain.quota import (
    Judged,
    Pace,
    Span,
    SpanStanding,
    asked,
    judged,
    owed,
    pace,
    spans,
    within,
)
from tracker.domain.quota_scope import Scope, accountable, doubt
from tracker.domain.task import Role
from tracker.domain.titled import Titled
from tracker.domain.web_address import page_key
from tracker.store.queries import quotas as queries
from tracker.store.queries import units as directory
from tracker.store.queries.quotas import Entered
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import CountedEvent, Plan, QuotaTarget, Unit, UnitClass

MOST_SPANS = 12
"""As many columns a page has room for; of more spans the latest are shown."""
MOST_NAMED = 4
"""As many missed spans are named one by one."""
LATEST = 6
NAMELESS = frozenset({"工作", "完成次数"})
"""What a reading says is counted where the clause has no word for it."""


class Behind(Titled):
    """How a line can be behind; a list that is narrowed to one shows just these lines."""

    ANY = "1", "落后"
    PACE = "pace", "赶不上进度"
    END = "end", "到期没达标"


@dataclass(frozen=True, slots=True)
class Cell:
    """One span of one unit; `number` is its place in the year, by which an address names it."""

    number: int
    standing: SpanStanding
    begun: bool
    running: bool

    @property
    def span(self) -> Span:
        return self.standing.span

    @property
    def pace(self) -> Pace:
        return self.standing.pace

    @property
    def behind(self) -> bool:
        return self.standing.behind


@dataclass(frozen=True, slots=True)
class Line:
    """One unit's spans; all units of the task in one line (`unit` None) where they are counted together."""

    unit: Unit | None
    cells: tuple[Cell, ...]
    latest: Cell
    """The span that runs, else the last that ran, else the first."""

    @property
    def behind(self) -> bool:
        return self.lags(Behind.ANY)

    def lags(self, how: Behind) -> bool:
        """Whether it is behind in this way: in a span that runs, in one that is over, or in either."""
        lagging = (cell for cell in self.cells if cell.behind)
        return any(how is Behind.ANY or cell.running == (how is Behind.PACE) for cell in lagging)

    @property
    def met(self) -> bool:
        return all(cell.pace.met for cell in self.cells)

    @property
    def words(self) -> str:
        """按进度应有6，现有3; of several spans also which, and first which of them were missed."""
        said = self.latest.pace.words if self.latest.begun else "还没有开始"
        if len(self.cells) == 1:
            return said
        over = [cell.span.label for cell in self.cells if cell.behind and not cell.running]
        missed = "、".join(over) if len(over) <= MOST_NAMED else f"有{len(over)}期"
        now = "" if self.latest.span.label in over else f"{self.latest.span.label}{said}"
        return "；".join(filter(None, (f"{missed}没有达标" if over else "", now)))

    def shown(self, numbers: Iterable[int]) -> tuple[Cell, ...]:
        """The cells that the page has room for."""
        wanted = frozenset(numbers)
        return tuple(cell for cell in self.cells if cell.number in wanted)


@dataclass(frozen=True, slots=True)
class Target:
    """One quota as its table shows it."""

    row: QuotaTarget
    scope: Scope
    spans: tuple[Span, ...]
    shown: tuple[int, ...]
    """The numbers of the spans that the page has room for."""
    lines: tuple[Line, ...]
    units: tuple[Unit, ...]
    opens_task: bool
    """Whether the reader may open the task's page: a class owes what its units have no part in."""

    @property
    def name(self) -> str:
        """What is counted; the task's name where its words name nothing but 工作."""
        return self.row.task.title if self.row.counted in NAMELESS else self.row.counted

    @property
    def words(self) -> str:
        """每季度不少于1次."""
        return asked(self.row.minimum, self.row.period)

    @property
    def owners(self) -> str:
        """Who owes it, in words."""
        if self.scope is Scope.CLASS and self.row.unit_class is not None:
            return f"{self.row.unit_class.name}，每家都要"
        if self.scope is Scope.UNIT and self.row.unit is not None:
            return self.row.unit.name
        return self.scope.label

    @property
    def doubt(self) -> str:
        """What the office has still to say; empty where it is settled."""
        if self.row.settled and self.scope is not Scope.OPEN:
            return ""
        return doubt(self.scope, self.row.printed)

    @property
    def behind(self) -> int:
        return sum(line.behind for line in self.lines)

    def lagging(self, how: Behind | None) -> tuple[Line, ...]:
        """The lines that are behind in this way; all where nothing is asked."""
        return tuple(line for line in self.lines if how is None or line.lags(how))

    @property
    def met(self) -> int:
        return sum(line.met for line in self.lines)


@dataclass(frozen=True, slots=True)
class QuotaPage:
    """The quotas of one plan, or of all."""

    plans: tuple[Plan, ...]
    plan_id: int | None
    targets: tuple[Target, ...]
    classes: tuple[UnitClass, ...]
    only_behind: Behind | None
    only_open: bool
    """Whether it leaves out the plans whose look-back is final: there is nothing to catch up with."""

    @property
    def behind(self) -> int:
        """How many units are behind, each with each quota."""
        return self.lagging(Behind.ANY)

    def lagging(self, how: Behind) -> int:
        """How many lines the list shows that is narrowed in this way."""
        return lagging(self.targets, how)

    @property
    def doubts(self) -> int:
        return sum(bool(target.doubt) for target in self.targets)


def page(
    session: Session,
    actor: Actor,
    *,
    plan_id: int | None = None,
    only_behind: Behind | None = None,
    only_open: bool = False,
    today: date,
) -> QuotaPage:
    """The quotas that a person may see, of one plan or of all."""
    rows = queries.asked_for(session, plan_id=plan_id, only_open=only_open)
    found = look(session, actor, rows, today=today)
    plans = queries.plans(session)
    if not sees_all(actor):
        seen = {target.row.plan_id for target in found}
        plans = [plan for plan in plans if plan.id in seen or plan.id == plan_id]
    return QuotaPage(tuple(plans), plan_id, found, tuple(directory.classes(session)), only_behind, only_open)


def lagging(targets: Iterable[Target], how: Behind) -> int:
    """How many lines of these quotas are behind in this way."""
    return sum(len(target.lagging(how)) for target in targets)


def still_open(session: Session, actor: Actor, *, today: date) -> tuple[Target, ...]:
    """The quotas that a person may see, of plans whose look-back has not ended."""
    return look(session, actor, queries.asked_for(session, only_open=True), today=today)


def of_task(session: Session, actor: Actor, *, task_id: int, today: date) -> tuple[Target, ...]:
    """The quotas of one task that a person may see."""
    return look(session, actor, queries.asked_for(session, task_ids=[task_id]), today=today)


def of_unit(session: Session, actor: Actor, *, plan_id: int, unit_id: int, today: date) -> tuple[Target, ...]:
    """The quotas of a plan that one unit owes, with its lines alone, as far as a person may see them."""
    rows = queries.asked_for(session, plan_id=plan_id)
    return look(session, actor, rows, unit_id=unit_id, today=today)


def look(
    session: Session, actor: Actor, rows: Sequence[QuotaTarget], *, unit_id: int | None = None, today: date
) -> tuple[Target, ...]:
    """These quotas with their units and figures, as far as a person may see them; of one unit if named."""
    if not rows:
        return ()
    whose = owners_of(session, rows)
    entered: dict[int, list[Entered]] = defaultdict(list)
    for event in queries.entered(session, [row.id for row in rows]):
        entered[event.target_id].append(event)
    by_task: dict[int, list[QuotaTarget]] = defaultdict(list)
    for row in rows:
        by_task[row.task_id].append(row)
    judgements = {task_id: Judgement(found, entered) for task_id, found in by_task.items()}
    only = unit_id if sees_all(actor) else actor.unit_id or 0
    own = set() if sees_all(actor) else _tasks_with(session, only or 0, by_task)
    found = []
    for row in rows:
        units, judgement = whose[row.id], judgements[row.task_id]
        if only is not None and only not in {unit.id for unit in units}:
            continue
        lines = tuple(_line(row, unit, judgement, today) for unit in _asked_one_by_one(row, units, only))
        year = judgement.years[row.id]
        opens = sees_all(actor) or row.task_id in own
        found.append(Target(row, Scope(row.scope), year, _room(year, today), lines, units, opens))
    return tuple(found)


def _tasks_with(session: Session, unit_id: int, task_ids: Iterable[int]) -> set[int]:
    return {part.task_id for part in queries.parts(session, set(task_ids)) if part.unit_id == unit_id}


def owners_of(session: Session, rows: Sequence[QuotaTarget]) -> dict[int, tuple[Unit, ...]]:
    """By quota: the units whose events count towards it today."""
    by_class: dict[int, list[Unit]] = defaultdict(list)
    for unit in queries.of_classes(session, {row.unit_class_id for row in rows if row.unit_class_id}):
        by_class[unit.unit_class_id or 0].append(unit)
    of_task: dict[int, list[tuple[Unit, Role]]] = defaultdict(list)
    for part in queries.parts(session, {row.task_id for row in rows if Scope(row.scope).is_of_task}):
        of_task[part.task_id].append((part.unit, Role(part.role)))
    found: dict[int, tuple[Unit, ...]] = {}
    for row in rows:
        known = of_task[row.task_id]
        match Scope(row.scope):
            case Scope.CLASS:
                found[row.id] = tuple(by_class[row.unit_class_id or 0])
            case Scope.UNIT:
                found[row.id] = (row.unit,) if row.unit is not None else ()
            case Scope.EACH:
                own = accountable((unit.id, role) for unit, role in known)
                found[row.id] = tuple(unit for unit, _ in known if unit.id in own)
            case Scope.TOGETHER:
                found[row.id] = tuple(unit for unit, _ in known)
            case Scope.OPEN:
                found[row.id] = ()
    return found


def spans_of(row: QuotaTarget) -> tuple[Span, ...]:
    """The spans of the plan's year for which it asks: none that was over when the document came out.

    Of work from one day to another (起止时间), as far as they lie between.
    """
    year = row.plan.year
    since = row.plan.issued_on or date(year, 1, 1)
    every = spans(row.minimum, row.period, year)
    asked_for = owed(every, since) or every[-1:]
    time = _time_of(row.task.deadline_notation)
    return (within(asked_for, time.start, time.end) if time else ()) or asked_for


def _time_of(notation: str) -> Ranged | None:
    try:
        read = parse_notation(notation)
    except ValueError:
        return None
    return read if isinstance(read, Ranged) else None


Event = TypeVar("Event", CountedEvent, Entered)
"""A whole row of the table, or as much of it as decides whether and where it counts."""


def evidence_of(event: CountedEvent | Entered) -> str:
    """What makes an event the same as another: the digest of its file, else the page that its link opens."""
    return event.file_sha256 or page_key(event.evidence_url)


@dataclass(frozen=True)
class Judgement(Generic[Event]):
    """How the events of one task's quotas count; a piece of evidence counts in one of them only."""

    rows: Sequence[QuotaTarget]
    entered: dict[int, list[Event]]
    _known: dict[int | None, dict[int, list[tuple[Event, Judged]]]] = field(default_factory=dict)

    @cached_property
    def years(self) -> dict[int, tuple[Span, ...]]:
        """By quota: the spans for which it asks."""
        return {row.id: spans_of(row) for row in self.rows}

    @cached_property
    def _of_units(self) -> dict[tuple[int, int], list[Event]]:
        """By quota and unit: hundreds of units must not each walk through the events of all."""
        found: dict[tuple[int, int], list[Event]] = defaultdict(list)
        for row in self.rows:
            for event in self.entered[row.id]:
                found[row.id, event.unit_id].append(event)
        return found

    def of(self, row: QuotaTarget, unit_id: int | None) -> list[tuple[Event, Judged]]:
        """The events of a quota, a unit's or all, each with where it counts or why not."""
        if unit_id not in self._known:
            used: set[str] = set()
            known = self._known[unit_id] = {}
            for each in self.rows:
                known[each.id] = self._judged(each, unit_id, used)
                used |= {evidence_of(event) for event, says in known[each.id] if says.refused is None}
        return self._known[unit_id][row.id]

    def _judged(
        self, row: QuotaTarget, unit_id: int | None, used: set[str]
    ) -> list[tuple[Event, Judged]]:
        events = self.entered[row.id] if unit_id is None else self._of_units[row.id, unit_id]
        held = [Held(event.held_on, evidence_of(event)) for event in events]
        said = judged(self.years[row.id], held, used=used)
        return list(zip(events, said, strict=True))


def _asked_one_by_one(row: QuotaTarget, units: Sequence[Unit], only: int | None) -> list[Unit | None]:
    if Scope(row.scope) is Scope.TOGETHER:
        return [None]
    return [unit for unit in units if only in {None, unit.id}]


def _line(row: QuotaTarget, unit: Unit | None, judgement: Judgement[Event], today: date) -> Line:
    said = judgement.of(row, unit.id if unit is not None else None)
    counts: dict[Span, int] = defaultdict(int)
    for _, found in said:
        if found.span is not None:
            counts[found.span] += 1
    cells = []
    for number, span in enumerate(judgement.years[row.id], start=1):
        where = pace(span.quota, counts[span], today=today)
        standing = SpanStanding(span, where, where.counted < where.expected)
        begun = span.quota.starts_on <= today
        cells.append(Cell(number, standing, begun, span.quota.holds(today)))
    latest = next((cell for cell in reversed(cells) if cell.begun), cells[0])
    return Line(unit, tuple(cells), latest)


def _room(year: Sequence[Span], today: date) -> tuple[int, ...]:
    """The numbers of the spans that a page has room for: all of a year of months, of weeks the latest."""
    if len(year) <= MOST_SPANS:
        return tuple(range(1, len(year) + 1))
    begun = sum(span.quota.starts_on <= today for span in year)
    last = max(begun, LATEST)
    return tuple(range(last - LATEST + 1, last + 1))

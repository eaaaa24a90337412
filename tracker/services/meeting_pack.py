"""The pack of a meeting (例会材料): each unit with what has to be talked about, in the order of need.

Every figure is the length of a list that a page of its own shows too, found by the same query with the same
filter: a number in the pack and the list that it opens cannot differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from sqlalchemy.orm import Session

from tracker.domain import decision as decision_rules
from tracker.domain.actor import Actor
from tracker.domain.asking import Part
from tracker.domain.china_time import china_day
from tracker.domain.decision import DecisionState
from tracker.domain.meeting_need import Need, NeedFact, need
from tracker.domain.meeting_need import agenda as in_order
from tracker.domain.request import RequestState
from tracker.domain.task import OPEN_STATES
from tracker.services import clocks, instruction_pages, ledger, quotas
from tracker.services.cadences import parts_asked
from tracker.services.clocks import Clock
from tracker.services.quotas import Behind, Cell, Line, Target
from tracker.store.queries import decisions, instructions, meetings, reporting, requests, returns
from tracker.store.queries import ledger as tasks
from tracker.store.queries import quotas as parts_of_tasks
from tracker.store.queries.instructions import InstructionFilter, InstructionPart
from tracker.store.queries.ledger import LedgerFilter, Sort, TaskRow
from tracker.store.queries.reporting import ObligationCounts, ObligationFilter
from tracker.store.queries.requests import RequestFilter
from tracker.store.tables import Assignment, Meeting, MeetingDecision, TaskRequest, Unit

EVERYTHING = 100_000
REQUEST_KEY = "request"
"""The part of what a unit tells beforehand that asks for something to be coordinated (需协调的事)."""
T = TypeVar("T")
_NOTHING = frozenset({"", "无", "没有", "暂无", "暂时没有"})


@dataclass(frozen=True, slots=True)
class Window:
    """The days between the last meeting and this one: what has happened since."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Lag:
    """A quota with which a unit is behind, and the span in which it is: the one that runs, else the last."""

    target: Target
    line: Line

    @property
    def cell(self) -> Cell:
        return next(cell for cell in reversed(self.line.cells) if cell.behind)


@dataclass(frozen=True, slots=True)
class UnitPack:
    """One unit's page."""

    unit: Unit
    need: Need = field(init=False)
    told: tuple[tuple[Part, str], ...]
    """What the unit told beforehand, by its parts; empty when it told nothing."""
    since: ObligationCounts
    overdue: tuple[TaskRow, ...]
    soon: tuple[TaskRow, ...]
    problems: tuple[Assignment, ...]
    requests: tuple[TaskRequest, ...]
    behind: tuple[Lag, ...]
    clocks: tuple[Clock, ...]
    """Those that have run out or soon will."""
    instructions: tuple[instruction_pages.Line, ...]
    decisions: tuple[MeetingDecision, ...]
    """Unresolved ones of earlier meetings."""
    today: date

    def __post_init__(self) -> None:
        object.__setattr__(self, "need", need(self.unit.id, self.facts))

    @property
    def facts(self) -> Mapping[NeedFact, int]:
        """What the need is made of."""
        late = sum(self.is_late(row) for row in self.decisions)
        late_clocks = sum(clock.late for clock in self.clocks)
        late_instructions = sum(line.overdue for line in self.instructions)
        return {
            NeedFact.LATE_DECISION: late,
            NeedFact.LATE_CLOCK: late_clocks,
            NeedFact.LATE_INSTRUCTION: late_instructions,
            NeedFact.OVERDUE: len(self.overdue),
            NeedFact.MISSED: self.since.missed,
            NeedFact.NEAR_CLOCK: len(self.clocks) - late_clocks,
            NeedFact.BEHIND: len(self.behind),
            NeedFact.PROBLEM: len(self.problems),
            NeedFact.COORDINATE: int(bool(self.asks_for)),
            NeedFact.DECISION: len(self.decisions) - late,
            NeedFact.INSTRUCTION: len(self.instructions) - late_instructions,
            NeedFact.REQUEST: len(self.requests),
            NeedFact.LATE_RETURN: self.since.late,
            NeedFact.SOON: len(self.soon),
        }

    @property
    def asks_for(self) -> str:
        """What the unit asks to be coordinated; empty when nothing."""
        said = next((text for part, text in self.told if part.key == REQUEST_KEY), "")
        return "" if says_nothing(said) else said

    def is_late(self, row: MeetingDecision) -> bool:
        """Whether one of its decisions is past its day."""
        return decision_rules.is_overdue(DecisionState(row.state), row.due_on, today=self.today)


def says_nothing(text: str) -> bool:
    """Whether a field was filled in only because something had to stand in it (无、暂无)."""
    return text.strip().rstrip("。.") in _NOTHING


def window(session: Session, meeting: Meeting, *, today: date) -> Window:
    """Since the last meeting (before the first: since the plan came into the program) and before this one."""
    last = meetings.last_closed(session, meeting.plan_id, before=meeting.starts_at)
    held_on = china_day(last.starts_at if last else meeting.plan.confirmed_at)
    until = min(today, china_day(meeting.starts_at))
    return Window(held_on + timedelta(days=1), until - timedelta(days=1))


def agenda(session: Session, actor: Actor, meeting: Meeting, *, now: datetime) -> tuple[UnitPack, ...]:
    """Every unit of the meeting with what has to be talked about, the greatest need first."""
    return _ordered(_packs(session, actor, meeting, [each.unit for each in meeting.units], now=now))


def of_unit(session: Session, actor: Actor, meeting: Meeting, unit: Unit, *, now: datetime) -> UnitPack:
    """One unit's page."""
    return _packs(session, actor, meeting, [unit], now=now)[0]


def _ordered(packs: Sequence[UnitPack]) -> tuple[UnitPack, ...]:
    by_unit = {pack.unit.id: pack for pack in packs}
    return tuple(by_unit[each.unit_id] for each in in_order(pack.need for pack in packs))


def _packs(
    session: Session, actor: Actor, meeting: Meeting, units: Sequence[Unit], *, now: datetime
) -> list[UnitPack]:
    today = china_day(now)
    plan_id, only = meeting.plan_id, units[0].id if len(units) == 1 else None
    facts = _Facts(session, actor, plan_id, only, today)
    since = reporting.counts_by_unit(session, since_filter(session, meeting, today=today))
    overdue, soon = facts.overdue(), facts.soon()
    problems, waiting = facts.problems(), facts.requests()
    behind, running = facts.behind(), facts.clocks()
    asked, agreed = facts.instructions(), facts.decisions()
    told = tellings(session, meeting)
    return [
        UnitPack(
            unit=unit,
            told=told.get(unit.id, ()),
            since=since.get(unit.id, ObligationCounts()),
            overdue=tuple(overdue[unit.id]),
            soon=tuple(soon[unit.id]),
            problems=tuple(problems[unit.id]),
            requests=tuple(waiting[unit.id]),
            behind=tuple(behind[unit.id]),
            clocks=tuple(running[unit.id]),
            instructions=tuple(asked[unit.id]),
            decisions=tuple(agreed[unit.id]),
            today=today,
        )
        for unit in units
    ]


def since_filter(
    session: Session, meeting: Meeting, *, today: date, unit_id: int | None = None
) -> ObligationFilter:
    """The obligations that fell due since the last meeting."""
    days = window(session, meeting, today=today)
    return ObligationFilter(plan_id=meeting.plan_id, unit_id=unit_id, due_from=days.first, due_to=days.last)


def tellings(session: Session, meeting: Meeting) -> dict[int, tuple[tuple[Part, str], ...]]:
    """What units told beforehand, by unit: the parts of the rhythm with their texts."""
    if meeting.period_id is None or meeting.period is None:
        return {}
    owed = meetings.obligations(session, meeting.period_id)
    newest = returns.newest_versions(session, [each.id for each in owed.values()])
    found = {}
    for unit_id, each in owed.items():
        if (version := newest.get(each.id)) is not None:
            asked, values = parts_asked(version[0], meeting.period.cadence), version[0].parts or {}
            found[unit_id] = tuple((part, values[part.key]) for part in asked if values.get(part.key))
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """The lists of a plan's units, each read once for all of them."""

    session: Session
    actor: Actor
    plan_id: int
    unit_id: int | None
    """Only this unit is asked for."""
    today: date

    def overdue(self) -> Mapping[int, list[TaskRow]]:
        return self._tasks(overdue_filter(self.plan_id, self.unit_id))

    def soon(self) -> Mapping[int, list[TaskRow]]:
        until = ledger.light_days(self.session, self.today).soon_until
        return self._tasks(soon_filter(self.plan_id, self.unit_id, self.today, until))

    def _tasks(self, wanted: LedgerFilter) -> Mapping[int, list[TaskRow]]:
        days = ledger.light_days(self.session, self.today)
        rows = tasks.rows(self.session, wanted, days, self.actor, sort=Sort.DUE)
        owners: dict[int, list[int]] = defaultdict(list)
        for part in parts_of_tasks.parts(self.session, [row.id for row in rows]):
            owners[part.task_id].append(part.unit_id)
        found: dict[int, list[TaskRow]] = defaultdict(list)
        for row in rows:
            for unit_id in dict.fromkeys(owners[row.id]):
                found[unit_id].append(row)
        return found

    def problems(self) -> Mapping[int, list[Assignment]]:
        rows = meetings.problems(self.session, self.plan_id, unit_id=self.unit_id)
        return _by_unit((part.unit_id, part) for part in rows if not says_nothing(part.problem))

    def requests(self) -> Mapping[int, list[TaskRequest]]:
        wanted = RequestFilter(state=RequestState.WAITING, plan_id=self.plan_id, unit_id=self.unit_id)
        return _by_unit((row.unit_id, row) for row in requests.listed(self.session, wanted, limit=EVERYTHING))

    def behind(self) -> Mapping[int, list[Lag]]:
        page = quotas.page(self.session, self.actor, plan_id=self.plan_id, today=self.today)
        return _by_unit(
            (unit.id, Lag(target, line))
            for target in page.targets
            for line in target.lagging(Behind.ANY)
            for unit in ((line.unit,) if line.unit is not None else target.units)
        )

    def clocks(self) -> Mapping[int, list[Clock]]:
        # A clock of no task belongs to no plan: whoever meets the unit first talks about it.
        running = clocks.listing(self.session, self.actor, today=self.today).clocks
        return _by_unit(
            (clock.row.unit_id, clock)
            for clock in running
            if (clock.late or clock.soon) and clock.row.plan_id in {None, self.plan_id}
        )

    def instructions(self) -> Mapping[int, list[instruction_pages.Line]]:
        wanted = InstructionFilter(InstructionPart.UNIT, self.plan_id)
        rows = instructions.listed(self.session, self.actor, wanted, today=self.today)
        lines = instruction_pages.lines(rows, self.today)
        return _by_unit((line.row.unit_id, line) for line in lines if line.row.unit_id is not None)

    def decisions(self) -> Mapping[int, list[MeetingDecision]]:
        rows = decisions.unresolved(self.session, self.plan_id)
        return _by_unit((row.unit_id, row) for row in rows if row.unit_id is not None)


def overdue_filter(plan_id: int, unit_id: int | None) -> LedgerFilter:
    """The overdue tasks, as the ledger's address names them."""
    return LedgerFilter(plan_id=plan_id, unit_id=unit_id, overdue=True)


def soon_filter(plan_id: int, unit_id: int | None, today: date, until: date) -> LedgerFilter:
    """The tasks due soon, as the desk counts them."""
    return LedgerFilter(plan_id=plan_id, unit_id=unit_id, due_from=today, due_to=until, states=OPEN_STATES)


def _by_unit(pairs: Iterable[tuple[int, T]]) -> Mapping[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for unit_id, one in pairs:
        found[unit_id].append(one)
    return found

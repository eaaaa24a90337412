"""Urging (催办): what a person wants said now, to each unit at most once a day for one thing.

`listing` is whom it would reach, shown before anything goes; `urge` sends what was ticked on that list and
is still owed, and says what was left out meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import INBOX, Route
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.masking import masked
from tracker.domain.outbox import URGED
from tracker.domain.urging import Owed, UrgeKind, UrgeScope, key_of, unit_of
from tracker.services import auditing, reminder_policies
from tracker.services.addressing import ROUTES, Target, address, would_reach
from tracker.services.owed_now import owed
from tracker.store.insert import insert_missing
from tracker.store.queries import outbox, reporting
from tracker.store.queries import units as directory
from tracker.store.queries import urging as queries
from tracker.store.tables import Account, Notice, Period, Unit

# What an address asks for is read by the page.
__all__ = [
    "UrgeKind",
    "UrgeScope",
    "about",
    "listing",
    "not_said_today",
    "not_urged_today",
    "scope_of",
    "urge",
]

INBOX_TITLE = "站内"


class NothingToUrge(RuleViolated):
    """没有需要催的单位：都已办理，或今天已经催过。"""


class NobodyTicked(InvalidInput):
    """请至少勾选一家单位。"""


@dataclass(frozen=True, slots=True)
class Hearer:
    """One person, or one group, whom it reaches, and by which ways."""

    name: str
    ways: tuple[str, ...]

    @property
    def outside(self) -> bool:
        """Whether anything leaves the house for it; quiet hours hold for nothing else."""
        return self.ways != (INBOX_TITLE,)


@dataclass(frozen=True, slots=True)
class Line:
    """One unit on the list: what it owes and has not been urged to do today, and who would hear of it."""

    unit: Unit
    owed: tuple[Owed, ...]
    urged_today: tuple[Owed, ...]
    hearers: tuple[Hearer, ...]

    @property
    def reaches(self) -> bool:
        """Whether anything would go to anybody."""
        return bool(self.owed and self.hearers)

    @property
    def count(self) -> int:
        """How many returns, receipts, tasks it owes and would hear of."""
        return sum(each.count for each in self.owed)

    @property
    def refs(self) -> str:
        """What ticking this line asks for."""
        return " ".join(each.ref for each in self.owed)


@dataclass(frozen=True, slots=True)
class UrgeList:
    """Whom an urging would reach; `later` is when its letters leave, if there are any and not at once."""

    scope: UrgeScope
    lines: tuple[Line, ...]
    later: datetime | None

    @property
    def reached(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.reaches)

    @property
    def already(self) -> tuple[Line, ...]:
        """Units that were urged today to do everything that they owe."""
        return tuple(line for line in self.lines if not line.owed)

    @property
    def nobody(self) -> tuple[Line, ...]:
        """Units without anybody who could hear it."""
        return tuple(line for line in self.lines if line.owed and not line.hearers)


@dataclass(frozen=True, slots=True)
class Urged:
    """What an urging came to: notices made, and who of the list was left out meanwhile."""

    notices: int
    units: int
    settled: tuple[str, ...]
    """Units that have done meanwhile what they were to be urged to."""
    already: tuple[str, ...]
    """Units that somebody else urged meanwhile."""
    later: datetime | None


def scope_of(
    session: Session, kind: UrgeKind, plan_id: int | None, cadence: str = "", period: str = ""
) -> UrgeScope:
    """What is to be urged; returns are urged of one period, and what a plan asks for of that plan.

    Raises:
        NotFound: there is no such plan or period.

    """
    if plan_id is not None and reporting.plan(session, plan_id) is None:
        raise NotFound
    if kind is UrgeKind.RETURNS:
        known = reporting.cadence_of(session, plan_id, cadence) if plan_id is not None else None
        asked = reporting.period_by_key(session, known.id, period) if known is not None else None
        if asked is None:
            raise NotFound
        return UrgeScope(kind, plan_id, asked.id)
    if plan_id is None and kind in {UrgeKind.RECEIPTS, UrgeKind.CLAIMS}:
        raise NotFound
    return UrgeScope(kind, plan_id)


def about(session: Session, scope: UrgeScope) -> str:
    """What a page says under its title: the period and the plan."""
    plan = reporting.plan(session, scope.plan_id) if scope.plan_id is not None else None
    period = session.get(Period, scope.period_id) if scope.period_id is not None else None
    title = f"《{plan.title}》" if plan is not None else "全部文件"
    return f"{title}{period.cadence.name}{period.label}" if period is not None else title


def listing(
    session: Session, scope: UrgeScope, *, routes: Sequence[Route] = ROUTES, now: datetime
) -> UrgeList:
    """Whom an urging would reach now, unit by unit in their order."""
    things, day = owed(session, scope, now=now), china_day(now)
    known = outbox.known_keys(session, [each.key(day) for each in things])
    send_at = _send_at(session, scope, now)
    hearers = _hearers(session, things, send_at, routes, now=now)
    of: dict[int, list[Owed]] = {}
    for each in things:
        of.setdefault(each.unit_id, []).append(each)
    lines = tuple(
        Line(
            unit,
            tuple(each for each in of[unit.id] if each.key(day) not in known),
            tuple(each for each in of[unit.id] if each.key(day) in known),
            hearers[unit.id],
        )
        for unit in directory.existing(session, of)
    )
    return UrgeList(scope, lines, _later([line for line in lines if line.reaches], send_at, now))


def not_urged_today(session: Session, scope: UrgeScope, *, now: datetime) -> int:
    """How many units owe something that nobody has urged them to do today."""
    day = china_day(now)
    of = {each.key(day): each.unit_id for each in owed(session, scope, now=now)}
    return len({of[key] for key in of.keys() - outbox.known_keys(session, list(of))})


def not_said_today(session: Session, refs: Sequence[str], *, now: datetime) -> int:
    """Of how many of these things nobody was urged today; for a page that knows what is owed."""
    keys = [key_of(ref, china_day(now)) for ref in refs]
    return len(keys) - len(outbox.known_keys(session, keys)) if keys else 0


def urge(
    session: Session,
    actor: Actor,
    *,
    scope: UrgeScope,
    refs: Iterable[str],
    routes: Sequence[Route] = ROUTES,
    now: datetime,
) -> Urged:
    """催办: say at once what was ticked and is still owed, to each unit at most once a day for one thing.

    What is owed besides, and was not ticked, is not said.

    Raises:
        NobodyTicked: nothing was ticked.
        NothingToUrge: all of it was done, or urged by somebody else, meanwhile; or nobody could hear it.

    """
    ticked = list(dict.fromkeys(refs))
    if not ticked:
        raise NobodyTicked
    there, day = {each.ref: each for each in owed(session, scope, now=now)}, china_day(now)
    things, send_at = [there[ref] for ref in ticked if ref in there], _send_at(session, scope, now)
    hearers = _hearers(session, things, send_at, routes, now=now)
    things = [each for each in things if hearers[each.unit_id]]
    rows = [_notice(each, scope.kind, actor, now) for each in things]
    added = insert_missing(session, Notice, rows, keys=("key",))
    if not added:
        raise NothingToUrge
    made = queries.keys_of(session, added)
    said = [each for each in things if each.key(day) in made]
    targets = [Target(each.key(day), each.unit_id, send_at, urgent=True) for each in said]
    address(session, targets, routes, now=now)
    units = {each.unit_id for each in said}
    summary = f"催办{len(units)}家单位：{scope.kind.label}"
    detail = {"notices": added, "what": scope.kind.value}
    auditing.record(session, actor, Event.UNIT_URGE, ("notice", None), summary, detail=detail, now=now)
    gone = {unit_of(ref) for ref in ticked if ref not in there}
    others = {each.unit_id for each in things} - units
    return Urged(
        len(said), len(units), _names(session, gone), _names(session, others),
        send_at if send_at > now and any(one.outside for unit in units for one in hearers[unit]) else None,
    )  # fmt: skip


def _later(lines: Sequence[Line], send_at: datetime, now: datetime) -> datetime | None:
    """When letters leave, if any do and not at once."""
    leaving = any(one.outside for line in lines for one in line.hearers)
    return send_at if leaving and send_at > now else None


def _send_at(session: Session, scope: UrgeScope, now: datetime) -> datetime:
    """Quiet hours hold for what a person wants said too, days off do not."""
    return reminder_policies.at_once(session, scope.plan_id, now=now)


def _hearers(
    session: Session, things: Sequence[Owed], send_at: datetime, routes: Sequence[Route], *, now: datetime
) -> dict[int, tuple[Hearer, ...]]:
    """Who of each unit would hear it, from the very deliveries that would be made."""
    targets = [
        Target(str(unit_id), unit_id, send_at, urgent=True) for unit_id in {each.unit_id for each in things}
    ]
    reached = would_reach(session, targets, routes, now=now)
    titles = {INBOX: INBOX_TITLE} | {route.channel: route.title or route.channel for route in routes}
    people = queries.people_of(session, {row["account_id"] for rows in reached.values() for row in rows})
    return {int(key): _by_person(rows, people, titles) for key, rows in reached.items()}


def _by_person(
    rows: Iterable[dict[str, Any]], people: dict[int, Account], titles: dict[str, str]
) -> tuple[Hearer, ...]:
    ways: dict[str | int, list[str]] = {}
    for row in rows:
        title = titles.get(row["channel"], row["channel"])
        if row["group_key"] is not None:
            ways.setdefault(title, [])
        else:
            where = masked(row["address"])
            ways.setdefault(row["account_id"], []).append(f"{title} {where}" if where else title)
    return tuple(
        Hearer(people[whom].display_name if isinstance(whom, int) else whom, tuple(found))
        for whom, found in ways.items()
    )


def _notice(each: Owed, kind: UrgeKind, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "key": each.key(china_day(now)), "plan_id": each.plan_id, "kind": URGED, "unit_id": each.unit_id,
        "task_id": None, "obligation_id": each.obligation_id, "subject": each.subject[:200],
        "body": each.body, "cause": each.cause(kind, actor.name), "state": "planned", "planned_at": now,
    }  # fmt: skip


def _names(session: Session, unit_ids: Iterable[int | None]) -> tuple[str, ...]:
    found = directory.existing(session, {unit_id for unit_id in unit_ids if unit_id is not None})
    return tuple(unit.name for unit in found)

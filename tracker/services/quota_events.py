"""The events (佐证事项) behind the numbers of a quota: which count, and why the others do not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.quota import Judged
from tracker.domain.quota_scope import Scope
from tracker.services import quotas
from tracker.store.queries import quotas as queries
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import CountedEvent, QuotaTarget, Unit


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as the list shows it: where it counts, or why it does not."""

    event: CountedEvent
    counts_in: str
    why_not: str
    own: bool
    """Whether the reader may change it and strike it out."""


@dataclass(frozen=True, slots=True)
class TargetPage:
    """One quota with the events behind one of its numbers, or all."""

    target: quotas.Target
    unit: Unit | None
    cell: quotas.Cell | None
    line: quotas.Line | None
    counted: tuple[Entry, ...]
    refused: tuple[Entry, ...]
    struck: tuple[Entry, ...]
    may_enter: tuple[Unit, ...]
    """The units for which the reader may enter an event."""


def target_page(
    session: Session,
    actor: Actor,
    *,
    target_id: int,
    unit_id: int | None = None,
    number: int | None = None,
    today: date,
) -> TargetPage:
    """The events of a quota: of one unit and one span where these are named.

    Raises:
        NotFound: there is no such quota, or the reader has none of its numbers to see.

    """
    row = queries.one(session, target_id)
    if row is None:
        raise NotFound
    siblings = queries.asked_for(session, task_ids=[row.task_id])
    rows = siblings if any(each.id == row.id for each in siblings) else [*siblings, row]
    seen = quotas.look(session, actor, rows, today=today)
    target = next((each for each in seen if each.row.id == row.id), None)
    if target is None:
        raise NotFound
    together = target.scope is Scope.TOGETHER
    only = None if sees_all(actor) or together else actor.unit_id
    chosen = only or unit_id
    unit = next((each for each in target.units if each.id == chosen), None)
    line = next((each for each in target.lines if together or (unit and each.unit is unit)), None)
    known = line or next(iter(target.lines), None)
    cell = next((each for each in known.cells if each.number == number), None) if known else None
    entries = _entries(session, actor, row, rows, chosen)
    within = [
        (entry, says)
        for entry, says in entries
        if cell is None or entry.event.struck_at or cell.span.quota.holds(entry.event.held_on)
    ]
    standing = [(entry, says) for entry, says in within if entry.event.struck_at is None]
    return TargetPage(
        target,
        unit,
        cell,
        line,
        tuple(entry for entry, says in standing if says is not None and says.refused is None),
        tuple(entry for entry, says in standing if says is not None and says.refused is not None),
        tuple(entry for entry, _ in within if entry.event.struck_at is not None),
        tuple(each for each in target.units if row.ended_at is None and actor.unit_id in {None, each.id}),
    )


def _entries(
    session: Session, actor: Actor, row: QuotaTarget, rows: Sequence[QuotaTarget], unit_id: int | None
) -> list[tuple[Entry, Judged | None]]:
    entered: dict[int, list[CountedEvent]] = defaultdict(list)
    struck: list[CountedEvent] = []
    for event in queries.events(session, [each.id for each in rows], struck=True):
        if event.struck_at is None:
            entered[event.target_id].append(event)
        elif event.target_id == row.id and unit_id in {None, event.unit_id}:
            struck.append(event)
    judgement = quotas.Judgement(rows, entered)
    whose = {event.unit_id for event in entered[row.id]} if unit_id is None else {unit_id}
    together = Scope(row.scope) is Scope.TOGETHER
    said = [found for each in ([unit_id] if together else sorted(whose)) for found in judgement.of(row, each)]
    said.sort(key=lambda pair: (pair[0].held_on, pair[0].id), reverse=True)
    found: list[tuple[Entry, Judged | None]] = []
    for event, says in said:
        own = actor.unit_id in {None, event.unit_id}
        span = says.span.label if says.span is not None else ""
        found.append((Entry(event, span, says.refused.value if says.refused else "", own), says))
    return found + [(Entry(event, "", event.struck_reason, own=False), None) for event in struck]

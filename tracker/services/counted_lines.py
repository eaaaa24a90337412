"""计入次数: the link of a return's line counts towards a quota, so that nobody enters it a second time.

A line counts as soon as it is handed in, whatever the office decides of the return later. The newest version
is what holds: where it says nothing of a quota any more, or gives another link or day, the event that the
version before has made is struck out, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.proof import Proof
from tracker.services import counted_events
from tracker.services.counted_events import AlreadyEntered, EventFacts
from tracker.services.quotas import owners_of
from tracker.store.queries import quotas as queries
from tracker.store.tables import Obligation, QuotaTarget, Return, ReturnLine

Made = Mapping[int, int | None]
"""By quota: the event that a line has made, or None where the same was entered already."""


def targets_of(line: ReturnLine) -> frozenset[int]:
    """The quotas towards which a line counts."""
    return frozenset(_made(line))


def as_stored(target_ids: Iterable[int]) -> list[list[int | None]] | None:
    """The ticks of a line as the store keeps them, before they have made any event."""
    return [[target_id, None] for target_id in sorted(target_ids)] or None


def follow(
    session: Session,
    actor: Actor,
    owed: Obligation,
    version: Return,
    replaced: Return | None,
    *,
    now: datetime,
) -> int:
    """Enter what a version that was just handed in counts, and strike out what it counts no more.

    Returns how many events are new. What was entered by hand already stays, and counts once.
    """
    before = {line.assignment_id: line for line in (replaced.lines if replaced else ())}
    lines = {line.assignment_id: line for line in version.lines}
    stays = {key: _stays(lines.get(key), line) for key, line in before.items()}
    for key, line in before.items():
        gone = {event for target, event in _made(line).items() if target not in stays[key]}
        _strike(session, actor, version, gone, now=now)
    wanted = sorted((target, key) for key, line in lines.items() for target in targets_of(line))
    owing = _owing(session, owed.unit_id, {target for target, _ in wanted})
    made: dict[int, dict[int, int | None]] = {}
    entered = 0
    for target_id, key in wanted:  # by quota, as each is held: two units never wait for each other
        line, target, kept = lines[key], owing.get(target_id), stays.get(key, {})
        if target_id in kept:
            made.setdefault(key, {})[target_id] = kept[target_id]
        elif target is not None and target.task_id == line.task_id:
            event = _enter(session, actor, owed, target, line, now=now)
            entered += event is not None
            made.setdefault(key, {})[target_id] = event
    for key, line in lines.items():
        line.counted = [[target, event] for target, event in made.get(key, {}).items()] or None
    session.flush()
    return entered


def _made(line: ReturnLine) -> Made:
    return dict(line.counted or ())


def _stays(line: ReturnLine | None, before: ReturnLine) -> Made:
    """What a line before has counted and this one counts in just the same way.

    The lines are compared, never the event: what a person has corrected or struck out there stays so.
    """
    if line is None or (line.evidence_url, line.evidence_on) != (before.evidence_url, before.evidence_on):
        return {}
    wanted = targets_of(line)
    return {target: event for target, event in _made(before).items() if target in wanted}


def _owing(session: Session, unit_id: int, target_ids: set[int]) -> dict[int, QuotaTarget]:
    """Those of these quotas that the unit still owes."""
    rows = [row for row in queries.of_ids(session, target_ids) if row.ended_at is None] if target_ids else []
    whose = owners_of(session, rows) if rows else {}
    return {row.id: row for row in rows if unit_id in {unit.id for unit in whose[row.id]}}


def _enter(
    session: Session, actor: Actor, owed: Obligation, target: QuotaTarget, line: ReturnLine, *, now: datetime
) -> int | None:
    if line.evidence_on is None:
        return None
    title = " ".join(line.progress.split()) or target.counted
    facts = EventFacts(line.evidence_on, title, Proof(line.evidence_url))
    try:
        return counted_events.enter(
            session, actor, target_id=target.id, unit_id=owed.unit_id, facts=facts, now=now
        ).id
    except AlreadyEntered:
        return None


def _strike(
    session: Session, actor: Actor, version: Return, event_ids: set[int | None], *, now: datetime
) -> None:
    reason = f"第{version.number}稿改了这一项的填报，以新的一稿为准"
    for event_id in sorted(each for each in event_ids if each is not None):
        event = queries.event(session, event_id)
        if event is not None and event.struck_at is None:
            counted_events.strike(
                session, actor, event_id=event_id, version=event.version, reason=reason, now=now
            )

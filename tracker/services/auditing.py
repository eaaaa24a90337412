"""The audit trail (留痕): append-only and hash-chained.

Each event holds the digest of the one before it, and one row, the head, the digest of the newest. A changed
event no longer fits its digest, a removed one leaves a gap, and a removed tail leaves a head that nobody has.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.store.bulk import insert_all
from tracker.store.queries import audit
from tracker.store.tables import AuditEvent

GENESIS = "0" * 64
SUMMARY_LENGTH = 500
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some events, newest first, and where they stand among all."""

    events: list[AuditEvent]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Verification:
    """How many events there are, and the first that does not fit."""

    total: int
    broken: AuditEvent | None


def record(
    session: Session,
    actor: Actor,
    event: Event,
    subject: tuple[str, int | None],
    summary: str,
    *,
    detail: dict[str, Any] | None = None,
    now: datetime,
) -> AuditEvent:
    """Append one event about `subject` (table name, id); `summary` is one Chinese sentence for its history.

    The head row is locked first, so that two appends at once stand one behind the other.
    """
    head = audit.lock_head(session)
    row = _event(actor, Said(event, subject, summary, detail), head.hash, now)
    head.hash = row.hash
    session.add(row)
    session.flush()
    return row


@dataclass(frozen=True, slots=True)
class Said:
    """One event that is to be told with others."""

    event: Event
    subject: tuple[str, int | None]
    summary: str
    detail: dict[str, Any] | None = None


def record_all(session: Session, actor: Actor, told: Iterable[Said], *, now: datetime) -> None:
    """Append events in their order, as `record` does one by one: a file changes thousands of tasks."""
    head = audit.lock_head(session)
    rows: list[AuditEvent] = []
    newest = head.hash
    for said in told:
        rows.append(_event(actor, said, newest, now))
        newest = rows[-1].hash
    insert_all(session, rows)
    head.hash = newest
    session.flush()


def _event(actor: Actor, said: Said, previous: str, now: datetime) -> AuditEvent:
    summary = said.summary
    row = AuditEvent(
        at=now.astimezone(UTC),
        account_id=actor.account_id,
        actor=actor.name,
        action=said.event.value,
        object_type=said.subject[0],
        object_id=said.subject[1],
        summary=summary if len(summary) <= SUMMARY_LENGTH else f"{summary[: SUMMARY_LENGTH - 1]}…",
        # As JSON gives it back: the digest must be the same before and after the row has been stored.
        detail=json.loads(json.dumps(_told(actor, said), ensure_ascii=False, default=str)),
        previous_hash=previous,
    )
    row.hash = digest(row)
    return row


def _told(actor: Actor, said: Said) -> dict[str, Any]:
    """What an event keeps besides its sentence; a deputy's act says in whose place it was done (代办)."""
    told = dict(said.detail or {})
    if actor.acts_for_id is not None:
        told["acts_for"] = {"account_id": actor.acts_for_id, "name": actor.acts_for}
    return told


def digest(event: AuditEvent) -> str:
    """The SHA-256 of everything an event says, with the digest before it."""
    said = [
        event.previous_hash,
        event.at.astimezone(UTC).isoformat(),
        event.account_id,
        event.actor,
        event.action,
        event.object_type,
        event.object_id,
        event.summary,
        event.detail,
    ]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def first_broken(session: Session) -> AuditEvent | None:
    """The first event that does not follow from the one before it, or None when the chain holds.

    The head is read first and without a lock: what others append meanwhile comes after it and is no fault.
    When the head names a digest that no event has, the tail is gone, and the last event left is given back.
    """
    head = audit.head_hash(session)
    previous = GENESIS
    head_seen = head == GENESIS
    last: AuditEvent | None = None
    for event in audit.all_events(session):
        if event.previous_hash != previous or event.hash != digest(event):
            return event
        previous, last = event.hash, event
        head_seen = head_seen or event.hash == head
    return None if head_seen else last or _nothing_left(head)


def _nothing_left(head: str) -> AuditEvent:
    """Stands for a trail of which not one event is left though the head knows of some."""
    return AuditEvent(summary="全部记录已被删除", action="", actor="", object_type="", hash=head, detail={})


def verify(session: Session) -> Verification:
    """Follow the whole chain."""
    return Verification(total=audit.count(session), broken=first_broken(session))


def page_of(session: Session, page: int) -> LogPage:
    """One page of the log; a page beyond the end is the last one."""
    total = audit.count(session)
    pages = max(-(-total // PAGE_SIZE), 1)
    page = min(max(page, 1), pages)
    events = audit.newest(session, limit=PAGE_SIZE, offset=(page - 1) * PAGE_SIZE)
    return LogPage(events=events, page=page, pages=pages, total=total)

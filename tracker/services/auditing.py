"""The audit trail (留痕): append-only and hash-chained."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.store.queries import audit
from tracker.store.tables import AuditEvent

GENESIS = "0" * 64


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
    row = AuditEvent(
        at=now,
        account_id=actor.account_id,
        actor=actor.name,
        action=event.value,
        object_type=subject[0],
        object_id=subject[1],
        summary=summary,
        detail=detail or {},
        previous_hash=head.hash,
    )
    row.hash = digest(row)
    head.hash = row.hash
    session.add(row)
    session.flush()
    return row


def digest(event: AuditEvent) -> str:
    """The SHA-256 of everything an event says, with the digest before it."""
    said = [
        event.previous_hash,
        event.at.isoformat(),
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

    A deleted tail is seen too: the head row then names a digest that no event has.
    """
    previous = GENESIS
    last: AuditEvent | None = None
    for event in audit.all_events(session):
        if event.previous_hash != previous or event.hash != digest(event):
            return event
        previous = event.hash
        last = event
    return last if audit.lock_head(session).hash != previous else None

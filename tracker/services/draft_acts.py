"""Keeping what a person did in a draft: the version moves on, the act leaves a trace, colleagues see it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.queries import checking
from tracker.store.queries import imports as queries
from tracker.store.tables import DraftRow

LATELY = timedelta(minutes=30)
"""How long a colleague's act is news to whoever checks the same draft."""
_WORDS = 200


def done(
    session: Session, actor: Actor, draft_id: int, words: str, *, serial: int | None = None, now: datetime
) -> None:
    """Write down an act that was just done in a draft; `serial` is the row's number on the check page."""
    session.flush()
    queries.touch(session, draft_id)
    auditing.record(session, actor, Event.DRAFT_CHANGE, ("import_draft", draft_id), words, now=now)
    if actor.account_id is None:
        return
    facts = {"name": actor.name[:60], "words": words[:_WORDS], "serial": serial, "at": now}
    visit = checking.visit(session, draft_id, actor.account_id, **facts)
    for name, value in facts.items():
        setattr(visit, name, value)
    session.flush()


def serial_of(session: Session, row: DraftRow) -> int:
    """The number of a row on the check page: its place among those that are tasks."""
    before = [
        each for each in queries.rows(session, row.import_draft_id) if each.included or each.id == row.id
    ]
    return [each.id for each in before].index(row.id) + 1


def label(row: DraftRow, serial: int) -> str:
    """A row as its history names it."""
    text: str = row.reading["text"]
    return f"第{serial}项“{text[:20]}{'…' if len(text) > 20 else ''}”"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody else who was at the draft a moment ago."""

    name: str
    at: datetime
    did: str


def colleagues(session: Session, actor: Actor, *, draft_id: int, now: datetime) -> tuple[Colleague, ...]:
    """Who else has changed something in this draft lately, the newest first."""
    return tuple(
        Colleague(visit.name, visit.at, f"改了第{visit.serial}项" if visit.serial else "改了这份草稿")
        for visit in checking.visits(session, [draft_id])
        if visit.account_id != actor.account_id and visit.at > now - LATELY
    )

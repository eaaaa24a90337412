"""A person's inbox (收件箱): what lies in it and what has been read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.services import notice_places
from tracker.store.queries import reminders
from tracker.store.tables import InboxItem


def mine(session: Session, actor: Actor) -> list[InboxItem]:
    """The actor's notices, newest first; before a deputy lie those of the one in whose place he acts."""
    return [] if actor.desk_id is None else reminders.inbox(session, actor.desk_id)


def read(session: Session, actor: Actor, *, item_id: int, now: datetime) -> InboxItem:
    """Mark one notice as read; read before, it keeps its first moment.

    Raises:
        NotFound: there is no such notice, or it is another person's.

    """
    item = session.get(InboxItem, item_id)
    if item is None or item.account_id != actor.desk_id:
        raise NotFound
    item.read_at = item.read_at or now
    return item


def leads_nowhere(session: Session, actor: Actor, item: InboxItem) -> str:
    """Why a notice's page is not the person's to see any more, in a sentence; empty where it is.

    What was said stays in the inbox: it was true when it was said.
    """
    return notice_places.trouble(session, actor, item.link)


def read_all(session: Session, actor: Actor, *, now: datetime) -> int:
    """Mark everything as read.

    Returns:
        How many were unread.

    """
    unread = [item for item in mine(session, actor) if item.read_at is None]
    for item in unread:
        item.read_at = now
    return len(unread)

"""Calendar feeds (日历订阅): a person's address, and what a calendar that fetches it is told.

The address is the key: whoever has it reads the person's days, without signing in. It is shown once, kept as
a hash, and can be replaced or revoked; wrong ones count like failed sign-ins (`tracker.domain.lockout`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy.orm import Session

from tracker.domain import feed, lockout
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import NotAllowed, RuleViolated
from tracker.domain.events import Event
from tracker.domain.feed import FeedEntry, FeedEvent, Subscriber
from tracker.services import auditing, feed_days, settings
from tracker.store.queries import feeds as queries
from tracker.store.queries import units
from tracker.store.tables import FeedRefusal, FeedToken


class TooManyWrongAddresses(RuleViolated):
    """这个网络地址取日历失败的次数太多，请过15分钟再试。"""


@dataclass(frozen=True, slots=True)
class Told:
    """What a calendar is told at a fetch; `news` when that has to be kept first."""

    entries: tuple[FeedEntry, ...]
    news: bool


def standing(session: Session, actor: Actor) -> FeedToken | None:
    """The actor's own address as it stands: when it was made, when it was fetched last."""
    return None if actor.account_id is None else queries.token_of(session, actor.account_id)


def make(session: Session, actor: Actor, *, now: datetime) -> str:
    """A new address' token; an earlier one opens nothing from now on.

    Raises:
        NotAllowed: the role has no days of its own.

    """
    if actor.account_id is None or not feed.scope_of(actor.role, actor.unit_id):
        raise NotAllowed
    replaced = queries.drop_token(session, actor.account_id)
    token = token_urlsafe(32)
    session.add(FeedToken(account_id=actor.account_id, token_hash=_digest(token), created_at=now))
    session.flush()
    said = f"{actor.name}{'更换日历订阅地址' if replaced else '订阅日历'}"
    auditing.record(session, actor, Event.FEED_MAKE, ("account", actor.account_id), said, now=now)
    return token


def revoke(session: Session, actor: Actor, *, now: datetime) -> bool:
    """The actor's address opens nothing from now on; false when there was none."""
    if actor.account_id is None or not queries.drop_token(session, actor.account_id):
        return False
    said = f"{actor.name}停止日历订阅"
    auditing.record(session, actor, Event.FEED_REVOKE, ("account", actor.account_id), said, now=now)
    return True


def subscriber(session: Session, token: str, *, address: str, now: datetime) -> Subscriber | None:
    """Whose token this is; None for one that is wrong or revoked, or whose account is disabled.

    The three cannot be told apart: one question is asked in any case, by the token's hash.

    Raises:
        TooManyWrongAddresses: this computer has asked for too many that opened nothing.

    """
    if lockout.is_one_computer(address):
        refused = queries.refusals(session, address[:64], limit=lockout.ADDRESS_LIMIT)
        until = lockout.locked_until(refused, lockout.ADDRESS_LIMIT)
        if until is not None and now < until:
            raise TooManyWrongAddresses
    found = queries.subscriber(session, _digest(token))
    return found if found is not None and found.scope else None


def note_refusal(session: Session, *, address: str, now: datetime) -> None:
    """Count an address that opened nothing; what counts for nothing any more is forgotten."""
    queries.forget_refusals(session, before=now - lockout.WINDOW - lockout.LOCK)
    session.add(FeedRefusal(address=address[:64], at=now))
    session.flush()


def events(session: Session, who: Subscriber, *, now: datetime) -> tuple[FeedEvent, ...]:
    """Everything that holds for a person's calendar at the moment."""
    person = Actor(who.account_id, "", who.role, who.unit_id)
    return feed_days.events(session, person, now=now)


def told(session: Session, who: Subscriber, found: Collection[FeedEvent], *, now: datetime) -> Told:
    """What the person's calendar is told now, by what it was told last."""
    known = _known(session, who)
    entries = feed.renewed(known, found, now=now)
    same = {entry.event.uid: entry for entry in entries} == known
    return Told(entries, news=not same or who.last_used_on != china_day(now))


def keep(
    session: Session, who: Subscriber, found: Collection[FeedEvent], *, now: datetime
) -> tuple[FeedEntry, ...]:
    """Keep what is told now, and the day on which it was fetched."""
    known = _known(session, who)
    entries = feed.renewed(known, found, now=now)
    rows = [
        {
            "uid": entry.event.uid,
            "told": feed.kept(entry.event),
            "sequence": entry.sequence,
            "changed_at": entry.changed_at,
            "called_off_at": entry.called_off_at,
        }
        for entry in entries
        if known.get(entry.event.uid) != entry
    ]
    gone = known.keys() - {entry.event.uid for entry in entries}
    queries.write_entries(session, who.scope, rows, gone=gone)
    queries.note_use(session, who.account_id, china_day(now))
    return entries


def _known(session: Session, who: Subscriber) -> dict[str, FeedEntry]:
    rows = queries.entries(session, who.scope)
    return {
        row.uid: FeedEntry(feed.read_back(row.told), row.sequence, row.changed_at, row.called_off_at)
        for row in rows
    }


def name_of(session: Session, who: Subscriber) -> str:
    """What the calendar is called: 台账 · 市教育局."""
    if who.role == UserRole.UNIT and who.unit_id is not None:
        unit = units.get(session, who.unit_id)
        return f"台账 · {unit.name}" if unit else "台账"
    return f"台账 · {settings.office_name(session)}"


def _digest(token: str) -> str:
    """What the store keeps of a token; tokens are long and random, so a plain digest is enough."""
    return sha256(token.encode()).hexdigest()

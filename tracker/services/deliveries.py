"""发送情况: whether the workers live, what should have gone and has, and what a person settles by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import INBOX, Reach, Route
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.outbox import SETTLED_BY_HAND, OutboxState
from tracker.domain.titled import Titled
from tracker.services import auditing, heartbeats, preferences
from tracker.store.queries import deliveries as queries
from tracker.store.queries import outbox, units
from tracker.store.queries.deliveries import DeliveryCounts, DeliveryFilter, DeliveryPart, DeliveryRow
from tracker.store.tables import Account, DeliveryAttempt, Heartbeat, OutboxItem, Unit

# The filter of a list is read from an address by the page and answered by a query.
__all__ = ["DeliveryFilter", "DeliveryPart", "letter", "listing", "overview", "settle"]

ONE_DAY = timedelta(days=1)
SHOWN = 10
"""Rows on the first page; the rest is one click away."""
PAGE = 50
INBOX_TITLE, MAIL_TITLE = "站内", "邮件"


class NotToSettle(RuleViolated):
    """这条提醒已经处理过，或已经送达，不用核实。"""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What should have gone on one day, and what became of it."""

    day: date
    counts: DeliveryCounts


class WhyNot(Titled):
    """Why what is said to a unit does not reach anybody outside this program."""

    NO_ACCOUNT = "no_account", "没有账号"
    NO_ADDRESS = "no_address", "没有留邮箱或手机"
    MUTED = "muted", "全部联系人都关了提醒"


@dataclass(frozen=True, slots=True)
class Unreached:
    """A unit with open work that is hard to reach; of muted tasks their number."""

    unit: Unit
    why: WhyNot
    tasks: int = 0


@dataclass(frozen=True, slots=True)
class Overview:
    """The first page."""

    last_beat: datetime | None
    beat_is_late: bool
    beats: tuple[Heartbeat, ...]
    yesterday: DayCounts
    today: DayCounts
    troubled: tuple[DeliveryRow, ...]
    troubled_total: int
    unreached: tuple[Unreached, ...]
    titles: dict[str, str]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the deliveries that a filter meets, with the number of each part beside it."""

    wanted: DeliveryFilter
    rows: tuple[DeliveryRow, ...]
    counts: DeliveryCounts
    total: int
    page: int
    pages: int
    titles: dict[str, str]
    person: Account | None
    units: tuple[Unit, ...]


@dataclass(frozen=True, slots=True)
class LetterPage:
    """One delivery: its tries, and what else went into its letter."""

    row: DeliveryRow
    state: OutboxState
    attempts: tuple[DeliveryAttempt, ...]
    others: tuple[OutboxItem, ...]
    channel: str

    @property
    def troubled(self) -> bool:
        """Whether a person has to look at it."""
        return self.state in {OutboxState.DEAD, OutboxState.UNCONFIRMED}


def overview(session: Session, *, routes: Sequence[Route], now: datetime) -> Overview:
    """Whether the workers live, yesterday's and today's figures, what waits for a person."""
    last, today = heartbeats.newest(session), china_day(now)
    troubled = DeliveryFilter(part=DeliveryPart.TROUBLED)
    return Overview(
        last_beat=last,
        beat_is_late=heartbeats.is_late(last, now=now),
        beats=tuple(queries.beats(session, since=now - ONE_DAY)),
        yesterday=_of_day(session, today - ONE_DAY),
        today=_of_day(session, today),
        troubled=tuple(queries.listed(session, troubled, limit=SHOWN)),
        troubled_total=queries.counts(session, troubled).of(DeliveryPart.TROUBLED),
        unreached=tuple(_unreached(session, routes, now)),
        titles=_titles(session, routes),
    )


def listing(session: Session, wanted: DeliveryFilter, *, routes: Sequence[Route], page: int = 1) -> Listing:
    """The page of a list; a page beyond the last shows the last."""
    counts = queries.counts(session, replace(wanted, part=DeliveryPart.EXPECTED))
    total = counts.of(wanted.part)
    pages = max(1, -(-total // PAGE))
    page = min(max(page, 1), pages)
    return Listing(
        wanted,
        tuple(queries.listed(session, wanted, limit=PAGE, offset=(page - 1) * PAGE)),
        counts,
        total,
        page,
        pages,
        _titles(session, routes),
        session.get(Account, wanted.account_id) if wanted.account_id is not None else None,
        tuple(units.active(session)),
    )


def letter(session: Session, *, outbox_id: int, routes: Sequence[Route]) -> LetterPage:
    """One delivery with all its tries.

    Raises:
        NotFound: there is no such delivery.

    """
    row = queries.one(session, outbox_id)
    if row is None:
        raise NotFound
    item = row.item
    return LetterPage(
        row,
        OutboxState(item.state),
        tuple(outbox.attempts(session, item.id)),
        tuple(queries.same_letter(session, item)),
        _titles(session, routes).get(item.channel, item.channel),
    )


def settle(session: Session, actor: Actor, *, outbox_id: int, now: datetime) -> int:
    """已核实: the receiver has it, or was told otherwise; the whole letter counts as sent, by this person.

    Returns:
        How many deliveries of the letter were settled.

    Raises:
        NotFound: there is no such delivery.
        NotToSettle: it neither failed nor stayed unconfirmed, or somebody has settled it meanwhile.

    """
    item = session.get(OutboxItem, outbox_id)
    if item is None:
        raise NotFound
    parts = outbox.failed_with(session, item)
    if item not in parts:
        raise NotToSettle
    for each in parts:
        known = "核实对方已收到" if each.state == OutboxState.UNCONFIRMED else "已另行告知对方"
        each.state, each.sent_at, each.lease_until = OutboxState.SENT.value, now, None
        each.last_error = ""
        session.add(
            DeliveryAttempt(
                outbox_id=each.id, number=each.attempts, at=now, outcome=SETTLED_BY_HAND,
                detail=f"{actor.name}{known}"[:500],
            )
        )  # fmt: skip
    summary = f"核实送达：{item.notice.subject}"
    auditing.record(session, actor, Event.NOTICE_SETTLE, ("outbox", item.id), summary, now=now)
    return len(parts)


def _of_day(session: Session, day: date) -> DayCounts:
    return DayCounts(day, queries.counts(session, DeliveryFilter(day)))


def _titles(session: Session, routes: Sequence[Route]) -> dict[str, str]:
    """What people call each channel; one that is no longer set keeps its name."""
    known = {INBOX: INBOX_TITLE} | {route.channel: route.title or route.channel for route in routes}
    return known | {name: name for name in queries.channels(session) if name not in known}


def _unreached(session: Session, routes: Sequence[Route], now: datetime) -> list[Unreached]:
    phones = any(route.reach is Reach.PHONE for route in routes)
    found: list[Unreached] = []
    silent = Counter(each.unit.id for each in preferences.silenced(session, now=now))
    for unit, people in queries.people_of_working_units(session):
        if not people:
            found.append(Unreached(unit, WhyNot.NO_ACCOUNT))
        elif not any(each.email or (phones and each.phone) for each in people):
            found.append(Unreached(unit, WhyNot.NO_ADDRESS))
        if silent[unit.id]:
            found.append(Unreached(unit, WhyNot.MUTED, silent[unit.id]))
    return found

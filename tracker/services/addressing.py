"""Addressing (投递对象): to whom a notice goes, by which of the ways that are open.

The one place that turns "say this to that unit" into deliveries: always to the inbox of each of its
people, by mail and short message to who has left an address, and as a post to each group that hears of it.

To whom a notice goes is settled within a day of its being planned. A way that is opened later, an address
that is left later, a head or a colleague of the office who comes later, a policy or a program that names
more addressees: none of them is told in one go what was said long ago. Only a unit's new contact, and who
stands in for one, hears what still stands, for it is theirs to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day
from tracker.domain.delivery import BY_MAIL, INBOX, Reach, Route, address_on
from tracker.domain.notices import CONTACT, Addressee
from tracker.domain.outbox import OutboxState
from tracker.store.insert import insert_missing
from tracker.store.queries import audience, outbox, reminders, units
from tracker.store.queries.outbox import Known
from tracker.store.tables import Account, OutboxItem

ROUTES: tuple[Route, ...] = (BY_MAIL,)
"""What is open without any setting."""


NOBODY = 0
SETTLED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Target:
    """A notice by its key, the unit it is said to, the earliest moment, and whether that is its last day.

    `to` says whose business it is; without a unit it is the office's alone.
    """

    key: str
    unit_id: int | None
    not_before: datetime
    urgent: bool = False
    to: tuple[Addressee, ...] = CONTACT


def address(
    session: Session, targets: Iterable[Target], routes: Sequence[Route] = ROUTES, *, now: datetime
) -> int:
    """Add the deliveries of notices that are not there yet, and let withdrawn ones wait again.

    Who stands in for one of a unit's people today (代办) hears what that person hears.

    Returns:
        How many were added.

    """
    targets = list(targets)
    known = outbox.known(session, [target.key for target in targets])
    unit_ids = {target.unit_id for target in targets if target.unit_id is not None}
    people = audience.of_units(session, unit_ids, today=china_day(now))
    groups = _groups(session, routes)
    rows: list[dict[str, Any]] = []
    for target in targets:
        notice, reached = known[target.key], people.who(target.unit_id, target.to)
        again: list[int] = []
        settled = _is_settled(notice, now)
        new = _newcomers(notice, people.who(target.unit_id, CONTACT)) if settled else set[int]()
        for row in _deliveries(notice.id, target, reached, routes, groups):
            there = (row["channel"], row["group_key"] or row["account_id"])
            if there not in notice.deliveries:
                if not settled or (row["group_key"] is None and row["account_id"] in new):
                    rows.append(row)
            # What already went out is not said a second time, what was withdrawn holds again.
            elif (withdrawn := notice.deliveries[there]) is not None:
                again.append(withdrawn)
        if again:
            outbox.revive(session, again, not_before=target.not_before)
    outbox.stand_again(session, [known[target.key].id for target in targets if not known[target.key].stands])
    # Another planner may have added the same meanwhile.
    return len(insert_missing(session, OutboxItem, rows, keys=()))


def would_reach(
    session: Session, targets: Sequence[Target], routes: Sequence[Route] = ROUTES, *, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The deliveries that `address` would make of notices that do not exist yet, by their keys.

    What a person is shown before it goes is so worked out by what makes it go.
    """
    unit_ids = {target.unit_id for target in targets if target.unit_id is not None}
    people = audience.of_units(session, unit_ids, today=china_day(now))
    groups = _groups(session, routes)
    return {
        target.key: list(_deliveries(NOBODY, target, people.who(target.unit_id, target.to), routes, groups))
        for target in targets
    }


def _is_settled(notice: Known, now: datetime) -> bool:
    """Whether it was said so long ago that only a unit's new people still hear of it."""
    return notice.stands and bool(notice.deliveries) and now - notice.planned_at > SETTLED_AFTER


def _newcomers(notice: Known, contacts: Iterable[Account]) -> set[int]:
    """Which of these it was never for, by any way."""
    told = {whom for _, whom in notice.deliveries}
    return {account.id for account in contacts} - told


@dataclass(frozen=True, slots=True)
class _Groups:
    """Which units each group's channel hears of (None for all), and the account that answers for groups."""

    units: dict[str, int | None]
    answers: int | None


def _groups(session: Session, routes: Sequence[Route]) -> _Groups:
    posts = [route for route in routes if route.reach is Reach.GROUP]
    if not posts:
        return _Groups({}, None)
    # Own names come first and win over another unit's alias; a name that nobody has leads to no unit.
    named = {each.name: each.unit_id for each in reversed(units.unit_names(session))}
    heard = {route.channel: named.get(route.unit, NOBODY) if route.unit else None for route in posts}
    return _Groups(heard, reminders.who_answers_for_groups(session))


def _deliveries(
    notice_id: int, target: Target, people: Iterable[Account], routes: Sequence[Route], groups: _Groups
) -> Iterator[dict[str, Any]]:
    """One row a channel and person, and one a channel and group."""
    open_now = [route for route in routes if target.urgent or not route.urgent_only]
    row = {
        "notice_id": notice_id,
        "state": OutboxState.DUE.value,
        "not_before": target.not_before,
        "group_key": None,
    }
    for account in people:
        yield row | {"channel": INBOX, "account_id": account.id, "address": ""}
        for route in open_now:
            where = address_on(route.channel, email=account.email, phone=account.phone)
            if route.reach is not Reach.GROUP and where:
                yield row | {"channel": route.channel, "account_id": account.id, "address": where}
    for route in open_now:
        if route.reach is not Reach.GROUP or groups.answers is None:
            continue
        if target.unit_id is not None and groups.units[route.channel] in {None, target.unit_id}:
            key = f"{notice_id}:{route.channel}"
            post = {"channel": route.channel, "account_id": groups.answers, "address": route.title}
            yield row | post | {"group_key": key}

"""Addressing (投递对象): to whom a notice goes, by which of the ways that are open.

The one place that turns "say this to that unit" into deliveries: always to the inbox of each of its
people, by mail and short message to who has left an address, and as a post to each group that hears of it.

To whom a notice goes is settled within a day of its being planned. A way that is opened later, an address
that is left later, a head or a colleague of the office who comes later, a policy or a program that names
more addressees: none of them is told in one go what was said long ago. Only a unit's new contact, and who
stands in for one, hears what still stands, for it is theirs to do.

What a person has chosen (我的提醒设置) holds here: the ways that are used, when a letter may go, and which
tasks are muted. The inbox is told at once, whatever the hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day
from tracker.domain.delivery import BY_MAIL, INBOX, Reach, Route, address_on
from tracker.domain.digest import DEFAULT, MUTED_KINDS, Choice, Post, goes_at_once
from tracker.domain.notices import CONTACT, Addressee
from tracker.domain.outbox import OutboxState
from tracker.services import digesting
from tracker.store.insert import insert_missing
from tracker.store.queries import audience, outbox, preferences, reminders, units
from tracker.store.queries.audience import Audience
from tracker.store.queries.outbox import Known
from tracker.store.tables import Account, OutboxItem

ROUTES: tuple[Route, ...] = (BY_MAIL,)
"""What is open without any setting."""


NOBODY = 0
SETTLED_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Target:
    """A notice by its key, the unit it is said to, the earliest moment, and whether that is its last day.

    `to` says whose business it is; without a unit it is the office's alone. What its kind is, of which task
    it is and at which moment it comes too late decide whether it waits for a digest, and whom it spares.
    """

    key: str
    unit_id: int | None
    not_before: datetime
    urgent: bool = False
    to: tuple[Addressee, ...] = CONTACT
    kind: str = ""
    task_id: int | None = None
    deadline: datetime | None = None


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
    house = _house(session, targets, routes, now)
    rows: list[dict[str, Any]] = []
    for target in targets:
        notice, again = known[target.key], dict[tuple[datetime, datetime | None], list[int]]()
        settled = _is_settled(notice, now)
        new = _newcomers(notice, house.people.who(target.unit_id, CONTACT)) if settled else set[int]()
        for row in house.deliveries(notice.id, target):
            there = (row["channel"], row["group_key"] or row["account_id"])
            if there not in notice.deliveries:
                if not settled or (row["group_key"] is None and row["account_id"] in new):
                    rows.append(row)
            # What already went out is not said a second time, what was withdrawn holds again.
            elif (withdrawn := notice.deliveries[there]) is not None:
                again.setdefault((row["not_before"], row["ready_at"]), []).append(withdrawn)
        for (not_before, ready_at), ids in again.items():
            outbox.revive(session, ids, not_before=not_before, ready_at=ready_at)
    outbox.stand_again(session, [known[target.key].id for target in targets if not known[target.key].stands])
    # Another planner may have added the same meanwhile.
    return len(insert_missing(session, OutboxItem, rows, keys=()))


def would_reach(
    session: Session, targets: Sequence[Target], routes: Sequence[Route] = ROUTES, *, now: datetime
) -> dict[str, list[dict[str, Any]]]:
    """The deliveries that `address` would make of notices that do not exist yet, by their keys.

    What a person is shown before it goes is so worked out by what makes it go.
    """
    house = _house(session, targets, routes, now)
    return {target.key: list(house.deliveries(NOBODY, target)) for target in targets}


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


@dataclass(frozen=True, slots=True)
class _House:
    """Who there is, by which ways they are reached, and what each has chosen."""

    people: Audience
    routes: Sequence[Route]
    groups: _Groups
    choices: Mapping[int, Choice]
    muted: Mapping[int, set[int]]
    post: Post
    now: datetime
    _moments: dict[tuple[datetime, Choice, datetime | None], datetime | None] = field(default_factory=dict)

    def deliveries(self, notice_id: int, target: Target) -> Iterator[dict[str, Any]]:
        """One row a channel and person, and one a channel and group."""
        open_now = [route for route in self.routes if target.urgent or not route.urgent_only]
        row = {
            "notice_id": notice_id,
            "state": OutboxState.DUE.value,
            "not_before": target.not_before,
            "ready_at": None,
            "group_key": None,
        }
        for account in self._hearers(target):
            inbox = {"not_before": min(target.not_before, self.now), "channel": INBOX, "address": ""}
            yield row | inbox | {"account_id": account.id}
            choice = self.choices.get(account.id, DEFAULT)
            when = self._when(target, choice)
            for route in open_now:
                where = address_on(route.channel, email=account.email, phone=account.phone)
                if route.reach is not Reach.GROUP and where and route.channel not in choice.declined:
                    yield row | when | {
                        "channel": route.channel, "account_id": account.id, "address": where,
                    }  # fmt: skip
        for route in open_now:
            if route.reach is not Reach.GROUP or self.groups.answers is None:
                continue
            if target.unit_id is not None and self.groups.units[route.channel] in {None, target.unit_id}:
                key = f"{notice_id}:{route.channel}"
                post = {"channel": route.channel, "account_id": self.groups.answers, "address": route.title}
                yield row | post | {"group_key": key}

    def _hearers(self, target: Target) -> list[Account]:
        """Whom it reaches; who has muted the task is spared what is said to contacts up to its day."""
        reached = self.people.who(target.unit_id, target.to)
        muted = self.muted.get(target.task_id or NOBODY)
        if not muted or target.kind not in MUTED_KINDS:
            return reached
        others = [each for each in target.to if each is not Addressee.CONTACT]
        kept = {account.id for account in self.people.who(target.unit_id, others)}
        return [account for account in reached if account.id in kept or account.id not in muted]

    def _when(self, target: Target, choice: Choice) -> dict[str, datetime]:
        """When what leaves the house for one person may go."""
        if goes_at_once(target.kind, urgent=target.urgent):
            return {}
        asked = (target.not_before, choice, target.deadline)
        if asked not in self._moments:
            moment = self.post.waits_until(target.not_before, choice, deadline=target.deadline)
            self._moments[asked] = moment
        moment = self._moments[asked]
        return {} if moment is None else {"not_before": moment, "ready_at": target.not_before}


def _house(session: Session, targets: Sequence[Target], routes: Sequence[Route], now: datetime) -> _House:
    unit_ids = {target.unit_id for target in targets if target.unit_id is not None}
    return _House(
        audience.of_units(session, unit_ids, today=china_day(now)),
        routes,
        _groups(session, routes),
        preferences.choices(session),
        preferences.muted(session),
        digesting.house(session),
        now,
    )

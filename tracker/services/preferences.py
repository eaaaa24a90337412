"""我的提醒设置: when and by which ways a person is reminded, and which tasks they want to hear nothing of.

A choice is the person's own: who acts for another (代办) cannot make it in the other's place. It holds at
once, also for what waits already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import Reach, Route, address_on
from tracker.domain.digest import DEFAULT, HOURS, MUTED_KINDS, Choice
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.notices import CONTACT
from tracker.services import auditing, digesting
from tracker.store.insert import insert_missing
from tracker.store.queries import audience, digests, preferences, tasks, units
from tracker.store.tables import Account, InboxItem, MutedTask, PersonSetting, Task, Unit


class HourNotOffered(InvalidInput):
    """请在上午九点到晚七点之间选一个整点。"""


class NotOnesOwn(RuleViolated):
    """提醒设置是各人自己的，代办期间不能替别人改；请先回到本人。"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way by which a person could be reminded; `address` is empty where none is on record."""

    channel: str
    title: str
    address: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class MyReminders:
    """What a person has chosen, as the page shows it; version 0 as long as nothing was chosen."""

    choice: Choice
    ways: list[Way]
    muted: list[tuple[MutedTask, Task]]
    version: int
    most_a_day: int
    """How many letters who wants no digest gets in a day."""


@dataclass(frozen=True, slots=True)
class Silenced:
    """A unit's part of a task of which nobody of the unit is reminded, because all have muted it."""

    task: Task
    unit: Unit
    people: list[Account]


def page(session: Session, actor: Actor, routes: Sequence[Route]) -> MyReminders:
    """What the actor has chosen."""
    account = _oneself(session, actor)
    row, choice = preferences.setting_of(session, account.id), preferences.choice_of(session, account.id)
    muted = preferences.muted_by(session, account.id)
    most = digesting.house(session).policy.most_a_day
    return MyReminders(choice, _ways(account, choice, routes), muted, row.version if row else 0, most)


def _ways(account: Account, choice: Choice, routes: Sequence[Route]) -> list[Way]:
    return [
        Way(
            route.channel,
            route.title or Reach(route.reach).label,
            address_on(route.channel, email=account.email, phone=account.phone),
            route.channel not in choice.declined,
        )
        for route in routes
        if route.reach is not Reach.GROUP
    ]


def choose(
    session: Session,
    actor: Actor,
    *,
    digest: bool,
    hour: int,
    wanted: Iterable[str],
    routes: Sequence[Route],
    version: int,
    now: datetime,
) -> Choice:
    """Choose whether and when reminders come together, and by which of the ways that lead to the person.

    What was declined before and leads nowhere at present stays declined.

    Raises:
        HourNotOffered: the hour is none that can be chosen.
        NotOnesOwn: somebody acts for the person.
        VersionConflict: it was changed in another window meanwhile.

    """
    account = _oneself(session, actor)
    if hour not in HOURS:
        raise HourNotOffered
    # Two windows of one person, one after the other.
    digests.lock_person(session, account.id)
    row = preferences.setting_of(session, account.id)
    if (row.version if row else 0) != version:
        raise VersionConflict
    before = preferences.choice_of(session, account.id).declined
    offered = {way.channel for way in _ways(account, DEFAULT, routes) if way.address}
    declined = (offered - set(wanted)) | (before - offered)
    if row is None:
        row = PersonSetting(account_id=account.id)
        session.add(row)
    row.digest, row.hour, row.declined = digest, hour, sorted(declined)
    session.flush()
    choice = Choice(digest, time(hour), frozenset(declined))
    _move_waiting(session, account.id, choice)
    when = f"每天{hour}点合成一封" if digest else "随时提醒"
    subject = ("account", account.id)
    auditing.record(session, actor, Event.REMINDER_CHOOSE, subject, f"提醒设置改为{when}", now=now)
    return choice


def _move_waiting(session: Session, account_id: int, choice: Choice) -> None:
    """Let what waits for the person's hour wait for the new one."""
    post = digesting.house(session)
    for item in digests.waiting(session, account_id):
        if item.ready_at is not None:
            item.not_before = post.waits_until(item.ready_at, choice) or item.ready_at


def mute(session: Session, actor: Actor, *, task_id: int, now: datetime) -> Task:
    """不再提醒: let the person hear nothing of a task until it is overdue or somebody urges.

    Raises:
        NotFound: there is no such task before the person, or nothing is said of tasks to such a one.
        NotOnesOwn: somebody acts for the person.

    """
    account, task = _oneself(session, actor), _task(session, actor, task_id)
    if actor.role != UserRole.UNIT.value:
        raise NotFound
    row = {"account_id": account.id, "task_id": task_id, "muted_at": now}
    if insert_missing(session, MutedTask, [row], keys=("account_id", "task_id")):
        subject = ("task", task_id)
        auditing.record(session, actor, Event.TASK_MUTE, subject, "不再提醒本人", now=now)
    return task


def unmute(session: Session, actor: Actor, *, task_id: int, now: datetime) -> None:
    """恢复提醒: what is still to be said of the task is said from now on.

    Raises:
        NotFound: the person has not muted it.
        NotOnesOwn: somebody acts for the person.

    """
    account = _oneself(session, actor)
    row = preferences.mute_of(session, account.id, task_id)
    if row is None:
        raise NotFound
    session.delete(row)
    auditing.record(session, actor, Event.TASK_UNMUTE, ("task", task_id), "恢复提醒本人", now=now)


def is_muted(session: Session, actor: Actor, *, task_id: int) -> bool | None:
    """Whether the actor has muted a task; None where there is nothing to mute, or it is not his to do."""
    if actor.role != UserRole.UNIT.value or actor.acts_for_id is not None or actor.account_id is None:
        return None
    return preferences.mute_of(session, actor.account_id, task_id) is not None


@dataclass(frozen=True, slots=True)
class MuteButtons:
    """Which notices of an inbox are of a task that can be muted (tasks by inbox id), and which are muted."""

    tasks: dict[int, int]
    muted: set[int]


def buttons(session: Session, actor: Actor, items: Sequence[InboxItem]) -> MuteButtons:
    """不再提醒 beside a person's notices; nobody mutes in another's place, and only units have tasks."""
    if actor.role != UserRole.UNIT.value or actor.acts_for_id is not None or actor.account_id is None:
        return MuteButtons({}, set())
    tasks_of = preferences.tasks_to_mute(session, [item.id for item in items], MUTED_KINDS)
    return MuteButtons(tasks_of, preferences.muted_of(session, actor.account_id, set(tasks_of.values())))


def silenced(session: Session, *, now: datetime) -> list[Silenced]:
    """Open parts of tasks of which no contact is reminded any more; the office sees them (发送情况)."""
    muted = preferences.muted(session)
    parts = preferences.open_parts(session, muted)
    people = audience.of_units(session, {unit_id for _, unit_id in parts}, today=china_day(now))
    names = {unit.id: unit for unit in units.existing(session, {unit_id for _, unit_id in parts})}
    found = []
    for task, unit_id in parts:
        contacts = people.who(unit_id, CONTACT)
        if contacts and all(account.id in muted[task.id] for account in contacts):
            found.append(Silenced(task, names[unit_id], contacts))
    return found


def _oneself(session: Session, actor: Actor) -> Account:
    """The account of who acts in nobody else's place.

    Raises:
        NotFound: the program itself has no settings.
        NotOnesOwn: somebody acts for another.

    """
    if actor.account_id is None:
        raise NotFound
    if actor.acts_for_id is not None:
        raise NotOnesOwn
    return session.get_one(Account, actor.account_id)


def _task(session: Session, actor: Actor, task_id: int) -> Task:
    task = tasks.one(session, task_id, actor)
    if task is None:
        raise NotFound
    return task


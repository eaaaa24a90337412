"""Digesting (合并提醒): what of a person's deliveries goes into the letter now, and what waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day, instant
from tracker.domain.digest import MUTED_KINDS, ONE_DAY, Post
from tracker.domain.notices import Addressee, not_before
from tracker.domain.outbox import SAID_BY_A_PERSON
from tracker.services import calendars, reminder_policies
from tracker.store.queries import digests, preferences
from tracker.store.queries.outbox import Lease
from tracker.store.tables import Account, Notice, OutboxItem


def house(session: Session) -> Post:
    """The house's calendar and policy, by which letters go: one letter holds things of several plans."""
    return Post(calendars.load(session), reminder_policies.load(session).house)


def is_urgent(notice: Notice) -> bool:
    """Whether a day off does not hold it back: it is said on its own day, or a person wants it said now."""
    return notice.kind in SAID_BY_A_PERSON or bool(notice.cause.get("urgent"))


def allowed(
    session: Session, claim: Lease, items: Sequence[OutboxItem], *, now: datetime
) -> dict[int, datetime]:
    """From when on each delivery that a worker holds may go: `now`, or a later moment; by its id.

    A letter that was begun goes on as the letter it was. A new one that is not urgent takes one of its
    person's places for today; the person's row is held, so that two workers do not take one place.
    """
    post, policies = house(session), reminder_policies.load(session)
    urgent = {item.id: is_urgent(item.notice) for item in items}
    moments = {
        item.id: not_before(
            now, urgent=urgent[item.id], policy=policies.of(item.notice.plan_id), calendar=post.calendar
        )
        for item in items
    }
    waiting = [item for item in items if item.ready_at is not None]
    if claim.letter_key or not waiting:
        return moments
    beside = any(item.ready_at is None and moments[item.id] <= now for item in items)
    digests.lock_person(session, claim.account_id)
    choice = preferences.choice_of(session, claim.account_id)
    midnight = instant(china_day(now), time(0))
    # What a clock that was ahead has sent is another day's.
    until = midnight + ONE_DAY
    letters = digests.letters_between(session, claim.account_id, claim.channel, midnight, until)
    goes = post.goes_now(now, choice, letters=letters, beside_urgent=beside)
    # A clock that was set back may have let them wait for less than their moment.
    own = {
        item.id: max(goes, post.waits_until(item.ready_at, choice) or goes)
        for item in waiting
        if item.ready_at is not None
    }
    for item in waiting:
        if own[item.id] <= now < post.begins(now, choice):
            item.ready_at = None  # it goes with an urgent letter, and leaves today's digest its place
    return moments | own


def spared(session: Session, account: Account, items: Sequence[OutboxItem]) -> set[int]:
    """Which of these the person wants no more: their channel was declined meanwhile, or their task muted."""
    own = [item for item in items if item.group_key is None]
    declined = preferences.choice_of(session, account.id).declined
    found = {item.id for item in own if item.channel in declined}
    tasks = {item.id: item.notice.task_id for item in own if _can_be_muted(item.notice, account)}
    muted = preferences.muted_of(session, account.id, {task_id for task_id in tasks.values() if task_id})
    return found | {item_id for item_id, task_id in tasks.items() if task_id in muted}


def _can_be_muted(notice: Notice, account: Account) -> bool:
    """Whether it is said to the person as a contact; what heads hear as heads they always hear."""
    as_head = account.duty == Addressee.HEAD.value and Addressee.HEAD.value in notice.cause.get("to", ())
    return notice.kind in MUTED_KINDS and not as_head

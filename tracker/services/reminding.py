"""Reminders (提醒、催办): plan what should be said, hand it out once, and show what could not be delivered.

`plan` may run any number of times and in several processes: keys made of facts and unique constraints make a
repetition harmless. `take`, `open_letter` and `finish` are the three steps of one delivery, each in its own
transaction of the caller, with the channel's work between the second and the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import INBOX, Answer, Letter, Route, address_on
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.notices import Addressee
from tracker.domain.outbox import OutboxState, Outcome, after_try, is_said_once
from tracker.domain.reminder_words import receipt_words, urging_words, wording
from tracker.domain.reminders import PlannedNotice, ReminderPolicy, not_before, plan_reminders
from tracker.services import auditing, calendars, clock_jumps
from tracker.services.addressing import ROUTES, Target, address
from tracker.services.notice_texts import Said, letter, post, said, said_to_office
from tracker.services.still_true import still_true
from tracker.services.wanted_facts import gather
from tracker.store.insert import insert_missing
from tracker.store.queries import outbox, receipts, reminders, standing_in, units
from tracker.store.queries.outbox import DeliveryCounts, Lease
from tracker.store.tables import Account, DeliveryAttempt, Notice, OutboxItem, Unit

URGED = "urged"
ONE_DAY = timedelta(days=1)


class NothingToUrge(RuleViolated):
    """没有需要催的单位：都已报送，或今天已经催过。"""


class NotResendable(RuleViolated):
    """这条提醒不在失败或未确认之列，不用重发。"""


@dataclass(frozen=True, slots=True)
class Planned:
    """What one planning did: notices new, withdrawn, and deliveries added."""

    added: int
    withdrawn: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How the deliveries of the last day stand, and what a person must look at."""

    counts: DeliveryCounts
    troubled: list[OutboxItem]
    troubled_count: int
    unreached: list[Unit]
    """Units with open work whom no reminder can reach, for they have no account."""


def deliveries(session: Session, *, now: datetime) -> Deliveries:
    """The page 发送情况."""
    counts = outbox.counts_since(session, now - ONE_DAY)
    return Deliveries(
        counts,
        outbox.troubled(session),
        outbox.troubled_count(session),
        reminders.units_without_contact(session),
    )


def plan(
    session: Session,
    *,
    policy: ReminderPolicy | None = None,
    routes: Sequence[Route] = ROUTES,
    now: datetime,
) -> Planned:
    """Bring the notices in line with the facts: add what should be said, withdraw what no longer holds.

    What people urged in the last day goes by every route too: who urges knows of inbox and mail alone.
    """
    policy = policy or ReminderPolicy()
    calendar = calendars.load(session)
    facts = gather(session, policy, calendar, now=now)
    wanted = {notice.key: notice for notice in plan_reminders(facts, policy, calendar, now)}
    clock_jumps.unsay(session, wanted.keys(), now=now)
    withdrawn = _withdraw(session, set(wanted), now=now)
    there = outbox.known_keys(session, list(wanted))
    rows = [_row(each, now) for key, each in wanted.items() if key not in there]
    added = insert_missing(session, Notice, rows, keys=("key",))
    targets = [
        Target(key, each.unit_id, each.not_before, each.urgent, each.to) for key, each in wanted.items()
    ]
    urged = [
        Target(notice.key, notice.unit_id, now, urgent=True)
        for notice in outbox.urged_since(session, now - ONE_DAY)
        if notice.unit_id is not None
    ]
    return Planned(len(added), withdrawn, address(session, [*targets, *urged], routes, now=now))


def urge(session: Session, actor: Actor, *, obligation_ids: Sequence[int], now: datetime) -> int:
    """催办: remind the units that still owe these returns, at once and at most once a day each.

    Returns:
        How many units are reached.

    Raises:
        NothingToUrge: all have handed in, or were urged today already.

    """
    rows: list[dict[str, Any]] = []
    for fact in reminders.obligation_facts(session, ids=obligation_ids):
        cause = {"kind": URGED, "obligation_id": fact.obligation_id, "by": actor.name}
        key, words = _urge_key(fact.obligation_id, now), urging_words(fact)
        row = _urging(key, fact.plan_id, fact.unit_id, words, cause)
        rows.append({**row, "obligation_id": fact.obligation_id})
    return _say_at_once(session, actor, rows, now=now)


def not_urged_today(session: Session, obligation_ids: Sequence[int], *, now: datetime) -> int:
    """How many of these returns nobody has urged today."""
    keys = [_urge_key(each, now) for each in obligation_ids]
    return len(keys) - len(outbox.known_keys(session, keys)) if keys else 0


def urge_receipts(session: Session, actor: Actor, *, plan_id: int, now: datetime) -> int:
    """催签收: remind the units that have not acknowledged a plan, at once and at most once a day each.

    Returns:
        How many units are reached.

    Raises:
        NothingToUrge: all have signed for it, or were urged today already.

    """
    rows = []
    for title, unit_id in receipts.unsigned_of(session, plan_id):
        cause = {"kind": URGED, "receipt": plan_id, "by": actor.name}
        key = _receipt_key(plan_id, unit_id, now)
        rows.append(_urging(key, plan_id, unit_id, receipt_words(title), cause))
    return _say_at_once(session, actor, rows, now=now)


def receipts_to_urge(session: Session, *, plan_id: int, now: datetime) -> int:
    """How many units have not acknowledged a plan and were not urged to today."""
    keys = [_receipt_key(plan_id, unit_id, now) for _, unit_id in receipts.unsigned_of(session, plan_id)]
    return len(keys) - len(outbox.known_keys(session, keys)) if keys else 0


def _receipt_key(plan_id: int, unit_id: int, now: datetime) -> str:
    return f"urge:p{plan_id}:u{unit_id}:{china_day(now).isoformat()}"


def _urge_key(obligation_id: int, now: datetime) -> str:
    return f"urge:o{obligation_id}:{china_day(now).isoformat()}"


def _urging(
    key: str, plan_id: int, unit_id: int, words: tuple[str, str], cause: dict[str, Any]
) -> dict[str, Any]:
    subject, body = words
    return {
        "key": key, "plan_id": plan_id, "kind": URGED, "unit_id": unit_id, "task_id": None,
        "obligation_id": None, "subject": subject[:200], "body": body, "cause": cause, "state": "planned",
    }  # fmt: skip


def _say_at_once(session: Session, actor: Actor, rows: Sequence[dict[str, Any]], *, now: datetime) -> int:
    """Say what a person urges, to whom it was not said today."""
    send_at = not_before(now, urgent=True, policy=ReminderPolicy(), calendar=calendars.load(session))
    targets = [Target(row["key"], row["unit_id"], send_at, urgent=True) for row in rows]
    rows = [{**row, "planned_at": now} for row in rows]
    added = insert_missing(session, Notice, rows, keys=("key",))
    if not added:
        raise NothingToUrge
    address(session, targets, now=now)
    summary = f"催办{len(added)}家单位"
    auditing.record(
        session, actor, Event.UNIT_URGE, ("notice", None), summary, detail={"notices": added}, now=now
    )
    return len(added)


def take(session: Session, owner: str, *, now: datetime) -> Lease | None:
    """Claim the next letter that may go, or None when nothing waits."""
    return outbox.claim(session, owner, now=now)


def open_letter(
    session: Session, claim: Lease, *, site: str, a_minute: int = 0, now: datetime
) -> Letter | None:
    """Look at the facts once more and write the letter; None when nothing is left for a channel to do.

    The inbox is in this database: what goes there is delivered here and now, in the same transaction. `site`
    is where the pages are, for the links in a letter that leaves the house. A channel that takes no more than
    `a_minute` and has had them lets its letter wait.
    """
    account = session.get_one(Account, claim.account_id)
    held: list[tuple[OutboxItem, Said]] = []
    later: list[OutboxItem] = []
    calendar = calendars.load(session)
    for item in outbox.held(session, claim):
        # A worker that was down until late in the evening finds letters whose hour was in the afternoon.
        allowed = not_before(now, urgent=_is_urgent(item.notice), policy=ReminderPolicy(), calendar=calendar)
        if claim.channel != INBOX and allowed > now:
            _put_off(item, allowed)
            later.append(item)
            continue
        words = _words_for(session, account, item, now=now)
        if words is not None and still_true(session, item.notice, now=now):
            held.append((item, words))
        else:
            item.state, item.lease_until = OutboxState.CANCELLED.value, None
    if not held:
        return None
    for item in later:
        item.letter_key = ""  # the rest goes now, under the key that they had in common
    if claim.channel == INBOX:
        for item, words in held:
            outbox.put_into_inbox(
                session, item, subject=words.subject, body=words.body, link=words.link, now=now
            )
            _finish(session, item, Answer(Outcome.ACCEPTED), now=now)
        return None
    if a_minute and (wait := outbox.wait_for_pace(session, claim.channel, a_minute)):
        for item, _ in held:
            _put_off(item, now + wait)
        return None
    return _written(session, held, account.display_name, site=site)


def _put_off(item: OutboxItem, until: datetime) -> None:
    """Let a delivery wait; that it was taken up counts as no try."""
    item.state, item.not_before, item.lease_until = OutboxState.DUE.value, until, None
    item.attempts -= 1


def _written(session: Session, held: Sequence[tuple[OutboxItem, Said]], name: str, *, site: str) -> Letter:
    """The letter of these deliveries; its key is kept with them before anything goes out."""
    first, notices = held[0][0], [item.notice for item, _ in held]
    key = first.letter_key or f"letter-{first.id}"
    for item, _ in held:
        item.letter_key = key
    outbox.renew(session, [item for item, _ in held])
    if first.group_key is None:
        subject, body = letter([words for _, words in held], site)
        return Letter(key=key, address=first.address, name=name, subject=subject, body=body)
    ids = {notice.unit_id for notice in notices if notice.unit_id is not None}
    names = {unit.id: unit.name for unit in units.existing(session, ids)}
    subject, body = post(notices, names, site)
    return Letter(key=key, address="", name=first.address, subject=subject, body=body)


def finish(session: Session, claim: Lease, answer: Answer, *, now: datetime) -> int:
    """Write down how the try ended; what another worker holds by now is left to it.

    Returns:
        How many deliveries were finished.

    """
    items = outbox.held(session, claim)
    for item in items:
        _finish(session, item, answer, now=now)
    return len(items)


def resend(session: Session, actor: Actor, *, outbox_id: int, now: datetime) -> OutboxItem:
    """Send once more what failed or stayed unconfirmed; the letter keeps its key.

    Raises:
        NotFound: there is no such delivery.
        NotResendable: it did not fail.

    """
    item = session.get(OutboxItem, outbox_id)
    if item is None:
        raise NotFound
    if item.state not in {OutboxState.DEAD.value, OutboxState.UNCONFIRMED.value}:
        raise NotResendable
    account = session.get(Account, item.account_id)
    # A letter goes again whole: a part of it under the old key would be taken for a repetition.
    for each in outbox.failed_with(session, item):
        each.state, each.attempts, each.not_before = OutboxState.DUE.value, 0, now
        # The address may be what was wrong, and may have been mended since.
        if account is not None and each.group_key is None:
            where = address_on(each.channel, email=account.email, phone=account.phone)
            each.address = where or each.address
    summary = f"重发：{item.notice.subject}"
    auditing.record(session, actor, Event.NOTICE_RESEND, ("outbox", item.id), summary, now=now)
    return item


def _row(notice: PlannedNotice, now: datetime) -> dict[str, Any]:
    subject, body = wording(notice)
    return {
        "key": notice.key,
        "plan_id": notice.plan_id,
        "kind": notice.kind.value,
        "unit_id": notice.unit_id,
        "task_id": notice.task_id,
        "obligation_id": notice.obligation_id,
        "subject": subject[:200],
        "body": body,
        "cause": notice.cause,
        "state": "planned",
        "planned_at": now,
    }


def _withdraw(session: Session, wanted: set[str], *, now: datetime) -> int:
    """Cancel waiting notices that no longer hold; urging is a person's act and stays."""
    stale = [
        notice
        for notice in outbox.planned_undelivered(session)
        if notice.key not in wanted and notice.kind != URGED
    ]
    for notice in stale:
        notice.state = "cancelled"
        notice.cancelled_at = now
    outbox.cancel_waiting(session, [notice.id for notice in stale])
    return len(stale)


def _words_for(session: Session, account: Account, item: OutboxItem, *, now: datetime) -> Said | None:
    """The notice as its receiver reads it; None when it is not, or no longer, the person's to hear."""
    notice = item.notice
    if item.group_key is not None:
        return said(notice)
    if not account.active:
        return None
    if account.role == UserRole.OFFICE.value and Addressee.OFFICE.value in notice.cause.get("to", ()):
        named = units.existing(session, {notice.unit_id} if notice.unit_id is not None else set())
        return said_to_office(notice, "".join(unit.name for unit in named))
    if notice.unit_id is None or account.unit_id == notice.unit_id:
        return said(notice)
    running = standing_in.acting_for(session, account.id, today=china_day(now))
    principals = [row.principal for row in running if row.principal.unit_id == notice.unit_id]
    return said(notice, principals) if principals else None


def _is_urgent(notice: Notice) -> bool:
    """Whether a day off does not hold it back: it is said on its own day, or a person wants it said now."""
    return notice.kind == URGED or bool(notice.cause.get("urgent"))


def _finish(session: Session, item: OutboxItem, answer: Answer, *, now: datetime) -> None:
    again = not is_said_once(item.notice.kind)
    step = after_try(answer.outcome, tries=item.attempts, now=now, resend_when_unsure=again)
    item.state = step.state.value
    item.not_before = step.not_before or item.not_before
    item.lease_until = None
    item.last_error = "" if answer.outcome is Outcome.ACCEPTED else answer.detail[:500]
    item.sent_at = now if step.state is OutboxState.SENT else None
    session.add(
        DeliveryAttempt(
            outbox_id=item.id,
            number=item.attempts,
            at=now,
            outcome=answer.outcome.value,
            detail=answer.detail[:500],
        )
    )

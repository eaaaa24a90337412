"""Sending (投递): hand out each notice once.

`take`, `open_letter` and `finish` are the three steps of one delivery, each in its own transaction of the
caller, with the channel's work between the second and the third.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import INBOX, Answer, Letter, address_on
from tracker.domain.errors import NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.notices import Addressee
from tracker.domain.outbox import OutboxState, Outcome, after_try, is_said_once
from tracker.services import auditing, digesting
from tracker.services.notice_texts import Said, letter, post, said, said_to_office
from tracker.services.still_true import still_true
from tracker.store.database import rehearsal
from tracker.store.queries import digests, outbox, standing_in, units
from tracker.store.queries.outbox import Lease
from tracker.store.tables import Account, DeliveryAttempt, OutboxItem


class NotResendable(RuleViolated):
    """这条提醒已经处理过，或已经送达，不用重发。"""


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
    held = _still_to_say(session, account, outbox.held(session, claim), now=now)
    if not held:
        return None
    if claim.channel == INBOX:
        for item, words in held:
            outbox.put_into_inbox(
                session, item, subject=words.subject, body=words.body, link=words.link, now=now
            )
            _finish(session, item, Answer(Outcome.ACCEPTED), now=now)
        return None
    # A worker that was down until late in the evening finds letters whose hour was in the afternoon.
    allowed = digesting.allowed(session, claim, [item for item, _ in held], now=now)
    going = [(item, words) for item, words in held if allowed[item.id] <= now]
    for item, _ in held:
        if allowed[item.id] > now:
            _put_off(item, allowed[item.id])
            if going:
                # The rest goes now, under the key that they had in common.
                item.letter_key, item.letter_at = "", None
    if not going:
        return None
    if a_minute and (wait := outbox.wait_for_pace(session, claim.channel, a_minute)):
        for item, _ in going:
            _put_off(item, now + wait)
        return None
    return _written(session, going, account.display_name, site=site, now=now)


def _still_to_say(
    session: Session, account: Account, items: Sequence[OutboxItem], *, now: datetime
) -> list[tuple[OutboxItem, Said]]:
    """What of these still holds and is the person's to hear, in his words; the rest is withdrawn."""
    held: list[tuple[OutboxItem, Said]] = []
    spared = digesting.spared(session, account, items)
    for item in items:
        words = None if item.id in spared else _words_for(session, account, item, now=now)
        if words is not None and still_true(session, item.notice, now=now):
            held.append((item, words))
        else:
            item.state, item.lease_until = OutboxState.CANCELLED.value, None
    return held


def _put_off(item: OutboxItem, until: datetime) -> None:
    """Let a delivery wait; that it was taken up counts as no try."""
    item.state, item.not_before, item.lease_until = OutboxState.DUE.value, until, None
    item.attempts -= 1


def _written(
    session: Session, held: Sequence[tuple[OutboxItem, Said]], name: str, *, site: str, now: datetime
) -> Letter:
    """The letter of these deliveries; its key is kept with them before anything goes out."""
    first, notices = held[0][0], [item.notice for item, _ in held]
    key, today = first.letter_key or f"letter-{first.id}", china_day(now)
    for item, _ in held:
        item.letter_key, item.letter_at = key, item.letter_at or now
    outbox.renew(session, [item for item, _ in held])
    plans = {notice.plan_id for notice in notices if notice.plan_id is not None}
    titles = digests.plan_titles(session, plans)
    if first.group_key is None:
        words = letter([(item.notice, own) for item, own in held], name, titles, site, today=today)
        return Letter(key, first.address, name, words.subject, words.body, words.brief)
    ids = {notice.unit_id for notice in notices if notice.unit_id is not None}
    names = {unit.id: unit.name for unit in units.existing(session, ids)}
    words = post(notices, titles, names, site, today=today)
    return Letter(key, "", first.address, words.subject, words.body, words.brief)


def set_aside(session: Session, claim: Lease, *, site: str, now: datetime) -> int:
    """Take out of a claim that failed what cannot be written by itself; the rest may go again at once.

    Such a one is tried later, as a letter of its own: it holds up nothing else that its person is to hear.

    Returns:
        How many were taken out; with none, nothing has changed.

    """
    sound: list[Lease] = []
    for outbox_id, fence in claim.fences.items():
        alone = replace(claim, fences={outbox_id: fence})
        try:
            with rehearsal(session):
                open_letter(session, alone, site=site, now=now)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one is not the others' fault
            for item in outbox.held(session, alone):
                item.letter_key, item.letter_at = "", None
            finish(session, alone, Answer(Outcome.RETRY, f"写不出这条提醒：{type(error).__name__}"), now=now)
        else:
            sound.append(alone)
    if len(sound) < len(claim.fences):
        for alone in sound:
            for item in outbox.held(session, alone):
                _put_off(item, now)
    return len(claim.fences) - len(sound)


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
    # A letter goes again whole: a part of it under the old key would be taken for a repetition.
    parts = outbox.failed_with(session, item)
    if item not in parts:
        raise NotResendable
    account = session.get(Account, item.account_id)
    for each in parts:
        each.state, each.attempts, each.not_before = OutboxState.DUE.value, 0, now
        # The address may be what was wrong, and may have been mended since.
        if account is not None and each.group_key is None:
            where = address_on(each.channel, email=account.email, phone=account.phone)
            each.address = where or each.address
    summary = f"重发：{item.notice.subject}"
    auditing.record(session, actor, Event.NOTICE_RESEND, ("outbox", item.id), summary, now=now)
    return item


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


def _finish(session: Session, item: OutboxItem, answer: Answer, *, now: datetime) -> None:
    again = not is_said_once(item.notice.kind)
    # What was not written yet has no key: what was taken up together then comes back together too.
    key = item.letter_key or f"{item.channel}:{item.account_id}"
    step = after_try(answer.outcome, tries=item.attempts, now=now, letter=key, resend_when_unsure=again)
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

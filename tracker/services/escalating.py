"""Taking a supervision order to leaders (上报领导): proposed by the rule, written and sent by a person.

Each leader is told of an order once. Whether a letter to a leader arrived is never guessed: one without an
answer waits for a person (`tracker.domain.outbox`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.answering import worded
from tracker.domain.delivery import INBOX, Reach, address_on
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated
from tracker.domain.events import Event
from tracker.domain.outbox import ESCALATED, OutboxState
from tracker.domain.supervision import OrderState
from tracker.services import auditing, reminder_policies
from tracker.services.addressing import ROUTES
from tracker.services.supervising import SUBJECT, named
from tracker.store.insert import insert_missing
from tracker.store.queries import instructions, outbox
from tracker.store.queries import supervision as queries
from tracker.store.tables import Account, Notice, OutboxItem, SupervisionOrder


class LeaderNeeded(InvalidInput):
    """请选择上报给哪位领导。"""


class AlreadyTold(RuleViolated):
    """已经上报过，不再重复发送。"""


class OrderSettled(RuleViolated):
    """这份督办单已经了结，不用上报。"""


def key_of(order_id: int, account_id: int) -> str:
    """A leader is told of an order under one key."""
    return f"{ESCALATED}:{order_id}:a{account_id}"


def escalate(
    session: Session,
    actor: Actor,
    *,
    order_id: int,
    words: str,
    leader_ids: Collection[int],
    now: datetime,
) -> list[Account]:
    """Tell leaders of an order, in a person's own words with its facts beneath.

    Returns:
        The leaders who are told now; who was told before is left out.

    Raises:
        NotFound: there is no such order, or no such leader.
        InvalidInput: the words are missing, or nobody is chosen.
        OrderSettled: there is nothing to tell any more.
        AlreadyTold: all of them were told before.

    """
    row = queries.one(session, order_id, actor, lock=True)
    if row is None:
        raise NotFound
    if OrderState(row.state).is_settled:
        raise OrderSettled
    words = worded(words)
    if not leader_ids:
        raise LeaderNeeded
    known = {account.id: account for account in instructions.leaders(session)}
    if not set(leader_ids) <= known.keys():
        raise NotFound
    chosen = {key_of(row.id, each): known[each] for each in sorted(leader_ids)}
    told_before = outbox.known_keys(session, list(chosen))
    chosen = {key: account for key, account in chosen.items() if key not in told_before}
    if not chosen:
        raise AlreadyTold
    insert_missing(session, Notice, [_notice(actor, row, key, words, now) for key in chosen], keys=("key",))
    ids = {key: each.id for key, each in outbox.known(session, list(chosen)).items()}
    at = reminder_policies.at_once(session, row.plan_id, now=now)
    insert_missing(
        session,
        OutboxItem,
        [line for key, account in chosen.items() for line in _deliveries(ids[key], account, now=now, at=at)],
        keys=(),
    )
    queries.note_escalated(session, row, now=now)
    names = "、".join(account.display_name for account in chosen.values())
    summary = f"{named(row)}上报{names}：{words}"
    detail = {"leaders": [account.id for account in chosen.values()], "words": words}
    about = (SUBJECT, row.id)
    auditing.record(session, actor, Event.SUPERVISION_ESCALATE, about, summary, detail=detail, now=now)
    return list(chosen.values())


def _notice(actor: Actor, row: SupervisionOrder, key: str, words: str, now: datetime) -> dict[str, Any]:
    facts = "\n".join(
        f"{number}. {matter.title}：{''.join(matter.reasons)}"
        for number, matter in enumerate(row.matters, start=1)
    )
    return {
        "key": key, "plan_id": row.plan_id, "kind": ESCALATED, "unit_id": None, "task_id": None,
        "obligation_id": None, "subject": f"请阅示：{row.unit_name}，{named(row)}",
        "body": f"{words}\n\n{named(row)}（{row.unit_name}，{row.plan.title}）：\n{facts}",
        "cause": {
            "kind": ESCALATED, "about_id": row.id, "due_on": row.feedback_on.isoformat(), "urgent": True,
            "by": actor.name, "words": words,
        },
        "state": "planned", "planned_at": now,
    }  # fmt: skip


def _deliveries(notice_id: int, account: Account, *, now: datetime, at: datetime) -> list[dict[str, Any]]:
    """To the inbox now, and by each way on which the leader has left an address."""
    row = {"notice_id": notice_id, "account_id": account.id, "state": OutboxState.DUE.value}
    found = [row | {"channel": INBOX, "address": "", "not_before": now}]
    for route in ROUTES:
        where = address_on(route.channel, email=account.email, phone=account.phone)
        if route.reach is not Reach.GROUP and where:
            found.append(row | {"channel": route.channel, "address": where, "not_before": at})
    return found

"""Urging (催办): what a person wants said now, to each unit at most once a day for one thing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import RuleViolated
from tracker.domain.events import Event
from tracker.domain.outbox import URGED
from tracker.domain.reminder_words import receipt_words, urging_words
from tracker.domain.reminders import ReminderPolicy, not_before
from tracker.services import auditing, calendars
from tracker.services.addressing import Target, address
from tracker.store.insert import insert_missing
from tracker.store.queries import outbox, receipts, reminders
from tracker.store.tables import Notice


class NothingToUrge(RuleViolated):
    """没有需要催的单位：都已报送，或今天已经催过。"""


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

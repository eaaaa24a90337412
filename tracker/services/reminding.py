"""Planning reminders (提醒): the notices that should exist are brought in line with the facts.

It may run any number of times and in several processes: keys made of facts and unique constraints make a
repetition harmless. `tracker.services.sending` takes them out of the house.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.delivery import Route
from tracker.domain.notices import addressees
from tracker.domain.outbox import SAID_BY_A_PERSON
from tracker.domain.reminder_moments import next_moment
from tracker.domain.reminder_words import wording
from tracker.domain.reminders import PlannedNotice, plan_reminders
from tracker.services import calendars, clock_jumps, reminder_policies
from tracker.services.addressing import ROUTES, Target, address
from tracker.services.wanted_facts import gather
from tracker.store.insert import insert_missing
from tracker.store.queries import outbox
from tracker.store.tables import Notice

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one planning did: notices new, withdrawn, and deliveries added; `holds_until` time changes it."""

    added: int
    withdrawn: int
    deliveries: int
    holds_until: datetime


def plan(
    session: Session,
    *,
    routes: Sequence[Route] = ROUTES,
    now: datetime,
) -> Planned:
    """Bring the notices in line with the facts: add what should be said, withdraw what no longer holds.

    What people urged in the last day goes by every route too: who urges knows of inbox and mail alone.
    """
    policies, calendar = reminder_policies.load(session), calendars.load(session)
    facts = gather(session, policies, calendar, now=now)
    wanted = {notice.key: notice for notice in plan_reminders(facts, policies, calendar, now)}
    clock_jumps.unsay(session, wanted.keys(), now=now)
    withdrawn = _withdraw(session, set(wanted), now=now)
    there = outbox.known_keys(session, list(wanted))
    rows = [_row(each, now) for key, each in wanted.items() if key not in there]
    added = insert_missing(session, Notice, rows, keys=("key",))
    targets = [
        Target(
            key, each.unit_id, each.not_before, each.urgent, each.to,
            kind=each.kind, task_id=each.task_id, deadline=each.due_at,
        )
        for key, each in wanted.items()
    ]  # fmt: skip
    urged = [
        Target(notice.key, notice.unit_id, now, urgent=True, to=addressees(notice.cause))
        for notice in outbox.urged_since(session, now - ONE_DAY)
        if notice.unit_id is not None
    ]
    deliveries = address(session, [*targets, *urged], routes, now=now)
    return Planned(len(added), withdrawn, deliveries, next_moment(facts, policies.all, now))


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
    """Cancel waiting notices that no longer hold; what a person has said stays."""
    stale = [
        notice
        for notice in outbox.planned_undelivered(session)
        if notice.key not in wanted and notice.kind not in SAID_BY_A_PERSON
    ]
    for notice in stale:
        notice.state = "cancelled"
        notice.cancelled_at = now
    outbox.cancel_waiting(session, [notice.id for notice in stale])
    return len(stale)

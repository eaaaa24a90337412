"""The outbox under any order of planning, sending, failing and dying: nothing is lost, nothing doubled unseen."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.delivery import Answer
from tracker.domain.outbox import Outcome
from tracker.services import reminding, sending
from tracker.store.queries import outbox
from tracker.store.tables import OutboxItem

NOW = datetime(2026, 9, 24, 9, 0, tzinfo=CHINA)
ENDS = ("accepted", "accepted", "refused", "retry", "dropped", "killed before", "killed after")


@pytest.mark.parametrize("seed", range(6))
def test_every_letter_arrives_and_twice_only_behind_a_try_of_unknown_end(session: Session, seed: int) -> None:
    chances, now = random.Random(seed), NOW
    plan = make_plan(session)
    for _ in range(3):
        unit = make_unit(session)
        make_account(session, "unit", unit=unit, email=f"u{unit.id}@qingxi.example")
        make_task(session, plan, units=[unit], due=date(2026, 9, 24))
    arrived: dict[str, int] = defaultdict(int)
    unknown: dict[str, int] = defaultdict(int)
    for step in range(400):
        end = chances.choice(ENDS) if step < 60 else "accepted"
        reminding.plan(session, now=now)
        _let_leases_run_out(session)
        claim = sending.take(session, f"w{step}", now=now)
        letter = sending.open_letter(session, claim, site="", now=now) if claim else None
        if claim and letter:
            arrived[letter.key] += end in {"accepted", "dropped", "killed after"}
            unknown[letter.key] += end in {"dropped", "killed before", "killed after"}
            if not end.startswith("killed"):
                outcome = Outcome.AMBIGUOUS if end == "dropped" else Outcome(end)
                sending.finish(session, claim, Answer(outcome), now=now)
        while troubled := outbox.troubled(session):
            sending.resend(session, _person(), outbox_id=troubled[0].id, now=now)
        now += timedelta(minutes=1)
        if step > 60 and not _open(session):
            break

    rows = session.scalars(select(OutboxItem)).all()
    assert {row.state for row in rows} == {"sent"}
    assert all(arrived[row.letter_key] >= 1 for row in rows if row.channel == "mail")
    assert all(times - 1 <= unknown[key] for key, times in arrived.items())


def _person() -> Actor:
    return Actor(account_id=None, name="陈雨", role="office")


def _open(session: Session) -> list[OutboxItem]:
    return list(session.scalars(select(OutboxItem).where(OutboxItem.state != "sent")))


def _let_leases_run_out(session: Session) -> None:
    past = outbox.database_now(session) - timedelta(seconds=1)
    session.execute(update(OutboxItem).where(OutboxItem.state == "sending").values(lease_until=past))
    session.expire_all()

"""Ticks of several workers at once, with every step held up at random: one row a key, one letter a person."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tests.factories import (
    make_account,
    make_cadence,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tracker import delivering, ticking
from tracker.domain.outbox import Outcome
from tracker.services import addressing, advancing, reminding, sending
from tracker.store.database import session_factory
from tracker.store.queries import outbox
from tracker.store.tables import DeliveryAttempt, InboxItem, Notice, Obligation, OutboxItem, Period

WORKERS, ROUNDS, UNITS = 3, 6, 4


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    with opened(engine_url) as made:
        yield made


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    made = session_factory(engine)
    with made() as session:
        plan = make_plan(session)
        cadence = make_cadence(session, plan)
        for key in ("2026-W39", "2026-W40"):
            make_period(session, cadence, key, state="upcoming")
        for _ in range(UNITS):
            unit = make_unit(session)
            make_account(session, "unit", unit=unit, email=f"u{unit.id}@qingxi.example")
            make_task(session, plan, units=[unit], due=SettableClock()().date() + timedelta(days=3))
        session.commit()
    return made


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Every step of a tick begins after a moment of its own; the seed says after which."""
    chances = threading.local()
    seeds = [0]

    def hold_up(where: Any, name: str) -> None:
        step = getattr(where, name)

        def late(*given: Any, **facts: Any) -> Any:
            if not hasattr(chances, "random"):
                chances.random = random.Random(f"{seeds[0]} {threading.get_ident()}")
            time.sleep(chances.random.choice((0, 0, 0.001, 0.004, 0.01)))
            return step(*given, **facts)

        monkeypatch.setattr(where, name, late)

    for where, name in (
        (advancing, "advance"), (reminding, "gather"), (reminding, "insert_missing"), (reminding, "address"),
        (addressing, "insert_missing"), (outbox, "claim"), (outbox, "held"), (sending, "open_letter"),
        (sending, "finish"), (delivering, "_attempt"),
    ):  # fmt: skip
        hold_up(where, name)

    def sow(seed: int) -> None:
        seeds[0] = seed

    return sow


def together(tick: Callable[[], object]) -> None:
    """All workers tick in the same moment; what one of them fails with fails the test."""
    start = threading.Barrier(WORKERS)

    def one(_number: int) -> object:
        start.wait(30)
        return tick()

    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(WORKERS)))


@pytest.mark.parametrize("seed", range(3))
def test_however_ticks_are_mixed_each_key_has_one_row_and_each_person_one_letter(
    seed: int, sessions: sessionmaker[Session], config: Config, clock: SettableClock,
    held_up: Callable[[int], None],
) -> None:  # fmt: skip
    for number in range(ROUNDS):
        held_up(seed * ROUNDS + number)
        together(lambda: ticking.run_tick(sessions, config, clock, anew=True))
        clock.advance(hours=(1, 2, 15, 24, 30, 2)[number])

    with sessions() as session:
        # Nothing is left to plan, and nothing is there twice.
        again = reminding.plan(session, now=clock())
        session.rollback()
        rows = session.execute(select(OutboxItem.notice_id, OutboxItem.channel, OutboxItem.account_id)).all()
        assert len(set(map(tuple, rows))) == len(rows) > UNITS * 4
        keys = session.scalars(select(Notice.key)).all()
        assert len(set(keys)) == len(keys)
        assert again.withdrawn == 0

        accepted = Counter(
            session.scalars(select(DeliveryAttempt.outbox_id).where(DeliveryAttempt.outcome == Outcome.ACCEPTED.value))
        )
        assert set(accepted.values()) == {1}
        assert session.scalar(select(func.count()).where(DeliveryAttempt.outcome != Outcome.ACCEPTED.value)) == 0
        sent = session.scalars(select(OutboxItem).where(OutboxItem.state == "sent")).all()
        assert {item.id for item in sent} == set(accepted)
        inbox = session.scalars(select(InboxItem.outbox_id)).all()
        assert sorted(inbox) == sorted(item.id for item in sent if item.channel == "inbox")
        letters = {item.letter_key for item in sent if item.channel == "mail"}
        assert {path.stem for path in config.spool_dir.glob("*.eml")} == letters

        periods = session.scalars(select(Period)).all()
        owed = session.scalars(select(Obligation)).all()
        assert len(owed) == UNITS * sum(period.state != "upcoming" for period in periods)

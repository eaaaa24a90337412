"""A digest under workers that die or meet: what was put together stays together, and goes once."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, select, update
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tests.support.at_once import at_once
from tests.support.databases import opened
from tracker.adapters.channels.mail import SpoolChannel
from tracker.clock import CHINA
from tracker.delivering import WaysOut, deliver_next, deliver_waiting
from tracker.domain.delivery import BY_MAIL, MAIL, Answer, Letter
from tracker.services import reminding, sending
from tracker.store.database import prepare_engine
from tracker.store.queries import outbox
from tracker.store.tables import Account, OutboxItem, Plan, Unit

NOW = datetime(2026, 9, 23, 9, 0, tzinfo=CHINA)
SITE = "https://taizhang.example"
SENDER = "taizhang@qingxi.example"
POINTS = ("before-bytes", "after-bytes")


class Deadly:
    """A channel in which the worker ends without warning, before or after the letter has left."""

    def __init__(self, spool: Path, point: str) -> None:
        self._channel, self._point = SpoolChannel(spool, SENDER), point

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        if self._point == "after-bytes":
            self._channel.deliver(letter, now=now)
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        raise AssertionError("a dead worker goes on")


def work_until_killed(url: str, spool: Path, point: str) -> None:
    engine = create_engine(url)
    prepare_engine(engine)
    with Session(engine, expire_on_commit=False) as session:
        ways = WaysOut({MAIL: Deadly(spool, point)}, (BY_MAIL,))
        while deliver_next(session, ways, lambda: NOW, owner="killed", site=SITE):
            pass


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    with opened(engine_url) as engine:
        yield engine


@pytest.fixture
def city(engine: Engine) -> tuple[Plan, Unit, Account]:
    """A contact of whose unit three tasks are announced this morning."""
    with Session(engine, expire_on_commit=False) as session:
        plan, unit = make_plan(session), make_unit(session, "市教育局")
        plan.confirmed_at = NOW - timedelta(days=30)
        contact = make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
        for title in ("甲项", "乙项", "丙项"):
            make_task(session, plan, title, units=[unit], due=date(2026, 9, 28))
        reminding.plan(session, now=NOW)
        session.commit()
        return plan, unit, contact


def letters(session: Session) -> dict[str, set[int]]:
    """The mail deliveries by the letter that they went into."""
    found: dict[str, set[int]] = {}
    for row in session.scalars(select(OutboxItem).where(OutboxItem.channel == MAIL)):
        found.setdefault(row.letter_key, set()).add(row.id)
    return found


@pytest.mark.parametrize("point", POINTS)
def test_a_digest_of_a_killed_worker_goes_as_the_letter_it_was(
    engine: Engine, engine_url: str, city: tuple[Plan, Unit, Account], tmp_path: Path, point: str
) -> None:
    child = multiprocessing.get_context("spawn").Process(target=work_until_killed, args=(engine_url, tmp_path, point))
    child.start()
    child.join(120)
    assert (child.exitcode or 0) < 0, "it was to be killed"

    plan, unit, _ = city
    later = NOW + timedelta(minutes=5)
    with Session(engine, expire_on_commit=False) as session:
        [(key, together)] = letters(session).items()
        # Meanwhile there is more to say, and it has come to its moment too.
        make_task(session, session.merge(plan), "丁项", units=[session.merge(unit)], due=date(2026, 9, 28))
        reminding.plan(session, now=later)
        past = outbox.database_now(session) - timedelta(seconds=1)
        session.execute(update(OutboxItem).where(OutboxItem.state == "sending").values(lease_until=past))
        session.commit()
        session.expire_all()
        ways = WaysOut({MAIL: SpoolChannel(tmp_path, SENDER)}, (BY_MAIL,))
        deliver_waiting(session, ways, lambda: later, owner="other", site=SITE)
        first = letters(session)
        next_day = later + timedelta(days=1)
        deliver_waiting(session, ways, lambda: next_day, owner="other", site=SITE)
        second = letters(session)

    assert (bool(key), len(together)) == (True, 3)
    assert first[key] == second[key] == together, "nothing joined it, nothing left it"
    assert first.keys() - {key} == {""}, "what came later waits for the next day's letter"
    assert len(second) == 2
    assert {path.stem for path in tmp_path.glob("*.eml")} == set(second)


def test_two_workers_make_one_letter_of_one_persons_day(engine: Engine, city: tuple[Plan, Unit, Account]) -> None:
    plan, unit, _ = city
    claims = []
    with Session(engine, expire_on_commit=False) as session:
        while claim := sending.take(session, "w1", now=NOW):
            claims.append(claim)
        make_task(session, session.merge(plan), "丁项", units=[session.merge(unit)], due=date(2026, 9, 28))
        reminding.plan(session, now=NOW)
        while claim := sending.take(session, "w2", now=NOW):
            claims.append(claim)
        session.commit()
    by_mail = [claim for claim in claims if claim.channel == MAIL]
    assert len(by_mail) == 2

    came = at_once(
        engine,
        *(lambda session, claim=claim: sending.open_letter(session, claim, site=SITE, now=NOW) for claim in by_mail),
    )

    assert sum(each.answer is not None for each in came) == 1
    with Session(engine) as session:
        waiting = session.scalars(
            select(OutboxItem).where(OutboxItem.channel == MAIL, OutboxItem.letter_key == "")
        ).all()
        assert {row.state for row in waiting} == {"due"}
        assert {row.not_before.astimezone(CHINA) for row in waiting} == {NOW + timedelta(days=1)}

"""Whatever happens and however the clock goes: where a tick rests, planning anew would have done nothing."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tracker import ticking
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import BY_MAIL
from tracker.domain.errors import RuleViolated
from tracker.domain.request import RequestKind
from tracker.services import advancing, clock_jumps, handovers, reminding, requesting, settings
from tracker.services.requesting import Asked, Granting
from tracker.store.database import session_factory, transaction
from tracker.store.tables import Account, Assignment, Deputyship, Obligation, Task, TaskRequest, Unit

STEPS = 60
OFFICE = Actor(account_id=None, name="陈雨", role="office")
MINUTES = (0, 1, 5, 14, 29, 61, 150, 421, 1440, 4000, 20000)
"""How far the clock goes in a step."""
BACK = 0.05
"""How often it is set back instead."""
Act = Callable[["Walk"], None]


class Walk:
    """A small town, and somebody who does something in it now and then."""

    def __init__(self, session: Session, clock: SettableClock, seed: int) -> None:
        self.session, self.clock, self.chance = session, clock, random.Random(seed)
        with transaction(session):
            settings.seed_calendar(session, work_calendar.official_days([2026]))
            self.units = [make_unit(session) for _ in range(3)]
            for unit in self.units:
                make_account(session, "unit", unit=unit)
            make_account(session)
            self.plan = make_plan(session)
            cadence = make_cadence(session, self.plan)
            for week in (39, 40, 42, 43):
                period = make_period(session, cadence, f"2026-W{week}", state="open" if week == 39 else "upcoming")
                if week == 39:
                    for unit in self.units:
                        make_obligation(session, period, unit)
            for days in (0, 1, 6, 12, 40):
                due = date(2026, 9, 24) + timedelta(days=days)
                make_task(session, self.plan, units=self.units[:2], due=due)

    def one_of(self, table: type[Unit | Obligation | Task | Assignment | Account]) -> int | None:
        """The id of a random row."""
        ids = list(self.session.scalars(select(table.id).order_by(table.id)))
        return self.chance.choice(ids) if ids else None


def hand_in(walk: Walk) -> None:
    """A return's state changes, without a word in the trail."""
    row = walk.session.get(Obligation, walk.one_of(Obligation) or 0)
    if row is not None:
        row.state = walk.chance.choice(["open", "submitted", "accepted", "missed"])


def finish_a_part(walk: Walk) -> None:
    part = walk.session.get_one(Assignment, walk.one_of(Assignment))
    part.status = walk.chance.choice(["done", "in_progress"])


def close_or_open_an_account(walk: Walk) -> None:
    account = walk.session.get_one(Account, walk.one_of(Account))
    account.active = not account.active


def somebody_comes(walk: Walk) -> None:
    make_account(walk.session, "unit", unit=walk.chance.choice(walk.units), email="lin@qingxi.example")


def stand_in(walk: Walk) -> None:
    people = list(walk.session.scalars(select(Account).where(Account.role == "unit").order_by(Account.id)))
    one, other = walk.chance.sample(people, 2)
    today = china_day(walk.clock())
    walk.session.add(
        Deputyship(
            for_id=one.id, by_id=other.id, starts_on=today + timedelta(days=1), ends_on=today + timedelta(days=3),
            reason="出差", made_by_name="陈雨", made_at=walk.clock(),
        )
    )  # fmt: skip


def ask(walk: Walk) -> None:
    unit = walk.chance.choice(walk.units[:2])
    asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=date(2027, 3, 31))
    task_id = walk.one_of(Task)
    waiting = select(TaskRequest.id).where(TaskRequest.task_id == task_id, TaskRequest.unit_id == unit.id)
    if task_id is not None and not list(walk.session.scalars(waiting)):
        actor = Actor(None, unit.name, "unit", unit.id)
        requesting.ask(walk.session, actor, task_id=task_id, asked=asked, now=walk.clock())


def grant(walk: Walk) -> None:
    waiting = walk.session.scalars(select(TaskRequest.id).where(TaskRequest.state == "waiting")).first()
    if waiting is not None:
        requesting.grant(walk.session, OFFICE, request_id=waiting, granting=Granting(), now=walk.clock())


def nothing(_: Walk) -> None:
    """Time alone passes."""


ACTS: tuple[Act, ...] = (
    nothing, nothing, nothing, hand_in, finish_a_part, close_or_open_an_account, somebody_comes, stand_in, ask, grant,
)  # fmt: skip


@pytest.fixture
def session(config: Config) -> Iterator[Session]:
    with opened(config.database_url) as engine, session_factory(engine)() as session:
        yield session


@pytest.fixture
def plannings(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When something was planned and not left out."""
    found: list[datetime] = []
    whole = advancing.advance

    def noted(session: Session, *, now: datetime) -> advancing.Advanced:
        found.append(now)
        return whole(session, now=now)

    monkeypatch.setattr(advancing, "advance", noted)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_where_a_tick_rests_planning_would_have_done_nothing(
    session: Session, clock: SettableClock, plannings: list[datetime], seed: int
) -> None:
    walk = Walk(session, clock, seed)
    rests = 0
    for _ in range(STEPS):
        act = walk.chance.choice(ACTS)
        with contextlib.suppress(RuleViolated), transaction(session):
            act(walk)
        for minutes in (0, -90 if walk.chance.random() < BACK else walk.chance.choice(MINUTES)):
            clock.advance(minutes=minutes)
            plannings.clear()
            ticking.bring_up_to_date(session, clock, (BY_MAIL,))
            if not plannings:
                rests += 1
                assert left_to_do(session, clock) == (0, 0, 0, 0, 0), act

    assert STEPS / 4 < rests < STEPS * 2


def left_to_do(session: Session, clock: SettableClock) -> tuple[int, ...]:
    """What a whole tick would do now; it is not kept."""
    now = clock()
    session.rollback()
    session.expire_all()
    back = clock_jumps.take_back(session, now=now)
    advanced = advancing.advance(session, now=now)
    handed = handovers.advance(session, now=now)
    planned = reminding.plan(session, now=now)
    session.rollback()
    moved = advanced.opened + advanced.closed
    return back, moved, handed, planned.added + planned.withdrawn, planned.deliveries

"""Two at one clock in the same moment, and two ways to decide one request: one is done, the other is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_plan, make_task, make_unit
from tests.support.at_once import Act, at_once
from tests.support.counting import LINK, OFFICE, contact_of
from tests.support.databases import opened
from tests.support.qingxi import MemoryFiles
from tracker.domain.clock import PUBLISH
from tracker.domain.errors import VersionConflict
from tracker.domain.proof import Proof
from tracker.domain.request import AlreadyDecided, RequestKind
from tracker.services import auditing, clock_acts, requesting
from tracker.services.clock_acts import AlreadyEnded, AlreadyStopped, ClockFacts
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit
from tracker.store.tables import EventClock, Task, TaskRequest, Unit

ROUNDS = 4
BEGUN = TODAY - timedelta(days=10)
_numbers = count(1)


@dataclass(frozen=True)
class City:
    engine: Engine
    unit_id: int
    task_id: int

    def clock(self) -> int:
        """A clock of its own for each round."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            facts = ClockFacts(PUBLISH.key, self.unit_id, f"招生办法{next(_numbers)}", BEGUN)
            return clock_acts.start(session, OFFICE, facts=facts, now=NOW).id

    def request(self, kind: RequestKind) -> int:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            unit = contact_of(session.get_one(Unit, self.unit_id))
            asked = Asked(kind, "理由", wanted_on=date(2026, 12, 31))
            task = make_task(
                session, session.get_one(Task, self.task_id).plan, units=[session.get_one(Unit, self.unit_id)], due=TODAY
            )
            return requesting.ask(session, unit, task_id=task.id, asked=asked, now=NOW).id

    def told(self, about: tuple[str, int]) -> list[str]:
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None
            return [event.action for event in audit.history(session, *about)]


@pytest.fixture
def city(engine_url: str) -> Iterator[City]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            unit = make_unit(session, "市教育局")
            task = make_task(session, make_plan(session), units=[unit], due=TODAY)
        yield City(engine, unit.id, task.id)


def stop(clock_id: int) -> Act:
    return lambda session: clock_acts.stop(
        session, OFFICE, clock_id=clock_id, version=1, since=TODAY, why="征求意见", now=NOW
    )


def restart(clock_id: int) -> Act:
    return lambda session: clock_acts.restart(
        session, OFFICE, clock_id=clock_id, version=1, day=TODAY, why="收到补正", now=NOW
    )


def close(clock_id: int) -> Act:
    return lambda session: clock_acts.close(
        session, OFFICE, clock_id=clock_id, version=1, closed_on=TODAY, proof=Proof(LINK), files=MemoryFiles(), now=NOW
    )


def void(clock_id: int) -> Act:
    return lambda session: clock_acts.void(session, OFFICE, clock_id=clock_id, version=1, reason="填错了", now=NOW)


ACTS: dict[str, Callable[[int], Act]] = {"stop": stop, "restart": restart, "close": close, "void": void}


@pytest.mark.parametrize(
    ("one", "other"), [("stop", "close"), ("stop", "stop"), ("close", "close"), ("restart", "void"), ("close", "void")]
)
def test_of_two_at_one_clock_one_is_done(city: City, one: str, other: str) -> None:
    for _ in range(ROUNDS):
        clock_id = city.clock()

        met = at_once(city.engine, ACTS[one](clock_id), ACTS[other](clock_id))

        assert [each.done for each in met].count(True) == 1
        slower = next(each for each in met if not each.done)
        assert isinstance(slower.refused, VersionConflict | AlreadyEnded | AlreadyStopped)
        did = one if met[0].done else other
        assert sorted(city.told(("event_clock", clock_id))) == sorted(["clock:start", f"clock:{did}"])
        with Session(city.engine) as session:
            clock = session.get_one(EventClock, clock_id)
            assert (clock.version, len(clock.stops), len(clock.restarts)) == (2, int(did == "stop"), int(did == "restart"))
            assert (clock.closed_on is not None, clock.voided_at is not None) == (did == "close", did == "void")


@pytest.mark.parametrize("kind", RequestKind)
@pytest.mark.parametrize(("one", "other"), [("refuse", "withdraw"), ("grant", "refuse"), ("grant", "withdraw")])
def test_a_request_is_decided_once(city: City, one: str, other: str, kind: RequestKind) -> None:
    request_id = city.request(kind)
    with Session(city.engine) as session:
        other_unit = None
        if kind is RequestKind.OBJECTION:
            with session.begin():
                other_unit = make_unit(session).id

    def act(name: str) -> Act:
        def decide(session: Session) -> object:
            unit = contact_of(session.get_one(Unit, city.unit_id))
            match name:
                case "refuse":
                    return requesting.refuse(session, OFFICE, request_id=request_id, reason="不行", now=NOW)
                case "withdraw":
                    return requesting.withdraw(session, unit, request_id=request_id, now=NOW)
                case _:
                    granting = Granting(instead=other_unit)
                    return requesting.grant(session, OFFICE, request_id=request_id, granting=granting, now=NOW)

        return decide

    met = at_once(city.engine, act(one), act(other))

    assert [each.done for each in met].count(True) == 1
    slower = next(each for each in met if not each.done)
    assert (type(slower.refused), slower.sentence) == (AlreadyDecided, AlreadyDecided().message)
    did = one if met[0].done else other
    with Session(city.engine) as session:
        request = session.get_one(TaskRequest, request_id)
        states = {"refuse": "refused", "withdraw": "withdrawn", "grant": "granted"}
        assert request.state == states[did]
        about = ("task", request.task_id)
    decided = [action for action in city.told(about) if action != "request:make"]
    assert f"request:{did}" in decided
    assert sum(action in {f"request:{each}" for each in states} for action in decided) == 1

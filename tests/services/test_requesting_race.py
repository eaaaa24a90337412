"""Units ask and the office decides at the same moment: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_plan, make_task, make_unit
from tests.support.at_once import at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.request import AlreadyDecided, RequestKind, RequestWaiting
from tracker.services import auditing, claiming, receipts, requesting, tasks
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import audit
from tracker.store.tables import Acknowledgement, Claim, Task, TaskRequest

OFFICE = Actor(account_id=None, name="王主任", role="office")
Act = Callable[[Session], object]


@dataclass(frozen=True)
class City:
    """A task of two units, of which the first has asked for a later day and to be signed off."""

    engine: Engine
    plan_id: int
    task_id: int
    unit: Actor
    extension: int
    sign_off: int

    def at_once(self, *acts: Act) -> list[str]:
        """What each of several people came to who act in the same moment."""
        return sorted(came.word for came in at_once(self.engine, *acts))

    def told(self) -> Counter[str]:
        """How often each kind of act stands in the trail, which holds."""
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None
            return Counter(event.action for event in audit.history(session, "task", self.task_id))

    def request(self, request_id: int) -> TaskRequest:
        with Session(self.engine) as session:
            return session.get_one(TaskRequest, request_id)

    def grant(self, request_id: int) -> Act:
        return lambda session: requesting.grant(
            session, OFFICE, request_id=request_id, granting=Granting(), now=NOW
        )

    def withdraw(self, request_id: int) -> Act:
        return lambda session: requesting.withdraw(session, self.unit, request_id=request_id, now=NOW)

    def ask(self, kind: RequestKind) -> Act:
        asked = Asked(kind, "不是本单位职责")
        return lambda session: requesting.ask(
            session, self.unit, task_id=self.task_id, asked=asked, now=NOW
        )

    def cancel(self, session: Session) -> object:
        task = session.get_one(Task, self.task_id)
        return tasks.cancel(
            session, OFFICE, task_id=task.id, version=task.version, reason="机构调整", now=NOW
        )


@pytest.fixture
def city(engine_url: str) -> Iterator[City]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            plan = make_plan(session)
            units = [make_unit(session, name) for name in ("市教育局", "市司法局")]
            task = make_task(session, plan, "公开招生政策", units=units, due=date(2026, 10, 20))
            task.qualifier = "按职责分工负责"
            session.flush()
            claiming.open_missing(session, plan.id, now=NOW)
            unit = Actor(account_id=None, name="林知远", role="unit", unit_id=units[0].id)
            extension, sign_off = (
                requesting.ask(session, unit, task_id=task.id, asked=asked, now=NOW).id
                for asked in (
                    Asked(RequestKind.EXTENSION, "等省里文件", wanted_on=date(2026, 11, 20)),
                    Asked(RequestKind.SIGN_OFF, "已公开"),
                )
            )
        yield City(engine, plan.id, task.id, unit, extension, sign_off)


def test_two_grant_the_same_request(city: City) -> None:
    assert city.at_once(*[city.grant(city.extension)] * 2) == [AlreadyDecided.__name__, "done"]

    assert city.told() == {"request:make": 2, "request:grant": 1}
    with Session(city.engine) as session:
        (point,) = session.get_one(Task, city.task_id).checkpoints
        assert (point.due_on, point.first_due_on) == (date(2026, 11, 20), date(2026, 10, 20))


def test_a_unit_withdraws_while_the_office_grants(city: City) -> None:
    assert city.at_once(city.withdraw(city.sign_off), city.grant(city.sign_off)) == [
        AlreadyDecided.__name__, "done",
    ]  # fmt: skip

    granted = city.request(city.sign_off).state == "granted"
    with Session(city.engine) as session:
        part = session.get_one(Task, city.task_id).assignments[0]
        assert (part.signed_off_at is not None) is granted
    assert city.told()["request:grant" if granted else "request:withdraw"] == 1


def test_a_unit_asks_the_same_twice(city: City) -> None:
    done = city.at_once(*[city.ask(RequestKind.OBJECTION)] * 3)

    assert done == [RequestWaiting.__name__] * 2 + ["done"]
    assert city.told() == {"request:make": 3}


def test_the_office_grants_two_requests_of_one_task(city: City) -> None:
    assert city.at_once(city.grant(city.extension), city.grant(city.sign_off)) in (
        ["done", "done"],
        ["AlreadyDecided", "done"],  # the sign-off came first, and the extension waits for nothing
    )
    assert city.request(city.sign_off).state == "granted"


def test_a_task_is_cancelled_while_a_unit_asks_and_the_office_grants(city: City) -> None:
    city.at_once(city.cancel, city.ask(RequestKind.OBJECTION), city.grant(city.extension))

    with Session(city.engine) as session:
        states = list(session.scalars(select(TaskRequest.state)))
        closed = session.get_one(Task, city.task_id).state == "cancelled"
    assert not (closed and "waiting" in states)
    assert sum(city.told().values()) >= 2


def test_two_colleagues_receive_and_claim_at_once(city: City) -> None:
    with Session(city.engine) as session:
        claim_id = session.scalars(select(Claim.id).order_by(Claim.id)).first() or 0

    def receive(session: Session) -> object:
        return receipts.acknowledge(session, city.unit, plan_id=city.plan_id, now=NOW)

    def claim(session: Session) -> object:
        return claiming.answer(session, city.unit, claim_id=claim_id, version=1, claims=True, words="", now=NOW)

    assert city.at_once(receive, receive) == ["done", "done"]
    assert city.at_once(claim, claim) == ["VersionConflict", "done"]

    with Session(city.engine) as session:
        assert len(list(session.scalars(select(Acknowledgement.id)))) == 1
        assert [event.action for event in audit.history(session, "plan", city.plan_id)] == ["plan:acknowledge"]
    assert city.told()["claim:take"] == 1

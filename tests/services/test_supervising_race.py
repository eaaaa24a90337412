"""Clerks send orders and units answer in the same moment: no number twice, none left out, one step each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.at_once import Act, at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.supervision import AlreadyAnswered, AlreadySettled, OfficeHasToDecide
from tracker.services import auditing, escalating, proposing, supervising
from tracker.services.supervising import ProposalsChanged, Wanted
from tracker.store.tables import AuditEvent, Notice, SupervisionCount, SupervisionOrder

NOW, TODAY = factories.NOW, factories.TODAY
OFFICE = Actor(None, "王主任", "office")
UNITS = 4


@dataclass(frozen=True)
class Desk:
    """Every unit has a task past its day; everybody has the page of proposals open."""

    engine: Engine
    offered: tuple[Wanted, ...]
    leader_id: int

    def send(self, *places: int) -> Act:
        wanted = [self.offered[place] for place in places]
        return lambda session: len(supervising.send(session, OFFICE, wanted=wanted, now=NOW))

    def sent(self) -> SupervisionOrder:
        with Session(self.engine, expire_on_commit=False) as session:
            supervising.send(session, OFFICE, wanted=[self.offered[0]], now=NOW)
            session.commit()
            return session.scalars(select(SupervisionOrder)).one()

    def numbers(self) -> list[int]:
        """The numbers as they were given; the count agrees with them, and the trail holds."""
        with Session(self.engine) as session:
            assert auditing.first_broken(session) is None
            found = list(session.scalars(select(SupervisionOrder.number).order_by(SupervisionOrder.number)))
            last = session.scalars(select(SupervisionCount.last)).one_or_none() or 0
            assert last == len(found)
            return found

    def told(self) -> Counter[str]:
        with Session(self.engine) as session:
            return Counter(session.scalars(select(AuditEvent.action)))


@pytest.fixture
def desk(engine_url: str) -> Iterator[Desk]:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            plan = factories.make_plan(session)
            for _ in range(UNITS):
                unit = factories.make_unit(session)
                factories.make_task(session, plan, units=[unit], due=TODAY - timedelta(days=1))
            leader = factories.make_account(session, "leader")
            session.commit()
            offered = tuple(
                Wanted(each.key, frozenset(one.key for one in each.matters), "请说明。", TODAY)
                for each in proposing.proposals(session, today=TODAY)
            )
            leader_id = leader.id
        yield Desk(engine, offered, leader_id)


def test_orders_that_several_send_at_once_are_numbered_without_gap_or_repetition(desk: Desk) -> None:
    came = at_once(desk.engine, desk.send(0), desk.send(1), desk.send(2, 3))

    assert [each.answer for each in came] == [1, 1, 2]
    assert desk.numbers() == [1, 2, 3, 4]
    assert desk.told()["supervision:send"] == UNITS


def test_a_proposal_that_two_send_at_once_is_sent_once_and_the_refused_one_takes_no_number(
    desk: Desk,
) -> None:
    came = at_once(desk.engine, desk.send(0, 1), desk.send(1, 2), desk.send(0))

    refused = [each.refused for each in came if not each.done]
    assert {type(each) for each in refused} == {ProposalsChanged}
    kept = sum(int(str(each.answer)) for each in came if each.done)
    assert desk.numbers() == list(range(1, kept + 1))
    with Session(desk.engine) as session:
        units = list(session.scalars(select(SupervisionOrder.unit_id)))
    assert len(units) == len(set(units))


@pytest.mark.parametrize("other", ["answer", "withdraw", "accept"])
def test_an_answer_and_another_step_at_once_take_one_of_them(desk: Desk, other: str) -> None:
    row = desk.sent()
    contact = Actor(None, "联系人", "unit", row.unit_id)

    def answer(session: Session) -> object:
        return supervising.answer(
            session, contact, order_id=row.id, version=row.version, words="已办", now=NOW
        ).state

    def settle(session: Session) -> object:
        one = {"order_id": row.id, "version": row.version, "now": NOW}
        if other == "withdraw":
            return supervising.withdraw(session, OFFICE, why="发错", **one)  # type: ignore[arg-type]  # as above
        return supervising.accept(session, OFFICE, words="电话已说明", **one)  # type: ignore[arg-type]

    came = at_once(desk.engine, answer, answer if other == "answer" else settle)

    assert sorted(each.done for each in came) == [False, True]
    assert all(each.sentence.endswith("。") for each in came if not each.done)
    if other != "accept":
        assert {type(each.refused) for each in came if not each.done} <= {
            AlreadyAnswered, AlreadySettled, OfficeHasToDecide,
        }  # fmt: skip
    told = desk.told()
    assert sum(told[f"supervision:{step}"] for step in ("answer", "withdraw", "accept")) == 1


def test_a_leader_whom_two_tell_at_once_is_told_once(desk: Desk) -> None:
    row = desk.sent()

    def tell(session: Session) -> object:
        return escalating.escalate(
            session, OFFICE, order_id=row.id, words="请协调。", leader_ids=[desk.leader_id], now=NOW
        )

    came = at_once(desk.engine, tell, tell)

    assert [type(each.refused) for each in came if not each.done] == [escalating.AlreadyTold]
    with Session(desk.engine) as session:
        assert len(session.scalars(select(Notice).where(Notice.kind == "escalated")).all()) == 1

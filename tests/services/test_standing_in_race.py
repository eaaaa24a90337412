"""Two people at one instruction, hand-over or arrangement at the same moment: nothing lost, nothing doubled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from tests import factories
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.errors import RuleViolated
from tracker.services import auditing, deputies, handovers, instructions
from tracker.services.deputies import Wanted
from tracker.services.handovers import Successor
from tracker.store.database import transaction
from tracker.store.tables import Account, AuditEvent, Deputyship, Handover, Instruction

NOW, TODAY = factories.NOW, factories.TODAY
A_MOMENT = 0.5
"""Seconds in which the second person would be through, if nothing held them."""
Act = Callable[[Session], object]


@dataclass(frozen=True)
class House:
    engine: Engine
    plan_id: int
    unit_id: int
    people: tuple[int, int, int]
    office: Actor

    def contact(self, index: int) -> Actor:
        return Actor(self.people[index], f"联系人{index}", "unit", self.unit_id)

    def at_once(self, slow: Act, fast: Act) -> object:
        """What becomes of `fast`, which begins after `slow` has acted and before that is kept."""
        with ThreadPoolExecutor(1) as pool, Session(self.engine, expire_on_commit=False) as session:
            with transaction(session):
                slow(session)
                session.flush()
                second = pool.submit(self.alone, fast)
                wait([second], timeout=A_MOMENT)
            return second.result(timeout=20)

    def alone(self, act: Act) -> object:
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                with transaction(session):
                    return act(session)
            except (RuleViolated, StaleDataError, IntegrityError) as error:
                return type(error)

    def count(self, table: type[object], *conditions: object) -> int:
        with Session(self.engine) as session:
            wanted = select(func.count()).select_from(table).where(*conditions)  # type: ignore[arg-type]  # one helper for all tables
            return session.scalar(wanted) or 0

    def chain_holds(self) -> bool:
        with Session(self.engine) as session:
            return auditing.first_broken(session) is None


@pytest.fixture
def house(engine_url: str) -> Iterator[House]:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            unit = factories.make_unit(session, "市司法局")
            plan = factories.make_plan(session)
            people = [factories.make_account(session, "unit", unit=unit) for _ in range(3)]
            office = factories.make_account(session)
            ids = (people[0].id, people[1].id, people[2].id)
            made = House(engine, plan.id, unit.id, ids, Actor(office.id, "陈雨", "office"))
        yield made


def written(house: House) -> Act:
    return lambda session: instructions.write(
        session, house.office, plan_id=house.plan_id, task_id=None, words="抓紧。",
        leader=instructions.Leader(name="孙副市长"), now=NOW,
    ).id  # fmt: skip


def refused(outcome: object) -> bool:
    return isinstance(outcome, type) and issubclass(outcome, (RuleViolated, StaleDataError, IntegrityError))


def test_the_same_words_sent_twice_at_once_are_one_instruction(house: House) -> None:
    house.at_once(written(house), written(house))

    assert house.count(Instruction) == 1
    assert house.count(AuditEvent, AuditEvent.action == "instruction:write") == 1


def test_of_two_who_decide_about_one_remark_one_is_told_so(house: House) -> None:
    number = house.alone(written(house))
    assert isinstance(number, int)

    def assign(session: Session) -> object:
        return instructions.assign(
            session, house.office, instruction_id=number, version=1, unit_id=house.unit_id, due_on=TODAY, now=NOW
        ).state

    def keep(session: Session) -> object:
        return instructions.keep(session, house.office, instruction_id=number, version=1, why="在办", now=NOW).state

    assert refused(house.at_once(assign, keep))
    assert house.count(Instruction, Instruction.state == "assigned") == 1
    assert house.count(AuditEvent, AuditEvent.action == "instruction:keep") == 0
    assert house.chain_holds()


def test_two_answers_at_once_are_one(house: House) -> None:
    number = house.alone(written(house))
    assert isinstance(number, int)
    house.alone(
        lambda session: instructions.assign(
            session, house.office, instruction_id=number, version=1, unit_id=house.unit_id, due_on=TODAY, now=NOW
        ).id
    )

    def answer(index: int) -> Act:
        return lambda session: instructions.answer(
            session, house.contact(index), instruction_id=number, version=2, words=f"答{index}", now=NOW
        ).id

    assert refused(house.at_once(answer(0), answer(1)))
    assert house.count(Instruction, Instruction.answer == "答0") == 1


def test_one_change_reported_and_filed_twice_at_once_makes_one_hand_over_and_one_account(house: House) -> None:
    def report(session: Session) -> object:
        return handovers.report(session, house.office, account_id=house.people[0], changed_on=TODAY, now=NOW).id

    assert refused(house.at_once(report, report))
    assert house.count(Handover) == 1

    def file(name: str) -> Act:
        successor = Successor(username=name, display_name=name)
        return lambda session: handovers.file(
            session, house.office, handover_id=1, version=1, successor=successor, now=NOW
        ).row.id

    assert refused(house.at_once(file("wang"), file("sun")))
    assert house.count(Account, Account.username.in_(["wang", "sun"])) == 1
    assert house.count(AuditEvent, AuditEvent.action == "handover:finish") == 1


def test_two_workers_hand_over_once(house: House) -> None:
    tomorrow = TODAY + timedelta(days=1)
    house.alone(
        lambda session: handovers.report(
            session, house.office, account_id=house.people[0], changed_on=tomorrow, now=NOW
        ).id
    )
    house.alone(
        lambda session: handovers.file(
            session, house.office, handover_id=1, version=1, successor=Successor(account_id=house.people[1]), now=NOW
        ).row.id
    )

    def advance(session: Session) -> object:
        return handovers.advance(session, now=NOW + timedelta(days=1))

    assert house.at_once(advance, advance) == 0
    assert house.count(AuditEvent, AuditEvent.action == "handover:finish") == 1
    assert house.chain_holds()


@pytest.mark.parametrize(("who", "by"), [(1, 2), (0, 1), (2, 0), (1, 0)])
def test_neither_a_chain_nor_a_double_is_arranged_by_two_at_once(house: House, who: int, by: int) -> None:
    def arrange(who: int, by: int) -> Act:
        wanted = Wanted(house.people[by], TODAY, TODAY, "出差")
        return lambda session: deputies.arrange(session, house.contact(who), wanted=wanted, now=NOW).id

    assert refused(house.at_once(arrange(0, 1), arrange(who, by)))
    assert house.count(Deputyship) == 1

"""Two clerks set a cadence, two windows hand in a form, two workers ask the units: all at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import make_plan, make_task, make_unit
from tests.support.at_once import at_once
from tests.support.databases import opened
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer, Part, Requirement
from tracker.domain.errors import RuleViolated, VersionConflict
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Months
from tracker.services import advancing, form_returns, regime
from tracker.services.handing_in import DraftConflict, versions_of
from tracker.store import tables
from tracker.store.database import session_factory, transaction

OFFICE = Actor(account_id=None, name="陈雨", role="office")
BEGUN = datetime(2026, 7, 1, 1, tzinfo=UTC)
OCTOBER = datetime(2026, 10, 9, 1, tzinfo=UTC)
FORM = Requirement(Answer.FORM, (Part("summary", "本季度情况"),))


def quarterly(kind: str = "quarterly", name: str = "季度报送") -> Cadence:
    return Cadence(
        Months(10, 3, 1), time(17, 30), date(2026, 7, 1), date(2026, 12, 31), kind=kind, name=name
    )


@dataclass(frozen=True)
class Office:
    """A database with a plan that has work for thirty units."""

    engine: Engine
    plan_id: int
    unit_ids: tuple[int, ...]

    def write(self, act: Callable[[Session], object]) -> object:
        with session_factory(self.engine)() as session, transaction(session):
            return act(session)

    def at_once(self, *acts: Callable[[Session], object]) -> list[object]:
        """What each came to: its answer, or the rule that it ran into."""
        return [came.refused or came.answer for came in at_once(self.engine, *acts)]

    def switched_on(self, *, kind: str = "quarterly", name: str = "季度报送") -> Callable[[Session], object]:
        return lambda session: regime.switch_on(
            session, OFFICE, plan_id=self.plan_id, wanted=quarterly(kind, name), version=0, requirement=FORM, now=BEGUN
        ).id

    def count(self, table: type[tables.Cadence | tables.Obligation | tables.Return]) -> int:
        with Session(self.engine) as session:
            return session.scalars(select(func.count()).select_from(table)).one()


@pytest.fixture
def office(engine_url: str) -> Iterator[Office]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            plan = make_plan(session)
            units = [make_unit(session) for _ in range(30)]
            make_task(session, plan, units=units)
        yield Office(engine, plan.id, tuple(unit.id for unit in units))


def test_of_two_clerks_who_switch_one_on_the_second_sees_what_the_first_did(office: Office) -> None:
    done = office.at_once(office.switched_on(), office.switched_on())

    assert sorted(isinstance(each, VersionConflict) for each in done) == [False, True]
    assert office.count(tables.Cadence) == 1


def test_two_reports_of_the_offices_own_get_two_keys(office: Office) -> None:
    office.at_once(
        office.switched_on(kind="own", name="舆情月报"), office.switched_on(kind="own", name="专区巡查")
    )

    with Session(office.engine) as session:
        assert sorted(session.scalars(select(tables.Cadence.kind))) == ["own1", "own2"]


def test_of_two_with_one_name_only_one_is_added(office: Office) -> None:
    done = office.at_once(*[office.switched_on(kind="own", name="舆情月报")] * 2)

    assert sum(isinstance(each, RuleViolated) for each in done) == 1
    assert office.count(tables.Cadence) == 1


def test_two_workers_ask_every_unit_once(office: Office) -> None:
    office.write(office.switched_on())

    done = office.at_once(*[lambda session: advancing.advance(session, now=OCTOBER)] * 2)

    assert sorted(each.opened for each in done if isinstance(each, advancing.Advanced)) == [0, 1]
    assert sum(each.obligations for each in done if isinstance(each, advancing.Advanced)) == 30
    assert office.count(tables.Obligation) == 30


def test_of_two_windows_that_hand_a_form_in_one_is_told_of_the_other(office: Office) -> None:
    office.write(office.switched_on())
    office.write(lambda session: advancing.advance(session, now=OCTOBER))
    unit = Actor(account_id=None, name="林知远", role="unit", unit_id=office.unit_ids[0])
    with Session(office.engine) as session:
        query = select(tables.Obligation.id).where(tables.Obligation.unit_id == office.unit_ids[0])
        owed = session.scalars(query).one()
        token = versions_of(session, owed).token

    def hand_in(words: str) -> Callable[[Session], object]:
        return lambda session: form_returns.submit(
            session, unit, obligation_id=owed, token=token, values={"summary": words}, now=OCTOBER
        )

    done = office.at_once(hand_in("这个窗口"), hand_in("那个窗口"))

    assert sorted(isinstance(each, DraftConflict) for each in done) == [False, True]
    assert office.count(tables.Return) == 1

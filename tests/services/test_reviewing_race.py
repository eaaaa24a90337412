"""Two people at one look-back at the same moment: one waits for the other, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import make_plan, make_task, make_unit
from tests.support.databases import opened
from tracker.domain.actor import SYSTEM
from tracker.domain.errors import VersionConflict
from tracker.domain.look_back_steps import AlreadyFinal
from tracker.services import arranging, reviewing
from tracker.store.database import transaction
from tracker.store.queries import reviews
from tracker.store.tables import LookBack, Rectification, Verdict

DECEMBER = datetime(2026, 12, 28, 1, 0, tzinfo=UTC)
MARCH = date(2027, 3, 31)
A_MOMENT = 0.5
"""Seconds in which the second person would be through, if nothing held them."""


@dataclass(frozen=True)
class Office:
    """A database with a plan of one unfinished task, and two people who sit at it."""

    engine: Engine
    plan_id: int

    def acts(self, act: Callable[[Session], object]) -> None:
        """One person, alone."""
        with Session(self.engine, expire_on_commit=False) as session, transaction(session):
            act(session)

    def while_another(self, slow: Callable[[Session], object], fast: Callable[[Session], object]) -> object:
        """What `fast` is told that begins after `slow` has acted and before that is kept."""
        with ThreadPoolExecutor(1) as pool, Session(self.engine, expire_on_commit=False) as session:
            with transaction(session):
                slow(session)
                session.flush()
                second = pool.submit(self._told, fast)
                wait([second], timeout=A_MOMENT)
            return _outcome(second)

    def _told(self, act: Callable[[Session], object]) -> object:
        with Session(self.engine, expire_on_commit=False) as session:
            try:
                with transaction(session):
                    return act(session)
            except (AlreadyFinal, reviewing.NotAllConfirmed, reviewing.TermsNeeded, VersionConflict) as error:
                return type(error)

    def verdict(self) -> Verdict:
        with Session(self.engine) as session:
            return session.scalars(select(Verdict)).one()


def _outcome(second: Future[object]) -> object:
    return second.result(timeout=20)


@pytest.fixture
def office(engine_url: str) -> Iterator[Office]:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            plan = make_plan(session)
            make_task(session, plan, units=[make_unit(session, "市司法局")])
            plan_id = plan.id
        yield Office(engine, plan_id)


def begin(office: Office) -> Callable[[Session], object]:
    return lambda session: reviewing.start(session, SYSTEM, plan_id=office.plan_id, now=DECEMBER).id


def finish(office: Office) -> Callable[[Session], object]:
    return lambda session: len(reviewing.finish(session, SYSTEM, plan_id=office.plan_id, now=DECEMBER))


def arrange_all(office: Office) -> Callable[[Session], object]:
    return lambda session: arranging.arrange_all(
        session, SYSTEM, plan_id=office.plan_id, due_on=MARCH, now=DECEMBER
    )


def say(office: Office, said: str) -> Callable[[Session], object]:
    """Confirm the only verdict as it stands now."""
    seen = office.verdict()

    def confirm(session: Session) -> None:
        reviewing.confirm(
            session, SYSTEM, plan_id=office.plan_id, verdict_id=seen.id, version=seen.version, said=said,
            note="核实过", now=DECEMBER,
        )  # fmt: skip

    return confirm


def test_who_finishes_sees_the_word_that_a_colleague_is_just_giving(office: Office) -> None:
    office.acts(begin(office))
    office.acts(say(office, "standing_kept"))

    told = office.while_another(say(office, "unfinished"), finish(office))

    assert told is reviewing.TermsNeeded
    with Session(office.engine) as session:
        assert not session.scalars(select(Rectification)).all()


def test_who_finishes_sees_the_lead_and_the_day_that_a_colleague_is_just_giving(office: Office) -> None:
    office.acts(begin(office))
    office.acts(say(office, "unfinished"))

    carried_over = office.while_another(arrange_all(office), finish(office))

    assert carried_over == 1
    with Session(office.engine) as session:
        assert session.scalars(select(Rectification)).one().due_on == MARCH


def test_who_gives_a_word_sees_that_a_colleague_is_just_finishing(office: Office) -> None:
    office.acts(begin(office))
    office.acts(say(office, "standing_kept"))

    told = office.while_another(finish(office), say(office, "unfinished"))

    assert told is AlreadyFinal
    assert office.verdict().confirmed == "standing_kept"


def test_what_a_colleague_is_just_confirming_is_not_confirmed_over(office: Office) -> None:
    office.acts(begin(office))

    told = office.while_another(
        say(office, "standing_kept"),
        lambda session: reviewing.confirm_clean(
            session, SYSTEM, plan_id=office.plan_id, now=DECEMBER
        ).confirmed,
    )

    assert (told, office.verdict().confirmed) == (0, "standing_kept")


def test_two_who_begin_at_once_begin_one_look_back(office: Office) -> None:
    told = office.while_another(begin(office), begin(office))

    with Session(office.engine) as session:
        look_back = session.scalars(select(LookBack)).one()
        assert told == look_back.id
        assert session.scalar(select(func.count()).select_from(Verdict)) == 1
        assert len(reviews.verdicts(session, look_back.id)) == 1

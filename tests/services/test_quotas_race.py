"""Two people enter the same event at the same moment: it is there once, and counted once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import TODAY, make_plan, make_task, make_unit
from tests.support.counting import LINK, OFFICE, enter, make_target
from tests.support.databases import opened
from tracker.services import quotas
from tracker.services.counted_events import AlreadyEntered
from tracker.store.database import transaction
from tracker.store.tables import CountedEvent, QuotaTarget, Unit

A_MOMENT = 0.5
"""Seconds in which the second person would be through, if nothing held them."""


def test_an_event_that_two_enter_at_once_is_there_once(engine_url: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session, session.begin():
            unit = make_unit(session, "市教育局")
            target = make_target(session, make_task(session, make_plan(session), units=[unit]))
            target_id, unit_id = target.id, unit.id

        def one_person(link: str) -> str:
            with Session(engine, expire_on_commit=False) as session:
                try:
                    with transaction(session):
                        _enter(session, target_id, unit_id, link)
                except AlreadyEntered as error:
                    return error.message
            return "entered"

        with ThreadPoolExecutor(1) as pool, Session(engine, expire_on_commit=False) as session:
            with transaction(session):
                _enter(session, target_id, unit_id, LINK)
                second = pool.submit(one_person, f"{LINK}/")
                wait([second], timeout=A_MOMENT)
            told = second.result(timeout=20)

        with Session(engine) as session:
            count = session.scalar(select(func.count()).select_from(CountedEvent))
            [found] = quotas.page(session, OFFICE, today=TODAY).targets
            assert (told, count) == (AlreadyEntered().message, 1)
            assert found.lines[0].latest.pace.counted == 1


def _enter(session: Session, target_id: int, unit_id: int, link: str) -> None:
    target, unit = session.get(QuotaTarget, target_id), session.get(Unit, unit_id)
    assert target is not None
    assert unit is not None
    enter(session, target, unit, "2026-03-01", link)

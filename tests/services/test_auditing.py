"""The audit trail: append-only, chained, and telling when somebody has been at it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests import factories
from tests.support.databases import opened
from tracker.clock import CHINA
from tracker.domain.actor import SYSTEM
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.tables import AuditEvent

NOW = factories.NOW


def write(session: Session, count: int) -> list[AuditEvent]:
    return [
        auditing.record(
            session,
            SYSTEM,
            Event.SETTING_CHANGE,
            ("setting", number),
            f"第{number}件",
            detail={"before": number, "tags": ["一", "二"]},
            now=NOW + timedelta(minutes=number),
        )
        for number in range(count)
    ]


def let_change(session: Session) -> None:
    """What an intruder with the database's own password can do, and the program cannot."""
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("DROP TRIGGER audit_event_no_update"))
        session.execute(text("DROP TRIGGER audit_event_no_delete"))
    else:
        session.execute(text("ALTER TABLE audit_event DISABLE TRIGGER USER"))


def test_an_untouched_chain_holds(session: Session) -> None:
    assert auditing.first_broken(session) is None, "an empty one too"
    write(session, 5)
    session.expire_all()

    assert auditing.first_broken(session) is None
    assert auditing.verify(session).total == 5


def test_events_told_together_stand_as_those_told_one_by_one(session: Session) -> None:
    write(session, 2)
    auditing.record_all(
        session,
        SYSTEM,
        (
            auditing.Said(
                Event.SETTING_CHANGE, ("setting", number), f"第{number}件", {"tags": ("一", number)}
            )
            for number in range(2, 5)
        ),
        now=NOW.astimezone(CHINA),
    )
    auditing.record(session, SYSTEM, Event.SETTING_CHANGE, ("setting", 5), "第5件", now=NOW)
    session.expire_all()

    assert auditing.verify(session) == auditing.Verification(total=6, broken=None)
    assert [event.object_id for event in auditing.page_of(session, 1).events] == [5, 4, 3, 2, 1, 0]


def test_the_digest_is_the_same_before_and_after_storing(session: Session) -> None:
    moment = NOW.astimezone(CHINA).replace(microsecond=123_456)
    detail: dict[Any, Any] = {"days": (1, 2), 7: "number as key", "day": moment.date()}
    event = auditing.record(
        session, SYSTEM, Event.PLAN_CONFIRM, ("plan", 1), "确认", detail=detail, now=moment
    )
    session.expire_all()

    assert auditing.digest(event) == event.hash


def test_a_long_sentence_is_cut_rather_than_refused(session: Session) -> None:
    event = auditing.record(session, SYSTEM, Event.TASK_CHANGE, ("task", 1), "长" * 900, now=NOW)

    assert len(event.summary) == 500
    assert auditing.first_broken(session) is None


@pytest.mark.parametrize(
    ("change", "found"),
    [
        pytest.param(
            "UPDATE audit_event SET summary = '别的' WHERE id = :second", 1, id="a changed sentence"
        ),
        pytest.param("UPDATE audit_event SET actor = '别人' WHERE id = :third", 2, id="another actor"),
        pytest.param("UPDATE audit_event SET object_id = 99 WHERE id = :first", 0, id="another object"),
        pytest.param(
            "DELETE FROM audit_event WHERE id = :second", 2, id="a deleted event: the next one shows it"
        ),
        pytest.param("DELETE FROM audit_event WHERE id = :first", 1, id="a deleted beginning"),
        pytest.param(
            "DELETE FROM audit_event WHERE id >= :third", 1, id="a deleted tail: the last one left shows it"
        ),
    ],
)
def test_is_noticed(session: Session, change: str, found: int) -> None:
    events = write(session, 3)
    ids = [event.id for event in events]
    let_change(session)
    names = dict(zip(("first", "second", "third"), ids, strict=True))
    session.execute(text(change), {name: number for name, number in names.items() if f":{name}" in change})
    session.expire_all()

    broken = auditing.first_broken(session)

    assert broken is not None
    assert broken.id == ids[found]


def test_a_trail_that_is_gone_as_a_whole_is_noticed(session: Session) -> None:
    write(session, 2)
    let_change(session)
    session.execute(text("DELETE FROM audit_event"))
    session.expire_all()

    broken = auditing.first_broken(session)

    assert broken is not None
    assert broken.summary == "全部记录已被删除"


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET summary = ''", "DELETE FROM audit_event"])
def test_the_database_itself_refuses(engine_url: str, statement: str) -> None:
    with opened(engine_url) as engine:
        with Session(engine) as session:
            write(session, 1)
            session.commit()

        with engine.connect() as connection, pytest.raises(DBAPIError, match="append-only"):
            connection.execute(text(statement))


def test_two_who_write_at_once_stand_one_behind_the_other(engine_url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from tracker.store.database import prepare_engine, transaction

    engine = create_engine(engine_url)
    prepare_engine(engine)

    def append(number: int) -> None:
        with Session(engine) as session, transaction(session):
            write(session, number % 3 + 1)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(append, range(12)))

    with Session(engine) as session:
        assert auditing.verify(session) == auditing.Verification(total=24, broken=None)
    engine.dispose()


def test_pages_of_the_log_are_newest_first_and_never_beyond_the_end(session: Session) -> None:
    write(session, auditing.PAGE_SIZE + 1)

    first, last = auditing.page_of(session, 1), auditing.page_of(session, 99)

    assert first.events[0].summary == f"第{auditing.PAGE_SIZE}件"
    assert (last.page, last.pages, len(last.events)) == (2, 2, 1)

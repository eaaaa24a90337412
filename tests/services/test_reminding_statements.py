"""Planning reminders asks the database as often for much as for little, whatever is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tests.support.everything import one_of_everything
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.notices import NoticeKind
from tracker.services import (
    reminding,
    settings,
    wanted_facts,
)
from tracker.services.calendars import load as load_calendar
from tracker.services.reminder_policies import load as load_policies

OFFICE = Actor(account_id=None, name="陈雨", role="office")
MOST = 50
"""What a whole planning may say to the database."""


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    said: list[str] = []

    def listen(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        said.append(text)

    bind = session.connection().engine
    event.listen(bind, "before_cursor_execute", listen)
    yield said
    event.remove(bind, "before_cursor_execute", listen)


def planned(session: Session) -> int:
    """How much one planning says to the database, that finds everything new to it."""
    session.flush()
    session.expunge_all()
    with statements(session) as said:
        reminding.plan(session, now=NOW)
    return len([each for each in said if "SAVEPOINT" not in each])


def test_planning_asks_as_often_for_eight_of_everything_as_for_two(session: Session) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    make_account(session)
    for number in (1, 2):
        one_of_everything(session, number)
    few = [planned(session), planned(session)]
    for number in range(3, 9):
        one_of_everything(session, number)
    many = [planned(session), planned(session)]

    facts = wanted_facts.gather(session, load_policies(session), load_calendar(session), now=NOW)
    assert {duty.kind for duty in facts.duties} == {
        NoticeKind.CLOCK, NoticeKind.CLAIM, NoticeKind.DECISION, NoticeKind.INSTRUCTION, NoticeKind.SUPERVISION,
        NoticeKind.HANDOVER, NoticeKind.STATISTIC,
    }  # fmt: skip
    assert len(facts.duties) == 8 * 7
    assert [len(facts.requests), len(facts.meetings), len(facts.quotas), len(facts.checkpoints)] == [8] * 4
    assert all(eight <= two <= MOST for two, eight in zip(few, many, strict=True)), (few, many)

"""A notice that cannot be written: it is tried later by itself, and holds up nothing else of its person's."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_account, make_plan, make_task, make_unit
from tests.services.test_reminding import SITE, deliver_all, inbox_of
from tracker.delivering import WaysOut, deliver_next
from tracker.domain.delivery import MAIL, Answer, Letter
from tracker.domain.outbox import MOST_TRIES
from tracker.services import reminding
from tracker.store.tables import Account, Notice, OutboxItem


@pytest.fixture
def contact(session: Session) -> Account:
    """Somebody with three tasks of today, of which they have been planned to hear."""
    unit = make_unit(session)
    account = make_account(session, "unit", unit=unit, email="lin@qingxi.example")
    for _ in range(3):
        make_task(session, make_plan(session), units=[unit], due=TODAY)
    reminding.plan(session, now=NOW)
    return account


@pytest.fixture
def poisoned(session: Session, contact: Account) -> Notice:
    """One of them whose cause says nothing any more."""
    notice = session.scalars(select(Notice).order_by(Notice.id)).all()[1]
    notice.cause = {}
    session.flush()
    return notice


def states(session: Session) -> Counter[tuple[str, str]]:
    return Counter((item.channel, item.state) for item in session.scalars(select(OutboxItem)))


def test_the_rest_of_the_letter_goes_at_once_and_together(
    session: Session, contact: Account, poisoned: Notice, tmp_path: Path
) -> None:
    deliver_all(session, tmp_path, NOW)

    assert len(inbox_of(session, contact)) == 2
    assert len(list(tmp_path.iterdir())) == 1
    assert states(session) == {
        ("inbox", "sent"): 2, ("mail", "sent"): 2, ("inbox", "due"): 1, ("mail", "due"): 1
    }  # fmt: skip
    waiting = session.scalars(select(OutboxItem).where(OutboxItem.notice_id == poisoned.id)).all()
    assert {(item.attempts, item.last_error) for item in waiting} == {(1, "写不出这条提醒：KeyError")}
    assert all(item.not_before > NOW for item in waiting)


def test_once_it_can_be_written_it_goes(
    session: Session, contact: Account, poisoned: Notice, tmp_path: Path
) -> None:
    deliver_all(session, tmp_path, NOW)
    poisoned.cause = session.scalars(select(Notice).order_by(Notice.id)).all()[0].cause

    deliver_all(session, tmp_path, NOW + timedelta(minutes=5))

    assert len(inbox_of(session, contact)) == 3
    assert len(list(tmp_path.iterdir())) == 2
    assert set(states(session)) == {("inbox", "sent"), ("mail", "sent")}


@pytest.mark.usefixtures("contact", "poisoned")
def test_one_that_never_can_is_given_up_and_shown_to_a_person(session: Session, tmp_path: Path) -> None:
    for hours in range(MOST_TRIES):
        deliver_all(session, tmp_path, NOW + timedelta(hours=hours))

    assert states(session)["inbox", "dead"] == 1


@pytest.mark.usefixtures("contact")
def test_what_a_channel_may_have_sent_stays_one_letter(session: Session) -> None:
    class Broken:
        def deliver(self, letter: Letter, *, now: datetime) -> Answer:
            raise RuntimeError(f"{letter.key} {now}")

    session.commit()
    while deliver_next(session, WaysOut({MAIL: Broken()}), lambda: NOW, owner="w1", site=SITE):
        pass

    mails = session.scalars(select(OutboxItem).where(OutboxItem.channel == MAIL)).all()
    assert {(item.state, item.attempts) for item in mails} == {("due", 1)}
    assert len({item.letter_key for item in mails}) == 1
    assert len({item.not_before for item in mails}) == 1

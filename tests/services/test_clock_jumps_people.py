"""A clock that jumped ahead and came back: whoever was replaced is the contact again, and what waits goes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import make_account, make_plan, make_task, make_unit
from tracker.domain.actor import Actor
from tracker.domain.delivery import Answer
from tracker.domain.outbox import Outcome
from tracker.services import clock_jumps, handovers, reminding, sending
from tracker.services.handovers import Successor
from tracker.store.queries import audit
from tracker.store.tables import Account, Handover, OutboxItem, Unit

WEDNESDAY = datetime(2026, 9, 23, 1, 0, tzinfo=UTC)
NEXT_YEAR = datetime(2027, 9, 23, 1, 0, tzinfo=UTC)
OFFICE = Actor(None, "陈雨", "office")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def leaving(session: Session, unit: Unit) -> Account:
    return make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")


@pytest.fixture
def filed(session: Session, unit: Unit, leaving: Account) -> Handover:
    """A contact who leaves in three weeks, and whose successor is known."""
    new = make_account(session, "unit", unit=unit)
    day = date(2026, 10, 14)
    row = handovers.report(session, OFFICE, account_id=leaving.id, changed_on=day, why="调任", now=WEDNESDAY)
    handovers.file(
        session, OFFICE, handover_id=row.id, version=row.version, successor=Successor(new.id), now=WEDNESDAY
    )
    return row


def test_a_contact_who_was_replaced_too_early_is_the_contact_again_until_the_day(
    session: Session, filed: Handover, leaving: Account
) -> None:
    handovers.advance(session, now=NEXT_YEAR)
    replaced = (filed.state, leaving.active)

    given_back = clock_jumps.hand_back(session, now=WEDNESDAY)

    assert replaced == ("done", False)
    assert given_back == 1
    assert (filed.state, filed.done_at, leaving.active) == ("filed", None, True)
    assert filed.unit.contact_name == filed.leaving_name
    assert "时钟" in audit.history(session, "handover", filed.id)[0].summary
    assert clock_jumps.hand_back(session, now=WEDNESDAY) == 0
    assert handovers.advance(session, now=WEDNESDAY + timedelta(days=30)) == 1
    assert (filed.state, leaving.active) == ("done", False)


def test_a_hand_over_on_its_day_is_not_taken_back(session: Session, filed: Handover, leaving: Account) -> None:
    day = WEDNESDAY + timedelta(days=30)
    handovers.advance(session, now=day)

    assert clock_jumps.hand_back(session, now=day) == 0
    assert clock_jumps.hand_back(session, now=day - timedelta(hours=2)) == 0, "the day itself has come"
    assert (filed.state, leaving.active) == ("done", False)


def test_what_was_put_off_by_a_clock_ahead_goes_again(session: Session, unit: Unit, leaving: Account) -> None:
    make_task(session, make_plan(session), units=[unit], due=date(2026, 9, 23))
    reminding.plan(session, now=WEDNESDAY)
    session.commit()
    ahead = WEDNESDAY + timedelta(days=2)
    while claim := sending.take(session, "w1", now=ahead):
        if sending.open_letter(session, claim, site="", now=ahead) is not None:
            sending.finish(session, claim, Answer(Outcome.RETRY, "421"), now=ahead)
    mail = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
    waits_until = mail.not_before

    freed = [clock_jumps.let_go(session, now=WEDNESDAY) for _ in range(2)]

    assert waits_until > ahead
    assert freed == [1, 0]
    assert (mail.state, mail.not_before) == ("due", WEDNESDAY)
    assert leaving.active


def test_what_waits_for_the_next_workday_or_for_its_next_try_waits_on(
    session: Session, unit: Unit, leaving: Account
) -> None:
    make_task(session, make_plan(session), units=[unit], due=date(2026, 9, 23))
    reminding.plan(session, now=WEDNESDAY)
    item = session.scalars(select(OutboxItem).where(OutboxItem.account_id == leaving.id)).first()
    assert item is not None
    item.not_before = WEDNESDAY + timedelta(days=10)
    session.flush()

    assert clock_jumps.let_go(session, now=WEDNESDAY) == 0

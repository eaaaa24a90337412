"""催签收: who has not signed for a plan is urged at once, once a day, and not once it has signed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tests.support.counting import contact_of
from tests.support.urging import urge_all
from tracker.domain.urging import UrgeKind, UrgeScope
from tracker.services import receipts, sending, urging
from tracker.services.urging import NothingToUrge
from tracker.store.queries import reminders
from tracker.store.tables import Account, InboxItem, Plan, Unit

NEXT_DAY = NOW + timedelta(days=1)


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    return make_account(session, "unit", unit=unit)


@pytest.fixture
def scope(session: Session, unit: Unit) -> UrgeScope:
    plan: Plan = make_plan(session)
    make_task(session, plan, units=[unit])
    return UrgeScope(UrgeKind.RECEIPTS, plan.id)


def delivered(session: Session, contact: Account) -> list[InboxItem]:
    """What lies in the inbox once everything that may go has gone."""
    while (claim := sending.take(session, "worker", now=NOW)) is not None:
        sending.open_letter(session, claim, site="http://taizhang.example", now=NOW)
    return reminders.inbox(session, contact.id)


def test_who_has_not_signed_is_urged_once_a_day(session: Session, scope: UrgeScope, contact: Account) -> None:
    assert urging.not_urged_today(session, scope, now=NOW) == 1

    assert urge_all(session, scope, now=NOW).notices == 1
    with pytest.raises(NothingToUrge):
        urge_all(session, scope, now=NOW)

    [item] = delivered(session, contact)
    assert (item.subject[:6], item.link) == ("催办：请签收", "/my")
    assert urging.not_urged_today(session, scope, now=NOW) == 0
    assert urging.not_urged_today(session, scope, now=NEXT_DAY) == 1


def test_who_has_signed_is_urged_no_more_and_what_waits_is_not_sent(
    session: Session, scope: UrgeScope, unit: Unit, contact: Account
) -> None:
    urge_all(session, scope, now=NOW)

    receipts.acknowledge(session, contact_of(unit), plan_id=scope.plan_id or 0, now=NOW)

    assert delivered(session, contact) == []
    with pytest.raises(NothingToUrge):
        urge_all(session, scope, now=NEXT_DAY)

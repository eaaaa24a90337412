"""Whom a notice reaches is settled a day after it was planned: nobody is told in one go what was said long ago."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account, make_plan, make_task, make_unit
from tracker.domain.delivery import BY_MAIL, Reach, Route
from tracker.domain.notices import Addressee
from tracker.services import reminding
from tracker.store.tables import Account, Deputyship, Notice, OutboxItem, Unit

LATER = NOW + timedelta(days=2)
SMS = Route("sms", Reach.PHONE, "短信")
GROUP = Route("wecom", Reach.GROUP, "工作群")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    """The contact of a unit whose task is eleven workdays late, told so two days before `LATER`."""
    contact = make_account(session, "unit", unit=unit)
    make_task(session, make_plan(session), "更新公开指南", units=[unit], due=date(2026, 9, 9))
    reminding.plan(session, now=NOW)
    return contact


def reached(session: Session) -> list[tuple[int, str]]:
    """Whom the task's notice is for, by which channel."""
    rows = session.execute(
        select(OutboxItem.account_id, OutboxItem.channel)
        .join(Notice, Notice.id == OutboxItem.notice_id)
        .where(Notice.task_id.is_not(None))
        .order_by(OutboxItem.id)
    )
    return [(account_id, channel) for account_id, channel in rows]


def test_a_house_that_upgrades_does_not_tell_heads_and_the_office_what_was_said_before(
    session: Session, unit: Unit, contact: Account
) -> None:
    # As the former program left it: the third step, told to everybody of the unit and to nobody of the office.
    head, office = make_account(session, "unit", unit=unit), make_account(session)
    head.duty = Addressee.HEAD.value

    reminding.plan(session, now=LATER)

    assert session.scalars(select(Notice.key)).one().endswith(":overdue10")
    assert reached(session) == [(contact.id, "inbox")]
    assert office.active


def test_a_colleague_of_the_office_is_told_what_was_planned_today(
    session: Session, contact: Account
) -> None:
    office = make_account(session)

    reminding.plan(session, now=NOW + timedelta(hours=20))

    assert reached(session) == [(contact.id, "inbox"), (office.id, "inbox")]


def test_an_address_and_a_way_that_are_opened_later_bring_no_old_news(
    session: Session, contact: Account
) -> None:
    make_account(session)
    contact.email, contact.phone = "lin@jyj.qingxi.example", "13800000000"
    session.flush()

    reminding.plan(session, routes=(BY_MAIL, SMS, GROUP), now=LATER)

    assert reached(session) == [(contact.id, "inbox")]


def test_a_units_new_contact_and_a_new_deputy_hear_what_stands_by_every_way(
    session: Session, unit: Unit, contact: Account
) -> None:
    new = make_account(session, "unit", unit=unit, email="wang@jyj.qingxi.example")
    deputy = make_account(session, "unit", unit=make_unit(session))
    today = LATER.date()
    session.add(
        Deputyship(
            for_id=contact.id, by_id=deputy.id, starts_on=today, ends_on=today, reason="出差",
            made_by_name="陈雨", made_at=LATER,
        )
    )  # fmt: skip
    session.flush()

    for _ in range(2):
        reminding.plan(session, now=LATER)

    told = [(contact.id, "inbox"), (new.id, "inbox"), (new.id, "mail"), (deputy.id, "inbox")]
    assert sorted(reached(session)) == sorted(told)


def test_a_notice_that_reached_nobody_waits_for_whoever_comes(session: Session, unit: Unit) -> None:
    make_task(session, make_plan(session), units=[unit], due=date(2026, 9, 9))
    reminding.plan(session, now=NOW)
    head = make_account(session, "unit", unit=unit)
    head.duty = Addressee.HEAD.value
    session.flush()

    reminding.plan(session, now=LATER)

    assert reached(session) == [(head.id, "inbox")]

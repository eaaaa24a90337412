"""Hand-over: who may report and file, what moves, and that nothing is said twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tracker.adapters import work_calendar
from tracker.domain import handover as rules
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound, VersionConflict
from tracker.services import accounts, auditing, handovers, reminding, settings
from tracker.services.handovers import Filed, Successor
from tracker.store.tables import Account, AuditEvent, Handover, InboxItem, OutboxItem, SignIn, Unit

NOW, TODAY = factories.NOW, factories.TODAY
NEW = Successor(username="wangxiao", display_name="王晓", email="wx@qingxi.example", phone="6688")


@dataclass(frozen=True)
class House:
    justice: Unit
    li: Account
    zhao: Account
    office: Actor

    def actor(self, account: Account) -> Actor:
        return Actor(account.id, account.display_name, "unit", account.unit_id)


@pytest.fixture
def house(session: Session) -> House:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    li = factories.make_account(session, "unit", unit=justice, username="李明", email="lm@qingxi.example")
    zhao = factories.make_account(session, "unit", unit=health, username="赵远")
    office = factories.make_account(session)
    return House(justice, li, zhao, Actor(office.id, "陈雨", "office"))


def reported(session: Session, house: House, *, days: int = 0) -> Handover:
    return handovers.report(
        session, house.actor(house.li), account_id=house.li.id, changed_on=TODAY + timedelta(days=days),
        why="调任", now=NOW,
    )  # fmt: skip


def filed(session: Session, house: House, row: Handover, successor: Successor = NEW) -> Filed:
    return handovers.file(
        session, house.actor(house.li), handover_id=row.id, version=row.version, successor=successor, now=NOW
    )


def test_filing_makes_the_account_moves_what_is_unread_and_closes_the_old_one(session: Session, house: House) -> None:
    item = factories.make_inbox_item(session, house.li)
    read = factories.make_inbox_item(session, house.li)
    read.read_at = NOW
    session.add(SignIn(token_hash="t", account_id=house.li.id, created_at=NOW, last_seen_at=NOW, expires_at=NOW))
    done = filed(session, house, reported(session, house))
    session.expire_all()

    assert done.token is not None
    assert accounts.open_link(session, done.token, now=NOW).account_id == done.account.id
    assert (done.account.role, done.account.unit_id, done.account.email) == ("unit", house.justice.id, NEW.email)
    assert (done.row.state, done.row.leaving_name, done.row.successor_name) == ("done", "李明", "王晓")
    assert (item.account_id, item.read_at) == (done.account.id, None)
    assert read.account_id == house.li.id
    assert (house.li.active, house.li.display_name) == (False, "李明")
    assert not session.scalars(select(SignIn)).all()
    assert (house.justice.contact_name, house.justice.contact_phone) == ("王晓", "6688")
    told = session.scalars(select(AuditEvent).where(AuditEvent.object_type == "handover").order_by(AuditEvent.id)).all()
    assert [event.action for event in told] == ["handover:report", "handover:file", "handover:finish"]
    assert told[1].detail["contact"] == ["李明", "王晓"]
    assert told[2].summary == "市司法局联系人由李明交接给王晓，转移未读提醒1条"
    assert auditing.first_broken(session) is None


def test_filed_early_the_old_contact_works_on_until_the_day(session: Session, house: House) -> None:
    row = reported(session, house, days=3)
    filed(session, house, row)

    assert (row.state, house.li.active) == ("filed", True)
    assert handovers.advance(session, now=NOW + timedelta(days=2)) == 0
    assert handovers.advance(session, now=NOW + timedelta(days=3)) == 1
    assert handovers.advance(session, now=NOW + timedelta(days=3)) == 0
    assert (row.state, house.li.active) == ("done", False)
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.action, last.actor) == ("handover:finish", "系统")


def test_nothing_that_was_said_to_the_old_contact_is_said_to_the_new_one_again(session: Session, house: House) -> None:
    plan = factories.make_plan(session)
    factories.make_task(session, plan, units=[house.justice], due=TODAY)
    reminding.plan(session, now=NOW)
    before = session.scalars(select(OutboxItem)).all()
    assert {row.channel for row in before} == {"inbox", "mail"}
    for row in before:
        row.state = "sent" if row.channel == "inbox" else "due"
    session.flush()

    done = filed(session, house, reported(session, house))
    reminding.plan(session, now=NOW)
    session.expire_all()

    after = session.scalars(select(OutboxItem)).all()
    assert len(after) == len(before)
    assert {row.account_id for row in after} == {done.account.id}
    assert {row.address for row in after if row.channel == "mail"} == {"wx@qingxi.example"}


def test_a_colleague_takes_over_and_keeps_the_own_copy_only(session: Session, house: House) -> None:
    colleague = factories.make_account(session, "unit", unit=house.justice, username="王晓")
    plan = factories.make_plan(session)
    factories.make_task(session, plan, units=[house.justice], due=TODAY)
    reminding.plan(session, now=NOW)
    for row in session.scalars(select(OutboxItem).where(OutboxItem.channel == "inbox")):
        row.state = "sent"
        session.add(InboxItem(outbox_id=row.id, account_id=row.account_id, subject="到期", body="", created_at=NOW))
    session.flush()

    done = filed(session, house, reported(session, house), Successor(account_id=colleague.id))
    session.expire_all()

    assert (done.token, done.account.id) == (None, colleague.id)
    unread = session.scalars(select(InboxItem.account_id).where(InboxItem.read_at.is_(None))).all()
    assert unread == [colleague.id]
    reminding.plan(session, now=NOW)
    assert not session.scalars(select(OutboxItem).where(OutboxItem.account_id == house.li.id, OutboxItem.state == "due")).all()


def test_another_units_people_and_rows_are_nobody(session: Session, house: House) -> None:
    row, stranger = reported(session, house), house.actor(house.zhao)

    with pytest.raises(NotFound):
        handovers.report(session, stranger, account_id=house.li.id, changed_on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        handovers.report(session, house.office, account_id=house.office.account_id or 0, changed_on=TODAY, now=NOW)
    with pytest.raises(NotFound):
        handovers.view(session, stranger, handover_id=row.id, today=TODAY)
    with pytest.raises(NotFound):
        handovers.file(session, stranger, handover_id=row.id, version=row.version, successor=NEW, now=NOW)
    with pytest.raises(NotFound):
        handovers.withdraw(session, stranger, handover_id=row.id, version=row.version, why="x", now=NOW)
    with pytest.raises(NotFound):
        filed(session, house, row, Successor(account_id=house.zhao.id))
    with pytest.raises(rules.SuccessorIsLeaving):
        filed(session, house, row, Successor(account_id=house.li.id))
    assert not handovers.listing(session, stranger, today=TODAY)
    assert house.li.active


def test_what_cannot_be_filed(session: Session, house: House) -> None:
    row = reported(session, house)

    with pytest.raises(rules.AlreadyReported):
        reported(session, house)
    with pytest.raises(handovers.NameNeeded):
        filed(session, house, row, Successor(display_name="王晓"))
    with pytest.raises(accounts.UsernameTaken):
        filed(session, house, row, Successor(username="赵远", display_name="王晓"))
    with pytest.raises(VersionConflict):
        handovers.file(session, house.office, handover_id=row.id, version=9, successor=NEW, now=NOW)
    filed(session, house, row)
    with pytest.raises(rules.AlreadyOver):
        filed(session, house, row, Successor(username="other", display_name="孙岩"))


def test_withdrawn_with_a_reason_the_contact_stays(session: Session, house: House) -> None:
    row = reported(session, house)

    with pytest.raises(rules.WhyNeeded):
        handovers.withdraw(session, house.office, handover_id=row.id, version=row.version, why=" ", now=NOW)
    handovers.withdraw(session, house.office, handover_id=row.id, version=row.version, why="不调了", now=NOW)

    assert (row.state, row.withdrawn_because, house.li.active) == ("withdrawn", "不调了", True)
    assert reported(session, house).id != row.id


def test_overdue_hand_overs_stand_on_the_desk_until_somebody_is_filed(session: Session, house: House) -> None:
    row = reported(session, house, days=-13)  # 9月11日：到9月18日五个工作日，20日调休上班

    (line,) = handovers.running(session, house.office, today=TODAY)
    assert (line.overdue, line.standing.due_on, line.left) == (True, TODAY - timedelta(days=6), "逾期5个工作日")
    assert handovers.running(session, house.actor(house.li), today=TODAY)
    filed(session, house, row)
    assert not handovers.running(session, house.office, today=TODAY)
    page = handovers.view(session, house.office, handover_id=row.id, today=TODAY)
    assert [day.number for day in page.sheet if day.number] == [1, 2, 3, 4, 5]

"""By which ways a notice leaves: groups, telephones, and each channel's pace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.urging import urge_return
from tracker.clock import CHINA
from tracker.delivering import WaysOut, deliver_next, deliver_waiting
from tracker.domain.actor import Actor
from tracker.domain.delivery import BY_MAIL, Answer, Letter, Reach, Route
from tracker.domain.outbox import ESCALATED, Outcome
from tracker.services import reminding, sending
from tracker.store.queries import outbox
from tracker.store.tables import Account, Obligation, OutboxItem, Unit

NOW = datetime(2026, 9, 24, 15, 40, tzinfo=CHINA)
OFFICE = Actor(account_id=None, name="陈雨", role="office")
GROUP = Route("work-group", Reach.GROUP, "企业微信群")
SMS = Route("sms", Reach.PHONE, "短信")


class Kept:
    """A channel that keeps what it is given."""

    def __init__(self, *answers: Outcome) -> None:
        self.letters: list[Letter] = []
        self._answers = list(answers)

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:  # noqa: ARG002 - a channel's signature
        self.letters.append(letter)
        return Answer(self._answers.pop(0) if self._answers else Outcome.ACCEPTED)


@pytest.fixture(autouse=True)
def office(session: Session) -> Account:
    return make_account(session, "office")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局", aliases=["教育局"])


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    account = make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
    account.phone = "13800138000"
    return account


@pytest.fixture
def owed(session: Session, unit: Unit, contact: Account) -> Obligation:
    """A return that is due at 17:30 on this very day."""
    return make_obligation(session, make_period(session, make_cadence(session, make_plan(session))), unit)


def deliver(session: Session, routes: Sequence[Route], kept: dict[str, Kept], now: datetime = NOW) -> int:
    session.commit()
    ways = WaysOut(kept, routes)
    return deliver_waiting(session, ways, lambda: now, owner="w1", site="https://taizhang.example")


def rows(session: Session) -> set[tuple[str, str]]:
    return {(item.channel, item.address) for item in session.scalars(select(OutboxItem))}


def test_a_notice_goes_to_every_address_there_is(session: Session, owed: Obligation) -> None:
    reminding.plan(session, routes=(BY_MAIL, SMS, GROUP), now=NOW)

    assert rows(session) == {
        ("inbox", ""), ("mail", "lin@jyj.qingxi.example"), ("sms", "13800138000"), ("work-group", "企业微信群"),
    }  # fmt: skip


def test_a_group_is_posted_to_once_however_many_contacts_there_are(
    session: Session, owed: Obligation, unit: Unit, office: Account
) -> None:
    make_account(session, "unit", unit=unit)
    group = Kept()
    for _ in range(2):
        reminding.plan(session, routes=(GROUP,), now=NOW)
        deliver(session, (GROUP,), {"work-group": group})
    office.active = False
    make_account(session, "office")
    reminding.plan(session, routes=(GROUP,), now=NOW)
    deliver(session, (GROUP,), {"work-group": group})

    [letter] = group.letters
    assert letter.subject.startswith("市教育局：即将截止")
    assert "https://taizhang.example/my/returns/" in letter.body


def test_a_group_hears_several_things_in_a_line_each(session: Session, unit: Unit) -> None:
    plan = make_plan(session)
    for title in ("公布清理结果", "更新公开指南"):
        make_task(session, plan, title, units=[unit], due=date(2026, 9, 24))
    group = Kept()
    reminding.plan(session, routes=(GROUP,), now=NOW)
    deliver(session, (GROUP,), {"work-group": group})

    [letter] = group.letters
    assert letter.subject == "提醒2件：2件今天到期"
    assert letter.body.splitlines()[:2] == ["1. 市教育局：到期：公布清理结果", "2. 市教育局：到期：更新公开指南"]


@pytest.mark.parametrize(("named", "heard"), [("市教育局", True), ("教育局", True), ("市财政局", False), ("没有这个单位", False)])
def test_a_units_group_hears_what_is_said_to_the_unit(session: Session, owed: Obligation, named: str, heard: bool) -> None:
    make_unit(session, "市财政局")
    route = Route("work-group", Reach.GROUP, "企业微信群", named)

    reminding.plan(session, routes=(route,), now=NOW)

    assert (("work-group", "企业微信群") in rows(session)) is heard


def test_what_is_not_urgent_spares_a_channel_for_urgent_things(session: Session, unit: Unit, contact: Account) -> None:
    urgent = Route("sms", Reach.PHONE, "短信", urgent_only=True)
    plan = make_plan(session)
    make_task(session, plan, "更新公开指南", units=[unit], due=date(2026, 9, 23))
    reminding.plan(session, routes=(urgent,), now=NOW)
    assert ("sms", "13800138000") not in rows(session)

    make_task(session, plan, "公布清理结果", units=[unit], due=date(2026, 9, 24))
    reminding.plan(session, routes=(urgent,), now=NOW)
    assert ("sms", "13800138000") in rows(session)


def test_a_persons_urging_reaches_groups_and_telephones_with_the_next_tick(session: Session, owed: Obligation) -> None:
    urge_return(session, owed, now=NOW)
    sms, group = Kept(), Kept()

    reminding.plan(session, routes=(SMS, GROUP), now=NOW)
    deliver(session, (SMS, GROUP), {"sms": sms, "work-group": group})

    assert "催办" in sms.letters[0].body
    assert "催办" in group.letters[0].body


def test_a_withdrawn_post_holds_again(session: Session, owed: Obligation) -> None:
    group = Kept()
    reminding.plan(session, routes=(GROUP,), now=NOW)
    owed.state = "submitted"
    deliver(session, (GROUP,), {"work-group": group})
    assert group.letters == []

    owed.state = "open"
    reminding.plan(session, routes=(GROUP,), now=NOW)
    deliver(session, (GROUP,), {"work-group": group})
    assert len(group.letters) == 1


def test_a_channel_that_has_had_its_messages_lets_the_next_wait(session: Session) -> None:
    plan = make_plan(session)
    route = Route("sms", Reach.PHONE, "短信", a_minute=4)
    for number in range(5):
        unit = make_unit(session)
        make_account(session, "unit", unit=unit).phone = f"1380013800{number}"
        make_task(session, plan, units=[unit], due=date(2026, 9, 24))
    sms = Kept()
    reminding.plan(session, routes=(route,), now=NOW)
    deliver(session, (route,), {"sms": sms})

    waiting = [item for item in session.scalars(select(OutboxItem)) if item.channel == "sms" and item.state == "due"]
    assert (len(sms.letters), len(waiting)) == (2, 3)
    assert all(NOW < item.not_before <= NOW + timedelta(seconds=60) for item in waiting)
    assert all((item.attempts, item.letter_key) == (0, "") for item in waiting)


def test_a_letter_that_cannot_be_written_holds_up_no_other(session: Session, owed: Obligation, unit: Unit) -> None:
    make_task(session, make_plan(session), units=[unit], due=date(2026, 9, 24))
    reminding.plan(session, now=NOW)
    of_mail = select(OutboxItem).where(OutboxItem.channel == "mail")
    broken = next(item for item in session.scalars(of_mail) if item.notice.task_id is not None)
    broken.notice.cause, broken.letter_key = {"due_on": "someday"}, "letter-0"
    mail = Kept()

    deliver(session, (BY_MAIL,), {"mail": mail})

    assert (broken.state, broken.last_error) == ("due", "发送程序出错：ValueError")
    assert len(mail.letters) == 1


def _escalation(session: Session, owed: Obligation, *answers: Outcome) -> tuple[OutboxItem, Kept]:
    reminding.plan(session, routes=(BY_MAIL,), now=NOW)
    item = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
    item.notice.kind = ESCALATED
    mail = Kept(*answers)
    return item, mail


def test_an_escalation_without_an_answer_waits_for_a_person(session: Session, owed: Obligation) -> None:
    item, mail = _escalation(session, owed, Outcome.AMBIGUOUS)

    for minutes in (0, 5, 60):
        deliver(session, (BY_MAIL,), {"mail": mail}, NOW + timedelta(minutes=minutes))

    assert (item.state, len(mail.letters)) == ("unconfirmed", 1)
    assert outbox.troubled(session) == [item]


def test_an_escalation_whose_worker_was_killed_after_its_bytes_waits_for_a_person(
    session: Session, owed: Obligation
) -> None:
    item, mail = _escalation(session, owed)
    session.commit()
    while claim := sending.take(session, "killed", now=NOW):  # and it never comes back
        if sending.open_letter(session, claim, site="", now=NOW) is not None:
            break
    item.lease_until = outbox.database_now(session) - timedelta(seconds=1)

    deliver(session, (BY_MAIL,), {"mail": mail})

    assert (item.state, mail.letters) == ("unconfirmed", [])
    assert [each.outcome for each in outbox.attempts(session, item.id)] == ["ambiguous"]


def test_an_escalation_whose_worker_was_killed_before_any_byte_goes(session: Session, owed: Obligation) -> None:
    item, mail = _escalation(session, owed)
    session.commit()
    while claim := sending.take(session, "killed", now=NOW):  # killed before it had opened the letter
        if claim.channel == "mail":
            break
        sending.open_letter(session, claim, site="", now=NOW)
    item.lease_until = outbox.database_now(session) - timedelta(seconds=1)

    deliver(session, (BY_MAIL,), {"mail": mail})

    assert (item.state, len(mail.letters)) == ("sent", 1)
    assert [each.outcome for each in outbox.attempts(session, item.id)] == ["retry", "accepted"]


def test_a_try_that_nobody_came_back_from_is_written_down(session: Session, owed: Obligation) -> None:
    reminding.plan(session, now=NOW)
    session.commit()
    while claim := sending.take(session, "killed", now=NOW):
        if sending.open_letter(session, claim, site="", now=NOW) is not None:
            break
    item = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
    item.lease_until = outbox.database_now(session) - timedelta(seconds=1)

    deliver(session, (BY_MAIL,), {"mail": Kept()})

    assert [(each.number, each.outcome) for each in outbox.attempts(session, item.id)] == [(1, "ambiguous"), (2, "accepted")]


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(hours=1), timedelta(hours=-1), timedelta(days=-1)])
def test_a_workers_clock_that_is_off_takes_nothing_that_another_holds(
    session: Session, owed: Obligation, jump: timedelta
) -> None:
    reminding.plan(session, now=NOW)
    session.commit()
    while claim := sending.take(session, "holder", now=NOW):
        if sending.open_letter(session, claim, site="", now=NOW) is not None:
            break
    assert claim is not None
    session.commit()

    ways = WaysOut({"mail": Kept()}, (BY_MAIL,))
    assert not deliver_next(session, ways, lambda: NOW + jump, owner="other", site="")
    assert sending.finish(session, claim, Answer(Outcome.ACCEPTED), now=NOW) == 1


def test_a_letter_that_took_long_to_write_has_the_whole_lease_for_its_channel(session: Session, owed: Obligation) -> None:
    reminding.plan(session, now=NOW)
    session.commit()
    while claim := sending.take(session, "slow", now=NOW):
        past = outbox.database_now(session) - timedelta(seconds=1)
        for item in session.scalars(select(OutboxItem).where(OutboxItem.id.in_(claim.fences))):
            item.lease_until = past
        if sending.open_letter(session, claim, site="", now=NOW) is not None:
            break
    session.commit()

    assert sending.take(session, "other", now=NOW) is None

"""Reminders: what is planned, who gets it, and that nothing is lost or said twice."""

from __future__ import annotations

import email
import email.policy
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
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
from tracker.adapters.channels.mail import SpoolChannel
from tracker.clock import CHINA
from tracker.delivering import WaysOut, deliver_next
from tracker.domain.actor import Actor
from tracker.domain.delivery import MAIL, Answer, Letter
from tracker.domain.outbox import MOST_TRIES, Outcome
from tracker.services import reminding, sending
from tracker.services.sending import NotResendable
from tracker.services.urging import NothingToUrge
from tracker.store.queries import outbox, reminders
from tracker.store.tables import Account, InboxItem, Notice, Obligation, OutboxItem, Unit

SITE = "https://taizhang.qingxi.example/"
THURSDAY = datetime(2026, 9, 24, 15, 40, tzinfo=CHINA)
OFFICE = Actor(account_id=None, name="陈雨", role="office")


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    return make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")


@pytest.fixture
def owed(session: Session, unit: Unit, contact: Account) -> Obligation:
    """A return that is due at 17:30 today and has not come."""
    plan = make_plan(session)
    period = make_period(session, make_cadence(session, plan))
    return make_obligation(session, period, unit)


def deliver_all(session: Session, spool: Path, now: datetime, owner: str = "w1") -> int:
    ways = WaysOut({MAIL: SpoolChannel(spool, "taizhang@qingxi.example")})
    session.commit()
    return sum(1 for _ in iter(lambda: deliver_next(session, ways, lambda: now, owner=owner, site=SITE), False))


def inbox_of(session: Session, account: Account) -> list[InboxItem]:
    return reminders.inbox(session, account.id)


@pytest.mark.usefixtures("owed")
def test_a_unit_that_has_not_reported_is_told_in_its_inbox_and_by_mail(
    session: Session, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    [item] = inbox_of(session, contact)
    [file] = tmp_path.iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert "即将截止" in item.subject
    assert "17:30" in item.body
    assert item.link.startswith("/my/returns/")
    assert message["Subject"] == item.subject
    assert f"https://taizhang.qingxi.example{item.link}" in message.get_content()


@pytest.mark.usefixtures("owed", "contact")
def test_planning_and_delivering_again_adds_nothing(session: Session, contact: Account, tmp_path: Path) -> None:
    for minutes in (0, 0, 1, 30):
        reminding.plan(session, now=THURSDAY + timedelta(minutes=minutes))
        deliver_all(session, tmp_path, THURSDAY + timedelta(minutes=minutes))

    assert len(inbox_of(session, contact)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_what_was_handed_in_meanwhile_is_withdrawn_before_it_goes(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    owed.state = "submitted"
    session.flush()

    planned = reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert planned.withdrawn == 1
    assert inbox_of(session, contact) == []
    assert list(tmp_path.iterdir()) == []


def test_the_facts_are_looked_at_again_at_the_moment_of_sending(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    owed.state = "submitted"  # and nothing is planned in between

    deliver_all(session, tmp_path, THURSDAY)

    assert inbox_of(session, contact) == []
    assert {item.state for item in session.scalars(select(OutboxItem))} == {"cancelled"}


def test_a_return_sent_back_is_said_anew(session: Session, owed: Obligation, contact: Account, tmp_path: Path) -> None:
    reminding.plan(session, now=THURSDAY)
    owed.state = "submitted"
    reminding.plan(session, now=THURSDAY)
    owed.state = "open"

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert len(inbox_of(session, contact)) == 1


def test_a_contact_who_was_off_for_an_hour_is_told_afterwards(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    contact.active = False
    deliver_all(session, tmp_path, THURSDAY)
    contact.active = True

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert len(inbox_of(session, contact)) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_a_regime_that_was_switched_off_still_asks_for_its_running_week(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    owed.period.cadence.active = False
    session.flush()

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert len(inbox_of(session, contact)) == 1
    assert urge_return(session, owed, now=THURSDAY).notices == 1


def test_a_persons_urging_stays_when_the_plan_is_made_anew(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    urge_return(session, owed, now=THURSDAY)

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert any(item.subject.startswith("催办") for item in inbox_of(session, contact))


def test_what_is_sent_again_starts_counting_anew_and_takes_the_mended_address(
    session: Session, owed: Obligation, contact: Account
) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    sending.finish(session, _claim_mail(session, "w1"), Answer(Outcome.REFUSED, "550"), now=THURSDAY)
    contact.email = "lin.zhiyuan@jyj.qingxi.example"
    [dead] = outbox.troubled(session)

    again = sending.resend(session, OFFICE, outbox_id=dead.id, now=THURSDAY)

    assert (again.attempts, again.address, again.state) == (0, "lin.zhiyuan@jyj.qingxi.example", "due")


def test_the_same_worker_cannot_finish_an_older_claim_of_its_own(session: Session, owed: Obligation, contact: Account) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    older = _claim_mail(session, "w1")
    _let_leases_run_out(session)
    newer = _claim_mail(session, "w1")

    assert sending.finish(session, older, Answer(Outcome.REFUSED), now=THURSDAY) == 0
    assert sending.finish(session, newer, Answer(Outcome.ACCEPTED), now=THURSDAY) == 1


def test_what_was_due_in_the_afternoon_does_not_go_out_at_night(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    night, morning = THURSDAY.replace(hour=23, minute=30), THURSDAY.replace(day=25, hour=8, minute=0)
    deliver_all(session, tmp_path, night)
    waiting = list(tmp_path.iterdir())

    deliver_all(session, tmp_path, morning)

    assert waiting == []
    assert len(list(tmp_path.iterdir())) == 1


def test_a_letter_that_takes_down_every_worker_ends_before_a_person(
    session: Session, owed: Obligation, contact: Account
) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    for number in range(MOST_TRIES):
        _claim_mail(session, f"w{number}")  # and it never comes back
        _let_leases_run_out(session)

    assert sending.take(session, "another", now=THURSDAY) is None
    [dead] = outbox.troubled(session)
    assert dead.channel == "mail"
    assert dead.last_error


class Broken:
    """A channel that breaks its promise."""

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        raise RuntimeError(f"{letter.key} {now}")


@pytest.mark.usefixtures("owed")
def test_a_channel_that_fails_holds_up_its_own_letter_only(session: Session, contact: Account) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()

    while deliver_next(session, WaysOut({MAIL: Broken()}), lambda: THURSDAY, owner="w1", site=SITE):
        pass

    mail = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
    assert len(inbox_of(session, contact)) == 1
    assert (mail.state, mail.last_error) == ("due", "发送程序出错：RuntimeError")


def test_a_later_try_is_the_same_letter(session: Session, owed: Obligation, contact: Account) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    _claim_mail(session, "w1")
    key = session.scalars(select(OutboxItem.letter_key).where(OutboxItem.channel == "mail")).one()
    _let_leases_run_out(session)

    again = _claim_mail(session, "w2")

    assert key
    assert again.letter_key == key


def test_a_worker_killed_after_the_mail_went_out_leads_to_the_same_letter_not_to_a_second(
    session: Session, owed: Obligation, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    spool = SpoolChannel(tmp_path, "taizhang@qingxi.example")
    while claim := sending.take(session, "killed", now=THURSDAY):  # it never comes to `finish`
        letter = sending.open_letter(session, claim, site=SITE, now=THURSDAY)
        if letter is not None:
            spool.deliver(letter, now=THURSDAY)
            break
    session.commit()

    assert deliver_all(session, tmp_path, THURSDAY, "other") == 0  # the lease still runs
    _let_leases_run_out(session)
    assert deliver_all(session, tmp_path, THURSDAY, "other") == 1
    assert len(list(tmp_path.iterdir())) == 1
    assert {item.state for item in session.scalars(select(OutboxItem))} == {"sent"}


@pytest.mark.usefixtures("owed", "contact")
def test_a_worker_that_was_only_slow_cannot_finish_what_another_took_over(session: Session) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    slow = _claim_mail(session, "slow")
    _let_leases_run_out(session)
    fast = _claim_mail(session, "fast")

    late = sending.finish(session, slow, Answer(Outcome.REFUSED), now=THURSDAY)
    done = sending.finish(session, fast, Answer(Outcome.ACCEPTED), now=THURSDAY)

    assert (late, done) == (0, 1)
    mail = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail")).one()
    assert (mail.state, mail.attempts) == ("sent", 2)


@pytest.mark.usefixtures("owed", "contact")
def test_a_refused_letter_waits_for_a_person_who_sends_it_again(session: Session, tmp_path: Path) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    sending.finish(session, _claim_mail(session, "w1"), Answer(Outcome.REFUSED, "550 查无此人"), now=THURSDAY)
    [dead] = outbox.troubled(session)
    assert dead.last_error == "550 查无此人"

    sending.resend(session, OFFICE, outbox_id=dead.id, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert outbox.troubled_count(session) == 0
    with pytest.raises(NotResendable):
        sending.resend(session, OFFICE, outbox_id=dead.id, now=THURSDAY)


@pytest.mark.usefixtures("owed", "contact")
def test_a_passing_fault_is_tried_again_about_a_minute_later_and_not_before(session: Session, tmp_path: Path) -> None:
    reminding.plan(session, now=THURSDAY)
    session.commit()
    sending.finish(session, _claim_mail(session, "w1"), Answer(Outcome.RETRY, "452"), now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY + timedelta(seconds=47))
    assert list(tmp_path.iterdir()) == []

    deliver_all(session, tmp_path, THURSDAY + timedelta(seconds=73))

    assert len(list(tmp_path.iterdir())) == 1


def test_several_things_for_one_person_are_one_letter(
    session: Session, owed: Obligation, unit: Unit, contact: Account, tmp_path: Path
) -> None:
    plan = make_plan(session, "青溪市2026年规范性文件清理方案")
    make_task(session, plan, "公布清理结果", units=[unit], due=date(2026, 9, 24))
    make_task(session, plan, "更新公开指南", units=[unit], due=date(2026, 9, 23))

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    [file] = tmp_path.iterdir()
    body = email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_content()
    assert len(inbox_of(session, contact)) == 3
    assert "公布清理结果" in body
    assert "更新公开指南" in body


def test_a_task_whose_unit_is_done_is_not_reminded_of(session: Session, unit: Unit, contact: Account) -> None:
    plan = make_plan(session)
    make_task(session, plan, units=[unit], due=date(2026, 9, 24), statuses={unit.id: "done"})

    assert reminding.plan(session, now=THURSDAY).added == 0


def test_a_person_who_left_gets_nothing(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reminding.plan(session, now=THURSDAY)
    contact.active = False

    deliver_all(session, tmp_path, THURSDAY)

    assert inbox_of(session, contact) == []
    assert list(tmp_path.iterdir()) == []


def test_urging_reaches_the_unit_at_once_and_once_a_day(
    session: Session, owed: Obligation, contact: Account, tmp_path: Path
) -> None:
    reached = urge_return(session, owed, now=THURSDAY)
    with pytest.raises(NothingToUrge):
        urge_return(session, owed, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert reached.notices == 1
    assert next(item.subject for item in inbox_of(session, contact)).startswith("催办")


def test_who_has_handed_in_is_not_urged(session: Session, owed: Obligation) -> None:
    owed.state = "accepted"
    session.flush()

    with pytest.raises(NothingToUrge):
        urge_return(session, owed, now=THURSDAY)


def test_a_notice_is_planned_though_nobody_can_receive_it_yet(
    session: Session, unit: Unit, tmp_path: Path
) -> None:
    plan = make_plan(session)
    make_task(session, plan, units=[unit], due=date(2026, 9, 24))
    reminding.plan(session, now=THURSDAY)
    newcomer = make_account(session, "unit", unit=unit)

    reminding.plan(session, now=THURSDAY)
    deliver_all(session, tmp_path, THURSDAY)

    assert len(list(session.scalars(select(Notice)))) == 1
    assert len(inbox_of(session, newcomer)) == 1


def _claim_mail(session: Session, owner: str) -> outbox.Lease:
    while claim := sending.take(session, owner, now=THURSDAY):
        letter = sending.open_letter(session, claim, site=SITE, now=THURSDAY)
        if letter is not None:
            session.commit()
            return claim
    raise AssertionError("no letter was waiting")


def _let_leases_run_out(session: Session) -> None:
    past = outbox.database_now(session) - timedelta(seconds=1)
    session.execute(update(OutboxItem).where(OutboxItem.state == "sending").values(lease_until=past))
    session.commit()
    session.expire_all()

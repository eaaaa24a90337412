"""One letter a person a day: what waits for it, what does not, and what each person has chosen."""

from __future__ import annotations

import random
from collections import Counter
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
    make_return,
    make_task,
    make_unit,
)
from tests.support.urging import urge_return
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.delivering import WaysOut, deliver_waiting
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day
from tracker.domain.delivery import BY_MAIL, INBOX, MAIL, Answer, Letter, Reach, Route
from tracker.domain.errors import VersionConflict
from tracker.domain.notices import Addressee
from tracker.domain.outbox import Outcome
from tracker.services import preferences, reminding, settings
from tracker.services.preferences import HourNotOffered, NotOnesOwn
from tracker.store.tables import Account, InboxItem, Obligation, OutboxItem, Plan, Task, Unit

SMS = Route("sms", Reach.PHONE, "短信")
ROUTES = (BY_MAIL, SMS)


def at(text: str) -> datetime:
    """A moment of China's clock in September 2026: 24 09:00; the 24th is a Thursday, the 25th a day off."""
    return datetime.fromisoformat(f"2026-09-{text}").replace(tzinfo=CHINA)


class Kept:
    """A channel that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:  # noqa: ARG002 - a channel's signature
        self.letters.append(letter)
        return Answer(Outcome.ACCEPTED)


@pytest.fixture
def plan(session: Session) -> Plan:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    made = make_plan(session)
    made.confirmed_at = at("01 09:00")
    return made


@pytest.fixture
def unit(session: Session) -> Unit:
    return make_unit(session, "市教育局")


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    account = make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
    account.phone = "13800138000"
    return account


@pytest.fixture
def owed(session: Session, plan: Plan, unit: Unit) -> Obligation:
    """A return that is due on the 24th at 17:30."""
    return make_obligation(session, make_period(session, make_cadence(session, plan)), unit)


@pytest.fixture
def task(session: Session, plan: Plan, unit: Unit) -> Task:
    """Due on the 29th; announced on the 22nd (three workdays ahead; the 25th to 27th are off)."""
    return make_task(session, plan, "公布清理结果", units=[unit], due=date(2026, 9, 29))


def tick(session: Session, now: datetime, routes: tuple[Route, ...] = (BY_MAIL,)) -> list[Letter]:
    """What one tick sends out of the house."""
    kept = Kept()
    reminding.plan(session, routes=routes, now=now)
    session.commit()
    ways = WaysOut({MAIL: kept, "sms": kept}, routes)
    deliver_waiting(session, ways, lambda: now, owner="w1", site="https://taizhang.example")
    return kept.letters


def of(account: Account) -> Actor:
    return Actor(account.id, account.display_name, account.role, account.unit_id)


def choose(session: Session, account: Account, now: datetime, **chosen: object) -> None:
    facts = {"digest": True, "hour": 9, "wanted": ["mail", "sms"], "version": 0, "routes": ROUTES} | chosen
    preferences.choose(session, of(account), now=now, **facts)  # type: ignore[arg-type]
    session.commit()


def inbox(session: Session, account: Account) -> list[str]:
    return list(session.scalars(select(InboxItem.subject).where(InboxItem.account_id == account.id)))


@pytest.mark.usefixtures("owed")
def test_what_is_reached_in_the_afternoon_lies_in_the_inbox_and_leaves_the_next_morning(
    session: Session, contact: Account, task: Task
) -> None:
    assert tick(session, at("23 08:00")) == [], "the return's opening on Monday has waited for nine"
    [morning] = tick(session, at("23 09:00"))
    before = tick(session, at("23 15:00"))
    evening = tick(session, at("23 22:00"))
    [letter] = tick(session, at("24 09:05"))

    assert morning.subject.startswith("今天2件事")
    assert (before, evening) == ([], [])
    assert "即将截止" in letter.subject
    assert len(inbox(session, contact)) == 4
    assert tick(session, at("24 09:40")) == []


def test_the_inbox_waits_for_no_hour_and_for_no_day(session: Session, contact: Account, task: Task) -> None:
    tick(session, at("26 23:30"))

    assert len(inbox(session, contact)) == 1


def test_what_was_sent_back_waits_for_nobody(
    session: Session, contact: Account, owed: Obligation, task: Task
) -> None:
    tick(session, at("22 09:00"))
    owed.state = "returned"
    version = make_return(session, owed, state="returned")
    version.decided_at, version.decision_reason = at("22 11:00"), "请附链接"
    session.flush()

    [back] = tick(session, at("22 11:01"))

    assert back.subject.startswith("退回修改")
    assert "意见：请附链接" in back.body


def test_what_is_due_today_waits_for_nobodys_hour(session: Session, contact: Account, task: Task) -> None:
    choose(session, contact, at("21 08:00"), hour=18)
    tick(session, at("28 18:00"))

    assert [letter.subject for letter in tick(session, at("29 09:00"))] == ["到期：公布清理结果"]


def test_a_persons_urging_waits_for_nobody(session: Session, contact: Account, owed: Obligation) -> None:
    choose(session, contact, at("21 08:00"), hour=18)
    tick(session, at("21 18:00"))
    urge_return(session, owed, now=at("22 10:00"))

    assert [letter.subject[:2] for letter in tick(session, at("22 10:01"))] == ["催办"]


def test_what_is_found_late_makes_todays_letter_once(session: Session, plan: Plan, unit: Unit, contact: Account) -> None:
    make_task(session, plan, "甲", units=[unit], due=date(2026, 9, 28))
    first = tick(session, at("23 10:15"))
    make_task(session, plan, "乙", units=[unit], due=date(2026, 9, 28))
    second = tick(session, at("23 11:00"))
    make_task(session, plan, "丙", units=[unit], due=date(2026, 9, 23))
    urgent = tick(session, at("23 11:30"))
    next_day = tick(session, at("24 09:00"))

    assert [letter.subject for letter in first] == ["临近到期（提前3个工作日）：甲"]
    assert second == []
    assert [letter.subject for letter in urgent] == ["到期：丙"]
    assert "乙" in "".join(letter.body for letter in next_day)


def test_what_an_urgent_letter_took_along_early_leaves_the_digest_its_place(
    session: Session, plan: Plan, unit: Unit, contact: Account, owed: Obligation
) -> None:
    choose(session, contact, at("21 08:00"), hour=14)
    tick(session, at("21 09:00"))
    urge_return(session, owed, now=at("22 10:00"))
    [urged] = tick(session, at("22 10:00"))
    make_task(session, plan, "甲", units=[unit], due=date(2026, 9, 28))
    [digest] = tick(session, at("22 14:00"))

    assert ("催办" in urged.body, "开始报送" in urged.body) == (True, True)
    assert digest.subject == "临近到期（提前3个工作日）：甲"


def test_who_wants_no_digest_gets_so_many_letters_a_day_and_the_rest_together_the_next(
    session: Session, plan: Plan, unit: Unit, contact: Account
) -> None:
    choose(session, contact, at("22 08:00"), digest=False)
    sent = []
    for number in range(6):
        make_task(session, plan, f"任务第{number}件", units=[unit], due=date(2026, 9, 28))
        sent += tick(session, at("23 10:00") + timedelta(minutes=number))

    [rest] = tick(session, at("24 08:00"))

    assert len(sent) == 3
    assert [f"任务第{number}件" in rest.body for number in range(6)] == [False, False, False, True, True, True]


def test_a_new_hour_holds_for_what_waits_already(
    session: Session, unit: Unit, contact: Account, task: Task
) -> None:
    assert tick(session, at("22 08:30")) == [], "ready at nine"
    tick(session, at("22 09:00"))
    make_task(session, task.plan, "更新公开指南", units=[unit], due=date(2026, 9, 29))
    assert tick(session, at("22 09:30")) == []

    choose(session, contact, at("22 10:00"), hour=11)

    assert tick(session, at("22 19:00")) == [], "today has had its letter"
    assert tick(session, at("23 10:00")) == []
    [letter] = tick(session, at("23 11:00"))
    assert "更新公开指南" in letter.body


def test_only_the_ways_that_are_wanted_are_used(session: Session, contact: Account, task: Task) -> None:
    choose(session, contact, at("21 08:00"), wanted=["sms"])
    [letter] = tick(session, at("22 09:00"), ROUTES)
    rows = session.scalars(select(OutboxItem.channel)).all()

    assert letter.address == "13800138000"
    assert sorted(rows) == [INBOX, "sms"]


def test_a_way_declined_while_a_letter_waits_is_not_used_and_used_again_when_wanted_again(
    session: Session, contact: Account, task: Task
) -> None:
    choose(session, contact, at("21 08:00"), hour=15)
    assert tick(session, at("22 09:00")) == []
    choose(session, contact, at("22 10:00"), hour=15, wanted=[], version=1)
    assert tick(session, at("22 15:00")) == []
    choose(session, contact, at("22 16:00"), hour=15, wanted=["mail"], version=2)

    assert len(tick(session, at("22 16:01"))) == 1


@pytest.mark.parametrize("hour", [0, 8, 20, 23])
def test_a_quiet_hour_is_none_to_be_chosen(session: Session, contact: Account, hour: int) -> None:
    with pytest.raises(HourNotOffered):
        choose(session, contact, at("22 08:00"), hour=hour)


def test_a_choice_is_ones_own_and_made_on_what_was_seen(session: Session, contact: Account, task: Task) -> None:
    deputy = make_account(session, "unit", unit=make_unit(session))
    acting = of(deputy).in_place_of(contact.id, contact.display_name, "unit", contact.unit_id)
    with pytest.raises(NotOnesOwn):
        preferences.mute(session, acting, task_id=task.id, now=at("22 08:00"))
    choose(session, contact, at("22 08:00"))

    with pytest.raises(VersionConflict):
        choose(session, contact, at("22 08:00"))


# -- muting -----------------------------------------------------------------------------------------------


def test_a_muted_task_is_not_heard_of_until_it_is_overdue(session: Session, contact: Account, task: Task) -> None:
    preferences.mute(session, of(contact), task_id=task.id, now=at("21 10:00"))

    assert tick(session, at("22 09:00")) == []
    assert tick(session, at("29 09:00")) == []
    assert inbox(session, contact) == []
    [late] = tick(session, at("30 09:00"))
    assert late.subject == "已逾期：公布清理结果"


def test_a_task_muted_while_its_letter_waits_is_not_told(session: Session, contact: Account, task: Task) -> None:
    choose(session, contact, at("21 08:00"), hour=15)
    tick(session, at("22 09:00"))
    preferences.mute(session, of(contact), task_id=task.id, now=at("22 10:00"))

    assert tick(session, at("22 15:00")) == []


def test_a_task_that_is_heard_of_again_tells_what_still_holds(session: Session, contact: Account, task: Task) -> None:
    preferences.mute(session, of(contact), task_id=task.id, now=at("21 10:00"))
    tick(session, at("22 09:00"))
    preferences.unmute(session, of(contact), task_id=task.id, now=at("24 10:00"))

    [letter] = tick(session, at("24 10:01"))

    assert letter.subject == "临近到期（提前3个工作日）：公布清理结果"
    assert len(inbox(session, contact)) == 1


def test_a_colleague_still_hears_what_one_has_muted(session: Session, unit: Unit, contact: Account, task: Task) -> None:
    colleague = make_account(session, "unit", unit=unit, email="wang@jyj.qingxi.example")
    preferences.mute(session, of(contact), task_id=task.id, now=at("21 10:00"))

    [letter] = tick(session, at("22 09:00"))

    assert letter.address == colleague.email
    assert preferences.silenced(session, now=at("22 09:00")) == []


def test_the_office_sees_which_tasks_nobody_of_a_unit_hears_of(
    session: Session, unit: Unit, contact: Account, task: Task
) -> None:
    head = make_account(session, "unit", unit=unit)
    head.duty = Addressee.HEAD.value
    preferences.mute(session, of(contact), task_id=task.id, now=at("21 10:00"))

    [silent] = preferences.silenced(session, now=at("22 09:00"))

    assert (silent.task, silent.unit, silent.people) == (task, unit, [contact])
    task.assignments[0].status = "done"
    session.flush()
    assert preferences.silenced(session, now=at("22 09:00")) == []


# -- any order --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(4))
def test_however_ticks_fall_each_delivery_goes_in_one_letter(
    session: Session, plan: Plan, unit: Unit, contact: Account, seed: int
) -> None:
    chances, now = random.Random(seed), at("21 07:00")
    digest = seed % 2 == 0
    choose(session, contact, now, digest=digest, hour=chances.choice([9, 14]))
    letters: dict[str, datetime] = {}
    # A week and more of ticks at any distance, then the afternoons after the holidays.
    ends = [at("24 15:00") + timedelta(days=days) for days in (14, 15, 18)]
    for number in range(43):
        if number < 40 and chances.random() < 0.5:
            make_task(session, plan, f"第{number:02}项", units=[unit], due=date(2026, 10, 15))
        for letter in tick(session, now):
            assert letter.key not in letters
            letters[letter.key] = now
        now += timedelta(minutes=chances.choice([1, 20, 300, 300, 600]))
        now = ends[min(number - 39, 2)] if number >= 39 else now

    mails = session.scalars(select(OutboxItem).where(OutboxItem.channel == MAIL)).all()
    assert {row.state for row in mails} <= {"sent", "cancelled"}
    sent = [row for row in mails if row.state == "sent"]
    assert {row.letter_key for row in sent} == set(letters)
    urgent = {row.letter_key for row in sent if row.ready_at is None}
    a_day = Counter(china_day(when) for key, when in letters.items() if key not in urgent)
    assert max(a_day.values()) <= (1 if digest else 3)
    assert all(row.ready_at <= letters[row.letter_key] for row in sent if row.ready_at is not None)


def test_what_was_let_go_too_early_still_waits_for_its_moment(session: Session, contact: Account, task: Task) -> None:
    choose(session, contact, at("21 08:00"), hour=15)
    assert tick(session, at("23 09:00")) == []
    for row in session.scalars(select(OutboxItem).where(OutboxItem.state == "due")):
        row.not_before = at("23 09:01")

    assert tick(session, at("23 09:05")) == []
    assert len(tick(session, at("23 15:00"))) == 1


def test_what_is_urgent_does_not_stand_behind_a_morning_of_digests(
    session: Session, plan: Plan, contact: Account, owed: Obligation
) -> None:
    for _ in range(4):
        other = make_unit(session)
        make_account(session, "unit", unit=other, email=f"u{other.id}@qingxi.example")
        make_task(session, plan, units=[other], due=date(2026, 9, 29))
    reminding.plan(session, now=at("23 08:50"))
    urge_return(session, owed, now=at("23 10:00"))

    first, *rest = tick(session, at("23 10:00"))

    assert first.address == contact.email
    assert "马上办" in first.subject
    assert len(rest) == 4

"""Reminders of what is no return and no checkpoint: planned from what the pages show, and true when they go."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_account, make_plan, make_task, make_unit
from tests.services import meeting_city as town
from tests.services.test_reminding import deliver_all, inbox_of
from tests.support.counting import enter, make_target
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import instant
from tracker.domain.clock import PUBLISH
from tracker.domain.notices import Addressee
from tracker.domain.request import RequestKind
from tracker.services import (
    claiming,
    clock_acts,
    decisions,
    handovers,
    instructions,
    meetings,
    reminding,
    requesting,
    settings,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.decisions import Seen
from tracker.services.requesting import Asked, Granting
from tracker.store.queries import receipts
from tracker.store.tables import Account, InboxItem, Notice, OutboxItem, Task, Unit

OFFICE = Actor(account_id=None, name="陈雨", role="office")
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def unit(session: Session) -> Unit:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    return make_unit(session, "市教育局")


@pytest.fixture
def contact(session: Session, unit: Unit) -> Account:
    return make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")


@pytest.fixture
def office(session: Session) -> Account:
    return make_account(session)


def acting(account: Account) -> Actor:
    return Actor(account.id, account.display_name, account.role, account.unit_id)


def at(day: date, hour: int = 10) -> datetime:
    return instant(day, NOW.time().replace(hour=hour))


def hears(session: Session, account: Account, now: datetime, spool: Path) -> list[InboxItem]:
    """What a person finds after the reminders were planned and delivered."""
    reminding.plan(session, now=now)
    deliver_all(session, spool, now)
    return inbox_of(session, account)


def withdrawn(session: Session, now: datetime, spool: Path) -> set[str]:
    """What becomes of planned deliveries when nothing is planned in between."""
    deliver_all(session, spool, now)
    return {item.state for item in session.scalars(select(OutboxItem))}


@pytest.fixture
def task(session: Session, unit: Unit) -> Task:
    return make_task(session, make_plan(session), "编制目录", units=[unit], due=date(2026, 12, 31))


def ask(session: Session, contact: Account, task: Task, now: datetime = NOW) -> int:
    asked = Asked(RequestKind.EXTENSION, reason="等省里文件", wanted_on=date(2027, 1, 31))
    return requesting.ask(session, acting(contact), task_id=task.id, asked=asked, now=now).id


def test_a_request_goes_to_the_office_and_its_answer_to_the_unit_once(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    request_id = ask(session, contact, task)
    [asked] = hears(session, office, LATER, tmp_path)
    assert (asked.subject, asked.link) == ("申请待处理：市教育局申请延期：编制目录", "/requests")
    assert inbox_of(session, contact) == []

    requesting.grant(session, OFFICE, request_id=request_id, granting=Granting(), now=LATER)
    for hours in (0, 24):
        answered = hears(session, contact, LATER + timedelta(hours=hours), tmp_path)

    assert [item.subject for item in answered] == ["申请答复：延期申请已同意：编制目录"]
    assert answered[0].link == f"/tasks/{task.id}"
    assert len(inbox_of(session, office)) == 1


def test_a_request_that_is_answered_before_the_letter_goes_is_not_said_to_wait(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    request_id = ask(session, contact, task)
    reminding.plan(session, now=LATER)
    requesting.grant(session, OFFICE, request_id=request_id, granting=Granting(), now=LATER)

    assert withdrawn(session, LATER, tmp_path) == {"cancelled"}
    assert inbox_of(session, office) == []


def test_a_clock_near_its_last_day_is_said_and_not_once_it_is_closed(
    session: Session, unit: Unit, contact: Account, tmp_path: Path
) -> None:
    facts = ClockFacts(PUBLISH.key, unit.id, "招生办法", date(2026, 9, 1))
    clock = clock_acts.start(session, acting(contact), facts=facts, now=NOW)
    [item] = hears(session, contact, at(TODAY), tmp_path)
    assert item.subject.startswith("时限临近到期（提前")
    assert item.link == f"/clocks/{clock.id}"

    reminding.plan(session, now=at(date(2026, 10, 30)))
    clock.voided_at, clock.void_reason = NOW, "填错了"
    session.flush()
    deliver_all(session, tmp_path, at(date(2026, 10, 30)))

    assert len(inbox_of(session, contact)) == 1


def test_unclaimed_parts_are_one_reminder_a_plan_until_they_are_claimed(
    session: Session, unit: Unit, contact: Account, tmp_path: Path
) -> None:
    plan = make_plan(session)
    for _ in range(3):
        make_task(session, plan, units=[unit]).qualifier = "按职责分工负责"
    session.flush()
    claiming.open_missing(session, plan.id, now=NOW)
    by = receipts.claim_days(session)[plan.id]

    [item] = hears(session, contact, at(by), tmp_path)
    assert (item.subject, item.link) == ("认领到期：3项任务", "/my/claims")

    late = at(by + timedelta(days=30))
    reminding.plan(session, now=late)
    claiming.take_all(session, acting(contact), now=late)
    deliver_all(session, tmp_path, late)
    assert len(inbox_of(session, contact)) == 1
    assert reminding.plan(session, now=late).added == 0


def test_an_instruction_is_said_on_its_day_until_it_is_answered(
    session: Session, unit: Unit, contact: Account, task: Task, tmp_path: Path
) -> None:
    leader = make_account(session, "leader")
    row = instructions.write(
        session, acting(leader), plan_id=None, task_id=task.id, words="请抓紧办理。", now=NOW
    )
    due_on = TODAY + timedelta(days=5)
    instructions.assign(
        session, OFFICE, instruction_id=row.id, version=row.version, unit_id=unit.id, due_on=due_on,
        asked="附上清单", now=NOW,
    )  # fmt: skip

    [item] = hears(session, contact, at(due_on), tmp_path)

    assert (item.subject, item.link) == ("批示办理到期：附上清单", f"/instructions/{row.id}")


def test_a_contact_who_leaves_without_a_successor_is_asked_for_one(
    session: Session, contact: Account, tmp_path: Path
) -> None:
    row = handovers.report(
        session, acting(contact), account_id=contact.id, changed_on=TODAY, why="调任", now=NOW
    )

    [item] = hears(session, contact, at(date(2026, 10, 8)), tmp_path)

    assert item.subject.startswith("新联系人备案")
    assert item.link == f"/handovers/{row.id}"


def test_a_meeting_and_what_it_agreed_on_reach_the_units(session: Session, tmp_path: Path) -> None:
    city = town.built(session)
    people = {unit.id: make_account(session, "unit", unit=unit) for unit in (city.justice, city.health)}
    meeting = town.called(session, city)
    for account in people.values():
        [item] = hears(session, account, NOW, tmp_path)
        assert item.subject == "例会：9月例会"
        assert "三楼会议室" in item.body
        assert item.link == f"/meetings/{meeting.id}"
    town.propose(session, city, meeting)
    town.close(session, city, meeting)

    told = hears(session, people[city.justice.id], at(town.LATER), tmp_path)

    assert "议定事项到期：开放数据接口" in [item.subject for item in told]
    assert not any("议定事项" in item.subject for item in inbox_of(session, people[city.health.id]))


def test_a_decision_that_was_reported_is_not_asked_for(session: Session, tmp_path: Path) -> None:
    city = town.built(session)
    account = make_account(session, "unit", unit=city.justice)
    row = town.agreed(session, city)
    reminding.plan(session, now=at(town.LATER))
    seen = Seen(row.id, row.version)
    link = "https://www.qingxi.example/jk"
    decisions.report(session, acting(account), seen, words="已开放", evidence_url=link, now=town.AFTER)

    deliver_all(session, tmp_path, at(town.LATER))

    assert not any("议定事项" in item.subject for item in inbox_of(session, account))


def test_a_cancelled_meeting_is_not_said(session: Session, tmp_path: Path) -> None:
    city = town.built(session)
    account = make_account(session, "unit", unit=city.justice)
    meeting = town.called(session, city)
    reminding.plan(session, now=NOW)
    meetings.cancel(
        session, city.office, meeting_id=meeting.id, version=meeting.version, why="改期", now=NOW
    )

    assert not any(item.link.startswith("/meetings/") for item in hears(session, account, NOW, tmp_path))


def test_a_quota_behind_its_pace_is_said_once_a_month_until_it_is_met(
    session: Session, unit: Unit, contact: Account, task: Task, tmp_path: Path
) -> None:
    target = make_target(session, task, minimum=2)
    [item] = hears(session, contact, NOW, tmp_path)
    assert item.subject.startswith("次数落后：全年")
    assert item.link == f"/quotas?plan={task.plan_id}#q{target.id}"
    assert "应有2次，现有0次" in item.body
    assert len(hears(session, contact, NOW + timedelta(days=4), tmp_path)) == 1
    assert len(hears(session, contact, at(date(2026, 10, 20)), tmp_path)) == 2

    reminding.plan(session, now=at(date(2026, 11, 3)))
    for month in (3, 4):
        enter(session, target, unit, f"2026-0{month}-10", f"https://www.qingxi.example/{month}")
    deliver_all(session, tmp_path, at(date(2026, 11, 3)))
    assert len(inbox_of(session, contact)) == 2


def test_the_office_hears_of_failed_deliveries_once_a_day(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    ask(session, contact, task)
    assert len(hears(session, office, LATER, tmp_path)) == 1
    session.scalars(select(OutboxItem)).first().state = "dead"  # type: ignore[union-attr]
    session.flush()

    for minutes in (0, 30):
        told = hears(session, office, LATER + timedelta(minutes=minutes), tmp_path)

    assert (told[0].subject, told[0].link) == ("提醒没有送达：1条", "/deliveries")
    assert len(told) == 2


def test_a_step_further_the_head_and_then_the_office_hear_of_it_too(
    session: Session, unit: Unit, contact: Account, office: Account, tmp_path: Path
) -> None:
    head = make_account(session, "unit", unit=unit)
    head.duty = Addressee.HEAD.value
    make_account(session, "administrator")  # who gets the self-check
    make_task(session, make_plan(session), "更新指南", units=[unit], due=date(2026, 9, 10))

    told = [
        [len(hears(session, each, at(date.fromisoformat(day)), tmp_path)) for each in (contact, head, office)]
        for day in ("2026-09-11", "2026-09-17", "2026-09-24")
    ]

    assert told == [[1, 0, 0], [2, 1, 0], [3, 2, 1]]
    [item] = inbox_of(session, office)
    assert item.subject == "市教育局：已逾期：更新指南"


def test_a_unit_whose_only_person_is_its_head_still_hears(session: Session, unit: Unit, tmp_path: Path) -> None:
    head = make_account(session, "unit", unit=unit)
    head.duty = Addressee.HEAD.value
    make_task(session, make_plan(session), units=[unit], due=TODAY)

    assert len(hears(session, head, NOW, tmp_path)) == 1


def test_planning_again_adds_nothing_whatever_is_wanted(
    session: Session, unit: Unit, contact: Account, office: Account, task: Task
) -> None:
    ask(session, contact, task)
    make_target(session, task, minimum=2)
    clock_acts.start(
        session, acting(contact), facts=ClockFacts(PUBLISH.key, unit.id, "办法", date(2026, 8, 25)), now=NOW
    )
    first = reminding.plan(session, now=LATER)

    again = reminding.plan(session, now=LATER)

    assert first.added == len(session.scalars(select(Notice)).all()) == 3
    assert (again.added, again.withdrawn, again.deliveries) == (0, 0, 0)


def test_administrators_hear_of_failed_deliveries_in_their_inbox_too(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    administrator = make_account(session, "administrator", email="admin@qingxi.example")
    ask(session, contact, task)
    hears(session, office, LATER, tmp_path)
    session.scalars(select(OutboxItem)).first().state = "dead"  # type: ignore[union-attr]
    session.flush()

    told = hears(session, administrator, LATER + timedelta(minutes=30), tmp_path)

    assert [item.subject for item in told] == ["提醒没有送达：1条"]


def test_each_workday_administrators_are_told_what_was_to_be_sent_the_workday_before(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    administrator = make_account(session, "administrator")
    ask(session, contact, task)
    sent = len(hears(session, office, NOW, tmp_path))
    next_day = at(date(2026, 9, 28))  # behind a holiday and a weekend

    told = [item.subject for item in hears(session, administrator, next_day, tmp_path)]
    again = [item.subject for item in hears(session, administrator, next_day + timedelta(hours=1), tmp_path)]

    assert sent == 1
    assert told == again == ["每日自检：9月24日至9月27日应发1，已发1，未确认0，失败0"]
    assert all("自检" not in item.subject for item in inbox_of(session, office))


def test_where_there_is_no_administrator_the_office_gets_the_self_check(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    ask(session, contact, task)
    hears(session, office, NOW, tmp_path)

    told = hears(session, office, at(date(2026, 9, 28)), tmp_path)

    assert any(item.subject.startswith("每日自检") for item in told)


def test_after_weeks_of_standing_still_the_self_check_says_that_nothing_was_to_be_sent(
    session: Session, contact: Account, office: Account, task: Task, tmp_path: Path
) -> None:
    assert not any(item.subject.startswith("每日自检") for item in hears(session, office, at(TODAY), tmp_path))
    ask(session, contact, task)
    hears(session, office, LATER, tmp_path)

    told = hears(session, office, at(date(2026, 11, 12)), tmp_path)

    assert any(item.subject.startswith("每日自检：11月11日应发0") for item in told)

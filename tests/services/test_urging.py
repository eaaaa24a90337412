"""催办: the list before it goes, what goes is that list, and nobody is urged twice a day for one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.services import meeting_city
from tests.support.at_once import at_once
from tests.support.counting import OFFICE
from tests.support.databases import opened
from tests.support.urging import urge_all, urge_return
from tracker.clock import CHINA
from tracker.domain.china_time import instant
from tracker.domain.delivery import BY_MAIL, Reach, Route
from tracker.domain.urging import UrgeKind, UrgeScope, leaves
from tracker.services import claiming, sending, urging
from tracker.services.urging import NobodyTicked, NothingToUrge, Urged
from tracker.store.queries import reminders
from tracker.store.tables import Account, AuditEvent, Notice, Obligation, OutboxItem, Plan, Unit

BY_SMS = Route("sms", Reach.PHONE, "短信")
IN_THE_EVENING = datetime(2026, 9, 24, 21, 0, tzinfo=CHINA)


@dataclass(frozen=True)
class City:
    """Three units that owe the week's return: one with a mail address and a telephone, one without an account."""

    plan: Plan
    units: tuple[Unit, ...]
    owed: tuple[Obligation, ...]
    contact: Account

    @property
    def week(self) -> UrgeScope:
        return UrgeScope(UrgeKind.RETURNS, self.plan.id, self.owed[0].period_id)

    @property
    def late(self) -> UrgeScope:
        return UrgeScope(UrgeKind.TASKS)


def built(session: Session) -> City:
    plan = make_plan(session)
    period = make_period(session, make_cadence(session, plan))
    names = ("市教育局", "市司法局", "市档案馆")
    units = tuple(make_unit(session, name, position=place) for place, name in enumerate(names))
    owed = tuple(make_obligation(session, period, unit) for unit in units)
    contact = make_account(session, "unit", unit=units[0], username="林知远", email="lin@jyj.qingxi.example")
    contact.phone = "13800001234"
    make_account(session, "unit", unit=units[1])
    session.flush()
    return City(plan, units, owed, contact)


@pytest.fixture
def city(session: Session) -> City:
    return built(session)


def names(lines: tuple[urging.Line, ...]) -> list[str]:
    return [line.unit.name for line in lines]


def inbox(session: Session, account: Account, now: datetime = NOW) -> list[str]:
    """Subjects in a person's inbox once everything that may go has gone."""
    while (claim := sending.take(session, "worker", now=now)) is not None:
        sending.open_letter(session, claim, site="http://taizhang.example", now=now)
    return [item.subject for item in reminders.inbox(session, account.id)]


def test_the_list_says_what_each_owes_who_hears_it_and_by_which_ways(session: Session, city: City) -> None:
    found = urging.listing(session, city.week, routes=(BY_MAIL, BY_SMS), now=NOW)

    assert names(found.reached) == ["市教育局", "市司法局"]
    assert names(found.nobody) == ["市档案馆"]
    assert found.later is None
    [hearer] = found.reached[0].hearers
    assert (found.reached[0].count, found.reached[0].owed[0].what) == (1, "一周一进度第39周")
    assert hearer == urging.Hearer("林知远", ("站内", "邮件 l***@jyj.qingxi.example", "短信 138***34"))


@pytest.mark.parametrize("routes", [(BY_MAIL,), (BY_MAIL, BY_SMS)], ids=["mail", "mail and short messages"])
def test_what_goes_is_the_list_and_nothing_else(
    session: Session, city: City, routes: tuple[Route, ...]
) -> None:
    found = urging.listing(session, city.week, routes=routes, now=NOW)
    ticked = [line.refs for line in found.reached]

    done = urging.urge(session, OFFICE, scope=city.week, refs=ticked, routes=routes, now=NOW)

    ways = sum(len(hearer.ways) for line in found.reached for hearer in line.hearers)
    assert (done.notices, done.units) == (2, 2)
    assert session.scalar(select(func.count()).select_from(Notice)) == done.notices
    assert session.scalar(select(func.count()).select_from(OutboxItem)) == ways
    [event] = session.scalars(select(AuditEvent).where(AuditEvent.action == "unit:urge"))
    assert len(event.detail["notices"]) == 2


def test_who_is_unticked_is_not_urged_and_stands_on_the_list_of_the_next(
    session: Session, city: City
) -> None:
    done = urge_return(session, city.owed[1], now=NOW)

    left = urging.listing(session, city.week, now=NOW)
    assert done.notices == 1
    assert names(left.reached) == ["市教育局"]
    assert names(left.already) == ["市司法局"]
    assert urging.not_urged_today(session, city.week, now=NOW) == 2, "one of them has no account"
    assert names(urging.listing(session, city.week, now=NOW + timedelta(days=1)).already) == []


def test_who_hands_in_meanwhile_is_left_out_and_named(session: Session, city: City) -> None:
    ticked = [line.refs for line in urging.listing(session, city.week, now=NOW).reached]
    city.owed[0].state = "submitted"
    session.flush()

    done = urging.urge(session, OFFICE, scope=city.week, refs=ticked, now=NOW)

    assert (done.notices, done.settled, done.already) == (1, ("市教育局",), ())


def test_who_was_urged_meanwhile_by_another_is_named(session: Session, city: City) -> None:
    ticked = [line.refs for line in urging.listing(session, city.week, now=NOW).reached]
    urge_return(session, city.owed[0], now=NOW)

    done = urging.urge(session, OFFICE, scope=city.week, refs=ticked, now=NOW)

    assert (done.notices, done.settled, done.already) == (1, (), ("市教育局",))


def test_somebody_has_to_be_ticked(session: Session, city: City) -> None:
    with pytest.raises(NobodyTicked):
        urging.urge(session, OFFICE, scope=city.week, refs=[], now=NOW)


@pytest.mark.parametrize("ref", ["o1", "zz", "o0:u0", "o999999:u999999", "', --"])
def test_a_tick_that_names_nothing_urges_nobody(session: Session, city: City, ref: str) -> None:
    with pytest.raises(NothingToUrge):
        urging.urge(session, OFFICE, scope=city.week, refs=[ref], now=NOW)

    assert session.scalar(select(func.count()).select_from(Notice)) == 0


def test_a_unit_without_an_account_cannot_be_urged_by_a_made_up_tick(session: Session, city: City) -> None:
    with pytest.raises(NothingToUrge):
        urge_return(session, city.owed[2], now=NOW)


def test_what_is_urged_in_the_evening_leaves_the_house_the_next_morning_and_the_list_says_so(
    session: Session, city: City
) -> None:
    found = urging.listing(session, city.week, now=IN_THE_EVENING)

    done = urge_return(session, city.owed[0], now=IN_THE_EVENING)

    assert found.later == done.later == datetime(2026, 9, 25, 8, 0, tzinfo=CHINA)
    assert urge_return(session, city.owed[1], now=IN_THE_EVENING).later is None, "only the inbox is told"
    [mail] = session.scalars(select(OutboxItem).where(OutboxItem.channel == "mail"))
    assert mail.not_before == found.later


def test_the_late_tasks_of_a_plan_are_one_notice_a_unit(session: Session, city: City) -> None:
    late = date(2026, 9, 1)
    make_task(session, city.plan, "公开招生政策", units=city.units[:2], due=late)
    make_task(session, city.plan, "更新公开指南", units=[city.units[0]], due=late)
    make_task(
        session, city.plan, "已经报完成", units=[city.units[0]], due=late, statuses={city.units[0].id: "done"}
    )
    make_task(session, city.plan, "还没有到期", units=[city.units[0]], due=date(2026, 10, 30))

    found = urging.listing(session, city.late, now=NOW)
    done = urge_all(session, city.late, now=NOW)

    assert [(line.unit.name, line.count) for line in found.reached] == [("市教育局", 2), ("市司法局", 1)]
    assert (done.notices, done.units) == (2, 2)
    assert inbox(session, city.contact) == ["催办：2项任务已逾期"]


def test_a_unit_that_reports_its_late_task_done_before_the_letter_goes_hears_nothing(
    session: Session, city: City
) -> None:
    task = make_task(session, city.plan, "公开招生政策", units=city.units[:1], due=date(2026, 9, 1))
    urge_all(session, city.late, now=NOW)

    task.assignments[0].status = "done"
    session.flush()

    assert inbox(session, city.contact) == []


def test_unclaimed_parts_are_urged_of_one_plan(session: Session, city: City) -> None:
    task = make_task(session, city.plan, units=city.units[:2])
    task.qualifier = "按职责分工负责"
    session.flush()
    claiming.open_missing(session, city.plan.id, now=NOW)
    scope = UrgeScope(UrgeKind.CLAIMS, city.plan.id)

    done = urge_all(session, scope, now=NOW)

    assert done.notices == 2
    assert inbox(session, city.contact) == ["催办：请认领1项任务"]


@dataclass(frozen=True)
class Shared:
    """The same city in a database that several people write to."""

    engine: Engine
    scope: UrgeScope
    refs: tuple[str, ...]

    def press(self, session: Session) -> Urged:
        return urging.urge(session, OFFICE, scope=self.scope, refs=self.refs, now=NOW)


@pytest.fixture
def shared(engine_url: str) -> Iterator[Shared]:
    with opened(engine_url) as engine:
        with Session(engine, expire_on_commit=False) as session, session.begin():
            city = built(session)
            found = urging.listing(session, city.week, now=NOW)
        yield Shared(engine, city.week, tuple(line.refs for line in found.reached))


def test_two_people_who_press_at_once_make_one_notice_a_unit(shared: Shared) -> None:
    first, second = at_once(shared.engine, shared.press, shared.press)

    sentences = sorted(came.sentence for came in (first, second))
    [answer] = [came.answer for came in (first, second) if came.done]
    assert sentences == ["", str(NothingToUrge.__doc__)]
    assert isinstance(answer, Urged)
    with Session(shared.engine) as session:
        assert session.scalar(select(func.count()).select_from(Notice)) == answer.notices == 2
        rows = select(OutboxItem.notice_id, OutboxItem.channel, OutboxItem.account_id)
        found = [tuple(row) for row in session.execute(rows)]
        assert len(found) == len(set(found)) == 3, "two inboxes and one mail"


def test_what_a_meeting_agreed_on_is_urged_once_it_is_late_and_until_it_is_reported(session: Session) -> None:
    city = meeting_city.built(session)
    row = meeting_city.agreed(session, city)
    contact = make_account(session, "unit", unit=city.justice)
    scope = UrgeScope(UrgeKind.DECISIONS, row.plan_id)
    late = instant(row.due_on + timedelta(days=1), time(10)) if row.due_on else NOW
    assert urging.listing(session, scope, now=late - timedelta(days=1)).lines == ()

    done = urge_all(session, scope, now=late)
    heard = inbox(session, contact, late)

    assert done.notices == 1
    assert [subject for subject in heard if subject.startswith("催办")] == [f"催办：{row.words}"]
    next_day = late + timedelta(days=1)
    assert urging.not_urged_today(session, scope, now=next_day) == 1
    row.state = "reported"
    session.flush()
    assert urging.not_urged_today(session, scope, now=next_day) == 0


def test_the_moment_at_which_the_quiet_hours_end_is_said_in_words() -> None:
    at = datetime(2026, 9, 25, 8, 0, tzinfo=CHINA)

    assert leaves(at, IN_THE_EVENING) == "明早8:00"
    assert leaves(at, at - timedelta(hours=2)) == "今早8:00"
    assert leaves(at.replace(hour=13, minute=30), at) == "今天13:30"
    assert leaves(at + timedelta(days=2), at) == "9月27日8:00"

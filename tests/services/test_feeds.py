"""A person's calendar shows what the database says, whatever changes; its address is a key that can be lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.services import meeting_city
from tests.services.meeting_city import AFTER, City, agreed, called
from tests.support.counting import OFFICE
from tracker.adapters import work_calendar
from tracker.documents.calendar_feed import calendar_feed
from tracker.domain.actor import Actor
from tracker.domain.china_time import CHINA
from tracker.domain.clock import PUBLISH
from tracker.domain.errors import NotAllowed
from tracker.domain.feed import FeedEntry, Subscriber
from tracker.domain.lockout import ADDRESS_LIMIT, LOCK
from tracker.services import (
    accounts,
    checkpoints,
    clock_acts,
    decisions,
    feeds,
    instructions,
    meetings,
    settings,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.decisions import Seen
from tracker.services.instructions import Leader
from tracker.services.tasks import cancel
from tracker.store import tables
from tracker.store.tables import AuditEvent, Checkpoint, Obligation, Period, Task, Unit

NOW, TODAY = factories.NOW, factories.TODAY
BASE = "https://gk.qingxi.example"
ADDRESS = "10.1.2.3"


@dataclass
class Wall:
    """A calendar that hangs on a wall and is fetched now and then."""

    session: Session
    who: Subscriber

    def fetch(self, now: datetime = NOW) -> dict[str, FeedEntry]:
        self.session.flush()
        found = feeds.events(self.session, self.who, now=now)
        entries = feeds.keep(self.session, self.who, found, now=now)
        again = feeds.told(self.session, self.who, found, now=now)
        assert again.entries == entries, "what was kept is what is told next"
        return {entry.event.uid: entry for entry in entries}


@pytest.fixture
def city(session: Session) -> City:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    return meeting_city.built(session)


def of_unit(session: Session, unit: Unit) -> Wall:
    account = factories.make_account(session, "unit", unit=unit)
    return Wall(session, Subscriber(account.id, "unit", unit.id, None))


def of_role(session: Session, role: str) -> Wall:
    return Wall(session, Subscriber(factories.make_account(session, role).id, role, None, None))


def task(session: Session, city: City, *units: Unit, day: date = date(2026, 9, 30), title: str = "清理规范性文件") -> Task:
    return factories.make_task(session, city.plan, title, units=units or (city.justice,), due=day)


def named(entries: Iterable[str], kind: str) -> list[str]:
    return sorted(uid for uid in entries if uid.startswith(f"{kind}-"))


def test_a_unit_sees_its_own_days_and_nobody_elses(session: Session, city: City) -> None:
    mine, other = task(session, city), task(session, city, city.health)
    row = agreed(session, city)
    clock = clock_acts.start(
        session, OFFICE, facts=ClockFacts(PUBLISH.key, city.health.id, "招生办法", TODAY), now=NOW
    )
    weekly = factories.make_cadence(session, city.plan)
    period = factories.make_period(session, weekly)
    owed = factories.make_obligation(session, period, city.justice)

    justice, health = of_unit(session, city.justice).fetch(), of_unit(session, city.health).fetch()

    assert set(justice) == {
        f"checkpoint-{mine.id}-20260930", f"meeting-{row.meeting_id}", f"decision-{row.id}", f"cutoff-{weekly.id}-2026-W39",
    }  # fmt: skip
    assert set(health) == {f"checkpoint-{other.id}-20260930", f"meeting-{row.meeting_id}", f"clock-{clock.id}"}
    cutoff = justice[f"cutoff-{weekly.id}-2026-W39"].event
    assert (cutoff.ends, cutoff.path) == (period.due_at, f"/my/returns/{owed.id}")


def test_the_file_says_what_the_database_says(session: Session, city: City) -> None:
    for day in (date(2026, 9, 30), date(2026, 12, 31)):
        task(session, city, day=day)
    meeting = called(session, city)

    entries = of_unit(session, city.justice).fetch().values()
    data = calendar_feed(entries, name="台账", base_url=BASE)

    events = {str(event["UID"]): event for event in Calendar.from_ical(data).walk("VEVENT")}
    points = session.scalars(select(Checkpoint).join(Task).where(Task.plan_id == city.plan.id)).all()
    assert len(events) == len(points) + 1
    for point in points:
        event = events[f"checkpoint-{point.task_id}-{point.due_on:%Y%m%d}@gk.qingxi.example"]
        assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (point.due_on, point.due_on + timedelta(days=1))
        assert str(event["URL"]) == f"{BASE}/tasks/{point.task_id}"
    held = events[f"meeting-{meeting.id}@gk.qingxi.example"]
    assert held.decoded("DTSTART") == meeting.starts_at.astimezone(CHINA)
    assert str(held["LOCATION"]) == meeting.place


def test_a_day_that_is_put_off_moves_the_same_event(session: Session, city: City) -> None:
    work = task(session, city)
    wall, uid = of_unit(session, city.justice), f"checkpoint-{work.id}-20260930"
    before = wall.fetch()[uid]

    checkpoints.put_off(session, work, work.checkpoints[0], date(2026, 10, 15), "同意延期", now=NOW)
    after = wall.fetch(NOW + timedelta(hours=1))

    assert set(after) == {uid}
    assert (before.sequence, before.event.starts) == (0, date(2026, 9, 30))
    assert (after[uid].sequence, after[uid].event.starts) == (1, date(2026, 10, 15))
    assert after[uid].changed_at > before.changed_at


def test_a_row_that_is_written_anew_is_the_same_event(session: Session, city: City) -> None:
    """An edition lays the days of a task out anew; UIDs are made of facts, not of rows."""
    work = task(session, city)
    wall = of_unit(session, city.justice)
    before = wall.fetch()

    old = work.checkpoints[0]
    work.checkpoints.append(
        Checkpoint(plan_id=work.plan_id, due_on=old.due_on, kind=old.kind, label=old.label, first_due_on=None)
    )
    work.checkpoints.remove(old)

    assert wall.fetch(NOW + timedelta(days=1)) == before


def test_work_that_is_done_stays_and_says_so(session: Session, city: City) -> None:
    work = task(session, city, city.justice, city.health)
    wall, other = of_unit(session, city.justice), of_unit(session, city.health)
    wall.fetch()
    work.assignments[0].status = "done"

    [entry] = wall.fetch().values()
    [waiting] = other.fetch().values()

    assert entry.event.summary == "节点：清理规范性文件（已完成）"
    assert (entry.sequence, entry.called_off_at) == (1, None)
    assert waiting.event.summary == "节点：清理规范性文件"


def test_what_is_called_off_is_cancelled_in_the_calendar(session: Session, city: City) -> None:
    work, meeting = task(session, city), called(session, city)
    clock = clock_acts.start(
        session, OFFICE, facts=ClockFacts(PUBLISH.key, city.justice.id, "招生办法", TODAY), now=NOW
    )
    wall = of_unit(session, city.justice)
    wall.fetch()

    cancel(session, city.office, task_id=work.id, reason="合并办理", version=work.version, now=NOW)
    meetings.cancel(session, city.office, meeting_id=meeting.id, why="改日再开", version=meeting.version, now=NOW)
    clock_acts.stop(session, OFFICE, clock_id=clock.id, version=1, since=TODAY, why="征求意见", now=NOW)
    after = wall.fetch(NOW + timedelta(hours=1))

    assert {uid: entry.event.called_off for uid, entry in after.items()} == {
        f"checkpoint-{work.id}-20260930": "已取消", f"meeting-{meeting.id}": "已取消", f"clock-{clock.id}": "已中止",
    }  # fmt: skip
    assert {entry.sequence for entry in after.values()} == {1}
    assert wall.fetch(NOW + timedelta(days=61)) == {}


def test_a_decision_that_becomes_a_task_leaves_its_day_to_the_task(session: Session, city: City) -> None:
    row = agreed(session, city)
    wall = of_unit(session, city.justice)
    wall.fetch()

    made = decisions.transfer(session, city.office, Seen(row.id, row.version), now=AFTER)

    after = wall.fetch(AFTER)
    assert after[f"decision-{row.id}"].event.called_off == "已转为任务"
    assert named(after, "checkpoint") == [f"checkpoint-{made.id}-{row.due_on:%Y%m%d}"]


def test_a_cut_off_is_known_before_its_period_opens_and_stays_the_same_event(session: Session, city: City) -> None:
    task(session, city)
    weekly = factories.make_cadence(session, city.plan)
    period = factories.make_period(session, weekly, "2026-W41", state="upcoming")
    wall, uid = of_unit(session, city.justice), f"cutoff-{weekly.id}-2026-W41"
    before = wall.fetch()[uid]

    period.state = "open"
    owed = factories.make_obligation(session, period, city.justice)
    opened = wall.fetch()[uid]
    owed.state = "submitted"
    handed_in = wall.fetch()[uid]
    owed.state = "waived"
    waived = wall.fetch()[uid]

    assert [each.event.path for each in (before, opened)] == ["/my", f"/my/returns/{owed.id}"]
    assert handed_in.event.summary == "报送截止：一周一进度第41周（已报）"
    assert (waived.called_off_at, waived.event.called_off) == (NOW, "免报")
    assert [each.sequence for each in (before, opened, handed_in, waived)] == [0, 1, 2, 3]


def test_who_is_not_asked_has_no_cut_off(session: Session, city: City) -> None:
    task(session, city)  # the other unit has no work
    factories.make_period(session, factories.make_cadence(session, city.plan), "2026-W41", state="upcoming")

    assert named(of_unit(session, city.health).fetch(), "cutoff") == []


def test_the_offices_calendar_is_not_flooded(session: Session, city: City) -> None:
    for number in range(30):
        task(session, city, day=date(2026, 12, 31), title=f"第{number}项")
    row = agreed(session, city)
    weekly = factories.make_cadence(session, city.plan)
    period = factories.make_period(session, weekly)
    for unit in (city.justice, city.health):
        factories.make_obligation(session, period, unit)

    entries = of_role(session, "office").fetch()

    assert set(entries) == {
        f"day-{city.plan.id}-20261231", f"day-{city.plan.id}-{row.due_on:%Y%m%d}", f"meeting-{row.meeting_id}",
        f"cutoff-{weekly.id}-2026-W39",
    }  # fmt: skip
    assert entries[f"day-{city.plan.id}-20261231"].event.summary == f"节点30项：{city.plan.title}"
    assert entries[f"cutoff-{weekly.id}-2026-W39"].event.summary == "报送截止：一周一进度第39周（应报2家）"


def test_a_leader_sees_checkpoints_by_day_and_meetings(session: Session, city: City) -> None:
    task(session, city)
    row = agreed(session, city)
    factories.make_obligation(session, factories.make_period(session, factories.make_cadence(session, city.plan)), city.justice)

    entries = of_role(session, "leader").fetch()

    assert set(entries) == {f"day-{city.plan.id}-20260930", f"meeting-{row.meeting_id}"}


def test_an_instruction_stands_in_the_calendar_of_who_has_to_answer(session: Session, city: City) -> None:
    row = instructions.write(
        session, city.office, plan_id=city.plan.id, task_id=None, words="请抓紧办理。", leader=Leader(name="周市长"), now=NOW
    )
    instructions.assign(
        session, city.office, instruction_id=row.id, version=row.version, unit_id=city.justice.id,
        due_on=date(2026, 10, 9), asked="报进展", now=NOW,
    )  # fmt: skip

    [entry] = of_unit(session, city.justice).fetch().values()

    assert (entry.event.uid, entry.event.summary) == (f"instruction-{row.id}", "批示：报进展")
    assert of_unit(session, city.health).fetch() == {}


def test_a_supervision_order_stands_on_the_day_of_its_answer(session: Session, city: City) -> None:
    order = tables.SupervisionOrder(
        year=2026, number=3, colour="yellow", plan_id=city.plan.id, unit_id=city.justice.id, unit_name="市司法局",
        asked="报整改情况", feedback_on=date(2026, 10, 12), sent_at=NOW, sent_by_name="陈雨",
    )  # fmt: skip
    session.add(order)
    session.flush()
    wall, office = of_unit(session, city.justice), of_role(session, "office")

    [entry] = wall.fetch().values()
    [counted] = office.fetch().values()
    order.state, order.settled_at = "withdrawn", NOW
    [withdrawn] = wall.fetch(NOW + timedelta(hours=1)).values()

    assert (entry.event.uid, entry.event.starts) == ("order-2026-3", date(2026, 10, 12))
    assert entry.event.summary == "督办单：〔2026〕3号（黄色）反馈"
    assert counted.event.summary == f"督办单1项：{city.plan.title}"
    assert withdrawn.event.called_off == "已撤回"
    assert of_unit(session, city.health).fetch() == {}


def test_the_calendars_of_a_scope_are_told_the_same(session: Session, city: City) -> None:
    work = task(session, city)
    telephone = of_unit(session, city.justice)
    telephone.fetch()
    checkpoints.put_off(session, work, work.checkpoints[0], date(2026, 10, 15), "同意延期", now=NOW)
    told = telephone.fetch(NOW + timedelta(hours=1))

    assert of_unit(session, city.justice).fetch(NOW + timedelta(days=2)) == told


def test_two_fetches_at_once_keep_one_row_each(session: Session, city: City) -> None:
    task(session, city)
    wall = of_unit(session, city.justice)
    found = feeds.events(session, wall.who, now=NOW)

    for _ in range(2):
        feeds.keep(session, wall.who, found, now=NOW)

    assert len(session.scalars(select(tables.FeedEntry)).all()) == 1


def person(session: Session, role: str = "office", unit: Unit | None = None) -> Actor:
    account = factories.make_account(session, role, unit=unit)
    return Actor(account.id, account.display_name, role, unit.id if unit else None)


def opens(session: Session, token: str, *, now: datetime = NOW) -> bool:
    return feeds.subscriber(session, token, address=ADDRESS, now=now) is not None


def test_an_address_is_kept_as_a_hash_replaced_and_revoked(session: Session) -> None:
    actor = person(session)

    first = feeds.make(session, actor, now=NOW)
    assert opens(session, first)
    second = feeds.make(session, actor, now=NOW)
    assert (opens(session, first), opens(session, second)) == (False, True)
    assert feeds.revoke(session, actor, now=NOW)

    assert not opens(session, second)
    assert not feeds.revoke(session, actor, now=NOW)
    assert not session.scalars(select(tables.FeedToken)).all()
    said = session.scalars(select(AuditEvent.summary).order_by(AuditEvent.id)).all()
    assert [words.removeprefix(actor.name) for words in said] == ["订阅日历", "更换日历订阅地址", "停止日历订阅"]
    assert not any(token in words for token in (first, second) for words in said)


def test_the_table_holds_no_token(session: Session) -> None:
    token = feeds.make(session, person(session), now=NOW)

    [row] = session.scalars(select(tables.FeedToken)).all()
    assert len(token) >= 43, "256 bits"
    assert token not in {row.token_hash, str(row.__dict__)}


def test_a_disabled_account_opens_nothing(session: Session) -> None:
    account = factories.make_account(session, "office")
    token = feeds.make(session, Actor(account.id, "陈雨", "office"), now=NOW)

    account.active = False
    session.flush()

    assert not opens(session, token)


def test_an_account_that_is_let_in_again_makes_a_new_address(session: Session) -> None:
    account = factories.make_account(session, "office")
    token = feeds.make(session, Actor(account.id, "陈雨", "office"), now=NOW)

    for active in (False, True):
        accounts.set_active(session, OFFICE, account_id=account.id, active=active, version=account.version, now=NOW)
        session.flush()

    assert not opens(session, token)


def test_who_moves_to_another_unit_sees_its_days(session: Session, city: City) -> None:
    account = factories.make_account(session, "unit", unit=city.justice)
    token = feeds.make(session, Actor(account.id, "李明", "unit", city.justice.id), now=NOW)
    account.unit_id = city.health.id
    session.flush()

    found = feeds.subscriber(session, token, address=ADDRESS, now=NOW)

    assert found is not None
    assert found.scope == f"unit-{city.health.id}"
    assert feeds.name_of(session, found) == "台账 · 市卫健委"


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_has_no_days_makes_no_address(session: Session, role: str) -> None:
    actor = person(session, role)

    with pytest.raises(NotAllowed):
        feeds.make(session, actor, now=NOW)


def test_wrong_addresses_lock_the_computer_they_come_from_for_a_while(session: Session) -> None:
    token = feeds.make(session, person(session), now=NOW)
    for _ in range(ADDRESS_LIMIT):
        assert not opens(session, "geraten")
        feeds.note_refusal(session, address=ADDRESS, now=NOW)

    with pytest.raises(feeds.TooManyWrongAddresses):
        opens(session, token)
    assert feeds.subscriber(session, token, address="10.9.9.9", now=NOW)
    assert opens(session, token, now=NOW + LOCK)


def test_a_proxy_that_names_nobody_locks_nobody_out(session: Session) -> None:
    token = feeds.make(session, person(session), now=NOW)
    for _ in range(ADDRESS_LIMIT * 2):
        feeds.note_refusal(session, address="127.0.0.1", now=NOW)

    assert feeds.subscriber(session, token, address="127.0.0.1", now=NOW)


def test_old_refusals_are_forgotten(session: Session) -> None:
    feeds.note_refusal(session, address=ADDRESS, now=NOW)
    feeds.note_refusal(session, address=ADDRESS, now=NOW + timedelta(hours=1))

    assert len(session.scalars(select(tables.FeedRefusal)).all()) == 1


def test_the_day_of_the_last_fetch_is_written_down_once_a_day(session: Session) -> None:
    actor = person(session)
    token = feeds.make(session, actor, now=NOW)

    for moment, news in ((NOW, True), (NOW + timedelta(hours=1), False), (NOW + timedelta(days=1), True)):
        who = feeds.subscriber(session, token, address=ADDRESS, now=moment)
        assert who is not None
        assert feeds.told(session, who, (), now=moment).news is news
        feeds.keep(session, who, (), now=moment)

    assert feeds.standing(session, actor).last_used_on == TODAY + timedelta(days=1)  # type: ignore[union-attr]


def test_periods_and_obligations_are_what_the_calendar_counts(session: Session, city: City) -> None:
    """Every cut-off of the unit's obligations is there, and nothing else is called one."""
    weekly = factories.make_cadence(session, city.plan)
    for week in range(30, 40):
        period = factories.make_period(session, weekly, f"2026-W{week}", state="closed" if week < 39 else "open")
        factories.make_obligation(session, period, city.justice, state="missed" if week < 39 else "open")

    shown = {entry.event.ends for entry in of_unit(session, city.justice).fetch().values()}

    oldest = datetime(2026, 7, 26, tzinfo=CHINA)
    owed = session.scalars(
        select(Period.due_at).join(Obligation).where(Obligation.unit_id == city.justice.id, Period.cadence_id == weekly.id)
    )
    assert shown == {moment for moment in owed if moment >= oldest}

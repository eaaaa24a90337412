"""What the page 提醒规则 tells of the two weeks to come."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import event, select
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
from tracker.clock import CHINA
from tracker.domain.notices import CONTACT, WITH_HEAD, NoticeKind, ReminderPolicy
from tracker.domain.reminder_policy import ReminderPolicies
from tracker.services import foreseeing, reminding
from tracker.store.tables import Notice, Plan, Unit

FRIDAY = datetime(2026, 9, 18, 10, tzinfo=CHINA)
POLICIES = ReminderPolicies()


@pytest.fixture
def units(session: Session) -> list[Unit]:
    made = [make_unit(session, name) for name in ("市教育局", "市民政局")]
    for unit in made:
        make_account(session, "unit", unit=unit)
    return made


@pytest.fixture
def plan(session: Session, units: list[Unit]) -> Plan:
    made = make_plan(session)
    made.confirmed_at = datetime(2026, 8, 1, tzinfo=CHINA)
    make_task(session, made, "编制目录", units=units, due=date(2026, 9, 23))
    session.flush()
    return made


def told(outlook: foreseeing.Outlook) -> list[tuple[str, str, int]]:
    return [(f"{day.day:%m-%d}", line.title, line.count) for day in outlook.days for line in day.lines]


@pytest.mark.usefixtures("plan")
def test_each_day_tells_what_is_said_and_to_whom(session: Session) -> None:
    outlook = foreseeing.outlook(session, POLICIES, now=FRIDAY)

    assert told(outlook) == [("09-23", "到期", 2), ("09-24", "已逾期", 2), ("09-30", "已逾期", 2)]
    assert (outlook.first, outlook.last, outlook.count) == (date(2026, 9, 18), date(2026, 10, 1), 6)
    _, first, second = (day.lines[0] for day in outlook.days)
    assert (first.to, second.to, second.units) == (CONTACT, WITH_HEAD, 2)
    [matter] = first.matters
    assert (matter.title, matter.units) == ("编制目录", ("市教育局", "市民政局"))
    assert outlook.busiest == foreseeing.Busiest("市教育局", 1, date(2026, 9, 23))


def test_a_week_that_is_not_open_yet_is_foreseen_with_those_who_will_owe(
    session: Session, plan: Plan, units: list[Unit]
) -> None:
    make_period(session, make_cadence(session, plan), "2026-W39", state="upcoming")
    policies = ReminderPolicies(ReminderPolicy(off=frozenset({NoticeKind.TASK_DUE, NoticeKind.TASK_OVERDUE})))

    outlook = foreseeing.outlook(session, policies, now=FRIDAY)

    assert told(outlook) == [
        ("09-21", "开始报送", 2), ("09-23", "即将截止", 2), ("09-24", "即将截止", 2), ("09-24", "尚未收到", 2),
    ]  # fmt: skip
    assert outlook.days[0].lines[0].matters[0].units == tuple(unit.name for unit in units)
    assert outlook.days[-1].busiest == foreseeing.Busiest("市教育局", 2, date(2026, 9, 24))


def test_it_changes_nothing_and_counts_what_a_worker_would_then_say(
    session: Session, plan: Plan, units: list[Unit]
) -> None:
    period = make_period(session, make_cadence(session, plan), "2026-W38")
    for unit in units:
        make_obligation(session, period, unit, state="missed")
    reminding.plan(session, now=FRIDAY)

    outlook = foreseeing.outlook(session, POLICIES, now=FRIDAY)

    assert told(outlook)[0] == ("09-23", "到期", 2)
    assert not session.new
    assert not session.dirty
    reminding.plan(session, now=datetime(2026, 9, 23, 9, tzinfo=CHINA))
    due = select(Notice).where(Notice.kind == NoticeKind.TASK_DUE)
    assert len(session.scalars(due).all()) == 2


def test_a_plan_is_looked_at_alone(session: Session, plan: Plan, units: list[Unit]) -> None:
    other = make_plan(session)
    make_task(session, other, "另一项", units=units[:1], due=date(2026, 9, 25))

    assert foreseeing.outlook(session, POLICIES, plan_id=other.id, now=FRIDAY).count == 2
    assert foreseeing.outlook(session, POLICIES, plan_id=plan.id, now=FRIDAY).count == 6
    every = foreseeing.outlook(session, POLICIES, now=FRIDAY)
    assert (every.count, every.several_plans) == (8, True)


def test_nothing_to_say_is_an_empty_list(session: Session) -> None:
    outlook = foreseeing.outlook(session, POLICIES, now=FRIDAY)

    assert (outlook.days, outlook.count, outlook.busiest) == ((), 0, None)


def test_a_larger_house_asks_the_database_no_more_often(
    session: Session, plan: Plan, units: list[Unit]
) -> None:
    cadence = make_cadence(session, plan)
    make_period(session, cadence, "2026-W39", state="upcoming")
    few = _statements(session)
    for number in range(12):
        make_task(
            session,
            plan,
            f"任务{number}",
            units=[*units, make_unit(session)],
            due=date(2026, 9, 20 + number % 8),
        )
    make_period(session, cadence, "2026-W40", state="upcoming")

    assert _statements(session) <= few


def _statements(session: Session) -> int:
    session.flush()
    session.expire_all()
    asked: list[object] = []

    def ask(*_: object) -> None:
        asked.append(None)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", ask)
    try:
        foreseeing.outlook(session, POLICIES, now=FRIDAY)
    finally:
        event.remove(engine, "before_cursor_execute", ask)
    return len(asked)

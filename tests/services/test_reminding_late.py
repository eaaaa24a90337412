"""What is said after weeks without a planning, and from which day on a moved day is announced."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta

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
from tests.support.everything import one_of_everything
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.domain.actor import Actor
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.supervision import OrderState
from tracker.domain.task import Role
from tracker.services import (
    calendars,
    clock_acts,
    decisions,
    reminder_policies,
    reminding,
    requesting,
    resting,
    settings,
    supervising,
    tasks,
)
from tracker.services.decisions import Seen
from tracker.services.requesting import Asked, Granting
from tracker.services.tasks import TaskChange
from tracker.services.wanted_facts import gather
from tracker.store.base import Base
from tracker.store.queries import reminders
from tracker.store.tables import (
    EventClock,
    MeetingDecision,
    Notice,
    OutboxItem,
    Plan,
    SupervisionOrder,
    Task,
    TaskRequest,
    Unit,
)

OFFICE = Actor(None, "陈雨", "office")


def at(day: str, clock: str = "10:00") -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{clock}").replace(tzinfo=CHINA)


@pytest.fixture
def unit(session: Session) -> Unit:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    found = make_unit(session, "市教育局")
    make_account(session, "unit", unit=found, email="lin@jyj.qingxi.example")
    return found


@pytest.fixture
def plan(session: Session) -> Plan:
    found = make_plan(session)
    found.confirmed_at = at("03-02")
    return found


def tick(session: Session, moment: datetime) -> None:
    """Plan and leave the stamp behind, as the worker does."""
    planned = reminding.plan(session, now=moment)
    resting.keep(session, "facts", holds_until=planned.holds_until, now=moment)
    session.flush()


def said(session: Session) -> list[str]:
    """The rungs of what stands."""
    standing = select(Notice.key).where(Notice.state == "planned").order_by(Notice.key)
    return [key.rpartition(":")[2] for key in session.scalars(standing)]


def test_what_was_reached_at_the_beginning_of_a_long_standstill_is_said_after_it_and_once(
    session: Session, plan: Plan, unit: Unit
) -> None:
    """Ten workdays after 9 September are the 22nd of it, the first day of the forty-five."""
    make_task(session, plan, units=[unit], due=date(2026, 9, 9))
    tick(session, at("09-21"))
    assert said(session) == ["overdue5"]

    for moment in (at("11-06"), at("11-06", "10:15"), at("11-30")):
        tick(session, moment)
        assert "overdue10" in said(session)

    deliveries = select(OutboxItem.state).join(Notice).where(Notice.key.endswith(":overdue10"))
    assert set(session.scalars(deliveries)) == {"due"}, "it waits still, and its age alone withdraws nothing"


def test_a_house_that_plans_for_the_first_time_says_nothing_old(session: Session, plan: Plan, unit: Unit) -> None:
    for month in range(3, 10):
        make_task(session, plan, units=[unit], due=date(2026, month, 9))

    tick(session, at("11-20"))

    assert said(session) == []


def test_an_answer_given_while_the_worker_stood_still_reaches_the_unit(
    session: Session, plan: Plan, unit: Unit
) -> None:
    tick(session, at("09-21"))
    task = make_task(session, plan, units=[unit], due=date(2026, 12, 24))
    session.add(
        TaskRequest(
            plan_id=plan.id, task_id=task.id, unit_id=unit.id, kind=RequestKind.EXTENSION, reason="等文件",
            made_by_name="林知远", made_at=at("09-22"), state=RequestState.REFUSED, decision="请按期完成。",
            decided_by_name="陈雨", decided_at=at("09-23"),
        )
    )  # fmt: skip
    session.flush()

    tick(session, at("10-12"))

    assert "refused" in said(session)


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(*args: object) -> None:
        statements.append(str(args[2]))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


def test_all_open_misses_of_the_year_are_counted_however_far_back_and_in_one_query(
    session: Session, plan: Plan, unit: Unit
) -> None:
    cadence, other = make_cadence(session, plan), make_unit(session, "市财政局")
    for week in range(10, 39):
        period = make_period(session, cadence, f"2026-W{week}", state="closed")
        make_obligation(session, period, unit, state="missed")
        make_obligation(session, period, other, state="accepted" if week % 2 else "missed")
    session.flush()

    with counted(session) as statements:
        facts = reminders.obligation_facts(session, since=at("08-20"))
    tick(session, at("09-21"))

    assert len(statements) == 2
    assert {fact.unit_id for fact in facts} == {unit.id, other.id}
    bodies = session.scalars(select(Notice.body).order_by(Notice.unit_id))
    assert [body.partition("此前还有")[2].partition("，")[0] for body in bodies if "此前" in body] == [
        "28期未报", "14期未报",
    ]  # fmt: skip


def since(session: Session, now: datetime, kind: str = "") -> set[date | None]:
    """From which day the checkpoints are known, or the duties of a kind."""
    facts = gather(session, reminder_policies.load(session), calendars.load(session), now=now)
    if not kind:
        return {fact.since for fact in facts.checkpoints}
    return {fact.since for fact in facts.duties if fact.kind == kind}


def granted(session: Session, task: Task, unit: Unit, day: date, now: datetime) -> None:
    asked = Asked(RequestKind.EXTENSION, "等省里文件", checkpoint_id=task.checkpoints[0].id, wanted_on=day)
    contact = Actor(None, "林知远", "unit", unit.id)
    row = requesting.ask(session, contact, task_id=task.id, asked=asked, now=now)
    session.flush()
    requesting.grant(session, OFFICE, request_id=row.id, granting=Granting(words="同意。"), now=now)


def moved(session: Session, task: Task, unit: Unit, day: date, now: datetime) -> None:
    change = TaskChange(task.title, {unit.id: Role.RESPONSIBLE}, {task.checkpoints[0].id: day}, None, "上级调整")
    tasks.change(session, OFFICE, task_id=task.id, version=task.version, wanted=change, now=now)


@pytest.mark.parametrize("move", [granted, moved])
def test_a_day_put_off_is_not_announced_at_once_by_the_far_rung_that_lies_behind(
    session: Session, plan: Plan, unit: Unit, move: Callable[[Session, Task, Unit, date, datetime], None]
) -> None:
    """Ten workdays before 30 September lie behind on the 18th, three are the 24th."""
    task = make_task(session, plan, units=[unit], due=date(2026, 9, 20))
    move(session, task, unit, date(2026, 9, 30), at("09-18"))
    session.flush()

    assert since(session, at("09-18")) == {date(2026, 9, 18)}
    tick(session, at("09-18", "11:00"))
    assert [rung for rung in said(session) if rung.startswith("soon")] == []
    tick(session, at("09-27"))
    assert [rung for rung in said(session) if rung.startswith("soon")] == ["soon3"]


def test_a_task_that_came_after_its_plan_is_announced_from_its_own_day_on(
    session: Session, plan: Plan, unit: Unit
) -> None:
    make_task(session, plan, units=[unit], due=date(2026, 9, 30)).created_at = at("09-18")

    assert since(session, at("09-18")) == {date(2026, 9, 18)}


def the(session: Session, table: type[Base]) -> int:
    return next(iter(session.scalars(select(table)))).id  # type: ignore[attr-defined,no-any-return]


def test_a_decision_and_an_order_moved_and_a_clock_that_went_on_are_known_from_that_day_on(session: Session) -> None:
    one_of_everything(session, 1)
    now = at("09-25")
    row = session.get_one(MeetingDecision, the(session, MeetingDecision))
    assert row.unit_id is not None
    decisions.move(
        session, OFFICE, Seen(row.id, row.version), unit_id=row.unit_id, due_on=date(2026, 10, 20), why="换期", now=now
    )
    order = session.get_one(SupervisionOrder, the(session, SupervisionOrder))
    order.state, order.answer, order.answered_at = OrderState.ANSWERED.value, "已办", now
    session.flush()
    supervising.send_back(
        session, OFFICE, order_id=order.id, version=order.version, why="不够", feedback_on=date(2026, 10, 20), now=now
    )
    clock = session.get_one(EventClock, the(session, EventClock))
    stop, go_on = now - timedelta(days=1), now
    clock_acts.stop(
        session, OFFICE, clock_id=clock.id, version=clock.version, since=stop.date(), why="补正", now=stop
    )
    session.flush()
    clock_acts.go_on(session, OFFICE, clock_id=clock.id, version=clock.version, until=go_on.date(), now=go_on)
    session.flush()

    for kind in ("decision", "supervision", "clock"):
        assert since(session, now, kind) == {date(2026, 9, 25)}, kind

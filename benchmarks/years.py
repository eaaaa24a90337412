"""A city of 60 units that all have a part in all of 150 tasks and report on each in 52 weeks, a year or many.

The rows are made in the database by a few statements, as many as a city in use would have: each year has
9,000 parts, 3,120 returns and close to half a million lines of returns. The newest year is nearly over; of
the years before everything is settled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import JSON, ColumnElement, case, func, insert, literal, select, true
from sqlalchemy.orm import Session

from tracker.adapters import work_calendar
from tracker.domain.china_time import instant
from tracker.services import settings
from tracker.store.tables import (
    Account,
    Assignment,
    Cadence,
    Checkpoint,
    CountedEvent,
    Obligation,
    Period,
    PeriodFact,
    PeriodLight,
    Plan,
    QuotaTarget,
    Return,
    ReturnLine,
    SupervisionOrder,
    Task,
    Unit,
    UnitClass,
)

UNITS, TASKS, WEEKS = 60, 150, 52
SECTIONS = ("一、主动公开", "二、政策解读", "三、依申请公开", "四、平台建设", "五、基层公开", "六、保障措施")
THIS_YEAR = 2026
WEEK = 51
"""The last week that is closed; the next one runs."""
NOW = instant(date.fromisocalendar(THIS_YEAR, WEEK + 1, 3), time(10))
"""Wednesday of the running week, before its cut-off."""
TODAY = NOW.astimezone(UTC).date()
CUT_OFF = time(17, 30)
LATE_ONE_IN, MISSED_ONE_IN = 7, 11
QUOTAS = 5


@dataclass(frozen=True)
class City:
    """What was laid out: the newest plan, and how many lines of returns there are."""

    plan_id: int
    unit_id: int
    week: str
    lines: int


def lay_out(session: Session, years: int) -> City:
    """Fill an empty database with this year and the years before it, as many as are wanted."""
    settings.seed_calendar(session, work_calendar.official_days(range(THIS_YEAR - years + 1, THIS_YEAR + 1)))
    session.add_all(
        Account(username=role, display_name=role, role=role, created_at=NOW) for role in ("office", "leader")
    )
    every = UnitClass(name="市直部门")
    session.add_all(
        Unit(name=f"市第{number}局", position=number, unit_class=every) for number in range(UNITS)
    )
    session.flush()
    unit_ids = list(session.scalars(select(Unit.id).order_by(Unit.position)))
    for year in range(THIS_YEAR - years + 1, THIS_YEAR + 1):
        plan_id = _year(session, year, unit_ids)
        session.commit()
    lines = session.scalars(select(func.count()).select_from(ReturnLine)).one()
    return City(plan_id, unit_ids[0], f"{THIS_YEAR}-W{WEEK}", lines)


def _year(session: Session, year: int, unit_ids: Sequence[int]) -> int:
    begun = instant(date(year, 1, 4), time(9))
    plan = Plan(
        title=f"青溪市{year}年政务公开工作要点", year=year, source_sha256=f"{year:064d}", text="",
        source_filename="要点.docx", issued_on=date(year, 1, 4), confirmed_at=begun,
    )  # fmt: skip
    session.add(plan)
    session.flush()
    _tasks(session, plan, begun)
    _returns(session, plan, unit_ids)
    _lines(session, plan)
    _quotas(session, plan, unit_ids)
    _orders(session, plan, unit_ids)
    return plan.id


def _tasks(session: Session, plan: Plan, begun: datetime) -> None:
    rows = list(_task_rows(plan, begun))
    session.execute(insert(Task), rows)
    tasks = list(session.scalars(select(Task).where(Task.plan_id == plan.id).order_by(Task.serial)))
    session.execute(
        insert(Checkpoint),
        [
            {
                "plan_id": plan.id, "task_id": task.id, "due_on": task.due_on, "kind": "final",
                "label": "全年", "closed_at": task.signed_off_at,
            }
            for task in tasks
        ],
    )  # fmt: skip
    everybody = select(
        literal(plan.id),
        Task.id,
        Unit.id,
        _role(),
        Unit.position,
        _status(),
        literal("推进中"),
        literal(begun),
    )
    columns = ["plan_id", "task_id", "unit_id", "role", "position", "status", "progress", "reported_at"]
    pairs = everybody.select_from(Task).join(Unit, true()).where(Task.plan_id == plan.id)
    session.execute(insert(Assignment).from_select(columns, pairs))


def _task_rows(plan: Plan, begun: datetime) -> Iterator[dict[str, object]]:
    """Tasks of every light: of this year a part is signed off, a part late, a part near its day."""
    running = plan.year == THIS_YEAR
    for serial in range(1, TASKS + 1):
        due_on = date(plan.year, 3, 1) + timedelta(days=2 * serial)
        signed = not running or (due_on < TODAY and serial % 4 != 0)
        yield {
            "plan_id": plan.id, "serial": serial, "title": f"做好第{serial}件政务公开工作",
            "text": f"做好第{serial}件政务公开工作，按时公开，逐件留存。", "created_at": begun,
            "section": SECTIONS[(serial - 1) * len(SECTIONS) // TASKS],
            "deadline_phrase": "按期", "deadline_notation": f"date:{due_on.isoformat()}", "due_on": due_on,
            "next_due_on": None if signed else due_on,
            "state": "signed_off" if signed else "in_progress",
            "signed_off_at": instant(due_on, time(10)) if signed else None,
        }  # fmt: skip


def _role() -> ColumnElement[str]:
    leads = Unit.position == Task.serial % UNITS
    return case((leads, "lead"), else_="support")


def _status() -> ColumnElement[str]:
    blocked = (Unit.position == Task.serial % UNITS) & (Task.serial % 17 == 0)
    return case((Task.state == "signed_off", "done"), (blocked, "blocked"), else_="in_progress")


def _returns(session: Session, plan: Plan, unit_ids: Sequence[int]) -> None:
    """52 weeks of returns; of this year the last week runs, and half of its returns are there."""
    cadence = Cadence(
        plan_id=plan.id, kind="weekly", weekday=3, cutoff=CUT_OFF, starts_on=date(plan.year, 1, 5),
        ends_on=date(plan.year, 12, 31), holiday_rule="advance", active=plan.year == THIS_YEAR,
    )  # fmt: skip
    session.add(cadence)
    session.flush()
    weeks = range(1, WEEK + 2 if plan.year == THIS_YEAR else WEEKS + 1)
    session.execute(insert(Period), [_period(plan, cadence, week) for week in weeks])
    periods = list(session.scalars(select(Period).where(Period.cadence_id == cadence.id).order_by(Period.id)))
    owed = [
        _obligation(period, place, unit_id) for period in periods for place, unit_id in enumerate(unit_ids)
    ]
    session.execute(insert(Obligation), owed)
    handed_in = select(
        Obligation.id, literal(1), literal("accepted"), Obligation.submitted_at, Obligation.submitted_at
    ).where(Obligation.plan_id == plan.id, Obligation.submitted_at.is_not(None))
    columns = ["obligation_id", "number", "state", "saved_at", "submitted_at"]
    session.execute(insert(Return).from_select(columns, handed_in))
    closed = [period for period in periods if period.state == "closed"]
    session.execute(insert(PeriodFact), [fact for period in closed for fact in _facts(period, owed)])
    kept = (literal("green"), literal("on_time"), literal("in_progress"), Task.due_on)
    lights = select(Period.id, Task.id, *kept).join(Task, Task.plan_id == Period.plan_id)
    columns = ["period_id", "task_id", "colour", "rule", "state", "next_due_on"]
    of_plan = lights.where(Period.plan_id == plan.id, Period.state == "closed")
    session.execute(insert(PeriodLight).from_select(columns, of_plan))


def _period(plan: Plan, cadence: Cadence, week: int) -> dict[str, object]:
    monday = date.fromisocalendar(plan.year, week, 1)
    thursday, sunday = monday + timedelta(days=3), monday + timedelta(days=6)
    running = plan.year == THIS_YEAR and week > WEEK
    return {
        "plan_id": plan.id, "cadence_id": cadence.id, "key": f"{plan.year}-W{week:02d}",
        "label": f"第{week}周", "starts_on": monday, "ends_on": sunday, "due_on": thursday,
        "due_at": instant(thursday, CUT_OFF), "state": "open" if running else "closed",
        "opened_at": instant(monday, time()),
        "closed_at": None if running else instant(thursday, CUT_OFF),
    }  # fmt: skip


def _obligation(period: Period, place: int, unit_id: int) -> dict[str, object]:
    number = int(period.key[-2:]) * 7 + place
    missing = number % MISSED_ONE_IN == 0 if period.state == "closed" else number % 2 == 0
    late = not missing and number % LATE_ONE_IN == 0
    quiet = "missed" if period.state == "closed" else "open"
    return {
        "plan_id": period.plan_id, "cadence_id": period.cadence_id, "period_id": period.id,
        "unit_id": unit_id, "state": quiet if missing else "accepted", "late": late,
        "submitted_at": None if missing else period.due_at + timedelta(hours=5 if late else -5),
    }  # fmt: skip


def _facts(period: Period, owed: Sequence[dict[str, object]]) -> Iterator[dict[str, object]]:
    own = [row for row in owed if row["period_id"] == period.id]
    missed = sum(row["state"] == "missed" for row in own)
    late = sum(bool(row["late"]) for row in own)
    figures = {
        "due": UNITS, "on_time": len(own) - missed - late, "late": late, "missed": missed, "waived": 0,
        "green": TASKS - 30, "yellow": 20, "red": 10, "grey": 0,
    }  # fmt: skip
    for name, value in figures.items():
        yield {"period_id": period.id, "plan_id": period.plan_id, "name": name, "value": value}


def _lines(session: Session, plan: Plan) -> None:
    """A line for every part of the unit on every return."""
    words = (
        literal("in_progress"),
        literal("本周更新信息3条，已核对。"),
        literal("继续更新"),
        literal([], JSON),
    )
    told = (
        select(
            Return.id,
            Assignment.id,
            Assignment.task_id,
            literal(False),
            *words,
            literal(""),
            literal(""),
            literal(""),
        )
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(
            Assignment,
            (Assignment.unit_id == Obligation.unit_id) & (Assignment.plan_id == Obligation.plan_id),
        )
        .where(Obligation.plan_id == plan.id)
    )
    columns = [
        "return_id", "assignment_id", "task_id", "no_change", "status", "progress", "next_plan", "planned",
        "problem", "evidence_url", "remark",
    ]  # fmt: skip
    session.execute(insert(ReturnLine).from_select(columns, told))


def _quotas(session: Session, plan: Plan, unit_ids: Sequence[int]) -> None:
    """A few quotas that each unit owes, with what each has done for them."""
    tasks = session.scalars(
        select(Task.id).where(Task.plan_id == plan.id).order_by(Task.serial).limit(QUOTAS)
    )
    for task_id in tasks:
        target = QuotaTarget(
            plan_id=plan.id, task_id=task_id, counted="政策解读", minimum=4, period="P1Y", scope="class",
            printed="市直各部门", unit_class_id=session.scalars(select(UnitClass.id)).one(),
        )  # fmt: skip
        session.add(target)
        session.flush()
        held = [
            {"target_id": target.id, "unit_id": unit_id, "held_on": date(plan.year, month, 8),
             "title": "解读", "evidence_url": f"https://www.example.gov.cn/{task_id}/{unit_id}/{month}",
             "made_at": instant(date(plan.year, month, 9), time(9))}
            for place, unit_id in enumerate(unit_ids)
            for month in range(2, 6 - place % 2)
        ]  # fmt: skip
        session.execute(insert(CountedEvent), held)


def _orders(session: Session, plan: Plan, unit_ids: Sequence[int]) -> None:
    """An order for every other unit; those of earlier years are settled."""
    running = plan.year == THIS_YEAR
    sent = instant(date(plan.year, 11, 2), time(9))
    rows = [
        {"year": plan.year, "number": number, "colour": "yellow", "plan_id": plan.id, "unit_id": unit_id,
         "unit_name": f"市第{number}局", "asked": "请在限期内补报。", "feedback_on": date(plan.year, 12, 1),
         "sent_at": sent, "sent_by_name": "陈雨", "state": "sent" if running else "accepted",
         "settled_at": None if running else sent + timedelta(days=9)}
        for number, unit_id in enumerate(unit_ids[::2], start=1)
    ]  # fmt: skip
    session.execute(insert(SupervisionOrder), rows)

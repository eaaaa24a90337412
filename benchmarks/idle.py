"""A tick in a city of sixty units with a hundred and fifty tasks: with nothing to do, and planning anew.

On SQLite, and on PostgreSQL where it is installed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session, sessionmaker

from benchmarks.measure import Line
from config import Config, load
from tracker import own_postgres
from tracker.adapters import work_calendar
from tracker.domain.china_time import CHINA, instant
from tracker.services import settings
from tracker.store import bulk, migrating
from tracker.store.database import prepare_engine, session_factory, transaction
from tracker.store.tables import (
    Account,
    Assignment,
    Cadence,
    Checkpoint,
    Obligation,
    Period,
    Plan,
    Task,
    Unit,
)
from tracker.ticking import run_tick

NOW = datetime(2026, 9, 24, 15, 1, tzinfo=CHINA)
YEAR = 2026
UNITS, TASKS, WEEKS = 60, 150, 38
TARGET = 20.0
"""Milliseconds of a tick with nothing to do."""


def lines() -> Iterator[Line]:
    """An idle tick against a bare SELECT, and one that plans everything anew."""
    with TemporaryDirectory(prefix="taizhang-bench-") as folder:
        yield from _measured("SQLite", load(Path(folder), {}))
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="taizhang-bench-"))
        try:
            server = stack.enter_context(own_postgres.running())
        except own_postgres.NoPostgres:
            return
        url = server.url(server.create())
        yield from _measured("PostgreSQL", load(Path(folder), {"TRACKER_DATABASE_URL": url}))


def _measured(engine_name: str, config: Config) -> Iterator[Line]:
    engine = create_engine(config.database_url)
    prepare_engine(engine)
    try:
        migrating.upgrade(engine)
        sessions = session_factory(engine)
        with sessions() as session, transaction(session):
            _build(session)
        while run_tick(sessions, config, lambda: NOW).letters:
            pass
        bare = _fastest(lambda: _select(sessions), times=51)
        idle = _fastest(lambda: run_tick(sessions, config, lambda: NOW), times=51)
        whole = _fastest(lambda: run_tick(sessions, config, lambda: NOW, anew=True), times=5)
    finally:
        engine.dispose()
    yield Line(f"{engine_name}：一句 SELECT", bare, "毫秒")
    yield Line(
        f"{engine_name}：没有事的一轮（{UNITS} 个单位 × {TASKS} 项任务）", idle, "毫秒", TARGET, idle / bare
    )
    yield Line(f"{engine_name}：全部重算的一轮", whole, "毫秒", ratio=whole / bare)


def _fastest(act: Callable[[], object], times: int) -> float:
    """The milliseconds of the best of some runs: what else the machine does meanwhile is not the tick's."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return min(spent) * 1000


def _select(sessions: sessionmaker[Session]) -> None:
    with sessions() as session:
        session.execute(text("SELECT 1")).one()


def _build(session: Session) -> None:
    """Every unit has a part in every task, a contact and a report each week."""
    settings.seed_calendar(session, work_calendar.official_days([YEAR]))
    units = [Unit(name=f"市第{number}局", search_keys="", position=number) for number in range(UNITS)]
    plan = Plan(
        title="青溪市2026年政务公开工作要点", year=YEAR, issuer="青溪市政府办", source_sha256="0" * 64,
        source_filename="要点.docx", text="要点", confirmed_at=instant(date(YEAR, 1, 5), clock_time(9)),
    )  # fmt: skip
    session.add_all([plan, *units])
    session.flush()
    office = Account(username="gongkai", display_name="陈雨", role="office", created_at=NOW)
    contacts = [
        Account(
            username=f"u{unit.id}", display_name=f"联络员{unit.id}", role="unit", unit_id=unit.id,
            email=f"u{unit.id}@qingxi.example", created_at=NOW,
        )
        for unit in units
    ]  # fmt: skip
    session.add_all([office, *contacts])
    days = [date(YEAR, 1, 10) + timedelta(days=number * 7 % 350) for number in range(TASKS)]
    tasks = bulk.insert_numbered(
        session,
        [
            Task(
                plan_id=plan.id, serial=number, title=f"任务{number}", text="任务", section="一、主动公开",
                deadline_phrase="", deadline_notation=f"date:{day}", due_on=day, next_due_on=day,
                state="assigned", created_at=NOW,
            )
            for number, day in enumerate(days)
        ],
    )  # fmt: skip
    bulk.insert_all(
        session,
        [
            Assignment(task_id=task, unit_id=unit.id, role="responsible", position=0, status="not_started")
            for task in tasks
            for unit in units
        ],
        plan_id=plan.id,
    )
    bulk.insert_all(
        session,
        [
            Checkpoint(task_id=task, due_on=day, kind="final", label="完成")
            for task, day in zip(tasks, days, strict=True)
        ],
        plan_id=plan.id,
    )
    _add_weeks(session, plan, units)


def _add_weeks(session: Session, plan: Plan, units: list[Unit]) -> None:
    """The weeks so far: the last one runs, in every other one a third of the units missed."""
    cadence = Cadence(
        plan_id=plan.id, kind="weekly", weekday=3, cutoff=clock_time(17, 30), starts_on=date(YEAR, 1, 1),
        ends_on=date(YEAR, 12, 31), holiday_rule="advance",
    )  # fmt: skip
    session.add(cadence)
    session.flush()
    for week in range(2, WEEKS + 2):
        monday, due_on = date.fromisocalendar(YEAR, week, 1), date.fromisocalendar(YEAR, week, 4)
        runs = instant(due_on, cadence.cutoff) > NOW
        period = Period(
            plan_id=plan.id, cadence_id=cadence.id, key=f"{YEAR}-W{week:02}", label=f"第{week}周",
            starts_on=monday, ends_on=monday + timedelta(days=6), due_on=due_on,
            due_at=instant(due_on, cadence.cutoff), state="open" if runs else "closed",
            opened_at=instant(monday, clock_time(0)),
            closed_at=None if runs else instant(due_on, cadence.cutoff),
        )  # fmt: skip
        session.add(period)
        session.flush()
        late = "open" if runs else "missed"
        bulk.insert_all(
            session,
            [
                Obligation(unit_id=unit.id, state=late if unit.position % 3 == 0 else "accepted")
                for unit in units
            ],
            plan_id=plan.id, cadence_id=cadence.id, period_id=period.id,
        )  # fmt: skip

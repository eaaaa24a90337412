"""A year's obligations: 60 units with five cadences, made and made again; then 10 and 100 times as many.

The database is a file, as an office has it, and every making ends in a commit. The second making finds every
row there and must add none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, delete, func, select
from sqlalchemy.orm import Session

from benchmarks.measure import Line
from tracker.adapters import work_calendar
from tracker.domain.actor import SYSTEM
from tracker.domain.asking import CLOSE_OF_BUSINESS, STANDING, Requirement
from tracker.domain.period import Cadence
from tracker.services import advancing, regime, settings
from tracker.store import migrating
from tracker.store.database import prepare_engine
from tracker.store.tables import Assignment, Obligation, Period, Plan, Task, Unit

YEAR = 2026
BEGUN = datetime(YEAR, 1, 1, tzinfo=UTC)
UNITS = 60
TIMES = (1, 10, 100)
TARGET = 2.0
GROWTH = 1.5
"""What a row may cost at most with many rows, against few."""


def lines() -> Iterator[Line]:
    """The seconds of a year's making and re-making, and how a row's cost grows."""
    first: tuple[float, float] | None = None
    for times in TIMES:
        rows, made, again = _year(UNITS * times)
        said = f"{UNITS * times} 个单位 × {len(STANDING)} 项报送，全年 {rows} 件应报"
        if first is None:
            first = made / rows, again / rows
            yield Line(f"{said}：生成", made, "秒", target=TARGET)
            yield Line(f"{said}：再生成，一件不多", again, "秒", target=TARGET)
        else:
            yield Line(f"{said}：每件用时，生成 {made:.1f} 秒", made / rows / first[0], "倍", target=GROWTH)
            yield Line(
                f"{said}：每件用时，再生成 {again:.1f} 秒", again / rows / first[1], "倍", target=GROWTH
            )


def _year(units: int) -> tuple[int, float, float]:
    """How many obligations a year has, and the seconds of making them and of making them again."""
    with TemporaryDirectory(prefix="taizhang-bench-") as folder:
        engine = create_engine(f"sqlite:///{(Path(folder) / 'tracker.db').as_posix()}")
        prepare_engine(engine)
        try:
            migrating.upgrade(engine)
            with Session(engine) as session:
                _lay_out(session, units)
                made = _timed(session)
                rows = _count(session)
                again = _timed(session)
                if _count(session) != rows:
                    raise AssertionError("making a year's obligations again has added some")
                return rows, made, again
        finally:
            engine.dispose()


def _lay_out(session: Session, units: int) -> None:
    """A plan with a task for every unit, and its cadences switched on for the whole year."""
    settings.seed_calendar(session, work_calendar.official_days([YEAR]))
    plan = Plan(
        title="要点", year=YEAR, issuer="市政府办", source_sha256="0" * 64, source_filename="要点.docx",
        text="", confirmed_at=BEGUN,
    )  # fmt: skip
    session.add(plan)
    session.add_all(Unit(name=f"单位{number}", position=number) for number in range(units))
    session.flush()
    task = Task(
        plan_id=plan.id, serial=1, title="任务", text="任务", section="", deadline_phrase="",
        deadline_notation="none", deadline_reason="", state="assigned", created_at=BEGUN,
    )  # fmt: skip
    ids = session.scalars(select(Unit.id)).all()
    task.assignments = [Assignment(plan_id=plan.id, unit_id=unit_id, role="responsible") for unit_id in ids]
    session.add(task)
    session.flush()
    for standing in STANDING:
        wanted = Cadence(
            standing.rhythm, CLOSE_OF_BUSINESS, date(YEAR, 1, 1), date(YEAR, 12, 31), kind=standing.kind,
            name=standing.name,
        )  # fmt: skip
        requirement = Requirement(standing.answer, standing.parts)
        regime.switch_on(
            session, SYSTEM, plan_id=plan.id, wanted=wanted, version=0, requirement=requirement, now=BEGUN
        )
    session.execute(delete(Obligation))
    session.commit()


def _count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(Obligation)).one()


def _timed(session: Session) -> float:
    """The seconds until a year's obligations are made and kept."""
    periods = session.scalars(select(Period).order_by(Period.id)).all()
    begun = time.perf_counter()
    advancing.make_obligations(session, periods)
    session.commit()
    return time.perf_counter() - begun

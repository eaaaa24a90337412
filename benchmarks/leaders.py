"""What leaders look at, with 60 units × 150 tasks × 52 weeks; then with ten years of them, on both engines.

Server time of a page is that of the application answering a signed-in leader, without a network; of the
weekly digest it is the time in which its figures are gathered and its sentences written, as its page does
anew. Ten years may cost 1.3 times one.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from benchmarks import city, years
from benchmarks.measure import Line
from config import load
from tracker import own_postgres
from tracker.domain.actor import SYSTEM
from tracker.services import report_weekly
from tracker.store import migrating
from tracker.store.database import db, forget_at_power_cut, prepare_engine
from tracker.web.edge import CLOCK_KEY

TARGET, GROWTH = 150.0, 1.3
FEW, MANY = 1, 10
TIMES = 31
WARM = 3
ENGINES = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Measured:
    """Milliseconds by the name of what was measured, and how large the city was."""

    spent: Mapping[str, float]
    lines: int


def lines() -> Iterator[Line]:
    """The milliseconds of each with one year, and how many times as long it takes with ten."""
    for engine in ENGINES:
        try:
            few, many = (_measured(engine, count) for count in (FEW, MANY))
        except own_postgres.NoPostgres as error:
            print(f"{engine}：{error}")
            continue
        for name, spent in few.spent.items():
            yield Line(f"{engine} {name}，{FEW} 年、{few.lines} 行报送", spent, "毫秒", target=TARGET)
            said = f"{engine} {name}：{MANY} 年、{many.lines} 行报送时 {many.spent[name]:.1f} 毫秒"
            yield Line(said, many.spent[name] / spent, "倍", target=GROWTH)


def _measured(engine: str, count: int) -> Measured:
    with TemporaryDirectory(prefix="taizhang-bench-") as folder, _database(engine, Path(folder)) as url:
        config = load(Path(folder), {"TRACKER_DATABASE_URL": url})
        made = _filled(url, count)
        with city.application(config) as app:
            app.extensions[CLOCK_KEY] = lambda: years.NOW
            return Measured(_milliseconds(_acts(app, made)), made.lines)


@contextlib.contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if engine == "SQLite":
        yield f"sqlite:///{(folder / 'tracker.db').as_posix()}"
        return
    with own_postgres.running() as server:
        yield server.url(server.create())


def _filled(url: str, count: int) -> years.City:
    engine = create_engine(url)
    prepare_engine(engine)
    forget_at_power_cut(engine)
    try:
        migrating.upgrade(engine)
        with Session(engine) as session:
            made = years.lay_out(session, count)
        if engine.dialect.name == "postgresql":
            # What PostgreSQL does by itself some minutes after so many rows have come.
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        return made
    finally:
        engine.dispose()


def _acts(app: Flask, made: years.City) -> dict[str, Callable[[], object]]:
    """What is measured, by its name."""
    client = city.people(app)["leader"]
    pages = {
        "驾驶舱": f"/dashboard?plan={made.plan_id}",
        "驾驶舱，矩阵含全部单位": f"/dashboard?plan={made.plan_id}&all=1",
        "责任单位": f"/dashboard/units?plan={made.plan_id}",
        "一家一页": f"/dashboard/units/{made.unit_id}?plan={made.plan_id}",
        "大屏": f"/dashboard/wall?plan={made.plan_id}",
    }
    acts = {name: _opening(client, address) for name, address in pages.items()}
    return acts | {"每周进展汇总": _writing(app, made)}


def _opening(client: FlaskClient, address: str) -> Callable[[], object]:
    def act() -> None:
        answer = client.get(address)
        if answer.status_code != 200:
            raise AssertionError(f"{address}: {answer.status_code}")

    return act


def _writing(app: Flask, made: years.City) -> Callable[[], object]:
    def act() -> None:
        with app.app_context():
            report_weekly.write(db.session(), SYSTEM, plan_id=made.plan_id, subject=made.week, now=years.NOW)

    return act


def _milliseconds(acts: Mapping[str, Callable[[], object]]) -> dict[str, float]:
    """The median of each; they take turns, so that a machine's slow moment is everybody's."""
    for act in acts.values():
        for _ in range(WARM):
            act()
    spent: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(TIMES):
        for name, act in acts.items():
            begun = time.perf_counter()
            act()
            spent[name].append(time.perf_counter() - begun)
    return {name: statistics.median(found) * 1000 for name, found in spent.items()}

"""The demonstration: 青溪市 is filled by the services that people use, with one of everything to try."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from tracker import demo
from tracker.adapters import work_calendar
from tracker.clock import CHINA
from tracker.demo.city import UNITS
from tracker.services import calendar_changes, settings
from tracker.store import tables

AUTUMN = datetime(2026, 11, 20, 15, tzinfo=CHINA)


def test_the_demonstration_has_one_of_everything_to_try(session: Session, tmp_path: Path) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2025, 2026]))
    config = Config(tmp_path, "sqlite://", "a key of the tests")
    said = list(demo.fill(session, config, now=AUTUMN))
    session.flush()

    def states(table: type, column: str = "state") -> dict[str, int]:
        value = getattr(table, column)
        return {row[0]: row[1] for row in session.execute(select(value, func.count()).group_by(value))}

    assert said[0].startswith(f"单位{len(UNITS)}家")
    waiting = select(tables.TaskRequest.kind).where(tables.TaskRequest.state == "waiting")
    assert set(session.scalars(waiting)) == {"extension", "sign_off", "objection"}
    put_off = session.scalars(select(tables.Checkpoint).where(tables.Checkpoint.first_due_on.is_not(None))).one()
    assert put_off.first_due_on
    assert put_off.due_on > put_off.first_due_on
    assert states(tables.Claim) == {"claimed": 1, "waiting": 1}
    assert set(states(tables.Instruction)) == {"remark", "assigned", "answered"}
    assert states(tables.SupervisionOrder) == {"sent": 2, "answered": 1}
    assert set(states(tables.SupervisionOrder, "colour")) == {"blue", "yellow", "red"}
    assert states(tables.Handover) == {"waiting": 1}
    assert {row.principal.role for row in session.scalars(select(tables.Deputyship))} == {"leader"}
    assert [item.done_at is not None for item in session.scalars(select(tables.SubItem))] == [True, False, False]
    assert {"weekly", "quarterly", "half_year"} <= states(tables.Cadence, "kind").keys()
    clocks = list(session.scalars(select(tables.EventClock)))
    assert [len(clock.stops) for clock in clocks if clock.rule_key != "reply"] == [0, 1]
    assert {clock.closed_on is None for clock in clocks if clock.rule_key == "reply"} == {True, False}
    assert len(session.scalars(select(tables.CountedEvent)).all()) > 2
    (goes_on,) = session.scalars(select(tables.TaskLineage))
    assert goes_on.kind == "continued"
    assert states(tables.StatisticYear) == {"open": 1, "closed": 1}
    assert set(states(tables.StatisticSheet)) == {"open", "submitted"}
    assert session.scalars(select(tables.UpperDocument)).one().plan.year == AUTUMN.year
    assert calendar_changes.pending_count(session, now=AUTUMN) == 0, "nothing waits that nobody has done"

"""The demonstration: 青溪市 is filled by the services that people use, with one of everything to try."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.demo.conftest import AUTUMN, Demonstration
from tests.support.databases import opened
from tracker.demo.city import UNITS
from tracker.services import calendar_changes
from tracker.store import tables


@pytest.fixture
def session(demonstration: Demonstration) -> Iterator[Session]:
    """A session on the demonstration."""
    with opened(demonstration.url) as engine, Session(engine) as session:
        yield session


def test_the_demonstration_has_one_of_everything_to_try(session: Session, demonstration: Demonstration) -> None:

    def states(table: type, column: str = "state") -> dict[str, int]:
        value = getattr(table, column)
        return {row[0]: row[1] for row in session.execute(select(value, func.count()).group_by(value))}

    assert demonstration.said[0].startswith(f"单位{len(UNITS)}家")
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

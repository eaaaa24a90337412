"""Quotas and their events, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOW
from tests.support.qingxi import MemoryFiles
from tracker.domain.actor import Actor
from tracker.domain.proof import Proof
from tracker.services import counted_events
from tracker.services.counted_events import EventFacts
from tracker.store.tables import CountedEvent, QuotaTarget, Task, Unit, UnitClass

OFFICE = Actor(account_id=None, name="公开办", role="office")
LINK = "https://www.qingxi.gov.cn/zwgk/1.html"


def contact_of(unit: Unit) -> Actor:
    """The person of a unit."""
    return Actor(account_id=None, name=unit.name, role="unit", unit_id=unit.id)


def make_class(session: Session, name: str, units: tuple[Unit, ...] = ()) -> UnitClass:
    """A class of these units."""
    made = UnitClass(name=name)
    session.add(made)
    session.flush()
    for unit in units:
        unit.unit_class_id = made.id
    session.flush()
    return made


def make_target(session: Session, task: Task, **facts: Any) -> QuotaTarget:
    """A quota of a task: five 在线访谈 a year by each of its units, unless told."""
    plain = {"counted": "在线访谈", "minimum": 5, "period": "P1Y", "scope": "each"}
    target = QuotaTarget(plan_id=task.plan_id, task_id=task.id, **{**plain, **facts})
    session.add(target)
    session.flush()
    return target


def enter(
    session: Session,
    target: QuotaTarget,
    unit: Unit,
    day: str,
    link: str = LINK,
    *,
    title: str = "在线访谈",
    file: tuple[bytes, str] | None = None,
    actor: Actor | None = None,
) -> CountedEvent:
    """Enter an event as the unit's person would."""
    facts = EventFacts(date.fromisoformat(day), title, Proof(link, file))
    return counted_events.enter(
        session, actor or contact_of(unit), target_id=target.id, unit_id=unit.id, facts=facts,
        files=MemoryFiles(), now=NOW,
    )  # fmt: skip

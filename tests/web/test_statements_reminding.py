"""The pages of reminding ask the database as often for many units as for few, and so does urging them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.urging import UrgeKind, UrgeScope
from tracker.services import owed_now, proposing, reminding, settings, supervising, urging
from tracker.services.supervising import Wanted
from tracker.store.database import db
from tracker.store.tables import Period, Plan, Unit

NOW, TODAY = factories.NOW, factories.TODAY
DAY = timedelta(days=1)
OFFICE = Actor(None, "陈雨", "office")


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """What is said to the database meanwhile."""
    with app.app_context():
        engine = db.engine
    said: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if "SAVEPOINT" not in statement:
            said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", note)


@dataclass
class City:
    """Units that miss a week, are late with a task, and have been sent an order; it grows by whole units."""

    session: Session
    plan: Plan
    weeks: tuple[Period, Period]
    units: list[Unit] = field(default_factory=list)

    def grow(self, count: int) -> None:
        """As many units more, each with a contact, with what it owes and an order of its own."""
        for _ in range(count):
            unit = factories.make_unit(self.session)
            self.units.append(unit)
            factories.make_account(self.session, "unit", unit=unit, email=f"a{unit.id}@qingxi.example")
            task = factories.make_task(self.session, self.plan, units=[unit], due=TODAY - 9 * DAY)
            task.qualifier = "按职责分工负责"
            factories.make_task(self.session, self.plan, units=[unit], due=TODAY + 3 * DAY)
            for week, state in zip(self.weeks, ("missed", "open"), strict=True):
                factories.make_obligation(self.session, week, unit, state=state)
        new = {unit.id for unit in self.units[-count:]}
        supervising.send(self.session, OFFICE, wanted=self.proposed(new), now=NOW)
        reminding.plan(self.session, now=NOW)
        self.session.commit()

    def proposed(self, unit_ids: set[int]) -> list[Wanted]:
        """What the rule proposes to send to these units."""
        found = proposing.proposals(self.session, today=TODAY)
        return [
            Wanted(each.key, frozenset(matter.key for matter in each.matters), "请办结。", TODAY + 10 * DAY)
            for each in found if each.unit_id in unit_ids
        ]  # fmt: skip


@pytest.fixture
def city(app_session: Session) -> City:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    plan = factories.make_plan(app_session)
    cadence = factories.make_cadence(app_session, plan)
    closed = factories.make_period(app_session, cadence, "2026-W38", state="closed")
    city = City(app_session, plan, (closed, factories.make_period(app_session, cadence, "2026-W39")))
    city.grow(2)
    return city


def grown(small: Counter[str], large: Counter[str]) -> list[str]:
    """What is said more often for more."""
    return [f"{large[each] - small[each]}× {each[:300]}" for each in large if large[each] > small[each]]


PAGES = {
    "office": (
        "/supervision", "/supervision/orders", "/deliveries", "/deliveries/list", "/reminder-rules", "/desk",
        "/urge?what=returns&plan={plan}&cadence=weekly&period=2026-W39", "/urge?what=receipts&plan={plan}",
        "/urge?what=claims&plan={plan}", "/urge?what=tasks", "/urge?what=decisions",
    ),
    "unit": ("/my-reminders", "/feeds", "/inbox", "/supervision/orders", "/my"),
    "leader": ("/supervision/orders", "/my-reminders"),
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_no_page_of_reminding_asks_for_each_unit(app: Flask, app_session: Session, city: City, role: str) -> None:
    account = factories.make_account(app_session, role, unit=city.units[0] if role == "unit" else None)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(account)

    def asked(address: str) -> Counter[str]:
        client.get(address)  # what is read once for all pages is read
        with statements(app) as said:
            assert client.get(address).status_code == 200, address
        return Counter(said)

    addresses = [each.format(plan=city.plan.id) for each in PAGES[role]]
    small = {address: asked(address) for address in addresses}
    city.grow(4)
    large = {address: asked(address) for address in addresses}

    found = {each: grown(small[each], large[each]) for each in addresses if large[each].total() > small[each].total()}
    assert found == {}


def test_urging_many_units_says_no_more_to_the_database_than_urging_few(app: Flask, city: City) -> None:
    scope = UrgeScope(UrgeKind.TASKS)

    def urged(day: int) -> tuple[int, int]:
        """How many units were urged, and with how many statements."""
        then = NOW + day * DAY
        refs = [each.ref for each in owed_now.owed(city.session, scope, now=then)]
        with statements(app) as said:
            units = urging.urge(city.session, OFFICE, scope=scope, refs=refs, now=then).units
        city.session.commit()
        return units, len(said)

    few = urged(0)
    city.grow(4)
    many = urged(1)

    assert (few[0], many[0]) == (2, 6)
    assert many[1] <= few[1]

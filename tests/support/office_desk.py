"""A week of returns as the office sees it: one unit in each state, and the week before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from lxml import html
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_return,
    make_task,
    make_unit,
)
from tests.support.pages import PageClient
from tracker.store.database import db
from tracker.store.tables import Cadence, Obligation, Period, Plan, Return, Task, Unit


@dataclass
class Desk:
    """A plan in its second week, with a unit for each state."""

    client: PageClient
    session: Session
    plan: Plan
    cadence: Cadence
    week: Period
    task: Task
    units: dict[str, Unit] = field(default_factory=dict)
    owed: dict[str, Obligation] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    board: str = ""

    def fresh(self, name: str) -> Obligation:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Obligation).where(Obligation.id == self.ids[name])).one()

    def version(self, name: str) -> Return:
        self.fresh(name)
        query = select(Return).where(Return.obligation_id == self.ids[name]).order_by(Return.number.desc())
        return self.session.scalars(query.limit(1)).one()

    def page(self, address: str) -> html.HtmlElement:
        return html.document_fromstring(self.client.get(address).get_data(as_text=True))

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        """The statements that the application sends."""
        sent: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            sent.append(statement)

        with self.client.application.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def decide(
        self, name: str, step: str, version: int | None = None, *, data: dict[str, str] | None = None, **more: str
    ) -> TestResponse:
        seen = {"version": str(version if version is not None else self.fresh(name).version)}
        address = f"/reporting/obligations/{self.ids[name]}/{step}"
        return self.client.post(address, data=seen | (data or {}) | more)


STATES = ("submitted", "accepted", "returned", "open", "waived")


def office_desk(client: PageClient, app_session: Session) -> Desk:
    """The desk of a person of the office, signed in."""
    plan = make_plan(app_session)
    units = {state: make_unit(app_session, f"市{state}局", position=index) for index, state in enumerate(STATES)}
    task = make_task(app_session, plan, "公开招生政策", units=list(units.values()), due=date(2026, 9, 20))
    cadence = make_cadence(app_session, plan)
    before = make_period(app_session, cadence, "2026-W38", state="closed", facts={"due": 5, "on_time": 4, "missed": 1})
    week = make_period(app_session, cadence, "2026-W39")
    found = Desk(client, app_session, plan, cadence, week, task, units)
    parts = {assignment.unit_id: assignment for assignment in task.assignments}
    for state, unit in units.items():
        last = make_obligation(app_session, before, unit, state="missed" if state == "open" else "accepted")
        owed = make_obligation(app_session, week, unit, state=state)
        if state == "submitted":
            make_return(app_session, last, [(parts[unit.id], "in_progress", "持续推进相关工作")], state="accepted")
        if state in {"submitted", "accepted", "returned"}:
            make_return(app_session, owed, [(parts[unit.id], "in_progress", f"{state}的进展情况如下")], state=state)
        found.owed[state] = owed
        found.ids[state] = owed.id
    found.board = f"/reporting/{plan.id}/board"
    office = make_account(app_session, "office")
    app_session.commit()
    client.as_account(office)
    return found

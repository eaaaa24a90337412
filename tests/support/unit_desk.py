"""The desk of a unit's contact: 我的待办 with this week's return, ready to be filled in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.pages import PageClient
from tracker.store.tables import Account, Obligation, Return, Task, Unit


@dataclass
class Office:
    """A unit with two tasks that owes this week's return, and its contact signed in."""

    client: PageClient
    session: Session
    unit: Unit
    contact: Account
    tasks: list[Task]
    owed: Obligation
    path: str

    def name(self, index: int, field: str) -> str:
        return f"line-{self.tasks[index].assignments[0].id}-{field}"

    def page(self) -> html.HtmlElement:
        return html.document_fromstring(self.client.get(self.path).get_data(as_text=True))

    def token(self) -> str:
        return str(self.page().xpath("//input[@name='token']/@value")[0])

    def post(self, action: str, token: str = "", **fields: str) -> TestResponse:
        data = {"token": token or self.token(), "action": action}
        return self.client.post(self.path, data=data | fields)

    def fresh(self) -> Obligation:
        """The obligation as the pages have left it: a new transaction sees their commits."""
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(select(Obligation).where(Obligation.id == self.owed.id)).one()

    def newest(self) -> Return:
        self.session.rollback()
        self.session.expire_all()
        found = self.session.scalars(select(Return).order_by(Return.id.desc())).first()
        assert found is not None
        return found


def at_desk(client: PageClient, session: Session) -> Office:
    """市教育局 with two tasks, one of which it leads; its contact is signed in."""
    plan = make_plan(session)
    unit = make_unit(session, "市教育局")
    tasks = [
        make_task(session, plan, "公开招生政策", units=[(unit, "lead")], due=date(2026, 9, 30)),
        make_task(session, plan, "组织业务培训", units=[unit], due=date(2026, 12, 1)),
    ]
    owed = make_obligation(session, make_period(session, make_cadence(session, plan)), unit)
    contact = make_account(session, "unit", unit=unit)
    session.commit()
    client.as_account(contact)
    return Office(client, session, unit, contact, tasks, owed, f"/my/returns/{owed.id}")

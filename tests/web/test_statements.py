"""A page asks the database as often for a large city as for a small one: no question for each row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories
from tests.support import articles, counting
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.actor import Actor
from tracker.domain.china_time import instant
from tracker.domain.clock import PUBLISH
from tracker.domain.request import RequestKind
from tracker.services import (
    attending,
    claiming,
    clock_acts,
    experience_steps,
    handovers,
    instructions,
    meetings,
    minutes,
    requesting,
    settings,
)
from tracker.services.clock_acts import ClockFacts
from tracker.services.requesting import Asked
from tracker.store.database import db
from tracker.store.tables import Meeting, MeetingAttendance, MeetingUnit, Period, Plan, Task, Unit

NOW, TODAY = factories.NOW, factories.TODAY


class City:
    """A plan with a unit, a task of all units, an open and a closed week; it grows by whole units and tasks."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        settings.seed_calendar(session, work_calendar.official_days([2026]))
        self.plan: Plan = factories.make_plan(session)
        self.unit: Unit = factories.make_unit(session)
        cadence = factories.make_cadence(session, self.plan)
        self.weeks: list[Period] = [
            factories.make_period(session, cadence, "2026-W38", state="closed"),
            factories.make_period(session, cadence, "2026-W39"),
        ]
        self.units = [self.unit]
        self.task: Task = factories.make_task(session, self.plan, units=[self.unit], due=TODAY + timedelta(days=40))
        self.owed = factories.make_obligation(session, self.weeks[1], self.unit)
        self.target = counting.make_target(session, self.task)
        self.clock = self._clock(self.task, self.unit)
        self.contacts = {
            role: factories.make_account(session, role, unit=self.unit if role == "unit" else None)
            for role in ("office", "unit", "leader")
        }
        self.meeting, self.closed = self._meeting(TODAY + timedelta(days=7)), self._meeting(TODAY - timedelta(days=9))
        self.article, self.decision = 0, 0
        self.grow(1)
        office = Actor(self.contacts["office"].id, "王主任", "office")
        attending.all_present(session, office, meeting_id=self.closed, now=NOW)
        version = session.get_one(Meeting, self.closed).version
        minutes.close(session, office, meeting_id=self.closed, version=version, now=NOW)
        session.commit()

    def _meeting(self, day: date) -> int:
        wanted = meetings.Arrangement("例会", instant(day, time(9)), "三楼", ("分管领导", "联络员"), (self.unit.id,))
        made = meetings.call(self.session, counting.OFFICE, plan_id=self.plan.id, wanted=wanted, now=NOW)
        return made.id

    def _met(self, unit: Unit, task: Task) -> None:
        """One unit more on each agenda that is open, with an item to agree on and an article that was adopted."""
        session = self.session
        for meeting_id in (self.meeting, self.closed):
            meeting = session.get_one(Meeting, meeting_id)
            if meeting.state == "called":
                meeting.units.append(
                    MeetingUnit(
                        unit_id=unit.id, unit=unit, position=len(meeting.units),
                        attendance=[MeetingAttendance(role="分管领导"), MeetingAttendance(role="联络员", position=1)],
                    )
                )  # fmt: skip
                session.flush()
                wanted = minutes.Proposed(f"议定{task.id}", unit.id, TODAY + timedelta(days=20))
                drafted = minutes.propose(session, counting.OFFICE, meeting_id=meeting_id, wanted=wanted, now=NOW)
                self.decision = drafted.id
        for each in (unit, self.unit):
            written = replace(articles.WORDS, title=f"第{task.id}件", body=f"{articles.WORDS.body}{task.id}")
            done = articles.hand_in(session, articles.contact(each), articles.free(session, each, self.plan), written)
            self.article, version = done.article_id, articles.article(session, done).version
            experience_steps.adopt(session, counting.OFFICE, article_id=self.article, version=version, now=NOW)

    def grow(self, count: int) -> None:
        """As many units more, each with tasks of its own and together with the first unit, and a life in each."""
        session = self.session
        for _ in range(count):
            unit = factories.make_unit(session)
            contact = factories.make_account(session, "unit", unit=unit)
            self.units.append(unit)
            office = Actor(self.contacts["office"].id, "王主任", "office")
            for days in (-20, 3, 60):
                task = factories.make_task(
                    session, self.plan, units=[(unit, "lead"), (self.unit, "support")],
                    due=[TODAY + timedelta(days=days), TODAY + timedelta(days=days + 30)],
                )  # fmt: skip
                task.qualifier = "按职责分工负责"
                self._life(task, unit, office)
            for week, state in zip(self.weeks, ("accepted", "submitted"), strict=True):
                owed = factories.make_obligation(session, week, unit, state=state, submitted_at=NOW)
                factories.make_return(session, owed, [(task.assignments[0], "in_progress", "进展")], state=state)
            handovers.report(session, office, account_id=contact.id, changed_on=TODAY, now=NOW)
            shared = factories.make_task(session, self.plan, units=[self.unit])
            mine = counting.make_target(session, shared)
            counting.enter(session, mine, self.unit, "2026-03-01", f"{counting.LINK}?{shared.id}")
            self._clock(shared, self.unit)
            self._met(unit, task)
        claiming.open_missing(session, self.plan.id, now=NOW)
        session.commit()

    def _clock(self, task: Task, unit: Unit) -> int:
        facts = ClockFacts(PUBLISH.key, unit.id, "一份文件", TODAY - timedelta(days=5), task_id=task.id)
        clock = clock_acts.start(self.session, counting.OFFICE, facts=facts, now=NOW)
        clock_acts.stop(
            self.session, counting.OFFICE, clock_id=clock.id, version=1, since=TODAY, why="征求意见", now=NOW
        )
        return clock.id

    def _life(self, task: Task, unit: Unit, office: Actor) -> None:
        session = self.session
        for who in (unit, self.unit):
            actor = counting.contact_of(who)
            for kind in RequestKind:
                asked = Asked(kind, "理由", wanted_on=TODAY + timedelta(days=90))
                requesting.ask(session, actor, task_id=task.id, asked=asked, now=NOW)
        target = counting.make_target(session, task)
        counting.enter(session, target, unit, "2026-03-01", f"{counting.LINK}?{task.id}")
        self._clock(task, unit)
        written = instructions.write(
            session, office, plan_id=None, task_id=task.id, words=f"抓紧{task.id}。",
            leader=instructions.Leader(name="孙副市长"), now=NOW,
        )  # fmt: skip
        instructions.assign(
            session, office, instruction_id=written.id, version=written.version, unit_id=self.unit.id,
            due_on=TODAY, now=NOW,
        )  # fmt: skip

    @contextmanager
    def statements(self) -> Iterator[list[str]]:
        with self.app.app_context():
            engine = db.engine
        said: list[str] = []

        def note(_c: object, _k: object, statement: str, *_: object) -> None:
            said.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield said
        finally:
            event.remove(engine, "before_cursor_execute", note)

    def asked_by(self, role: str, addresses: list[str]) -> dict[str, Counter[str]]:
        """The statements of each page, with how often each is sent."""
        client = self.app.test_client()
        assert isinstance(client, PageClient)
        client.as_account(self.contacts[role])
        found = {}
        for address in addresses:
            client.get(address)  # what is read once for all pages is read
            with self.statements() as said:
                assert client.get(address).status_code == 200, address
            found[address] = Counter(said)
        return found


@pytest.mark.parametrize("role", ["office", "unit", "leader"])
def test_no_page_asks_for_each_row(app: Flask, app_session: Session, role: str) -> None:
    city = City(app, app_session)
    met = [f"/meetings/{each}" for each in (city.meeting, city.closed)]
    packs = [f"{met[0]}/units/{city.unit.id}", f"{met[0]}/pack.docx", f"{met[1]}/minutes.docx"]
    common = [
        *met, packs[0], "/decisions", "/experience", f"/experience/{city.article}", "/experience/compilation.docx",
        f"/tasks/{city.task.id}", "/quotas", f"/quotas/{city.target.id}", "/clocks", f"/clocks/{city.clock}",
    ]  # fmt: skip
    pages = {
        "office": [
            "/desk", f"/reporting/{city.plan.id}/regime", f"/reporting/{city.plan.id}/board", "/reporting/obligations", "/requests", "/instructions",
            "/reporting", "/receipts", "/handovers", "/ledger", "/meetings", f"/decisions/{city.decision}", *packs[1:], *common,
        ],
        "unit": ["/my", f"/my/returns/{city.owed.id}", "/my/tasks", "/my/claims", "/inbox", *common],
        "leader": ["/dashboard", "/instructions", "/ledger", *common],
    }[role]  # fmt: skip
    small = city.asked_by(role, pages)
    city.grow(3)
    large = city.asked_by(role, pages)

    grown = {
        address: [f"{large[address][each] - small[address][each]}× {each[:300]}" for each in large[address]
                  if large[address][each] > small[address][each]]
        for address in pages if large[address].total() > small[address].total()
    }  # fmt: skip
    assert grown == {}

"""A plan of 青溪市 with something of everything that a document tells, and its pages as the tests read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.factories import NOW, TODAY
from tests.support import counting
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.report import ReportKind
from tracker.services import settings
from tracker.store.tables import (
    Meeting,
    Obligation,
    Plan,
    ReportDraft,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    Unit,
)

SUBJECTS = {
    ReportKind.WEEKLY: "2026-W38",
    ReportKind.CIRCULAR: "2026-09",
    ReportKind.HALF_YEAR: "2026-H2",
    ReportKind.YEAR: "2026",
}
STATES = ("submitted", "returned", "accepted", "open", "missed", "waived")


@dataclass(frozen=True)
class Town:
    """A plan with something of everything that a document tells."""

    plan: Plan
    units: list[Unit]
    tasks: list[Task]
    owed: list[Obligation]
    office: PageClient
    leader: PageClient
    contact: PageClient


def build(app: Flask, app_session: Session) -> Town:
    """The plan, its units and the people who look at it."""
    session = app_session
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    plan, other = factories.make_plan(session), factories.make_plan(session, "另一份要点")
    units = [
        factories.make_unit(session, f"市{name}局")
        for name in ("教育", "民政", "财政", "水利", "交通", "体育")
    ]
    days = (-40, -3, 4, 12, 80)
    tasks = [
        factories.make_task(
            session, plan, f"事项{place}", units=[units[0], (units[place % 5 + 1], "support")],
            due=TODAY + timedelta(days=day), section="一、主动公开" if place < 3 else "二、平台建设",
        )
        for place, day in enumerate(days)
    ]  # fmt: skip
    tasks[0].checkpoints[0].first_due_on = TODAY - timedelta(days=70)
    done = factories.make_task(
        session, plan, "已办结的事", units=[units[5]], state="signed_off", due=TODAY - timedelta(days=9)
    )
    done.signed_off_at = NOW - timedelta(days=10)
    factories.make_task(session, plan, "取消的事", units=[units[4]], state="cancelled")
    factories.make_task(session, other, "别的要点的事", units=[units[3]], due=TODAY - timedelta(days=5))
    cadence, owed = factories.make_cadence(session, plan), []
    for key, state in (("2026-W38", "closed"), ("2026-W39", "open")):
        period = factories.make_period(session, cadence, key, state=state)
        for unit, stands in zip(units, STATES, strict=True):
            handed_in = NOW - timedelta(days=6) if stands in {"submitted", "returned", "accepted"} else None
            row = factories.make_obligation(session, period, unit, state=stands, submitted_at=handed_in)
            row.late = stands == "accepted"
            row.note = "本周没有任务" if stands == "waived" else ""
            owed.append(row)
            if handed_in:
                _lines(session, row, tasks, unit, stands)
    target = counting.make_target(session, tasks[3])
    counting.enter(session, target, units[0], "2026-03-01")
    session.add(
        SupervisionOrder(
            year=2026, number=3, colour="red", plan_id=plan.id, unit_id=units[0].id, unit_name=units[0].name,
            asked="请办结。", feedback_on=TODAY - timedelta(days=1), sent_at=NOW - timedelta(days=8), sent_by_name="陈雨",
            matters=[SupervisionMatter(position=1, key="task:1", kind="task", title="事项0", due_on=TODAY)],
        )
    )  # fmt: skip
    session.add(
        Meeting(
            plan_id=plan.id,
            title="九月例会",
            starts_at=NOW - timedelta(days=12),
            place="三楼",
            state="closed",
            roles=["联系人"],
            called_at=NOW - timedelta(days=20),
            called_by_name="陈雨",
            closed_at=NOW - timedelta(days=11),
            closed_by_name="陈雨",
        )
    )
    accounts = [
        factories.make_account(session, "office"), factories.make_account(session, "leader"),
        factories.make_account(session, "unit", unit=units[0]),
    ]  # fmt: skip
    session.commit()
    clients = [cast("PageClient", app.test_client()).as_account(one) for one in accounts]
    return Town(plan, units, tasks, owed, *clients)


def _lines(session: Session, owed: Obligation, tasks: list[Task], unit: Unit, stands: str) -> None:
    parts = [part for task in tasks for part in task.assignments if part.unit_id == unit.id]
    words = [
        (part, "done" if place == 0 else "in_progress", f"做了第{place + 1}件事")
        for place, part in enumerate(parts)
    ]
    made = factories.make_return(session, owed, words, state=stands)
    for line in made.lines:
        line.next_plan, line.problem = "接着做。", "人手不够" if line.status == "in_progress" else "无"
    session.flush()


def tree(client: PageClient, address: str) -> Any:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return html.fromstring(answer.get_data(as_text=True))


def listed(page: Any) -> int:
    """How many rows the list of a page has in all."""
    told = page.xpath("//main//*[self::table or self::div or self::ol][@data-count]/@data-count")
    if told:
        return int(told[0])
    totals = page.xpath("//nav[@class='pager']/span/text()")
    if totals:
        return int("".join(letter for letter in totals[0].split("，")[0] if letter.isdigit()))
    return len(page.xpath("//main//table/tbody/tr"))


def made(town: Town, kind: ReportKind) -> str:
    """The address of a new document."""
    data = {"kind": kind.value, "plan_id": town.plan.id, "subject": SUBJECTS[kind]}
    answer = town.office.post("/documents", data=data)
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def fields(page: Any) -> dict[str, str]:
    """What the form of a document holds."""
    form = page.get_element_by_id("return-form")
    found = {each.get("name"): each.get("value") or "" for each in form.xpath(".//input[@name]")}
    texts = {each.get("name"): (each.text or "").removeprefix("\n") for each in form.xpath(".//textarea")}
    return {name: text for name, text in {**found, **texts}.items() if name != "csrf_token"}


def the(session: Session) -> ReportDraft:
    session.expire_all()
    return session.scalars(select(ReportDraft).order_by(ReportDraft.id.desc())).first() or pytest.fail(
        "none is there"
    )

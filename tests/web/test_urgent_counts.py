"""次数 and 时限 on the desk and in 我的待办: each number opens exactly its list, and nothing stands where nothing is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, make_account, make_plan, make_task, make_unit
from tests.support.counting import LINK, OFFICE, enter, make_target
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.domain.clock import PERSONNEL, PUBLISH, PUBLISH_ISSUED
from tracker.services import clock_acts, settings
from tracker.services.clock_acts import ClockFacts
from tracker.store.database import db
from tracker.store.tables import LookBack, Plan, Unit


def figures(page: str) -> dict[str, tuple[int, str]]:
    tree: Any = html.document_fromstring(page)
    found = {}
    for link in tree.xpath("//section[@aria-labelledby='counts']//a"):
        words = re.fullmatch(r"(\D+) (\d+) [件处]", link.text_content())
        assert words
        found[words[1]] = (int(words[2]), str(link.get("href")))
    return found


def rows(page: str) -> int:
    tree: Any = html.document_fromstring(page)
    return len(tree.xpath("//main//table/tbody/tr"))


def started(session: Session, unit: Unit, day: str, key: str = PERSONNEL.key, **more: Any) -> None:
    facts = ClockFacts(key, unit.id, f"{day}的事", date.fromisoformat(day), **more)
    clock_acts.start(session, OFFICE, facts=facts, now=NOW)


@pytest.fixture
def plan(app_session: Session) -> Plan:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    made = make_plan(app_session)
    app_session.commit()
    return made


@pytest.fixture
def units(app_session: Session, plan: Plan) -> tuple[Unit, Unit]:
    """Two units: one behind twice and short once, the other in time; clocks on every side of today."""
    late, prompt = make_unit(app_session, "市教育局"), make_unit(app_session, "市民政局")
    task = make_task(app_session, plan, units=[late, prompt])
    yearly = make_target(app_session, task)
    quarterly = make_target(app_session, task, counted="培训", minimum=1, period="P3M")
    for number in range(5):
        enter(app_session, yearly, prompt, f"2026-0{number + 1}-10", f"{LINK}?{number}")
    for month in (1, 4, 7):
        enter(app_session, quarterly, prompt, f"2026-0{month}-11", f"{LINK}?q{month}")
    enter(app_session, quarterly, late, "2026-01-12", f"{LINK}?late")
    started(app_session, late, "2026-08-03")
    started(app_session, late, "2026-09-21")
    started(app_session, prompt, "2026-09-22")
    started(app_session, prompt, "2026-09-23", PUBLISH.key)
    started(app_session, prompt, "2026-09-20", PUBLISH_ISSUED.key, formed_on=date(2026, 9, 1))
    app_session.commit()
    return late, prompt


def test_the_desk_counts_what_its_lists_show(office: PageClient, units: tuple[Unit, Unit]) -> None:
    found = figures(office.get("/desk").text)

    assert {word: number for word, (number, _) in found.items()} == {
        "时限已逾期": 1, "时限快到期": 3, "次数到期没达标": 1, "次数赶不上进度": 1,
    }  # fmt: skip
    for word, (number, address) in found.items():
        assert rows(office.get(address).text) == number, word


def test_a_unit_is_told_of_its_own(app: Flask, app_session: Session, units: tuple[Unit, Unit]) -> None:
    accounts = [make_account(app_session, "unit", unit=unit) for unit in units]
    app_session.commit()
    pages = []
    for account in accounts:
        client = app.test_client()
        assert isinstance(client, PageClient)
        client.as_account(account)
        found = figures(client.get("/my").text)
        for word, (number, address) in found.items():
            assert rows(client.get(address).text) == number, word
        pages.append({word: number for word, (number, _) in found.items()})

    assert pages == [
        {"时限已逾期": 1, "时限快到期": 1, "次数到期没达标": 1, "次数赶不上进度": 1},
        {"时限快到期": 2},
    ]


def test_where_nothing_is_behind_nothing_is_said(office: PageClient, plan: Plan) -> None:
    assert figures(office.get("/desk").text) == {}
    assert "没有这样的时限" in office.get("/clocks?show=soon").text


def test_a_plan_whose_look_back_is_final_is_nobody_s_concern_any_more(
    app_session: Session, office: PageClient, plan: Plan, units: tuple[Unit, Unit]
) -> None:
    app_session.add(LookBack(plan_id=plan.id, state="final", started_at=NOW, finished_at=NOW))
    app_session.commit()

    assert set(figures(office.get("/desk").text)) == {"时限已逾期", "时限快到期"}
    assert "次数赶不上进度" not in office.get("/desk").text
    assert rows(office.get("/quotas?behind=pace").text) == 1


def test_the_desk_asks_the_database_as_often_for_many_as_for_one(
    app: Flask, app_session: Session, office: PageClient, plan: Plan, units: tuple[Unit, Unit]
) -> None:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        sent.append(statement)

    def asked() -> int:
        sent.clear()
        assert office.get("/desk").status_code == 200
        return len(sent)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        few = asked()
        for number in range(12):
            unit = make_unit(app_session)
            make_target(app_session, make_task(app_session, plan, units=[unit], due=TODAY + timedelta(days=90)))
            started(app_session, unit, f"2026-09-{number + 1:02d}")
        app_session.commit()
        many = asked()
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert many == few

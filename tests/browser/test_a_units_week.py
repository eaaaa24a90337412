"""A unit's week, counted: 12 tasks unchanged in one click, and a usual week without typing what is known.

The figures asserted here stand in the manual; a change of the page that costs a unit one more click or one
more field fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator
from sqlalchemy.orm import Session

from tests.browser.people import PASSWORD, Contact
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
from tests.support.databases import Databases
from tests.support.serving import Office, opened_office
from tracker.adapters.passwords import hash_password

MORNING = "2026-09-24T09:00+08:00"
TASKS = 12
UNITS = ("市教育局", "市司法局")


class Counting:
    """A person whose clicks and typed fields are counted."""

    def __init__(self, person: Contact) -> None:
        self.person, self.clicks, self.fields = person, 0, 0

    def click(self, control: Locator) -> None:
        control.click()
        self.clicks += 1

    def send(self, control: Locator) -> None:
        self.person.send(control)
        self.clicks += 1

    def type(self, field: Locator, words: str) -> None:
        field.fill(words)
        self.fields += 1


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Two units with twelve tasks each; last week was handed in and accepted."""
    with opened_office(databases, tmp_path_factory.mktemp("week"), MORNING, fill) as office:
        yield office


def fill(session: Session) -> None:
    password = hash_password(PASSWORD)
    plan = make_plan(session)
    cadence = make_cadence(session, plan)
    last_week = make_period(session, cadence, "2026-W38", state="closed")
    this_week = make_period(session, cadence)
    for number, name in enumerate(UNITS):
        unit = make_unit(session, name)
        make_account(session, "unit", unit=unit, username=f"unit{number}").password_hash = password
        tasks = [
            make_task(session, plan, f"{name}第{place}件事", units=[(unit, "lead")], due=date(2026, 10, 20))
            for place in range(TASKS)
        ]
        owed = make_obligation(session, last_week, unit, state="accepted")
        said = [(task.assignments[0], "in_progress", f"{task.title}已公开第一批信息，答复咨询。") for task in tasks]
        for line in make_return(session, owed, said).lines[:3]:
            line.next_plan = "公布办事指南\n走访两所学校"
        make_obligation(session, this_week, unit)


def arrive(browser: Browser, office: Office, number: int) -> tuple[Contact, Counting]:
    """The person of a unit on the page of this week's return, which 我的待办 has led to."""
    person = Contact(browser, office.url, "单位")
    person.sign_in(f"unit{number}")
    person.begin_return()
    assert person.page.locator("details.line").count() == TASKS
    return person, Counting(person)


def test_an_unchanged_week_of_twelve_tasks_is_one_click(browser: Browser, office: Office) -> None:
    person, counting = arrive(browser, office, 0)

    counting.send(person.page.get_by_role("button", name="本周全部无变化", exact=True))

    assert "已报送，全部无变化" in person.said()
    assert (counting.clicks, counting.fields) == (1, 0)
    person.leave()


def test_a_usual_week_is_five_clicks_and_three_fields(browser: Browser, office: Office) -> None:
    """Three of twelve tasks have moved: each says in one field what was done and ticks one thing off."""
    person, counting = arrive(browser, office, 1)

    for place in range(3):
        line = person.page.locator("details.line").nth(place)
        assert "已公开第一批信息" in line.inner_text(), "last week's words stand there"
        assert "还有26天" in line.inner_text(), "what is due stands there"
        assert line.get_by_label("接着做").first.is_checked()
        if place < 2:
            counting.click(line.get_by_label("做了", exact=True).first)
            counting.type(line.get_by_label("本周进展"), f"办事指南已公布，点击{place + 1}千次。")
        else:
            counting.click(line.get_by_label("不再做", exact=True).nth(1))
            counting.type(line.get_by_label("为什么不再做").nth(1), "学校由市里统一走访")
    counting.click(person.page.locator("details.line").nth(2).get_by_role("button", name="沿用"))
    field = person.page.locator("details.line").nth(2).get_by_label("本周进展")
    assert field.input_value() == "市司法局第2件事已公开第一批信息，答复咨询。"
    counting.send(person.page.get_by_role("button", name="报送本周", exact=True))

    assert "已报送，3项有变化" in person.said()
    assert "有1项的进展与以前报过的相同" in person.said(), "noted, not refused"
    assert (counting.clicks, counting.fields) == (5, 3)
    person.send(person.page.locator(".settled a").first)
    carried = person.page.locator("details.line").nth(0).get_by_label("下周计划").input_value()
    assert carried == "走访两所学校", "what was not done goes on by itself"
    person.leave()

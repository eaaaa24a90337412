"""催办 as the office uses it: the list first, units unticked one by one, and then exactly that list."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from lxml import html
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from tests.factories import (
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.store.tables import Notice, Plan

WEEK = "cadence=weekly&period=2026-W39"


@pytest.fixture
def plan(app_session: Session) -> Plan:
    """Three units that owe the week's return; the last has no account."""
    plan = make_plan(app_session)
    period = make_period(app_session, make_cadence(app_session, plan))
    for place, name in enumerate(("市教育局", "市司法局", "市档案馆")):
        unit = make_unit(app_session, name, position=place)
        make_obligation(app_session, period, unit)
        make_task(app_session, plan, units=[unit], due=date(2026, 9, 1))
        if name != "市档案馆":
            make_account(app_session, "unit", unit=unit, email=f"{place}lin@qingxi.example")
    app_session.commit()
    return plan


@pytest.fixture
def list_of(plan: Plan) -> str:
    return f"/urge?what=returns&plan={plan.id}&{WEEK}"


def form_of(page: str) -> MultiDict[str, str]:
    tree: Any = html.document_fromstring(page)
    [form] = tree.xpath("//main//form[@method='post']")
    return MultiDict((name, value) for name, value in form.form_values() if value)


def notices(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Notice)) or 0


def test_the_list_shows_whom_it_reaches_and_tells_no_whole_address(office: PageClient, list_of: str) -> None:
    page = office.get(list_of).text

    assert "将催 2 家" in page
    assert "0***@qingxi.example" in page
    assert "0lin@qingxi.example" not in page
    assert "没有账号 1 家" in page


def test_what_is_unticked_does_not_go_and_the_flash_counts_what_was_made(
    office: PageClient, app_session: Session, list_of: str
) -> None:
    fields = form_of(office.get(list_of).text)
    fields.setlist("to", fields.getlist("to")[:1])

    answer = office.post("/urge", data=fields, follow_redirects=True)

    assert "已催办1家" in answer.text
    assert notices(app_session) == 1
    again = office.get(list_of).text
    assert "今天已催过 1 家</b>：市教育局" in again
    assert "将催 1 家" in again


def test_nothing_ticked_is_said_on_the_page(office: PageClient, app_session: Session, list_of: str) -> None:
    fields = form_of(office.get(list_of).text)
    fields.poplist("to")

    answer = office.post("/urge", data=fields)

    assert answer.status_code == 422
    assert "请至少勾选一家单位" in answer.text
    assert notices(app_session) == 0


def test_in_quiet_hours_the_page_and_the_flash_say_when_it_leaves(
    office: PageClient, list_of: str, clock: SettableClock
) -> None:
    clock.set(datetime(2026, 9, 24, 13, 0, tzinfo=UTC))  # nine in the evening
    page = office.get(list_of).text

    answer = office.post("/urge", data=form_of(page), follow_redirects=True)

    assert "站内马上能看到，邮件等将于明早8:00发出" in page
    assert "已催办2家，邮件等将于明早8:00发出" in answer.text


@pytest.mark.parametrize("what", ["tasks", "receipts", "decisions"])
def test_each_kind_has_its_list(office: PageClient, plan: Plan, what: str) -> None:
    page = office.get(f"/urge?what={what}&plan={plan.id}")

    assert page.status_code == 200
    assert ("将催 2 家" in page.text) is (what != "decisions")
    assert ("没有可催的单位" in page.text) is (what == "decisions")


@pytest.mark.parametrize(
    "address",
    ["/urge", "/urge?what=all", "/urge?what=returns&plan=1", "/urge?what=returns&plan=x", "/urge?what=claims",
     "/urge?what=tasks&plan=999999", "/urge?what=tasks&plan=-1", f"/urge?what=tasks&plan={10**30}"],
)  # fmt: skip
def test_an_address_that_means_nothing_leads_nowhere(office: PageClient, address: str) -> None:
    assert office.get(address).status_code == 404


def test_the_desk_leads_to_the_lists(office: PageClient, plan: Plan) -> None:
    tree: Any = html.document_fromstring(office.get("/desk").text)
    links = {link.split("&")[0] for link in tree.xpath("//main//a/@href") if link.startswith("/urge")}

    assert links == {"/urge?what=returns", "/urge?what=tasks", "/urge?what=receipts"}
    assert plan.id


def test_who_urged_about_late_tasks_reads_at_the_desks_top_what_was_done(office: PageClient, plan: Plan) -> None:
    page = office.get(f"/urge?what=tasks&plan={plan.id}").text

    assert 'href="/desk#overdue"' in page
    assert office.post("/urge", data=form_of(page)).headers["Location"] == "/desk"


def test_a_unit_urges_nobody(client: PageClient, app_session: Session, plan: Plan) -> None:
    contact = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    client.as_account(contact)

    assert client.get(f"/urge?what=tasks&plan={plan.id}").status_code == 403
    assert client.post("/urge", data={"what": "tasks", "to": "t1:u1"}).status_code == 403

"""驾驶舱: every number is a link, and every link opens exactly as many rows as the number says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories import (
    NOW,
    TODAY,
    make_account,
    make_cadence,
    make_obligation,
    make_period,
    make_plan,
    make_task,
    make_unit,
)
from tests.support.pages import PageClient
from tracker.services import dashboard
from tracker.store.database import db
from tracker.store.queries import ledger
from tracker.store.tables import Obligation, Period, Plan

DAY = timedelta(days=1)
STATES = ("submitted", "accepted", "returned", "missed", "open", "waived")
MOST_QUERIES = 19
OF_THE_DASHBOARD = 36


def populate(session: Session, title: str, *, tasks: int, units: int, weeks: int) -> Plan:
    """A plan with tasks of every light in four sections, and weeks of returns in every state."""
    plan = make_plan(session, title)
    members = [make_unit(session, f"{title}{number}局", position=number) for number in range(units)]
    dues = (TODAY - 12 * DAY, TODAY - DAY, TODAY, TODAY + 3 * DAY, TODAY + 29 * DAY, TODAY + 90 * DAY, None)
    for number in range(tasks):
        own = [members[(number * step) % units] for step in (1, 2, 3)]
        make_task(
            session,
            plan,
            f"{title}第{number}件",
            units=dict.fromkeys(own),
            due=dues[number % len(dues)],
            section=("", "一、主动公开", "二、政策解读", "三、平台建设")[number % 4],
            state=("assigned", "in_progress", "assigned", "signed_off", "cancelled")[number % 5],
            statuses={own[0].id: "blocked"} if number % 6 == 0 else None,
            reported=number % 3 == 0,
        )
    cadence = make_cadence(session, plan)
    for week in range(weeks):
        last = week == weeks - 1
        facts = None if last else {"green": 3, "yellow": 2, "red": week + 1, "grey": 1}
        key = f"2026-W{39 - weeks + 1 + week}"
        period = make_period(session, cadence, key, state="open" if last else "closed", facts=facts)
        for number, unit in enumerate(members):
            state = STATES[(number + week) % len(STATES)]
            make_obligation(session, period, unit, state=state, late=(number + week) % 4 == 0, submitted_at=NOW)
    session.commit()
    return plan


@pytest.fixture
def plans(app_session: Session) -> list[Plan]:
    return [
        populate(app_session, "要点", tasks=40, units=5, weeks=2),
        populate(app_session, "方案", tasks=23, units=4, weeks=2),
    ]


@pytest.fixture
def leader(client: PageClient, app_session: Session) -> PageClient:
    account = make_account(app_session, "leader")
    app_session.commit()
    return client.as_account(account)


def page_of(client: FlaskClient, address: str) -> html.HtmlElement:
    response = client.get(address)
    assert response.status_code == 200, address
    return html.document_fromstring(response.text)


def listed(page: html.HtmlElement) -> int:
    """How many rows the list has: what it says, or where it says nothing the rows themselves."""
    said = page.xpath("//main//*[not(self::a)][@data-count]/@data-count")
    return int(said[0]) if said else len(page.xpath("//main//tbody/tr"))


@pytest.mark.parametrize("everything", ["", "&all=1"], ids=["units that lag", "all units"])
def test_every_number_opens_exactly_its_list(leader: PageClient, plans: list[Plan], everything: str) -> None:
    opened: dict[str, int] = {}
    for plan in plans:
        page = page_of(leader, f"/dashboard?plan={plan.id}{everything}")
        for link in page.xpath("//main//a[@data-count]"):
            number, address = int(link.get("data-count")), link.get("href")
            assert str(number) in link.text_content()
            assert f"plan={plan.id}" in address or address == "/instructions?mine=1"
            if address not in opened:
                opened[address] = listed(page_of(leader, address))
            assert opened[address] == number, address
    assert len(opened) > 70


@pytest.mark.parametrize("page", ["units", "parts"])
def test_the_lists_of_units_and_parts_open_theirs(leader: PageClient, plans: list[Plan], page: str) -> None:
    shown = page_of(leader, f"/dashboard/{page}?plan={plans[1].id}")

    rows = shown.xpath("//main//tbody/tr")
    assert len(rows) == listed(shown)
    for link in shown.xpath("//main//a[@data-count]"):
        assert listed(page_of(leader, link.get("href"))) == int(link.get("data-count")), link.get("href")
    for link in shown.xpath("//main//a[contains(@href, '/dashboard/parts')]"):
        page_of(leader, link.get("href"))


def test_numbers_agree_with_each_other(leader: PageClient, plans: list[Plan]) -> None:
    page = page_of(leader, f"/dashboard?plan={plans[0].id}&all=1")

    figures = [int(number) for number in page.xpath("//div[@class='kpi']/a/@data-count")]
    tasks, red, yellow, green, grey, signed_off, units, parts = figures
    assert tasks == red + yellow + green + grey == 40
    assert (signed_off, units) == (8, 5)
    whole = [row.xpath("./td[last()]/a[last()]/@data-count")[0] for row in page.xpath("//table[@class='matrix']/tbody/tr")]
    assert sum(map(int, whole)) == parts
    assert page.xpath("//section[@aria-labelledby='overdue-title']/h2/a/@data-count") == [str(red)]


def test_the_first_day_is_named_only_where_it_moved(leader: PageClient, plans: list[Plan]) -> None:
    days = page_of(leader, f"/dashboard?plan={plans[0].id}").xpath("//section[@aria-labelledby='overdue-title']//td[@data-label='逾期']/small")

    assert days
    assert all("到期" in day.text_content() for day in days), "no day of this plan has moved"


def test_of_a_period_that_kept_no_lights_the_sums_are_compared(leader: PageClient, plans: list[Plan]) -> None:
    page = page_of(leader, f"/dashboard?plan={plans[0].id}")

    red = int(page.xpath("//a[contains(@class, 'is-late')]/@data-count")[0])
    told = said(page, "moved-title")
    assert "比第38周截止时" in told
    assert f"红灯{red - 1:+d}".replace("-", "−") in told
    assert "只记了总数，不能逐项比较" in told
    assert "那时和现在" not in said(page_of(leader, f"/dashboard?plan={plans[0].id}&section=一、主动公开"), "moved-title")


def test_only_units_that_were_silent_twice_on_end_are_listed_as_such(leader: PageClient, app_session: Session) -> None:
    plan = populate(app_session, "沉默", tasks=4, units=4, weeks=3)
    before, last = app_session.scalars(select(Period).where(Period.state == "closed").order_by(Period.starts_on))
    silent = {before.id: (0, 1), last.id: (1, 2, 3)}
    owed = app_session.scalars(select(Obligation).where(Obligation.period_id.in_(silent)).order_by(Obligation.unit_id))
    units = sorted({row.unit_id for row in app_session.scalars(select(Obligation))})
    for row in owed:
        row.state = "missed" if units.index(row.unit_id) in silent[row.period_id] else "accepted"
    app_session.commit()

    (number,) = page_of(leader, f"/dashboard?plan={plan.id}").xpath("//section[@aria-labelledby='behind-title']//a[contains(@href, 'missed=')]")

    assert number.text == "1"
    assert listed(page_of(leader, number.get("href"))) == 1


def said(page: html.HtmlElement, title: str) -> str:
    """The words of a section."""
    return "".join(page.xpath(f"//section[@aria-labelledby='{title}']")[0].text_content().split())


def test_colour_never_stands_alone(leader: PageClient, plans: list[Plan]) -> None:
    page = page_of(leader, f"/dashboard?plan={plans[0].id}&all=1")

    for cell in page.xpath("//table[@class='matrix']//td[contains(@class, 'm') or contains(@class, 'l')]"):
        if cell.get("class").split()[0] in {"m", "l"}:
            assert cell.text_content().strip()[0] in "■▲"
    returns = page.xpath("//*[local-name()='svg']")[0]
    assert "未报" in returns.text_content()
    assert len(page.xpath("//table[@class='weeks']/tbody/tr")) == 2


def test_newest_plan_is_shown_when_none_is_named_and_an_unknown_one_is_not_found(
    leader: PageClient, plans: list[Plan]
) -> None:
    assert plans[1].title in page_of(leader, "/dashboard").xpath("//h1")[0].text
    assert leader.get("/dashboard?plan=999").status_code == 404
    assert leader.get("/dashboard/units?plan=999").status_code == 404
    assert leader.get("/dashboard/parts").status_code == 404


def test_a_newer_plan_that_nobody_reports_on_does_not_come_first(
    leader: PageClient, plans: list[Plan], app_session: Session
) -> None:
    make_task(app_session, make_plan(app_session, "刚导入的分工表"))
    app_session.commit()

    assert plans[1].title in page_of(leader, "/dashboard").xpath("//h1")[0].text


@pytest.mark.parametrize("address", ["/tasks/{}", "/plans/{}/source", "/dashboard?plan={}", "/dashboard/parts?plan=1&unit={}"])
def test_a_number_beyond_every_row_is_no_failure(leader: PageClient, plans: list[Plan], address: str) -> None:
    assert leader.get(address.format(10**30)).status_code in {200, 404}


def test_an_empty_office_is_told_so(leader: PageClient) -> None:
    assert "还没有确认导入的工作要点" in leader.get("/dashboard").text


def test_a_unit_has_no_business_here(client: PageClient, app_session: Session, plans: list[Plan]) -> None:
    account = make_account(app_session, "unit", unit=make_unit(app_session))
    app_session.commit()
    client.as_account(account)

    assert client.get("/dashboard").status_code == 403


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that the application sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    "address",
    ["/dashboard?plan={}", "/dashboard?plan={}&all=1", "/ledger?plan={}", "/ledger?plan={}&size=all&words=件", "/plans"],
)
def test_a_page_asks_few_questions_however_much_there_is(
    app: Flask, leader: PageClient, app_session: Session, address: str
) -> None:
    asked = []
    for size in (2, 30):
        plan = populate(app_session, f"规模{size}", tasks=size, units=max(3, size // 2), weeks=min(size, 10))
        with counted(app) as sent:
            page_of(leader, address.format(plan.id))
        asked.append(len(sent))

    assert asked[1] <= (OF_THE_DASHBOARD if "dashboard" in address else MOST_QUERIES), sent
    assert asked[1] <= asked[0] + 1


@pytest.mark.usefixtures("plans")
def test_a_list_reads_no_more_rows_than_it_shows(
    leader: PageClient, app_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = populate(app_session, "很多", tasks=140, units=4, weeks=2)
    asked: list[int | None] = []
    rows = ledger.rows

    def watched(*args: Any, limit: int | None = None, **more: Any) -> list[ledger.TaskRow]:
        asked.append(limit)
        return rows(*args, limit=limit, **more)

    monkeypatch.setattr(ledger, "rows", watched)
    page = page_of(leader, f"/dashboard?plan={plan.id}")

    assert asked == [dashboard.on_paper(units=4)] * 2
    for section in ("overdue-title", "soon-title"):
        (number,) = page.xpath(f"//h2[@id='{section}']/a/@data-count")
        assert int(number) > dashboard.SHOWN
        rows = page.xpath(f"//section[@aria-labelledby='{section}']//tbody/tr")
        assert sum("only-printed" not in (row.get("class") or "") for row in rows) == dashboard.SHOWN

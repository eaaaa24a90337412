"""大屏: its numbers are those of the lists, a screen needs no sign-in, and no sign-in page comes on a wall."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tests.web.test_dashboard_pages import listed, page_of, populate
from tracker.services.wall_screens import LIFE
from tracker.store.tables import AuditEvent, Plan, SignIn, WallScreen

SCREENS = "/dashboard/wall/screens"


@pytest.fixture
def plan(app_session: Session) -> Plan:
    populate(app_session, "旧方案", tasks=5, units=2, weeks=1)
    return populate(app_session, "要点", tasks=40, units=5, weeks=2)


@pytest.fixture
def leader(client: PageClient, app_session: Session, plan: Plan) -> PageClient:
    assert plan.id
    account = factories.make_account(app_session, "leader", username="周副市长")
    app_session.commit()
    return client.as_account(account)


def address_of(office: PageClient, **more: object) -> str:
    """The path of a new screen's address, as the page shows it once."""
    answer = office.post(SCREENS, data={"name": "三楼会议室", "plan_id": 0, **more})
    assert answer.status_code == 200
    page: Any = html.document_fromstring(answer.text)
    shown = str(page.get_element_by_id("where").get("value"))
    return "/wall/" + shown.partition("/wall/")[2]


def stranger(app: Flask) -> PageClient:
    client = app.test_client(use_cookies=False)
    assert isinstance(client, PageClient)
    return client


def test_every_number_opens_exactly_its_list(leader: PageClient, plan: Plan) -> None:
    page = page_of(leader, f"/dashboard/wall?plan={plan.id}")
    links = page.xpath("//main//a[@data-count]")

    assert len(links) == 10
    for link in links:
        assert link.get("data-count") in link.text_content()
        assert listed(page_of(leader, link.get("href"))) == int(link.get("data-count")), link.get("href")


@pytest.mark.parametrize("role", ["unit", "administrator", "auditor"])
def test_it_is_for_office_and_leaders(
    client: PageClient, app_session: Session, plan: Plan, role: str
) -> None:
    assert plan.id
    unit = factories.make_unit(app_session) if role == "unit" else None
    account = factories.make_account(app_session, role, unit=unit)
    app_session.commit()

    assert client.as_account(account).get("/dashboard/wall").status_code == 403


def test_it_opens_before_there_is_a_plan(office: PageClient) -> None:
    assert "还没有确认导入" in office.get("/dashboard/wall").text


def test_it_asks_anew_by_itself_with_script_and_without(leader: PageClient) -> None:
    page = page_of(leader, "/dashboard/wall")

    assert page.xpath("//noscript/meta[@http-equiv='refresh']/@content") == ["60"]
    assert page.xpath("//main/@data-refresh") == ["60"]
    assert page.xpath("//script/@src")


def test_a_wall_in_use_lasts_as_long_as_its_sign_in_and_then_stands_still(
    leader: PageClient, app_session: Session, clock: SettableClock
) -> None:
    ends_at = app_session.scalars(select(SignIn.expires_at)).one()

    while clock() < ends_at - timedelta(minutes=5):
        clock.advance(minutes=45)
        if clock() < ends_at - timedelta(minutes=5):
            assert leader.get("/dashboard/wall").status_code == 200
    clock.set(ends_at - timedelta(minutes=2))
    last = leader.get("/dashboard/wall")

    assert last.status_code == 200
    assert "登录快到期了" in last.text
    assert 'http-equiv="refresh"' not in last.text
    assert "<script" not in last.text


def test_a_screen_shows_the_same_figures_to_nobody_in_particular(
    app: Flask, leader: PageClient, office: PageClient, plan: Plan
) -> None:
    path = address_of(office, plan_id=plan.id)
    page = page_of(stranger(app), path)

    assert page.xpath("//main//b/text()") == page_of(office, f"/dashboard/wall?plan={plan.id}").xpath(
        "//main//b/text()"
    )
    assert page.xpath("//a") == page.xpath("//form") == []
    assert "周副市长" not in page.text_content()
    assert leader is office, "they are one browser, and the office signed in last"


def test_a_screen_goes_on_for_months_and_ends_on_its_day(
    app: Flask, office: PageClient, plan: Plan, clock: SettableClock
) -> None:
    assert plan.id
    path = address_of(office)

    for _ in range(12):
        assert stranger(app).get(path).status_code == 200
        clock.advance(days=30)
    clock.advance(days=LIFE.days - 12 * 30 + 1)

    ended = stranger(app).get(path)
    assert ended.status_code == 404
    assert "没有启用" in ended.text
    assert "登录" not in ended.text


def test_an_ended_screen_and_a_guess_open_nothing(
    app: Flask, office: PageClient, app_session: Session
) -> None:
    path = address_of(office)
    screen = app_session.scalars(select(WallScreen)).one()
    for _ in range(2):
        assert office.post(f"{SCREENS}/{screen.id}/end").status_code == 303

    for tried in (path, "/wall/guess", "/wall/%00"):
        answer = stranger(app).get(tried)
        assert answer.status_code == 404
        assert "这个地址没有启用" in answer.text
    app_session.rollback()  # see what the pages have written since
    done = list(app_session.scalars(select(AuditEvent.action).where(AuditEvent.action.like("screen:%"))))
    assert done == ["screen:make", "screen:end"]


def test_the_key_is_shown_once_and_kept_nowhere(
    app: Flask, office: PageClient, app_session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    path = address_of(office)
    token = path.removeprefix("/wall/")
    with caplog.at_level(logging.INFO):
        app.logger.info("GET %s 200", path)
        answer = stranger(app).get(path)

    kept = app_session.scalars(select(WallScreen)).one()
    assert token not in str(vars(kept))
    assert token not in office.get(SCREENS).text
    assert token not in caplog.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert not answer.headers.getlist("Set-Cookie")


@pytest.mark.parametrize("given", [{"name": ""}, {"name": "  "}, {"name": "屏" * 61}, {"plan_id": 999}])
def test_a_screen_that_is_not_described_gets_no_address(
    office: PageClient, app_session: Session, given: dict[str, object]
) -> None:
    answer = office.post(SCREENS, data={"name": "三楼会议室", "plan_id": 0} | given)

    assert answer.status_code == 422
    assert app_session.scalars(select(WallScreen)).all() == []


def test_only_the_office_gives_addresses(leader: PageClient) -> None:
    assert leader.get(SCREENS).status_code == 403
    assert leader.post(SCREENS, data={"name": "三楼会议室", "plan_id": 0}).status_code == 403
    assert SCREENS not in leader.get("/dashboard/wall").text


def test_the_dashboard_leads_to_the_wall(leader: PageClient, plan: Plan) -> None:
    assert re.search(
        rf'href="/dashboard/wall\?plan={plan.id}"', leader.get(f"/dashboard?plan={plan.id}").text
    )

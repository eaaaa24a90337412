"""联系人交接 in the browser: report, file, the link shown once, and the desk that waits for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.pages import PageClient
from tracker.store.tables import Account, Handover

EARLIER = "2026-09-11"


@dataclass(frozen=True)
class Town:
    li: Account
    zhao: Account
    contact: PageClient
    stranger: PageClient
    office: PageClient
    leader: PageClient


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    justice, health = factories.make_unit(app_session, "市司法局"), factories.make_unit(app_session, "市卫健委")
    li = factories.make_account(app_session, "unit", unit=justice, username="liming")
    zhao = factories.make_account(app_session, "unit", unit=health, username="zhaoyuan")
    office, leader = factories.make_account(app_session), factories.make_account(app_session, "leader")
    app_session.commit()

    def visit(account: Account) -> PageClient:
        return cast("PageClient", app.test_client()).as_account(account)

    return Town(li, zhao, visit(li), visit(zhao), visit(office), visit(leader))


def the_only(session: Session) -> Handover:
    session.rollback()
    return session.scalars(select(Handover)).one()


def reported(town: Town, session: Session, day: str = EARLIER) -> str:
    answer = town.contact.post("/handovers", data={"account_id": str(town.li.id), "changed_on": day, "words": "调任"})
    assert answer.status_code == 303
    return f"/handovers/{the_only(session).id}"


def successor(session: Session, **more: str) -> dict[str, str]:
    facts = {"account_id": "0", "username": "wangxiao", "display_name": "王晓", "email": "", "phone": ""}
    return facts | {"version": str(the_only(session).version)} | more


def test_an_overdue_change_stands_on_the_desk_until_it_is_filed(town: Town, app_session: Session) -> None:
    address = reported(town, app_session)

    desk = town.office.get("/desk").get_data(as_text=True)
    assert "市司法局联系人liming" in desk
    assert "逾期" in desk
    assert "新联系人要在" in town.contact.get("/my").get_data(as_text=True)
    assert "第5日" in town.office.get(address).get_data(as_text=True)

    answer = town.contact.post(f"{address}/file", data=successor(app_session))

    assert answer.status_code == 200
    page = html.document_fromstring(answer.data)
    (link,) = page.iterfind(".//input[@id='link']")
    assert "/password/" in (link.get("value") or "")
    assert town.contact.get("/my").status_code == 302, "the old account is closed"
    assert "市司法局联系人" not in town.office.get("/desk").get_data(as_text=True)
    shown = town.office.get(address).get_data(as_text=True)
    assert "已交接" in shown
    assert "仍署liming的名字" in shown
    new = app_session.get(Account, the_only(app_session).successor_id)
    assert new is not None
    assert new.username == "wangxiao"


def test_forged_people_and_rows_are_nobody(town: Town, app_session: Session) -> None:
    form = {"account_id": str(town.li.id), "changed_on": EARLIER}
    assert town.stranger.post("/handovers", data=form).status_code == 404
    assert town.leader.get("/handovers").status_code == 403
    address = reported(town, app_session)

    assert town.stranger.get(address).status_code == 404
    assert town.stranger.post(f"{address}/file", data=successor(app_session)).status_code == 404
    assert town.stranger.post(f"{address}/withdraw", data={"version": "1", "words": "x"}).status_code == 404
    of_another = successor(app_session, account_id=str(town.zhao.id))
    assert town.contact.post(f"{address}/file", data=of_another).status_code == 404
    assert town.office.get("/handovers/999999").status_code == 404
    assert the_only(app_session).state == "waiting"


def test_what_is_missing_is_said_and_what_was_typed_stays(town: Town, app_session: Session) -> None:
    address = reported(town, app_session)

    nameless = town.contact.post(f"{address}/file", data=successor(app_session, username="", email="a@b.example"))
    assert nameless.status_code == 422
    assert "请填写新联系人的姓名和用户名" in nameless.get_data(as_text=True)
    assert "a@b.example" in nameless.get_data(as_text=True)
    taken = town.contact.post(f"{address}/file", data=successor(app_session, username="zhaoyuan"))
    assert taken.status_code == 422
    stale = town.office.post(f"{address}/file", data=successor(app_session, version="7"))
    assert stale.status_code == 409
    assert "王晓" in stale.get_data(as_text=True)
    assert town.contact.post("/handovers", data={"account_id": str(town.li.id), "changed_on": EARLIER}).status_code == 422


def test_a_report_can_be_withdrawn_with_a_reason(town: Town, app_session: Session) -> None:
    address = reported(town, app_session, "2026-09-24")
    version = str(the_only(app_session).version)

    assert town.office.post(f"{address}/withdraw", data={"version": version, "words": " "}).status_code == 422
    assert town.office.post(f"{address}/withdraw", data={"version": version, "words": "不调了"}).status_code == 303
    assert "不调了" in town.contact.get(address).get_data(as_text=True)
    assert "交接记录" in town.contact.get("/handovers").get_data(as_text=True)

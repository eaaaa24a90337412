"""代办 in the browser: a banner says so, one click leads back, and it ends by the clock whatever is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.clock import CHINA
from tracker.store.tables import Account, AuditEvent, Deputyship, Obligation, SignInDeputy

TODAY = factories.TODAY.isoformat()
LAST = factories.TODAY


@dataclass(frozen=True)
class Town:
    accounts: dict[str, Account]
    clients: dict[str, PageClient]
    owed: Obligation

    def form(self, by: str, of: str | None = None, **more: str) -> dict[str, str]:
        named = {"for_id": str(self.accounts[of].id)} if of else {}
        days = {"starts_on": TODAY, "ends_on": LAST.isoformat(), "words": "出差"}
        return {"by_id": str(self.accounts[by].id), **days, **named, **more}


@pytest.fixture
def town(app: Flask, app_session: Session) -> Town:
    session = app_session
    justice, health = factories.make_unit(session, "市司法局"), factories.make_unit(session, "市卫健委")
    plan = factories.make_plan(session)
    factories.make_task(session, plan, "清理规范性文件", units=[justice], due=factories.TODAY)
    period = factories.make_period(session, factories.make_cadence(session, plan))
    owed = factories.make_obligation(session, period, justice)
    accounts = {
        name: factories.make_account(session, role, unit=unit, username=name)
        for name, role, unit in (
            ("李明", "unit", justice), ("王晓", "unit", justice), ("赵远", "unit", health),
            ("陈雨", "office", None), ("管理员", "administrator", None),
        )
    }  # fmt: skip
    session.commit()
    clients = {
        name: cast("PageClient", app.test_client()).as_account(account) for name, account in accounts.items()
    }
    return Town(accounts, clients, owed)


def midnight(client: PageClient, clock: SettableClock) -> None:
    """The last day passes while the browser is in use."""
    while (now := clock().astimezone(CHINA)).date() <= LAST:
        assert "正在代" in client.get("/my").get_data(as_text=True), now
        clock.advance(hours=1)


def row_of(session: Session) -> Deputyship:
    session.rollback()
    return session.scalars(select(Deputyship)).one()


def begin(town: Town, session: Session, *, by: str = "赵远", of: str = "李明") -> PageClient:
    """The office arranges it, and the deputy chooses 代 李明."""
    assert town.clients["陈雨"].post("/deputies", data=town.form(by, of)).status_code == 303
    client = town.clients[by]
    assert client.post(f"/deputies/{row_of(session).id}/begin").status_code == 303
    return client


def test_a_deputy_chooses_sees_the_units_pages_and_goes_back(town: Town, app_session: Session) -> None:
    zhao = town.clients["赵远"]
    assert zhao.get(f"/my/returns/{town.owed.id}").status_code == 404
    assert town.clients["陈雨"].post("/deputies", data=town.form("赵远", "李明")).status_code == 303
    page = zhao.get("/deputies").get_data(as_text=True)
    assert "代 李明" in page
    assert "人请您代办" in zhao.get("/my").get_data(as_text=True)

    zhao.post(f"/deputies/{row_of(app_session).id}/begin")

    shown = zhao.get("/my").get_data(as_text=True)
    assert "正在代 <b>李明</b>（市司法局）办理，到9月24日为止" in shown
    assert "赵远 代 李明" in shown
    assert zhao.get(f"/my/returns/{town.owed.id}").status_code == 200
    assert zhao.post("/deputies/back").status_code == 303
    assert "正在代" not in zhao.get("/my").get_data(as_text=True)
    assert zhao.get(f"/my/returns/{town.owed.id}").status_code == 404
    app_session.rollback()
    told = app_session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(event.action, event.actor) for event in told] == [
        ("deputy:arrange", "陈雨"), ("deputy:begin", "赵远"), ("deputy:leave", "赵远 代 李明"),
    ]  # fmt: skip


def test_what_a_deputy_hands_in_is_told_with_both_names(town: Town, app_session: Session) -> None:
    client = begin(town, app_session)

    path = f"/my/returns/{town.owed.id}"
    (field,) = html.document_fromstring(client.get(path).data).iterfind(".//input[@name='token']")
    token = field.get("value") or ""

    assert client.post(path, data={"action": "unchanged", "token": token}).status_code == 303

    app_session.rollback()
    event = app_session.scalars(select(AuditEvent).where(AuditEvent.action == "return:submit")).one()
    assert (event.actor, event.account_id) == ("赵远 代 李明", town.accounts["赵远"].id)
    assert event.detail["acts_for"] == {"account_id": town.accounts["李明"].id, "name": "李明"}


def test_after_the_last_day_nothing_is_done_and_the_deputy_is_himself(
    town: Town, app_session: Session, clock: SettableClock
) -> None:
    client = begin(town, app_session, by="王晓")
    midnight(client, clock)

    form = {"by_id": str(town.accounts["李明"].id), "words": "也出差", "starts_on": TODAY, "ends_on": TODAY}
    refused = client.post("/deputies", data=form)

    assert refused.status_code == 422
    assert "代办已经结束" in refused.get_data(as_text=True)
    assert "也出差" in refused.get_data(as_text=True)
    assert "正在代" not in client.get("/my").get_data(as_text=True)
    assert client.get("/my").status_code == 200
    app_session.rollback()
    assert not app_session.scalars(select(SignInDeputy)).all()
    assert app_session.scalars(select(Deputyship)).one().reason == "出差"


def test_a_page_that_is_opened_after_the_last_day_leads_home_and_says_so(
    town: Town, app_session: Session, clock: SettableClock
) -> None:
    client = begin(town, app_session)
    midnight(client, clock)

    answer = client.get(f"/my/returns/{town.owed.id}")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert "代办已经结束，现在是您本人" in client.get("/my").get_data(as_text=True)
    assert client.get(f"/my/returns/{town.owed.id}").status_code == 404
    assert client.post(f"/deputies/{row_of(app_session).id}/begin").status_code == 422


def test_a_form_that_was_open_before_the_change_of_person_is_refused(town: Town, app_session: Session) -> None:
    zhao = town.clients["赵远"]
    zhao.get("/deputies")
    old = zhao.csrf_token()
    client = begin(town, app_session)

    stale = client.post(
        "/deputies/back", with_token=False, data={"csrf_token": old}
    )

    assert stale.status_code == 400
    assert "正在代" in client.get("/my").get_data(as_text=True)


def test_forged_people_are_nobody(town: Town, app_session: Session) -> None:
    li = town.clients["李明"]

    assert li.post("/deputies", data=town.form("赵远")).status_code == 404
    assert li.post("/deputies", data=town.form("陈雨")).status_code == 404
    assert li.post("/deputies", data=town.form("王晓", "赵远")).status_code == 404
    assert li.post("/deputies", data=town.form("王晓", by_id="999999")).status_code == 404
    nobody = li.post("/deputies", data=town.form("王晓", by_id="0"))
    assert (nobody.status_code, "请选择由谁代办" in nobody.text) == (422, True)
    assert town.clients["陈雨"].post("/deputies", data=town.form("管理员", "李明")).status_code == 404
    assert town.clients["管理员"].get("/deputies").status_code == 403
    app_session.rollback()
    assert not app_session.scalars(select(Deputyship)).all()
    assert li.post("/deputies", data=town.form("王晓")).status_code == 303
    row = row_of(app_session)
    for name in ("赵远", "李明"):
        assert town.clients[name].post(f"/deputies/{row.id}/begin").status_code == 404
    assert town.clients["赵远"].post(f"/deputies/{row.id}/end", data={"version": "1"}).status_code == 404
    assert town.clients["陈雨"].post("/deputies/999999/begin").status_code == 404


def test_while_acting_nobody_is_arranged_and_no_password_but_the_own_is_changed(
    town: Town, app_session: Session
) -> None:
    client = begin(town, app_session)

    assert client.post("/deputies", data=town.form("李明")).status_code in {404, 422}
    assert "安排代办" not in client.get("/deputies").get_data(as_text=True)
    assert town.accounts["赵远"].username in client.get("/password").get_data(as_text=True)
    assert client.get("/desk").status_code == 403
    assert client.get("/accounts").status_code == 403


def test_taken_back_it_ends_in_the_open_browser(town: Town, app_session: Session) -> None:
    client = begin(town, app_session)
    row = row_of(app_session)

    ended = town.clients["李明"].post(f"/deputies/{row.id}/end", data={"version": str(row.version)})

    assert ended.status_code == 303
    assert client.get("/my").status_code == 302
    assert "正在代" not in client.get("/my").get_data(as_text=True)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"words": " "}, "请填写理由"),
        ({"ends_on": "2026-09-01"}, "结束日期不能早于开始日期"),
        ({"starts_on": "2026-09-01"}, "不能从过去的日期开始"),
        ({"ends_on": "2028-01-01"}, "最长一年"),
        ({"ends_on": ""}, "请填写结束日期"),
    ],
)
def test_what_does_not_fit_is_said(town: Town, more: dict[str, str], sentence: str) -> None:
    answer = town.clients["李明"].post("/deputies", data=town.form("王晓", **more))

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)

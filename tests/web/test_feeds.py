"""日历订阅 in the browser, and the address that a calendar fetches: without signing in, cookie or trace."""

from __future__ import annotations

import dataclasses
import logging
import re
from datetime import date
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar
from lxml import html
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.domain.lockout import ADDRESS_LIMIT
from tracker.services import feeds
from tracker.store import tables
from tracker.store.tables import Account, FeedToken, Task, Unit
from tracker.web.edge import CONFIG_KEY

BASE = "https://gk.qingxi.example"
AWAY = {"X-Real-IP": "10.1.2.3"}


@pytest.fixture
def reachable(app: Flask) -> Flask:
    app.extensions[CONFIG_KEY] = dataclasses.replace(app.extensions[CONFIG_KEY], base_url=BASE)
    return app


@pytest.fixture
def unit(app_session: Session) -> Unit:
    found = factories.make_unit(app_session, "市教育局")
    plan = factories.make_plan(app_session)
    factories.make_task(app_session, plan, "清理规范性文件", units=[found], due=date(2026, 9, 30))
    app_session.commit()
    return found


@pytest.fixture
def contact(reachable: Flask, app_session: Session, unit: Unit) -> PageClient:
    account = factories.make_account(app_session, "unit", unit=unit, username="李明")
    app_session.commit()
    client = reachable.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


def made(client: PageClient) -> str:
    """The path of a new address, as the page shows it once."""
    answer = client.post("/feeds")
    assert answer.status_code == 200
    page: Any = html.document_fromstring(answer.get_data(as_text=True))
    shown = str(page.get_element_by_id("address").get("value"))
    assert shown.startswith(f"{BASE}/feeds/")
    return shown.removeprefix(BASE)


def fetch(app: Flask, path: str, **headers: str) -> TestResponse:
    """As a calendar does: a stranger without cookies."""
    return app.test_client(use_cookies=False).get(path, headers={**AWAY, **headers})


def test_the_page_says_what_is_in_it_and_shows_the_address_once(contact: PageClient) -> None:
    before = contact.get("/feeds").get_data(as_text=True)
    path = made(contact)
    after = contact.get("/feeds").get_data(as_text=True)

    assert "本单位的任务节点" in before
    assert "生成日历地址" in before
    assert path not in after
    assert "还没有日历来读取过" in after
    assert "换一个新地址" in after


def test_a_calendar_fetches_without_signing_in(contact: PageClient, reachable: Flask) -> None:
    answer = fetch(reachable, made(contact))

    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.data)
    assert str(calendar["X-WR-CALNAME"]) == "台账 · 市教育局"
    [shown] = calendar.walk("VEVENT")
    assert shown.decoded("DTSTART") == date(2026, 9, 30)
    assert str(shown["UID"]).endswith("@gk.qingxi.example")
    assert "最近一次读取是 9月24日" in contact.get("/feeds").get_data(as_text=True)


def test_the_answer_sets_no_cookie_and_gives_the_address_to_nobody(contact: PageClient, reachable: Flask) -> None:
    path = made(contact)

    for answer in (fetch(reachable, path), fetch(reachable, "/feeds/falsch.ics"), contact.get(path)):
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_has_not_changed_is_not_sent_again(contact: PageClient, reachable: Flask, app_session: Session) -> None:
    path = made(contact)
    first = fetch(reachable, path)
    tag = first.headers["ETag"]

    same = fetch(reachable, path, **{"If-None-Match": tag})
    app_session.scalars(select(Task)).one().title = "另一个题目"
    app_session.commit()
    changed = fetch(reachable, path, **{"If-None-Match": tag})

    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert changed.status_code == 200
    assert "SEQUENCE:1" in changed.get_data(as_text=True)
    assert fetch(reachable, path).data == changed.data


def test_asking_for_the_head_alone_is_answered(contact: PageClient, reachable: Flask) -> None:
    path = made(contact)

    answer = reachable.test_client(use_cookies=False).head(path, headers=AWAY)

    assert (answer.status_code, answer.data) == (200, b"")


def test_wrong_revoked_and_disabled_cannot_be_told_apart(contact: PageClient, reachable: Flask, app_session: Session) -> None:
    revoked = made(contact)
    contact.post("/feeds/revoke")
    disabled = made(contact)
    app_session.scalars(select(Account)).one().active = False
    app_session.commit()

    answers = [fetch(reachable, path) for path in ("/feeds/falsch.ics", revoked, disabled, "/feeds/%00.ics", "/feeds/的.ics")]

    assert {answer.status_code for answer in answers} == {404}
    assert len({(answer.data, str(sorted(answer.headers))) for answer in answers}) == 1


def test_each_of_them_costs_the_same_questions(contact: PageClient, reachable: Flask, app_session: Session) -> None:
    """Nobody learns from the time it takes whether a token was once a good one."""
    revoked = made(contact)
    disabled = made(contact)
    app_session.scalars(select(Account)).one().active = False
    app_session.commit()
    engine = app_session.get_bind()
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        asked = []
        for path in ("/feeds/falsch.ics", revoked, disabled):
            said.clear()
            fetch(reachable, path)
            asked.append(tuple(said))
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert asked[0]
    assert len(set(asked)) == 1


def test_a_replaced_address_opens_nothing(contact: PageClient, reachable: Flask) -> None:
    first, second = made(contact), made(contact)

    assert (fetch(reachable, first).status_code, fetch(reachable, second).status_code) == (404, 200)


def test_who_guesses_is_kept_out_for_a_while(contact: PageClient, reachable: Flask, clock: SettableClock) -> None:
    path = made(contact)
    for _ in range(ADDRESS_LIMIT):
        assert fetch(reachable, "/feeds/falsch.ics").status_code == 404

    locked = fetch(reachable, path)
    assert (locked.status_code, locked.headers["Retry-After"]) == (429, "900")
    assert reachable.test_client().get(path, headers={"X-Real-IP": "10.9.9.9"}).status_code == 200
    clock.advance(minutes=15)
    assert fetch(reachable, path).status_code == 200


def test_guessing_addresses_locks_nobody_out_of_signing_in(reachable: Flask, unit: Unit) -> None:
    for _ in range(ADDRESS_LIMIT + 1):
        fetch(reachable, "/feeds/falsch.ics")

    client = reachable.test_client()
    answer = client.post("/sign-in", data={"username": "nobody", "password": "falsch"}, headers=AWAY)

    assert answer.status_code == 422


def test_a_system_that_only_this_machine_reaches_says_so(app: Flask, office: PageClient, app_session: Session) -> None:
    page = office.get("/feeds").get_data(as_text=True)
    answer = office.post("/feeds")

    assert "base_url" in page
    assert "生成日历地址" not in page
    assert 'id="address"' not in answer.get_data(as_text=True)
    assert app_session.scalars(select(FeedToken)).all() == []


@pytest.mark.parametrize(("role", "words"), [("office", "按天合并成一条"), ("leader", "例会；任务节点")])
def test_each_role_reads_what_its_calendar_holds(reachable: Flask, app_session: Session, role: str, words: str) -> None:
    account = factories.make_account(app_session, role)
    app_session.commit()
    client = reachable.test_client()
    assert isinstance(client, PageClient)

    page = client.as_account(account).get("/feeds").get_data(as_text=True)

    assert words in page


@pytest.mark.parametrize("role", ["administrator", "auditor"])
def test_who_has_no_days_has_no_page(reachable: Flask, app_session: Session, role: str) -> None:
    account = factories.make_account(app_session, role)
    app_session.commit()
    client = reachable.test_client()
    assert isinstance(client, PageClient)

    assert client.as_account(account).get("/feeds").status_code == 403


def test_a_token_shows_in_no_log_even_where_fetching_breaks(
    contact: PageClient, reachable: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(contact)
    token = path.removeprefix("/feeds/").removesuffix(".ics")
    caplog.set_level(logging.DEBUG)
    reachable.config["PROPAGATE_EXCEPTIONS"] = False
    reachable.testing = False

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the disk has gone")

    monkeypatch.setattr(feeds, "events", broken)
    answer = fetch(reachable, path)
    for name in ("werkzeug", "granian.access", "waitress"):
        logging.getLogger(name).warning('10.1.2.3 "GET %s HTTP/1.1" %d', path, 200)

    assert answer.status_code == 500
    assert "the disk has gone" in caplog.text
    assert token not in caplog.text
    assert len(re.findall(r"/feeds/\*\*\*", caplog.text)) == 4


def test_the_database_holds_no_token(contact: PageClient, app_session: Session) -> None:
    token = made(contact).removeprefix("/feeds/").removesuffix(".ics")

    kept = [str(row.__dict__) for table in (tables.FeedToken, tables.AuditEvent) for row in app_session.scalars(select(table))]
    assert kept
    assert not any(token in row for row in kept)

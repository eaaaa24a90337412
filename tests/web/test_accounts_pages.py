"""The pages of administrators: people, the name of the office, the calendar; and two who save at once."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests import factories
from tests.support.pages import PageClient
from tracker.adapters import work_calendar
from tracker.services import settings
from tracker.store.tables import Account


@pytest.fixture
def administrator(app: Flask, app_session: Session) -> PageClient:
    """Who keeps the accounts."""
    account = factories.make_account(app_session, "administrator", username="wangguan")
    account.password_hash = "digest"
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.as_account(account)


@pytest.fixture
def linzhiyuan(app_session: Session) -> Account:
    account = factories.make_account(app_session, "unit", unit=factories.make_unit(app_session), username="linzhiyuan")
    app_session.commit()
    return account


@pytest.fixture
def chenyu(app_session: Session) -> Account:
    account = factories.make_account(app_session, username="chenyu")
    account.password_hash = "digest"
    app_session.commit()
    return account


NEW = {"role": "office", "unit_id": "0", "username": "zhaomin", "display_name": "赵敏", "email": ""}


def test_a_new_account_gets_a_link_that_is_shown_once(administrator: PageClient) -> None:
    page = administrator.post("/accounts/new", data=NEW)

    link = re.search(r'value="(http://[^"]+/password/[^"]+)"', page.text)
    assert link
    listed = administrator.get("/accounts").text
    assert "zhaomin" in listed
    assert "未设口令" in listed
    assert link.group(1) not in listed


@pytest.mark.parametrize(
    ("base", "said"),
    [
        pytest.param("http://127.0.0.1:8000", True, id="as it comes"),
        pytest.param("http://localhost:8000", True, id="by name"),
        pytest.param("https://gk.qingxi.example", False, id="behind a proxy"),
    ],
)
def test_a_link_that_opens_only_on_this_machine_says_so(
    administrator: PageClient, app: Flask, base: str, said: bool
) -> None:
    app.config["BASE_URL"] = base

    page = administrator.post("/accounts/new", data=NEW)

    assert ("这个链接只能在本机打开" in page.text) is said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        pytest.param({"username": "wangguan"}, "这个用户名已有人使用", id="a name in use"),
        pytest.param({"username": "赵敏"}, "用户名用2至40个字母", id="a name in characters"),
        pytest.param({"display_name": ""}, "请填写姓名", id="nobody's name"),
        pytest.param({"role": "unit"}, "责任单位的账号要选一个单位", id="a unit's person without a unit"),
        pytest.param({"role": "emperor"}, "不是有效的选择", id="a role that does not exist"),
        pytest.param({"unit_id": "777"}, "不是有效的选择", id="a unit that does not exist"),
        pytest.param({"email": "赵敏@"}, "邮箱的写法不对", id="half an address"),
        pytest.param({"phone": "一三八"}, "手机号的写法不对", id="no number"),
    ],
)
def test_what_cannot_be_made_is_said_and_kept(
    administrator: PageClient, changes: dict[str, str], sentence: str
) -> None:
    page = administrator.post("/accounts/new", data=NEW | changes)

    assert page.status_code == 422
    assert sentence in page.text
    assert 'value="zhaomin"' in page.text or "username" in changes


def test_a_telephone_number_is_kept_and_may_be_taken_back(
    administrator: PageClient, app_session: Session, chenyu: Account
) -> None:
    data = {"display_name": "陈雨", "unit_id": "0", "email": ""}
    for phone, kept in (("138 0013 8000", "138 0013 8000"), ("", None)):
        given = data | {"version": str(chenyu.version), "phone": phone}
        assert administrator.post(f"/accounts/{chenyu.id}", data=given).status_code == 303
        app_session.rollback()
        app_session.refresh(chenyu)
        assert chenyu.phone == kept


def test_a_unit_s_person_is_its_head_until_said_otherwise(
    administrator: PageClient, app_session: Session, linzhiyuan: Account
) -> None:
    data = {"display_name": "林知远", "unit_id": str(linzhiyuan.unit_id), "email": ""}
    for duty, kept in (("head", "head"), ("", None)):
        given = data | {"version": str(linzhiyuan.version), "duty": duty}
        assert administrator.post(f"/accounts/{linzhiyuan.id}", data=given).status_code == 303
        app_session.rollback()
        app_session.refresh(linzhiyuan)
        assert linzhiyuan.duty == kept


def test_nobody_outside_a_unit_is_its_head(
    administrator: PageClient, app_session: Session, chenyu: Account
) -> None:
    given = {"display_name": "陈雨", "unit_id": "0", "email": "", "version": str(chenyu.version), "duty": "head"}

    assert administrator.post(f"/accounts/{chenyu.id}", data=given).status_code == 303

    app_session.rollback()
    app_session.refresh(chenyu)
    assert chenyu.duty is None


def test_a_person_who_is_disabled_is_out_at_once(
    app: Flask, administrator: PageClient, app_session: Session, chenyu: Account
) -> None:
    other = app.test_client()
    assert isinstance(other, PageClient)
    other.as_account(chenyu)
    assert other.get("/desk").status_code == 200

    administrator.post(f"/accounts/{chenyu.id}/active", data={"active": "0", "version": str(chenyu.version)})

    assert other.get("/desk").status_code == 302
    assert "已停用" in administrator.get("/accounts").text


def test_nobody_disables_the_last_administrator(administrator: PageClient, app_session: Session) -> None:
    only = app_session.query(Account).filter_by(username="wangguan").one()

    data = {"active": "0", "version": str(only.version)}
    page = administrator.post(f"/accounts/{only.id}/active", data=data)

    assert page.status_code == 422
    assert "最后一个可用的系统管理员" in page.text


def test_who_saves_second_sees_the_others_words_and_keeps_their_own(
    administrator: PageClient, app_session: Session, chenyu: Account
) -> None:
    path, seen = f"/accounts/{chenyu.id}", str(chenyu.version)
    first = {"display_name": "陈雨", "unit_id": "0", "email": "", "version": seen}
    assert administrator.post(path, data=first).status_code == 303

    page = administrator.post(path, data=first | {"display_name": "陈宇"})

    assert page.status_code == 409
    assert "已被他人修改" in page.text
    assert "姓名“陈雨”" in page.text
    assert 'value="陈宇"' in page.text
    newest = re.search(r'name="version"[^>]*value="(\d+)"', page.text)
    assert newest
    again = administrator.post(path, data=first | {"display_name": "陈宇", "version": newest.group(1)})
    assert again.status_code == 303
    app_session.refresh(chenyu)
    assert chenyu.display_name == "陈宇"


def test_a_disabled_account_gets_no_link(
    administrator: PageClient, app_session: Session, chenyu: Account
) -> None:
    chenyu.active = False
    app_session.commit()

    page = administrator.post(f"/accounts/{chenyu.id}/link")

    assert page.status_code == 422
    assert "已停用" in page.text


def test_the_offices_name_stands_on_every_page(app: Flask, app_session: Session, chenyu: Account) -> None:
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.as_account(chenyu)

    assert client.post("/settings", data={"office_name": " 青溪市政务公开办 "}).status_code == 303
    assert "<small>青溪市政务公开办</small>" in client.get("/desk").text
    assert client.post("/settings", data={"office_name": ""}).status_code == 422
    assert client.post("/settings", data={"office_name": "长" * 31}).status_code == 422


@pytest.mark.parametrize(
    ("query", "said"),
    [
        pytest.param("?year=2026", "10月1日（周四）", id="a year that is known"),
        pytest.param("?year=2027", "还没有录入", id="a year that is guessed"),
        pytest.param("", "2026年工作日历", id="this year"),
        pytest.param("?year=99999", "2027年工作日历", id="a year too far"),
        pytest.param("?year=-1", "2004年工作日历", id="a year too long ago"),
    ],
)
def test_the_work_calendar_is_open_to_units(app: Flask, app_session: Session, query: str, said: str) -> None:
    settings.seed_calendar(app_session, work_calendar.official_days([2026]))
    unit = factories.make_unit(app_session)
    account = factories.make_account(app_session, "unit", unit=unit)
    app_session.commit()
    client = app.test_client()
    assert isinstance(client, PageClient)

    assert said in client.as_account(account).get(f"/calendar{query}").text

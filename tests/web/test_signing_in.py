"""Signing in and out as a browser does it, with the real password comparison and the tokens of forms on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug import Request
from werkzeug.test import TestResponse

from tests import factories
from tests.support.clock import SettableClock
from tests.support.pages import PageClient
from tracker.adapters import passwords
from tracker.store.tables import Account, SignIn
from tracker.web.addresses import client_address

PASSWORD = "Qingxi-2026-gk"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(autouse=True)
def quick_comparison(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same algorithm with the least work; what it costs in earnest is not the question here."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def chenyu(app_session: Session) -> Account:
    """Who works in the office."""
    account = factories.make_account(app_session, username="chenyu")
    account.password_hash = passwords.hash_password(PASSWORD)
    app_session.commit()
    return account


@pytest.fixture
def visitor(app: Flask, chenyu: Account) -> PageClient:
    """A browser that fetches a form before it sends it."""
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client


def token_of(client: FlaskClient, path: str = "/sign-in") -> str:
    found = TOKEN.search(client.get(path, follow_redirects=True).text)
    assert found
    return found.group(1)


def sign_in(
    client: PageClient, password: str = PASSWORD, path: str = "/sign-in", **more: str
) -> TestResponse:
    data = {"username": "chenyu", "password": password, "csrf_token": token_of(client), **more}
    return client.post(path, data=data, with_token=False)


def test_a_person_comes_in_and_goes_where_they_wanted_to(visitor: PageClient) -> None:
    asked = visitor.get("/settings?year=2026")
    assert asked.headers["Location"] == "/sign-in?next=/settings?year%3D2026"

    answer = sign_in(visitor, path=asked.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings?year=2026")
    assert visitor.get("/settings").status_code == 200


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param({"password": "wrong"}, id="a wrong password"),
        pytest.param({"username": "nobody"}, id="a name that does not exist"),
        pytest.param({"username": "CHENYU", "password": PASSWORD.lower()}, id="another case of the password"),
    ],
)
def test_every_refusal_reads_the_same(visitor: PageClient, answer: dict[str, str]) -> None:
    data = {"username": "chenyu", "password": PASSWORD, "csrf_token": token_of(visitor), **answer}
    page = visitor.post("/sign-in", data=data)

    assert page.status_code == 422
    assert "用户名或口令不对，或者账号暂时锁定" in page.text
    assert PASSWORD not in page.text


def test_after_five_failures_the_right_password_waits(visitor: PageClient, clock: SettableClock) -> None:
    for _ in range(5):
        assert sign_in(visitor, "wrong").status_code == 422

    assert sign_in(visitor).status_code == 422
    clock.advance(minutes=15, seconds=1)
    assert sign_in(visitor).status_code == 303


def test_failures_on_one_computer_leave_the_person_in_on_another(visitor: PageClient) -> None:
    def attempt(password: str, address: str) -> TestResponse:
        data = {"username": "chenyu", "password": password, "csrf_token": token_of(visitor)}
        return visitor.post("/sign-in", data=data, with_token=False, headers={"X-Real-IP": address})

    for _ in range(5):
        attempt("wrong", "10.0.0.1")

    assert attempt(PASSWORD, "10.0.0.1").status_code == 422
    assert attempt(PASSWORD, "10.0.0.2").status_code == 303


def test_a_computer_that_tries_many_names_is_told_to_wait(visitor: PageClient) -> None:
    token = token_of(visitor)

    def attempt(number: int) -> TestResponse:
        data = {"username": f"name{number}", "password": "wrong", "csrf_token": token}
        return visitor.post("/sign-in", data=data, with_token=False, headers={"X-Real-IP": "10.0.0.1"})

    answers = [attempt(number) for number in range(31)]

    assert [answer.status_code for answer in answers] == [422] * 30 + [429]
    assert "登录失败的次数太多，请过15分钟再试" in answers[-1].text


def test_only_a_proxy_on_this_machine_may_name_another_computer() -> None:
    def address(peer: str, told: str) -> str:
        return client_address(Request({"REMOTE_ADDR": peer, "HTTP_X_REAL_IP": told}))

    assert address("127.0.0.1", "10.0.0.1") == "10.0.0.1"
    assert address("10.0.0.9", "10.0.0.1") == "10.0.0.9"
    assert address("127.0.0.1", "not an address") == "127.0.0.1"


def test_a_cookie_that_was_copied_opens_nothing_after_signing_out(app: Flask, visitor: PageClient) -> None:
    sign_in(visitor)
    stolen = visitor.get_cookie("taizhang")
    assert stolen is not None

    visitor.post("/sign-out", data={"csrf_token": token_of(visitor, "/settings")})

    thief = app.test_client()
    thief.set_cookie("taizhang", stolen.value)
    assert thief.get("/settings").headers["Location"] == "/sign-in?next=/settings"


def test_the_token_is_new_with_every_sign_in(app_session: Session, visitor: PageClient) -> None:
    sign_in(visitor)
    before = visitor.get_cookie("taizhang")
    sign_in(visitor)
    after = visitor.get_cookie("taizhang")

    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert len(set(app_session.scalars(select(SignIn.token_hash)))) == 2


def test_a_token_of_ones_own_making_is_nobody(app: Flask, chenyu: Account) -> None:
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["token"] = "made-up"
        cookie["account_id"] = chenyu.id

    assert client.get("/settings").status_code == 302


def test_a_sign_in_ends_when_it_lies_idle_and_is_noted_once_a_minute(
    visitor: PageClient, app_session: Session, chenyu: Account, clock: SettableClock
) -> None:
    client = visitor.as_account(chenyu)

    def seen() -> object:
        app_session.rollback()
        return app_session.scalars(select(SignIn.last_seen_at)).one()

    first = seen()
    clock.advance(seconds=59)
    client.get("/settings")
    assert seen() == first
    clock.advance(seconds=1)
    client.get("/settings")
    assert seen() == clock()
    clock.advance(hours=8)
    assert client.get("/settings").status_code == 302


AWAY = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example",
    "\t//evil.example", " //evil.example", "/ /evil.example", "javascript:alert(1)", "JavaScript:alert(1)",
    "data:text/html,hi", "evil.example", "evil.example/x", "@evil.example", "//evil.example@127.0.0.1",
    "https:evil.example", "https:/evil.example", "http:///evil.example", "ftp://evil.example",
    "/\r\nLocation: https://evil.example", "//[::1]/", "/\x00/evil.example", "?next=//evil.example",
    "#//evil.example", "/" + "a" * 3000, "/\u3000/x\\y", "",
]  # fmt: skip


@pytest.mark.parametrize("address", AWAY, ids=lambda address: repr(address)[:40])
def test_nobody_is_led_away_by(visitor: PageClient, address: str) -> None:
    token = token_of(visitor)
    data = {"username": "chenyu", "password": PASSWORD, "csrf_token": token}

    answer = visitor.post("/sign-in", query_string={"next": address}, data=data)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize(
    "address", ["/ledger?plan=1&light=red", "/tasks/7#history", "/ledger?words=公开", "/%2F%2Fx"]
)
def test_ones_own_pages_are_kept(visitor: PageClient, address: str) -> None:
    answer = visitor.post(
        "/sign-in",
        query_string={"next": address},
        data={"username": "chenyu", "password": PASSWORD, "csrf_token": token_of(visitor)},
    )

    place = urlsplit(answer.headers["Location"])
    assert (place.scheme, place.netloc) == ("", "")
    assert place.path == urlsplit(address).path


class TestWhatWasTyped:
    """A sign-in that ends in the middle of a form."""

    TYPED = "本周完成 14 件文件编号。\n下周继续 <b>核对</b>。"

    def test_comes_back_after_signing_in_again_and_can_be_handed_in(
        self, visitor: PageClient, clock: SettableClock, chenyu: Account
    ) -> None:
        visitor.as_account(chenyu)
        token = token_of(visitor, "/settings")
        clock.advance(hours=9)

        stopped = visitor.post("/settings", data={"office_name": "青溪市公开办", "csrf_token": token})

        assert stopped.status_code == 401
        assert "您填写的内容还在这里" in stopped.text
        hidden = dict(re.findall(r'<input type="hidden" name="(kept[^"]*)" value="([^"]*)"', stopped.text))
        assert hidden == {"kept_path": "/settings", "kept.office_name": "青溪市公开办"}
        resumed = visitor.post(
            "/sign-in",
            data={"username": "chenyu", "password": PASSWORD, "csrf_token": token_of(visitor), **hidden},
        )
        assert resumed.status_code == 200
        assert 'action="/settings"' in resumed.text
        fresh = re.findall(r'name="csrf_token" value="([^"]+)"', resumed.text)[-1]
        saved = visitor.post("/settings", data={"office_name": "青溪市公开办", "csrf_token": fresh})
        assert saved.status_code == 303
        assert "青溪市公开办" in visitor.get("/settings").text

    def test_is_without_the_passwords_of_a_form_that_changes_one(
        self, visitor: PageClient, clock: SettableClock, chenyu: Account
    ) -> None:
        visitor.as_account(chenyu)
        token = token_of(visitor, "/password")
        clock.advance(hours=9)

        secrets = {"current": "geheim-eins", "password": "geheim-zwei", "again": "geheim-zwei"}
        stopped = visitor.post("/password", data={"csrf_token": token, **secrets})

        assert stopped.status_code == 401
        assert 'name="kept_path" value="/password"' in stopped.text
        assert "geheim" not in stopped.text

    def test_stays_through_a_mistyped_password(self, visitor: PageClient) -> None:
        kept = {"kept_path": "/settings", "kept.office_name": "青溪市公开办"}

        page = sign_in(visitor, "wrong", **kept)

        assert page.status_code == 422
        assert 'name="kept.office_name" value="青溪市公开办"' in page.text

    def test_is_shown_and_never_handed_in_when_the_form_may_be_a_strangers(
        self, visitor: PageClient, chenyu: Account
    ) -> None:
        visitor.as_account(chenyu)

        typed = {"office_name": self.TYPED, "password": "geheim-geheim"}
        page = visitor.post("/settings", data=typed, with_token=False)

        assert page.status_code == 400
        assert "您填写的内容还在这里" in page.text
        assert "&lt;b&gt;核对&lt;/b&gt;" in page.text
        assert "geheim" not in page.text
        assert "kept_path" not in page.text

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"Sec-Fetch-Site": "same-origin"}, id="by fetch metadata"),
            pytest.param({"Origin": "http://127.0.0.1:8000"}, id="by its origin"),
        ],
    )
    def test_comes_back_when_the_person_has_signed_out_in_another_tab(
        self, visitor: PageClient, headers: dict[str, str]
    ) -> None:
        data = {"office_name": "青溪市公开办", "csrf_token": "of a session that is gone"}

        page = visitor.post(
            "/settings", data=data, headers=headers, base_url="http://127.0.0.1:8000", with_token=False
        )

        assert page.status_code == 401
        assert 'name="kept.office_name" value="青溪市公开办"' in page.text
        assert "可以复制下来" not in page.text

    @pytest.mark.parametrize(
        ("path", "headers", "more"),
        [
            pytest.param("/settings", {}, {}, id="from nowhere"),
            pytest.param("/settings", {"Sec-Fetch-Site": "cross-site"}, {}, id="from another site"),
            pytest.param("/settings", {"Sec-Fetch-Site": "same-site"}, {}, id="from a neighbour"),
            pytest.param("/settings", {"Origin": "https://evil.example"}, {}, id="from another origin"),
            pytest.param("/settings", {"Origin": "null"}, {}, id="from an origin that hides"),
            pytest.param(
                "/password", {"Sec-Fetch-Site": "same-origin"}, {"password": "geheim"}, id="with a password"
            ),
            pytest.param("/sign-out", {"Sec-Fetch-Site": "same-origin"}, {}, id="to a page for everybody"),
        ],
    )
    def test_is_shown_only_when_a_form_without_a_sign_in_comes(
        self, visitor: PageClient, path: str, headers: dict[str, str], more: dict[str, str]
    ) -> None:
        page = visitor.post(path, data={"office_name": "字", **more}, headers=headers, with_token=False)

        assert page.status_code == 400
        assert "kept_path" not in page.text
        assert "geheim" not in page.text

    def test_is_named_by_task_and_field(self, visitor: PageClient, chenyu: Account) -> None:
        visitor.as_account(chenyu)
        sent = {
            "line-7-label": "11. 规范文件公开", "line-7-progress": "完成14件", "line-7-status": "in_progress",
            "remark-3": "请补佐证", "strange": "别的",
        }  # fmt: skip

        page = visitor.post("/settings", data=sent, with_token=False)

        for label in ("11. 规范文件公开　本周进展</label>", "对一项的意见</label>", "第 3 处</label>"):
            assert label in page.text

    @pytest.mark.parametrize("path", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
    def test_is_never_carried_to_another_host(self, visitor: PageClient, path: str) -> None:
        page = sign_in(visitor, kept_path=path, **{"kept.text": "字"})

        assert page.status_code == 422
        assert 'action="' + path not in page.text


def test_signing_out_twice_is_no_error(visitor: PageClient) -> None:
    answer = visitor.post("/sign-out", data={"csrf_token": token_of(visitor)})

    assert answer.headers["Location"] == "/sign-in"


class TestFirstAdministrator:
    """From the printed link to the list of accounts."""

    @pytest.fixture
    def link(self, app_session: Session, clock: SettableClock) -> str:
        from tracker.services import accounts

        token = accounts.first_link(app_session, clock())
        app_session.commit()
        return f"/password/{token}"

    def fill(self, **changes: str) -> dict[str, str]:
        data = {"username": "wangguan", "display_name": "王管", "password": PASSWORD, "again": PASSWORD}
        return data | changes

    def test_sets_name_and_password_signs_in_and_makes_an_office_account(
        self, client: FlaskClient, link: str
    ) -> None:
        assert "口令里不要包含用户名" in client.get(link).text
        assert client.post(link, data=self.fill()).headers["Location"] == "/sign-in"
        assert 'value="wangguan"' in client.get("/sign-in").text
        client.post("/sign-in", data={"username": "wangguan", "password": PASSWORD})
        assert client.get("/").headers["Location"] == "/accounts"
        assert "还没有<b>公开办</b>的账号" in client.get("/accounts").text

        made = client.post(
            "/accounts/new",
            data={"role": "office", "unit_id": "0", "username": "chenyu", "display_name": "陈雨"},
        )
        handed_over = re.search(r'value="http://[^/]+(/password/[^"]+)"', made.text)
        assert handed_over
        client.post("/sign-out")
        client.post(handed_over.group(1), data={"password": PASSWORD, "again": PASSWORD})
        client.post("/sign-in", data={"username": "chenyu", "password": PASSWORD})
        assert client.get("/").headers["Location"] == "/desk"

    def test_the_link_works_once(self, client: FlaskClient, link: str) -> None:
        client.post(link, data=self.fill())

        page = client.get(link)

        assert page.status_code == 404
        assert "已经用过或已过期" in page.text

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            pytest.param({"password": "Aa1!", "again": "Aa1!"}, "口令至少10位，现在是4位", id="too short"),
            pytest.param(
                {"password": "abcdefghij1", "again": "abcdefghij1"},
                "请至少用其中三种",
                id="two kinds of letters",
            ),
            pytest.param(
                {"password": "Wangguan-2026", "again": "Wangguan-2026"}, "不要包含用户名", id="holds the name"
            ),
            pytest.param({"again": "another"}, "两次输入的口令不一样", id="typed differently"),
            pytest.param({"username": "王 管"}, "用户名用2至40个字母", id="a name with blanks"),
            pytest.param({"display_name": " "}, "请填写姓名", id="no name"),
        ],
    )
    def test_says_what_is_wrong_and_keeps_the_link(
        self, client: FlaskClient, link: str, changes: dict[str, str], sentence: str
    ) -> None:
        page = client.post(link, data=self.fill(**changes))

        assert page.status_code == 422
        assert sentence in page.text
        assert client.get(link).status_code == 200


def test_ones_own_password_is_changed_with_the_old_one(visitor: PageClient, chenyu: Account) -> None:
    visitor.as_account(chenyu)
    new = {"password": "Another-2026-pw", "again": "Another-2026-pw"}

    assert visitor.post("/password", data={"current": "wrong", **new}).status_code == 422
    assert visitor.post("/password", data={"current": PASSWORD, **new}).status_code == 303
    assert visitor.get("/settings").status_code == 302, "every browser of the account is out"
    answer = visitor.post("/sign-in", data={"username": "chenyu", "password": new["password"]})
    assert answer.status_code == 303

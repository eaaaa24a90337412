"""What every answer says about where content comes from and how long it may be kept."""

from __future__ import annotations

import re

import pytest

from tests.support.pages import PageClient


@pytest.mark.parametrize("path", ["/sign-in", "/settings", "/desk", "/no-such-page", "/static/app.css"])
def test_every_answer_forbids_foreign_and_inline_code(office: PageClient, path: str) -> None:
    with office.get(path) as answer:
        headers = answer.headers

    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/sign-in", "/settings", "/desk", "/no-such-page"])
def test_no_page_is_kept(office: PageClient, path: str) -> None:
    assert office.get(path).headers["Cache-Control"] == "no-store"


def test_a_static_file_is_kept_under_the_address_that_names_its_content(office: PageClient) -> None:
    address = re.search(r'"(/static/app\.css\?v=[0-9a-f]{12})"', office.get("/settings").text)
    assert address

    def kept(path: str) -> str:
        with office.get(path) as answer:
            return answer.headers["Cache-Control"]

    assert "immutable" in kept(address.group(1))
    assert "immutable" not in kept("/static/app.css")
    assert "immutable" not in kept("/static/none.css?v=123")


def test_the_cookie_is_for_this_site_and_not_for_scripts(office: PageClient) -> None:
    cookie = office.get("/sign-in", follow_redirects=False)
    with office.session_transaction() as content:
        content["anything"] = 1
    answer = office.post("/care", data={"on": "1", "next": "/settings"})
    cookies = [*cookie.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]

    assert cookies
    assert all("HttpOnly" in each and "SameSite=Lax" in each for each in cookies)


def test_larger_type_is_switched_on_and_off_without_script(office: PageClient) -> None:
    assert '<html lang="zh-CN">' in office.get("/settings").text

    answer = office.post("/care", data={"on": "1", "next": "/settings"})
    assert answer.headers["Location"] == "/settings"
    assert '<html lang="zh-CN" class="care">' in office.get("/settings").text

    assert office.post("/care", data={"on": "0", "next": "//evil.example"}).headers["Location"] == "/"
    assert '<html lang="zh-CN">' in office.get("/settings").text

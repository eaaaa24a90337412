"""One page has one key, however its address is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.web_address import is_web_address, page_key

PAGE = "https://www.qingxi.gov.cn/zwgk/1.html"


@pytest.mark.parametrize(
    "address",
    [PAGE, f" {PAGE} ", f"{PAGE}/", f"{PAGE}#top", PAGE.replace("https", "http"), "HTTP://WWW.Qingxi.gov.cn:80/zwgk/1.html"],
)
def test_one_page(address: str) -> None:
    assert page_key(address) == PAGE


@pytest.mark.parametrize(
    "address", [f"{PAGE}?id=2", "https://www.qingxi.gov.cn/ZWGK/1.html", "https://www.qingxi.gov.cn:8080/zwgk/1.html", "见附件", ""]
)
def test_another_page(address: str) -> None:
    assert page_key(address) != PAGE


def test_a_port_that_is_none_is_left_as_it_stands() -> None:
    assert page_key("https://a.cn:99999999/") == "https://a.cn:99999999/"


@pytest.mark.parametrize(
    ("address", "key"),
    [("HTTP://.", "HTTP://."), ("http://[::1]:8080/a/", "https://[::1]:8080/a"), ("http://[::1]", "https://[::1]")],
)
def test_odd_hosts_keep_what_tells_them_apart(address: str, key: str) -> None:
    assert page_key(address) == key
    assert page_key(key) == key


@given(st.text() | st.from_regex(r"https?://[a-z.]{1,9}(:\d{1,3})?(/[a-z%]{0,4}){0,3}/?(\?[a-z=]{0,5})?(#[a-z]{0,3})?", fullmatch=True))
def test_a_key_is_its_own_key(text: str) -> None:
    key = page_key(text)

    assert page_key(key) == key
    assert is_web_address(key) or key == text.strip()

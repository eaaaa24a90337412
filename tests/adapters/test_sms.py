"""Short messages by whatever gateway there is."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support import gateway
from tests.support.gateway import Talk, says, serving
from tracker.adapters.channels.outgoing import Outgoing
from tracker.adapters.channels.sms import SmsChannel, unknown_fields
from tracker.domain.allow_list import AllowList
from tracker.domain.delivery import Answer, Letter
from tracker.domain.fitting import CUT
from tracker.domain.outbox import Outcome

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
LETTER = Letter("letter-12", "138 0013-8000", "林知远", "即将截止：第39周", "市教育局：\n\n请在17:30前报送 & 勿误。")
OUT = Outgoing(AllowList.of(["127.0.0.1"]), seconds=1)
ADDRESS = "/sms?account=office&password=geheim-4711&to={phone}&msg={text}&id={key}"


def send(
    talk: Talk, *, letter: Letter = LETTER, form: str = "", charset: str = "utf-8", address: str = ADDRESS
) -> tuple[Answer, gateway.Gateway]:
    with serving(talk) as there:
        channel = SmsChannel(
            there.url(address), re.compile(r"^0\b|<code>2</code>"), OUT, form, charset, re.compile("busy")
        )
        return channel.deliver(letter, now=NOW), there


def test_number_and_text_stand_in_the_address() -> None:
    answer, there = send(says("0,20260924"))

    [asked] = there.asked
    query = parse_qs(urlsplit(asked.target).query)
    assert (answer.outcome, asked.method) == (Outcome.ACCEPTED, "GET")
    assert query["to"] == ["13800138000"]
    assert query["msg"] == ["即将截止：第39周。市教育局： 请在17:30前报送 & 勿误。 编号 12"]
    assert (query["id"], query["password"]) == (["letter-12"], ["geheim-4711"])


@pytest.mark.parametrize("charset", ["utf-8", "gbk"])
def test_a_form_is_posted_in_the_gateways_own_characters(charset: str) -> None:
    answer, there = send(says("0"), address="/sms", form="mobile={phone}&content={text}", charset=charset)

    [asked] = there.asked
    sent = parse_qs(asked.body.decode("ascii"), encoding=charset)
    assert (answer.outcome, asked.method) == (Outcome.ACCEPTED, "POST")
    assert sent["content"][0].startswith("即将截止：第39周。")
    assert f"charset={charset}" in asked.headers["Content-Type"]


def test_a_text_cannot_add_a_field_of_its_own() -> None:
    _, there = send(says("0"), letter=Letter("letter-12", "13800138000", "", "a&to=1\r\nX: y{phone}", "#%"))

    query = parse_qs(urlsplit(there.asked[0].target).query)
    assert query["to"] == ["13800138000"]
    assert query["msg"][0].startswith("a&to=1\r\nX: y{phone}。#%")
    assert there.asked[0].headers["X"] is None


def test_a_long_text_is_cut_and_keeps_its_number() -> None:
    _, there = send(says("0"), letter=Letter("letter-12", "13800138000", "", "第39周", "报" * 500))

    [text] = parse_qs(urlsplit(there.asked[0].target).query)["msg"]
    assert len(text.encode()) <= 600
    assert text.endswith(f"{CUT} 编号 12")


@pytest.mark.parametrize("phone", ["", "林知远", "138", "138001380001234567890", "13800138000&to=1", "１３８００１３８０００"])
def test_what_is_no_number_is_refused_without_a_try(phone: str) -> None:
    answer, there = send(says("0"), letter=Letter("letter-12", phone, "", "第39周", ""))

    assert (answer.outcome, there.asked) == (Outcome.REFUSED, [])


@pytest.mark.parametrize(
    ("talk", "outcome"),
    [
        pytest.param(says("<r><code>2</code></r>"), Outcome.ACCEPTED, id="success in the gateway's own words"),
        pytest.param(says("101,余额不足"), Outcome.REFUSED, id="no money left"),
        pytest.param(says("system busy"), Outcome.RETRY, id="busy"),
        pytest.param(says("<html>0</html>"), Outcome.RETRY, id="the page of a network that wants a log-in"),
        pytest.param(says(""), Outcome.AMBIGUOUS, id="an empty answer"),
        pytest.param(says("", 302, "Location: http://10.0.0.1/login"), Outcome.RETRY, id="the way to such a page"),
        pytest.param(says("0", 500), Outcome.RETRY, id="a fault of theirs"),
        pytest.param(gateway.hangs_up, Outcome.AMBIGUOUS, id="cut off after the bytes"),
        pytest.param(gateway.breaks_off, Outcome.AMBIGUOUS, id="cut off in the answer"),
        pytest.param(gateway.keeps_silent, Outcome.AMBIGUOUS, id="no answer in time"),
        pytest.param(gateway.drips, Outcome.AMBIGUOUS, id="a byte now and then"),
    ],
)
def test_its_answer_decides(talk: Talk, outcome: Outcome) -> None:
    assert send(talk)[0].outcome is outcome


def test_neither_secret_nor_number_nor_text_comes_back_in_a_detail() -> None:
    answer, there = send(says("101 geheim-4711 13800138000 余额不足"))

    assert answer.detail == "101 *** *** 余额不足"
    channel = SmsChannel(there.url(ADDRESS), re.compile("0"), OUT, "password=geheim-0815")
    assert "geheim" not in repr(channel)


def test_a_misspelt_field_is_found() -> None:
    assert unknown_fields("https://sms.example/?to={phone}&msg={txt}") == ["txt"]


def test_of_several_things_a_text_message_says_the_few_words() -> None:
    several = Letter("letter-12", "13800138000", "", "今天3件事：3件已逾期", "很长的正文", "您有3件事，请登录查看。")

    _, there = send(says("0"), letter=several)

    [text] = parse_qs(urlsplit(there.asked[0].target).query)["msg"]
    assert text == "您有3件事，请登录查看。 编号 12"

"""Group robots, against a gateway that answers as theirs do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import logging
import traceback
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support import gateway
from tests.support.gateway import Talk, says, serving
from tracker.adapters.channels.outgoing import Outgoing
from tracker.adapters.channels.robots import DIALECTS, DINGTALK, FEISHU, WECOM, Dialect, RobotChannel
from tracker.domain.allow_list import AllowList
from tracker.domain.delivery import Answer, Letter
from tracker.domain.fitting import CUT
from tracker.domain.outbox import Outcome

NOW = datetime(2026, 9, 24, 7, 0, 0, 250_000, tzinfo=UTC)
LETTER = Letter("letter-12", "", "工作群", "即将截止：第39周", "市教育局：\n\n请在9月24日17:30前报送。\n")
OUT = Outgoing(AllowList.of(["127.0.0.1"]), seconds=1)
SECRET = "SEC-geheim-0815"
ALL = pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)


def post(dialect: Dialect, talk: Talk, *, letter: Letter = LETTER, secret: str = "") -> tuple[Answer, gateway.Gateway]:
    with serving(talk) as there:
        return RobotChannel(dialect, there.url(), OUT, secret).deliver(letter, now=NOW), there


def well(dialect: Dialect) -> Talk:
    """The answer to a message that is in the group."""
    if dialect is FEISHU:
        return says({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})
    return says({"errcode": 0, "errmsg": "ok"})


@ALL
def test_subject_text_and_number_reach_the_group(dialect: Dialect) -> None:
    answer, there = post(dialect, well(dialect))

    assert answer.outcome is Outcome.ACCEPTED
    [asked] = there.asked
    content = asked.json["content"] if dialect is FEISHU else asked.json["text"]
    assert asked.json["msg_type" if dialect is FEISHU else "msgtype"] == "text"
    text = "即将截止：第39周\n\n市教育局：\n\n请在9月24日17:30前报送。\n\n编号 12"
    assert next(iter(content.values())) == text
    assert "application/json" in asked.headers["Content-Type"]


def test_dingtalk_is_signed_in_the_address() -> None:
    _, there = post(DINGTALK, well(DINGTALK), secret=SECRET)

    query = parse_qs(urlsplit(there.asked[0].target).query)
    [stamp] = query["timestamp"]
    expected = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    assert stamp == "1790233200250"
    assert base64.b64decode(query["sign"][0]) == expected
    assert query["key"] == ["geheim-4711"], "what stood in the address stays"


def test_feishu_is_signed_in_the_body() -> None:
    _, there = post(FEISHU, well(FEISHU), secret=SECRET)

    said = there.asked[0].json
    expected = hmac.new(f"1790233200\n{SECRET}".encode(), b"", hashlib.sha256).digest()
    assert said["timestamp"] == "1790233200"
    assert base64.b64decode(said["sign"]) == expected


def test_who_has_no_secret_signs_nothing() -> None:
    _, dingtalk = post(DINGTALK, well(DINGTALK))
    _, feishu = post(FEISHU, well(FEISHU))

    assert "sign" not in dingtalk.asked[0].target
    assert "sign" not in feishu.asked[0].json


@pytest.mark.parametrize(
    ("dialect", "said", "outcome"),
    [
        pytest.param(WECOM, {"errcode": 93000, "errmsg": "invalid webhook url"}, Outcome.REFUSED, id="wecom, a wrong key"),
        pytest.param(WECOM, {"errcode": 40058, "errmsg": "content exceed max length"}, Outcome.REFUSED, id="wecom, too long"),
        pytest.param(WECOM, {"errcode": 45009, "errmsg": "api freq out of limit"}, Outcome.RETRY, id="wecom, too often"),
        pytest.param(WECOM, {"errcode": -1, "errmsg": "system busy"}, Outcome.RETRY, id="wecom, busy"),
        pytest.param(WECOM, {"errmsg": "ok"}, Outcome.AMBIGUOUS, id="wecom, no code"),
        pytest.param(WECOM, {"errcode": None}, Outcome.AMBIGUOUS, id="wecom, a code that is none"),
        pytest.param(DINGTALK, {"errcode": 310000, "errmsg": "sign not match"}, Outcome.REFUSED, id="dingtalk, wrongly signed"),
        pytest.param(DINGTALK, {"errcode": 300001, "errmsg": "token is not exist"}, Outcome.REFUSED, id="dingtalk, a wrong token"),
        pytest.param(DINGTALK, {"errcode": 130101, "errmsg": "send too fast"}, Outcome.RETRY, id="dingtalk, too often"),
        pytest.param(DINGTALK, {"errcode": "0", "errmsg": "ok"}, Outcome.ACCEPTED, id="dingtalk, a code in quotation marks"),
        pytest.param(FEISHU, {"code": 19021, "msg": "sign match fail"}, Outcome.REFUSED, id="feishu, wrongly signed"),
        pytest.param(FEISHU, {"code": 11232, "msg": "frequency limited"}, Outcome.RETRY, id="feishu, too often"),
        pytest.param(FEISHU, {"StatusCode": 0, "StatusMessage": "success"}, Outcome.ACCEPTED, id="feishu, its older answer"),
        pytest.param(FEISHU, {"StatusCode": 9499, "msg": "Bad Request"}, Outcome.REFUSED, id="feishu, its older refusal"),
        pytest.param(FEISHU, {"StatusCode": 0, "code": 19024, "msg": "Key Words Not Found"}, Outcome.REFUSED, id="feishu, in two minds"),
        pytest.param(FEISHU, [0], Outcome.AMBIGUOUS, id="feishu, a list"),
    ],
)
def test_a_code_in_an_answer_of_200_decides(dialect: Dialect, said: dict[str, object], outcome: Outcome) -> None:
    answer, _ = post(dialect, says(said))

    assert answer.outcome is outcome
    code = said.get("errcode") or said.get("code") or said.get("StatusCode") if isinstance(said, dict) else None
    assert outcome not in {Outcome.REFUSED, Outcome.RETRY} or str(code) in answer.detail


PORTAL = "\ufeff\n<!DOCTYPE html><title>上网认证</title>"


@ALL
@pytest.mark.parametrize(
    ("talk", "outcome"),
    [
        pytest.param(says(PORTAL, 200, "Content-Type: text/html"), Outcome.RETRY, id="the page of a network that wants a log-in"),
        pytest.param(says("", 302, "Location: http://10.0.0.1/login"), Outcome.RETRY, id="the way to such a page"),
        pytest.param(says("", 200), Outcome.AMBIGUOUS, id="an empty answer"),
        pytest.param(says("ok", 200), Outcome.AMBIGUOUS, id="an answer that is no JSON"),
        pytest.param(says("", 500), Outcome.RETRY, id="a fault of theirs"),
        pytest.param(says("", 503), Outcome.RETRY, id="not now"),
        pytest.param(says("", 429), Outcome.RETRY, id="too often"),
        pytest.param(says("", 504), Outcome.AMBIGUOUS, id="a gateway that lost sight of it"),
        pytest.param(says("", 404), Outcome.REFUSED, id="nothing there"),
        pytest.param(gateway.hangs_up, Outcome.AMBIGUOUS, id="cut off after the bytes"),
        pytest.param(gateway.breaks_off, Outcome.AMBIGUOUS, id="cut off in the answer"),
        pytest.param(gateway.keeps_silent, Outcome.AMBIGUOUS, id="no answer in time"),
        pytest.param(gateway.drips, Outcome.AMBIGUOUS, id="a byte now and then"),
    ],
)
def test_every_way_to_fail_has_its_outcome(dialect: Dialect, talk: Talk, outcome: Outcome) -> None:
    answer, there = post(dialect, talk)

    assert (answer.outcome, len(there.asked)) == (outcome, 1)


@pytest.mark.parametrize("size", [2047, 2048, 2049])
@pytest.mark.parametrize("shift", ["", "a", "ab"])
def test_wecom_is_never_sent_more_bytes_than_it_takes(size: int, shift: str) -> None:
    """The limit is in bytes, and a cut falls between characters wherever they begin."""
    around = len("第39周\n\n\n\n编号 12".encode())
    rest = size - around - len(shift)
    body = shift + "a" * (rest % 3) + "报" * (rest // 3)

    _, there = post(WECOM, well(WECOM), letter=Letter("letter-12", "", "", "第39周", body))

    text = there.asked[0].json["text"]["content"]
    assert len(text.encode()) <= 2048
    assert text.endswith("\n\n编号 12")
    assert (CUT in text) is (size > 2048)
    assert "\ufffd" not in text


@ALL
def test_a_secret_shows_nowhere(dialect: Dialect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = says({"errcode": 93000, "code": 19001, "errmsg": f"no robot geheim-4711 {SECRET}", "msg": "no geheim-4711"})
    shown = []
    for talk in (echo, gateway.hangs_up, says("", 404)):
        answer, there = post(dialect, talk, secret=SECRET)
        shown.append(answer.detail)
    channel = RobotChannel(dialect, there.url(), OUT, SECRET)
    shown.append(repr(channel))
    try:
        channel.deliver(LETTER, now="noon")  # type: ignore[arg-type] # what no caller does breaks it
    except AttributeError:
        shown.append(traceback.format_exc())

    assert "geheim" not in " ".join(shown) + caplog.text
    assert "***" in shown[0]

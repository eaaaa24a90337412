"""Group robots of 企业微信, 钉钉 and 飞书: a text posted to a chat group by its webhook address.

All three answer HTTP 200 to a message they refuse; the verdict is a code in the body, 0 for a message that is
in the group. A robot knows no key by which it could tell a repetition, so the number of the letter stands at
the end of the text, where people can.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from tracker.adapters.channels.answers import ask, by_body, by_status
from tracker.adapters.channels.outgoing import Outgoing, Reply, Request
from tracker.domain.delivery import Answer, Letter, number_of
from tracker.domain.fitting import fit
from tracker.domain.outbox import Outcome

Compose = Callable[[str, str, str, datetime], Request]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one maker's robots are spoken to and understood.

    `codes` are the fields of which each present one must be 0; `passing` the codes after which a later try
    may succeed. `most_bytes` is the longest text, `a_minute` how many messages one robot takes.
    """

    compose: Compose
    codes: tuple[str, ...]
    words: str
    passing: frozenset[int]
    most_bytes: int
    a_minute: int


@dataclass(frozen=True, slots=True)
class RobotChannel:
    """One robot in one group; who receives a message is decided by who is in the group."""

    dialect: Dialect
    url: str = field(repr=False)
    outgoing: Outgoing
    secret: str = field(default="", repr=False)

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Post subject, text and number."""
        ending = f"\n\n编号 {number_of(letter.key)}"
        text = fit(f"{letter.subject}\n\n{letter.body.strip()}", self.dialect.most_bytes, ending=ending)
        request = self.dialect.compose(self.url, self.secret, text, now)
        return ask(self.outgoing, request, self._read, secrets=(self.secret,))

    def _read(self, reply: Reply) -> Answer:
        return by_status(reply) or by_body(reply) or verdict(self.dialect, reply.body)


def verdict(dialect: Dialect, body: bytes) -> Answer:
    """What a robot says in the body of its answer."""
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    codes = [_number(said[name]) for name in dialect.codes if name in said] if isinstance(said, dict) else []
    if not codes or None in codes:
        return Answer(Outcome.AMBIGUOUS, "对方的回音看不懂，不知道收没收到")
    told = [code for code in codes if code]
    if not told:
        return Answer(Outcome.ACCEPTED)
    detail = f"{told[0]} {said.get(dialect.words, '')}"
    return Answer(Outcome.RETRY if told[0] in dialect.passing else Outcome.REFUSED, detail)


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() else None


def _posted(url: str, content: dict[str, Any]) -> Request:
    body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
    return Request(url, body, {"Content-Type": "application/json; charset=utf-8"})


def _signature(key: str, text: str = "") -> str:
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


def _for_wecom(url: str, _secret: str, text: str, _now: datetime) -> Request:
    return _posted(url, {"msgtype": "text", "text": {"content": text}})


def _for_dingtalk(url: str, secret: str, text: str, now: datetime) -> Request:
    """The signature stands in the address: HMAC of milliseconds and secret, under the secret."""
    if secret:
        stamp = str(int(now.timestamp() * 1000))
        signed = {"timestamp": stamp, "sign": _signature(secret, f"{stamp}\n{secret}")}
        url = f"{url}{'&' if '?' in url else '?'}{urlencode(signed)}"
    return _posted(url, {"msgtype": "text", "text": {"content": text}})


def _for_feishu(url: str, secret: str, text: str, now: datetime) -> Request:
    """The signature stands in the body: HMAC of nothing, under seconds and secret."""
    content: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        stamp = str(int(now.timestamp()))
        content |= {"timestamp": stamp, "sign": _signature(f"{stamp}\n{secret}")}
    return _posted(url, content)


# -1 is "busy" with the first two; the others are the makers' words for "too often" and "too many at once".
WECOM = Dialect(_for_wecom, ("errcode",), "errmsg", frozenset({-1, 45009, 45033}), 2048, 18)
DINGTALK = Dialect(
    _for_dingtalk, ("errcode",), "errmsg", frozenset({-1, 88, 90018, 90030, 130101, 410100}), 18_000, 18
)
FEISHU = Dialect(
    _for_feishu, ("code", "StatusCode"), "msg", frozenset({11232, 11233, 99991400}), 18_000, 60
)
DIALECTS = {"wecom": WECOM, "dingtalk": DINGTALK, "feishu": FEISHU}

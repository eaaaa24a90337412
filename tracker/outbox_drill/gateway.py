"""A gateway for all channels at once that fails in every dialect, and remembers what it accepted."""

from __future__ import annotations

import contextlib
import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_NUMBER = re.compile(r"编号 (\d+)$")
_GOOD = {"feishu": {"code": 0, "msg": "success"}, "sms": "0,ok"}
_REFUSED = {"feishu": {"code": 19024, "msg": "Key Words Not Found"}, "sms": "101,refused"}
_BUSY = {"feishu": {"code": 11232, "msg": "frequency limited"}, "sms": "busy"}
DRIP_SECONDS = 2.5


@dataclass
class Gateway:
    """What came of the letters; `accepted` counts by channel and letter key."""

    seed: int
    port: int = 0
    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    told: set[str] = field(default_factory=set)
    """The texts that the webhook took, which are never cut."""
    ways: Counter[str] = field(default_factory=Counter)
    calm: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._chances = random.Random(self.seed)  # noqa: S311 - a drill that can be repeated

    def choose(self) -> str:
        """How the next request is answered: one in three in some wrong way."""
        with self._lock:
            ways, weights = zip(*CHANCES.items(), strict=True)
            way = "good" if self.calm else str(self._chances.choices(ways, weights)[0])
            self.ways[way] += 1
            return way

    def accept(self, channel: str, key: str, text: str) -> None:
        """Write down that a letter has arrived."""
        with self._lock:
            self.accepted[channel, key] += 1
            if channel == "hook":
                self.told.add(text)

    @property
    def repeated(self) -> int:
        """How many letters arrived beyond the first of their key."""
        with self._lock:
            return sum(times - 1 for times in self.accepted.values())


def body_for(channel: str, answers: dict[str, Any], usual: Any) -> bytes:
    said = answers.get(channel, usual)
    return (said if isinstance(said, str) else json.dumps(said)).encode()


class _Handler(BaseHTTPRequestHandler):
    gateway: Gateway

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) == length:
            self._answer(body)

    def do_GET(self) -> None:
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        channel = urlsplit(self.path).path.strip("/")
        way = _WAYS[self.gateway.choose()]
        if way.accepts:
            self.gateway.accept(channel, *self._letter(channel, body))
        with contextlib.suppress(OSError):
            way.talk(self, channel)
        self.close_connection = True

    def _letter(self, channel: str, body: bytes) -> tuple[str, str]:
        """The key of the letter and its text."""
        if channel == "sms":
            query = parse_qs(urlsplit(self.path).query)
            return query["id"][0], query["text"][0]
        said = json.loads(body)
        if channel == "hook":
            return str(self.headers["Idempotency-Key"]), f"{said['subject']}\n{said['body']}"
        text = str((said.get("text") or {}).get("content") or said["content"]["text"])
        found = _NUMBER.search(text)
        return (f"letter-{found[1]}" if found else ""), text

    def say(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Nothing is printed."""


def _good(peer: _Handler, channel: str) -> None:
    peer.say(200, body_for(channel, _GOOD, {"errcode": 0, "errmsg": "ok"}))


def _refuse(peer: _Handler, channel: str) -> None:
    # To a webhook a refusal is a status; all others say it with 200.
    peer.say(
        403 if channel == "hook" else 200, body_for(channel, _REFUSED, {"errcode": 93000, "errmsg": "no"})
    )


def _busy(peer: _Handler, channel: str) -> None:
    peer.say(429 if channel == "hook" else 200, body_for(channel, _BUSY, {"errcode": -1, "errmsg": "busy"}))


def _fail(peer: _Handler, _channel: str) -> None:
    peer.say(500, b"")


def _portal(peer: _Handler, _channel: str) -> None:
    peer.say(200, "<!DOCTYPE html><title>上网认证</title>".encode(), "text/html")


def _drop(peer: _Handler, _channel: str) -> None:
    peer.wfile.flush()


def _lose_sight(peer: _Handler, _channel: str) -> None:
    peer.say(504, b"")


def _drip(peer: _Handler, _channel: str) -> None:
    until = time.monotonic() + DRIP_SECONDS
    for byte in b"HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n":
        if time.monotonic() > until:
            return
        peer.wfile.write(bytes([byte]))
        time.sleep(0.1)


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to answer, and whether the letter has arrived in spite of it."""

    talk: Callable[[_Handler, str], None]
    accepts: bool = False


_WAYS = {
    "good": _Way(_good, accepts=True),
    "fault": _Way(_fail),
    "refusal": _Way(_refuse),
    "busy": _Way(_busy),
    "portal": _Way(_portal),
    "dropped": _Way(_drop, accepts=True),
    "lost sight of": _Way(_lose_sight, accepts=True),
    "drip": _Way(_drip, accepts=True),
}
CHANCES = {
    "good": 70, "fault": 10, "refusal": 5, "busy": 3, "portal": 3, "dropped": 5,
    "lost sight of": 2, "drip": 2,
}  # fmt: skip

WORDS = {
    "good": "收下", "fault": "报错500", "refusal": "拒收", "busy": "太频繁", "portal": "登录网页",
    "dropped": "收下后断开", "lost sight of": "收下后超时504", "drip": "收下后慢滴",
}  # fmt: skip


@contextlib.contextmanager
def serving(gateway: Gateway) -> Iterator[Gateway]:
    """The gateway on a free port of this machine, for as long as the block lasts."""
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    gateway.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

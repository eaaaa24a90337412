"""One HTTP exchange with a host of the allow-list, within a fixed time.

The standard library's `http.client` does: it follows no redirect, reads no proxy from the environment and
lets the caller bring the socket, so that what is connected to is the very address that was checked. The
bigger clients resolve the name a second time on their own, the gap that DNS rebinding goes through.

What matters to the caller is whether anything left the house. `NotSent` says that nothing did; `NoReply` that
bytes went out and nobody knows what became of them. Neither carries an address: a robot's key stands in it.
"""

from __future__ import annotations

import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

from tracker.domain.allow_list import AllowList

MOST_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}

Resolve = Callable[[str, int], list[str]]


class NotSent(Exception):
    """Nothing left the house; `final` when another try would end in the same way."""

    def __init__(self, words: str, *, final: bool = False) -> None:
        super().__init__(words)
        self.final = final


class NoReply(Exception):
    """Bytes went out, and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked; address, headers and body stay out of `repr`, for keys and names stand in them."""

    url: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; of a long body only the beginning."""

    status: int
    body: bytes

    @property
    def is_page(self) -> bool:
        """Whether it is a web page: the log-in page of a network answers in the place of whom we asked."""
        begins = self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:9].lower()
        return begins.startswith((b"<!doctype", b"<html", b"<head", b"<script"))


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name stands for at this moment."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Outgoing:
    """The way out: whom it may talk to, how long a whole exchange may take, and whose certificates count."""

    allowed: AllowList
    seconds: float = 10.0
    resolve: Resolve = resolve
    tls: ssl.SSLContext | None = field(default=None, repr=False)

    def exchange(self, request: Request) -> Reply:
        """Ask once and read the answer.

        Raises:
            NotSent: the host may not be talked to, or could not be reached.
            NoReply: it was reached, and what came back is no answer.

        """
        deadline = time.monotonic() + self.seconds
        parts = urlsplit(request.url)
        port = parts.port or _PORTS.get(parts.scheme, 0)
        host = parts.hostname or ""
        if not port or not self.allowed.names_host(host):
            raise NotSent("地址不在外发名单里", final=True)
        plain = self._connect(host, port, deadline)
        with plain, self._secured(plain, host, deadline, wanted=parts.scheme == "https") as peer:
            target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
            try:
                return _talk(peer, parts.netloc.rpartition("@")[2], target, request, deadline)
            except (HTTPException, OSError, ValueError) as error:
                raise NoReply(f"已发出，没有等到完整的回音：{_named(error)}") from None

    def _connect(self, host: str, port: int, deadline: float) -> socket.socket:
        try:
            addresses = self.resolve(host, port)
        except OSError:
            raise NotSent("查不到对方的地址") from None
        open_to_us = [address for address in addresses if self.allowed.opens(address)]
        if not open_to_us:
            raise NotSent("对方的域名指向了不在外发名单里的内网地址")
        said = ""
        for address in open_to_us:
            try:
                return socket.create_connection((address, port), timeout=_left(deadline))
            except OSError as error:
                said = _named(error)
        raise NotSent(f"连不上对方：{said}")

    def _secured(self, plain: socket.socket, host: str, deadline: float, *, wanted: bool) -> socket.socket:
        if not wanted:
            return plain
        context = self.tls or ssl.create_default_context()
        try:
            plain.settimeout(_left(deadline))
            return context.wrap_socket(plain, server_hostname=host)
        except ssl.SSLCertVerificationError:
            raise NotSent("对方的证书不可信，没有发送") from None
        except OSError as error:
            raise NotSent(f"建立加密连接失败：{_named(error)}") from None


def _talk(peer: socket.socket, host: str, target: str, request: Request, deadline: float) -> Reply:
    connection = HTTPConnection(host)
    connection.sock = peer
    peer.settimeout(_left(deadline))
    headers = {"Connection": "close", "User-Agent": "Taizhang", **request.headers}
    connection.request(request.method, target, body=request.body or None, headers=headers)
    # The response only asks its socket for a file to read from.
    stream: Any = TimedStream(peer, deadline)
    response = HTTPResponse(stream, method=request.method)
    response.begin()
    body = response.read(MOST_BYTES)
    if response.length and len(body) < MOST_BYTES:
        # The library takes a short body for a whole one, and half an answer can say the opposite of it.
        raise IncompleteRead(body, response.length)
    return Reply(response.status, body)


class TimedStream(io.RawIOBase):
    """A socket read against one deadline.

    A limit for each read alone is no limit: who sends a byte a second would hold a worker for hours.
    """

    def __init__(self, peer: socket.socket, deadline: float) -> None:
        self._peer, self.deadline = peer, deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._peer.settimeout(_left(self.deadline))
        return self._peer.recv_into(buffer)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _named(error: Exception) -> str:
    """What went wrong, without the error's own words: they may repeat an address with its key."""
    if isinstance(error, TimeoutError):
        return "超过时限"
    if isinstance(error, ConnectionRefusedError):
        return "对方没有开放这个端口"
    return "连接中断" if isinstance(error, ConnectionError | HTTPException) else type(error).__name__

"""A gateway on a real socket of this machine that answers in whatever way a test wants."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    target: str
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Talk = Callable[[socket.socket], None]
"""What a gateway does once it has a whole request."""


@dataclass
class Gateway:
    port: int
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str = "/send?key=geheim-4711", scheme: str = "http", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def says(body: bytes | str | dict[str, Any], status: int = 200, *headers: str) -> Talk:
    """Answer whole and hang up."""
    data = body if isinstance(body, bytes) else (body if isinstance(body, str) else json.dumps(body)).encode()

    def talk(peer: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(data)}", *headers]
        peer.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)

    return talk


def hangs_up(_peer: socket.socket) -> None:
    """Read the request and say nothing."""


def breaks_off(peer: socket.socket) -> None:
    """Hang up in the middle of the answer."""
    peer.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"errcode":0,"err')


def keeps_silent(peer: socket.socket) -> None:
    """Neither answer nor hang up."""
    peer.settimeout(10)
    with contextlib.suppress(OSError):
        peer.recv(1)


def drips(peer: socket.socket) -> None:
    """Send the right answer, a byte at a time, for longer than anybody waits."""
    with contextlib.suppress(OSError):
        for byte in b'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"errcode":0,"errmsg":"ok"}':
            peer.sendall(bytes([byte]))
            time.sleep(0.1)


@contextmanager
def serving(talk: Talk, *, tls: ssl.SSLContext | None = None) -> Iterator[Gateway]:
    """A gateway for as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        gateway = Gateway(listener.getsockname()[1])
        thread = threading.Thread(target=_accept, args=(listener, gateway, talk, tls), daemon=True)
        thread.start()
        yield gateway
        # Closing a socket does not wake who waits for it; a last caller does.
        listener.settimeout(0)
        with contextlib.suppress(OSError):
            socket.create_connection(listener.getsockname(), timeout=1).close()
        thread.join(timeout=15)


def _accept(listener: socket.socket, gateway: Gateway, talk: Talk, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            peer, _ = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), peer if tls is None else _secured(peer, tls) as talking:
            request = read_request(talking)
            if request is not None:
                gateway.asked.append(request)
                talk(talking)


def _secured(peer: socket.socket, tls: ssl.SSLContext) -> socket.socket:
    try:
        return tls.wrap_socket(peer, server_side=True)
    except OSError:
        peer.close()
        raise


def read_request(peer: socket.socket) -> Asked | None:
    """A request read whole; None when the caller hangs up first."""
    with peer.makefile("rb") as stream:
        first = stream.readline().decode().split()
        if len(first) != 3:
            return None
        lines = b"".join(iter(stream.readline, b"\r\n"))
        headers = BytesParser().parsebytes(lines)
        body = stream.read(int(headers.get("Content-Length", 0)))
        return Asked(first[0], first[1], headers, body)

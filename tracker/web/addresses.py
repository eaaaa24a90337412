"""Addresses that a request names and that we lead to: only our own pages, never another host."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from werkzeug import Request

from tracker.domain.lockout import is_one_computer


def is_local(path: str) -> bool:
    r"""Whether an address is a path on this host.

    Browsers read `\` as `/` and skip tabs and line ends, so `/\host` and `/<tab>/host` lead away like
    `//host`; a plain path has none of these.
    """
    if not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 2000:
        return False
    if any(character <= " " or character == "\x7f" for character in path):
        return False
    parts = urlsplit(path)
    return not parts.scheme and not parts.netloc and not parts.path.startswith("//")


def local_or(path: str | None, otherwise: str) -> str:
    """The path when it is our own, else `otherwise`."""
    return path if path and is_local(path) else otherwise


def client_address(request: Request) -> str:
    """Which computer asks.

    The pages are served on this machine alone, to a proxy that says in X-Real-IP who asked it
    (docs/deployment.md); from anywhere else the header would be a stranger's word.
    """
    peer = request.remote_addr or ""
    told = request.headers.get("X-Real-IP", "").strip()
    return told if not is_one_computer(peer) and is_one_computer(told) else peer


def is_this_machine(address: str) -> bool:
    """Whether an address leads nowhere but to the computer on which it is opened."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

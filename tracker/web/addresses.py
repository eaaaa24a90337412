"""Addresses that a request names and that we lead to: only our own pages, never another host."""

from __future__ import annotations

from urllib.parse import urlsplit


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

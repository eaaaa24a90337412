"""The address of a web page (链接), as a person pastes it for evidence."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit


def is_web_address(text: str) -> bool:
    """Whether a text is the address of a web page."""
    if any(character.isspace() for character in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


@lru_cache(maxsize=8192)
def page_key(text: str) -> str:
    """The same for every way of writing the address of one page.

    http and https, capitals in the host, a port that goes without saying, a closing slash and what stands
    behind # make no other page; the query does. What is no web address is compared as it stands.
    """
    address = text.strip()
    if not is_web_address(address):
        return address
    parts = urlsplit(address)
    host = (parts.hostname or "").rstrip(".")
    try:
        port = parts.port
    except ValueError:
        return address
    if not host:
        return address  # a dot alone
    host = f"[{host}]" if ":" in host else host
    place = host if port in {None, 80, 443} else f"{host}:{port}"
    return urlunsplit(("https", place, parts.path.rstrip("/"), parts.query, ""))

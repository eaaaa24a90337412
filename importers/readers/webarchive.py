"""Pages saved as one file (.mht, also under the name .html): the page inside the MIME message."""

from __future__ import annotations

import email
import email.policy
import re
from email.message import Message

_HEAD = re.compile(
    rb"\A\s*(?:[A-Za-z-]+:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){0,40}?"
    rb"(?=content-type:\s*(?:multipart/(?:related|alternative|mixed)|text/html))",
    re.IGNORECASE,
)
_FIRST = re.compile(rb"\A\s*(?:mime-version|from|content-type|subject|date|snapshot-content-location)\s*:",
                    re.IGNORECASE)


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin like a page that a browser or Word saved as one file."""
    head = data[:8192]
    return _FIRST.match(head) is not None and b"mime-version" in head.lower() \
        and (_HEAD.match(head) is not None)


def page_in(data: bytes) -> tuple[bytes, str | None] | None:
    """Return the first page of the archive as bytes, and the character set that its header names."""
    message = email.message_from_bytes(data, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html" and (content := _content(part)).strip():
            return content, part.get_content_charset()
    return None


def _content(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""

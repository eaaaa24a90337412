"""A signed webhook: a letter as JSON to a system of the office's own.

The receiver checks `Taizhang-Signature`, `sha256=` and the hexadecimal HMAC-SHA256 under the shared secret of
the `Taizhang-Timestamp` (seconds), a dot and the body as it came; refuses what is minutes old; and takes
`Idempotency-Key` for the letter's identity: what comes again under the same key is the same letter.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime

from tracker.adapters.channels.answers import ask, by_status
from tracker.adapters.channels.outgoing import Outgoing, Reply, Request
from tracker.domain.china_time import china_clock
from tracker.domain.delivery import Answer, Letter
from tracker.domain.outbox import Outcome


@dataclass(frozen=True, slots=True)
class WebhookChannel:
    """One receiver; any 2xx that is no web page means that it has the letter."""

    url: str = field(repr=False)
    secret: str = field(repr=False)
    outgoing: Outgoing

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Post the letter whole: a program has no limit of a chat window."""
        content = {
            "id": letter.key,
            "subject": letter.subject,
            "body": letter.body,
            "at": china_clock(now).isoformat(timespec="seconds"),
        }
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
        stamp = str(int(now.timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": letter.key,
            "Taizhang-Timestamp": stamp,
            "Taizhang-Signature": signature(self.secret, stamp, body),
        }
        return ask(self.outgoing, Request(self.url, body, headers), _read, secrets=(self.secret,))


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What the receiver works out too, to see that the letter is ours and whole."""
    return "sha256=" + hmac.digest(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hex()


def _read(reply: Reply) -> Answer:
    if reply.is_page and 200 <= reply.status < 300:
        return Answer(Outcome.RETRY, "答话的是一个网页，可能要先登录网络")
    return by_status(reply) or Answer(Outcome.ACCEPTED)

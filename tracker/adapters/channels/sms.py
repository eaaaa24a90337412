"""Short messages (短信) by the web address of whatever gateway the office has.

Gateways differ in everything but this: an address with the number and the text in it, and an answer in which
a certain piece of text means success. Both are written down in the configuration; `{phone}`, `{text}` and
`{key}` in the address, and in the form that is posted where there is one, stand for the letter's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote

from tracker.adapters.channels.answers import ask, by_body, by_status
from tracker.adapters.channels.outgoing import Outgoing, Reply, Request
from tracker.domain.delivery import Answer, Letter, is_phone, number_of
from tracker.domain.fitting import fit
from tracker.domain.outbox import Outcome

# Some 200 characters: three or four messages in one, as the networks count.
MOST_BYTES = 600
FIELDS = ("phone", "text", "key")
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class SmsChannel:
    """One gateway. With `form` the text is posted, without it asked for (GET)."""

    url: str = field(repr=False)
    success: re.Pattern[str]
    outgoing: Outgoing
    form: str = field(default="", repr=False)
    charset: str = "utf-8"
    passing: re.Pattern[str] | None = None

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:  # noqa: ARG002 - a channel's signature
        """Send the letter in its few words, shortened, with the number."""
        if not is_phone(letter.address):
            return Answer(Outcome.REFUSED, "手机号码不对")
        body = " ".join((letter.brief or letter.body).split())
        whole = body if letter.brief else f"{letter.subject}。{body}"
        text = fit(whole, MOST_BYTES, ending=f" 编号 {number_of(letter.key)}")
        given = {"phone": letter.address.replace(" ", "").replace("-", ""), "text": text, "key": letter.key}
        url, form = (self._filled(template, given) for template in (self.url, self.form))
        kind = f"application/x-www-form-urlencoded; charset={self.charset}"
        request = (
            Request(url, form.encode("ascii"), {"Content-Type": kind}) if form else Request(url, method="GET")
        )
        accounts = (value for _, value in parse_qsl(self.form))
        return ask(self.outgoing, request, self._read, secrets=(text, given["phone"], *accounts))

    def _filled(self, template: str, given: dict[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            return quote(given[found[1]], safe="", encoding=self.charset, errors="replace")

        return _FIELD.sub(value, template)

    def _read(self, reply: Reply) -> Answer:
        if told := by_status(reply) or by_body(reply):
            return told
        words = reply.body.decode(self.charset, "replace").strip()
        if self.success.search(words):
            return Answer(Outcome.ACCEPTED)
        if self.passing is not None and self.passing.search(words):
            return Answer(Outcome.RETRY, words[:100])
        return Answer(Outcome.REFUSED, words[:100])


def unknown_fields(template: str) -> list[str]:
    """The names in braces that stand for nothing."""
    return [name for name in _FIELD.findall(template) if name not in FIELDS]

"""What the answer of a gateway makes of a try, as far as all gateways agree.

The rest is each gateway's own dialect; see `robots`, `webhook` and `sms`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from urllib.parse import parse_qsl, urlsplit

from tracker.adapters.channels.outgoing import NoReply, NotSent, Outgoing, Reply, Request
from tracker.domain.delivery import Answer
from tracker.domain.outbox import Outcome

# The gateway in front says that it handed the request on and heard nothing whole from behind it.
HANDED_ON = {502, 504}
PASSING = {408, 425, 429}

Read = Callable[[Reply], Answer]


def ask(outgoing: Outgoing, request: Request, read: Read, *, secrets: Iterable[str]) -> Answer:
    """One try: ask, let `read` judge the answer, and keep what is secret out of the detail."""
    try:
        answer = read(outgoing.exchange(request))
    except NotSent as problem:
        return Answer(Outcome.REFUSED if problem.final else Outcome.RETRY, str(problem))
    except NoReply as problem:
        return Answer(Outcome.AMBIGUOUS, str(problem))
    return Answer(answer.outcome, scrubbed(answer.detail, (*secrets, *secrets_of(request.url)))[:300])


def by_status(reply: Reply) -> Answer | None:
    """What an HTTP status alone decides; None for 2xx, whose body has the word."""
    status = reply.status
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return Answer(Outcome.RETRY, f"对方要求转到别的地址（{status}），没有跟去")
    if status in HANDED_ON:
        return Answer(Outcome.AMBIGUOUS, f"网关没有等到对方的回音（{status}）")
    if status in PASSING or status >= 500:
        return Answer(Outcome.RETRY, f"对方暂时不能处理（{status}）")
    return Answer(Outcome.REFUSED, f"对方拒收（{status}）")


def by_body(reply: Reply) -> Answer | None:
    """A web page, or nothing at all, in place of an answer; None when there is one to read."""
    if reply.is_page:
        return Answer(Outcome.RETRY, "答话的是一个网页，可能要先登录网络")
    if not reply.body.strip():
        return Answer(Outcome.AMBIGUOUS, "对方没有说收没收到")
    return None


def secrets_of(url: str) -> list[str]:
    """The parts of an address that open a door: the whole, its query's values, and its last step."""
    parts = urlsplit(url)
    values = [value for _, value in parse_qsl(parts.query)]
    return [url, *values, parts.path.rpartition("/")[2], parts.password or ""]


def scrubbed(text: str, secrets: Iterable[str]) -> str:
    """The text without them, whoever repeated them; the printable part alone."""
    # The longest first: a part of a secret that stands by itself would leave the rest behind.
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= 6:
            text = text.replace(secret, "***")
    return "".join(character if character.isprintable() else " " for character in text)

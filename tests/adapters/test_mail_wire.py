"""Mail over TLS, and servers that refuse, falter, fall silent or never come to an end."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.support import certificates
from tracker.adapters.channels.mail import SmtpChannel
from tracker.domain.delivery import Letter
from tracker.domain.outbox import Outcome

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
LETTER = Letter("letter-7", "lin@jyj.qingxi.example", "林知远", "本周进度还没报", "请在17:30前报送。\n")
SECRET = "geheim-0815"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificates.made(tmp_path_factory.mktemp("tls"), "localhost", "IP:127.0.0.1")


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This machine trusts the certificate, as an office's machines trust the office's own authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_suffix(".crt")))
    return certificate


class Server:
    """A mail server that says `answers` to one text after another, and the last for good."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers or ("250 Message accepted",))
        self.encrypted: list[bool] = []
        self.logins: list[bytes] = []

    async def handle_DATA(self, server: SMTP, _session: Any, _envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        assert server.transport is not None
        self.encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        self.logins.append(data.password)
        return AuthResult(success=data.password == SECRET.encode(), handled=False)


@contextmanager
def serving(handler: Server, *, tls: Path | None = None, starttls: Path | None = None, **asked: Any) -> Iterator[int]:
    if starttls is not None:
        asked |= {"tls_context": certificates.server(starttls), "require_starttls": True}
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    controller = Controller(
        handler, hostname="127.0.0.1", port=port, authenticator=handler.authenticate,
        ssl_context=certificates.server(tls) if tls else None, **asked,
    )  # fmt: skip
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


channel = partial(SmtpChannel, "127.0.0.1", sender="t@qingxi.example", timeout=3)


def test_a_server_that_speaks_tls_from_the_first_byte_is_given_letter_and_password(trusted: Path) -> None:
    handler = Server()

    with serving(handler, tls=trusted, auth_require_tls=False) as port:
        answer = channel(port=port, tls=True, user="office", password=SECRET).deliver(LETTER, now=NOW)

    assert answer.outcome is Outcome.ACCEPTED
    assert (handler.encrypted, handler.logins) == ([True], [SECRET.encode()])


def test_a_server_that_changes_over_to_tls_is_given_letter_and_password(trusted: Path) -> None:
    handler = Server()

    with serving(handler, starttls=trusted) as port:
        answer = channel(port=port, starttls=True, user="office", password=SECRET).deliver(LETTER, now=NOW)

    assert answer.outcome is Outcome.ACCEPTED
    assert (handler.encrypted, handler.logins) == ([True], [SECRET.encode()])


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_means_that_nothing_is_sent(certificate: Path, way: str) -> None:
    handler = Server()

    with serving(handler, **{way: certificate}) as port:
        wanted: dict[str, Any] = {way: True}
        answer = channel(port=port, user="office", password=SECRET, **wanted).deliver(LETTER, now=NOW)

    assert (answer.outcome, handler.encrypted, handler.logins) == (Outcome.RETRY, [], [])
    assert "证书不可信" in answer.detail


def test_a_server_that_offers_no_encryption_is_given_nothing() -> None:
    handler = Server()

    with serving(handler, auth_require_tls=False) as port:
        answer = channel(port=port, starttls=True, user="office", password=SECRET).deliver(LETTER, now=NOW)

    assert (answer.outcome, handler.encrypted, handler.logins) == (Outcome.RETRY, [], [])
    assert "不肯加密" in answer.detail


def test_a_password_that_is_not_taken_is_a_matter_of_settings_and_stays_unsaid() -> None:
    handler = Server()

    with serving(handler, auth_require_tls=False) as port:
        answer = channel(port=port, user="office", password="geheim-4711").deliver(LETTER, now=NOW)

    assert (answer.outcome, handler.encrypted) == (Outcome.RETRY, [])
    assert "不认账号（535）" in answer.detail
    assert "geheim" not in answer.detail + repr(channel(port=1, password=SECRET))


def test_what_is_put_off_once_goes_through_at_the_next_try() -> None:
    handler = Server("451 greylisted", "421 too busy", "250 Message accepted")

    with serving(handler) as port:
        tries = [channel(port=port).deliver(LETTER, now=NOW).outcome for _ in range(4)]

    assert tries == [Outcome.RETRY, Outcome.RETRY, Outcome.ACCEPTED, Outcome.ACCEPTED]


Line = Callable[[Any, bytes], bool]


@contextmanager
def talking(reply: Line) -> Iterator[int]:
    """A server of a few lines; `reply` says whether it goes on after a line it was sent."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with suppress(OSError), listener, listener.accept()[0] as peer, peer.makefile("rwb", buffering=0) as stream:
            if reply(stream, b""):
                for line in stream:
                    if not reply(stream, line):
                        return

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(timeout=20)
    assert not thread.is_alive()


def dripping(before: bytes) -> Line:
    """Answers well until it is sent `before`, then a byte now and then without an end."""

    def reply(stream: Any, line: bytes) -> bool:
        if line.startswith(before):
            with suppress(OSError):
                for _ in range(150):
                    stream.write(b"250-x\r\n")
                    time.sleep(0.05)
            return False
        if line.strip() == b"DATA":
            stream.write(b"354 go\r\n")
        elif not line or line[:4].upper() in {b"EHLO", b"MAIL", b"RCPT", b"QUIT"}:
            stream.write(b"250 ok\r\n" if line else b"220 hello\r\n")
        return line[:4] != b"quit"

    return reply


@pytest.mark.parametrize(
    ("before", "outcome"),
    [
        pytest.param(b"", Outcome.RETRY, id="in its greeting"),
        pytest.param(b"RCPT", Outcome.RETRY, id="before the text"),
        pytest.param(b".\r\n", Outcome.AMBIGUOUS, id="after the text"),
    ],
)
def test_a_server_that_never_comes_to_an_end_is_left_in_time(before: bytes, outcome: Outcome) -> None:
    def greeting(stream: Any, line: bytes) -> bool:
        return dripping(b"ehlo")(stream, line or b"ehlo")

    with talking(dripping(before) if before else greeting) as port:
        answer = channel(port=port, longest=1).deliver(LETTER, now=NOW)

    assert answer.outcome is outcome


@pytest.mark.parametrize(
    ("word", "reply", "outcome"),
    [
        pytest.param(b"STARTTLS", b"502 no", Outcome.RETRY, id="it takes its offer of encryption back"),
        pytest.param(b"MAIL", b"552 quota", Outcome.REFUSED, id="the sender is refused"),
        pytest.param(b"DATA", b"451 later", Outcome.RETRY, id="it does not want the text now"),
        pytest.param(b".\r\n", b"", Outcome.AMBIGUOUS, id="the line is cut after the text"),
        pytest.param(b".\r\n", b"2", Outcome.AMBIGUOUS, id="the line is cut in the answer"),
        pytest.param(b"MAIL", b"", Outcome.RETRY, id="the line is cut before the text"),
        pytest.param(b"quit", b"", Outcome.ACCEPTED, id="the line is cut after all is said"),
    ],
)
def test_what_a_server_does_at_each_step_decides(word: bytes, reply: bytes, outcome: Outcome) -> None:
    def talk(stream: Any, line: bytes) -> bool:
        if line.startswith(word):
            stream.write(reply + (b"\r\n" if len(reply) > 1 else b""))
            return len(reply) > 1
        if line.strip() == b"DATA":
            stream.write(b"354 go\r\n")
        elif not line:
            stream.write(b"220 hello\r\n")
        elif line[:4] == b"ehlo":
            stream.write(b"250-here\r\n250 STARTTLS\r\n")
        elif line[:4] in {b"MAIL", b"RCPT", b"quit"} or line == b".\r\n":
            stream.write(b"250 ok\r\n")
        return line[:4] != b"quit"

    with talking(talk) as port:
        answer = channel(port=port, starttls=word == b"STARTTLS").deliver(LETTER, now=NOW)

    assert answer.outcome is outcome

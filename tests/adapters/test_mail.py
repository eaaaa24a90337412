"""Letters by spool and by SMTP, against real servers on this machine."""

from __future__ import annotations

import email
import email.policy
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from tracker.adapters.channels.mail import SmtpChannel, SpoolChannel
from tracker.domain.delivery import Letter
from tracker.domain.outbox import Outcome

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
LETTER = Letter(
    key="notice-7-3",
    address="lin@jyj.qingxi.example",
    name="林知远",
    subject="本周进度还没报，今天17:30截止",
    body="市教育局：\n\n.第39周的进度还没有报送。\n\n请在9月24日17:30前报送。\n",
)


def test_a_spooled_letter_is_a_message_that_says_all(tmp_path: Path) -> None:
    channel = SpoolChannel(tmp_path / "spool", "taizhang@qingxi.example")

    answer = channel.deliver(LETTER, now=NOW)

    assert answer.outcome is Outcome.ACCEPTED
    [file] = (tmp_path / "spool").iterdir()
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert message["Subject"] == LETTER.subject
    assert message["To"].addresses[0].display_name == "林知远"
    assert message["Message-ID"] == "<notice-7-3@qingxi.example>"
    assert message["Date"].datetime == NOW
    assert message.get_content().replace("\r\n", "\n") == LETTER.body


def test_a_name_cannot_end_its_header_line(tmp_path: Path) -> None:
    letter = Letter(LETTER.key, LETTER.address, "李\r\nBcc: evil@x.example", LETTER.subject, LETTER.body)

    SpoolChannel(tmp_path, "taizhang@qingxi.example").deliver(letter, now=NOW)

    message = email.message_from_bytes(next(tmp_path.iterdir()).read_bytes(), policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["To"].addresses[0].display_name == "李 Bcc: evil@x.example"


def test_the_same_letter_spooled_twice_is_one_file(tmp_path: Path) -> None:
    channel = SpoolChannel(tmp_path, "taizhang@qingxi.example")

    channel.deliver(LETTER, now=NOW)
    channel.deliver(LETTER, now=NOW)

    assert [file.name for file in tmp_path.iterdir()] == ["notice-7-3.eml"]


def test_a_spool_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "spool").write_text("a file where the folder should be")

    answer = SpoolChannel(tmp_path / "spool", "taizhang@qingxi.example").deliver(LETTER, now=NOW)

    assert answer.outcome is Outcome.RETRY


@pytest.mark.parametrize("address", ["", "林知远", "two@at@signs.example", "blank in@it.example", "a@b\nBcc: c@d"])
def test_what_is_no_address_is_refused_without_a_try(tmp_path: Path, address: str) -> None:
    letter = Letter(LETTER.key, address, LETTER.name, LETTER.subject, LETTER.body)

    assert SpoolChannel(tmp_path, "t@q.example").deliver(letter, now=NOW).outcome is Outcome.REFUSED
    assert SmtpChannel("127.0.0.1", 1, "t@q.example").deliver(letter, now=NOW).outcome is Outcome.REFUSED


class Handler:
    """Keeps what arrives and answers as told."""

    def __init__(self, *, rcpt: str = "250 OK", data: str = "250 Message accepted") -> None:
        self.rcpt, self.data = rcpt, data
        self.messages: list[bytes] = []

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:  # noqa: N802
        self.messages.append(envelope.content)
        return self.data


@contextmanager
def serving(handler: Handler) -> Iterator[SmtpChannel]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield SmtpChannel("127.0.0.1", port, "taizhang@qingxi.example", timeout=3)
    finally:
        controller.stop()


def test_a_letter_reaches_a_real_server_word_for_word() -> None:
    handler = Handler()

    with serving(handler) as channel:
        answer = channel.deliver(LETTER, now=NOW)

    assert answer.outcome is Outcome.ACCEPTED
    [raw] = handler.messages
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.body


@pytest.mark.parametrize(
    ("handler", "outcome"),
    [
        pytest.param(Handler(rcpt="550 no such user"), Outcome.REFUSED, id="an unknown person is refused for good"),
        pytest.param(Handler(rcpt="451 try later"), Outcome.RETRY, id="greylisting is tried again"),
        pytest.param(Handler(data="554 spam"), Outcome.REFUSED, id="a text that is not wanted is refused for good"),
        pytest.param(Handler(data="452 disk full"), Outcome.RETRY, id="a full disk is tried again"),
    ],
)
def test_what_the_server_says_decides(handler: Handler, outcome: Outcome) -> None:
    with serving(handler) as channel:
        assert channel.deliver(LETTER, now=NOW).outcome is outcome


def _falling_silent(after_data: bool) -> tuple[SmtpChannel, threading.Thread]:
    """A server that hangs up, either at the greeting or once it has the whole text."""
    listener = socket.create_server(("127.0.0.1", 0))

    def talk() -> None:
        with listener, listener.accept()[0] as peer:
            if not after_data:
                return
            stream = peer.makefile("rwb")
            stream.write(b"220 hello\r\n")
            stream.flush()
            for line in stream:
                word = line[:4].upper()
                if word == b"DATA":
                    stream.write(b"354 go\r\n")
                    stream.flush()
                    while stream.readline() != b".\r\n":
                        pass
                    return
                stream.write(b"250 ok\r\n")
                stream.flush()

    thread = threading.Thread(target=talk, daemon=True)
    thread.start()
    return SmtpChannel("127.0.0.1", listener.getsockname()[1], "t@qingxi.example", timeout=3), thread


@pytest.mark.parametrize(
    ("after_data", "outcome"),
    [
        pytest.param(False, Outcome.RETRY, id="silence before the text means that nothing was sent"),
        pytest.param(True, Outcome.AMBIGUOUS, id="silence after the text means that nobody knows"),
    ],
)
def test_silence_is_told_apart_by_when_it_falls(after_data: bool, outcome: Outcome) -> None:
    channel, thread = _falling_silent(after_data)

    answer = channel.deliver(LETTER, now=NOW)
    thread.join(timeout=5)

    assert answer.outcome is outcome


def test_no_server_at_all_is_tried_again() -> None:
    assert SmtpChannel("127.0.0.1", 9, "t@qingxi.example", timeout=1).deliver(LETTER, now=NOW).outcome is Outcome.RETRY

"""Mail: the message itself, the spool folder, and a real SMTP conversation."""

from __future__ import annotations

import contextlib
import io
import os
import re
import smtplib
import ssl
import time
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from tracker.adapters.channels.outgoing import TimedStream
from tracker.domain.china_time import china_clock
from tracker.domain.delivery import Answer, Letter
from tracker.domain.outbox import Outcome

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


def is_address(text: str) -> bool:
    """Whether a mail server will take this as an address (ASCII, one @, no blanks)."""
    return _ADDRESS.fullmatch(text) is not None


def compose(letter: Letter, *, sender: str, now: datetime) -> EmailMessage:
    """The message, the same at every try but for its date: `Message-ID` is made from the letter's key."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(display_name="台账", addr_spec=sender)
    message["To"] = Address(display_name=_one_line(letter.name), addr_spec=letter.address)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(china_clock(now))
    message["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    return message


def _one_line(text: str) -> str:
    """The text without what would end a header line."""
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


UNTRUSTED = Answer(Outcome.RETRY, "邮件服务器的证书不可信，没有发送，请管理员检查设置")


@dataclass(frozen=True, slots=True)
class SpoolChannel:
    """Lays each letter into a folder as an .eml file that any mail program opens.

    The file is named by the letter's key, so that a second delivery of the same letter replaces the first.
    """

    folder: Path
    sender: str

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Write the file whole or not at all."""
        if not is_address(letter.address):
            return Answer(Outcome.REFUSED, "邮箱地址不对")
        target = self.folder / f"{letter.key}.eml"
        half = self.folder / f".{letter.key}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with half.open("wb") as file:
                file.write(compose(letter, sender=self.sender, now=now).as_bytes())
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
        except OSError as error:
            with contextlib.suppress(OSError):
                half.unlink(missing_ok=True)
            return Answer(Outcome.RETRY, f"写不进邮件文件夹：{error.strerror}")
        return Answer(Outcome.ACCEPTED, target.name)


class _Timed(smtplib.SMTP):
    """A conversation with one end in time: who answers a byte a second would hold a worker past its lease."""

    def __init__(self, host: str, port: int, *, timeout: float, deadline: float) -> None:
        self._deadline = deadline
        super().__init__(host, port, timeout=timeout)

    def getreply(self) -> tuple[int, bytes]:
        """Read the next reply, within a step's time and before the deadline."""
        if self.file is None and self.sock is not None:
            self._stream = TimedStream(self.sock, self._deadline)
            self.file = io.BufferedReader(self._stream)
        self._stream.deadline = min(self._deadline, time.monotonic() + self.timeout)
        return super().getreply()


class _TimedTls(_Timed, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte (RFC 8314)."""

    def __init__(self, host: str, port: int, *, timeout: float, deadline: float) -> None:
        self._deadline = deadline
        # Without a context of ours the library would look at no certificate at all.
        context = ssl.create_default_context()
        smtplib.SMTP_SSL.__init__(self, host, port, timeout=timeout, context=context)


@dataclass(frozen=True, slots=True)
class SmtpChannel:
    """One SMTP conversation a letter.

    A refusal, a passing fault and silence after the text are told apart. With `tls` it is encrypted from the
    first byte, with `starttls` from the second step on; a server that will not, or whose certificate is not
    trusted, is given neither letter nor password.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    starttls: bool = False
    tls: bool = False
    timeout: float = 10.0
    """For one step, in seconds."""
    longest: float = 30.0
    """For all of them; less than a lease (`tracker.store.queries.outbox.LEASE`)."""

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Say EHLO, hand the letter over, and read what the server makes of it."""
        if not is_address(letter.address):
            return Answer(Outcome.REFUSED, "邮箱地址不对")
        text = compose(letter, sender=self.sender, now=now).as_bytes()
        try:
            server = self._call()
        except ssl.SSLCertVerificationError:
            return UNTRUSTED
        except (smtplib.SMTPException, OSError) as error:
            return Answer(Outcome.RETRY, f"连不上邮件服务器：{type(error).__name__}")
        try:
            if (failed := self._greet(server)) is not None:
                return failed
            for command in (f"MAIL FROM:<{self.sender}>", f"RCPT TO:<{letter.address}>"):
                code, reply = server.docmd(command)
                if code not in {250, 251}:
                    return _answer(code, reply)
            return _hand_over(server, text)
        except (smtplib.SMTPException, OSError) as error:
            return Answer(Outcome.RETRY, f"与邮件服务器的对话中断：{type(error).__name__}")
        finally:
            # The letter's fate is known by now; a server that mumbles at QUIT does not change it.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()

    def _call(self) -> smtplib.SMTP:
        kind = _TimedTls if self.tls else _Timed
        deadline = time.monotonic() + self.longest
        return kind(self.host, self.port, timeout=self.timeout, deadline=deadline)

    def _greet(self, server: smtplib.SMTP) -> Answer | None:
        """Say who we are; None when the server will listen.

        What goes wrong here is a matter of settings and no fault of the letter, so that it is never refused
        for good.
        """
        server.ehlo()
        try:
            if self.starttls and not self.tls:
                server.starttls(context=ssl.create_default_context())
                server.ehlo()
        except ssl.SSLCertVerificationError:
            return UNTRUSTED
        except (smtplib.SMTPNotSupportedError, smtplib.SMTPResponseException):
            return Answer(Outcome.RETRY, "邮件服务器不肯加密，没有发送，请管理员检查设置")
        try:
            if self.user:
                server.login(self.user, self.password)
        except smtplib.SMTPAuthenticationError as error:
            return Answer(Outcome.RETRY, f"邮件服务器不认账号（{error.smtp_code}），请管理员检查设置")
        return None


def _hand_over(server: smtplib.SMTP, text: bytes) -> Answer:
    """The DATA step. Once bytes are on their way, silence means nobody knows."""
    code, reply = server.docmd("DATA")
    if code != 354:
        return _answer(code, reply)
    try:
        # Dots at the start of a line are doubled, and the lone dot ends the text (RFC 5321, 4.5.2).
        ending = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
        server.send(re.sub(rb"(?m)^\.", b"..", text) + ending)
        code, reply = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        return Answer(Outcome.AMBIGUOUS, f"正文已发出，没有等到回音：{type(error).__name__}")
    if not 200 <= code < 600:
        # What the library makes of a reply that was cut off: 2 of 250, or -1.
        return Answer(Outcome.AMBIGUOUS, "正文已发出，回音不完整")
    return _answer(code, reply)


def _answer(code: int, reply: bytes | str) -> Answer:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    detail = f"{code} {words}"[:300]
    if 200 <= code < 300:
        return Answer(Outcome.ACCEPTED, detail)
    # 5yz is final by RFC 5321 4.2.1; everything else may pass.
    return Answer(Outcome.REFUSED if 500 <= code < 600 else Outcome.RETRY, detail)

"""No secret of a channel is written down anywhere but in its settings: each is marked, and looked for."""

from __future__ import annotations

import logging
import smtplib
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session, sessionmaker

from config import Config, load
from tests.factories import make_account, make_cadence, make_obligation, make_period, make_plan, make_unit
from tests.support import gateway
from tests.support.clock import SettableClock
from tests.support.databases import opened
from tests.support.gateway import Talk, says, serving
from tracker import delivering
from tracker.store.database import session_factory
from tracker.store.tables import AuditEvent, DeliveryAttempt, InboxItem, Notice, OutboxItem
from tracker.ticking import run_tick
from tracker.worker import guarded

MARK = "geheim"
"""Stands in every secret, and in nothing else."""
ROBOTS = ("wecom", "dingtalk", "feishu")
SECRET = f"{MARK}-0815-of-many-characters"
"""One for all, so that whoever says back what it was sent says it back."""
ECHO = f"no such key {SECRET}, wrongly signed"


class Post:
    """A mail server that asks for the password and says back what it was given."""

    def __init__(self, *, welcome: bool) -> None:
        self.welcome = welcome

    def authenticate(self, _server: SMTP, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
        said = f"535 {data.login.decode()} {data.password.decode()} is wrong"
        return AuthResult(success=self.welcome, handled=False, message=None if self.welcome else said)


@pytest.fixture
def engine(engine_url: str) -> Iterator[Engine]:
    with opened(engine_url) as made:
        yield made


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    made = session_factory(engine)
    with made() as session:
        unit = make_unit(session, "市教育局")
        contact = make_account(session, "unit", unit=unit, email="lin@jyj.qingxi.example")
        contact.phone = "13800138000"
        make_account(session, "office")
        make_obligation(session, make_period(session, make_cadence(session, make_plan(session))), unit)
        session.commit()
    return made


def settings(ports: dict[str, int], mail: int) -> str:
    """A config.toml with every kind of channel, each with a marked secret."""
    lines = [
        'outgoing_hosts = ["127.0.0.1"]', 'smtp_host = "127.0.0.1"', f"smtp_port = {mail}", 'smtp_user = "office"',
        f'smtp_password = "{MARK}-mail"', f'secret_key = "{MARK}-{"k" * 32}"',
    ]  # fmt: skip
    for kind in ROBOTS:
        lines += [f"[channels.{kind}]", f'kind = "{kind}"', f'url = "http://127.0.0.1:{ports[kind]}/send?key={SECRET}"']
        lines += [f'secret = "{SECRET}"'] if kind != "wecom" else []
    lines += ["[channels.duban]", 'kind = "webhook"', f'url = "http://127.0.0.1:{ports["webhook"]}/in/{SECRET}"']
    lines += [f'secret = "{SECRET}"']
    url = f"http://127.0.0.1:{ports['sms']}/s?password={SECRET}&to={{phone}}&msg={{text}}"
    lines += ["[channels.sms]", 'kind = "sms"', f'url = "{url}"', 'success = "^0"']
    return "\n".join(lines)


def broken(*_: object, **__: object) -> object:
    raise RuntimeError("something inside broke")


@pytest.mark.parametrize(
    ("talk", "welcome"),
    [
        pytest.param(says({"errcode": 0, "code": 0}), True, id="well"),
        pytest.param(says({"errcode": 93000, "code": 19001, "errmsg": ECHO, "msg": ECHO}), False, id="they refuse and say it back"),
        pytest.param(says(ECHO, 500), False, id="they break and say it back"),
        pytest.param(says("", 302, f"Location: http://127.0.0.1:1/{SECRET}"), False, id="they send us elsewhere"),
        pytest.param(gateway.hangs_up, False, id="they hang up"),
        pytest.param(gateway.breaks_off, False, id="they hang up in the middle"),
        pytest.param(None, False, id="nobody is there"),
        pytest.param(broken, True, id="we break ourselves"),
    ],
)
def test_no_secret_is_written_down_whatever_a_channel_answers(
    talk: Talk | None, welcome: bool, sessions: sessionmaker[Session], engine_url: str, tmp_path: Path,
    clock: SettableClock, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    clock.advance(minutes=45)
    with ExitStack() as stack:
        config = _set_up(stack, talk, tmp_path / "instance", engine_url, welcome=welcome)
        if talk is broken:
            for where in ("robots.RobotChannel", "webhook.WebhookChannel", "sms.SmsChannel", "mail.SmtpChannel"):
                monkeypatch.setattr(f"tracker.adapters.channels.{where}.deliver", broken)
        ways = delivering.ways_out(config)
        guarded(lambda: run_tick(sessions, config, clock, anew=True))()

    with sessions() as session:
        rows = [row for table in (DeliveryAttempt, OutboxItem, Notice, InboxItem, AuditEvent) for row in session.scalars(select(table))]
        said = [str({key: value for key, value in vars(row).items() if key != "_sa_instance_state"}) for row in rows]
        tried = {item.channel for item in session.scalars(select(OutboxItem)) if item.attempts}
    assert tried == {"inbox", "mail", "sms", "duban", *ROBOTS}
    out, err = capfd.readouterr()
    # What the mail server of the test writes down is no log of ours.
    log = "\n".join(caplog.handler.format(record) for record in caplog.records if record.name != "mail.log")
    written = {"log": log, "out": out, "err": err, "rows": "".join(said), "shown": repr((config, ways))}
    assert {place for place, text in written.items() if MARK in text} == set()
    assert talk is not broken or "something inside broke" in caplog.text


def _set_up(stack: ExitStack, talk: Callable[..., object] | None, data: Path, url: str, *, welcome: bool) -> Config:
    """Gateways and a mail server, or ports at which nobody listens, and the configuration that names them."""
    kinds = (*ROBOTS, "webhook", "sms")
    ports = dict.fromkeys((*kinds, "mail"), 9)
    if talk is not None:
        answer: Any = talk if talk is not broken else says("")
        ports |= {kind: stack.enter_context(serving(answer)).port for kind in kinds}
        ports["mail"] = _free_port()
        post = Post(welcome=welcome)
        controller = Controller(
            post, hostname="127.0.0.1", port=ports["mail"], authenticator=post.authenticate, auth_require_tls=False
        )
        controller.start()
        stack.callback(controller.stop)
    data.mkdir()
    (data / "config.toml").write_text(settings(ports, ports["mail"]), encoding="utf-8")
    return load(data, {"TRACKER_DATABASE_URL": url})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_library_that_speaks_with_mail_servers_tells_nothing_of_its_own() -> None:
    """With its own log on it would write the password down."""
    assert smtplib.SMTP.debuglevel == 0

"""One tick (an edge, like a request): bring periods and reminders up to date, then deliver what waits.

Idempotent and safe beside others of its kind: it may run late, twice, in several workers, and be killed
anywhere. Each step is a transaction of its own, so that one that fails takes nothing of the others with it.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker.adapters.channels.mail import SmtpChannel, SpoolChannel
from tracker.clock import Clock
from tracker.domain.delivery import Answer, Channel, Letter
from tracker.domain.outbox import Outcome
from tracker.services import advancing, clock_jumps, handovers, heartbeats, reminding
from tracker.store.database import transaction

# A worker that never ends one tick would never look at the calendar again.
MOST_LETTERS = 500
log = logging.getLogger(__name__)
NO_CHANNEL = Answer(Outcome.RETRY, "这个渠道还没有设置")


@dataclass(frozen=True, slots=True)
class TickReport:
    """What one tick did."""

    opened: int
    closed: int
    planned: int
    withdrawn: int
    letters: int


def channels_of(config: Config) -> dict[str, Channel]:
    """The ways out of the house that this configuration opens."""
    mail = config.mail
    if not mail.host:
        return {reminding.MAIL: SpoolChannel(config.spool_dir, mail.sender)}
    smtp = SmtpChannel(
        mail.host, mail.port, mail.sender, user=mail.user, password=mail.password, starttls=mail.starttls
    )
    return {reminding.MAIL: smtp}


def this_worker() -> str:
    """A name that no other worker has, on this machine or another."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def run_tick(sessions: sessionmaker[Session], config: Config, clock: Clock) -> TickReport:
    """Open and close periods, hand over what is due, plan reminders, deliver what waits."""
    channels, owner = channels_of(config), this_worker()
    with sessions() as session:
        with transaction(session):
            clock_jumps.take_back(session, now=clock())
            advanced = advancing.advance(session, now=clock())
        with transaction(session):
            handovers.advance(session, now=clock())
        with transaction(session):
            planned = reminding.plan(session, now=clock())
        letters = 0
        while letters < MOST_LETTERS and deliver_next(
            session, channels, clock, owner=owner, site=config.base_url
        ):
            letters += 1
        with transaction(session):
            heartbeats.beat(session, owner, detail=f"投递{letters}封", now=clock())
    return TickReport(advanced.opened, advanced.closed, planned.added, planned.withdrawn, letters)


def deliver_next(
    session: Session, channels: Mapping[str, Channel], clock: Clock, *, owner: str, site: str
) -> bool:
    """Deliver one letter; False when nothing waits.

    Killed before the channel answered, the lease runs out and another worker sends the same letter again;
    killed after, the same. That is the one gap in which a letter can be doubled, and its key tells.
    """
    with transaction(session):
        claim = reminding.take(session, owner, now=clock())
    if claim is None:
        return False
    with transaction(session):
        letter = reminding.open_letter(session, claim, site=site, now=clock())
    if letter is None:
        return True
    channel = channels.get(claim.channel)
    answer = _attempt(channel, letter, clock)
    with transaction(session):
        reminding.finish(session, claim, answer, now=clock())
    return True


def _attempt(channel: Channel | None, letter: Letter, clock: Clock) -> Answer:
    """One try; a channel that breaks its promise not to raise holds up its own letter and no other."""
    if channel is None:
        return NO_CHANNEL
    try:
        return channel.deliver(letter, now=clock())
    except Exception as error:
        log.exception("letter %s", letter.key)
        return Answer(Outcome.RETRY, f"发送程序出错：{type(error).__name__}")

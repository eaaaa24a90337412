"""Delivering (投递, an edge): take what waits, letter by letter, to the channel it is for.

Three transactions a letter: claimed by lease, opened (looked at once more, its key kept), finished by fence.
The channel works between the second and the third, when nothing is locked. Any number of workers may do this
at once, and each may be killed anywhere.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from channel_settings import ChannelSettings
from config import Config
from tracker.adapters.channels.mail import SmtpChannel, SpoolChannel
from tracker.adapters.channels.outgoing import Outgoing
from tracker.adapters.channels.robots import DIALECTS, RobotChannel
from tracker.adapters.channels.sms import SmsChannel
from tracker.adapters.channels.webhook import WebhookChannel
from tracker.clock import Clock
from tracker.domain.delivery import BY_MAIL, MAIL, Answer, Channel, Letter, Reach, Route
from tracker.domain.outbox import Outcome
from tracker.services import sending
from tracker.store.database import transaction

# A worker that never ends one tick would never look at the calendar again.
MOST_LETTERS = 500
NO_CHANNEL = Answer(Outcome.RETRY, "这个渠道还没有设置")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WaysOut:
    """The channels this configuration opens, and the routes that lead to them."""

    channels: Mapping[str, Channel] = field(repr=False)
    routes: Sequence[Route] = ()

    def a_minute(self, channel: str) -> int:
        """How many messages a channel takes in a minute; 0 for as many as there are."""
        return next((route.a_minute for route in self.routes if route.channel == channel), 0)


def ways_out(config: Config) -> WaysOut:
    """Mail, into the spool folder without a server, and whatever else is set."""
    outgoing = Outgoing(config.outgoing_hosts)
    channels = {MAIL: _mail(config)} | {each.name: _channel(each, outgoing) for each in config.channels}
    return WaysOut(channels, (BY_MAIL, *(_route(each) for each in config.channels)))


def _mail(config: Config) -> Channel:
    mail = config.mail
    if not mail.host:
        return SpoolChannel(config.spool_dir, mail.sender)
    return SmtpChannel(
        mail.host, mail.port, mail.sender, user=mail.user, password=mail.password, starttls=mail.starttls,
        tls=mail.from_the_first_byte,
    )  # fmt: skip


def _channel(each: ChannelSettings, outgoing: Outgoing) -> Channel:
    if each.kind == "webhook":
        return WebhookChannel(each.url, each.secret, outgoing)
    if each.kind == "sms":
        passing = re.compile(each.retry) if each.retry else None
        return SmsChannel(each.url, re.compile(each.success), outgoing, each.form, each.charset, passing)
    return RobotChannel(DIALECTS[each.kind], each.url, outgoing, each.secret)


def _route(each: ChannelSettings) -> Route:
    reach = Reach.PHONE if each.kind == "sms" else Reach.GROUP
    usual = DIALECTS[each.kind].a_minute if each.kind in DIALECTS else 0
    return Route(each.name, reach, each.title, each.unit, each.urgent_only, each.per_minute or usual)


def deliver_waiting(session: Session, ways: WaysOut, clock: Clock, *, owner: str, site: str) -> int:
    """Deliver what may go now, so much that a tick comes to an end; how many letters were taken up."""
    letters = 0
    while letters < MOST_LETTERS and deliver_next(session, ways, clock, owner=owner, site=site):
        letters += 1
    return letters


def deliver_next(session: Session, ways: WaysOut, clock: Clock, *, owner: str, site: str) -> bool:
    """Deliver one letter; False when nothing waits.

    Killed before the channel answered, the lease runs out and another worker sends the same letter again;
    killed after, the same. That is the one gap in which a letter can be doubled, and its key tells. What is
    said only once is not sent again but waits for a person.
    """
    with transaction(session):
        claim = sending.take(session, owner, now=clock())
    if claim is None:
        return False
    try:
        with transaction(session):
            pace = ways.a_minute(claim.channel)
            letter = sending.open_letter(session, claim, site=site, a_minute=pace, now=clock())
        answer = _attempt(ways.channels.get(claim.channel), letter, clock) if letter is not None else None
    except Exception as error:
        # One that cannot be written or sent holds up no other, nor the rest of its person's letter.
        log.exception("delivery %s", min(claim.fences))
        answer = Answer(Outcome.RETRY, f"发送程序出错：{type(error).__name__}")
        if len(claim.fences) > 1:
            with transaction(session):
                if sending.set_aside(session, claim, site=site, now=clock()):
                    answer = None
    if answer is not None:
        with transaction(session):
            sending.finish(session, claim, answer, now=clock())
    return True


def _attempt(channel: Channel | None, letter: Letter, clock: Clock) -> Answer:
    return NO_CHANNEL if channel is None else channel.deliver(letter, now=clock())

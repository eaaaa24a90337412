"""Delivery (送达): what a channel is given and what it answers.

A channel is an adapter to one way out of the house. It never raises: whatever happens is one of the four
outcomes of `tracker.domain.outbox`, with a short detail for the log of attempts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.domain.outbox import Outcome
from tracker.domain.titled import Titled

INBOX = "inbox"
MAIL = "mail"


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `key` is the same at every try, so that a receiver can tell a repetition.

    `brief` says all of it in the few words that a text message has room for.
    """

    key: str
    address: str
    name: str
    subject: str
    body: str
    brief: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try ended, with a detail that holds no secret."""

    outcome: Outcome
    detail: str = ""


class Reach(Titled):
    """By what a channel finds its receiver."""

    EMAIL = "email", "邮箱"
    PHONE = "phone", "手机"
    GROUP = "group", "群"


@dataclass(frozen=True, slots=True)
class Route:
    """One way by which notices leave, under its channel's name (渠道).

    A group is one address: the office's own, or with `unit` that of one unit, which hears what is said to it.
    `urgent_only` leaves it to what is said on its last day, and to a person's urging. `a_minute` is how many
    messages it takes, 0 as many as there are.
    """

    channel: str
    reach: Reach
    title: str = ""
    unit: str = ""
    urgent_only: bool = False
    a_minute: int = 0


BY_MAIL = Route(MAIL, Reach.EMAIL, "邮件")


class Channel(Protocol):
    """A way out of the house."""

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Try once; `now` dates the message."""
        ...


_PHONE = re.compile(r"\+?\d[\d -]{4,17}\d")


def is_phone(text: str) -> bool:
    """Whether this is a telephone number: digits, with blanks or hyphens between them and a plus in front."""
    return _PHONE.fullmatch(text) is not None and text.isascii()


def number_of(key: str) -> str:
    """A letter's key as people are shown it: 编号 12 for `letter-12`."""
    return key.removeprefix("letter-")


def address_on(channel: str, *, email: str, phone: str | None) -> str:
    """Where a channel finds a person now; empty when it does not.

    Mail has one name and short messages whatever name their gateway was given; what lies in the inbox needs
    no address.
    """
    if channel == INBOX:
        return ""
    return email if channel == MAIL else phone or ""

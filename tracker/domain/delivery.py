"""Delivery (送达): what a channel is given and what it answers.

A channel is an adapter to one way out of the house. It never raises: whatever happens is one of the four
outcomes of `tracker.domain.outbox`, with a short detail for the log of attempts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from tracker.domain.outbox import Outcome


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person. `key` is the same at every try, so that a receiver can tell a repetition."""

    key: str
    address: str
    name: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Answer:
    """How a try ended, with a detail that holds no secret."""

    outcome: Outcome
    detail: str = ""


class Channel(Protocol):
    """A way out of the house."""

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Try once; `now` dates the message."""
        ...

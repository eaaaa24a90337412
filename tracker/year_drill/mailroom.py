"""The drill's one channel: a mail server in memory that refuses, falters and now and then does not answer."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from random import Random

from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day
from tracker.domain.delivery import Answer, Letter
from tracker.domain.outbox import Outcome
from tracker.year_drill.world import World

FALTERS, SILENT = 3, 1
"""So many of a hundred letters have to be sent again, or get no answer though they arrived."""


class Mailroom:
    """Keeps what arrived, by letter."""

    def __init__(self, world: World, chances: Random) -> None:
        self._world, self._chances = world, chances
        self.refused: set[str] = set()
        """Addresses that are wrong at the moment."""
        self.arrived: dict[str, int] = {}
        self.a_day: Counter[tuple[str, date]] = Counter()
        self.unanswered = 0

    def close(self, address: str, _: Session, __: datetime) -> None:
        """From now on the address is wrong."""
        self.refused.add(address)

    def open(self, address: str, _: Session, __: datetime) -> None:
        """From now on it is right again."""
        self.refused.discard(address)

    def deliver(self, letter: Letter, *, now: datetime) -> Answer:
        """Take a letter, or fail in one of the usual ways."""
        if letter.address in self.refused:
            self._world.undelivered.add(letter.key)
            return Answer(Outcome.REFUSED, "550 no such mailbox")
        luck = self._chances.randrange(100)
        if luck < FALTERS:
            return Answer(Outcome.RETRY, "451 try later")
        self.arrived[letter.key] = self.arrived.get(letter.key, 0) + 1
        self.a_day[letter.address, china_day(now)] += 1
        if luck < FALTERS + SILENT:
            self.unanswered += 1
            return Answer(Outcome.AMBIGUOUS, "no answer")
        return Answer(Outcome.ACCEPTED)

    @property
    def letters(self) -> int:
        """How many arrived, each counted once."""
        return len(self.arrived)

    @property
    def repeated(self) -> int:
        """Letters that arrived more than once; no more than were left unanswered."""
        return sum(times - 1 for times in self.arrived.values())

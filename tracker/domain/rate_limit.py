"""How fast a channel may be used (限速): a bucket of so many messages that fills again evenly.

Makers count in minutes: a robot that gets a twenty-first message within one is mute for ten. The bucket holds
half of what a minute allows, for a tick sends in a burst, and the other half comes back in the course of a
minute; so no sixty seconds, wherever they begin, see more than the whole.

The bucket is one moment, that at which it will be full again; each message puts it off by one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RateLimit:
    """What a minute allows.

    Raises:
        ValueError: it allows nothing.

    """

    a_minute: int

    def __post_init__(self) -> None:
        if self.a_minute < 1:
            raise ValueError(f"a minute allows at least one message: {self.a_minute}")

    @property
    def burst(self) -> int:
        """How many may go at once."""
        return max(1, self.a_minute // 2)

    @property
    def step(self) -> timedelta:
        """How long it takes until one more may go."""
        return MINUTE / max(1, self.a_minute - self.burst)

    def take(self, full_at: datetime, now: datetime) -> tuple[datetime, timedelta]:
        """Take one message out at `now`: when the bucket will be full again, and how long to wait instead.

        A wait of zero means that the message may go; otherwise nothing was taken.
        """
        # Fuller than full in the future: the clock was set back meanwhile.
        full_at = now if full_at > now + self.step * self.burst else max(full_at, now)
        wait = full_at - now - self.step * (self.burst - 1)
        if wait > timedelta(0):
            return full_at, wait
        return full_at + self.step, timedelta(0)

"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.clock import CHINA

# A Thursday afternoon two hours before the close of business, in a week without days off.
START = datetime(2026, 9, 24, 15, 0, tzinfo=CHINA)


class SettableClock:
    """Gives the same moment again and again; `set` and `advance` move it."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        return self._now

    def set(self, moment: datetime | str) -> datetime:
        """Move to a moment, `2026-09-24T17:30` meaning China's time."""
        moment = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
        self._now = (moment if moment.tzinfo else moment.replace(tzinfo=CHINA)).astimezone(UTC)
        return self._now

    def advance(self, **amount: float) -> datetime:
        """Move on: `advance(days=1, hours=2)`."""
        self._now += timedelta(**amount)
        return self._now

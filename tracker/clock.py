"""The one reader of the clock.

`TRACKER_CLOCK=2026-09-24T15:00+08:00` (read by config.py) starts a run at that moment; time then goes on
at its usual pace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place


def clock_from(start: str | None) -> Clock:
    """A clock that begins at `start` (ISO 8601 with an offset) or, without one, the system's.

    Raises:
        ValueError: `start` is not a moment, or has no offset.

    """
    if not start:
        return system_clock
    begin = datetime.fromisoformat(start)
    if begin.tzinfo is None:
        raise ValueError(f"TRACKER_CLOCK needs an offset such as +08:00: {start!r}")
    offset = begin.astimezone(UTC) - system_clock()
    return lambda: system_clock() + offset


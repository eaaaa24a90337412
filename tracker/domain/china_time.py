"""China's one time zone (北京时间): days and clock hours here, UTC instants in the store."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""The years that a day which somebody types can lie in; another one (0226, 9999) is a slip."""


def instant(day: date, clock: time) -> datetime:
    """The UTC instant at which clocks in China show `clock` on `day`."""
    return datetime.combine(day, clock.replace(tzinfo=None), CHINA).astimezone(UTC)


def china_day(moment: datetime) -> date:
    """The day in China at `moment`.

    Raises:
        ValueError: the moment has no time zone; such a value would be eight hours wrong somewhere.

    """
    return china_clock(moment).date()


def china_clock(moment: datetime) -> datetime:
    """The moment as clocks in China show it, still aware of its zone.

    Raises:
        ValueError: the moment has no time zone.

    """
    if moment.tzinfo is None:
        raise ValueError(f"a moment needs a time zone: {moment!r}")
    return moment.astimezone(CHINA)


def month_day(day: date) -> str:
    """A day as people write it inside a year: 10月1日."""
    return f"{day.month}月{day.day}日"


def year_month_day(day: date) -> str:
    """A day with its year: 2026年10月1日."""
    return f"{day.year}年{month_day(day)}"

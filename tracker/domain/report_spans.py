"""The stretches of a year that a report can be about (文稿的时段): a month, a quarter, a half, the whole.

span = year "-" month | year "-Q" 1…4 | year "-H" 1…2 | year
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

_KEY = re.compile(r"(\d{4})(?:-(?:(0[1-9]|1[0-2])|Q([1-4])|H([12])))?", re.ASCII)
_QUARTERS = "一二三四"
_HALVES = ("上半年", "下半年")


@dataclass(frozen=True, slots=True)
class Span:
    """Both days belong to it."""

    key: str
    label: str
    first: date
    last: date

    def until(self, today: date) -> date:
        """Its last day, or today while it runs."""
        return min(self.last, today)


def parse(key: str) -> Span:
    """The stretch with this key.

    Raises:
        ValueError: there is none.

    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(key)
    year, month, quarter, half = int(found[1]), found[2], found[3], found[4]
    if month:
        return _months(key, f"{year}年{int(month)}月", year, int(month), 1)
    if quarter:
        name = f"{year}年第{_QUARTERS[int(quarter) - 1]}季度"
        return _months(key, name, year, 3 * int(quarter) - 2, 3)
    if half:
        return _months(key, f"{year}年{_HALVES[int(half) - 1]}", year, 6 * int(half) - 5, 6)
    return _months(key, f"{year}年", year, 1, 12)


def begun(keys: tuple[str, ...], today: date) -> list[Span]:
    """Of some stretches those that have begun, the newest first."""
    spans = [span for span in map(parse, keys) if span.first <= today]
    return sorted(spans, key=lambda span: (span.first, span.last), reverse=True)


def of_circulars(year: int) -> tuple[str, ...]:
    """The months and quarters of a year."""
    months = tuple(f"{year}-{month:02}" for month in range(1, 13))
    return (*months, *(f"{year}-Q{quarter}" for quarter in range(1, 5)))


def _months(key: str, label: str, year: int, first: int, count: int) -> Span:
    after = first + count
    last = date(year + (after - 1) // 12, (after - 1) % 12 + 1, 1) - timedelta(days=1)
    return Span(key, label, date(year, first, 1), last)

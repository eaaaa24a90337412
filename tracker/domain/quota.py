"""Quota (次数指标): so many dated events a year or a quarter, each counted once (年内…不少于10次).

An event counts when it has a day inside the quota's span and a link or a file; the same link counts once
however often it is entered. 每季度1次 is four quotas, one a quarter (`spans`). A quota is behind (red) in two
cases only: the even pace of a span that runs is missed, or a span that is over ended with too few.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from tracker.domain.recurrence import month_end


class NotCounted(StrEnum):
    """Why an event is not counted, in words."""

    NO_EVIDENCE = "没有佐证链接或附件"
    OUTSIDE = "不在指标的起止时间内"
    TWICE = "佐证与另一次相同，只计一次"
    ELSEWHERE = "这份佐证已计入本任务的另一项指标，只计一次"


@dataclass(frozen=True, slots=True)
class Quota:
    """At least `minimum` events from `starts_on` to `ends_on`, both included.

    Raises:
        ValueError: the minimum is not positive or the span ends before it begins.

    """

    minimum: int
    starts_on: date
    ends_on: date

    def __post_init__(self) -> None:
        if self.minimum < 1:
            raise ValueError(f"a quota asks for at least one: {self.minimum}")
        if self.ends_on < self.starts_on:
            raise ValueError("a quota does not end before it begins")

    def holds(self, day: date) -> bool:
        """Whether a day lies inside the span."""
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True, slots=True)
class CountedEvent:
    """One event (佐证事项); `evidence` is its link or the digest of its file."""

    held_on: date
    evidence: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Where a quota stands: what is asked by now and in all, and what there is."""

    minimum: int
    expected: int
    counted: int

    @property
    def met(self) -> bool:
        return self.counted >= self.minimum

    @property
    def words(self) -> str:
        """按进度应有6，现有3."""
        if self.met:
            return f"应有{self.minimum}，现有{self.counted}，已达标"
        return f"按进度应有{self.expected}，现有{self.counted}"


Refused = tuple[CountedEvent, NotCounted]


def count(quota: Quota, events: Iterable[CountedEvent]) -> tuple[int, tuple[Refused, ...]]:
    """How many events count, and those that do not with the reason; the earliest of equal ones counts."""
    seen: set[str] = set()
    refused: list[Refused] = []
    for event in sorted(events, key=lambda event: event.held_on):
        evidence = event.evidence.strip()
        if not evidence:
            refused.append((event, NotCounted.NO_EVIDENCE))
        elif not quota.holds(event.held_on):
            refused.append((event, NotCounted.OUTSIDE))
        elif evidence in seen:
            refused.append((event, NotCounted.TWICE))
        else:
            seen.add(evidence)
    return len(seen), tuple(refused)


def pace(quota: Quota, counted: int, *, today: date) -> Pace:
    """The even pace at the end of `today`: whole events only, so nobody is behind before one could be due."""
    if today < quota.starts_on:
        return Pace(quota.minimum, 0, counted)
    whole = (quota.ends_on - quota.starts_on).days + 1
    passed = min((today - quota.starts_on).days + 1, whole)
    return Pace(quota.minimum, quota.minimum * passed // whole, counted)


@dataclass(frozen=True, slots=True)
class Span:
    """One span of a quota with its name: 全年, 上半年, 第2季度, 3月, 第7周."""

    label: str
    quota: Quota


_PERIOD = re.compile(r"P(\d+)([WMY])")
_HALVES = ("上半年", "下半年")


def spans(minimum: int, period: str, year: int) -> tuple[Span, ...]:
    """The quotas of a year: `minimum` events in every `period` (ISO 8601: P1Y, P6M, P3M, P1M, P2W, P1W).

    Weeks begin on Mondays; the first is the one that begins in the year.

    Raises:
        ValueError: the period is none of weeks, months or years, or the minimum is not positive.

    """
    match = _PERIOD.fullmatch(period)
    if match is None or not int(match[1]):
        raise ValueError(f"not a period: {period!r}")
    every, unit = int(match[1]), match[2]
    found = _weeks(every, year) if unit == "W" else _months(every * (12 if unit == "Y" else 1), year)
    return tuple(Span(label, Quota(minimum, first, last)) for label, first, last in found)


def _months(every: int, year: int) -> Iterator[tuple[str, date, date]]:
    every = min(every, 12)
    for number, first in enumerate(range(1, 13, every), start=1):
        names = {1: f"{first}月", 3: f"第{number}季度", 6: _HALVES[(number - 1) % 2], 12: "全年"}
        last = month_end(year, min(first + every - 1, 12))
        yield names.get(every, f"第{number}期"), date(year, first, 1), last


def _weeks(every: int, year: int) -> Iterator[tuple[str, date, date]]:
    new_year = date(year, 1, 1)
    monday = new_year + timedelta(days=-new_year.weekday() % 7)
    number = 1
    while monday.year == year:
        yield f"第{number}{'周' if every == 1 else '期'}", monday, monday + timedelta(days=7 * every - 1)
        monday += timedelta(weeks=every)
        number += 1


def owed(year_spans: Iterable[Span], since: date) -> tuple[Span, ...]:
    """The spans that a document asks for which came out on `since`: it cannot ask for what was over then."""
    return tuple(span for span in year_spans if span.quota.ends_on >= since)


def within(year_spans: Iterable[Span], first: date, last: date | None) -> tuple[Span, ...]:
    """The spans as far as they lie in the time that the work itself has (起止时间), and no others."""
    found = []
    for span in year_spans:
        begins, ends = max(span.quota.starts_on, first), min(span.quota.ends_on, last or date.max)
        if begins <= ends:
            found.append(replace(span, quota=replace(span.quota, starts_on=begins, ends_on=ends)))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Judged:
    """One event: the span in which it counts, or why it does not."""

    event: CountedEvent
    span: Span | None
    refused: NotCounted | None


def judged(
    year_spans: Iterable[Span], events: Iterable[CountedEvent], *, used: Collection[str] = ()
) -> tuple[Judged, ...]:
    """Each event in the order in which they came; of equal links the earliest day counts.

    `used` is the evidence that counts for another quota of the same task.
    """
    known, came = tuple(year_spans), list(events)
    found: dict[int, Judged] = {}
    seen: set[str] = set()
    for place, event in sorted(enumerate(came), key=lambda pair: pair[1].held_on):
        evidence = event.evidence.strip()
        span = next((each for each in known if each.quota.holds(event.held_on)), None)
        refused = _refused(span, evidence, seen, used)
        if refused is None:
            seen.add(evidence)
        found[place] = Judged(event, None if refused else span, refused)
    return tuple(found[place] for place in range(len(came)))


def _refused(
    span: Span | None, evidence: str, seen: Collection[str], used: Collection[str]
) -> NotCounted | None:
    if not evidence:
        return NotCounted.NO_EVIDENCE
    if span is None:
        return NotCounted.OUTSIDE
    if evidence in seen:
        return NotCounted.TWICE
    return NotCounted.ELSEWHERE if evidence in used else None


PERIOD_WORDS = {
    "P1Y": "每年", "P6M": "每半年", "P3M": "每季度", "P1M": "每月", "P2W": "每两周", "P1W": "每周",
}  # fmt: skip


def asked(minimum: int, period: str) -> str:
    """每季度不少于1次."""
    return f"{PERIOD_WORDS.get(period, '每期')}不少于{minimum}次"


@dataclass(frozen=True, slots=True)
class SpanStanding:
    """One span with its pace; `behind` is red."""

    span: Span
    pace: Pace
    behind: bool


def standings(
    year_spans: Iterable[Span],
    events: Iterable[CountedEvent],
    *,
    today: date,
    used: Collection[str] = (),
) -> tuple[SpanStanding, ...]:
    """Where each span stands at the end of `today`; those that have not begun are never behind.

    The same link counts once in all spans together, in the first that it fits.
    """
    known = tuple(year_spans)
    counts = Counter(found.span for found in judged(known, events, used=used))
    found: list[SpanStanding] = []
    for span in known:
        where = pace(span.quota, counts[span], today=today)
        found.append(SpanStanding(span, where, where.counted < where.expected))
    return tuple(found)

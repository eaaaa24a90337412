"""Quota (次数指标): so many dated events a year, each counted once (年内…不少于10次).

An event counts when it has a day inside the quota's span and a link or a file; the same link counts once
however often it is entered.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class NotCounted(StrEnum):
    """Why an event is not counted, in words."""

    NO_EVIDENCE = "没有佐证链接或附件"
    OUTSIDE = "不在指标的起止时间内"
    TWICE = "佐证与另一次相同，只计一次"


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
        """按进度应有 6，现有 3."""
        if self.met:
            return f"应有 {self.minimum}，现有 {self.counted}，已达标"
        return f"按进度应有 {self.expected}，现有 {self.counted}"


Refused = tuple[CountedEvent, NotCounted]


def count(quota: Quota, events: Iterable[CountedEvent]) -> tuple[int, tuple[Refused, ...]]:
    """How many events count, and those that do not with the reason; the earliest of equal ones counts."""
    seen: set[str] = set()
    refused: list[Refused] = []
    for event in sorted(events, key=lambda event: event.held_on):
        evidence = event.evidence.strip()
        if not evidence:
            refused.append((event, NotCounted.NO_EVIDENCE))
        elif not quota.starts_on <= event.held_on <= quota.ends_on:
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

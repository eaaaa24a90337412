"""When the planning of reminders can come to another result though nothing has happened.

Within a day of China's time there are few such moments: an hour that a policy names, a moment that stands
in a fact, or some hours before it, and that at which something ceases to be news. What a new day changes is
not looked for: each day is planned anew. `next_moment` may be too early, never too late.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime, time, timedelta
from itertools import chain, product
from typing import Any, TypeVar

from tracker.domain.china_time import china_clock, china_day, instant
from tracker.domain.notices import ReminderPolicy
from tracker.domain.reminder_facts import ReminderFacts

ONE_DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
MOMENT = frozenset({"datetime", "datetime | None"})
"""How a fact's field says that it holds a moment."""
Value = TypeVar("Value")


def next_moment(facts: ReminderFacts, policies: Iterable[ReminderPolicy], now: datetime) -> datetime:
    """The first moment after `now` at which something else may have to be said, midnight at the latest.

    Raises:
        ValueError: `now` has no time zone.

    """
    china_clock(now)
    own = frozenset(_own(facts))
    limits = chain.from_iterable(_limits(own, policy, now) for policy in policies)
    later = (after for limit in limits if (after := _after(limit, now)) is not None)
    return min(later, default=_midnight(now))


def _after(limit: datetime, now: datetime) -> datetime | None:
    """A limit changes what holds on it, and what holds behind it."""
    if limit > now:
        return limit
    return limit + INSTANT if limit + INSTANT > now else None


def _midnight(now: datetime) -> datetime:
    return instant(china_day(now) + ONE_DAY, time(0))


def _limits(own: frozenset[datetime], policy: ReminderPolicy, now: datetime) -> Iterator[datetime]:
    """The moments of this day, and the next midnight, between which nothing changes by itself."""
    spans = (timedelta(0), *_values(policy, timedelta))
    yield _midnight(now)
    # A step at nine ceases to be news at nine, or so many hours later as its span is no whole days.
    begun = instant(china_day(now), time(0))
    for hour, span in product(_values(policy, time), spans):
        since_midnight = timedelta(hours=hour.hour, minutes=hour.minute, seconds=hour.second)
        yield begun + (since_midnight + span) % ONE_DAY
    ahead = timedelta(hours=policy.hours_before)
    for moment, span in product(own, spans):
        yield moment + span
        yield moment - ahead + span


def _values(policy: ReminderPolicy, kind: type[Value]) -> tuple[Value, ...]:
    """Whatever of a kind a policy names, under whichever name."""
    values = (getattr(policy, each.name) for each in fields(policy))
    return tuple(value for value in values if isinstance(value, kind))


def _own(facts: ReminderFacts) -> Iterator[datetime]:
    """Every moment that stands in a fact; most facts have days alone."""
    for each in fields(facts):
        several = getattr(facts, each.name)
        if isinstance(several, tuple) and several and (names := _moments_of(type(several[0]))):
            for fact, name in product(several, names):
                if (moment := getattr(fact, name)) is not None:
                    yield moment


def _moments_of(kind: type[Any]) -> tuple[str, ...]:
    """The names of a fact's moments."""
    return tuple(each.name for each in fields(kind) if str(each.type) in MOMENT)

"""Saying again (再次提醒) what is missed or overdue, once its last step is past and nothing has come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from tracker.domain.china_time import china_day, instant
from tracker.domain.notices import ReminderPolicy
from tracker.domain.work_calendar import WorkCalendar, workdays_after, workdays_between


def said_again(
    day: date, last: int, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime
) -> Iterator[tuple[int, datetime]]:
    """The latest repetitions by `now` and the next one: how many workdays past `day`, and the moment.

    `last` is the last step past `day` that the policy names by itself.
    """
    every = policy.again_after
    if not every:
        return
    passed = max(workdays_between(day, china_day(now), calendar) - last, 0)
    # Before its morning today's is still ahead, and the one before it the latest.
    for number in range(max(passed // every - 1, 1), passed // every + 2):
        count = last + number * every
        yield count, instant(workdays_after(day, count, calendar), policy.morning)

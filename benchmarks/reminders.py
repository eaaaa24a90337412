"""Planning reminders: a hundred thousand open checkpoints of a year, then ten times as many.

Facts, calendar and rules are in memory; what the database adds is measured with the pages.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from benchmarks.measure import Line
from tracker.adapters import work_calendar
from tracker.domain.china_time import CHINA
from tracker.domain.notices import ReminderPolicy
from tracker.domain.reminder_facts import CheckpointFact, ReminderFacts
from tracker.domain.reminders import plan_reminders
from tracker.domain.work_calendar import WorkCalendar

YEAR = 2026
NOW = datetime(YEAR, 9, 24, 15, tzinfo=CHINA)
CHECKPOINTS = 100_000
UNITS = 60
TRIES = 3
TARGET = 2.0
GROWTH = 1.5
"""What a checkpoint may cost at most among a million, against a hundred thousand."""


def lines() -> Iterator[Line]:
    """The seconds of one planning, and how a checkpoint's cost grows."""
    calendar = WorkCalendar.of(work_calendar.official_days([YEAR]))
    said, few = _planned(CHECKPOINTS, calendar)
    yield Line(f"{CHECKPOINTS} 个未了节点，算出 {said} 条提醒", few, "秒", target=TARGET)
    said, many = _planned(10 * CHECKPOINTS, calendar)
    growth = many / 10 / few
    yield Line(
        f"{10 * CHECKPOINTS} 个：每个用时，算出 {said} 条，{many:.1f} 秒", growth, "倍", target=GROWTH
    )


def _planned(count: int, calendar: WorkCalendar) -> tuple[int, float]:
    """How many notices these checkpoints give, and the seconds of the best of some tries."""
    facts = ReminderFacts(checkpoints=tuple(_checkpoints(count)))
    spent = []
    for _ in range(TRIES):
        begun = time.perf_counter()
        found = plan_reminders(facts, ReminderPolicy(), calendar, NOW)
        spent.append(time.perf_counter() - begun)
    return len(found), min(spent)


def _checkpoints(count: int) -> Iterator[CheckpointFact]:
    """Checkpoints of all days of the year, each wanted since some day before it."""
    first = date(YEAR, 1, 1)
    for number in range(count):
        due_on = first + timedelta(days=number * 7 % 365)
        since = due_on - timedelta(days=1 + number * 3 % 200)
        units = (number % UNITS,)
        yield CheckpointFact(number, number % 20, "要点", f"任务{number}", "完成", due_on, units, since)

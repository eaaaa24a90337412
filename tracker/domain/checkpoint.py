"""Checkpoints (节点): the concrete due days of a deadline, the only thing that reminders and lights look at.

A due day is the printed day and is never moved silently: when it is off, the label says so and names the last
workday before it. Days of a year whose holiday notice is not out are marked provisional.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.china_time import month_day
from tracker.domain.deadline import Fixed, Ranged, Reading, Recurring, Staged, Standing, due_days
from tracker.domain.recurrence import recurring_days
from tracker.domain.titled import Titled
from tracker.domain.work_calendar import WEEKDAYS, DayStatus, WorkCalendar, previous_workday

_DAY_OFF = "，当天"
"""Begins what a label says of a day that is off; no label has it otherwise."""


class CheckpointKind(Titled):
    FINAL = "final", "完成时限"
    STAGE = "stage", "阶段节点"
    RECURRING = "recurring", "周期节点"
    REVIEW = "review", "复核节点"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """One due day; `label` says what falls due, and when the day is off, what the last workday is."""

    due_on: date
    label: str
    kind: CheckpointKind
    provisional: bool


def checkpoints(
    reading: Reading, *, plan_year: int, starts_on: date, calendar: WorkCalendar
) -> tuple[Checkpoint, ...]:
    """The checkpoints of a reading, in order of their days; none for an event or an unstated time.

    A recurring deadline falls due in each period of the plan year from `starts_on` on; a standing one
    (长期推进, work of every day, or 自7月起 without an end) gets a half-year review and a year-end
    conclusion, of which those before `starts_on` fall away. Stages and final days stay even when they lie
    before it: that a task is born overdue is the check-up's to say.
    """
    found = sorted(_days(reading, plan_year, starts_on), key=lambda item: item[0])
    return tuple(_checkpoint(day, label, kind, calendar) for day, label, kind in found)


_Day = tuple[date, str, CheckpointKind]


def _days(reading: Reading, plan_year: int, starts_on: date) -> Iterator[_Day]:
    match reading:
        case Fixed(day=day, soft=soft):
            yield day, "力争完成" if soft else "完成", CheckpointKind.FINAL
        case Ranged(end=date() as end):
            yield end, "完成", CheckpointKind.FINAL
        case Staged(stages=stages):
            yield from _stages(stages, plan_year, starts_on)
        case Recurring(period="P1D"):
            # Work of every day (每日更新) has no day of its own to be asked about: it is standing work.
            yield from _reviews(plan_year, starts_on)
        case Recurring():
            for day, label in recurring_days(reading, plan_year):
                if day >= starts_on:
                    yield day, label, CheckpointKind.RECURRING
        case Standing():
            yield from _reviews(plan_year, starts_on)
        case Ranged(start=start):
            # 自7月起 prints no end: from then on it is standing work.
            yield from _reviews(plan_year, max(starts_on, start))
        case _:
            return


def _reviews(plan_year: int, starts_on: date) -> Iterator[_Day]:
    for day, label in ((date(plan_year, 6, 30), "半年复核"), (date(plan_year, 12, 31), "年底小结")):
        if day >= starts_on:
            yield day, label, CheckpointKind.REVIEW


def _stages(stages: tuple[Reading, ...], plan_year: int, starts_on: date) -> Iterator[_Day]:
    """Each stage's day; a rhythm (此后每月更新) begins after the day of the stage before it."""
    named = [max(due_days(stage), default=None) for stage in stages]
    final = max((day for day in named if day is not None), default=None)
    reached = starts_on
    for number, (stage, day) in enumerate(zip(stages, named, strict=True), start=1):
        if day is None:
            yield from _days(stage, plan_year, reached)
            continue
        kind = CheckpointKind.FINAL if day == final else CheckpointKind.STAGE
        yield day, f"第{number}阶段", kind
        reached = max(reached, day + timedelta(days=1))


def _checkpoint(day: date, label: str, kind: CheckpointKind, calendar: WorkCalendar) -> Checkpoint:
    words, provisional = on_calendar(f"{label}（{month_day(day)}）", day, calendar)
    return Checkpoint(day, words, kind, provisional)


def on_calendar(label: str, day: date, calendar: WorkCalendar) -> tuple[str, bool]:
    """A due day's label under this calendar, and whether the day is only guessed.

    What an earlier calendar said behind the label (当天…放假) gives way to what this one says.
    """
    words = label.partition(_DAY_OFF)[0]
    if not calendar.is_workday(day):
        before = previous_workday(day, calendar)
        name = calendar.name_of(day)
        why = f"是{name}" if name in WEEKDAYS else f"{name}放假"
        words += f"{_DAY_OFF}{why}，此前最后一个工作日是{month_day(before)}"
    return words, calendar.certainty(day) is DayStatus.PROVISIONAL

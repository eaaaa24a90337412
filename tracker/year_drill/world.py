"""What the drill knows of its city: what was asked, and what people did; the planner gives nothing to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from tracker.domain.titled import Titled


class Given(StrEnum):
    """What became of a return, as its people left it."""

    HANDED_IN = "handed in"
    ACCEPTED = "accepted"
    BACK = "sent back"
    WAIVED = "waived"


@dataclass(slots=True)
class Answered:
    """Where one unit's return stands; `number` is the version that was sent back at `at`."""

    given: Given
    at: datetime
    number: int = 0


@dataclass(slots=True)
class Asking:
    """One period of one cadence; `units` are those asked, once a tick has opened it."""

    kind: str
    cadence_id: int
    key: str
    period_id: int
    opens_on: date
    due_at: datetime
    waived: bool
    asks_progress: bool
    """Whether it is answered task by task."""
    opened_at: datetime | None = None
    units: tuple[int, ...] = ()
    answers: dict[int, Answered] = field(default_factory=dict)


@dataclass(slots=True)
class Day:
    """A checkpoint of a task."""

    checkpoint_id: int
    due_on: date
    closed: bool = False
    given_on: date | None = None
    """The day on which it was put off."""


@dataclass(slots=True)
class Work:
    """A task with its days and its units; a unit that has said that it is done is asked no more."""

    task_id: int
    known_on: date
    days: list[Day]
    units: dict[int, bool]
    """Each unit, and whether it is done."""
    over: bool = False

    @property
    def next_day(self) -> Day | None:
        open_days = [day for day in self.days if not day.closed]
        return None if self.over else min(open_days, key=lambda day: day.due_on, default=None)


class DutyKind(Titled):
    """A duty with one day; the value is what its keys begin with."""

    CLOCK = "clock", "时限"
    CLAIM = "claim", "认领"
    DECISION = "decision", "议定事项"
    INSTRUCTION = "instruction", "批示"
    HANDOVER = "handover", "交接"


@dataclass(slots=True)
class Duty:
    """Something one unit has to do by a day: a named one, or so many workdays after `since`."""

    kind: DutyKind
    about_id: int
    unit_id: int
    since: date
    due_on: date | None = None
    workdays: int = 0
    idle: list[tuple[date, date]] = field(default_factory=list)
    """From the day after the first to the last of these the workdays do not count."""
    stands_still: bool = False
    given_on: date | None = None
    """The day from which its present day is known, where that is later than `since`."""
    over: bool = False


@dataclass(slots=True)
class Request:
    """What a unit asked of the office, and the answer."""

    request_id: int
    unit_id: int
    asked_at: datetime
    answer: str = ""
    """granted or refused; empty while it waits."""
    answered_at: datetime | None = None


@dataclass(slots=True)
class Meeting:
    """A meeting that was called."""

    meeting_id: int
    unit_ids: tuple[int, ...]
    called_at: datetime
    starts_at: datetime
    cancelled: bool = False


@dataclass(slots=True)
class Count:
    """A quota of one unit: so many a span; `held` are the days of what was entered."""

    target_id: int
    work: Work
    unit_id: int
    minimum: int
    since: date
    spans: tuple[tuple[int, date, date], ...]
    held: list[date] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Urging:
    """What the office said by hand: it holds as long as the return is owed."""

    key: str
    asking: Asking
    unit_id: int
    said_at: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can be told: of a unit, of the office, or an administrator."""

    account_id: int
    unit_id: int | None
    is_head: bool = False
    email: str = ""
    is_administrator: bool = False


@dataclass(slots=True)
class World:
    """Everything, by noun."""

    people: list[Person] = field(default_factory=list)
    askings: dict[int, Asking] = field(default_factory=dict)
    works: dict[int, Work] = field(default_factory=dict)
    duties: list[Duty] = field(default_factory=list)
    requests: dict[int, Request] = field(default_factory=dict)
    meetings: list[Meeting] = field(default_factory=list)
    counts: list[Count] = field(default_factory=list)
    urgings: list[Urging] = field(default_factory=list)
    begun_on: date | None = None
    """The first day on which anything was to be said: what is sent is checked from the next on."""
    looked_at: datetime | None = None
    """When the machine last looked at what there is to say."""
    told: dict[tuple[int, int], datetime] = field(default_factory=dict)
    """When a unit was first told of a meeting, by both."""
    undelivered: set[str] = field(default_factory=set)
    """Letters that came back and that nobody has sent again."""

    def with_open_work(self) -> tuple[int, ...]:
        """The units that have a part in a task which is not over."""
        return tuple(sorted({unit for work in self.works.values() if not work.over for unit in work.units}))

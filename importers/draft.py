"""DraftPlan (导入草稿): what the importer proposes, as plain values that travel as JSON.

The JSON is the whole of it: `from_json(to_json(plan)) == plan`. Besides the agreed fields a task carries
`owed_units`: units that an earlier rule of the document owes for it without printing them again
(以下均需各市、县人民政府落实,不再列出). They are offered, not assigned.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any, cast

from importers.findings import Finding
from importers.segments import Segment
from tracker.domain.deadline import Deadline, Fixed, Reading, Staged, Unstated, parse_notation


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit named for a task, as printed or completed; never merged with another."""

    unit: str
    role: str
    collective: bool
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class DraftDeadline:
    """A deadline as a notation with its reason, for the check page and the wire.

    `precision` is that of the printed phrase (day, month, quarter, year), None where it names no day;
    `soft` says that it leaves room (争取, 力争, 原则上).
    """

    notation: str
    reason: str
    other_readings: tuple[str, ...] = ()
    certain: bool = True
    precision: str | None = None
    soft: bool = False

    @classmethod
    def of(cls, deadline: Deadline) -> DraftDeadline:
        reading = deadline.reading
        days = [stage for stage in (reading.stages if isinstance(reading, Staged) else (reading,))
                if isinstance(stage, Fixed)]
        return cls(
            deadline.notation, deadline.reason,
            tuple(reading.notation for reading in deadline.other_readings), deadline.certain,
            days[-1].precision if days else None, any(day.soft for day in days),
        )

    @property
    def reading(self) -> Reading:
        """Return the value of the notation; what cannot be read names no day."""
        return _reading_of(self.notation)


@lru_cache(maxsize=1024)
def _reading_of(notation: str) -> Reading:
    try:
        return parse_notation(notation)
    except ValueError:
        return Unstated()


@dataclass(frozen=True, slots=True)
class DraftQuota:
    """A count within the sentence (不少于10次): at least so many in a period, for a class of units."""

    minimum: int
    period: str
    unit_class: str | None = None
    counted: str | None = None


@dataclass(frozen=True, slots=True)
class DraftClock:
    """A count of days that an event starts (5个工作日内)."""

    days: int
    workdays: bool
    event: str


@dataclass(frozen=True, slots=True)
class TaskSource:
    """Where a task stands: a reference for people, and its passages in the document text."""

    ref: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class DraftTask:
    """One proposed task (任务)."""

    number: str | None
    headings: tuple[str, ...]
    text: str
    units_text: str | None
    assignments: tuple[Assignment, ...]
    qualifier: str | None
    deadline_text: str | None
    deadline: DraftDeadline
    quotas: tuple[DraftQuota, ...]
    clocks: tuple[DraftClock, ...]
    findings: tuple[Finding, ...]
    source: TaskSource
    owed_units: tuple[Assignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """The file that was read."""

    filename: str
    sha256: str
    format: str


@dataclass(frozen=True, slots=True)
class DraftPlan:
    """One imported document before anyone has confirmed it."""

    source: Source
    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    year: int | None
    basis: tuple[str, ...]
    text: str
    segments: tuple[Segment, ...]
    tasks: tuple[DraftTask, ...]
    regime: dict[str, Any] | None
    unit_register: tuple[str, ...]
    findings: tuple[Finding, ...]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def from_json(text: str) -> DraftPlan:
    """Read a draft plan back.

    Raises:
        ValueError: the text is not the JSON of a draft plan.

    """
    try:
        data = cast("dict[str, Any]", json.loads(text))
        return DraftPlan(
            source=Source(**data["source"]),
            title=data["title"],
            issuer=data["issuer"],
            document_number=data["document_number"],
            issued_on=data["issued_on"],
            year=data["year"],
            basis=tuple(data["basis"]),
            text=data["text"],
            segments=tuple(Segment(**each) for each in data["segments"]),
            tasks=tuple(_task(each) for each in data["tasks"]),
            regime=data["regime"],
            unit_register=tuple(data["unit_register"]),
            findings=tuple(Finding(**each) for each in data["findings"]),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("not a draft plan") from error


def _task(data: dict[str, Any]) -> DraftTask:
    deadline = data["deadline"]
    return DraftTask(
        number=data["number"],
        headings=tuple(data["headings"]),
        text=data["text"],
        units_text=data["units_text"],
        assignments=tuple(Assignment(**each) for each in data["assignments"]),
        qualifier=data["qualifier"],
        deadline_text=data["deadline_text"],
        deadline=DraftDeadline(**{**deadline, "other_readings": tuple(deadline["other_readings"])}),
        quotas=tuple(DraftQuota(**each) for each in data["quotas"]),
        clocks=tuple(DraftClock(**each) for each in data["clocks"]),
        findings=tuple(Finding(**each) for each in data["findings"]),
        source=TaskSource(data[
            "source"]["ref"], tuple((start, end) for start, end in data["source"]["spans"])),
        owed_units=tuple(Assignment(**each) for each in data["owed_units"]),
    )

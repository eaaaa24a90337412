"""Deadline (完成时限): what a printed phrase means, and why.

A deadline keeps the phrase as printed, one reading, the reason in words that a clerk can check, and the
other readings where the phrase allows them. Readings are values; their notation is one line of text that
the store keeps and that `parse_notation` reads back:

    notation  = "none" | "ongoing" | fixed | staged | ranged | recurring | relative
    fixed     = "date:" DAY                          the last day that is on time
    staged    = "multi:" stage ("|" stage)+          several stages, in the printed order
    stage     = fixed | ranged | recurring | relative
    ranged    = "range:" DAY "/" (DAY | "open")      "open" where only a start is printed (自2024年7月起)
    recurring = "recurring:" ("P1W" | "P2W" | "P1M" | "P2M" | "P3M" | "P6M" | "P1Y" | "P1D") [" by " ANCHOR]
    relative  = "relative:" COUNT (" workdays" | " days" | " months" | " years") [" after " EVENT]
    DAY       = YYYY-MM-DD
    ANCHOR    = "mon" … "sun" | ["m" MONTH "-"] (DAYOFMONTH | "end")
    EVENT     = any text on one line without "|"

An anchor is the last day that is on time within each period, where the phrase prints one: 每周四 is
`P1W by thu`, 每月28日前 is `P1M by 28`, 每年2月底前 is `P1Y by m2-end`, and 每季度末月20日前 is
`P3M by m3-20`, the 20th of the third month of each quarter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

Precision = Literal["day", "month", "quarter", "year"]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One last day that is on time; `soft` marks 争取/力争; `precision` is that of the printed phrase."""

    day: date
    precision: Precision = "day"
    soft: bool = False

    @property
    def notation(self) -> str:
        return f"date:{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Staged:
    """Several stages of one clause (阶段), in the printed order; at least two.

    Most stages are days; 9月底前建成,此后每月更新 has a day and then a rhythm.
    """

    stages: tuple[Stage, ...]

    @property
    def notation(self) -> str:
        return "multi:" + "|".join(stage.notation for stage in self.stages)


@dataclass(frozen=True, slots=True)
class Ranged:
    """From a first to a last day (起止时间); the last day is the deadline, None where none is printed."""

    start: date
    end: date | None

    @property
    def notation(self) -> str:
        return f"range:{self.start.isoformat()}/{self.end.isoformat() if self.end else 'open'}"


@dataclass(frozen=True, slots=True)
class Recurring:
    """Due once in every period (每季度).

    `period` is an ISO 8601 duration such as P3M; `anchor` the last day within it, empty for its last day.
    """

    period: str
    anchor: str = ""

    @property
    def notation(self) -> str:
        return f"recurring:{self.period}{f' by {self.anchor}' if self.anchor else ''}"


@dataclass(frozen=True, slots=True)
class EventRelative:
    """A number of days, months or years after an event (印发后20个工作日内)."""

    count: int
    unit: Literal["workdays", "days", "months", "years"]
    event: str = ""

    @property
    def notation(self) -> str:
        tail = f" after {self.event}" if self.event else ""
        return f"relative:{self.count} {self.unit}{tail}"


@dataclass(frozen=True, slots=True)
class Standing:
    """No end: 长期推进, 持续推进, 常态化."""

    @property
    def notation(self) -> str:
        return "ongoing"


@dataclass(frozen=True, slots=True)
class Unstated:
    """The document names no time; a person may set one, the program never does."""

    @property
    def notation(self) -> str:
        return "none"


Stage = Fixed | Ranged | Recurring | EventRelative
Reading = Fixed | Staged | Ranged | Recurring | EventRelative | Standing | Unstated


@dataclass(frozen=True, slots=True)
class Deadline:
    """A reading of a printed phrase with its reason; `certain` is False where a person must choose."""

    phrase: str
    reading: Reading
    reason: str
    other_readings: tuple[Reading, ...] = ()
    certain: bool = True

    @property
    def notation(self) -> str:
        return self.reading.notation


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_RECURRING = re.compile(
    r"recurring:(P[1-9][0-9]*[DWMY])"
    r"(?: by (mon|tue|wed|thu|fri|sat|sun|(?:m(?:[1-9]|1[0-2])-)?(?:[1-9]|[12][0-9]|3[01]|end)))?"
)
_RELATIVE = re.compile(r"relative:([0-9]+) (workdays|days|months|years)(?: after ([^|\n]+))?")
_UNITS: dict[str, Literal["workdays", "days", "months", "years"]] = {
    "workdays": "workdays", "days": "days", "months": "months", "years": "years",
}


def parse_notation(notation: str) -> Reading:
    """Read a notation back into its value.

    Raises:
        ValueError: the text is not in the grammar above, or a day does not exist.

    """
    if notation == "none":
        return Unstated()
    if notation == "ongoing":
        return Standing()
    if notation.startswith("multi:"):
        stages = tuple(_parse_stage(part) for part in notation.removeprefix("multi:").split("|"))
        if len(stages) < 2:
            raise ValueError(f"a staged deadline needs two stages: {notation!r}")
        return Staged(stages)
    return _parse_stage(notation)


def _parse_stage(notation: str) -> Stage:
    kind, _, rest = notation.partition(":")
    if kind == "date":
        return Fixed(_parse_day(rest))
    if kind == "range":
        start, slash, end = rest.partition("/")
        if not slash:
            raise ValueError(f"a range needs two ends: {notation!r}")
        return Ranged(_parse_day(start), None if end == "open" else _parse_day(end))
    if match := _RECURRING.fullmatch(notation):
        return Recurring(match[1], match[2] or "")
    if match := _RELATIVE.fullmatch(notation):
        return EventRelative(int(match[1]), _UNITS[match[2]], match[3] or "")
    raise ValueError(f"not a deadline notation: {notation!r}")


def _parse_day(text: str) -> date:
    if not _DAY.fullmatch(text):  # fromisoformat alone would also take 20230101 and 2023-W01-1
        raise ValueError(f"not a day: {text!r}")
    return date.fromisoformat(text)


def has_no_end(reading: Reading) -> bool:
    """Whether the work stands for good: 长期推进, or 自7月起 without a last day."""
    return isinstance(reading, Standing) or (isinstance(reading, Ranged) and reading.end is None)


def due_days(reading: Reading) -> tuple[date, ...]:
    """The concrete last days that a reading names, in the printed order; empty where it names none."""
    match reading:
        case Fixed(day=day):
            return (day,)
        case Staged(stages=stages):
            return tuple(day for stage in stages for day in due_days(stage))
        case Ranged(end=date() as end):
            return (end,)
        case _:
            return ()


def printed_day(notation: str) -> date | None:
    """The last day as the document prints it (原定), however often it was moved since."""
    return max(due_days(parse_notation(notation)), default=None)

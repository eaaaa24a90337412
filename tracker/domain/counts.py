"""What a task's words want counted (次数指标) and timed (时限时钟), on its way from a draft to the plan."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.domain.clock import DayUnit
from tracker.domain.deadline import EventRelative, Reading, Staged, parse_notation
from tracker.domain.quota import spans

_SENTENCE = re.compile(r"[^。；;！？!?\n]+")
_ANY_YEAR = 2026


@dataclass(frozen=True, slots=True)
class QuotaWish:
    """At least `minimum` of what is `counted` in every period, by a class as it is printed, if it is."""

    minimum: int
    period: str
    counted: str
    printed: str = ""
    unit_id: int | None = None
    """The unit that the printed class is the name of."""


@dataclass(frozen=True, slots=True)
class ClockWish:
    """A count of days that starts with an event; `basis` is the sentence that says so."""

    count: int
    unit: DayUnit
    event: str
    basis: str = ""

    @property
    def name(self) -> str:
        """决策文件出台后10个工作日内."""
        return f"{self.event}{'后' if self.event else ''}{self.count}{self.unit.label}内"


@dataclass(frozen=True, slots=True)
class Counts:
    """All that one task wants counted and timed."""

    quotas: tuple[QuotaWish, ...] = ()
    clocks: tuple[ClockWish, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.quotas or self.clocks)


NOTHING_COUNTED = Counts()


def counts_of(reading: Mapping[str, Any], named_units: Mapping[str, int]) -> Counts:
    """The counts of a draft's task; a deadline that an event starts is a clock too.

    `named_units` leads the printed classes that are the name of one unit to it.
    """
    text = reading["text"]
    quotas = tuple(
        QuotaWish(
            quota["minimum"],
            quota["period"],
            (quota.get("counted") or "").strip() or "完成次数",
            printed := (quota.get("unit_class") or "").strip(),
            named_units.get(printed),
        )
        for quota in reading.get("quotas") or ()
        if _can_be_asked(quota["minimum"], quota["period"])
    )
    clocks = [
        ClockWish(
            clock["days"],
            DayUnit.WORKDAYS if clock["workdays"] else DayUnit.DAYS,
            clock["event"].strip(),
            sentence_with(text, clock["days"]),
        )
        for clock in reading.get("clocks") or ()
        if clock["days"] > 0
    ]
    known = {(clock.count, clock.unit) for clock in clocks}
    printed_deadline = reading.get("deadline_text") or ""
    clocks += [
        ClockWish(each.count, DayUnit(each.unit), each.event, printed_deadline)
        for each in _started_by_events(reading["deadline"]["notation"])
        if each.unit in list(DayUnit) and (each.count, DayUnit(each.unit)) not in known
    ]
    return Counts(tuple(dict.fromkeys(quotas)), tuple(dict.fromkeys(clocks)))


def _can_be_asked(minimum: int, period: str) -> bool:
    try:
        return bool(spans(minimum, period, _ANY_YEAR))
    except ValueError:
        return False


def _started_by_events(notation: str) -> Iterable[EventRelative]:
    try:
        reading: Reading = parse_notation(notation)
    except ValueError:
        return ()
    stages = reading.stages if isinstance(reading, Staged) else (reading,)
    return tuple(stage for stage in stages if isinstance(stage, EventRelative))


_NUMERALS = "零一二三四五六七八九十"


def sentence_with(text: str, count: int) -> str:
    """The sentence of a text that names a number of days; the whole text where none does."""
    figures = rf"(?<!\d){count}(?!\d)"
    written = f"|(?<![{_NUMERALS}]){_in_words(count)}" if count < 100 else ""
    wanted = re.compile(rf"(?:{figures}{written})\s*个?(?:工作日|日|天)")
    found = (match[0].strip() for match in _SENTENCE.finditer(text))
    return next((sentence for sentence in found if wanted.search(sentence)), text.strip())


def _in_words(count: int) -> str:
    """二十, 十五, 五."""
    tens, ones = divmod(count, 10)
    head = "" if not tens else f"{_NUMERALS[tens] if tens > 1 else ''}十"
    return head + (_NUMERALS[ones] if ones else "")

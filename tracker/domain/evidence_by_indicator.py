"""An evidence package by the indicators of a scheme of points (按考核指标编目): what stands for each of them.

A rule says which kind of fact it looks at, and so what of a plan an assessor has to be shown for it: all
tasks, those that are counted, those that a clock runs for, the returns of a rhythm. Beside them stand the
lines of the ledger with their evidence. Where nothing at all is known of an indicator, the program says so:
what proves it lies elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from tracker.domain.points import FactKind, Indicator, Rule, Scheme

_K = FactKind


class Ground(Enum):
    """What of a plan stands for a kind of fact."""

    TASKS = "tasks"
    QUOTAS = "quotas"
    CLOCKS = "clocks"
    RETURNS = "returns"
    LINES = "lines"
    """Nothing but the lines themselves: orders, articles, what is entered by hand."""


_GROUNDS = {
    Ground.TASKS: {_K.TASK_OVERDUE, _K.DONE_BARE},
    Ground.QUOTAS: {_K.QUOTA_UNMET, _K.QUOTA_SURPLUS, _K.EVENT_COUNTED},
    Ground.CLOCKS: {_K.CLOCK_OVERDUE},
    Ground.RETURNS: {_K.RETURN_MISSED, _K.RETURN_LATE, _K.RETURN_SENT_BACK, _K.RETURN_ON_TIME},
}
NOTHING = "本系统里没有能证明它的材料，请另附"


def ground_of(kind: FactKind) -> Ground:
    """What of a plan a kind of fact is about."""
    return next((ground for ground, kinds in _GROUNDS.items() if kind in kinds), Ground.LINES)


@dataclass(frozen=True, slots=True)
class Returned:
    """How one unit has handed in what a rhythm asked of it."""

    unit: str
    on_time: int
    late: int
    missed: int


@dataclass(frozen=True, slots=True)
class IndexedLine:
    """What a rule gave or took: a line of the ledger, or what a scheme that is not on would give."""

    number: int | None
    unit: str
    on: date
    words: str
    points: int
    evidence: str = ""
    """A web address, or what a document is called."""
    task_id: int | None = None
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Grounds:
    """What of a plan there is: the tasks that are asked for; those of a quota's period, of a clock's rule."""

    tasks: Mapping[int, bool]
    """By number, in the plan's order: whether there is evidence."""
    quotas: Mapping[str, frozenset[int]] = field(default_factory=dict)
    clocks: Mapping[str, frozenset[int]] = field(default_factory=dict)
    returns: Mapping[str, tuple[Returned, ...]] = field(default_factory=dict)

    def task_ids(self, rule: Rule) -> frozenset[int]:
        """The tasks that stand for a rule."""
        match ground_of(rule.kind):
            case Ground.TASKS:
                return frozenset(self.tasks)
            case Ground.QUOTAS:
                return _narrowed(self.quotas, rule.only)
            case Ground.CLOCKS:
                return _narrowed(self.clocks, rule.only)
            case _:
                return frozenset()

    def rhythms(self, rule: Rule) -> frozenset[str]:
        """The rhythms whose returns stand for a rule."""
        if ground_of(rule.kind) is not Ground.RETURNS:
            return frozenset()
        return frozenset(each for each in self.returns if rule.only in {"", each})


def _narrowed(known: Mapping[str, frozenset[int]], only: str) -> frozenset[int]:
    if only:
        return known.get(only, frozenset())
    return frozenset[int]().union(*known.values())


@dataclass(frozen=True, slots=True)
class IndexedRule:
    """A rule with its lines."""

    rule: Rule
    lines: tuple[IndexedLine, ...]


@dataclass(frozen=True, slots=True)
class IndexedIndicator:
    """An indicator with all that stands for it."""

    indicator: Indicator
    rules: tuple[IndexedRule, ...]
    task_ids: tuple[int, ...]
    evidenced: int
    """How many of the tasks have evidence."""
    returned: tuple[Returned, ...]
    is_heading: bool
    """It has no rules of its own: what there is stands below it."""

    @property
    def name(self) -> str:
        return f"{self.indicator.key} {self.indicator.name}"

    @property
    def lines(self) -> tuple[IndexedLine, ...]:
        return tuple(line for rule in self.rules for line in rule.lines)

    @property
    def lack(self) -> str:
        """What it misses, in words; empty where something stands for it."""
        if self.is_heading or self.returned or self.evidenced or any(each.evidence for each in self.lines):
            return ""
        if self.task_ids:
            return f"归到这里的{len(self.task_ids)}项任务都没有佐证"
        return "" if self.lines else NOTHING


@dataclass(frozen=True, slots=True)
class IndicatorIndex:
    """A package's index by indicators; `title` names the scheme and its edition."""

    title: str
    indicators: tuple[IndexedIndicator, ...]

    @property
    def lacking(self) -> tuple[IndexedIndicator, ...]:
        return tuple(each for each in self.indicators if each.lack)


def index_of(
    scheme: Scheme, title: str, grounds: Grounds, lines: Mapping[str, Sequence[IndexedLine]]
) -> IndicatorIndex:
    """The index of a plan by a scheme's indicators, in their order; `lines` are by the key of their rule."""
    return IndicatorIndex(title, tuple(_indexed(scheme, grounds, lines)))


def _indexed(
    scheme: Scheme, grounds: Grounds, lines: Mapping[str, Sequence[IndexedLine]]
) -> Iterator[IndexedIndicator]:
    above = {each.parent for each in scheme.indicators}
    for indicator in scheme.indicators:
        rules = [rule for rule in scheme.rules if rule.indicator == indicator.key]
        meant = frozenset[int]().union(*(grounds.task_ids(rule) for rule in rules))
        rhythms = frozenset[str]().union(*(grounds.rhythms(rule) for rule in rules))
        tasks = tuple(task_id for task_id in grounds.tasks if task_id in meant)
        yield IndexedIndicator(
            indicator,
            tuple(IndexedRule(rule, tuple(lines.get(rule.key, ()))) for rule in rules),
            tasks,
            sum(grounds.tasks[task_id] for task_id in tasks),
            _added_up([grounds.returns[each] for each in sorted(rhythms)]),
            is_heading=not rules and indicator.key in above,
        )


def _added_up(rhythms: Sequence[Sequence[Returned]]) -> tuple[Returned, ...]:
    """Unit by unit, in the order in which they are met: the returns of all the rhythms together."""
    found: dict[str, Returned] = {}
    for each in (one for rhythm in rhythms for one in rhythm):
        known = found.get(each.unit, Returned(each.unit, 0, 0, 0))
        found[each.unit] = Returned(
            each.unit, known.on_time + each.on_time, known.late + each.late, known.missed + each.missed
        )
    return tuple(found.values())

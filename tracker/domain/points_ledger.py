"""The ledger of points (积分台账): which lines are due, and what all of them add up to on a day.

A line is entered once for each fact and rule, and never changed. A fact that holds no longer has its line
reversed (冲销) by another; if it holds again, the reversal is reversed. Where a person has had the last word,
on an objection or to put something right, facts change nothing any more.

The score of a day is a function of the lines that were in the ledger by the end of that day, and of the
edition in force on it. It does not depend on the order of the lines:

    rule       the sum of its lines, no further from nought than its cap
    indicator  its rules and the indicators below it; deductions end at its base points, additions at its cap
    score      the base points with both, between the scheme's floor and its maximum

What one line counts (计入) is what it changed when it came: less than its rule says where a cap was reached.
All of them, with what the unit began with, add up to the score.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from tracker.domain.points import Fact, Indicator, Members, Rule, Scheme, earns
from tracker.domain.titled import Titled


class Origin(Titled):
    """Where a line comes from."""

    FACT = "fact", "按事实记分"
    BY_HAND = "by_hand", "人工登记"
    LAPSED = "lapsed", "情况已变，冲销"
    REVIVED = "revived", "情况又成立，恢复"
    OBJECTION = "objection", "异议成立，冲销"
    CORRECTION = "correction", "公开办更正，冲销"

    @property
    def is_of_facts(self) -> bool:
        """Whether what the facts say decides; not once a person has."""
        return self in {Origin.FACT, Origin.LAPSED, Origin.REVIVED}

    @property
    def is_reversal(self) -> bool:
        return self not in {Origin.FACT, Origin.BY_HAND}

    @property
    def takes_back(self) -> bool:
        """Whether it stands against what was entered; what comes back counts as it first did."""
        return self.is_reversal and self is not Origin.REVIVED


@dataclass(frozen=True, slots=True)
class Edition:
    """A scheme as it was switched on: from which day, and for whom."""

    number: int
    starts_on: date
    scheme: Scheme
    members: Members


@dataclass(frozen=True, slots=True)
class Line:
    """One line as the ledger holds it."""

    id: int
    unit_id: int
    edition: int
    rule_key: str
    fact_key: str
    points: int
    entered_on: date
    origin: Origin = Origin.FACT
    reverses: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line that is due: for a fact, or against the line that it reverses."""

    unit_id: int
    edition: int
    rule: Rule
    fact: Fact
    origin: Origin = Origin.FACT


@dataclass(frozen=True, slots=True)
class Undoing:
    """A line (`line`) that is to be reversed."""

    line: Line
    origin: Origin


@dataclass(frozen=True, slots=True)
class Due:
    """What the facts ask of the ledger."""

    entries: tuple[Entry, ...] = ()
    undoings: tuple[Undoing, ...] = ()


def in_force(editions: Iterable[Edition], day: date) -> Edition | None:
    """The edition of a day: of those that have begun the newest."""
    begun = [each for each in editions if each.starts_on <= day]
    return max(begun, key=lambda each: each.number) if begun else None


def entries(editions: Sequence[Edition], facts: Iterable[Fact], *, until: date) -> Iterator[Entry]:
    """What facts up to a day are worth by the editions that were in force when they happened."""
    for fact in facts:
        edition = in_force(editions, fact.on)
        group = edition.members.get(fact.unit_id) if edition is not None else None
        if edition is None or group is None or fact.on > until:
            continue
        for rule in edition.scheme.rules:
            if earns(edition.scheme, rule, fact, group):
                yield Entry(fact.unit_id, edition.number, rule, fact)


def due(editions: Sequence[Edition], facts: Sequence[Fact], lines: Iterable[Line], *, until: date) -> Due:
    """What is to be entered and reversed, so that the ledger says what the facts say; nothing when it does.

    `until` is the last day of which facts count: today, or the day on which the scheme was ended.
    """
    chains = chained(lines)
    wanted = {
        (each.unit_id, each.rule.key, each.fact.key): each for each in entries(editions, facts, until=until)
    }
    held = {(fact.unit_id, fact.key): fact for fact in facts if fact.on <= until}
    schemes = {each.number: each for each in editions}
    fresh = tuple(each for key, each in wanted.items() if key not in chains)
    undone = []
    for chain in chains.values():
        last = chain[-1]
        if not last.origin.is_of_facts:
            continue
        holds = _holds(schemes.get(chain[0].edition), chain[0], held)
        if holds == (last.origin is Origin.LAPSED):
            undone.append(Undoing(last, Origin.REVIVED if holds else Origin.LAPSED))
    return Due(fresh, tuple(undone))


def _holds(edition: Edition | None, line: Line, held: Mapping[tuple[int, str], Fact]) -> bool:
    """Whether the fact of a line is still so: judged by the line's own edition, whatever came after it."""
    fact = held.get((line.unit_id, line.fact_key))
    rule = edition.scheme.rule(line.rule_key) if edition is not None else None
    if fact is None or edition is None or rule is None:
        return False
    return earns(edition.scheme, rule, fact, edition.members.get(line.unit_id, ""))


def chained(lines: Iterable[Line]) -> dict[tuple[int, str, str], list[Line]]:
    """By unit, rule and fact: the line that was entered and what reversed it, in their order."""
    chains: dict[tuple[int, str, str], list[Line]] = defaultdict(list)
    for line in sorted(lines, key=lambda line: line.id):
        chains[line.unit_id, line.rule_key, line.fact_key].append(line)
    return dict(chains)


def is_reversed(chain: Sequence[Line]) -> bool:
    """Whether what the chain began with counts no more: every second line takes it back."""
    return len(chain) % 2 == 0


@dataclass(frozen=True, slots=True)
class Counted:
    """A line with what it changed when it came."""

    line: Line
    points: int

    @property
    def deducts(self) -> bool:
        """Whether it belongs to the deductions: one that is taken back was lost less, and is no bonus."""
        return (self.line.points < 0) is not self.line.origin.takes_back


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit on a day: what it began with, what each line changed, where it stands."""

    unit_id: int
    group: str
    start: int
    counted: tuple[Counted, ...]
    score: int
    grade: str

    @property
    def lost(self) -> int:
        """What its deductions come to, less what of them was taken back."""
        return sum(each.points for each in self.counted if each.deducts)

    @property
    def gained(self) -> int:
        """What its bonuses come to, less what of them was taken back."""
        return sum(each.points for each in self.counted if not each.deducts)


def standings(editions: Sequence[Edition], lines: Iterable[Line], *, day: date) -> dict[int, Standing]:
    """Every unit that is assessed on a day, as it stands at the end of it."""
    edition = in_force(editions, day)
    if edition is None:
        return {}
    of_unit: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if line.entered_on <= day:
            of_unit[line.unit_id].append(line)
    book = _Book.of([each for each in editions if each.starts_on <= day], edition.scheme)
    return {
        unit_id: _standing(edition, book, unit_id, group, of_unit[unit_id])
        for unit_id, group in edition.members.items()
    }


def _standing(edition: Edition, book: _Book, unit_id: int, group: str, lines: Sequence[Line]) -> Standing:
    account = _Account(book, group)
    start = score = account.score
    counted = []
    for line in sorted(lines, key=lambda line: line.id):
        account.sums[line.rule_key] += line.points
        before, score = score, account.score
        counted.append(Counted(line, score - before))
    return Standing(unit_id, group, start, tuple(counted), score, edition.scheme.grade(score))


def simulated(edition: Edition, facts: Sequence[Fact], *, until: date) -> dict[int, Standing]:
    """What an edition would give for the facts so far, as if each had been entered on its day."""
    found = sorted(entries([edition], facts, until=until), key=lambda each: (each.fact.on, each.fact.key))
    lines = [
        Line(
            number, each.unit_id, edition.number, each.rule.key, each.fact.key, each.rule.points, each.fact.on
        )
        for number, each in enumerate(found, start=1)
    ]
    return standings([edition], lines, day=until)


def objection_ends_on(scheme: Scheme, entered_on: date) -> date:
    """The last day on which a unit can object to a line."""
    return entered_on + timedelta(days=scheme.objection_days)


@dataclass(frozen=True, slots=True)
class _Book:
    """The rules and indicators by which lines are added up: of each key the newest."""

    scheme: Scheme
    rules: Mapping[str, Rule]
    indicators: Mapping[str, Indicator]
    below: Mapping[str, tuple[Indicator, ...]]

    @classmethod
    def of(cls, editions: Sequence[Edition], scheme: Scheme) -> _Book:
        """What an edition has dropped stays known for the lines that were entered under it."""
        rules: dict[str, Rule] = {}
        indicators: dict[str, Indicator] = {}
        for edition in sorted(editions, key=lambda each: each.number):
            rules |= {rule.key: rule for rule in edition.scheme.rules}
            dropped = {key: Indicator(key, each.name, 0, each.most_added) for key, each in indicators.items()}
            indicators = dropped | {each.key: each for each in edition.scheme.indicators}
        below: dict[str, list[Indicator]] = defaultdict(list)
        for each in indicators.values():
            below[each.parent].append(each)
        return cls(scheme, rules, indicators, {key: tuple(each) for key, each in below.items()})


@dataclass(slots=True)
class _Account:
    """One unit's sums by rule, and what they come to."""

    book: _Book
    group: str
    sums: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def score(self) -> int:
        scheme = self.book.scheme
        by_indicator: dict[str, list[int]] = defaultdict(list)
        for key, total in self.sums.items():
            rule = self.book.rules[key]
            most = abs(total) if rule.cap is None else rule.cap
            by_indicator[rule.indicator].append(max(-most, min(total, most)))
        base, lost, gained = 0, 0, 0
        for each in self.book.below.get("", ()):
            own, minus, plus = self._worth(each, by_indicator)
            base, lost, gained = base + own, lost + minus, gained + plus
        return max(scheme.floor, min(base + lost + gained, scheme.maximum))

    def _worth(self, one: Indicator, sums: Mapping[str, Sequence[int]]) -> tuple[int, int, int]:
        """Base, deductions and additions of an indicator with all below it."""
        base = one.base if one.is_for(self.group) else 0
        lost = sum(min(total, 0) for total in sums.get(one.key, ()))
        gained = sum(max(total, 0) for total in sums.get(one.key, ()))
        for child in self.book.below.get(one.key, ()):
            own, minus, plus = self._worth(child, sums)
            base, lost, gained = base + own, lost + minus, gained + plus
        most = base if one.most_deducted is None else one.most_deducted
        # An indicator without points of its own, such as a list of deductions, has no end but the floor.
        limit = most if most or one.most_deducted is not None else -lost
        return base, max(lost, -limit), gained if one.most_added is None else min(gained, one.most_added)

"""The schemes of points by which an evidence package can be indexed (按考核方案编目), and that index.

The newest scheme that is on goes before all others. One that is over is indexed as it was; one that is still
being drawn up by what it would give, and its lines have no numbers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.errors import NotFound
from tracker.domain.evidence_by_indicator import Grounds, IndexedLine, IndicatorIndex, Returned, index_of
from tracker.domain.evidence_package import PackedTask
from tracker.domain.points import Fact
from tracker.domain.points_data import faults, from_data
from tracker.domain.points_ledger import Edition, chained, entries, in_force, is_reversed
from tracker.domain.points_steps import ObjectionState, SchemeState
from tracker.services import point_facts, point_lines, point_schemes, scoring
from tracker.store.queries import points as queries
from tracker.store.queries import points_facts as facts_queries
from tracker.store.queries import quotas, units
from tracker.store.tables import Plan, ScoreLine, ScoreScheme

BY_TASKS = 0
"""Chosen instead of a scheme: no index by indicators."""
_Lines = Mapping[str, Sequence[IndexedLine]]


@dataclass(frozen=True, slots=True)
class Indexing:
    """By what a package is indexed, and what it could be indexed by; `scheme_id` 0 is by tasks alone."""

    scheme_id: int
    choices: tuple[tuple[int, str], ...]


def offered(session: Session, plan: Plan) -> list[ScoreScheme]:
    """The schemes of the plan's year that are about it: those that are on first, then the newest."""
    found = [row for row in queries.schemes(session) if row.year == plan.year and _is_about(row, plan)]
    return sorted(found, key=lambda row: row.state != SchemeState.ON.value)


def _is_about(row: ScoreScheme, plan: Plan) -> bool:
    content = _edition(row, {}).scheme
    return (not content.plan_ids or plan.id in content.plan_ids) and not faults(content)


def chosen(session: Session, plan: Plan, scheme_id: int | None) -> tuple[ScoreScheme | None, Indexing]:
    """The scheme that was asked for; without a word the first that is on.

    Raises:
        NotFound: none of this number is offered.

    """
    rows = offered(session, plan)
    named = tuple((row.id, f"{row.name}（{SchemeState(row.state).label}）") for row in rows)
    choices = ((BY_TASKS, "不按考核方案，只按任务"), *named)
    if scheme_id is None:
        row = next((row for row in rows if row.state == SchemeState.ON.value), None)
    elif scheme_id == BY_TASKS:
        row = None
    else:
        row = next((row for row in rows if row.id == scheme_id), None)
        if row is None:
            raise NotFound
    return row, Indexing(row.id if row is not None else BY_TASKS, choices)


def index(
    session: Session, plan: Plan, row: ScoreScheme, tasks: Sequence[PackedTask], *, today: date
) -> IndicatorIndex:
    """The plan's tasks, returns and lines by the indicators of a scheme."""
    members = point_schemes.members_of(from_data(row.content), queries.units(session))
    edition = _edition(row, members, today)
    facts = [
        fact
        for fact in point_facts.of_year(session, row.year, today=today)
        if fact.plan_id in {plan.id, None}
    ]
    lines = _entered(session, row, facts) if row.editions else _would_be(session, edition, facts, today)
    number = f"第{edition.number}版" if row.editions else "草稿，按已有事实试算"
    return index_of(edition.scheme, f"{row.name}（{number}）", _grounds(session, plan, tasks), lines)


def _edition(row: ScoreScheme, members: dict[int, str], day: date = date.max) -> Edition:
    """The edition of a day; before the first has begun the newest, and of a draft what is being written."""
    known = scoring.editions_of(row)
    found = in_force(known, day) or (known[-1] if known else None)
    return found or Edition(1, date(row.year, 1, 1), from_data(row.content), members)


def _entered(session: Session, row: ScoreScheme, facts: Sequence[Fact]) -> _Lines:
    """The lines that count: those of the plan's facts as they are, and what was entered by hand."""
    rows = {line.id: line for line in queries.entered(session, row.id)}
    known = {(fact.unit_id, fact.key): fact for fact in facts}
    said = queries.objections(session, rows)
    found: dict[str, list[IndexedLine]] = defaultdict(list)
    for (unit_id, rule_key, fact_key), chain in chained(map(point_lines.line_of, rows.values())).items():
        fact, first = known.get((unit_id, fact_key)), chain[0]
        if is_reversed(chain) or (first.origin.is_of_facts and fact is None):
            continue
        objection = said.get(first.id)
        told = f"异议{ObjectionState(objection.state).label}" if objection is not None else ""
        found[rule_key].append(_line(rows[first.id], fact, told))
    return found


def _line(row: ScoreLine, fact: Fact | None, objection: str) -> IndexedLine:
    task_id = fact.task_id if fact is not None else None
    evidence = row.evidence.strip()
    return IndexedLine(
        row.id, row.unit.name, row.happened_on, row.words, row.points, evidence, task_id, objection
    )


def _would_be(session: Session, edition: Edition, facts: Sequence[Fact], today: date) -> _Lines:
    """What a scheme that is not on would give."""
    named = {unit.id: unit.name for unit in units.existing(session, edition.members)}
    found: dict[str, list[IndexedLine]] = defaultdict(list)
    for entry in entries([edition], facts, until=today):
        fact = entry.fact
        found[entry.rule.key].append(
            IndexedLine(
                None, named[entry.unit_id], fact.on, fact.words, entry.rule.points, fact.evidence.strip(),
                fact.task_id,
            )
        )  # fmt: skip
    return found


def _grounds(session: Session, plan: Plan, tasks: Sequence[PackedTask]) -> Grounds:
    counted: dict[str, set[int]] = defaultdict(set)
    timed: dict[str, set[int]] = defaultdict(set)
    for target in quotas.asked_for(session, plan_id=plan.id):
        counted[target.period].add(target.task_id)
    for clock in facts_queries.clocks(session, [plan.id], plan.year):
        if clock.task_id is not None:
            timed[clock.rule_key].add(clock.task_id)
    return Grounds(
        {task.id: task.evidenced for task in tasks if not task.cancelled},
        {key: frozenset(ids) for key, ids in counted.items()},
        {key: frozenset(ids) for key, ids in timed.items()},
        dict(_returns(session, plan)),
    )


def _returns(session: Session, plan: Plan) -> Iterator[tuple[str, tuple[Returned, ...]]]:
    """By rhythm: how each unit has handed in, in the order of units."""
    counts: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0]))
    for row in facts_queries.owed(session, [plan.id]):
        place = 1 if row.late else 0
        counts[row.cadence][row.unit_id][place if row.submitted_at is not None else 2] += 1
    known = units.existing(session, {unit_id for by_unit in counts.values() for unit_id in by_unit})
    for cadence, by_unit in counts.items():
        yield cadence, tuple(Returned(unit.name, *by_unit[unit.id]) for unit in known if unit.id in by_unit)

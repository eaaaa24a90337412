"""Points (积分) as the pages show them: schemes and where units stand, the lines behind a figure, one line.

Units stand in the office's order. Only where the office has turned ranking on does a leader see them, in the
order of their points; until then a leader sees none (减负, 国办函〔2026〕12号).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.errors import NotFound
from tracker.domain.points import FactKind, Rule, Scheme
from tracker.domain.points_data import from_data
from tracker.domain.points_ledger import Edition, Origin, Standing, in_force, standings
from tracker.domain.points_steps import ObjectionState, SchemeState
from tracker.services import notice_places, point_lines, point_schemes, scoring
from tracker.store.queries import audit, quotas, units
from tracker.store.queries import points as queries
from tracker.store.queries.points import LineFilter
from tracker.store.tables import AuditEvent, ScoreLine, ScoreObjection, ScoreScheme, Unit

# The filter of a list is read from an address by the page and answered by a query.
__all__ = ["LineFilter", "lines", "one_line", "overview", "scheme_page"]

PAGE = 50
NEWEST = 20
"""Lines of a unit that its own page shows; the list has all."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A scheme in the list: its state, its lines, the objections that wait."""

    row: ScoreScheme
    state: SchemeState
    lines: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the office begins with."""

    schemes: tuple[Listed, ...]
    ranked: bool


@dataclass(frozen=True, slots=True)
class Stand:
    """One unit on a day, with the number of its lines up to that day."""

    unit: Unit
    group: str
    standing: Standing
    lines: int

    @property
    def lost(self) -> int:
        return self.standing.lost

    @property
    def gained(self) -> int:
        return self.standing.gained


@dataclass(frozen=True, slots=True)
class SchemePage:
    """A scheme on a day: the edition in force and where each unit stands by it."""

    row: ScoreScheme
    state: SchemeState
    day: date
    edition: Edition | None
    stands: tuple[Stand, ...]
    waiting: int
    changed: bool
    """Whether what is being written is another than what was switched on last."""
    by_hand: tuple[Rule, ...]
    events: tuple[AuditEvent, ...]
    is_over: bool
    """Whether its year is over and the day shown is of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A line in a list: what it changed when it came, and what became of it."""

    row: ScoreLine
    counted: int
    origin: Origin
    reversed: bool
    objection: ScoreObjection | None

    @property
    def said(self) -> ObjectionState | None:
        """What became of the objection to it, where there is one."""
        return ObjectionState(self.objection.state) if self.objection is not None else None


@dataclass(frozen=True, slots=True)
class LineList:
    """The lines that a filter meets, newest first."""

    wanted: LineFilter
    lines: tuple[Shown, ...]
    total: int
    page: int
    pages: int
    schemes: tuple[ScoreScheme, ...]
    units: tuple[Unit, ...]
    rules: tuple[Rule, ...]

    @property
    def scheme_choices(self) -> list[tuple[int, str]]:
        return [(row.id, f"{row.name}（{row.year}年）") for row in self.schemes]

    @property
    def unit_choices(self) -> list[tuple[int, str]]:
        return [(unit.id, unit.name) for unit in self.units]

    @property
    def rule_choices(self) -> list[tuple[str, str]]:
        return [(rule.key, rule.clause) for rule in self.rules]


@dataclass(frozen=True, slots=True)
class LinePage:
    """One line with the chain it is part of, what was said against it, and what may be done."""

    shown: Shown
    chain: tuple[Shown, ...]
    indicator: str
    place: str
    """The page that shows the fact, where the reader may open it."""
    last_day: date
    may_object: bool
    may_decide: bool
    may_correct: bool


@dataclass(frozen=True, slots=True)
class UnitScheme:
    """A scheme as a unit's person sees it: the own figures alone."""

    row: ScoreScheme
    day: date
    edition: Edition
    stand: Stand
    newest: tuple[Shown, ...]
    total: int
    """How many lines the list has in all."""
    rules: tuple[tuple[str, Rule], ...]
    """The rules that the unit is judged by, each with its indicator's name."""

    @property
    def has_later(self) -> bool:
        """Whether lines came after the day: they are in no sum of it."""
        return any(line.row.entered_on > self.day for line in self.newest)


def overview(session: Session) -> Overview:
    """Every scheme."""
    found = tuple(_listed(session, row) for row in queries.schemes(session))
    return Overview(found, point_schemes.ranked(session))


def _listed(session: Session, row: ScoreScheme) -> Listed:
    office = Actor(None, "", UserRole.OFFICE.value)
    number = queries.count(session, office, LineFilter(scheme_id=row.id))
    return Listed(row, SchemeState(row.state), number, queries.waiting_objections(session, scheme_id=row.id))


def account_day(year: int, today: date) -> date:
    """The day by which a year's points are shown without a word: today, and once the year is over its last.

    What comes in the new year, such as lines for what was due on the last of December, is in the sums of its
    own days; a year's figures do not move under whoever looks at them on New Year's Day.
    """
    return min(today, date(year, 12, 31))


def scheme_page(session: Session, *, scheme_id: int, day: date | None = None, today: date) -> SchemePage:
    """One scheme as it stood at the end of a day, without a word at the end of its account.

    Raises:
        NotFound: there is none.

    """
    row = point_schemes.one(session, scheme_id)
    day = day or account_day(row.year, today)
    editions = scoring.editions_of(row)
    edition = in_force(editions, day)
    hand = [rule for rule in edition.scheme.rules if rule.kind is FactKind.BY_HAND] if edition else []
    last = row.editions[-1] if row.editions else None
    return SchemePage(
        row,
        SchemeState(row.state),
        day,
        edition,
        _stands(session, row, editions, edition, day),
        queries.waiting_objections(session, scheme_id=row.id),
        last is not None and last.content != row.content,
        tuple(hand) if row.state == SchemeState.ON.value else (),
        tuple(audit.history(session, scoring.SUBJECT, row.id)),
        day.year <= row.year < today.year,
    )


def _stands(
    session: Session, row: ScoreScheme, editions: Sequence[Edition], edition: Edition | None, day: date
) -> tuple[Stand, ...]:
    if edition is None:
        return ()
    told = standings(editions, queries.ledger(session, row.id), day=day)
    return tuple(
        Stand(
            unit, _group_name(edition.scheme, told[unit.id].group), told[unit.id], len(told[unit.id].counted)
        )
        for unit in units.existing(session, told)
    )


def _group_name(scheme: Scheme, key: str) -> str:
    return next((f"{group.key}类（{group.name}）" for group in scheme.groups if group.key == key), "")


def ranking(session: Session, *, today: date) -> tuple[SchemePage, ...]:
    """The schemes in use with their units in the order of their points; none unless ranking is on."""
    if not point_schemes.ranked(session):
        return ()
    pages = (scheme_page(session, scheme_id=row.id, today=today) for row in queries.running(session))
    return tuple(page for page in pages if page.edition is not None)


def of_unit(session: Session, actor: Actor, *, today: date) -> tuple[UnitScheme, ...]:
    """The schemes by which the person's unit is or was assessed, newest first."""
    found = []
    for row in queries.schemes(session):
        editions, day = scoring.editions_of(row), account_day(row.year, today)
        edition = in_force(editions, day)
        if edition is None or actor.unit_id is None or actor.unit_id not in edition.members:
            continue
        mine = queries.ledger(session, row.id, unit_id=actor.unit_id)
        standing = standings(editions, mine, day=day)[actor.unit_id]
        (unit,) = units.existing(session, [actor.unit_id])
        stand = Stand(unit, _group_name(edition.scheme, standing.group), standing, len(standing.counted))
        wanted = LineFilter(scheme_id=row.id)
        newest = shown(session, queries.listed(session, actor, wanted, limit=NEWEST), today=today)
        total, rules = queries.count(session, actor, wanted), _rules_of(edition.scheme, standing.group)
        found.append(UnitScheme(row, day, edition, stand, newest, total, rules))
    return tuple(found)


def _rules_of(scheme: Scheme, group: str) -> tuple[tuple[str, Rule], ...]:
    named = {each.key: f"{each.key} {each.name}" for each in scheme.indicators}
    return tuple((named[rule.indicator], rule) for rule in scheme.rules if scheme.is_for(rule, group))


def is_on_for(session: Session, actor: Actor) -> bool:
    """Whether a scheme is on by which the person's unit is assessed."""
    return any(
        actor.unit_id in scoring.edition_of(each).members
        for row in queries.running(session)
        for each in row.editions
    )


def objections_waiting(session: Session) -> int:
    """How many objections wait for the office; the list is `LineFilter(objected=True)`."""
    return queries.waiting_objections(session)


def lines(session: Session, actor: Actor, wanted: LineFilter, *, page: int = 1, today: date) -> LineList:
    """The lines that a filter meets, as far as the person may see them."""
    total = queries.count(session, actor, wanted)
    pages = max(-(-total // PAGE), 1)
    page = min(max(page, 1), pages)
    rows = queries.listed(session, actor, wanted, limit=PAGE, offset=(page - 1) * PAGE)
    schemes = tuple(queries.schemes(session))
    office = actor.role == UserRole.OFFICE.value
    chosen = next((row for row in schemes if row.id == wanted.scheme_id), None)
    return LineList(
        wanted,
        shown(session, rows, today=today),
        total,
        page,
        pages,
        schemes if office else (),
        tuple(units.active(session)) if office else (),
        _every_rule(chosen) if chosen is not None else (),
    )


def _every_rule(row: ScoreScheme) -> tuple[Rule, ...]:
    """The rules of all editions, of each key the newest."""
    found: dict[str, Rule] = {}
    for edition in scoring.editions_of(row):
        found |= {rule.key: rule for rule in edition.scheme.rules}
    return tuple(found.values())


def shown(session: Session, rows: Sequence[ScoreLine], *, today: date) -> tuple[Shown, ...]:
    """Lines with what each changed when it came, and what became of it."""
    counted: dict[int, int] = {}
    reversed_ids: set[int] = set()
    for scheme in {row.scheme_id: row.scheme for row in rows}.values():
        counted |= _counted(session, scheme, today)
        reversed_ids |= {line.reverses for line in queries.ledger(session, scheme.id) if line.reverses}
    said = queries.objections(session, [row.id for row in rows])
    return tuple(
        Shown(row, counted.get(row.id, 0), Origin(row.origin), row.id in reversed_ids, said.get(row.id))
        for row in rows
    )


def _counted(session: Session, scheme: ScoreScheme, today: date) -> Mapping[int, int]:
    """By line: what it changed, by what is in force today."""
    editions, ledger = scoring.editions_of(scheme), queries.ledger(session, scheme.id)
    found = standings(editions, ledger, day=max([today, *(line.entered_on for line in ledger)])).values()
    return {each.line.id: each.points for standing in found for each in standing.counted}


def one_line(session: Session, actor: Actor, *, line_id: int, today: date) -> LinePage:
    """One line.

    Raises:
        NotFound: there is none, or it is another unit's.

    """
    row = queries.line(session, actor, line_id)
    if row is None:
        raise NotFound
    chain = shown(session, queries.chain(session, row), today=today)
    this = next(each for each in chain if each.row.id == row.id)
    scheme = from_data(row.edition.content)
    rule = scheme.rule(row.rule_key)
    indicator = scheme.indicator(rule.indicator) if rule is not None else None
    office = actor.role == UserRole.OFFICE.value
    last = point_lines.last_day(row)
    waits = this.said is ObjectionState.WAITING
    stands = chain[-1].row.id == row.id
    return LinePage(
        this,
        chain,
        f"{indicator.key} {indicator.name}" if indicator is not None else "",
        _open_place(session, actor, row.place),
        last,
        not office and stands and this.objection is None and today <= last,
        office and waits,
        office and stands and not waits,
    )


def _open_place(session: Session, actor: Actor, place: str) -> str:
    """The page of a fact, where the reader may open it and what it shows is still there."""
    quota = re.match(r"/quotas/(\d+)", place)
    if quota is not None and quotas.one(session, int(quota[1])) is None:
        return ""
    return place if place and not notice_places.trouble(session, actor, place) else ""

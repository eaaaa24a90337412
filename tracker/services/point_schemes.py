"""Schemes of points (积分办法): drawn up by the office, tried out, switched on from a day, changed, ended.

What is switched on is an edition that never changes again; a changed scheme is the next edition, from today
or later, so that no line of the past is judged by another rule than that of its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from tracker.domain.actor import Actor
from tracker.domain.asking import STANDING
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.points import Rule, Scheme, group_of
from tracker.domain.points_data import as_data, doubts, faults, from_data
from tracker.domain.points_ledger import Edition, Standing, simulated
from tracker.domain.points_presets import PRESETS
from tracker.domain.points_steps import SchemeState, SchemeStep, take
from tracker.domain.supervision import OrderColour
from tracker.services import auditing, clocks, point_facts, scoring
from tracker.store.queries import points as queries
from tracker.store.queries import points_facts as facts_queries
from tracker.store.queries import settings as settings_queries
from tracker.store.queries import units
from tracker.store.tables import Plan, ScoreEdition, ScoreScheme, Setting, Unit, UnitClass

RANKING = "points_ranking"
SUBJECT = scoring.SUBJECT
NAME_LENGTH = 60
PERIODS = {"P1Y": "每年", "P6M": "每半年", "P3M": "每季度", "P1M": "每月", "P2W": "每两周", "P1W": "每周"}


class NotInOrder(InvalidInput):
    """办法还有没写好的地方，改好以后再启用。"""


class NobodyAssessed(InvalidInput):
    """没有单位适用这份办法，请检查考核类别里选的单位类别。"""


class TooEarly(InvalidInput):
    """修改过的办法只能从今天或以后起算，以前记的分不变。"""


class OtherYear(InvalidInput):
    """起算日要在办法的年度里。"""


class NothingChanged(RuleViolated):
    """办法和正在用的这一版一样，不用再启用。"""


@dataclass(frozen=True, slots=True)
class Reason:
    """How often a rule would have been applied to a unit, and what that would have come to."""

    clause: str
    times: int
    points: int


@dataclass(frozen=True, slots=True)
class Trial:
    """What a scheme would have given (模拟): nothing of it is written."""

    scheme: ScoreScheme
    content: Scheme
    starts_on: date
    lines: tuple[tuple[Unit, Standing], ...]
    faults: tuple[str, ...]
    doubts: tuple[str, ...]
    in_force: bool
    """Whether it was switched on last as it is written, for the units that it would be for today."""

    @property
    def may_switch_on(self) -> bool:
        """Whether it is in order and not yet in force as it is written."""
        return not self.faults and self.scheme.state != SchemeState.OFF.value and not self.in_force

    @property
    def reasons(self) -> dict[int, tuple[Reason, ...]]:
        """By unit: the rules that would have been applied, in the scheme's order."""
        return {unit.id: tuple(_reasons(self.content, standing)) for unit, standing in self.lines}


def _reasons(content: Scheme, standing: Standing) -> Iterator[Reason]:
    for rule in content.rules:
        told = [each.points for each in standing.counted if each.line.rule_key == rule.key]
        if told:
            yield Reason(rule.clause, len(told), sum(told))


def create(
    session: Session, actor: Actor, *, year: int, preset: str, name: str, now: datetime
) -> ScoreScheme:
    """Begin a scheme from a preset.

    Raises:
        InvalidInput: there is no such preset, or the name is empty or too long.

    """
    begun = next((each for each in PRESETS if each.key == preset), None)
    name = " ".join(name.split())
    if begun is None or not 0 < len(name) <= NAME_LENGTH:
        raise InvalidInput(f"办法名称请填1至{NAME_LENGTH}个字，并选一份样例。")
    row = ScoreScheme(
        year=year,
        name=name,
        content=as_data(replace(begun.scheme, name=name)),
        made_at=now,
        made_by_name=actor.name,
    )
    session.add(row)
    session.flush()
    _record(
        session,
        actor,
        Event.POINTS_CREATE,
        row,
        f"新建“{name}”（{year}年），从样例“{begun.title}”开始",
        now=now,
    )
    return row


def change(
    session: Session, actor: Actor, *, scheme_id: int, version: int, content: Scheme, now: datetime
) -> ScoreScheme:
    """Keep what the office has written; what is in force stays as it is until it is switched on.

    A draft may have faults: they are told when it is tried out, and refuse only the switching on.

    Raises:
        NotFound: there is no such scheme.
        SchemeEnded: it is ended.
        VersionConflict: somebody has changed it since.

    """
    row, _ = _held(session, scheme_id, version, SchemeStep.WRITE)
    content = replace(content, rules=tuple(_keyed(content, row)))
    before, row.content = row.content, as_data(content)
    row.name = content.name[:NAME_LENGTH] or row.name
    session.flush()
    if before != row.content:
        _record(session, actor, Event.POINTS_CHANGE, row, f"修改“{row.name}”", now=now)
    return row


def _keyed(content: Scheme, row: ScoreScheme) -> list[Rule]:
    """The rules, each with a key: what is new gets a number that no edition has ever used.

    A key that the scheme has never had is none, whoever sent it.
    """
    known = {rule.key for each in scoring.editions_of(row) for rule in each.scheme.rules}
    known |= {rule.key for rule in from_data(row.content).rules}
    last = max((int(key[1:]) for key in known if key[1:].isdecimal()), default=0)
    found: list[Rule] = []
    for rule in content.rules:
        if rule.key not in known:
            last += 1
            rule = replace(rule, key=f"r{last}")
        found.append(rule)
    return found


def trial(session: Session, *, scheme_id: int, starts_on: date | None = None, today: date) -> Trial:
    """What the scheme as it is written would have given for the facts so far.

    Raises:
        NotFound: there is no such scheme.

    """
    row = one(session, scheme_id)
    content, start = from_data(row.content), starts_on or date(row.year, 1, 1)
    wrong = faults(content)
    everybody = queries.units(session)
    members = members_of(content, everybody)
    edition = Edition(1, start, content, members)
    facts = point_facts.of_year(session, row.year, today=today)
    told = {} if wrong or start > today else simulated(edition, facts, until=today)
    lines = tuple((unit, told[unit.id]) for unit in everybody if unit.id in told)
    said = tuple(each.words for each in doubts(content))
    return Trial(row, content, start, lines, wrong, said, _is_in_force(row, _kept(members)))


def switch_on(
    session: Session, actor: Actor, *, scheme_id: int, version: int, starts_on: date, now: datetime
) -> ScoreEdition:
    """Put the scheme as it is written in force from a day: facts of that day and later are judged by it.

    Raises:
        NotFound: there is no such scheme.
        VersionConflict: somebody has changed it since.
        SchemeEnded: it is ended.
        NotInOrder: it has faults.
        NobodyAssessed: no unit is in any of its groups.
        TooEarly: it is a changed scheme and the day lies in the past.
        OtherYear: the day is not of the scheme's year.
        NothingChanged: it is in force already as it is.

    """
    row, after = _held(session, scheme_id, version, SchemeStep.SWITCH_ON)
    content, editions = from_data(row.content), row.editions
    if faults(content):
        raise NotInOrder
    members = members_of(content, queries.units(session))
    if not members:
        raise NobodyAssessed
    if starts_on.year != row.year:
        raise OtherYear
    if editions and starts_on < max(china_day(now), editions[-1].starts_on):
        raise TooEarly
    told = _kept(members)
    if _is_in_force(row, told):
        raise NothingChanged
    edition = ScoreEdition(
        scheme_id=row.id, number=len(editions) + 1, starts_on=starts_on, content=as_data(content),
        members=told, made_at=now, made_by_name=actor.name,
    )  # fmt: skip
    session.add(edition)
    row.state = after.value
    # The scheme's row changes with each edition, so that a page which shows the one before is stale.
    flag_modified(row, "content")
    session.flush()
    session.refresh(row, ["editions"])
    summary = f"启用“{row.name}”第{edition.number}版，从{starts_on}起，适用{len(members)}家单位"
    _record(session, actor, Event.POINTS_SWITCH_ON, row, summary, now=now)
    return edition


def _kept(members: dict[int, str]) -> dict[str, str]:
    """The units as JSON keeps them."""
    return {str(unit_id): group for unit_id, group in members.items()}


def _is_in_force(row: ScoreScheme, members: dict[str, str]) -> bool:
    last = row.editions[-1] if row.editions else None
    return last is not None and last.content == row.content and last.members == members


def switch_off(session: Session, actor: Actor, *, scheme_id: int, version: int, now: datetime) -> None:
    """End the scheme today: its lines stay, and no fact is looked at any more.

    Raises:
        NotFound: there is no such scheme.
        NotOn: it is not switched on.
        VersionConflict: somebody has changed it since.

    """
    row, after = _held(session, scheme_id, version, SchemeStep.SWITCH_OFF)
    row.state, row.ended_on = after.value, china_day(now)
    session.flush()
    _record(session, actor, Event.POINTS_SWITCH_OFF, row, f"停用“{row.name}”", now=now)


def one(session: Session, scheme_id: int) -> ScoreScheme:
    """One scheme with its editions.

    Raises:
        NotFound: there is none.

    """
    row = queries.scheme(session, scheme_id)
    if row is None:
        raise NotFound
    return row


def members_of(content: Scheme, everybody: list[Unit]) -> dict[int, str]:
    """The units that a scheme is about, each with its group."""
    found = {unit.id: group_of(content.groups, unit.id, unit.unit_class_id) for unit in everybody}
    return {unit_id: group for unit_id, group in found.items() if group is not None}


def choices(
    session: Session, row: ScoreScheme
) -> tuple[list[Plan], list[UnitClass], tuple[tuple[str, str], ...]]:
    """What the form of a scheme offers: plans, classes of units, and what a rule can be narrowed to."""
    return facts_queries.plans(session, row.year), units.classes(session), narrowings(session, row.year)


def narrowings(session: Session, year: int) -> tuple[tuple[str, str], ...]:
    """What a rule can be narrowed to: a rhythm, a quota's period, a clock's rule, an order's colour."""
    rhythms = {each.kind: each.name for each in STANDING} | dict(facts_queries.cadences(session, year))
    return (
        *((kind, f"报送：{name}") for kind, name in rhythms.items()),
        *((period, f"次数：{words}") for period, words in PERIODS.items()),
        *((each.rule.key, f"时限：{each.rule.name}") for each in clocks.rules(session)),
        *((colour.value, f"督办单：{colour.label}") for colour in OrderColour),
    )


def ranked(session: Session) -> bool:
    """Whether the office has turned ranking on; it is off until somebody does (减负)."""
    row = settings_queries.of_name(session, RANKING)
    return bool(row.value) if row is not None else False


def set_ranking(session: Session, actor: Actor, *, on: bool, now: datetime) -> None:
    """Turn ranking on or off: by it, leaders see all units in the order of their points."""
    if ranked(session) == on:
        return
    row = settings_queries.of_name(session, RANKING)
    if row is None:
        session.add(Setting(name=RANKING, value=on))
    else:
        row.value = on
    session.flush()
    words = "打开积分排名，领导能看到各单位积分" if on else "关闭积分排名"
    auditing.record(
        session, actor, Event.SETTING_CHANGE, ("setting", None), words, detail={"points_ranking": on}, now=now
    )


def _held(
    session: Session, scheme_id: int, version: int, step: SchemeStep
) -> tuple[ScoreScheme, SchemeState]:
    """The scheme, locked, and its state after the step."""
    row = queries.scheme(session, scheme_id, lock=True)
    if row is None:
        raise NotFound
    if row.version != version:
        raise VersionConflict
    return row, take(SchemeState(row.state), step)


def _record(
    session: Session, actor: Actor, event: Event, row: ScoreScheme, summary: str, *, now: datetime
) -> None:
    auditing.record(session, actor, event, (SUBJECT, row.id), summary, now=now)

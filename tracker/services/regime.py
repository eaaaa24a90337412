"""The reporting regime (报送制度) of a plan: switch its cadences on, change them, switch them off.

A plan has several cadences (一周一进度、两周一经验 … and the office's own), each with its own rule; switching
one on or off leaves the others alone. What has opened stays as it is for ever: switching on, changing and
switching off only touch the periods that have not. How time passes is told in `tracker.services.advancing`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.asking import OWN, STANDING, STANDING_KINDS, Requirement
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.period import Cadence
from tracker.services import advancing, auditing, laying_out
from tracker.services.cadences import as_domain, facts, requirement_of, write, write_requirement
from tracker.services.laying_out import PreviewPeriod
from tracker.services.regime_proposal import (
    Printed,
    duties,
    is_proposed,
    printed,
    proposal,
    proposed_name,
    proposed_requirement,
    says_day,
)
from tracker.store import tables
from tracker.store.queries import regime as queries
from tracker.store.queries import reporting, units


@dataclass(frozen=True, slots=True)
class Line:
    """A cadence in the list of a plan's: one that is set, or one that could be."""

    kind: str
    name: str
    row: tables.Cadence | None
    proposed: bool
    """The plan's document asks for it."""

    @property
    def active(self) -> bool:
        return self.row is not None and self.row.active

    @property
    def words(self) -> str:
        """Its rule in one line, without the name; empty when it is not set."""
        return as_domain(self.row).words.partition("：")[2] if self.row else ""


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the plan's year of reports."""

    due_on: date
    name: str
    label: str
    waived: bool
    why: str
    provisional: bool
    """That year's notice of holidays is not out yet."""
    here: bool
    """Of the cadence that is being looked at."""


@dataclass(frozen=True, slots=True)
class Month:
    """The days of a month on which something is asked for."""

    year: int
    month: int
    days: tuple[Day, ...]
    passed: bool

    @property
    def asked(self) -> int:
        return sum(not day.waived for day in self.days)


@dataclass(frozen=True, slots=True)
class Regime:
    """One cadence of a plan, how it stands or is proposed, beside the plan's others."""

    plan: tables.Plan
    cadence: tables.Cadence | None
    wanted: Cadence
    requirement: Requirement
    proposed_by_text: bool
    duties: tuple[str, ...]
    """What the document says about reporting, in words."""
    printed: Printed | None
    """The document's weekly rule in its own words; None for other cadences."""
    lines: tuple[Line, ...]
    units: tuple[tables.Unit, ...]
    """Those with work in the plan that is not finished."""
    every_unit: tuple[tables.Unit, ...]
    classes: tuple[tables.UnitClass, ...]
    says_day: bool = False
    """Whether the document says on which day it is due."""

    @property
    def kind(self) -> str:
        return self.wanted.kind

    @property
    def excused(self) -> frozenset[int]:
        """Those with work that are not asked."""
        return self.requirement.audience.excused

    @property
    def late_start(self) -> date | None:
        """The printed first day, when it is too long ago to begin with."""
        said = self.printed.start if self.printed else None
        return said if said and not self.cadence and self.wanted.starts_on > said else None

    @property
    def active(self) -> bool:
        return self.cadence is not None and self.cadence.active

    @property
    def version(self) -> int:
        return self.cadence.version if self.cadence else 0


def view(session: Session, plan_id: int, *, kind: str = "", now: datetime) -> Regime:
    """The regime page of a plan at one of its cadences: without a `kind` the first that is on, a new one as
    `own`.

    Raises:
        NotFound: there is no such plan or cadence.

    """
    plan = _plan(session, plan_id)
    text, document = queries.regime_of_text(session, plan_id)
    several = reporting.cadences(session, [plan_id])[plan_id]
    known = {row.kind: row for row in several}
    first = reporting.chosen(several)
    row = known.get(kind := kind or (first.kind if first else STANDING[0].kind))
    standing = STANDING_KINDS.get(kind, OWN)
    if row is None and standing.kind != kind:
        raise NotFound
    if row is not None:
        wanted, requirement = as_domain(row), requirement_of(row)
    else:
        wanted = proposal(text, standing, plan_year=plan.year, today=china_day(now))
        requirement = proposed_requirement(text, standing)
    return Regime(
        plan,
        row,
        wanted,
        requirement,
        is_proposed(text, kind),
        duties(text),
        printed(text, document) if standing is STANDING[0] else None,
        lines=tuple(_lines(known, text)),
        units=tuple(queries.units_with_work(session, plan_id)),
        every_unit=tuple(units.active(session)),
        classes=tuple(units.classes(session)),
        says_day=says_day(text, kind),
    )


def asked(session: Session, plan_id: int, requirement: Requirement) -> int:
    """How many units would be asked today."""
    return len(advancing.would_owe(session, plan_id, requirement))


def year(
    session: Session, plan_id: int, wanted: Cadence, shown: Iterable[PreviewPeriod], *, now: datetime
) -> tuple[Month, ...]:
    """All that the plan asks for by month, the cadence in view as it is previewed."""
    periods_shown = [each.period for each in shown if each.is_asked]
    days = [
        Day(each.due_on, wanted.name, each.label, each.waived, each.why, each.provisional, here=True)
        for each in periods_shown
    ]
    for cadence in reporting.cadences(session, [plan_id])[plan_id]:
        if cadence.kind != wanted.kind:
            days += [
                Day(row.due_on, cadence.name, row.label, row.waived, row.why, row.provisional, here=False)
                for row in queries.periods_of(session, cadence.id).values()
            ]
    months: dict[tuple[int, int], list[Day]] = {}
    for day in sorted(days, key=lambda day: (day.due_on, not day.here, day.name)):
        months.setdefault((day.due_on.year, day.due_on.month), []).append(day)
    today = china_day(now)
    return tuple(
        Month(*month, tuple(found), passed=month < (today.year, today.month))
        for month, found in months.items()
    )


def switch_on(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    wanted: Cadence,
    version: int,
    requirement: Requirement | None = None,
    now: datetime,
) -> tables.Cadence:
    """Switch a cadence on, or change it: lay out all periods not opened yet, and open the running one.

    Periods whose cut-off has passed are not laid out: nobody can have known of them. `wanted.kind` names the
    cadence, `own` is a new one of the office's, which gets a key of its own; `version` is that of the cadence
    as the person saw it, 0 when there was none. `requirement` says what is asked and of whom; None leaves
    that as it is. A period that has opened goes on asking whom it asked.

    Raises:
        NotFound: there is no such plan.
        VersionConflict: somebody else has changed the cadence meanwhile.
        InvalidInput: no period is left to report in, or no unit to report, or the name is taken.

    """
    if queries.lock_plan(session, plan_id) is None:
        raise NotFound
    known = reporting.cadences(session, [plan_id])[plan_id]
    if wanted.kind == OWN.kind:
        wanted = replace(wanted, kind=_fresh_kind(known))
    if any(each.name == wanted.name and each.kind != wanted.kind for each in known):
        raise InvalidInput(f"已经有叫“{wanted.name}”的报送，请换一个名称。")
    cadence = _expected(session, plan_id, wanted.kind, version)
    event = Event.CADENCE_CHANGE if cadence and cadence.active else Event.CADENCE_SWITCH_ON
    if cadence is None:
        cadence = tables.Cadence(plan_id=plan_id, kind=wanted.kind)
        standing = STANDING_KINDS.get(wanted.kind, OWN)
        write_requirement(cadence, requirement or Requirement(standing.answer, standing.parts))
        session.add(cadence)
    elif requirement is not None:
        write_requirement(cadence, requirement)
    write(cadence, wanted)
    cadence.active = True
    session.flush()
    if requirement is not None and not advancing.units_owing(session, cadence):
        raise InvalidInput("请至少勾选一个要报送的单位。")
    if not laying_out.lay_out(session, cadence, wanted, now=now):
        span = wanted.rhythm.this_span.replace("本", "一")
        raise InvalidInput(f"这段时间里没有可以报送的{span}，请检查开始和结束日期。")
    _, log = advancing.advanced(session, plan_id=plan_id, now=now)
    summary = f"{wanted.words}，自{wanted.starts_on:%Y-%m-%d}起"
    if cadence.excused_unit_ids:
        summary += f"，{len(cadence.excused_unit_ids)}家不报"
    auditing.record(session, actor, event, ("plan", plan_id), summary, detail=facts(cadence), now=now)
    advancing.record(session, log, now=now)
    return cadence


def switch_off(
    session: Session, actor: Actor, *, plan_id: int, kind: str = "", version: int, now: datetime
) -> tables.Cadence:
    """Ask for no more of a cadence: the running period is finished as usual, what lay ahead goes.

    Raises:
        NotFound: the plan has no such cadence.
        VersionConflict: somebody else has changed it meanwhile.

    """
    cadence = _expected(session, plan_id, kind or STANDING[0].kind, version)
    if cadence is None:
        raise NotFound
    cadence.active = False
    dropped = queries.drop_upcoming(session, cadence.id)
    span = as_domain(cadence).rhythm.this_span.removeprefix("本")
    summary = f"停用{cadence.name}，此后{dropped}{span}不再报送"
    auditing.record(session, actor, Event.CADENCE_CHANGE, ("plan", plan_id), summary, now=now)
    return cadence


def _lines(known: dict[str, tables.Cadence], text: dict[str, object]) -> Iterable[Line]:
    """The common cadences in their order, set or not, then the office's own."""
    for standing in STANDING:
        row = known.get(standing.kind)
        name = row.name if row else proposed_name(text, standing)
        yield Line(standing.kind, name, row, is_proposed(text, standing.kind))
    for kind, row in known.items():
        if kind not in STANDING_KINDS:
            yield Line(kind, row.name, row, proposed=False)


def _fresh_kind(known: Iterable[tables.Cadence]) -> str:
    """The key of a new cadence of the office's: own1, own2, …"""
    numbers = [int(found[1]) for each in known if (found := re.fullmatch(rf"{OWN.kind}(\d+)", each.kind))]
    return f"{OWN.kind}{max(numbers, default=0) + 1}"


def _expected(session: Session, plan_id: int, kind: str, version: int) -> tables.Cadence | None:
    """The cadence as the person saw it, locked."""
    cadence = queries.lock_cadence(session, plan_id, kind)
    if (cadence.version if cadence else 0) != version:
        raise VersionConflict("报送制度刚被他人修改，请看新的设置再决定。")
    return cadence


def _plan(session: Session, plan_id: int) -> tables.Plan:
    plan = reporting.plan(session, plan_id)
    if plan is None:
        raise NotFound
    return plan

"""The reporting regime (报送制度): switch 一周一进度 on, change it, switch it off, and let time pass.

What has opened stays as it is for ever: switching on, changing and switching off only touch the periods
that have not. `advance` is what the worker does at each tick; it may run twice, late, or in several
processes at once, because each step is claimed in the database by the state that it leaves.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM, Actor
from tracker.domain.china_time import china_day
from tracker.domain.errors import InvalidInput, NotFound, VersionConflict
from tracker.domain.events import Event
from tracker.domain.period import Cadence, HolidayRule, Period, periods
from tracker.domain.work_calendar import WorkCalendar
from tracker.services import auditing, calendars, ledger
from tracker.services.regime_proposal import Printed, duties, printed, proposal
from tracker.store import tables
from tracker.store.queries import regime as queries
from tracker.store.queries import reporting


@dataclass(frozen=True, slots=True)
class PreviewWeek:
    """One week as the regime would lay it out; `passed` weeks are not asked for any more."""

    period: Period
    passed: bool
    fixed: bool
    """Already opened under the present rule; a change does not move it."""


@dataclass(frozen=True, slots=True)
class Regime:
    """The regime of a plan: how it stands, or how its document proposes it."""

    plan: tables.Plan
    cadence: tables.Cadence | None
    wanted: Cadence
    proposed_by_text: bool
    duties: tuple[str, ...]
    """What the document says about reporting, in words."""
    printed: Printed | None
    """The document's weekly rule in its own words."""
    units: tuple[tables.Unit, ...]
    """Those with work in the plan that is not finished."""
    excused: frozenset[int]
    """Those of them that are not asked for returns."""

    @property
    def asked(self) -> int:
        """How many units would be asked for a return today."""
        return sum(unit.id not in self.excused for unit in self.units)

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


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a tick has done."""

    opened: int = 0
    obligations: int = 0
    missed: int = 0
    closed: int = 0


def view(session: Session, plan_id: int, *, now: datetime) -> Regime:
    """The regime page of a plan.

    Raises:
        NotFound: there is no such plan.

    """
    plan = _plan(session, plan_id)
    cadence = reporting.cadence_of(session, plan_id)
    text, document = queries.regime_of_text(session, plan_id)
    wanted = as_domain(cadence) if cadence else proposal(text, plan_year=plan.year, today=china_day(now))
    return Regime(
        plan, cadence, wanted, bool(text.get("weekly")), duties(text), printed(text, document),
        units=tuple(queries.units_with_work(session, plan_id)),
        excused=frozenset(cadence.excused_unit_ids if cadence else ()),
    )  # fmt: skip


def preview(session: Session, plan_id: int, wanted: Cadence, *, now: datetime) -> tuple[PreviewWeek, ...]:
    """Every week from the start to the end, with its cut-off and why."""
    cadence = reporting.cadence_of(session, plan_id)
    opened = _opened(session, cadence)
    weeks = (_as_opened(week, opened.get(week.key)) for week in _weeks(session, wanted))
    return tuple(PreviewWeek(week, passed=week.due_at < now, fixed=week.key in opened) for week in weeks)


def switch_on(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    wanted: Cadence,
    version: int,
    excused: Collection[int] | None = None,
    now: datetime,
) -> tables.Cadence:
    """Switch the weekly return on, or change it: lay out all weeks not opened yet, and open the running one.

    Weeks whose cut-off has passed are not laid out: nobody can have known of them. `version` is the
    regime's as the person saw it, 0 when there was none. `excused` are the units with work that report
    nothing; None leaves them as they are. A week that has opened goes on asking whom it asked.

    Raises:
        NotFound: there is no such plan.
        VersionConflict: somebody else has changed the regime meanwhile.
        InvalidInput: no week is left to report in, or no unit to report.

    """
    if queries.lock_plan(session, plan_id) is None:
        raise NotFound
    cadence = _expected(session, plan_id, version)
    event = Event.CADENCE_CHANGE if cadence and cadence.active else Event.CADENCE_SWITCH_ON
    if cadence is None:
        cadence = tables.Cadence(plan_id=plan_id, kind=wanted.rhythm.value)
        session.add(cadence)
    _write(cadence, wanted)
    if excused is not None:
        cadence.excused_unit_ids = sorted(excused)
    session.flush()
    if excused and not queries.units_owing(session, plan_id):
        raise InvalidInput("请至少勾选一个要报送的单位。")
    if not _lay_out(session, cadence, wanted, now=now):
        raise InvalidInput("这段时间里没有可以报送的一周，请检查开始和结束日期。")
    _, log = _advanced(session, now=now)
    summary = f"{wanted.words}，自{wanted.starts_on:%Y-%m-%d}起"
    if cadence.excused_unit_ids:
        summary += f"，{len(cadence.excused_unit_ids)}家不报"
    detail = _facts(wanted) | {"excused_unit_ids": cadence.excused_unit_ids}
    auditing.record(session, actor, event, ("plan", plan_id), summary, detail=detail, now=now)
    _record(session, log, now=now)
    return cadence


def switch_off(session: Session, actor: Actor, *, plan_id: int, version: int, now: datetime) -> None:
    """Ask for no more returns: the running week is finished as usual, the past stays, what lay ahead goes.

    Raises:
        NotFound: the plan has no regime.
        VersionConflict: somebody else has changed it meanwhile.

    """
    cadence = _expected(session, plan_id, version)
    if cadence is None:
        raise NotFound
    cadence.active = False
    dropped = queries.drop_upcoming(session, cadence.id)
    summary = f"停用一周一进度，此后{dropped}周不再报送"
    auditing.record(session, actor, Event.CADENCE_CHANGE, ("plan", plan_id), summary, now=now)


def advance(session: Session, *, now: datetime) -> Advanced:
    """Open what has begun and close what has passed, in the order of the weeks; repeating changes nothing."""
    done, log = _advanced(session, now=now)
    _record(session, log, now=now)
    return done


def as_domain(cadence: tables.Cadence) -> Cadence:
    """The rule of a stored rhythm."""
    return Cadence(
        weekday=cadence.weekday,
        cutoff=cadence.cutoff,
        starts_on=cadence.starts_on,
        ends_on=cadence.ends_on,
        holiday_rule=HolidayRule(cadence.holiday_rule),
    )


_Entry = tuple[Event, int, str, dict[str, Any]]


def _advanced(session: Session, *, now: datetime) -> tuple[Advanced, list[_Entry]]:
    """What a tick does, and what the trail is to say of it.

    The trail comes last: its one head row is locked only after every obligation, as when a unit hands in.
    """
    log: list[_Entry] = []
    opened = obligations = missed = closed = 0
    for period in queries.due_periods(session, china_day(now)):
        if period.state == "upcoming" and queries.claim_opening(session, period, now=now):
            opened += 1
            obligations += _ask(session, period, log)
        # The cut-off's own instant is still on time.
        if period.state == "open" and now > period.due_at and queries.claim_closing(session, period, now=now):
            closed += 1
            missed += _close(session, period, log)
    return Advanced(opened, obligations, missed, closed), log


def _record(session: Session, log: list[_Entry], *, now: datetime) -> None:
    for event, period_id, summary, detail in log:
        auditing.record(session, SYSTEM, event, ("period", period_id), summary, detail=detail, now=now)


def _ask(session: Session, period: tables.Period, log: list[_Entry]) -> int:
    made = len(queries.add_obligations(session, period, queries.units_owing(session, period.plan_id)))
    words = f"免报：{period.why}" if period.waived else f"开始报送，应报{made}家"
    log.append((Event.PERIOD_OPEN, period.id, f"{period.label}{words}", {}))
    return made


def _close(session: Session, period: tables.Period, log: list[_Entry]) -> int:
    """Mark what did not come and freeze the period's figures, so that a circular reads later as today."""
    missed = queries.mark_missed(session, period.id)
    counts = reporting.period_counts(session, period.id)
    days = ledger.light_days(session, period.due_on)
    lights = queries.light_counts(session, period.plan_id, days)
    facts = reporting.figures_of(counts) | {name: lights.get(name, 0) for name in reporting.LIGHTS}
    session.add_all(
        tables.PeriodFact(period_id=period.id, plan_id=period.plan_id, name=name, value=value)
        for name, value in facts.items()
    )
    words = f"截止：应报{counts.due}家，按时{counts.on_time}家，未报{missed}家"
    log.append((Event.PERIOD_CLOSE, period.id, f"{period.label}{words}", dict(facts)))
    return missed


def laid_out(cadence: tables.Cadence, calendar: WorkCalendar) -> tuple[Period, ...]:
    """Every period of a stored rhythm as `calendar` would have it."""
    return _periods(as_domain(cadence), calendar)


def _weeks(session: Session, wanted: Cadence) -> tuple[Period, ...]:
    return _periods(wanted, calendars.load(session))


def _periods(wanted: Cadence, calendar: WorkCalendar) -> tuple[Period, ...]:
    last = wanted.ends_on or date(wanted.starts_on.year, 12, 31)
    return periods(wanted, calendar, until=last)


def _opened(session: Session, cadence: tables.Cadence | None) -> dict[str, tables.Period]:
    known = queries.periods_of(session, cadence.id) if cadence else {}
    return {key: period for key, period in known.items() if period.state != "upcoming"}


def _as_opened(week: Period, row: tables.Period | None) -> Period:
    """A week as it was opened, whatever the rule now says."""
    if row is None:
        return week
    moved = row.due_on != week.nominal_due
    return replace(
        week, due_on=row.due_on, due_at=row.due_at, waived=row.waived, why=row.why, moved=moved,
        provisional=row.provisional,
    )


def _lay_out(session: Session, cadence: tables.Cadence, wanted: Cadence, *, now: datetime) -> int:
    """Make the periods that have not opened equal to the rule; gives how many lie ahead or run."""
    known = queries.periods_of(session, cadence.id)
    fixed = {key for key, period in known.items() if period.state != "upcoming"}
    running = sum(known[key].due_at >= now for key in fixed)
    ahead = (week for week in _weeks(session, wanted) if week.due_at >= now)
    weeks = {week.key: week for week in ahead if week.key not in fixed}
    for key, week in weeks.items():
        row = known.get(key)
        if row is None:
            row = tables.Period(plan_id=cadence.plan_id, cadence_id=cadence.id, key=key, state="upcoming")
            session.add(row)
        lay(row, week)
    for key in known.keys() - weeks.keys() - fixed:
        session.delete(known[key])
    session.flush()
    return len(weeks) + running


def stands(row: tables.Period, week: Period) -> bool:
    """Whether a stored period is already as `week` would have it."""
    held = (row.due_at, row.waived, row.provisional, row.why)
    return held == (week.due_at, week.waived, week.provisional, week.why)


def lay(row: tables.Period, week: Period) -> None:
    """Write what the rule and the calendar say into a period that has not opened."""
    row.label = week.label
    row.starts_on, row.ends_on = week.starts_on, week.ends_on
    row.due_on, row.due_at = week.due_on, week.due_at
    row.waived, row.provisional, row.why = week.waived, week.provisional, week.why


def _write(cadence: tables.Cadence, wanted: Cadence) -> None:
    cadence.weekday = wanted.weekday
    cadence.cutoff = wanted.cutoff
    cadence.starts_on = wanted.starts_on
    cadence.ends_on = wanted.ends_on or date(wanted.starts_on.year, 12, 31)
    cadence.holiday_rule = wanted.holiday_rule.value
    cadence.active = True


def _expected(session: Session, plan_id: int, version: int) -> tables.Cadence | None:
    """The regime as the person saw it, locked."""
    cadence = queries.lock_cadence(session, plan_id)
    if (cadence.version if cadence else 0) != version:
        raise VersionConflict("报送制度刚被他人修改，请看新的设置再决定。")
    return cadence


def _plan(session: Session, plan_id: int) -> tables.Plan:
    plan = reporting.plan(session, plan_id)
    if plan is None:
        raise NotFound
    return plan


def _facts(wanted: Cadence) -> dict[str, Any]:
    return {
        "weekday": wanted.weekday,
        "cutoff": f"{wanted.cutoff:%H:%M}",
        "starts_on": wanted.starts_on.isoformat(),
        "ends_on": wanted.ends_on.isoformat() if wanted.ends_on else "",
        "holiday_rule": wanted.holiday_rule.value,
    }

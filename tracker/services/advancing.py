"""Letting time pass for what is reported: open what has begun, ask who owes it, close what has passed.

`advance` is what the worker does at each tick; it may run twice, late, or in several processes at once,
because each step is claimed in the database by the state that it leaves. Making the obligations of a period
again changes nothing: they are unique by unit, cadence and period.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.asking import Answer, Candidate, Requirement, owing
from tracker.domain.china_time import china_day
from tracker.domain.events import Event
from tracker.services import auditing, ledger
from tracker.services.cadences import requirement_of
from tracker.store import tables
from tracker.store.queries import meetings, movements, reporting
from tracker.store.queries import regime as queries

NOT_HELD = "本期没有召开例会"
NOT_ASKED = "本期例会没有通知本单位参加"


@dataclass(frozen=True, slots=True)
class Advanced:
    """What a tick has done."""

    opened: int = 0
    obligations: int = 0
    missed: int = 0
    closed: int = 0


Entry = tuple[Event, int, str, dict[str, Any]]
"""A line of the trail about a period: event, its id, words, detail."""


def advance(session: Session, *, now: datetime) -> Advanced:
    """Open what has begun and close what has passed, in order; repeating changes nothing."""
    done, log = advanced(session, now=now)
    record(session, log, now=now)
    return done


def advanced(
    session: Session, *, plan_id: int | None = None, now: datetime
) -> tuple[Advanced, list[Entry]]:
    """What a tick does, in all plans or in one, and what the trail is to say of it.

    The trail comes last: its one head row is locked only after every obligation, as when a unit hands in.
    """
    log: list[Entry] = []
    due = queries.due_periods(session, china_day(now), plan_id)
    opened = [
        period
        for period in due
        if period.state == "upcoming" and queries.claim_opening(session, period, now=now)
    ]
    asked = make_obligations(session, opened)
    for period in opened:
        words = f"免报：{period.why}" if period.waived else f"开始报送，应报{asked[period.id]}家"
        log.append((Event.PERIOD_OPEN, period.id, f"{_named(period)}{words}", {}))
    # The cut-off's own instant is still on time. A period whose meeting is called waits for its minutes.
    passed = [period for period in due if period.state == "open" and now > period.due_at]
    held = meetings.periods_called(session, [period.id for period in passed]) if passed else set()
    passed = [period for period in passed if period.id not in held]
    closed = [period for period in passed if queries.claim_closing(session, period, now=now)]
    missed = sum(_close(session, period, log, now=now) for period in closed)
    return Advanced(len(opened), sum(asked.values()), missed, len(closed)), log


def record(session: Session, log: Iterable[Entry], *, now: datetime) -> None:
    """Write the lines of the trail."""
    for event, period_id, summary, detail in log:
        auditing.record(session, SYSTEM, event, ("period", period_id), summary, detail=detail, now=now)


def make_obligations(session: Session, periods: Iterable[tables.Period]) -> dict[int, int]:
    """Ask every unit that owes an answer for these periods; gives how many are new, by period.

    A waived period has obligations too, waived for its reason: the board shows that nobody was asked.
    """
    who = _Owing(session)
    return {
        period.id: len(queries.add_obligations(session, period, who(period.cadence))) for period in periods
    }


def units_owing(session: Session, cadence: tables.Cadence) -> tuple[int, ...]:
    """The units that would be asked today."""
    return _Owing(session)(cadence)


def would_owe(session: Session, plan_id: int, wanted: Requirement) -> tuple[int, ...]:
    """The units that would be asked today if this were required."""
    return owing(queries.candidates(session, plan_id), wanted)


class _Owing:
    """Who owes what, the plan's work and the cadence's rule being read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._candidates: dict[int, list[Candidate]] = {}
        self._found: dict[int, tuple[int, ...]] = {}

    def __call__(self, cadence: tables.Cadence) -> tuple[int, ...]:
        if cadence.plan_id not in self._candidates:
            self._candidates[cadence.plan_id] = queries.candidates(self._session, cadence.plan_id)
        if cadence.id not in self._found:
            candidates = self._candidates[cadence.plan_id]
            self._found[cadence.id] = owing(candidates, requirement_of(cadence))
        return self._found[cadence.id]


def _close(session: Session, period: tables.Period, log: list[Entry], *, now: datetime) -> int:
    """Mark what did not come and freeze the period's figures, so that a circular reads later as today.

    Nobody misses a meeting (例会) that was not called, or to which the unit was not asked.
    """
    if period.cadence.answer == Answer.MEETING:
        missed = 0
        held = meetings.of_period(session, period.id)
        why = NOT_ASKED if held is not None else NOT_HELD
        meetings.excuse_open(session, period.id, note=why, now=now)
    else:
        missed = queries.mark_missed(session, period.id)
    counts = reporting.period_counts(session, period.id)
    days = ledger.light_days(session, period.due_on)
    lights = queries.light_counts(session, period.plan_id, days)
    facts = reporting.figures_of(counts) | {name: lights.get(name, 0) for name in reporting.LIGHTS}
    session.add_all(
        tables.PeriodFact(period_id=period.id, plan_id=period.plan_id, name=name, value=value)
        for name, value in facts.items()
    )
    if period.cadence.answer == Answer.PROGRESS:
        movements.freeze(session, period, days)
    words = f"截止：应报{counts.due}家，按时{counts.on_time}家，未报{missed}家"
    log.append((Event.PERIOD_CLOSE, period.id, f"{_named(period)}{words}", dict(facts)))
    return missed


def _named(period: tables.Period) -> str:
    return f"{period.cadence.name}{period.label}"

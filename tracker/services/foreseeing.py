"""What the policies would have said in the days to come (提醒预览), if nobody handed in or finished anything.

The facts are those that planning sees, and the returns of the periods that open in these days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.china_time import china_day, instant
from tracker.domain.foreseen import foreseen
from tracker.domain.notices import Addressee, NoticeKind, PlannedNotice
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import ObligationFact
from tracker.domain.reminder_policy import ReminderPolicies
from tracker.domain.work_calendar import WEEKDAYS, WorkCalendar
from tracker.services import advancing, calendars
from tracker.services.wanted_facts import gather
from tracker.store.queries import regime, reminder_policies, units
from tracker.store.tables import Period

DAYS = 14
_KINDS = tuple(NoticeKind)


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing that is said, and the units that hear it."""

    title: str
    plan_title: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What is said of one kind to the same circle on one day."""

    title: str
    to: tuple[Addressee, ...]
    count: int
    units: int
    """How many units hear of it; 0 where it is the office's alone."""
    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Busiest:
    """The unit that hears most on one day."""

    unit: str
    count: int
    day: date


@dataclass(frozen=True, slots=True)
class ForeseenDay:
    """What would be said on one day."""

    day: date
    weekday: str
    off: str
    """Why it is a day off; empty when it is worked."""
    count: int
    busiest: Busiest | None
    lines: tuple[SaidLine, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """The days on which something would be said."""

    first: date
    last: date
    days: tuple[ForeseenDay, ...]
    several_plans: bool

    @property
    def count(self) -> int:
        return sum(day.count for day in self.days)

    @property
    def busiest(self) -> Busiest | None:
        """The most that any unit hears on a day."""
        found = (day.busiest for day in self.days if day.busiest is not None)
        return max(found, key=lambda each: each.count, default=None)


def outlook(
    session: Session, policies: ReminderPolicies, *, plan_id: int | None = None, now: datetime
) -> Outlook:
    """What would be said of a plan, or of everything, from now to the end of the fourteenth day."""
    calendar, first = calendars.load(session), china_day(now)
    last = first + timedelta(days=DAYS - 1)
    end = instant(last + timedelta(days=1), time(0))
    facts = gather(session, policies, calendar, now=now)
    coming = (*facts.obligations, *_coming(session, last, plan_id))
    # That something is not delivered is no plan of anybody's.
    facts = replace(facts, obligations=coming, undelivered=0, self_check=None)
    if plan_id is not None:
        facts = facts.of_plans(lambda each: each == plan_id)
    found = foreseen(facts, policies, calendar, now, end)
    return _outlook(found, _names(session, found), calendar, first, last)


def _coming(session: Session, until: date, plan_id: int | None) -> Iterator[ObligationFact]:
    """The returns of periods that open by a day, of the units that would be asked today."""
    asked: dict[int, tuple[int, ...]] = {}
    titles = {plan.id: plan.title for plan in reminder_policies.plans(session)}
    for period in regime.due_periods(session, until, plan_id):
        if period.state != "upcoming" or period.waived:
            continue
        cadence = period.cadence
        if cadence.id not in asked:
            asked[cadence.id] = advancing.units_owing(session, cadence)
        yield from (_return(period, titles[period.plan_id], unit_id) for unit_id in asked[cadence.id])


def _return(period: Period, plan_title: str, unit_id: int) -> ObligationFact:
    """One that is not there yet: nothing refers to it but its period and unit."""
    cadence = period.cadence
    return ObligationFact(
        obligation_id=0,
        cadence_id=cadence.id,
        plan_id=period.plan_id,
        unit_id=unit_id,
        plan_title=plan_title,
        period_key=period.key,
        period_label=period.label,
        opens_on=period.opens_on or period.starts_on,
        due_at=period.due_at,
        state=ObligationState.OPEN,
        cadence_kind=cadence.kind,
        cadence_name=cadence.name,
        asks_progress=cadence.answer == Answer.PROGRESS,
        why=period.why,
    )


def _names(session: Session, found: Iterable[PlannedNotice]) -> dict[int, str]:
    ids = {notice.unit_id for notice in found if notice.unit_id is not None}
    return {unit.id: unit.name for unit in units.existing(session, ids)}


def _outlook(
    found: Sequence[PlannedNotice],
    names: Mapping[int, str],
    calendar: WorkCalendar,
    first: date,
    last: date,
) -> Outlook:
    days: dict[date, list[PlannedNotice]] = {}
    for notice in found:
        days.setdefault(china_day(notice.not_before), []).append(notice)
    return Outlook(
        first,
        last,
        tuple(
            ForeseenDay(
                day,
                WEEKDAYS[day.weekday()],
                "" if calendar.is_workday(day) else calendar.name_of(day),
                len(several),
                _busiest(several, names, day),
                tuple(_lines(several, names)),
            )
            for day, several in sorted(days.items())
        ),
        several_plans=len({notice.plan_id for notice in found}) > 1,
    )


def _busiest(found: Iterable[PlannedNotice], names: Mapping[int, str], day: date) -> Busiest | None:
    counts = Counter(names[notice.unit_id] for notice in found if notice.unit_id is not None)
    unit, count = min(counts.items(), key=lambda each: (-each[1], each[0]), default=("", 0))
    return Busiest(unit, count, day) if count else None


def _lines(found: Iterable[PlannedNotice], names: Mapping[int, str]) -> Iterator[SaidLine]:
    groups: dict[tuple[int, str, tuple[Addressee, ...]], list[PlannedNotice]] = {}
    for notice in found:
        stage = notice.stage.label if notice.stage else ""
        groups.setdefault((_KINDS.index(notice.kind), stage, notice.to), []).append(notice)
    for (kind, stage, to), several in sorted(groups.items()):
        matters: dict[tuple[str, str], list[str]] = {}
        for notice in several:
            titles = matters.setdefault((notice.plan_title, notice.report + notice.subject_title), [])
            if notice.unit_id is not None:
                titles.append(names[notice.unit_id])
        heard = {notice.unit_id for notice in several if notice.unit_id is not None}
        yield SaidLine(
            _KINDS[kind].label + stage,
            to,
            len(several),
            len(heard),
            tuple(Matter(title, plan, tuple(told)) for (plan, title), told in sorted(matters.items())),
        )

"""Meetings (例会): called for a period of a rhythm or freely, changed, cancelled.

A meeting of a period answers that period's obligations when its minutes close (`tracker.services.minutes`);
until then the period waits for it (`tracker.services.advancing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import meeting as rules
from tracker.domain.actor import Actor
from tracker.domain.asking import Answer
from tracker.domain.china_time import china_clock, instant, month_day
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.meeting import DEFAULT_ROLES, MeetingState, Step
from tracker.domain.obligation import ReasonNeeded
from tracker.services import auditing
from tracker.store.queries import meetings as queries
from tracker.store.queries import regime, reporting
from tracker.store.queries import units as directory
from tracker.store.tables import Meeting, MeetingAttendance, MeetingUnit, Period, Plan, Unit

USUAL_TIME = time(15, 0)
TITLE_LENGTH = 120
PLACE_LENGTH = 120
DAYS_AHEAD = timedelta(days=7)


class AlreadyCalled(RuleViolated):
    """这一期的例会已经召集，请在例会页修改。"""


class PeriodNotOpen(RuleViolated):
    """这一期不在报送期内，请召集一次不挂期次的例会。"""


class UnitsNeeded(InvalidInput):
    """请至少选择一家参会单位。"""


class TitleNeeded(InvalidInput):
    """请填写会议名称，120字以内。"""


class PlaceTooLong(InvalidInput):
    """地点最多120个字，请缩短。"""


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What a meeting is: its name, when and where, who is expected of each unit, and which units."""

    title: str
    starts_at: datetime
    place: str
    roles: tuple[str, ...]
    unit_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a new meeting begins with."""

    plan: Plan
    period: Period | None
    arrangement: Arrangement


def propose(session: Session, *, plan_id: int | None, period_id: int | None, now: datetime) -> Proposal:
    """The usual settings: day of the period, hour, place and roles of last time, the units that owe it.

    Raises:
        NotFound: there is no such plan or period.

    """
    period = session.get(Period, period_id) if period_id is not None else None
    if period_id is not None and (period is None or period.cadence.answer != Answer.MEETING):
        raise NotFound
    plan = reporting.plan(session, period.plan_id if period else plan_id or 0)
    if plan is None:
        raise NotFound
    last = queries.newest(session, plan.id)
    hour = china_clock(last.starts_at).time() if last else USUAL_TIME
    day = period.due_on if period else china_clock(now + DAYS_AHEAD).date()
    units = (
        queries.units_owing(session, period.id)
        if period
        else [unit.id for unit in regime.units_with_work(session, plan.id)]
    )
    arrangement = Arrangement(
        title=f"{period.label}例会" if period else f"{month_day(day)}例会",
        starts_at=instant(day, hour),
        place=last.place if last else "",
        roles=tuple(last.roles) if last else DEFAULT_ROLES,
        unit_ids=tuple(units),
    )
    return Proposal(plan, period, arrangement)


def call(
    session: Session,
    actor: Actor,
    *,
    plan_id: int,
    period_id: int | None = None,
    wanted: Arrangement,
    now: datetime,
) -> Meeting:
    """Call a meeting (召集); a period has one.

    Raises:
        NotFound: there is no such plan or period.
        AlreadyCalled: the period has its meeting.
        PeriodNotOpen: nobody is asked for the period now.
        InvalidInput: name, roles or units are missing.

    """
    plan = regime.lock_plan(session, plan_id)
    if plan is None:
        raise NotFound
    if period_id is not None:
        _require_free(session, plan_id, period_id)
    units = _units(session, wanted.unit_ids)
    row = Meeting(
        plan_id=plan_id,
        period_id=period_id,
        state=MeetingState.CALLED.value,
        called_at=now,
        called_by_name=actor.name,
    )
    _write(row, wanted, units)
    session.add(row)
    session.flush()
    summary = f"召集{row.title}，{_when(row)}，{len(row.units)}家单位参会"
    auditing.record(
        session, actor, Event.MEETING_CALL, ("meeting", row.id), summary, detail=facts(row), now=now
    )
    return row


def change(
    session: Session, actor: Actor, *, meeting_id: int, version: int, wanted: Arrangement, now: datetime
) -> Meeting:
    """Change name, time, place, roles or units; what was entered of a unit that stays, stays.

    Raises:
        NotFound: there is no such meeting.
        VersionConflict: somebody else was faster.
        RuleViolated: it is closed or cancelled, or something is missing.

    """
    row = held(session, meeting_id, Step.CHANGE, version)
    before = facts(row)
    _write(row, wanted, _units(session, wanted.unit_ids))
    session.flush()
    after = facts(row)
    changed = {name: [before[name], after[name]] for name in before if before[name] != after[name]}
    if changed:
        summary = f"修改{row.title}的安排"
        auditing.record(
            session, actor, Event.MEETING_CHANGE, ("meeting", row.id), summary, detail=changed, now=now
        )
    return row


def cancel(
    session: Session, actor: Actor, *, meeting_id: int, version: int, why: str, now: datetime
) -> Meeting:
    """It does not take place (取消), for a reason; its period may have another one.

    Raises:
        NotFound: there is no such meeting.
        VersionConflict: somebody else was faster.
        RuleViolated: it is closed or cancelled already, or there is no reason.

    """
    row = held(session, meeting_id, Step.CANCEL, version)
    if not why.strip():
        raise ReasonNeeded
    row.state = rules.take(MeetingState(row.state), Step.CANCEL).value
    row.cancelled_because = why.strip()[: rules.NOTE_LENGTH]
    session.flush()
    summary = f"取消{row.title}：{row.cancelled_because}"
    detail = {"state": [MeetingState.CALLED.value, row.state], "why": row.cancelled_because}
    auditing.record(
        session, actor, Event.MEETING_CANCEL, ("meeting", row.id), summary, detail=detail, now=now
    )
    return row


def held(session: Session, meeting_id: int, step: Step, version: int | None = None) -> Meeting:
    """The meeting, locked, when the step is open to it.

    Raises:
        NotFound: there is no such meeting.
        RuleViolated: it is closed or cancelled.
        VersionConflict: it is not the version that was seen.

    """
    row = queries.locked(session, meeting_id)
    if row is None:
        raise NotFound
    rules.take(MeetingState(row.state), step)
    if version is not None and row.version != version:
        raise VersionConflict
    return row


def facts(row: Meeting) -> dict[str, Any]:
    """What `change` may alter, in a form that the trail can keep."""
    return {
        "title": row.title,
        "starts_at": row.starts_at.isoformat(),
        "place": row.place,
        "roles": list(row.roles),
        "units": [each.unit_id for each in row.units],
    }


def _require_free(session: Session, plan_id: int, period_id: int) -> None:
    period = session.get(Period, period_id)
    if period is None or period.plan_id != plan_id or period.cadence.answer != Answer.MEETING:
        raise NotFound
    if queries.of_period(session, period_id) is not None:
        raise AlreadyCalled
    if period.state != "open" or period.waived:
        raise PeriodNotOpen


def _units(session: Session, unit_ids: Iterable[int]) -> list[Unit]:
    wanted = set(unit_ids)
    found = [unit for unit in directory.active(session) if unit.id in wanted]
    if not found:
        raise UnitsNeeded
    return found


def _write(row: Meeting, wanted: Arrangement, units: Sequence[Unit]) -> None:
    title, place = wanted.title.strip(), wanted.place.strip()
    if not title or len(title) > TITLE_LENGTH:
        raise TitleNeeded
    if len(place) > PLACE_LENGTH:
        raise PlaceTooLong
    row.title, row.place, row.starts_at = title, place, wanted.starts_at
    row.roles = list(rules.roles_of("\n".join(wanted.roles)))
    known = {each.unit_id: each for each in row.units}
    row.units = [known.get(unit.id) or MeetingUnit(unit_id=unit.id, unit=unit) for unit in units]
    for position, each in enumerate(row.units):
        each.position = position
        entered = {line.role: line for line in each.attendance}
        each.attendance = [entered.get(role) or MeetingAttendance(role=role) for role in row.roles]
        for place_of, line in enumerate(each.attendance):
            line.position = place_of


def _when(row: Meeting) -> str:
    return f"{china_clock(row.starts_at):%Y年%-m月%-d日%H:%M}" + (f"，{row.place}" if row.place else "")

"""Decisions (议定事项) after the minutes: the unit reports once; the office confirms, sends back or ends.

Each act names the version it was decided on; whoever was slower gets `VersionConflict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from tracker.domain import decision as rules
from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.answering import fitting, linked, worded
from tracker.domain.assigning import Part
from tracker.domain.china_time import china_day, month_day
from tracker.domain.decision import DecisionState, Step
from tracker.domain.errors import InvalidInput, NotFound, RuleViolated, VersionConflict
from tracker.domain.events import Event
from tracker.domain.task import Role
from tracker.services import auditing, batches, claiming
from tracker.services.task_making import TaskFacts, new_task
from tracker.store.queries import batches as numbers
from tracker.store.queries import decisions as queries
from tracker.store.queries import units as directory
from tracker.store.tables import MeetingDecision, Task, Unit

SECTION = "例会议定事项"


class UnitNeeded(InvalidInput):
    """请选择责任单位。"""


class UnitGone(RuleViolated):
    """责任单位已停用，转成任务没有人办。请先改由别的单位办理。"""


class NothingMoved(InvalidInput):
    """单位和日期都没有变，不用改。"""


@dataclass(frozen=True, slots=True)
class Seen:
    """Which decision is meant, and the version that was read."""

    decision_id: int
    version: int


def report(
    session: Session, actor: Actor, seen: Seen, *, words: str, evidence_url: str = "", now: datetime
) -> MeetingDecision:
    """The unit says what it has done; once, late is still welcome.

    Raises:
        NotFound: there is no such decision, or it is another unit's.
        VersionConflict: the office changed it meanwhile.
        RuleViolated: it was reported or settled, or the words are missing.

    """
    row = _held(session, actor, seen, Step.REPORT)
    if actor.role != UserRole.UNIT.value or actor.unit_id != row.unit_id:
        raise NotFound
    row.report, row.evidence_url = worded(words), linked(evidence_url)
    row.reported_at, row.reported_by_name, row.returned_because = now, actor.name, ""
    detail = {"report": row.report, "evidence_url": row.evidence_url}
    summary = f"{_unit_name(row)}报完成：{row.report}"
    return _done(session, actor, row, (Step.REPORT, Event.DECISION_REPORT, summary, detail), now=now)


def confirm(session: Session, actor: Actor, seen: Seen, *, words: str = "", now: datetime) -> MeetingDecision:
    """The office finds it done (确认办结).

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: nothing was reported.

    """
    row = _held(session, actor, seen, Step.CONFIRM)
    row.settling, row.settled_at = fitting(words), now
    summary = "确认办结" + (f"：{row.settling}" if row.settling else "")
    detail = {"why": row.settling}
    return _done(session, actor, row, (Step.CONFIRM, Event.DECISION_CONFIRM, summary, detail), now=now)


def send_back(session: Session, actor: Actor, seen: Seen, *, why: str, now: datetime) -> MeetingDecision:
    """What was reported is not enough (退回); the report stays in the trail.

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: nothing was reported, or there is no reason.

    """
    row = _held(session, actor, seen, Step.SEND_BACK)
    row.returned_because = worded(why)
    detail = {"why": row.returned_because, "report": row.report}
    row.report, row.evidence_url, row.reported_at, row.reported_by_name = "", "", None, ""
    summary = f"退回：{row.returned_because}"
    return _done(session, actor, row, (Step.SEND_BACK, Event.DECISION_SEND_BACK, summary, detail), now=now)


def finish(session: Session, actor: Actor, seen: Seen, *, words: str, now: datetime) -> MeetingDecision:
    """It is done without a report of the unit (办结); the office says what became of it.

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: it is settled, the unit has reported, or the words are missing.

    """
    row = _held(session, actor, seen, Step.FINISH)
    row.settling, row.settled_at = worded(words), now
    summary, detail = f"办结：{row.settling}", {"why": row.settling}
    return _done(session, actor, row, (Step.FINISH, Event.DECISION_FINISH, summary, detail), now=now)


def move(
    session: Session,
    actor: Actor,
    seen: Seen,
    *,
    unit_id: int,
    due_on: date,
    why: str,
    now: datetime,
) -> MeetingDecision:
    """Give it to another unit or another day between two meetings; the minutes keep what was agreed.

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: it is settled, nothing changes, the day is over, or there is no reason.

    """
    row = _held(session, actor, seen, Step.MOVE)
    unit, why = _unit(session, unit_id), worded(why)
    if (unit.id, due_on) == (row.unit_id, row.due_on):
        raise NothingMoved
    due_on = rules.day_given(due_on, today=china_day(now))
    detail = {"unit": [_unit_name(row), unit.name], "due_on": [str(row.due_on), str(due_on)], "why": why}
    row.unit_id, row.unit, row.due_on, row.given_at = unit.id, unit, due_on, now
    summary = f"改由{unit.name}办理，{month_day(due_on)}前完成：{why}"
    return _done(session, actor, row, (Step.MOVE, Event.DECISION_MOVE, summary, detail), now=now)


def drop(session: Session, actor: Actor, seen: Seen, *, why: str, now: datetime) -> MeetingDecision:
    """Nobody has to do it any more (不再办理), for a reason.

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: it is settled, the unit has reported, or there is no reason.

    """
    row = _held(session, actor, seen, Step.DROP)
    row.settling, row.settled_at = worded(why), now
    summary, detail = f"不再办理：{row.settling}", {"why": row.settling}
    return _done(session, actor, row, (Step.DROP, Event.DECISION_DROP, summary, detail), now=now)


def transfer(session: Session, actor: Actor, seen: Seen, *, now: datetime) -> Task:
    """Make a task of it (转为任务): the ledger carries it from then on, with its unit and its day.

    Raises:
        NotFound: there is no such decision.
        VersionConflict: somebody else was faster.
        RuleViolated: it is settled, the unit has reported, or is there no more.

    """
    known = queries.one(session, seen.decision_id, actor)
    if known is None:
        raise NotFound
    plan = batches.lock(session, known.plan_id)  # as everybody who writes tasks: the plan first
    row = _held(session, actor, seen, Step.TRANSFER)
    if plan is None or row.unit_id is None or row.due_on is None:
        raise NotFound
    if row.unit is None or not row.unit.active:
        raise UnitGone
    day = row.due_on
    facts = TaskFacts(
        text=row.words,
        section=SECTION,
        phrase=f"{day.year}年{month_day(day)}前",
        notation=f"date:{day.isoformat()}",
        reason=f"{row.meeting.title}议定的完成日期。",
        parts=(Part(row.unit_id, Role.LEAD, _unit_name(row)),),
    )
    serial = numbers.last_serial(session, plan.id) + 1
    rhythm = batches.rhythm_of(session, plan.year, plan.issued_on, now)
    task = new_task(plan.id, serial, facts, rhythm, now=now)
    if fresh := numbers.fresh_task_id(session):
        task.id = fresh
    session.add(task)
    session.flush()
    claiming.open_missing(session, plan.id, now=now)
    words = f"由{row.meeting.title}议定事项转来"
    detail = {"decision": row.id}
    auditing.record(session, actor, Event.TASK_CREATE, ("task", task.id), words, detail=detail, now=now)
    row.task_id, row.task, row.settled_at = task.id, task, now
    told = (Step.TRANSFER, Event.DECISION_TRANSFER, f"转为第{serial}项任务", {"task": task.id})
    _done(session, actor, row, told, now=now)
    return task


def _held(session: Session, actor: Actor, seen: Seen, step: Step) -> MeetingDecision:
    """The row, locked, when the step is open to it."""
    row = queries.one(session, seen.decision_id, actor, lock=True)
    if row is None:
        raise NotFound
    rules.take(DecisionState(row.state), step)
    if row.version != seen.version:
        raise VersionConflict
    return row


def _done(
    session: Session,
    actor: Actor,
    row: MeetingDecision,
    told: tuple[Step, Event, str, dict[str, Any]],
    *,
    now: datetime,
) -> MeetingDecision:
    """Take the step, once everything it needs is known, and tell it."""
    step, event, summary, detail = told
    before = row.state
    row.state = rules.take(DecisionState(before), step).value
    session.flush()
    detail = {"state": [before, row.state], **detail}
    auditing.record(session, actor, event, ("decision", row.id), summary, detail=detail, now=now)
    return row


def _unit(session: Session, unit_id: int) -> Unit:
    unit = directory.get(session, unit_id)
    if unit is None or not unit.active:
        raise UnitNeeded
    return unit


def _unit_name(row: MeetingDecision) -> str:
    return row.unit.name if row.unit else ""

"""The facts of a look-back (回头看的事实): all that is on record of a plan's tasks, in a dozen queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import Subquery, func, select
from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.china_time import china_day
from tracker.domain.deadline import has_no_end, parse_notation
from tracker.domain.events import Event
from tracker.domain.look_back_facts import DayMoved, EvidenceFact, LineFact, LookBackFacts, PartFact
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.supervision import OrderState
from tracker.domain.task import LineStatus, Role, TaskState
from tracker.store.queries.evidence import given
from tracker.store.queries.requests import granted_links
from tracker.store.queries.reviews import tasks_of
from tracker.store.tables import (
    Assignment,
    AuditEvent,
    Cadence,
    Claim,
    Instruction,
    Obligation,
    Period,
    Plan,
    Return,
    ReturnLine,
    SubItem,
    SupervisionMatter,
    SupervisionOrder,
    Task,
    TaskRequest,
    Unit,
)

HANDED_IN = ("submitted", "returned", "accepted")
_ORDER_OPEN = (OrderState.SENT.value, OrderState.ANSWERED.value, OrderState.RETURNED.value)
_TOLD = (Event.TASK_SIGN_OFF, Event.TASK_CANCEL, Event.TASK_CHANGE, Event.REQUEST_GRANT)
_UNCLAIMED = {"waiting": "一直没有认领", "declined": "不认领，分工没有调整"}


@dataclass(slots=True)
class _Acts:
    """What the office did with one task."""

    moved: list[DayMoved] = field(default_factory=list)
    signed_off_by: int | None = None
    cancelled_on: date | None = None
    open_matters: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked of one unit in returns on progress: whether anything, and the last days it missed."""

    asked: bool
    missed: tuple[date, ...]


def facts_of(session: Session, plan: Plan, *, ended_on: date) -> dict[int, LookBackFacts]:
    """What is on record of each task of a plan; as many queries for one task as for a thousand."""
    tasks = tasks_of(session, plan.id)
    lines, evidence = _lines(session, plan.id)
    for link in granted_links(session, plan_id=plan.id):
        evidence[link.task_id].append(EvidenceFact(link.unit_id, link.url, link.published_on))
    for each in given(session, plan.id):
        evidence[each.task_id].append(EvidenceFact(each.unit_id, each.url, digest=each.sha256))
    parts = _Parts(
        lines, _asked(session, plan.id), _unclaimed(session, plan.id), _open_steps(session, plan.id)
    )
    acts = _acts(session, plan.id)
    also_under = _shared_links(evidence, {task.id: task for task in tasks})
    facts: dict[int, LookBackFacts] = {}
    for task in tasks:
        standing = has_no_end(parse_notation(task.deadline_notation))
        done = acts[task.id]
        facts[task.id] = LookBackFacts(
            state=TaskState(task.state),
            started_on=plan.issued_on or china_day(plan.confirmed_at),
            ended_on=ended_on,
            due_on=None if standing else task.due_on,
            standing=standing,
            signed_off_on=china_day(task.signed_off_at) if task.signed_off_at else None,
            parts=tuple(parts.of(assignment) for assignment in task.assignments),
            evidence=tuple(
                replace(link, also_under=also_under.get((task.id, link.key), ()))
                for link in evidence[task.id]
            ),
            moved=tuple(done.moved),
            open_matters=tuple(done.open_matters),
            signed_off_by=done.signed_off_by,
            cancelled_on=done.cancelled_on,
        )
    return facts


@dataclass(frozen=True, slots=True)
class _Parts:
    """All that makes a unit's part, by assignment or by unit."""

    lines: Mapping[int, list[LineFact]]
    asked: Mapping[int, _Asked]
    unclaimed: Mapping[int, str]
    steps: Mapping[int, list[str]]

    def of(self, assignment: Assignment) -> PartFact:
        asked = self.asked.get(assignment.unit_id, _Asked(asked=False, missed=()))
        part = PartFact(
            unit_id=assignment.unit_id,
            unit_name=assignment.unit.name,
            role=Role(assignment.role),
            lines=tuple(self.lines.get(assignment.id, ())),
            asked=asked.asked,
            unclaimed=self.unclaimed.get(assignment.id, ""),
            sub_items=tuple(self.steps.get(assignment.id, ())),
        )
        over = [part.done_on] if part.done_on else []
        over += [china_day(assignment.signed_off_at)] if assignment.signed_off_at else []
        last = min(over, default=date.max)
        return replace(part, missed=sum(day <= last for day in asked.missed))


def _lines(session: Session, plan_id: int) -> tuple[dict[int, list[LineFact]], dict[int, list[EvidenceFact]]]:
    """The lines of the newest handed-in version of every return, by assignment, and their links, by task."""
    newest = newest_handed_in(plan_id)
    rows = session.execute(
        select(
            ReturnLine.assignment_id, ReturnLine.task_id, ReturnLine.no_change, ReturnLine.status,
            ReturnLine.progress, func.coalesce(ReturnLine.plan_typed, ReturnLine.next_plan).label("plan"),
            ReturnLine.evidence_url, ReturnLine.evidence_on,
            Period.key, Period.starts_on, Return.submitted_at, Return.state, Return.submitted_by_id,
            Obligation.unit_id,
        )
        .join(Return, Return.id == ReturnLine.return_id)
        .join(newest, (newest.c.obligation_id == Return.obligation_id) & (newest.c.number == Return.number))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .order_by(Period.starts_on, ReturnLine.id)
    )  # fmt: skip
    lines: dict[int, list[LineFact]] = defaultdict(list)
    evidence: dict[int, list[EvidenceFact]] = defaultdict(list)
    for row in rows:
        if row.submitted_at is None:
            continue  # a version that was never handed in says nothing
        lines[row.assignment_id].append(
            LineFact(
                row.key,
                china_day(row.submitted_at),
                LineStatus.CARRIED if row.no_change else LineStatus(row.status),
                row.progress,
                row.plan,
                since=row.starts_on,
                link=row.evidence_url.strip(),
                link_on=row.evidence_on,
                sent_back=row.state == "returned",
                said_by=row.submitted_by_id,
            )
        )
        if row.evidence_url.strip():
            evidence[row.task_id].append(EvidenceFact(row.unit_id, row.evidence_url, row.evidence_on))
    return lines, evidence


def newest_handed_in(plan_id: int) -> Subquery:
    """Of every return of a plan the number of its newest version that was handed in."""
    return (
        select(Return.obligation_id, func.max(Return.number).label("number"))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .where(Obligation.plan_id == plan_id, Return.state.in_(HANDED_IN))
        .group_by(Return.obligation_id)
        .subquery()
    )


def _asked(session: Session, plan_id: int) -> dict[int, _Asked]:
    """What each unit was asked of the plan's progress; meetings and articles are no reports on tasks."""
    rows = session.execute(
        select(Obligation.unit_id, Obligation.state, Period.due_on)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .where(Obligation.plan_id == plan_id, Cadence.answer == Answer.PROGRESS.value)
        .where(Obligation.state != "waived")
    )
    missed: dict[int, list[date]] = {}
    for unit_id, state, due_on in rows:
        missed.setdefault(unit_id, [])
        if state == "missed":
            missed[unit_id].append(due_on)
    return {unit_id: _Asked(asked=True, missed=tuple(days)) for unit_id, days in missed.items()}


def _unclaimed(session: Session, plan_id: int) -> dict[int, str]:
    """By assignment: how its unit left a part of shared work that it was to claim."""
    rows = session.execute(
        select(Claim.assignment_id, Claim.state).where(Claim.plan_id == plan_id, Claim.state.in_(_UNCLAIMED))
    )
    return {assignment_id: _UNCLAIMED[state] for assignment_id, state in rows}


def _open_steps(session: Session, plan_id: int) -> dict[int, list[str]]:
    """By assignment: the unit's own steps that were not ticked off."""
    rows = session.execute(
        select(SubItem.assignment_id, SubItem.title)
        .join(Assignment, Assignment.id == SubItem.assignment_id)
        .where(Assignment.plan_id == plan_id, SubItem.done_at.is_(None))
        .order_by(SubItem.position, SubItem.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for assignment_id, title in rows:
        found[assignment_id].append(title)
    return found


def _acts(session: Session, plan_id: int) -> dict[int, _Acts]:
    """By task: the days that were put off, who signed it off, when it was cancelled, what is open of it."""
    found: dict[int, _Acts] = defaultdict(_Acts)
    granted: dict[int, date] = {}
    wanted = (
        select(
            AuditEvent.object_id, AuditEvent.action, AuditEvent.account_id, AuditEvent.at, AuditEvent.detail
        )
        .join(Task, Task.id == AuditEvent.object_id)
        .where(AuditEvent.object_type == "task", Task.plan_id == plan_id, AuditEvent.action.in_(_TOLD))
        .order_by(AuditEvent.id)
    )
    for task_id, action, account_id, at, detail in session.execute(wanted):
        done, on, days = found[task_id], china_day(at), (detail or {}).get("days")
        if action == Event.TASK_SIGN_OFF:
            done.signed_off_by = account_id
        elif action == Event.TASK_CANCEL:
            done.cancelled_on = on
        elif action == Event.TASK_CHANGE:
            done.moved.extend(_by_the_office(days, on))
        elif days:
            granted[detail["request"]] = date.fromisoformat(days[1])
    for task_id, each in _granted_days(session, plan_id, granted):
        found[task_id].moved.append(each)
    signed = select(TaskRequest.task_id, TaskRequest.decided_by_id).where(
        TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.SIGN_OFF.value,
        TaskRequest.state == RequestState.GRANTED.value,
    )  # fmt: skip
    for task_id, account_id in session.execute(signed):
        found[task_id].signed_off_by = found[task_id].signed_off_by or account_id
    for task_id, words in (*_open_orders(session, plan_id), *_open_instructions(session, plan_id)):
        found[task_id].open_matters.append(words)
    return found


def _granted_days(
    session: Session, plan_id: int, granted: Mapping[int, date]
) -> Iterable[tuple[int, DayMoved]]:
    """The days that were put off because a unit asked; `granted` has the day that the office gave."""
    rows = session.execute(
        select(TaskRequest, Unit.name)
        .join(Unit, Unit.id == TaskRequest.unit_id)
        .where(TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.EXTENSION.value)
        .where(TaskRequest.state == RequestState.GRANTED.value)
        .order_by(TaskRequest.id)
    )
    for request, name in rows:
        to = granted.get(request.id, request.wanted_on)
        if request.present_on and to and request.decided_at:
            asked_on, decided_on = china_day(request.made_at), china_day(request.decided_at)
            yield request.task_id, DayMoved(name, request.present_on, to, decided_on, asked_on)


def _by_the_office(days: object, on: date) -> Iterable[DayMoved]:
    """A day that the office itself put off: what stood before and after, as the trail keeps it."""
    if not (isinstance(days, list) and len(days) == 2 and all(isinstance(each, list) for each in days)):
        return
    before, after = (sorted(date.fromisoformat(str(day)) for day in each) for each in days)
    gone = [day for day in before if day not in after]
    new = [day for day in after if day not in before]
    for was, to in zip(gone, new, strict=False):
        if to > was:
            yield DayMoved("公开办改时限，", was, to, on)


def _open_orders(session: Session, plan_id: int) -> Iterable[tuple[int, str]]:
    rows = session.execute(
        select(
            SupervisionMatter.task_id,
            SupervisionOrder.year,
            SupervisionOrder.number,
            SupervisionOrder.unit_name,
        )
        .join(SupervisionOrder, SupervisionOrder.id == SupervisionMatter.supervision_order_id)
        .where(SupervisionOrder.plan_id == plan_id, SupervisionMatter.task_id.is_not(None))
        .where(SupervisionOrder.state.in_(_ORDER_OPEN))
        .order_by(SupervisionOrder.id)
    )
    return [(row[0] or 0, f"{row[1]}年第{row[2]}号督办单（{row[3]}）没有销单") for row in rows]


def _open_instructions(session: Session, plan_id: int) -> Iterable[tuple[int, str]]:
    rows = session.execute(
        select(Instruction.task_id, Instruction.leader_name, Instruction.said_on)
        .where(Instruction.plan_id == plan_id, Instruction.task_id.is_not(None))
        .where(Instruction.state.in_(("assigned", "answered")))
        .order_by(Instruction.id)
    )
    return [(row[0] or 0, f"{row[1]}{row[2]}的批示没有办结") for row in rows]


def _shared_links(
    evidence: dict[int, list[EvidenceFact]], tasks: dict[int, Task]
) -> dict[tuple[int, str], tuple[str, ...]]:
    """For each task and link, the titles of the other tasks that cite the same link."""
    users: dict[str, set[int]] = defaultdict(set)
    for task_id, links in evidence.items():
        for link in links:
            users[link.key].add(task_id)
    return {
        (task_id, url): tuple(tasks[other].title for other in sorted(task_ids - {task_id}))
        for url, task_ids in users.items()
        for task_id in task_ids
        if len(task_ids) > 1
    }

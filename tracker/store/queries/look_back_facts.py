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
_TOLD = (
    Event.TASK_SIGN_OFF, Event.TASK_REOPEN, Event.TASK_CANCEL, Event.TASK_CHANGE, Event.REQUEST_GRANT,
)  # fmt: skip
_UNCLAIMED = {"waiting": "一直没有认领", "declined": "不认领，分工没有调整"}


@dataclass(slots=True)
class _Acts:
    """What the office did with one task."""

    moved: list[DayMoved] = field(default_factory=list)
    signed_off_by: int | None = None
    cancelled_on: date | None = None
    handed_back: list[date] = field(default_factory=list)
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
    _besides_lines(session, plan.id, evidence)
    parts = _Parts(
        lines, _asked(session, plan.id), _unclaimed(session, plan.id), _open_steps(session, plan.id)
    )
    acts = _acts(session, plan.id)
    also_under = _shared_links(evidence, {task.id: task for task in tasks})
    facts: dict[int, LookBackFacts] = {}
    for task in tasks:
        standing = has_no_end(parse_notation(task.deadline_notation))
        done = acts[task.id]
        came = china_day(task.created_at) if task.created_at > plan.confirmed_at else date.min
        facts[task.id] = LookBackFacts(
            state=TaskState(task.state),
            # When a plan was brought in says nothing of when its year began.
            started_on=plan.issued_on or min(china_day(plan.confirmed_at), date(plan.year, 1, 1)),
            ended_on=ended_on,
            due_on=None if standing else task.due_on,
            standing=standing,
            signed_off_on=china_day(task.signed_off_at) if task.signed_off_at else None,
            parts=tuple(parts.of(assignment, came) for assignment in task.assignments),
            evidence=tuple(
                replace(link, also_under=also_under.get((task.id, link.key), ()))
                for link in evidence[task.id]
            ),
            moved=tuple(done.moved),
            open_matters=tuple(done.open_matters),
            signed_off_by=done.signed_off_by,
            cancelled_on=done.cancelled_on,
            handed_back=tuple(done.handed_back),
        )
    return facts


@dataclass(frozen=True, slots=True)
class _Parts:
    """All that makes a unit's part, by assignment or by unit."""

    lines: Mapping[int, list[LineFact]]
    asked: Mapping[int, _Asked]
    unclaimed: Mapping[int, str]
    steps: Mapping[int, list[str]]

    def of(self, assignment: Assignment, first: date) -> PartFact:
        """`first` is the day on which a later task came: what was missed before is not its silence."""
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
        return replace(part, missed=sum(first <= day <= last for day in asked.missed))


@dataclass(frozen=True, slots=True)
class _Return:
    """The newest version that a unit handed in for a period; `carried` is what a line without change says."""

    unit_id: int
    key: str
    since: date
    until: date
    reported_on: date
    sent_back: bool
    said_by: int | None
    carried: LineFact


def newest_handed_in(plan_id: int) -> Subquery:
    """Of every return of a plan the number of its newest version that was handed in."""
    return (
        select(Return.obligation_id, func.max(Return.number).label("number"))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .where(Obligation.plan_id == plan_id, Return.state.in_(HANDED_IN))
        .group_by(Return.obligation_id)
        .subquery()
    )


def _newest(session: Session, plan_id: int) -> dict[int, _Return]:
    """The newest handed-in version of every return of a plan, by its id, in the order of the periods."""
    newest = newest_handed_in(plan_id)
    rows = session.execute(
        select(
            Return.id, Obligation.unit_id, Period.key, Period.starts_on, Period.ends_on, Return.submitted_at,
            Return.state, Return.submitted_by_id,
        )
        .join(newest, (newest.c.obligation_id == Return.obligation_id) & (newest.c.number == Return.number))
        .join(Obligation, Obligation.id == Return.obligation_id)
        .join(Period, Period.id == Obligation.period_id)
        .where(Return.submitted_at.is_not(None))
        .order_by(Period.starts_on, Return.id)
    )  # fmt: skip
    found = {}
    for row in rows:
        on = china_day(row.submitted_at)
        carried = LineFact(row.key, on, LineStatus.CARRIED, since=row.starts_on, until=row.ends_on)
        found[row.id] = _Return(
            row.unit_id, row.key, row.starts_on, row.ends_on, on, row.state == "returned",
            row.submitted_by_id, carried,
        )  # fmt: skip
    return found


_LINES_AT_ONCE = 200
"""So many returns are asked for at once: a database takes no list of any length."""


def _lines(session: Session, plan_id: int) -> tuple[dict[int, list[LineFact]], dict[int, list[EvidenceFact]]]:
    """The lines of the newest handed-in version of every return, by assignment, and their links, by task."""
    returns = _newest(session, plan_id)
    lines: dict[int, list[LineFact]] = defaultdict(list)
    evidence: dict[int, list[EvidenceFact]] = defaultdict(list)
    statuses = {status.value: status for status in LineStatus}
    # The table itself: half a million rows are read twice as fast as columns of a mapped class.
    line = ReturnLine.__table__.c
    wanted = select(
        line.return_id, line.assignment_id, line.task_id, line.no_change, line.status, line.progress,
        line.evidence_url, line.evidence_on, func.coalesce(line.plan_typed, line.next_plan),
    ).order_by(line.return_id, line.id)  # fmt: skip
    ids = list(returns)
    for first in range(0, len(ids), _LINES_AT_ONCE):
        some = ids[first : first + _LINES_AT_ONCE]
        found = session.execute(wanted.where(line.return_id.in_(some))).all()
        order = {return_id: place for place, return_id in enumerate(some)}
        for row in sorted(found, key=lambda row: order[row[0]]):
            return_id, assignment_id, task_id, no_change, status, progress, url, url_on, plan = row
            came, url = returns[return_id], url.strip()
            lines[assignment_id].append(
                came.carried
                if no_change
                else LineFact(
                    came.key, came.reported_on, statuses[status], progress, plan, came.since, came.until,
                    url, url_on, came.sent_back, came.said_by,
                )
            )  # fmt: skip
            if url:
                evidence[task_id].append(EvidenceFact(came.unit_id, url, url_on))
    return lines, evidence


def evidence_of(session: Session, plan_id: int) -> dict[int, list[EvidenceFact]]:
    """All that stands as evidence for the tasks of a plan, by task: no line is read that shows nothing."""
    returns = _newest(session, plan_id)
    found: dict[int, list[EvidenceFact]] = defaultdict(list)
    shown = (
        select(ReturnLine.return_id, ReturnLine.task_id, ReturnLine.evidence_url, ReturnLine.evidence_on)
        .join(Task, Task.id == ReturnLine.task_id)
        .where(Task.plan_id == plan_id, ReturnLine.evidence_url != "")
        .order_by(ReturnLine.id)
    )
    for return_id, task_id, url, url_on in session.execute(shown):
        if return_id in returns and url.strip():
            found[task_id].append(EvidenceFact(returns[return_id].unit_id, url.strip(), url_on))
    _besides_lines(session, plan_id, found)
    return found


def _besides_lines(session: Session, plan_id: int, found: dict[int, list[EvidenceFact]]) -> None:
    """The links of granted sign-offs, files, and what events and clocks were proved with."""
    for link in granted_links(session, plan_id=plan_id):
        found[link.task_id].append(EvidenceFact(link.unit_id, link.url, link.published_on))
    for each in given(session, plan_id):
        found[each.task_id].append(EvidenceFact(each.unit_id, each.url, digest=each.sha256))


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
        elif action == Event.TASK_REOPEN:
            done.handed_back.append(on)
        elif action == Event.TASK_CHANGE:
            done.moved.extend(_by_the_office(days, on))
        elif days:
            granted[detail["request"]] = date.fromisoformat(days[1])
    for task_id, each in _granted_days(session, plan_id, granted):
        found[task_id].moved.append(each)
    decided = select(
        TaskRequest.task_id, TaskRequest.state, TaskRequest.decided_by_id, TaskRequest.decided_at
    ).where(TaskRequest.plan_id == plan_id, TaskRequest.kind == RequestKind.SIGN_OFF.value)
    for task_id, state, account_id, at in session.execute(decided.order_by(TaskRequest.id)):
        if state == RequestState.GRANTED.value:
            found[task_id].signed_off_by = found[task_id].signed_off_by or account_id
        elif state == RequestState.REFUSED.value and at is not None:
            found[task_id].handed_back.append(china_day(at))
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

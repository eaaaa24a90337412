"""Facts of a plan between two days, and what one period's returns say: for documents that go out (文稿).

Each figure of a report is counted with the filter by which its list is read. These are the lists that no
other page has; only the office and leaders read them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, instant
from tracker.domain.meeting import MeetingState
from tracker.domain.obligation import ObligationState
from tracker.domain.supervision import OrderState
from tracker.domain.task import LineStatus, TaskState
from tracker.domain.titled import Titled
from tracker.store.queries.reach import assignments_of
from tracker.store.queries.returns import DRAFT
from tracker.store.queries.tasks import sees_all
from tracker.store.tables import (
    Assignment,
    Meeting,
    Obligation,
    Return,
    ReturnLine,
    SupervisionOrder,
    Task,
    Unit,
)

NOTHING = ("", "无", "无。", "没有", "没有。", "暂无", "暂无。", "暂时没有", "暂时没有。")
"""What a field says that was filled in only because something had to stand in it."""
_STANDING = (ObligationState.SUBMITTED.value, ObligationState.ACCEPTED.value)


class Said(Titled):
    """A part of what the newest returns of a period say, line by line."""

    PROGRESS = "progress", "有进展"
    DONE = "done", "报告完成"
    BLOCKED = "blocked", "受阻"
    PLANNED = "planned", "下期计划"
    PROBLEM = "problem", "存在问题"


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line with whose it is."""

    obligation_id: int
    unit_name: str
    task_id: int
    serial: int
    task_title: str
    section: str
    status: LineStatus
    progress: str
    next_plan: str
    problem: str
    accepted: bool
    """Whether the office has read it and found it good; what is still to be read says so (待审核)."""

    def words(self, said: Said) -> str:
        """What it says of the part that is asked for."""
        return {Said.PLANNED: self.next_plan, Said.PROBLEM: self.problem}.get(said, self.progress)


def _said(said: Said) -> ColumnElement[bool]:
    """The WHERE of a part, for its count and for its list."""
    changed = ReturnLine.no_change.is_(False)
    match said:
        case Said.PROGRESS:
            return changed & ReturnLine.progress.not_in(NOTHING)
        case Said.DONE:
            return changed & (ReturnLine.status == LineStatus.DONE.value)
        case Said.BLOCKED:
            return ReturnLine.status == LineStatus.BLOCKED.value
        case Said.PLANNED:
            return ReturnLine.next_plan.not_in(NOTHING)
        case Said.PROBLEM:
            return ReturnLine.problem.not_in(NOTHING)


def newest_returns(session: Session, period_ids: Collection[int]) -> list[int]:
    """The returns of some periods that count: handed in, none newer, and not sent back by the office.

    What was sent back (退回) does not stand: no document quotes it.
    """
    newest = (
        select(func.max(Return.number))
        .where(Return.obligation_id == Obligation.id, Return.state != DRAFT)
        .correlate(Obligation)
    )
    query = (
        select(Return.id)
        .join(Obligation, Obligation.id == Return.obligation_id)
        .where(Obligation.period_id.in_(period_ids), Return.number == newest.scalar_subquery())
        .where(Return.state.in_(_STANDING))
    )
    return list(session.scalars(query))


def line_counts(session: Session, return_ids: Collection[int]) -> dict[Said, int]:
    """How many lines of some returns say what, in one query."""
    sums = [func.coalesce(func.sum(case((_said(said), 1), else_=0)), 0) for said in Said]
    query = select(*sums).where(ReturnLine.return_id.in_(return_ids))
    return {said: int(number) for said, number in zip(Said, session.execute(query).one(), strict=True)}


def lines(
    session: Session,
    return_ids: Collection[int],
    said: Said,
    *,
    plan_id: int,
    limit: int | None = None,
    offset: int = 0,
) -> list[LineRow]:
    """The lines of some returns on a plan that say something, in the order of the plan, leads first."""
    order = (Task.serial, Assignment.position, ReturnLine.id)
    # Only the lines that are shown are joined with all that is shown of them: a week may have ten thousand.
    shown = (
        select(ReturnLine.id)
        .join(Task, Task.id == ReturnLine.task_id)
        .join(Assignment, Assignment.id == ReturnLine.assignment_id)
        .where(ReturnLine.return_id.in_(return_ids), _said(said))
        .where(*assignments_of(session, plan_id))
        .order_by(*order)
        .limit(limit)
        .offset(offset)
        .subquery()
    )
    query = (
        select(
            Return.obligation_id, Unit.name, Task.id, Task.serial, Task.title, Task.section,
            ReturnLine.status, ReturnLine.progress, ReturnLine.next_plan, ReturnLine.problem, Return.state,
        )
        .select_from(shown)
        .join(ReturnLine, ReturnLine.id == shown.c.id)
        .join(Return, Return.id == ReturnLine.return_id)
        .join(Assignment, Assignment.id == ReturnLine.assignment_id)
        .join(Task, Task.id == ReturnLine.task_id)
        .join(Unit, Unit.id == Assignment.unit_id)
        .order_by(*order)
    )  # fmt: skip
    return [
        LineRow(*row[:6], LineStatus(row[6]), *row[7:10], accepted=row[10] == ObligationState.ACCEPTED)
        for row in session.execute(query)
    ]


def accepted_words(session: Session, task_ids: Sequence[int], actor: Actor) -> dict[int, str]:
    """What may be published of how far each task has come: the newest words that the office has accepted.

    What it has yet to read, or has sent back, is the unit's own until then; a unit's contact hears the own
    unit's words only. A task of which nothing was accepted is left out.
    """
    order = (Return.submitted_at.desc(), ReturnLine.id.desc())
    place = func.row_number().over(partition_by=ReturnLine.task_id, order_by=order).label("place")
    said = (
        select(ReturnLine.task_id, ReturnLine.progress, place)
        .join(Return, Return.id == ReturnLine.return_id)
        .where(ReturnLine.task_id.in_(task_ids), Return.state == ObligationState.ACCEPTED.value)
        .where(_said(Said.PROGRESS))
    )
    if not sees_all(actor):
        said = said.join(Assignment, Assignment.id == ReturnLine.assignment_id)
        said = said.where(Assignment.unit_id == actor.unit_id)
    newest = said.subquery()
    query = select(newest.c.task_id, newest.c.progress).where(newest.c.place == 1)
    return {row[0]: row[1] for row in session.execute(query)}


class Happened(Titled):
    """Something that happened to a plan on a day."""

    SIGNED_OFF = "signed_off", "销号任务"
    ORDER_SENT = "order_sent", "发出督办单"
    MEETING_HELD = "meeting_held", "召开例会"


@dataclass(frozen=True, slots=True)
class HappenedFilter:
    """What happened to a plan between two days, both included."""

    plan_id: int
    what: Happened
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class HappenedRow:
    """One of the things that happened; `id` names the task, the order or the meeting."""

    id: int
    title: str
    whose: str
    on: date


def _happened(wanted: HappenedFilter) -> tuple[type[Any], list[ColumnElement[bool]], Any]:
    """The table, the WHERE, and the moment, for the count and for the list."""
    since, before = instant(wanted.first, time(0)), instant(wanted.last + timedelta(days=1), time(0))
    match wanted.what:
        case Happened.SIGNED_OFF:
            table: type[Any] = Task
            at, more = Task.signed_off_at, Task.state == TaskState.SIGNED_OFF.value
        case Happened.ORDER_SENT:
            table = SupervisionOrder
            at, more = SupervisionOrder.sent_at, SupervisionOrder.state != OrderState.WITHDRAWN.value
        case Happened.MEETING_HELD:
            table = Meeting
            at, more = Meeting.starts_at, Meeting.state == MeetingState.CLOSED.value
    return table, [table.plan_id == wanted.plan_id, more, at >= since, at < before], at


def happened_count(session: Session, wanted: HappenedFilter) -> int:
    """How many things the filter meets."""
    table, found, _ = _happened(wanted)
    return session.scalars(select(func.count()).select_from(table).where(*found)).one()


def happened(
    session: Session, wanted: HappenedFilter, *, limit: int | None = None, offset: int = 0
) -> list[HappenedRow]:
    """The things that the filter meets, oldest first; a task's units stand in the ledger."""
    table, found, at = _happened(wanted)
    query = select(table).where(*found).order_by(at, table.id).limit(limit).offset(offset)
    rows: Sequence[Any] = session.scalars(query).all()
    match wanted.what:
        case Happened.SIGNED_OFF:
            return [HappenedRow(row.id, row.title, row.section, china_day(row.signed_off_at)) for row in rows]
        case Happened.ORDER_SENT:
            return [
                HappenedRow(row.id, f"〔{row.year}〕{row.number}号", row.unit_name, china_day(row.sent_at))
                for row in rows
            ]
        case Happened.MEETING_HELD:
            return [HappenedRow(row.id, row.title, row.place, china_day(row.starts_at)) for row in rows]


def units_of(session: Session, plan_id: int, also: Iterable[int]) -> list[tuple[int, str]]:
    """Those who have a part in a plan, and some others, as (id, name) in the order of the directory."""
    part = select(Assignment.unit_id).where(Assignment.plan_id == plan_id, Assignment.ended_at.is_(None))
    query = select(Unit.id, Unit.name).where(Unit.id.in_(part) | Unit.id.in_(list(also)))
    return [(row[0], row[1]) for row in session.execute(query.order_by(Unit.position, Unit.id))]


def late_units(session: Session, plan_id: int, *, today: date) -> frozenset[int]:
    """The units that have a part in an open task past its day."""
    open_states = [state.value for state in TaskState if state.is_open]
    query = (
        select(Assignment.unit_id)
        .join(Task, Task.id == Assignment.task_id)
        .where(Assignment.plan_id == plan_id, Assignment.ended_at.is_(None))
        .where(Task.state.in_(open_states), Task.next_due_on < today)
    )
    return frozenset(session.scalars(query))

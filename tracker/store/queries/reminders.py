"""The facts that reminders are planned from, and who receives them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import ColumnElement, Subquery, func, or_, select
from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.asking import Answer
from tracker.domain.china_time import china_day
from tracker.domain.meeting import MeetingState
from tracker.domain.obligation import ObligationState
from tracker.domain.reminder_facts import CheckpointFact, ObligationFact
from tracker.domain.task import OPEN_STATES
from tracker.store.queries import answer_times
from tracker.store.tables import (
    Account,
    Assignment,
    Cadence,
    Checkpoint,
    InboxItem,
    Meeting,
    Obligation,
    Period,
    Plan,
    Return,
    Task,
)

CALLED, CLOSED = MeetingState.CALLED.value, MeetingState.CLOSED.value
KEPT = (ObligationState.SUBMITTED.value, ObligationState.ACCEPTED.value, ObligationState.RETURNED.value)
WANTING = (ObligationState.OPEN.value, ObligationState.RETURNED.value, ObligationState.MISSED.value)


def obligation_facts(
    session: Session, *, since: datetime | None = None, ids: Iterable[int] | None = None
) -> list[ObligationFact]:
    """Every return that is still wanted, narrowed to cut-offs not before `since` and to `ids` where given.

    A regime that was switched off still asks for the week that was running. Of misses before `since` the
    number is told.
    """
    missed_before = _missed_before(session, since) if since is not None else {}
    returned = (
        select(Return.obligation_id, func.max(Return.number).label("number"))
        .where(Return.state == "returned")
        .group_by(Return.obligation_id)
        .subquery()
    )
    before = _before(since)
    wanted = (
        select(Obligation, Period, Cadence, Plan.title, Return, answer_times.column(), before.c.state)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .outerjoin(before, before.c.id == Obligation.id)
        .outerjoin(returned, returned.c.obligation_id == Obligation.id)
        .outerjoin(Return, (Return.obligation_id == Obligation.id) & (Return.number == returned.c.number))
        .where(Obligation.state.in_(WANTING), Plan.state == "active")
        .where(Period.state != "upcoming", ~_meeting(CLOSED))
    )
    if ids is None:
        returned_words = Obligation.state == ObligationState.RETURNED.value
        wanted = wanted.where(or_(returned_words, ~_meeting(CALLED)))
    if since is not None:
        wanted = wanted.where(Period.due_at >= since)
    if ids is not None:
        wanted = wanted.where(Obligation.id.in_(list(ids)))
    return [
        ObligationFact(
            obligation_id=obligation.id,
            cadence_id=obligation.cadence_id,
            plan_id=obligation.plan_id,
            unit_id=obligation.unit_id,
            plan_title=title,
            period_key=period.key,
            period_label=period.label,
            opens_on=period.opens_on or period.starts_on,
            cadence_kind=cadence.kind,
            cadence_name=cadence.name,
            asks_progress=cadence.answer == Answer.PROGRESS,
            due_at=due_at,
            state=ObligationState(obligation.state),
            why=period.why,
            returned_at=version.decided_at if version else None,
            return_reason=version.decision_reason if version else "",
            return_number=version.number if version else 0,
            after_kept=state in KEPT,
            missed_before=missed_before.get((obligation.cadence_id, obligation.unit_id), 0),
        )
        for obligation, period, cadence, title, version, due_at, state in session.execute(wanted)
    ]


def _missed_before(session: Session, since: datetime) -> dict[tuple[int, int], int]:
    """How many periods each unit owes of each cadence whose cut-off lies before a moment."""
    owed = (ObligationState.OPEN.value, ObligationState.MISSED.value)
    wanted = (
        select(Obligation.cadence_id, Obligation.unit_id, func.count())
        .join(Period, Period.id == Obligation.period_id)
        .join(Plan, Plan.id == Obligation.plan_id)
        .where(Obligation.state.in_(owed), Plan.state == "active", Period.due_at < since)
        .where(Period.state != "upcoming", ~_meeting(CLOSED), ~_meeting(CALLED))
        .group_by(Obligation.cadence_id, Obligation.unit_id)
    )
    return {(cadence_id, unit_id): count for cadence_id, unit_id, count in session.execute(wanted)}


def _before(since: datetime | None) -> Subquery:
    """Each obligation with the state of its unit's one before it in the cadence, waived ones passed by."""
    whose = (Obligation.cadence_id, Obligation.unit_id)
    state = func.lag(Obligation.state).over(partition_by=whose, order_by=(Period.due_at, Obligation.id))
    wanted = (
        select(Obligation.id, state.label("state"))
        .join(Period, Period.id == Obligation.period_id)
        .where(Obligation.state != ObligationState.WAIVED.value)
    )
    return (wanted if since is None else wanted.where(Period.due_at >= since)).subquery()


def _meeting(state: str) -> ColumnElement[bool]:
    """The period has a meeting (例会) in this state.

    Once it is called, coming answers for the unit: nobody is dunned for telling nothing beforehand, unless
    the office asks for it by hand. Once its minutes are closed there is nothing left to hand in.
    """
    stands = (Meeting.period_id == Obligation.period_id, Meeting.state == state)
    return select(Meeting.id).where(*stands).correlate(Obligation).exists()


def checkpoint_facts(session: Session, *, from_day: date, to_day: date) -> list[CheckpointFact]:
    """Each open task's next checkpoint that falls between the two days, with the units not done yet."""
    rows = session.execute(
        select(Checkpoint, Task.title, Task.created_at, Plan.title, Plan.confirmed_at, Assignment.unit_id)
        .join(Task, Task.id == Checkpoint.task_id)
        .join(Plan, Plan.id == Checkpoint.plan_id)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Checkpoint.closed_at.is_(None), Checkpoint.due_on == Task.next_due_on)
        .where(Checkpoint.due_on >= from_day, Checkpoint.due_on <= to_day)
        .where(Task.state.in_(OPEN_STATES), Plan.state == "active", Assignment.status != "done")
        .where(Assignment.ended_at.is_(None))
        .order_by(Checkpoint.id, Assignment.unit_id)
    ).all()
    before = _days_before(session, {checkpoint.task_id for checkpoint, *_ in rows})
    units: dict[int, list[int]] = defaultdict(list)
    facts: dict[int, CheckpointFact] = {}
    for checkpoint, task_title, created_at, plan_title, confirmed_at, unit_id in rows:
        units[checkpoint.id].append(unit_id)
        earlier = [day for day in before[checkpoint.task_id] if day < checkpoint.due_on]
        known_at = max(confirmed_at, created_at, checkpoint.given_at or confirmed_at)
        facts[checkpoint.id] = CheckpointFact(
            task_id=checkpoint.task_id,
            plan_id=checkpoint.plan_id,
            plan_title=plan_title,
            task_title=task_title,
            label=checkpoint.label,
            due_on=checkpoint.due_on,
            unit_ids=tuple(units[checkpoint.id]),
            since=max([*earlier, china_day(known_at)]),
        )
    return list(facts.values())


def _days_before(session: Session, task_ids: set[int]) -> dict[int, list[date]]:
    days: dict[int, list[date]] = defaultdict(list)
    for task_id, due_on in session.execute(
        select(Checkpoint.task_id, Checkpoint.due_on).where(Checkpoint.task_id.in_(task_ids))
    ):
        days[task_id].append(due_on)
    return days


def who_answers_for_groups(session: Session) -> int | None:
    """The account in whose name groups are posted to: the office's oldest, or an administrator's."""
    roles = (UserRole.OFFICE.value, UserRole.ADMINISTRATOR.value)
    wanted = select(Account.id).where(Account.active, Account.role.in_(roles))
    return session.scalar(wanted.order_by(Account.role.desc(), Account.id).limit(1))


def still_wanted(session: Session, *, task_id: int, unit_id: int, due_on: date) -> bool:
    """Whether a unit still owes the checkpoint of a task that a notice was about."""
    wanted = (
        select(func.count())
        .select_from(Checkpoint)
        .join(Task, Task.id == Checkpoint.task_id)
        .join(Assignment, Assignment.task_id == Task.id)
        .where(Checkpoint.task_id == task_id, Checkpoint.due_on == due_on, Checkpoint.closed_at.is_(None))
        .where(Task.state.in_(OPEN_STATES), Assignment.unit_id == unit_id, Assignment.status != "done")
        .where(Assignment.ended_at.is_(None))
    )
    return bool(session.scalar(wanted))


def inbox(session: Session, account_id: int, *, limit: int = 200) -> list[InboxItem]:
    """A person's inbox, newest first."""
    wanted = select(InboxItem).where(InboxItem.account_id == account_id)
    return list(
        session.scalars(wanted.order_by(InboxItem.created_at.desc(), InboxItem.id.desc()).limit(limit))
    )


def unread_count(session: Session, account_id: int) -> int:
    """How many notices a person has not read."""
    mine = (InboxItem.account_id == account_id, InboxItem.read_at.is_(None))
    return session.scalar(select(func.count()).select_from(InboxItem).where(*mine)) or 0

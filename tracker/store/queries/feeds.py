"""Calendar feeds: tokens, what was told last, wrong addresses, and the days of a unit or of everybody."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from tracker.domain.asking import Answer
from tracker.domain.feed import Subscriber
from tracker.domain.meeting import MeetingState
from tracker.domain.task import LineStatus, TaskState
from tracker.store.insert import insert_missing
from tracker.store.tables import (
    Account,
    Assignment,
    Cadence,
    Checkpoint,
    FeedEntry,
    FeedRefusal,
    FeedToken,
    Meeting,
    MeetingUnit,
    Obligation,
    Period,
    Plan,
    Task,
)


def subscriber(session: Session, token_hash: str) -> Subscriber | None:
    """The person of a token; of a disabled account, as of one that nobody has, there is none."""
    wanted = (
        select(Account.id, Account.role, Account.unit_id, FeedToken.last_used_on)
        .join(FeedToken, FeedToken.account_id == Account.id)
        .where(FeedToken.token_hash == token_hash, Account.active)
    )
    row = session.execute(wanted).one_or_none()
    return None if row is None else Subscriber(row[0], row[1], row[2], row[3])


def token_of(session: Session, account_id: int) -> FeedToken | None:
    """A person's token."""
    return session.get(FeedToken, account_id)


def drop_token(session: Session, account_id: int) -> bool:
    """Forget a person's token; false when there was none."""
    dropped = delete(FeedToken).where(FeedToken.account_id == account_id).returning(FeedToken.account_id)
    return session.scalars(dropped).one_or_none() is not None


def note_use(session: Session, account_id: int, day: date) -> None:
    """Note the day on which a calendar was fetched last."""
    session.execute(update(FeedToken).where(FeedToken.account_id == account_id).values(last_used_on=day))


def refusals(session: Session, address: str, *, limit: int) -> list[datetime]:
    """The moments of an address' newest requests that opened nothing."""
    wanted = select(FeedRefusal.at).where(FeedRefusal.address == address)
    return list(session.scalars(wanted.order_by(FeedRefusal.at.desc()).limit(limit)))


def forget_refusals(session: Session, *, before: datetime) -> None:
    """Forget those that count for nothing any more."""
    session.execute(delete(FeedRefusal).where(FeedRefusal.at < before))


def entries(session: Session, scope: str) -> list[FeedEntry]:
    """What the calendars of a scope were told last."""
    return list(session.scalars(select(FeedEntry).where(FeedEntry.scope == scope)))


def write_entries(
    session: Session, scope: str, rows: Iterable[Mapping[str, Any]], *, gone: Collection[str]
) -> None:
    """Keep what is told from now on: changed or new rows, and those that are told no more.

    Two fetches at once may both find the same news: what one has inserted the other leaves alone.
    """
    given = [{"scope": scope, **row} for row in rows]
    uids = [row["uid"] for row in given]
    inserted = set(insert_missing(session, FeedEntry, given, keys=("scope", "uid")))
    known = select(FeedEntry.uid).where(FeedEntry.scope == scope, FeedEntry.id.in_(inserted))
    fresh = set(session.scalars(known)) if inserted else set()
    for row in given:
        if row["uid"] not in fresh:
            same = (FeedEntry.scope == scope, FeedEntry.uid == row["uid"])
            session.execute(update(FeedEntry).where(*same).values(**row))
    left = set(gone) - set(uids)
    if left:
        session.execute(delete(FeedEntry).where(FeedEntry.scope == scope, FeedEntry.uid.in_(left)))


@dataclass(frozen=True, slots=True)
class CheckpointDay:
    """A checkpoint of a task that is not cancelled; `settled` when nothing is left to do about it."""

    task_id: int
    title: str
    plan_id: int
    plan_title: str
    due_on: date
    first_due_on: date | None
    label: str
    settled: bool


def checkpoint_days(session: Session, *, unit_id: int | None, since: date) -> list[CheckpointDay]:
    """The checkpoints of active plans from a day on: all of them, or those of a unit's own parts."""
    wanted = (
        select(Checkpoint, Task.title, Task.state, Plan.title)
        .join(Task, Task.id == Checkpoint.task_id)
        .join(Plan, Plan.id == Checkpoint.plan_id)
        .where(Checkpoint.due_on >= since, Plan.state == "active")
        .where(Task.state != TaskState.CANCELLED.value)
        .order_by(Checkpoint.due_on, Task.serial, Checkpoint.id)
    )
    own: dict[int, bool] = {}
    if unit_id is not None:
        own = _own_parts(session, unit_id)
        wanted = wanted.where(Checkpoint.task_id.in_(own))
    return [
        CheckpointDay(
            task_id=point.task_id,
            title=title,
            plan_id=point.plan_id,
            plan_title=plan_title,
            due_on=point.due_on,
            first_due_on=point.first_due_on,
            label=point.label,
            settled=point.closed_at is not None
            or state == TaskState.SIGNED_OFF.value
            or own.get(point.task_id, False),
        )
        for point, title, state, plan_title in session.execute(wanted)
    ]


def _own_parts(session: Session, unit_id: int) -> dict[int, bool]:
    """The tasks in which a unit has a part now, and whether its part is done."""
    wanted = select(Assignment.task_id, Assignment.status, Assignment.signed_off_at).where(
        Assignment.unit_id == unit_id, Assignment.ended_at.is_(None)
    )
    return {
        task_id: status == LineStatus.DONE.value or signed_off_at is not None
        for task_id, status, signed_off_at in session.execute(wanted)
    }


@dataclass(frozen=True, slots=True)
class CutoffMoment:
    """A period's cut-off: how many units are asked, or of one unit what it owes and how far that has come."""

    period: Period
    cadence: Cadence
    plan_title: str
    obligation_id: int | None = None
    state: str = ""
    asked: int = 0


def opened_cutoffs(session: Session, *, since: datetime, unit_id: int | None) -> list[CutoffMoment]:
    """The cut-offs of periods that have opened: of a unit those that it is asked for, else all, counted.

    A meeting (例会) is no cut-off: it has a moment of its own.
    """
    asked = (
        select(Obligation.period_id, func.count().label("count"))
        .where(Obligation.state != "waived")
        .group_by(Obligation.period_id)
        .subquery()
    )
    wanted = (
        select(Period, Cadence, Plan.title, asked.c.count)
        .join(Cadence, Cadence.id == Period.cadence_id)
        .join(Plan, Plan.id == Period.plan_id)
        .outerjoin(asked, asked.c.period_id == Period.id)
        .where(Period.due_at >= since, Period.state != "upcoming", Plan.state == "active")
        .where(Cadence.answer != Answer.MEETING.value)
        .order_by(Period.due_at, Period.id)
    )
    if unit_id is None:
        rows = session.execute(wanted)
        return [
            CutoffMoment(period, cadence, title, asked=count or 0) for period, cadence, title, count in rows
        ]
    mine = wanted.with_only_columns(Period, Cadence, Plan.title, Obligation.id, Obligation.state).join(
        Obligation, (Obligation.period_id == Period.id) & (Obligation.unit_id == unit_id)
    )
    return [CutoffMoment(row[0], row[1], row[2], row[3], row[4]) for row in session.execute(mine)]


def upcoming_cutoffs(session: Session) -> list[CutoffMoment]:
    """The cut-offs of periods that will open, of rhythms that are on."""
    wanted = (
        select(Period, Cadence, Plan.title)
        .join(Cadence, Cadence.id == Period.cadence_id)
        .join(Plan, Plan.id == Period.plan_id)
        .where(Period.state == "upcoming", ~Period.waived, Cadence.active, Plan.state == "active")
        .where(Cadence.answer != Answer.MEETING.value)
        .order_by(Period.due_at, Period.id)
    )
    return [CutoffMoment(row[0], row[1], row[2]) for row in session.execute(wanted)]


@dataclass(frozen=True, slots=True)
class MeetingTime:
    """A meeting with the title of its plan."""

    meeting: Meeting
    plan_title: str

    @property
    def cancelled(self) -> bool:
        return self.meeting.state == MeetingState.CANCELLED.value


def meeting_times(session: Session, *, unit_id: int | None, since: datetime) -> list[MeetingTime]:
    """The meetings from a moment on: all of them, or those that a unit is asked to."""
    wanted = (
        select(Meeting, Plan.title)
        .join(Plan, Plan.id == Meeting.plan_id)
        .where(Meeting.starts_at >= since, Plan.state == "active")
        .order_by(Meeting.starts_at, Meeting.id)
    )
    if unit_id is not None:
        wanted = wanted.join(
            MeetingUnit, (MeetingUnit.meeting_id == Meeting.id) & (MeetingUnit.unit_id == unit_id)
        )
    return [MeetingTime(meeting, title) for meeting, title in session.execute(wanted)]

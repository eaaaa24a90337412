"""What a unit was asked to do (减负): each thing once, on the day on which it fell due or was asked.

A return counts on the last day of its period and a meeting that answers a period is that return; a free
meeting counts on its day; orders, instructions, decisions and urging count on the day on which they reached
the unit. What the unit was spared (免报), and meetings that were called off, do not count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.domain.china_time import china_day, instant
from tracker.domain.meeting import MeetingState
from tracker.domain.obligation import ObligationState
from tracker.domain.outbox import URGED
from tracker.domain.supervision import OrderState
from tracker.domain.titled import Titled
from tracker.store.tables import (
    Cadence,
    Instruction,
    Meeting,
    MeetingDecision,
    MeetingUnit,
    Notice,
    Obligation,
    Period,
    SupervisionOrder,
)


class AskKind(Titled):
    """What kind of thing was asked, as lists name it."""

    RETURN = "return", "报送"
    MEETING = "meeting", "例会"
    DECISION = "decision", "议定事项"
    INSTRUCTION = "instruction", "批示"
    ORDER = "order", "督办单"
    URGED = "urged", "催办"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a unit was asked to do; `id` is that of the row which its own page shows."""

    kind: AskKind
    on: date
    what: str
    id: int


def of_unit(session: Session, unit_id: int, first: date, last: date) -> list[Ask]:
    """What a unit was asked between two days, both included; the newest first."""
    since, until = instant(first, time()), instant(last + timedelta(days=1), time())
    found = [
        *_returns(session, unit_id, first, last),
        *_meetings(session, unit_id, since, until),
        *_decisions(session, unit_id, since, until),
        *_instructions(session, unit_id, since, until),
        *_orders(session, unit_id, since, until),
        *_urged(session, unit_id, since, until),
    ]
    places = {kind: place for place, kind in enumerate(AskKind)}
    return sorted(found, key=lambda ask: (-ask.on.toordinal(), places[ask.kind], ask.id))


def _returns(session: Session, unit_id: int, first: date, last: date) -> Iterator[Ask]:
    wanted = (
        select(Obligation.id, Period.due_on, Cadence.name, Period.label)
        .join(Period, Period.id == Obligation.period_id)
        .join(Cadence, Cadence.id == Obligation.cadence_id)
        .where(Obligation.unit_id == unit_id, Obligation.state != ObligationState.WAIVED.value)
        .where(Period.due_on.between(first, last))
    )
    for obligation_id, on, name, label in session.execute(wanted):
        yield Ask(AskKind.RETURN, on, f"{name}　{label}", obligation_id)


def _meetings(session: Session, unit_id: int, since: datetime, until: datetime) -> Iterator[Ask]:
    wanted = (
        select(Meeting.id, Meeting.starts_at, Meeting.title)
        .join(MeetingUnit, MeetingUnit.meeting_id == Meeting.id)
        .where(MeetingUnit.unit_id == unit_id, Meeting.period_id.is_(None))
        .where(Meeting.state != MeetingState.CANCELLED.value)
        .where(Meeting.starts_at >= since, Meeting.starts_at < until)
    )
    for meeting_id, at, title in session.execute(wanted):
        yield Ask(AskKind.MEETING, china_day(at), title, meeting_id)


def _decisions(session: Session, unit_id: int, since: datetime, until: datetime) -> Iterator[Ask]:
    wanted = (
        select(MeetingDecision.id, Meeting.closed_at, MeetingDecision.words)
        .join(Meeting, Meeting.id == MeetingDecision.meeting_id)
        .where(MeetingDecision.unit_id == unit_id, Meeting.closed_at >= since, Meeting.closed_at < until)
    )
    for decision_id, at, words in session.execute(wanted):
        if at is not None:  # the condition has left these out already
            yield Ask(AskKind.DECISION, china_day(at), words, decision_id)


def _instructions(session: Session, unit_id: int, since: datetime, until: datetime) -> Iterator[Ask]:
    wanted = select(Instruction.id, Instruction.assigned_at, Instruction.words).where(
        Instruction.unit_id == unit_id,
        Instruction.assigned_at >= since,
        Instruction.assigned_at < until,
    )
    for instruction_id, at, words in session.execute(wanted):
        if at is not None:  # as above
            yield Ask(AskKind.INSTRUCTION, china_day(at), words, instruction_id)


def _orders(session: Session, unit_id: int, since: datetime, until: datetime) -> Iterator[Ask]:
    wanted = select(SupervisionOrder.id, SupervisionOrder.sent_at, SupervisionOrder.asked).where(
        SupervisionOrder.unit_id == unit_id,
        SupervisionOrder.state != OrderState.WITHDRAWN.value,
        SupervisionOrder.sent_at >= since,
        SupervisionOrder.sent_at < until,
    )
    for order_id, at, asked in session.execute(wanted):
        yield Ask(AskKind.ORDER, china_day(at), asked, order_id)


def _urged(session: Session, unit_id: int, since: datetime, until: datetime) -> Iterator[Ask]:
    wanted = select(Notice.id, Notice.planned_at, Notice.subject).where(
        Notice.unit_id == unit_id,
        Notice.kind == URGED,
        Notice.planned_at >= since,
        Notice.planned_at < until,
    )
    for notice_id, at, subject in session.execute(wanted):
        yield Ask(AskKind.URGED, china_day(at), subject, notice_id)

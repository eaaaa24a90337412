"""Whether what a notice says still holds: the last look at the facts, just before it goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import china_day
from tracker.domain.claim import ClaimState
from tracker.domain.decision import DecisionState
from tracker.domain.errors import NotFound
from tracker.domain.handover import HandoverState
from tracker.domain.instruction import InstructionState
from tracker.domain.meeting import MeetingState
from tracker.domain.meeting_ladders import moment_key
from tracker.domain.notices import NoticeKind
from tracker.domain.obligation import ObligationState
from tracker.domain.outbox import ESCALATED, ORDERED
from tracker.domain.statistic_sheet import SheetState, YearState
from tracker.domain.supervision import OrderState
from tracker.services import clocks, meeting_facts
from tracker.services.owed_now import still_owed
from tracker.services.wanted_facts import last_day, quota_facts
from tracker.store.queries import outbox, receipts, reminders, statistics
from tracker.store.tables import (
    Handover,
    Instruction,
    Meeting,
    MeetingDecision,
    Notice,
    Obligation,
    SupervisionOrder,
    TaskRequest,
)


def still_true(session: Session, notice: Notice, *, now: datetime) -> bool:
    """Whether a notice may go: it stands, and what it is about is as it was when it was planned."""
    if notice.state != "planned":
        return False
    check = _CHECKS.get(notice.kind)
    about_id = notice.cause.get("about_id")
    if check is not None and isinstance(about_id, int):
        return check(session, _Said.of(notice, about_id, now))
    if notice.kind == NoticeKind.DELIVERY_FAILED:
        return outbox.troubled_count(session) > 0
    if "ref" in notice.cause:
        return still_owed(session, notice, now=now)  # what came in and was sent back was not left undone
    if notice.obligation_id is not None:
        obligation = session.get(Obligation, notice.obligation_id)
        return obligation is not None and ObligationState(obligation.state).wants_return
    if "receipt" in notice.cause:
        return notice.unit_id in {unit for _, unit in receipts.unsigned_of(session, notice.cause["receipt"])}
    if notice.task_id is not None and notice.unit_id is not None:
        due_on = datetime.fromisoformat(str(notice.cause["due_on"])).date()
        return reminders.still_wanted(session, task_id=notice.task_id, unit_id=notice.unit_id, due_on=due_on)
    return True


@dataclass(frozen=True, slots=True)
class _Said:
    """What a notice was planned for, and the moment of the last look."""

    kind: str
    about_id: int
    unit_id: int | None
    task_id: int | None
    due_on: date
    state: str
    now: datetime

    @classmethod
    def of(cls, notice: Notice, about_id: int, now: datetime) -> _Said:
        due_on = date.fromisoformat(str(notice.cause["due_on"]))
        state = str(notice.cause.get("state", ""))
        return cls(notice.kind, about_id, notice.unit_id, notice.task_id, due_on, state, now)


def _clock(session: Session, said: _Said) -> bool:
    try:
        page = clocks.page(session, SYSTEM, clock_id=said.about_id, today=china_day(said.now))
    except NotFound:
        return False
    return page.clock.open and last_day(page.clock) == said.due_on


def _claim(session: Session, said: _Said) -> bool:
    waiting = receipts.claims(
        session, plan_id=said.about_id, unit_id=said.unit_id, states=(ClaimState.WAITING,)
    )
    return bool(waiting) and receipts.claim_days(session).get(said.about_id) == said.due_on


def _decision(session: Session, said: _Said) -> bool:
    row = session.get(MeetingDecision, said.about_id)
    if row is None or not DecisionState(row.state).waits_for_unit:
        return False
    return (row.unit_id, row.due_on) == (said.unit_id, said.due_on)


def _instruction(session: Session, said: _Said) -> bool:
    row = session.get(Instruction, said.about_id)
    if row is None or InstructionState(row.state) is not InstructionState.ASSIGNED:
        return False
    return (row.unit_id, row.due_on) == (said.unit_id, said.due_on)


def _order(session: Session, said: _Said) -> bool:
    row = session.get(SupervisionOrder, said.about_id)
    if row is None or not OrderState(row.state).waits_for_unit:
        return False
    return (row.unit_id, row.feedback_on) == (said.unit_id, said.due_on)


def _order_open(session: Session, said: _Said) -> bool:
    """What a leader is told of an order holds until it is settled."""
    row = session.get(SupervisionOrder, said.about_id)
    return row is not None and not OrderState(row.state).is_settled


def _handover(session: Session, said: _Said) -> bool:
    row = session.get(Handover, said.about_id)
    return row is not None and HandoverState(row.state) is HandoverState.WAITING


def _statistic(session: Session, said: _Said) -> bool:
    row = statistics.sheet_of(session, said.about_id, said.unit_id or 0)
    if row is None or row.state != SheetState.OPEN or row.year.state != YearState.OPEN:
        return False
    return row.year.due_on == said.due_on


def _request(session: Session, said: _Said) -> bool:
    row = session.get(TaskRequest, said.about_id)
    return row is not None and row.state == said.state


def _meeting(session: Session, said: _Said) -> bool:
    row = session.get(Meeting, said.about_id)
    if row is None or MeetingState(row.state) is not MeetingState.CALLED or row.starts_at <= said.now:
        return False
    asked = {each.unit_id for each in row.units}
    return said.unit_id in asked and moment_key(row.starts_at) == said.state


def _meeting_off(session: Session, said: _Said) -> bool:
    """The unit need not come, still, to what it was told of."""
    off = meeting_facts.called_off(session, now=said.now)
    told = (said.about_id, said.unit_id, said.state)
    return told in {(fact.meeting_id, fact.unit_id, moment_key(fact.starts_at)) for fact in off}


def _quota(session: Session, said: _Said) -> bool:
    """The span is short still, and who was told that it lags has not caught up with the pace."""
    lags = said.kind == NoticeKind.QUOTA_LAGS
    span = (said.about_id, said.state)
    short = (
        fact
        for fact in quota_facts(session, task_id=said.task_id, today=china_day(said.now))
        if (fact.target_id, str(fact.number)) == span and said.unit_id in fact.unit_ids
    )
    return any(fact.behind or not lags for fact in short)


_CHECKS: dict[str, Callable[[Session, _Said], bool]] = {
    NoticeKind.CLOCK: _clock,
    NoticeKind.CLAIM: _claim,
    NoticeKind.DECISION: _decision,
    NoticeKind.INSTRUCTION: _instruction,
    NoticeKind.SUPERVISION: _order,
    ORDERED: _order,
    ESCALATED: _order_open,
    NoticeKind.HANDOVER: _handover,
    NoticeKind.STATISTIC: _statistic,
    NoticeKind.REQUEST_WAITS: _request,
    NoticeKind.REQUEST_ANSWERED: _request,
    NoticeKind.MEETING: _meeting,
    NoticeKind.MEETING_OFF: _meeting_off,
    NoticeKind.QUOTA_LAGS: _quota,
    NoticeKind.QUOTA_ENDS: _quota,
    NoticeKind.QUOTA_MISSED: _quota,
}

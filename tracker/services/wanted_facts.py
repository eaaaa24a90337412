"""What is wanted of units and of the office at the moment: the facts that reminders are planned from.

Each list is the one that a page shows: who opens 时限 or 次数指标 finds there what was said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain import handover
from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import china_day, instant
from tracker.domain.claim import ClaimState
from tracker.domain.decision import DecisionState
from tracker.domain.handover import HandoverState
from tracker.domain.notices import NoticeKind, ReminderPolicy
from tracker.domain.reminder_facts import (
    DutyFact,
    QuotaFact,
    ReminderFacts,
    RequestFact,
    SelfCheckFact,
)
from tracker.domain.reminder_policy import ReminderPolicies
from tracker.domain.reminders import known_until
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.supervision import OrderColour, OrderState, number_words
from tracker.domain.task import OPEN_STATES
from tracker.domain.work_calendar import WorkCalendar, previous_workday
from tracker.services import clocks, meeting_facts, quotas
from tracker.services.clocks import Clock
from tracker.services.quotas import Line, Target
from tracker.store.queries import (
    decisions,
    deliveries,
    handovers,
    instructions,
    outbox,
    receipts,
    reminders,
    requests,
    resting,
    statistics,
    supervision,
)
from tracker.store.queries.decisions import DecisionFilter, DecisionPart
from tracker.store.queries.deliveries import DeliveryFilter
from tracker.store.queries.instructions import InstructionFilter, InstructionPart
from tracker.store.queries.requests import RequestFilter
from tracker.store.queries.supervision import OrderFilter, OrderPart
from tracker.store.tables import TaskRequest

# Further than any lead time, so that a checkpoint enters the facts before its first rung is reached.
HORIZON = timedelta(days=45)
FOR_EVER = timedelta(days=3660)
ALL = 100_000


def gather(
    session: Session, policies: ReminderPolicies, calendar: WorkCalendar, *, now: datetime
) -> ReminderFacts:
    """Everything that is wanted now, as far back as one of the policies has anything to say of it.

    What nothing has planned, for the machine stood still, and what waits to go out is in it whatever its age.
    """
    stamp, waiting = resting.stamp(session), outbox.waiting(session)
    planned_at = stamp.planned_at if stamp else None
    known = known_until(planned_at, now)
    today, back = china_day(now), max(_behind(policy) for policy in policies.all)
    oldest = min((day for day in waiting.values() if day is not None), default=today)
    since = min(known - max(back, 2 * HORIZON), instant(oldest, time(0)))
    from_day = min(china_day(known) - back, oldest)
    return ReminderFacts(
        obligations=tuple(reminders.obligation_facts(session, since=since)),
        checkpoints=tuple(reminders.checkpoint_facts(session, from_day=from_day, to_day=today + HORIZON)),
        duties=(
            *_clocks(session, today),
            *_claims(session, today),
            *_decisions(session, today),
            *_instructions(session, today),
            *_orders(session, today),
            *_handovers(session, calendar, today),
            *_statistics(session),
        ),
        requests=tuple(_requests(session, min(known - policies.house.news_for, instant(oldest, time(0))))),
        meetings=tuple(meeting_facts.called(session, now=now)),
        meetings_off=tuple(meeting_facts.called_off(session, now=now)),
        quotas=tuple(quota_facts(session, today=today)),
        undelivered=outbox.troubled_count(session),
        self_check=_self_check(session, calendar, today),
        planned_at=planned_at,
        waiting=frozenset(waiting),
    )


def _self_check(session: Session, calendar: WorkCalendar, today: date) -> SelfCheckFact | None:
    """On a workday, what was to be sent from the workday before until yesterday; None before anything was.

    That nothing was to be sent, because the machine stood still, is worth knowing most of all.
    """
    if not calendar.is_workday(today) or not deliveries.any_planned_before(session, today):
        return None
    first, last = previous_workday(today, calendar), today - timedelta(days=1)
    found = deliveries.counts(session, DeliveryFilter(first, until=last))
    return SelfCheckFact(
        first, last, found.expected, found.sent, found.unconfirmed, found.failed,
        waiting=found.waiting, withdrawn=found.withdrawn,
    )  # fmt: skip


def _behind(policy: ReminderPolicy) -> timedelta:
    """How long ago a day may be of which the policy still says something."""
    if policy.again_after:
        return FOR_EVER
    # No stretch of workdays is longer than twice its days and a long holiday.
    return timedelta(days=2 * max(policy.overdue_workdays, default=0) + 10) + policy.stale_after


def last_day(clock: Clock) -> date | None:
    """The day that a clock's unit has to keep: its own, or the law's where that comes first."""
    days = (clock.standing.due_on, clock.legal_day)
    return min((day for day in days if day is not None), default=None) if clock.standing.due_on else None


def _clocks(session: Session, today: date) -> Iterator[DutyFact]:
    """Those that run; of one that stands still nobody knows the day."""
    for clock in clocks.listing(session, SYSTEM, today=today).clocks:
        due_on = last_day(clock)
        if due_on is None:
            continue
        row = clock.row
        yield DutyFact(
            NoticeKind.CLOCK, row.id, row.unit_id, row.title, due_on,
            plan_id=row.plan_id, task_id=row.task_id, since=_clock_since(clock), detail=clock.rule.name,
        )  # fmt: skip


def _clock_since(clock: Clock) -> date:
    """The day from which its last day stands: its event, its last restart, or the end of its last stop."""
    ends = (stop.until for stop in clock.course.stops if stop.until is not None)
    return max((clock.course.counts_from, *ends))


def _claims(session: Session, today: date) -> Iterator[DutyFact]:
    """What waits to be claimed, of one plan and unit together; past years are history."""
    days = receipts.claim_days(session)
    rows = receipts.claims(session, states=(ClaimState.WAITING,))
    counts = Counter((claim.plan_id, claim.assignment.unit_id) for claim in rows)
    plans = {claim.plan_id: claim.assignment.task.plan for claim in rows}
    for (plan_id, unit_id), count in counts.items():
        plan, by = plans[plan_id], days.get(plan_id)
        if by is not None and plan.year >= today.year:
            yield DutyFact(
                NoticeKind.CLAIM, plan_id, unit_id, f"{count}项任务", by,
                plan_id=plan_id, plan_title=plan.title, since=china_day(plan.confirmed_at),
            )  # fmt: skip


def _decisions(session: Session, today: date) -> Iterator[DutyFact]:
    unresolved = DecisionFilter(DecisionPart.UNRESOLVED)
    for row in decisions.listed(session, SYSTEM, unresolved, today=today):
        if DecisionState(row.state).waits_for_unit and row.unit_id is not None and row.due_on is not None:
            yield DutyFact(
                NoticeKind.DECISION, row.id, row.unit_id, row.words, row.due_on,
                plan_id=row.plan_id, plan_title=row.plan.title,
                since=china_day(row.given_at or row.meeting.closed_at or row.meeting.starts_at),
            )  # fmt: skip


def _instructions(session: Session, today: date) -> Iterator[DutyFact]:
    for row in instructions.listed(session, SYSTEM, InstructionFilter(InstructionPart.UNIT), today=today):
        if row.unit_id is not None and row.due_on is not None:
            yield DutyFact(
                NoticeKind.INSTRUCTION, row.id, row.unit_id, row.asked or row.words, row.due_on,
                plan_id=row.plan_id, plan_title=row.plan.title, task_id=row.task_id,
                since=china_day(row.assigned_at) if row.assigned_at else None,
            )  # fmt: skip


def _orders(session: Session, today: date) -> Iterator[DutyFact]:
    """Supervision orders (督办单) that the unit has not answered."""
    for row in supervision.listed(session, SYSTEM, OrderFilter(OrderPart.OPEN), today=today):
        if OrderState(row.state).waits_for_unit:
            title = f"{number_words(row.year, row.number)}（{OrderColour(row.colour).label}）"
            yield DutyFact(
                NoticeKind.SUPERVISION, row.id, row.unit_id, title, row.feedback_on,
                plan_id=row.plan_id, plan_title=row.plan.title, since=china_day(row.given_at or row.sent_at),
            )  # fmt: skip


def _handovers(session: Session, calendar: WorkCalendar, today: date) -> Iterator[DutyFact]:
    """Contacts who leave and whose successor is not named yet."""
    for row in handovers.listed(session, SYSTEM, running=True):
        due_on = handover.standing(row.changed_on, calendar, today=today).due_on
        if HandoverState(row.state) is HandoverState.WAITING and due_on is not None:
            yield DutyFact(
                NoticeKind.HANDOVER, row.id, row.unit_id, row.leaving_name, due_on, since=row.changed_on
            )


def _statistics(session: Session) -> Iterator[DutyFact]:
    """Sheets of statistics (统计表) with a day that have not come in; the year is their number."""
    for sheet in statistics.open_sheets(session):
        year = sheet.year
        if year.due_on is not None:
            yield DutyFact(
                NoticeKind.STATISTIC, year.year, sheet.unit_id, f"{year.year}年统计表", year.due_on,
                since=china_day(year.opened_at),
            )  # fmt: skip


def _requests(session: Session, answered_since: datetime) -> Iterator[RequestFact]:
    """What waits for the office, and what it has answered lately."""
    for wanted in (
        RequestFilter(state=RequestState.WAITING),
        RequestFilter(answered_since=answered_since),
    ):
        for row in requests.listed(session, wanted, limit=ALL):
            yield _request(row)


def _request(row: TaskRequest) -> RequestFact:
    return RequestFact(
        request_id=row.id,
        plan_id=row.plan_id,
        plan_title=row.plan.title,
        task_id=row.task_id,
        task_title=row.task.title,
        unit_id=row.unit_id,
        unit_name=row.unit.name,
        asked=RequestKind(row.kind).label,
        asked_at=row.made_at,
        state=RequestState(row.state),
        answered_at=row.decided_at,
        answer=row.decision,
    )


def quota_facts(session: Session, *, task_id: int | None = None, today: date) -> Iterator[QuotaFact]:
    """The spans that have begun and are not met, of open tasks and settled readings; of one task or all."""
    targets = (
        quotas.still_open(session, SYSTEM, today=today)
        if task_id is None
        else quotas.of_task(session, SYSTEM, task_id=task_id, today=today)
    )
    for target in targets:
        if not target.doubt and target.row.task.state in OPEN_STATES:
            for line in target.lines:
                yield from _spans(target, line)


def _spans(target: Target, line: Line) -> Iterator[QuotaFact]:
    units = (line.unit,) if line.unit is not None else target.units
    row = target.row
    for cell in line.cells:
        if cell.begun and not cell.pace.met:
            yield QuotaFact(
                row.id, cell.number, row.plan_id, row.plan.title, row.task_id, target.name, cell.span.label,
                cell.span.quota.starts_on, cell.span.quota.ends_on,
                cell.pace.minimum, cell.pace.expected, cell.pace.counted, tuple(unit.id for unit in units),
                since=china_day(row.set_at) if row.set_at else None,
            )  # fmt: skip

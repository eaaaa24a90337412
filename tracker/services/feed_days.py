"""The days of a person's calendar (日历订阅), from the same lists as the pages.

A unit's people see each of the unit's own things. The office looks after everybody's: one event a plan and
day, with counts, so that its calendar is not flooded. Leaders see the checkpoints in the same way, and the
meetings. Cut-offs (报送截止) and meetings (例会) have times; everything else is a whole day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from tracker.domain.access import UserRole
from tracker.domain.actor import Actor
from tracker.domain.china_time import china_day, instant
from tracker.domain.decision import DecisionState
from tracker.domain.feed import KEPT_FOR, DayItem, DayKind, FeedEvent, by_day, each, shortened
from tracker.domain.instruction import InstructionState
from tracker.domain.obligation import ObligationState
from tracker.domain.supervision import OrderColour, OrderState, number_words
from tracker.services import advancing, clocks
from tracker.services.clocks import Shown
from tracker.services.wanted_facts import last_day
from tracker.store.queries import decisions, feeds, instructions, supervision
from tracker.store.queries.decisions import DecisionFilter
from tracker.store.queries.feeds import CutoffMoment
from tracker.store.queries.instructions import InstructionFilter
from tracker.store.queries.supervision import OrderFilter
from tracker.store.tables import MeetingDecision

BEFORE_CUTOFF = timedelta(minutes=30)
"""A cut-off is shown as the half hour before it: a moment without length is lost in a calendar."""
A_MEETING = timedelta(hours=1)
"""How long a meeting is shown; nobody writes down when it ends."""
_SAID = {
    ObligationState.SUBMITTED: "已报",
    ObligationState.ACCEPTED: "已通过",
    ObligationState.RETURNED: "退回修改",
    ObligationState.MISSED: "未报",
}
_DECIDED = {DecisionState.REPORTED: "已报完成", DecisionState.DONE: "已办结"}
_NOT_ANY_MORE = {DecisionState.TASK: "已转为任务", DecisionState.DROPPED: "不再办理"}
_SETTLED = {OrderState.ANSWERED: "已反馈", OrderState.ACCEPTED: "已销单"}
_ANSWERED = {InstructionState.ANSWERED: "已回复", InstructionState.CLOSED: "已办结"}


def events(session: Session, who: Actor, *, now: datetime) -> tuple[FeedEvent, ...]:
    """Everything that a person's calendar is told, from 60 days ago on."""
    since = china_day(now) - KEPT_FOR
    points = tuple(_checkpoints(session, who, since))
    if who.role == UserRole.LEADER:
        return (*by_day(points), *_meetings(session, who, since))
    items = (
        *points,
        *_clocks(session, who, since, china_day(now)),
        *_decisions(session, who, since, china_day(now)),
        *_instructions(session, who, since, china_day(now)),
        *_orders(session, who, since, china_day(now)),
    )
    shown = each(items) if who.role == UserRole.UNIT else by_day(items)
    return (*shown, *_cutoffs(session, who, since), *_meetings(session, who, since))


def _checkpoints(session: Session, who: Actor, since: date) -> Iterator[DayItem]:
    """Known by the task and the day as it first was: a day that is put off moves the same event."""
    seen: Counter[str] = Counter()
    for point in feeds.checkpoint_days(session, unit_id=who.unit_id, since=since):
        uid = f"checkpoint-{point.task_id}-{point.first_due_on or point.due_on:%Y%m%d}"
        seen[uid] += 1
        yield DayItem(
            DayKind.CHECKPOINT,
            uid if seen[uid] == 1 else f"{uid}-{seen[uid]}",
            point.due_on,
            point.title,
            f"/tasks/{point.task_id}",
            done="已完成" if point.settled else "",
            plan_id=point.plan_id,
            plan_title=point.plan_title,
            detail=point.label,
        )


def _clocks(session: Session, who: Actor, since: date, today: date) -> Iterator[DayItem]:
    """The last days of clocks that run or were closed; of one that stands still nobody knows the day."""
    for show in (Shown.RUNNING, Shown.ENDED):
        for clock in clocks.listing(session, who, show=show, today=today).clocks:
            row, day = clock.row, last_day(clock)
            voided = "已作废" if row.voided_at is not None else ""
            if (day or today) < since:
                continue
            yield DayItem(
                DayKind.CLOCK,
                f"clock-{row.id}",
                day or today,
                row.title,
                f"/clocks/{row.id}",
                done="已办结" if row.closed_on is not None else "",
                called_off=voided or ("" if day else "已中止"),
                plan_id=row.plan_id,
                plan_title=row.plan.title if row.plan else "",
                detail=clock.rule.name,
                unit=row.unit.name,
            )


def _decisions(session: Session, who: Actor, since: date, today: date) -> Iterator[DayItem]:
    for row in decisions.listed(session, who, DecisionFilter(), today=today):
        if row.due_on is not None and row.due_on >= since:
            yield _decision(row, row.due_on)


def _decision(row: MeetingDecision, day: date) -> DayItem:
    state = DecisionState(row.state)
    return DayItem(
        DayKind.DECISION,
        f"decision-{row.id}",
        day,
        row.words,
        f"/decisions/{row.id}",
        done=_DECIDED.get(state, ""),
        called_off=_NOT_ANY_MORE.get(state, ""),
        plan_id=row.plan_id,
        plan_title=row.plan.title,
        unit=row.unit.name if row.unit else "",
    )


def _instructions(session: Session, who: Actor, since: date, today: date) -> Iterator[DayItem]:
    wanted = InstructionFilter(states=(InstructionState.ASSIGNED, *_ANSWERED))
    for row in instructions.listed(session, who, wanted, today=today):
        if row.due_on is not None and row.due_on >= since:
            yield DayItem(
                DayKind.INSTRUCTION,
                f"instruction-{row.id}",
                row.due_on,
                row.asked or row.words,
                f"/instructions/{row.id}",
                done=_ANSWERED.get(InstructionState(row.state), ""),
                plan_id=row.plan_id,
                plan_title=row.plan.title,
                detail=f"{row.leader_name}批示",
                unit=row.unit.name if row.unit else "",
            )


def _orders(session: Session, who: Actor, since: date, today: date) -> Iterator[DayItem]:
    """The days by which supervision orders (督办单) are to be answered."""
    for row in supervision.listed(session, who, OrderFilter(), today=today):
        if row.feedback_on >= since:
            state = OrderState(row.state)
            yield DayItem(
                DayKind.ORDER,
                f"order-{row.year}-{row.number}",
                row.feedback_on,
                f"{number_words(row.year, row.number)}（{OrderColour(row.colour).label}）反馈",
                f"/supervision/orders/{row.id}",
                done=_SETTLED.get(state, ""),
                called_off="已撤回" if state is OrderState.WITHDRAWN else "",
                plan_id=row.plan_id,
                plan_title=row.plan.title,
                unit=row.unit_name,
            )


def _cutoffs(session: Session, who: Actor, since: date) -> Iterator[FeedEvent]:
    """Known by the rhythm and its period, from long before it opens until long after it has closed."""
    asked: dict[int, tuple[int, ...]] = {}
    for row in feeds.upcoming_cutoffs(session):
        if who.unit_id is not None and row.cadence.id not in asked:
            asked[row.cadence.id] = advancing.units_owing(session, row.cadence)
        if who.unit_id is None or who.unit_id in asked[row.cadence.id]:
            yield _cutoff(row, who)
    for row in feeds.opened_cutoffs(session, since=instant(since, time(0)), unit_id=who.unit_id):
        yield _cutoff(row, who)


def _cutoff(row: CutoffMoment, who: Actor) -> FeedEvent:
    period, cadence = row.period, row.cadence
    state = ObligationState(row.state) if row.state else None
    if who.unit_id is None:
        said = f"应报{row.asked}家" if row.asked else ""
        path = f"/reporting/{period.plan_id}/board?cadence={cadence.kind}&period={period.key}"
    else:
        said = _SAID.get(state, "") if state else ""
        path = f"/my/returns/{row.obligation_id}" if row.obligation_id else "/my"
    guessed = "这一天暂按推算，放假通知公布后可能变动。" if period.provisional else ""
    waived = period.waived or state is ObligationState.WAIVED
    week, _, span = period.label.partition("（")  # a phone shows a dozen characters
    return FeedEvent(
        f"cutoff-{cadence.id}-{period.key}",
        shortened(f"报送截止：{cadence.name}{week}{f'（{said}）' if said else ''}"),
        period.due_at - BEFORE_CUTOFF,
        period.due_at,
        path,
        tuple(line for line in (span.removesuffix("）"), period.why, guessed, row.plan_title) if line),
        called_off=ObligationState.WAIVED.label if waived else "",
    )


def _meetings(session: Session, who: Actor, since: date) -> Iterator[FeedEvent]:
    first = instant(since, time(0))
    for row in feeds.meeting_times(session, unit_id=who.unit_id, since=first):
        meeting = row.meeting
        roles = f"参加：{'、'.join(meeting.roles)}" if meeting.roles else ""
        yield FeedEvent(
            f"meeting-{meeting.id}",
            shortened(meeting.title),
            meeting.starts_at,
            meeting.starts_at + A_MEETING,
            f"/meetings/{meeting.id}",
            tuple(line for line in (roles, row.plan_title) if line),
            place=meeting.place,
            busy=True,
            called_off="已取消" if row.cancelled else "",
        )

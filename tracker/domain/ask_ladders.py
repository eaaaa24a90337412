"""What is said of requests (申请), meetings (例会), counts (次数指标) and of deliveries that failed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from tracker.domain.china_time import china_day, instant, month_day
from tracker.domain.meeting_ladders import meeting_ladders
from tracker.domain.notices import (
    ADMINISTRATOR,
    OFFICE,
    WITH_ADMINISTRATOR,
    Ladder,
    NoticeKind,
    PlannedNotice,
    Policies,
    ReminderPolicy,
    Rung,
)
from tracker.domain.reminder_facts import QuotaFact, ReminderFacts, RequestFact, SelfCheckFact
from tracker.domain.request import RequestKind, RequestState
from tracker.domain.saying_again import said_again
from tracker.domain.work_calendar import (
    WorkCalendar,
    workday_on_or_after,
    workdays_after,
    workdays_before,
)


def ask_ladders(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> Iterator[Ladder]:
    """What is said of everything that is neither a return nor a duty with a day."""
    for request in facts.requests:
        yield _request(request, policies.of(request.plan_id), calendar)
    yield from meeting_ladders(facts, policies, calendar)
    yield from _quotas(facts, policies, calendar, now)
    if facts.undelivered:
        yield _undelivered(facts.undelivered, policies.of(None), now)
    if facts.self_check is not None:
        yield _self_check(facts.self_check, policies.of(None), now)


def _request(fact: RequestFact, policy: ReminderPolicy, calendar: WorkCalendar) -> Ladder:
    waits = fact.state is RequestState.WAITING
    about = partial(
        PlannedNotice,
        unit_id=None if waits else fact.unit_id,
        plan_id=fact.plan_id,
        due_on=china_day(fact.asked_at),
        plan_title=fact.plan_title,
        subject_title=fact.task_title,
        report=f"{fact.unit_name}{_asks(fact)}" if waits else f"{_asked(fact)}{fact.state.label}",
        task_id=fact.task_id,
        about_id=fact.request_id,
        state=fact.state.value,
        detail=fact.answer,
    )
    if not waits:
        at = fact.answered_at or fact.asked_at
        rung = Rung(fact.state.value, NoticeKind.REQUEST_ANSWERED, at, late=True)
        return Ladder(f"request:r{fact.request_id}", (rung,), about, policy, stale_after=policy.news_for)
    rungs = [Rung("asked", NoticeKind.REQUEST_WAITS, fact.asked_at, late=True, to=OFFICE)]
    for count in policy.waiting_workdays:
        day = workdays_after(china_day(fact.asked_at), count, calendar)
        at = instant(day, policy.morning)
        rungs.append(Rung(f"waits{count}", NoticeKind.REQUEST_WAITS, at, late=True, to=OFFICE))
    return Ladder(f"request:r{fact.request_id}", tuple(rungs), about, policy)


def _asks(fact: RequestFact) -> str:
    """申请延期, 申请销号, but 提出异议."""
    return f"提出{fact.asked}" if fact.asked == RequestKind.OBJECTION.label else f"申请{fact.asked}"


def _asked(fact: RequestFact) -> str:
    return fact.asked if fact.asked == RequestKind.OBJECTION.label else f"{fact.asked}申请"


def _quotas(
    facts: ReminderFacts, policies: Policies, calendar: WorkCalendar, now: datetime
) -> Iterator[Ladder]:
    """Of a quota's spans that ended short the latest speaks for all; the one that runs speaks for itself."""
    today = china_day(now)
    over: dict[tuple[int, tuple[int, ...]], list[QuotaFact]] = {}
    for fact in facts.quotas:
        if fact.ends_on < today:
            over.setdefault((fact.target_id, fact.unit_ids), []).append(fact)
        elif fact.starts_on <= today:
            policy = policies.of(fact.plan_id)
            yield from _quota(fact, _running(fact, policy, calendar, now), policy)
    for several in over.values():
        latest = max(several, key=lambda fact: (fact.ends_on, fact.number))
        policy = policies.of(latest.plan_id)
        rungs = tuple(_missed(latest, policy, calendar, now))
        yield from _quota(latest, rungs, policy, earlier_missed=len(several) - 1)


def _missed(fact: QuotaFact, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime) -> Iterator[Rung]:
    at = instant(workdays_after(fact.ends_on, 1, calendar), policy.morning)
    yield Rung("missed", NoticeKind.QUOTA_MISSED, at, late=True)
    for count, again_at in said_again(fact.ends_on, 1, policy, calendar, now):
        yield Rung(f"missed{count}", NoticeKind.QUOTA_MISSED, again_at, late=True)


def _running(
    fact: QuotaFact, policy: ReminderPolicy, calendar: WorkCalendar, now: datetime
) -> tuple[Rung, ...]:
    """Behind the even pace once a month, from its first workday on; and that the span ends."""
    rungs = []
    month = china_day(now).replace(day=1)
    first = workday_on_or_after(max(month, fact.starts_on), calendar)
    if fact.behind:
        at = instant(first, policy.morning)
        rungs.append(Rung(f"lags-{month:%Y-%m}", NoticeKind.QUOTA_LAGS, at, late=True))
    ends = workdays_before(fact.ends_on, policy.quota_ends_workdays, calendar)
    if ends > max(fact.starts_on, fact.since or fact.starts_on):
        rungs.append(Rung("ends", NoticeKind.QUOTA_ENDS, instant(ends, policy.morning), to=policy.ahead_to))
    return tuple(rungs)


def _quota(
    fact: QuotaFact, rungs: tuple[Rung, ...], policy: ReminderPolicy, *, earlier_missed: int = 0
) -> Iterator[Ladder]:
    for unit_id in fact.unit_ids:
        about = partial(
            PlannedNotice,
            unit_id=unit_id,
            plan_id=fact.plan_id,
            due_on=fact.ends_on,
            plan_title=fact.plan_title,
            subject_title=fact.title,
            report=fact.span,
            task_id=fact.task_id,
            about_id=fact.target_id,
            state=str(fact.number),
            detail=f"应有{fact.minimum}次，现有{fact.counted}次",
            earlier_missed=earlier_missed,
        )
        yield Ladder(f"quota:q{fact.target_id}:{fact.number}:u{unit_id}", rungs, about, policy)


def _undelivered(count: int, policy: ReminderPolicy, now: datetime) -> Ladder:
    """Once a day, as long as there is something to look at."""
    today = china_day(now)
    at = instant(today, policy.morning)
    rung = Rung(today.isoformat(), NoticeKind.DELIVERY_FAILED, at, to=WITH_ADMINISTRATOR)
    about = partial(
        PlannedNotice,
        unit_id=None,
        plan_id=None,
        due_on=today,
        plan_title="",
        subject_title=f"{count}条",
        detail=str(count),
    )
    return Ladder("undelivered", (rung,), about, policy)


def _self_check(fact: SelfCheckFact, policy: ReminderPolicy, now: datetime) -> Ladder:
    """Each workday morning, whatever the figures are: that nothing comes tells that nothing works."""
    today = china_day(now)
    at = instant(today, policy.morning)
    rung = Rung(today.isoformat(), NoticeKind.SELF_CHECK, at, to=ADMINISTRATOR)
    until = f"至{month_day(fact.to_day)}" if fact.to_day > fact.from_day else ""
    about = partial(
        PlannedNotice,
        unit_id=None,
        plan_id=None,
        due_on=today,
        plan_title="",
        subject_title=(
            f"{month_day(fact.from_day)}{until}应发{fact.expected}，已发{fact.sent}，"
            f"未确认{fact.unconfirmed}，失败{fact.failed}"
        ),
        detail=f"另有待发{fact.waiting}，已撤回{fact.withdrawn}",
    )
    return Ladder("selfcheck", (rung,), about, policy)

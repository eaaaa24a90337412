"""One return and one checkpoint of 2026, and what is said of them at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from tests.domain.calendars import real
from tracker.domain.china_time import CHINA
from tracker.domain.obligation import ObligationState
from tracker.domain.reminders import (
    CheckpointFact,
    ObligationFact,
    PlannedNotice,
    ReminderFacts,
    ReminderPolicy,
    plan_reminders,
)

POLICY = ReminderPolicy()


def at(text: str) -> datetime:
    """A moment of China's clock in 2026: 09-24 17:30."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


WEEK_39 = ObligationFact(
    obligation_id=7, cadence_id=3, plan_id=1, unit_id=12, plan_title="青溪市2026年政务公开工作要点",
    period_key="2026-W39", period_label="第39周（9月21日—9月27日）", opens_on=date(2026, 9, 21),
    due_at=at("09-24 17:30"), state=ObligationState.OPEN,
)  # fmt: skip
TASK = CheckpointFact(
    task_id=5, plan_id=1, plan_title="青溪市2026年政务公开工作要点", task_title="编制基层政务公开标准目录",
    label="完成（9月30日）", due_on=date(2026, 9, 30), unit_ids=(12,),
)  # fmt: skip

RETURNED = replace(
    WEEK_39, state=ObligationState.RETURNED, returned_at=at("09-22 10:00"), return_reason="请附链接", return_number=1
)


def said(
    now: str | datetime, *wanted: ObligationFact | CheckpointFact, policy: ReminderPolicy = POLICY
) -> tuple[PlannedNotice, ...]:
    facts = ReminderFacts(
        tuple(each for each in wanted if isinstance(each, ObligationFact)),
        tuple(each for each in wanted if isinstance(each, CheckpointFact)),
    )
    return plan_reminders(facts, policy, real(), at(now) if isinstance(now, str) else now)

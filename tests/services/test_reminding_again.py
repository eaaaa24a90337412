"""What ceases to be true is withdrawn, and what comes true again is said under the same key, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOW, make_account
from tests.services.test_reminding import deliver_all
from tests.support.everything import one_of_everything
from tracker.adapters import work_calendar
from tracker.domain.notices import NoticeKind
from tracker.services import reminding, settings
from tracker.store.base import Base
from tracker.store.tables import (
    Assignment,
    Claim,
    EventClock,
    Handover,
    InboxItem,
    Instruction,
    Meeting,
    MeetingDecision,
    Notice,
    Obligation,
    OutboxItem,
    QuotaTarget,
    StatisticSheet,
    SupervisionOrder,
    TaskRequest,
)


def states(table: type[Base], over: dict[str, object], again: dict[str, object]) -> Callable[[Session, bool], None]:
    """Sets all rows of a table to what they are when it is over, and back."""

    def change(session: Session, is_over: bool) -> None:
        for row in session.scalars(select(table)):
            for name, value in (over if is_over else again).items():
                setattr(row, name, value)
        session.flush()

    return change


KINDS = {
    NoticeKind.BEFORE_CUTOFF: states(Obligation, {"state": "submitted"}, {"state": "open"}),
    NoticeKind.TASK_OVERDUE: states(Assignment, {"status": "done"}, {"status": "in_progress"}),
    NoticeKind.CLOCK: states(
        EventClock, {"voided_at": NOW, "void_reason": "填错"}, {"voided_at": None, "void_reason": ""}
    ),
    NoticeKind.CLAIM: states(
        Claim, {"state": "claimed", "decided_at": NOW}, {"state": "waiting", "decided_at": None}
    ),
    NoticeKind.DECISION: states(MeetingDecision, {"state": "reported"}, {"state": "open"}),
    NoticeKind.INSTRUCTION: states(Instruction, {"state": "answered"}, {"state": "assigned"}),
    NoticeKind.SUPERVISION: states(
        SupervisionOrder, {"state": "answered", "answered_at": NOW}, {"state": "sent", "answered_at": None}
    ),
    NoticeKind.HANDOVER: states(Handover, {"state": "withdrawn"}, {"state": "waiting"}),
    NoticeKind.STATISTIC: states(
        StatisticSheet, {"state": "submitted", "submitted_at": NOW}, {"state": "open", "submitted_at": None}
    ),
    NoticeKind.REQUEST_WAITS: states(TaskRequest, {"state": "withdrawn", "decided_at": NOW}, {"state": "waiting", "decided_at": None}),
    NoticeKind.MEETING: states(Meeting, {"state": "cancelled"}, {"state": "called"}),
    NoticeKind.QUOTA_LAGS: states(QuotaTarget, {"minimum": 1}, {"minimum": 5}),
}


LATER = NOW + timedelta(days=14)
WHEN = {
    NoticeKind.TASK_OVERDUE: LATER, NoticeKind.HANDOVER: LATER, NoticeKind.CLAIM: NOW + timedelta(days=28),
}  # fmt: skip
"""Of what has a day that is still to come on the first day."""


def of_kind(session: Session, kind: NoticeKind) -> tuple[list[Notice], list[OutboxItem]]:
    """The notices of a kind, and their deliveries."""
    session.expire_all()
    notices = list(session.scalars(select(Notice).where(Notice.kind == kind.value).order_by(Notice.id)))
    items = select(OutboxItem).where(OutboxItem.notice_id.in_([notice.id for notice in notices]))
    return notices, list(session.scalars(items.order_by(OutboxItem.id)))


@pytest.mark.parametrize("kind", KINDS)
def test_what_comes_true_again_is_said_under_the_same_key(
    session: Session, tmp_path: Path, kind: NoticeKind
) -> None:
    settings.seed_calendar(session, work_calendar.official_days([2026]))
    make_account(session)
    one_of_everything(session, 1)
    now = WHEN.get(kind, NOW)
    reminding.plan(session, now=now)
    notices, items = of_kind(session, kind)
    assert notices
    assert {item.state for item in items} == {"due"}

    KINDS[kind](session, True)
    reminding.plan(session, now=now)
    off, off_items = of_kind(session, kind)
    assert ({each.state for each in off}, {each.state for each in off_items}) == ({"cancelled"}, {"cancelled"})

    KINDS[kind](session, False)
    for _ in range(2):
        reminding.plan(session, now=now)
    again, again_items = of_kind(session, kind)
    assert [(each.id, each.key, each.state) for each in again] == [(each.id, each.key, "planned") for each in notices]
    assert [(each.id, each.state) for each in again_items] == [(each.id, "due") for each in items]

    deliver_all(session, tmp_path, now)
    inbox = select(InboxItem.id).where(InboxItem.outbox_id.in_([item.id for item in items]))
    assert len(session.scalars(inbox).all()) == len([item for item in items if item.channel == "inbox"])

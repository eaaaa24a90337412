"""A clock that jumped ahead and came back (时钟跳变): what it closed too early is opened again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.events import Event
from tracker.services import auditing
from tracker.store.queries import clock_jumps


def take_back(session: Session, *, now: datetime) -> int:
    """Open again every period that was closed before its cut-off; on an honest clock there is none.

    Returns:
        How many periods were opened again.

    """
    periods = clock_jumps.closed_too_early(session, now)
    owed = {period.id: clock_jumps.reopen(session, period) for period in periods}
    for period in periods:
        why = "还没到截止时间就被封存（电脑时钟曾经跳到以后）"
        summary = f"{period.label}{why}，已恢复，{owed[period.id]}家重新待报"
        auditing.record(session, SYSTEM, Event.PERIOD_OPEN, ("period", period.id), summary, now=now)
    return len(periods)

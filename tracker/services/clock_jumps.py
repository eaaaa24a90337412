"""A clock that jumped ahead and came back (时钟跳变): what it did too early is taken back.

Which of two clocks is right, the one that was ahead or the one that stands behind it, nobody can tell at
once. What can be put right again is done by the clock as it is. What can only be added to, the ledger of
points, waits until the clock has passed the moment from which it jumped, or has gone on for a day
(`settles_at`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from tracker.domain.actor import SYSTEM
from tracker.domain.china_time import china_day
from tracker.domain.events import Event
from tracker.domain.handover import HandoverState
from tracker.services import accounts, auditing
from tracker.services.advancing import NOT_ASKED, NOT_HELD
from tracker.store.queries import clock_jumps, outbox, resting
from tracker.store.queries import settings as settings_queries

KEY_LENGTH = 160
"""The column of a notice's key."""
AHEAD = "ahead"
"""How the key begins of what was said too early."""
A_DAY = timedelta(days=1)
SETTING = "clock_set_back"
"""Where it is noted: from which moment the clock came back, and when that was noticed."""


def take_back(session: Session, *, now: datetime) -> int:
    """Open again what was closed before its cut-off, and let wait what was opened before its day.

    On an honest clock there is none.

    Returns:
        How many periods were opened again or wait again.

    """
    closed = clock_jumps.closed_too_early(session, now)
    excuses = (NOT_HELD, NOT_ASKED)
    owed = {period.id: clock_jumps.reopen(session, period, excuses=excuses, now=now) for period in closed}
    session.flush()
    opened = clock_jumps.opened_too_early(session, china_day(now), now)
    told = [(period.id, period.label) for period in opened]
    for period in opened:
        clock_jumps.unopen(session, period)
    jumped = "（电脑时钟曾经跳到以后）"
    for period in closed:
        if period.id not in {period_id for period_id, _ in told}:
            summary = f"{period.label}还没到截止时间就被封存{jumped}，已恢复，{owed[period.id]}家重新待报"
            auditing.record(session, SYSTEM, Event.PERIOD_OPEN, ("period", period.id), summary, now=now)
    for period_id, label in told:
        summary = f"{label}还没到开始的日子就已打开{jumped}，已恢复，到时再开始报送"
        auditing.record(session, SYSTEM, Event.PERIOD_CLOSE, ("period", period_id), summary, now=now)
    return len(owed | dict(told))


def hand_back(session: Session, *, now: datetime) -> int:
    """Let contacts who were replaced before their day (交接) be contacts again until it comes.

    What they had not read stays with the new contact, who will need it soon; the planning that follows tells
    the old one anew what still stands.

    Returns:
        How many hand-overs wait for their day again.

    """
    rows = clock_jumps.handed_over_too_early(session, china_day(now), now)
    for row in rows:
        row.state, row.done_at = HandoverState.FILED.value, None
        account = accounts.one(session, row.leaving_id)
        row.unit.contact_name = row.leaving_name
        session.flush()
        accounts.set_active(
            session, SYSTEM, account_id=account.id, active=True, version=account.version, now=now
        )
        summary = f"{row.leaving_name}还没到变动的日子就已交接（电脑时钟曾经跳到以后），已恢复，到日再交接"
        auditing.record(session, SYSTEM, Event.HANDOVER_FILE, ("handover", row.id), summary, now=now)
    return len(rows)


def let_go(session: Session, *, now: datetime) -> int:
    """Let deliveries go again that were put off from a moment which is still to come.

    Returns:
        How many.

    """
    return clock_jumps.let_go(session, now)


def notice(session: Session, *, now: datetime) -> bool:
    """Note that the clock stands before what the last planning took for now; an honest clock never does."""
    stamp = resting.stamp(session)
    if stamp is None or stamp.planned_at <= now:
        return False
    ahead = max(stamp.planned_at, _noted(session)[0] or stamp.planned_at)
    settings_queries.put(session, SETTING, [ahead.isoformat(), now.isoformat()])
    return True


def settles_at(session: Session, *, now: datetime) -> datetime | None:
    """Until when a jump of the clock is not settled; None where there is none."""
    ahead, noticed_at = _noted(session)
    if ahead is None or noticed_at is None:
        return None
    settled = min(ahead, noticed_at + A_DAY)
    return settled if now < settled else None


def _noted(session: Session) -> tuple[datetime | None, datetime | None]:
    row = settings_queries.of_name(session, SETTING)
    if row is None:
        return None, None
    ahead, noticed_at = row.value
    return datetime.fromisoformat(ahead), datetime.fromisoformat(noticed_at)


def unsay(session: Session, wanted: Collection[str], *, now: datetime) -> int:
    """Let what was said too early be said again on its real day: its key is free, what waits does not go.

    `wanted` are the keys of what holds at this moment; they are said already. What a person urged stays. Of
    two workers one of which is hours ahead for good, each undoes what the other does: so that nobody is told
    the same at every tick, it is said anew once a day.

    Returns:
        How many notices were said too early.

    """
    ahead = clock_jumps.said_ahead(session, now)
    anew = clock_jumps.said_anew(session, AHEAD, now - A_DAY) if ahead else set()
    early = [notice for notice in ahead if notice.key not in wanted and notice.key not in anew]
    for notice in ahead:
        if notice.key not in anew or notice.key in wanted:
            notice.planned_at = now
    for notice in early:
        notice.key = f"{AHEAD}{notice.id}:{notice.key}"[:KEY_LENGTH]
    outbox.cancel_waiting(session, [notice.id for notice in early if notice.kind != "urged"])
    session.flush()
    return len(early)

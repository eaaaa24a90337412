"""What of 次数 and 时限 asks for somebody now, counted as the lists count it that the numbers open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from tracker.domain.actor import Actor
from tracker.services import clocks, quotas
from tracker.services.quotas import Behind


@dataclass(frozen=True, slots=True)
class UrgentCounts:
    """The office's desk and 我的待办 show these; a unit's are its own."""

    quotas_behind: int
    """Lines behind the pace of a span that runs."""
    quotas_short: int
    """Lines with a span that ended with too few; nobody looks any more after a final look-back."""
    clocks_overdue: int
    clocks_soon: int

    def __bool__(self) -> bool:
        return bool(self.quotas_behind or self.quotas_short or self.clocks_overdue or self.clocks_soon)


def view(session: Session, actor: Actor, *, today: date) -> UrgentCounts:
    """What a person has to look at."""
    targets = quotas.still_open(session, actor, today=today)
    running = clocks.listing(session, actor, today=today)
    return UrgentCounts(
        quotas.lagging(targets, Behind.PACE),
        quotas.lagging(targets, Behind.END),
        running.overdue,
        running.soon,
    )

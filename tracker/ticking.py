"""One tick (an edge, like a request): bring periods and reminders up to date, then deliver what waits.

Idempotent and safe beside others of its kind: it may run late, twice, in several workers, and be killed
anywhere. Each step is a transaction of its own, so that one that fails takes nothing of the others with it.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session, sessionmaker

from config import Config
from tracker import delivering
from tracker.clock import Clock
from tracker.domain.delivery import Route
from tracker.services import advancing, clock_jumps, handovers, heartbeats, reminding, resting, scoring
from tracker.store.database import transaction


@dataclass(frozen=True, slots=True)
class Brought:
    """What became due: periods opened and closed, notices planned and withdrawn."""

    opened: int
    closed: int
    planned: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class TickReport(Brought):
    """What one tick did."""

    letters: int


def this_worker() -> str:
    """A name that no other worker has, on this machine or another."""
    return f"{socket.gethostname()}:{os.getpid()}"[:80]


def run_tick(
    sessions: sessionmaker[Session], config: Config, clock: Clock, *, anew: bool = False
) -> TickReport:
    """Open and close periods, hand over what is due, plan reminders, deliver what waits."""
    ways, owner = delivering.ways_out(config), this_worker()
    with sessions() as session:
        try:
            brought = bring_up_to_date(session, clock, ways.routes, anew=anew)
        finally:
            # What was planned before goes out, also when something of today cannot be worked out.
            letters = delivering.deliver_waiting(session, ways, clock, owner=owner, site=config.base_url)
        with transaction(session):
            heartbeats.beat(session, owner, detail=f"投递{letters}封", now=clock())
    return TickReport(brought.opened, brought.closed, brought.planned, brought.withdrawn, letters)


def bring_up_to_date(
    session: Session, clock: Clock, routes: Sequence[Route], *, anew: bool = False
) -> Brought:
    """Let periods, handovers, reminders and points follow the time and the facts.

    As long as neither can have changed anything since the last time, this looks no further; `anew` it does.
    """
    now = clock()
    seen = resting.state(session, routes)  # before all that follows: what happens meanwhile counts as later
    if not anew and resting.may_rest(session, seen, now=now):
        return Brought(0, 0, 0, 0)
    with transaction(session):
        clock_jumps.notice(session, now=now)
        clock_jumps.take_back(session, now=now)
        clock_jumps.hand_back(session, now=now)
        clock_jumps.let_go(session, now=now)
        advanced = advancing.advance(session, now=now)
    with transaction(session):
        handovers.advance(session, now=now)
    with transaction(session):
        planned = reminding.plan(session, routes=routes, now=now)
    if clock_jumps.settles_at(session, now=now) is None:
        with transaction(session):
            scoring.enter_all(session, now=now)
    with transaction(session):
        # Last: a tick that was cut off before has left no word that all of this is done.
        resting.keep(session, seen, holds_until=planned.holds_until, now=now)
    return Brought(advanced.opened, advanced.closed, planned.added, planned.withdrawn)

"""One worker of the drill: a planner or a sender that goes on until it is killed or asked to stop.

The office's clock runs fast here, so that a minute's wait is over in seconds; a lease is short for the same
reason, and still longer than the longest exchange.

Loading the program takes longer than most of its lives here: where the system allows it, a worker is forked
from a process that has it loaded and has touched no database.
"""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config import load
from tracker.clock import Clock, system_clock
from tracker.delivering import deliver_waiting, ways_out
from tracker.domain.china_time import CHINA
from tracker.domain.digest import Post
from tracker.outbox_drill.faults import AFTER_COMMIT, Fault, watched
from tracker.services import digesting
from tracker.store.database import prepare_engine, session_factory
from tracker.store.queries import outbox
from tracker.ticking import bring_up_to_date, this_worker

START = datetime(2026, 3, 12, 9, 0, tzinfo=CHINA)
"""A Thursday morning before three plain workdays."""
FASTER = 60
LEASE = timedelta(seconds=5)
PATIENCE = 1.0
LETTERS_A_DAY = 10_000
"""So many that nothing waits for a day that the drill does not see."""
PAUSES = {"ticker": 0.2, "sender": 0.05}


def fast_clock(begun: datetime) -> Clock:
    """The office's time: since `begun` it goes faster than the wall's."""
    return lambda: START + (system_clock() - begun) * FASTER


def work(role: str, folder: Path, begun: datetime, fault: Fault, ready: Connection) -> None:
    """Work until nobody is there any more who started this; whatever goes wrong is written into a file."""
    with (folder / "workers.log").open("a", encoding="utf-8", buffering=1) as log:
        sys.stderr = log
        _work(role, folder, begun, fault, ready)


def _work(role: str, folder: Path, begun: datetime, fault: Fault, ready: Connection) -> None:
    config = load(folder, {})
    fault.install()
    patch.object(outbox, "LEASE", LEASE).start()
    patch.object(digesting, "house", _house_without_limit(digesting.house)).start()
    ways = watched(ways_out(config), fault, seconds=PATIENCE)
    clock = fast_clock(begun)
    engine = create_engine(config.database_url)
    prepare_engine(engine)
    sessions = session_factory(engine)

    def plan() -> int:
        with sessions() as session:
            brought = bring_up_to_date(session, clock, ways.routes)
        if brought.planned:
            fault.reached(AFTER_COMMIT)
        return brought.planned

    def send() -> int:
        with sessions() as session:
            return deliver_waiting(session, ways, clock, owner=this_worker(), site=config.base_url)

    once: Callable[[], int] = plan if role == "ticker" else send
    parent = parent_process()
    ready.send_bytes(b"ready")
    while parent is not None and parent.is_alive():
        try:
            done = once()
        except OperationalError:
            # As the worker does: it is written down, and the next turn goes on. On a machine that is busy
            # with other things SQLite's lock may be held for longer than anybody waits.
            traceback.print_exc()
            done = 0
        if not done:
            time.sleep(PAUSES[role])


def _house_without_limit(house: Callable[[Session], Post]) -> Callable[[Session], Post]:
    def limitless(session: Session) -> Post:
        post = house(session)
        return replace(post, policy=replace(post.policy, most_a_day=LETTERS_A_DAY))

    return limitless

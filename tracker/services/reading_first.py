"""Working a confirmation out before the database is asked to write, and writing it behind the lock.

SQLite lets one write at a time, and to read, compare and draw up thousands of tasks takes seconds. So a
confirmation reads first, beside all others; then it takes its locks and sees whether what it has read still
stands. Where anything has moved meanwhile, it reads once more, behind the lock: slower, and as right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

from tracker.store.database import begin_to_write

T = TypeVar("T")


def read_then_lock(
    session: Session,
    *,
    standing: Callable[[], object],
    read: Callable[[], T],
    lock: Callable[[], object],
) -> T:
    """What `read` gives of things as they stand behind `lock`.

    `standing` tells in small facts what the reading rests on (`tracker.store.queries.standing`). Neither of
    the three writes anything.
    """
    before = standing()
    found = read()
    begin_to_write(session)
    lock()
    if standing() == before:
        return found
    session.expire_all()
    return read()

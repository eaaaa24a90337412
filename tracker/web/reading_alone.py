"""One child at a time: what reads or marks a stranger's file may take half a minute and much memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from tracker.domain.errors import RuleViolated

PATIENCE = 3.0
"""Seconds; an ordinary file is read in one, so that two who come at once need not notice each other."""
_place = BoundedSemaphore(1)


class ReadingAnother(RuleViolated):
    """正在读取另一份文件，请稍等半分钟再试。"""


@contextmanager
def reading_alone() -> Iterator[None]:
    """Nobody else of this process reads meanwhile, however many ask.

    Raises:
        ReadingAnother: somebody does already, and goes on doing so.

    """
    if not _place.acquire(timeout=PATIENCE):
        raise ReadingAnother
    try:
        yield
    finally:
        _place.release()

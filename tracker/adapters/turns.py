"""A few places for heavy work, shared by all processes of one machine: who finds none free waits a little.

A place is a file in a folder that all of them know, held by a lock of the operating system. The lock goes
with its process, so that a holder that was killed keeps nobody waiting.
"""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep
from typing import BinaryIO

from tracker.domain.errors import RuleViolated

_PAUSE = 0.1
_HELD = frozenset({errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK, errno.EDEADLK})
"""What Linux and Windows say where somebody else holds the lock."""


class AllBusy(RuleViolated):
    """正在生成别的文件，请稍后再试。"""


@contextlib.contextmanager
def a_place(folder: Path, *, places: int, seconds: float) -> Iterator[None]:
    """Hold one of the places while the block runs.

    Raises:
        AllBusy: none became free in so many seconds.
        OSError: nothing can be written in the folder.

    """
    folder.mkdir(parents=True, exist_ok=True)
    held = _wait(folder, places, monotonic() + seconds)
    try:
        yield
    finally:
        held.close()  # and with it the lock


def _wait(folder: Path, places: int, until: float) -> BinaryIO:
    while True:
        for number in range(1, places + 1):
            file = (folder / f"{number}.lock").open("ab")
            if _locked(file):
                return file
            file.close()
        if monotonic() >= until:
            raise AllBusy
        sleep(_PAUSE)


def _locked(file: BinaryIO) -> bool:
    """Whether the lock is ours now; it belongs to this opened file, not to the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # A folder whose file system knows no locks keeps nobody waiting: there is no turn to take.
        return error.errno not in _HELD
    return True

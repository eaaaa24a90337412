"""A few places for heavy work: no more at once than there are, and a killed holder keeps nobody waiting."""

from __future__ import annotations

import errno
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Lock, Thread
from time import sleep

import pytest

from tracker.adapters import turns
from tracker.adapters.turns import AllBusy, a_place

HOLDER = """
import sys, time
from pathlib import Path
from tracker.adapters.turns import a_place
with a_place(Path(sys.argv[1]), places=1, seconds=5):
    print("held", flush=True)
    time.sleep(60)
"""


def test_no_more_hold_a_place_than_there_are(tmp_path: Path) -> None:
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(a_place(tmp_path / "turns", places=2, seconds=0))
        with pytest.raises(AllBusy) as told, a_place(tmp_path / "turns", places=2, seconds=0):
            pass
    assert told.value.message == "正在生成别的文件，请稍后再试。"

    with a_place(tmp_path / "turns", places=2, seconds=0):
        assert len(list((tmp_path / "turns").iterdir())) == 2


def test_a_place_is_given_back_when_the_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), a_place(tmp_path, places=1, seconds=0):
        raise ZeroDivisionError

    with a_place(tmp_path, places=1, seconds=0):
        assert (tmp_path / "1.lock").exists()


def test_who_waits_has_the_place_when_it_becomes_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_PAUSE", 0.005)
    together, most, now, lock = Barrier(6), [0], [0], Lock()

    def work() -> None:
        together.wait()
        with a_place(tmp_path, places=2, seconds=30):
            with lock:
                now[0] += 1
                most[0] = max(most[0], now[0])
            sleep(0.01)
            with lock:
                now[0] -= 1

    workers = [Thread(target=work) for _ in range(6)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()

    assert now == [0]
    assert most[0] in {1, 2}


def test_a_killed_holder_frees_its_place(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AllBusy), a_place(tmp_path, places=1, seconds=0):
            pass

        holder.kill()
        holder.wait()

    with a_place(tmp_path, places=1, seconds=0):
        assert holder.returncode != 0


@pytest.mark.skipif(sys.platform == "win32", reason="the lock of Linux")
def test_where_a_folder_knows_no_locks_nobody_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsupported(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unsupported)

    with a_place(tmp_path, places=1, seconds=0), a_place(tmp_path, places=1, seconds=0):
        assert (tmp_path / "1.lock").exists()

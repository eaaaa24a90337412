"""Child processes that are kept alive: started again when they fall over, stopped together at the end.

They stand in process groups of their own: Ctrl+C reaches the parent alone, which then stops them in order.
On Linux the kernel stops them too should the parent be killed outright.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Any

from launcher.console import complain
from launcher.environment import ROOT

PATIENCE_SECONDS = 10.0
LONGEST_PAUSE = 30.0
# A child that lived this long was well; its next fall starts the pauses from the beginning.
WELL_AFTER = 60.0


@dataclass
class Child:
    """A process to be kept alive."""

    name: str
    command: list[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    falls: int = 0
    started: float = 0.0
    not_before: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own interpreter
            self.command, cwd=ROOT, env=self.environ, stdin=subprocess.DEVNULL, **own_group()
        )  # fmt: skip

    def tend(self) -> None:
        """Notice a fall, and start again after a pause that doubles with each fall."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.kill_group()
        self.falls = 1 if now - self.started > WELL_AFTER else self.falls + 1
        pause = pause_after(self.falls)
        complain(f"{self.name}意外停止（{code}），{pause:.0f} 秒后自动重启。")
        self.process, self.not_before = None, now + pause

    def ask_to_stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        if sys.platform == "win32":
            self.process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            self.process.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            complain(f"{self.name}没有及时停下，已强制结束。")
        self.kill_group()

    def kill_group(self) -> None:
        """Leave none of its own children behind: they would hold the port."""
        if self.process is None:
            return
        if sys.platform == "win32":
            subprocess.run(  # noqa: S603 - our own child
                ["taskkill", "/T", "/F", "/PID", str(self.process.pid)], capture_output=True, check=False  # noqa: S607 - of Windows
            )  # fmt: skip
        else:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                return


def pause_after(falls: int) -> float:
    """Seconds to wait before the next start: 1, 2, 4, … up to half a minute."""
    return min(LONGEST_PAUSE, float(2 ** (falls - 1)))


def stop_all(children: list[Child]) -> None:
    """Ask all at once, wait together, and end what does not listen."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        child.wait_or_kill(deadline)


def own_group() -> dict[str, Any]:
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    group: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "linux":
        group["preexec_fn"] = die_with_parent
    return group


def die_with_parent() -> None:
    """Linux: SIGTERM for this child when its parent is gone; nothing elsewhere."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)

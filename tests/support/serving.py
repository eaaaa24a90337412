"""The real programs for the browser story: a server process, the worker's tick, the commands.

Time is the environment's: `at("2026-09-24T15:00+08:00")` starts the server again at that moment, as a person
would meet it a week later.
"""

from __future__ import annotations

import contextlib
import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Self

from sqlalchemy.orm import Session

from launcher import server
from tests.support.databases import Databases, opened

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 60.0
WORKER_SECONDS = 8.0


def impatient(port: int) -> list[str]:
    """The command that serves the pages, made to wait a second for its processes to end, not five."""
    command = server.web_command(sys.executable, port)
    for place, word in enumerate(command):
        if word == "--workers-kill-timeout":
            command[place + 1] = "1"
    return command


class Office:
    """One data folder, a server over it, and its commands; use as a context manager."""

    def __init__(self, data: Path, moment: str, database_url: str | None = None) -> None:
        self.port = server.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.data = data
        self._environ = server.child_environment(server.Options(self.port, data)) | {"TRACKER_CLOCK": moment}
        if database_url:
            self._environ["TRACKER_DATABASE_URL"] = database_url
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.command("migrate")
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def at(self, moment: str) -> None:
        """Go on at another moment: the server is started again, the data stays."""
        self._stop()
        self._environ["TRACKER_CLOCK"] = moment
        self._start()

    def command(self, *words: str) -> str:
        """What one of the application's own commands prints; a failure fails the test."""
        done = subprocess.run(
            [sys.executable, "-m", "tracker.cli", *words], cwd=ROOT, env=self._environ,
            capture_output=True, encoding="utf-8", timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def tick(self) -> str:
        """What the worker does every half minute, once."""
        return self.command("tick")

    def kill_worker_at_work(self) -> None:
        """Start the worker and kill it, without a word, as soon as its next letter lies in the spool.

        One that finds nothing to send is killed after a few seconds, wherever it is.
        """
        spool = self.data / "spool"
        before = set(spool.glob("*"))
        worker = subprocess.Popen([sys.executable, "-m", "tracker.worker"], cwd=ROOT, env=self._environ)
        deadline = time.monotonic() + WORKER_SECONDS
        while set(spool.glob("*")) == before and time.monotonic() < deadline:
            time.sleep(0.002)
        worker.kill()
        worker.wait()

    def _start(self) -> None:
        self._server = subprocess.Popen(impatient(self.port), cwd=ROOT, env=self._environ)
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers():
            assert self._server.poll() is None, "the server has ended"
            assert time.monotonic() < deadline, "the server does not answer"
            time.sleep(0.1)

    def _stop(self) -> None:
        if self._server is None:
            return
        self._server.terminate()
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        self._server = None

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        return True


@contextlib.contextmanager
def opened_office(
    databases: Databases, folder: Path, moment: str, fill: Callable[[Session], None]
) -> Iterator[Office]:
    """An office whose database has been filled beforehand, opened at a moment."""
    with databases.migrated(folder) as url:
        with opened(url) as engine, Session(engine) as session, session.begin():
            fill(session)
        with Office(folder / "instance", moment, url) as office:
            yield office

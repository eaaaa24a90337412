"""`manage.py run` as a person meets it: real processes, a real port, killed and stopped."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher.environment import ROOT
from launcher.server import free_port

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

# The environment of the tests stands in for .venv: nothing is installed here.
START = (
    "import sys; from pathlib import Path; from launcher import environment, server; "
    "environment.ensure = lambda **_: Path(sys.executable); "
    "sys.exit(server.run(server.Options(int(sys.argv[1]), Path(sys.argv[2]), browser=False)))"
)
PATIENCE = 60.0


class Run:
    """One `manage.py run` and what it has said so far."""

    def __init__(self, data: Path) -> None:
        self.port, self.data, self.log = free_port(), data, data.with_suffix(f".{time.monotonic_ns()}.log")
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-X", "utf8", "-c", START, str(self.port), str(data)],
                cwd=ROOT, stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.until_it_says("按 Ctrl+C 停止")

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until_it_says(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.1)

    def children(self, pid: int | None = None) -> list[int]:
        pid = pid or self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def answers(self) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    started = Run(tmp_path / "数据 目录")
    yield started
    started.stop()


def test_a_first_start_gives_a_page_and_a_link_and_stops_cleanly(run: Run) -> None:
    run.until_it_says("/password/")

    assert run.answers() in {200, 302}
    assert f"台账已启动：http://127.0.0.1:{run.port}" in run.said()
    assert re.search(rf"http://127\.0\.0\.1:{run.port}/password/\S{{20,}}", run.said())
    assert (run.data / "tracker.db").exists()
    family = [pid for child in run.children() for pid in (child, *run.children(child))]
    assert len(family) == 4, "a web server with two processes, and a worker"

    assert run.stop() == 0

    assert "台账已停止" in run.said()
    assert [pid for pid in family if Path(f"/proc/{pid}").exists()] == []


def test_what_falls_over_is_started_again(run: Run) -> None:
    fallen = run.children()
    for pid in fallen:
        os.kill(pid, signal.SIGKILL)

    run.until_it_says("网页服务意外停止")
    run.until_it_says("后台任务意外停止")
    deadline = time.monotonic() + PATIENCE
    while not run.answers() or len(run.children()) < 2:
        assert time.monotonic() < deadline, run.said()
        time.sleep(0.2)

    assert not set(fallen) & set(run.children())


def test_nothing_is_left_behind_when_it_is_killed_outright(run: Run) -> None:
    family = [pid for child in run.children() for pid in (child, *run.children(child))]

    run.process.kill()
    run.process.wait()

    deadline = time.monotonic() + PATIENCE
    while any(Path(f"/proc/{pid}").exists() for pid in family):
        assert time.monotonic() < deadline, "a child outlived its parent and holds the port"
        time.sleep(0.1)

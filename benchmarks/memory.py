"""Memory of the web server and the worker together, after each process has made pages (Linux).

PSS counts a page of memory that several processes share once, divided among them: the sum is what the
machine gives up.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import city
from benchmarks.measure import Line
from config import Config
from launcher import server
from launcher.children import Child, stop_all

TARGET = 300.0
ASKED = 60


def lines(config: Config) -> Iterator[Line]:
    """One line for all, and one for each process."""
    if not sys.platform.startswith("linux"):
        return
    with city.application(config) as app:
        cookies = [_cookie(client) for client in city.people(app).values()]
    port = server.free_port()
    environ = server.child_environment(server.Options(port, config.data_dir))
    children = [
        Child("网页服务", server.web_command(sys.executable, port), environ),
        Child("后台任务", [sys.executable, "-m", "tracker.worker"], environ),
    ]
    try:
        for child in children:
            child.start()
        _ask(port, cookies)
        sizes = {child.name: [_size(pid) for pid in _family(child)] for child in children}
    finally:
        stop_all(children)
    yield Line("网页服务与后台任务合计", sum(map(sum, sizes.values())), "MB", target=TARGET)
    for name, each in sizes.items():
        yield Line(f"{name}（{len(each)} 个进程）", sum(each), "MB")


def _cookie(client: object) -> str:
    jar = getattr(client, "_cookies")  # noqa: B009 - werkzeug offers no public list
    return "; ".join(f"{one.key}={one.value}" for one in jar.values())


def _ask(port: int, cookies: list[str]) -> None:
    """Enough pages that each of the processes has made some."""
    deadline = time.monotonic() + 60
    done = 0
    while done < ASKED:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        paths = ("/", "/ledger", "/dashboard", "/reporting", "/my", "/imports")
        try:
            headers = {"Cookie": cookies[done % len(cookies)]} if cookies else {}
            connection.request("GET", paths[done // 4 % len(paths)], headers=headers)
            connection.getresponse().read()
            done += 1
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        finally:
            connection.close()


def _family(child: Child) -> list[int]:
    if child.process is None:
        return []
    pid = child.process.pid
    listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout
    return [pid, *(int(one) for one in listed.split())]


def _size(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0

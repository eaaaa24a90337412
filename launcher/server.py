"""`manage.py run`: from a bare machine to a page in the browser, and a clean stop."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launcher import environment
from launcher.children import Child, stop_all
from launcher.console import Stopped, say
from launcher.environment import ROOT

HOST = "127.0.0.1"
WEB_PROCESSES = 2
# One page at a time would be quickest, but a request that waits (for the child process that reads a document,
# for the database) must not keep everybody else waiting.
WEB_THREADS = 4
READY_SECONDS = 60.0
DATA_EXISTS = 3


@dataclass(frozen=True)
class Options:
    """What the person asked for on the command line."""

    port: int = 8000
    data: Path = ROOT / "instance"
    demo: bool = False
    browser: bool = True

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}"


def run(options: Options) -> int:
    """Everything from a bare machine to a page in the browser; returns when the person stops it.

    Raises:
        Stopped: a step failed; nothing is left running.

    """
    require_free_port(options.port)
    python = str(environment.ensure())
    environ = child_environment(options)
    command(python, environ, "migrate")
    if options.demo:
        command(python, environ, "demo", accepted=(0, DATA_EXISTS))

    stop = threading.Event()
    _on_signals(lambda *_: stop.set())
    children = [
        Child("网页服务", web_command(python, options.port), environ),
        Child("后台任务", [python, "-m", "tracker.worker"], environ),
    ]
    try:
        for child in children:
            child.start()
        # Asked for while the pages get ready, so that a start takes no longer for it.
        link = _asking_for_first_link(python, environ)
        wait_until_ready(options, children, stop)
        if not stop.is_set():
            say(f"台账已启动：{options.address}")
            for sentence in link.communicate()[0].splitlines():
                say(sentence)
            say("按 Ctrl+C 停止。")
            if options.browser and _has_screen():
                webbrowser.open(options.address)
        while not stop.wait(0.5):
            for child in children:
                child.tend()
    finally:
        stop_all(children)
    say("台账已停止。")
    return 0


def _asking_for_first_link(python: str, environ: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [python, "-m", "tracker.cli", "first-link"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def child_environment(options: Options) -> dict[str, str]:
    """What the application reads: where its data is and at which port it is asked for."""
    return os.environ | {
        "TRACKER_DATA": str(options.data.resolve()),
        "TRACKER_PORT": str(options.port),
        # UTF-8 for files and pipes on Windows too; a message is seen when it is written.
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
    }


def web_command(python: str, port: int) -> list[str]:
    """The command that serves the pages: processes with a few threads each, on the loopback address only."""
    if environment.web_server() == "waitress":
        threads = str(WEB_THREADS)
        return [python, "-m", "waitress", "--listen", f"{HOST}:{port}", "--threads", threads, "wsgi:app"]
    return [
        python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port),
        "--workers", str(WEB_PROCESSES), "--blocking-threads", str(WEB_THREADS), "--http", "1", "--no-ws",
        "--respawn-failed-workers", "--respawn-interval", "1", "--workers-kill-timeout", "5",
        "--log-level", "warning", "wsgi:app",
    ]  # fmt: skip


def command(python: str, environ: dict[str, str], *words: str, accepted: tuple[int, ...] = (0,)) -> None:
    """One of the application's own commands, its sentences shown as they come.

    Raises:
        Stopped: it did not succeed; it has said why.

    """
    done = subprocess.run([python, "-m", "tracker.cli", *words], cwd=ROOT, env=environ, check=False)  # noqa: S603 - ours
    if done.returncode not in accepted:
        raise Stopped("启动没有完成，请按上面的提示处理后再运行一次。")


def require_free_port(port: int) -> None:
    """Say kindly that another program, or this one, already listens there.

    Raises:
        Stopped: the port is taken or not allowed.

    """
    if _is_free(port):
        return
    other = next((number for number in range(port + 1, min(port + 50, 65535)) if _is_free(number)), port + 1)
    raise Stopped(
        f"端口 {port} 已被占用。如果台账已经在运行，直接打开 http://{HOST}:{port} 即可；"
        f"否则换一个端口：python3 manage.py run --port {other}"
    )


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        if sys.platform == "win32":
            # On Windows SO_REUSEADDR would let two programs share the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError):
            return False
    return True


def free_port() -> int:
    """A loopback port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_ready(options: Options, children: list[Child], stop: threading.Event) -> None:
    """Until a page is answered; the application may have refused to start, and has then said why.

    Raises:
        Stopped: a child fell, or no page came in time.

    """
    deadline = time.monotonic() + READY_SECONDS
    while not stop.wait(0.1):
        for child in children:
            if child.process is not None and child.process.poll() is not None:
                raise Stopped(f"{child.name}没有启动，请按上面的提示处理后再运行一次。")
        if _answers(options.port):
            return
        if time.monotonic() > deadline:
            raise Stopped("网页服务没有及时启动，请查看上面的提示；若没有提示，请再运行一次。")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _on_signals(handler: Callable[..., None]) -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


def _has_screen() -> bool:
    """A desktop to open a browser on; elsewhere `webbrowser` would start a text browser in the terminal."""
    desktop = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.platform in {"win32", "darwin"} or bool(desktop)

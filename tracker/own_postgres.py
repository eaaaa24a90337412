"""A PostgreSQL server of one's own, for tests and drills: on a free loopback port, in a temporary folder.

PostgreSQL refuses to run as root; then the server runs as the user that Debian's package made for it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg

from launcher.children import die_with_parent
from launcher.server import free_port
from tracker.domain.errors import RuleViolated

SETTINGS = {
    # A test's database need not survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "timezone": "UTC",
}


class NoPostgres(RuleViolated):
    """没有找到 PostgreSQL。请执行 sudo apt install postgresql，检验时也可用 --without postgres 略过。"""


def binaries() -> Path:
    """The folder of initdb and postgres, the newest version first."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]), reverse=True
    )
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NoPostgres


@dataclass
class Server:
    """A running server; databases are made by copying a template, which takes some milliseconds."""

    port: int
    _numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def create(self, template: str = "template0") -> str:
        """A new database, a copy of `template`; its name."""
        name = f"tracker_{next(self._numbers)}"
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return name

    def drop(self, name: str) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self._dsn(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _dsn(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres connect_timeout=5"

    def answers(self) -> bool:
        try:
            psycopg.connect(self._dsn()).close()
        except psycopg.OperationalError:
            return False
        return True


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts, also when the block fails."""
    folder = Path(tempfile.mkdtemp(prefix="taizhang-pg-"))
    account = _account()
    if account:
        shutil.chown(folder, account)
    data = folder / "data"
    # C.UTF-8 is on every Debian; Windows has only C.
    locale = "C.UTF-8" if sys.platform.startswith("linux") else "C"
    try:
        subprocess.run(  # noqa: S603 - PostgreSQL's own program
            [binaries() / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust",
             "--encoding", "UTF8", "--locale", locale, "--no-sync"],
            user=account, cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        process, port = _start(data, account)
        stop = _stopper(process)
        try:
            yield Server(port)
        finally:
            stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _account() -> str | None:
    """The user to run as when this process is root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return None
    import pwd  # not on Windows

    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _start(data: Path, account: str | None) -> tuple[subprocess.Popen[bytes], int]:
    # Between finding a free port and using it another program may take it; then try the next.
    for _ in range(5):
        port = free_port()
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        with (data.parent / "log").open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program
                [binaries() / "postgres", "-D", data, "-p", str(port), *settings],
                user=account, cwd=data, stdout=log, stderr=log, preexec_fn=die_with_parent,  # noqa: PLW1509 - no threads here
            )  # fmt: skip
        server = Server(port)
        for _ in range(300):
            if process.poll() is not None:
                break
            if server.answers():
                return process, port
            time.sleep(0.1)
        else:
            process.kill()
            process.wait()
    raise NoPostgres("PostgreSQL 没有启动：" + (data.parent / "log").read_text(errors="replace")[-2000:])


def _stopper(process: subprocess.Popen[bytes]) -> Callable[[], None]:
    def stop() -> None:
        atexit.unregister(stop)
        if process.poll() is not None:
            return
        process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)  # a fast shutdown
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    atexit.register(stop)
    return stop

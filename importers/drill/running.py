"""Reading thousands of damaged files with a few children, and the account of it."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from importers import limits
from importers.drill.mutating import Mutated, mutated

SECONDS = 30
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Account:
    """What became of the files; `failures` holds those that must not happen, with the reason of each."""

    files: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[Mutated, str, str]] = field(default_factory=list)
    refused: list[Mutated] = field(default_factory=list)
    slowest: float = 0.0
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        return not self.failures

    def count(self, verdict: str) -> int:
        return self.verdicts[verdict]


class Reader:
    """One long-lived child; a new one takes its place when it dies or hangs."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._child: subprocess.Popen[bytes] | None = None

    def read(self, file: Mutated) -> tuple[str, str]:
        """Have the child read a file: its verdict, or `crash` or `hang`."""
        child = self._child or self._start()
        hung = threading.Event()

        def stop() -> None:
            hung.set()
            child.kill()

        timer = threading.Timer(self._seconds, stop)
        timer.start()
        try:
            line = self._ask(child, file)
        finally:
            timer.cancel()
        if line:
            verdict, words = json.loads(line)
            return str(verdict), str(words)
        status = child.wait()
        self.close()
        if hung.is_set():
            return "hang", f"超过 {self._seconds:g} 秒"
        return "crash", f"子进程退出，代码 {status}"

    @staticmethod
    def _ask(child: subprocess.Popen[bytes], file: Mutated) -> bytes:
        assert child.stdin is not None
        assert child.stdout is not None
        name = file.name.encode()
        try:
            child.stdin.write(struct.pack("<II", len(name), len(file.data)) + name + file.data)
            child.stdin.flush()
            return child.stdout.readline()
        except OSError:
            return b""

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-X", "utf8", "-m", "importers.drill.child"]
        alone: dict[str, Any] = {} if sys.platform == "win32" else {"start_new_session": True}
        self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            **alone,
        )
        return self._child

    def close(self) -> None:
        """End the child and whatever it has started."""
        if self._child is not None:
            limits.end_group(self._child)
            for pipe in (self._child.stdin, self._child.stdout):
                assert pipe is not None
                try:
                    pipe.close()
                except OSError:
                    continue
            self._child.wait()
            self._child = None


def run(samples: dict[str, bytes], *, files: int, seed: int, jobs: int, seconds: float = SECONDS) -> Account:
    """Read so many damaged files, several at a time, and count what became of them."""
    account = Account()
    begun = time.perf_counter()
    readers = [Reader(seconds) for _ in range(jobs)]
    free: SimpleQueue[Reader] = SimpleQueue()
    for reader in readers:
        free.put(reader)

    def one(number: int) -> tuple[Mutated, str, str, float]:
        file = mutated(samples, seed, number)
        reader = free.get()
        started = time.perf_counter()
        try:
            verdict, words = reader.read(file)
        finally:
            free.put(reader)
        return file, verdict, words, time.perf_counter() - started

    try:
        with ThreadPoolExecutor(jobs) as pool:
            for done in pool.map(one, range(files)):
                _note(account, *done)
    finally:
        for reader in readers:
            reader.close()
    account.seconds = time.perf_counter() - begun
    return account


def _note(account: Account, file: Mutated, verdict: str, words: str, spent: float) -> None:
    account.files += 1
    account.verdicts[verdict] += 1
    account.slowest = max(account.slowest, spent)
    if verdict == "refused":
        account.refused.append(file)
    elif verdict != "read":
        account.failures.append((file, verdict, words))


_WORDS = {"crash": "崩溃", "hang": "卡住", "partial": "半份导入"}


def sentences(account: Account, seed: int) -> Iterator[str]:
    """The account in words."""
    for file, verdict, words in account.failures[:20]:
        yield f"第 {file.number} 个（{file.name}，{'、'.join(file.done)}）{_WORDS[verdict]}：{words}"
    yield (
        f"种子 {seed}，共 {account.files} 个损坏的文件：读出 {account.count('read')} 个，说明原因后拒绝 "
        f"{account.count('refused')} 个，崩溃 {account.count('crash')} 个，卡住 {account.count('hang')} 个，"
        f"半份导入 {account.count('partial')} 个。"
    )
    yield f"用时 {account.seconds:.0f} 秒，最慢的一个 {account.slowest:.1f} 秒。"

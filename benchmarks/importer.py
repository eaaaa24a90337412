"""The importer, from bytes to draft plan, against the bare thing on the same bytes in the same run.

Processor time is compared, not the clock: another program on the machine slows both sides alike. The targets
are ratios: a large workbook against opening it with openpyxl's full mode, a Word table and a web page against
a bare walk over their cells, 20,000 rows against 1,000, and memory against that of the bare program.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import importers
from benchmarks import bare, plans, prose
from benchmarks.measure import Line
from launcher.environment import ROOT


@dataclass(frozen=True)
class Case:
    """One format: how the plan is written, what is bare beside it, how many rows, how many times its cost."""

    name: str
    against: str
    write: Callable[[int], bytes]
    bare: Callable[[bytes], object]
    rows: int
    target: float


CASES = {
    "xlsx": Case(".xlsx", "openpyxl 完整打开", plans.workbook, bare.load_workbook, 10_000, 0.6),
    "docx": Case(".docx 表格", "lxml 走一遍单元格", plans.word, bare.walk_word, 5_000, 3.0),
    "html": Case("网页表格", "lxml 走一遍单元格", plans.page, bare.walk_page, 5_000, 3.0),
}
FEW, MANY = 1_000, 19_990  # The gate admits 20,000 rows with the title and the header.
MEMORY = 2.0
GROWTH = 1.25


def lines() -> Iterator[Line]:
    """The ratios of each format, of length and of memory, then a plan in running text."""
    for kind, case in CASES.items():
        data = case.write(case.rows)
        own, beside = cost(partial(importers.read_bytes, data, "计划")), cost(partial(case.bare, data))
        said = f"{case.name} {case.rows} 行：读成草稿 {own:.2f} 秒，{case.against} {beside:.2f} 秒"
        yield Line(said, own / beside, "倍", target=case.target)
        if sys.platform.startswith("linux"):
            yield _memory(kind, case, data)
        few, many = case.write(FEW), case.write(MANY)
        each = cost(partial(importers.read_bytes, few, "计划")) / FEW
        later = cost(partial(importers.read_bytes, many, "计划"), times=1) / MANY
        said = f"{case.name} 每行用时：{MANY} 行时 {later * 1e6:.0f} 微秒，{FEW} 行时 {each * 1e6:.0f} 微秒"
        yield Line(said, later / each, "倍", target=GROWTH)
    yield from prose.lines()


def cost(act: Callable[[], object], times: int = 3) -> float:
    """The least processor time of some runs, in seconds."""
    spent = []
    for _ in range(times):
        gc.collect()
        begun = time.process_time()
        act()
        spent.append(time.process_time() - begun)
    return min(spent)


def _memory(kind: str, case: Case, data: bytes) -> Line:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan"
        path.write_bytes(data)
        own, beside = (_peak(what, kind, path) for what in ("read", "bare"))
    said = f"{case.name} {case.rows} 行：内存峰值 {own:.0f} MB，{case.against} {beside:.0f} MB"
    return Line(said, own / beside, "倍", target=MEMORY)


def _peak(what: str, kind: str, path: Path) -> float:
    """The peak of a child process, in megabytes."""
    command = [sys.executable, "-m", "benchmarks.importer", what, kind, str(path)]
    environ = os.environ | {"PYTHONUTF8": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True)
    return float(done.stdout)


def _measure_peak(what: str, kind: str, path: Path) -> None:
    """Read one file in this process and print the most memory that it ever held."""
    data = path.read_bytes()
    made = importers.read_bytes(data, "计划") if what == "read" else CASES[kind].bare(data)
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM:"):
            print(int(line.split()[1]) / 1024)
    del made


if __name__ == "__main__":
    _measure_peak(sys.argv[1], sys.argv[2], Path(sys.argv[3]))

"""Run them all, or those named.

python -m benchmarks importer deadlines regime reminders leaders pages memory
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from benchmarks import city, deadlines, idle, importer, leaders, memory, pages, regime, reminders
from benchmarks.measure import Line
from launcher.environment import ROOT

TITLES = {
    "importer": "导入",
    "deadlines": "时限",
    "regime": "报送",
    "reminders": "提醒",
    "leaders": "驾驶舱和每周进展汇总",
    "pages": "网页",
    "memory": "内存",
}
ALIASES = {"importing": "importer"}
WITH_PEERS = "--with-peers"


def main(words: Sequence[str]) -> int:
    """Print the figures; exceeding a target is said, not punished: machines differ."""
    wanted = [ALIASES.get(word, word) for word in words if word != WITH_PEERS]
    unknown = [name for name in wanted if name not in TITLES]
    if unknown:
        print(f"没有这项测量：{'、'.join(unknown)}。可以选：{'、'.join(TITLES)}。", file=sys.stderr)
        return 2
    if WITH_PEERS in words:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "-r", "requirements-bench.txt"]
        subprocess.run(pip, cwd=ROOT, check=True)
    chosen = [name for name in TITLES if not wanted or name in wanted]
    if "importer" in chosen and "deadlines" not in chosen:
        chosen.insert(1, "deadlines")  # A deadline's cost is part of what the importer must show.
    beyond = 0
    if "importer" in chosen:
        beyond += _report("importer", importer.lines())
    if "deadlines" in chosen:
        beyond += _report("deadlines", deadlines.lines())
    if "regime" in chosen:
        beyond += _report("regime", regime.lines())
    if "reminders" in chosen:
        beyond += _report("reminders", chain(reminders.lines(), idle.lines()))
    if "leaders" in chosen:
        beyond += _report("leaders", leaders.lines())
    if set(chosen) & {"pages", "memory"}:
        with city.built() as config:
            rest: list[tuple[str, Callable[[], Iterator[Line]]]] = [
                ("pages", lambda: pages.lines(config)),
                ("memory", lambda: memory.lines(config)),
            ]
            beyond += sum(_report(name, lines()) for name, lines in rest if name in chosen)
    print(f"\n{'全部在目标之内。' if not beyond else f'{beyond} 项超出目标。'}")
    return 0


def _report(name: str, lines: Iterator[Line]) -> int:
    print(f"\n{TITLES[name]}")
    beyond = 0
    for line in lines:
        print(line, flush=True)
        beyond += not line.within
    return beyond


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

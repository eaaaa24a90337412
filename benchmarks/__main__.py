"""Run them all, or those named: `python -m benchmarks importing pages memory`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

from benchmarks import city, importing, memory, pages
from benchmarks.measure import Line

NAMES = ("importing", "pages", "memory")
TITLES = {"importing": "导入", "pages": "网页", "memory": "内存"}


def main(wanted: Sequence[str]) -> int:
    """Print the figures; exceeding a target is said, not punished: machines differ."""
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"没有这项测量：{'、'.join(unknown)}。可以选：{'、'.join(NAMES)}。", file=sys.stderr)
        return 2
    chosen = [name for name in NAMES if not wanted or name in wanted]
    beyond = 0
    if "importing" in chosen:
        beyond += _report("importing", importing.lines())
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

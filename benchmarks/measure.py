"""Timing and the lines of the report."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured thing: `figure` in `unit`, at most `target`; `ratio` to the bare thing."""

    name: str
    figure: float
    unit: str
    target: float | None = None
    ratio: float | None = None

    @property
    def within(self) -> bool:
        return self.target is None or self.figure <= self.target

    def __str__(self) -> str:
        ratio = f"{self.ratio:8.1f} 倍" if self.ratio is not None else " " * 11
        target = f"（目标 {self.target:g} {self.unit} 以内）" if self.target is not None else ""
        mark = "" if self.within else "  ← 超出目标"
        figure = f"{self.figure:10.{1 if self.figure >= 10 else 2}f}"
        return f"{figure} {self.unit:<4}{ratio}  {self.name}{target}{mark}"


def milliseconds(act: Callable[[], object], times: int = 7) -> float:
    """The median of some runs, after one that warms up."""
    act()
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent) * 1000

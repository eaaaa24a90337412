"""Balances (平衡): what was carried in and what came equals what was settled and what is carried out.

上年结转 + 新收 = 办结 + 结转下年, for the tasks of a plan as for applications (依申请公开). A difference is
named with both sides, because a person has to find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.titled import Titled


class Stretch(Titled):
    """What became of something in a year."""

    CARRIED_IN = "carried_in", "上年结转"
    RECEIVED = "received", "本年新收"
    DONE = "done", "本年办结"
    CARRIED_OUT = "carried_out", "结转下年"


@dataclass(frozen=True, slots=True)
class Flow:
    """What came into a year and what became of it.

    Raises:
        ValueError: a number is below nothing.

    """

    carried_in: int = 0
    received: int = 0
    done: int = 0
    carried_out: int = 0

    def __post_init__(self) -> None:
        if min(self.carried_in, self.received, self.done, self.carried_out) < 0:
            raise ValueError(f"nothing is counted below nothing: {self}")

    @property
    def difference(self) -> int:
        """By how much more came in than went out; 0 where it balances."""
        return self.carried_in + self.received - self.done - self.carried_out

    @property
    def balances(self) -> bool:
        return self.difference == 0

    def __add__(self, other: Flow) -> Flow:
        return Flow(
            self.carried_in + other.carried_in,
            self.received + other.received,
            self.done + other.done,
            self.carried_out + other.carried_out,
        )


@dataclass(frozen=True, slots=True)
class FlowWords:
    """How the four numbers are called, and the measure word."""

    received: str
    done: str
    measure: str
    carried_in: str = "上年结转"
    carried_out: str = "结转下年"


ITEMS = FlowWords("本年新列", "办结", "项")
APPLICATIONS = FlowWords("本年新收", "办理结果", "件")


def whole(flows: Iterable[Flow]) -> Flow:
    """The sum of several; where each balances, so does the sum."""
    total = Flow()
    for flow in flows:
        total += flow
    return total


def difference_words(flow: Flow, words: FlowWords) -> str:
    """Both sides and their difference in words; empty where it balances.

    上年结转16件＋本年新收1466件＝1482件，办理结果1470件＋结转下年9件＝1479件，相差3件。
    """
    if flow.balances:
        return ""
    unit = words.measure
    left, right = flow.carried_in + flow.received, flow.done + flow.carried_out
    return (
        f"{words.carried_in}{flow.carried_in}{unit}＋{words.received}{flow.received}{unit}＝{left}{unit}，"
        f"{words.done}{flow.done}{unit}＋{words.carried_out}{flow.carried_out}{unit}＝{right}{unit}，"
        f"相差{abs(flow.difference)}{unit}"
    )

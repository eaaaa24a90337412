"""老大难: what has been put off again and again, missed again and again, or left over from the year before.

    a task that is open, and
        was put off twice or more                                (延期、改期)
        or has three days or more behind it without being done   (节点到期没有完成)
        or was found unfinished in the year before               (上年未完成, by its confirmed lineage)
    a unit's returns of one rhythm (报送节奏), of which three periods or more never came

A task is put off by a person's act: the office grants a unit a later day (延期), or gives one itself (改期).
One act counts once, however many days of the task it moves, and an 改期 counts while a day of the task is
later than it first was: a slip that was put right puts nothing off. A revised document that names another day
is a new text, not an act of anybody here.

These thresholds are the whole rule. It calls no unit better or worse: it says which matters need a decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.domain.lineage import in_words

PUT_OFF = 2
MISSED = 3

RULE = "延期两次以上、三个节点到期没有完成、上年没有完成的任务，和累计三期以上没有报送的单位"
PUT_OFF_RULE = "单位申请获准的延期和公开办自己推后的改期都算，一次操作算一次；改期后又改回原定日期的不算"
"""What counts as having been put off, for who reads the list."""


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What bears on one open task."""

    granted: int = 0
    """How often a unit was granted a later day (延期)."""
    moved: int = 0
    """How often the office put a day off by itself (改期)."""
    missed: int = 0
    """How many of its days have passed and are still open."""
    years_unfinished: int = 0
    """For how many years on end it was found unfinished before."""

    @property
    def put_off(self) -> int:
        return self.granted + self.moved


def reasons(facts: TaskFacts) -> tuple[str, ...]:
    """Why an open task is among them, in words; nothing where it is not."""
    said = (
        (facts.years_unfinished > 0, in_words(facts.years_unfinished)),
        (facts.put_off >= PUT_OFF, _put_off(facts)),
        (facts.missed >= MISSED, f"{facts.missed}个节点到期没有完成"),
    )
    return tuple(words for holds, words in said if holds)


def _put_off(facts: TaskFacts) -> str:
    of_them = f"（其中公开办改期{facts.moved}次）" if facts.moved else ""
    return f"已延期{facts.put_off}次{of_them}"


def puts_off(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether a change of a task's days (as 2026-09-30) puts one of them off; an added day puts none off."""
    gone, new = sorted(set(before) - set(after)), sorted(set(after) - set(before))
    return any(later > day for day, later in zip(gone, new, strict=False))

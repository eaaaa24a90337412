"""老大难: what has been put off again and again, missed again and again, or left over from the year before.

    a task that is open, and
        was put off twice or more                                (延期)
        or has three days or more behind it without being done   (节点到期没有完成)
        or was found unfinished in the year before               (上年未完成, by its confirmed lineage)
    a unit's returns of one rhythm (报送节奏), of which three periods or more never came

These thresholds are the whole rule. It calls no unit better or worse: it says which matters need a decision.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.lineage import in_words

PUT_OFF = 2
MISSED = 3

RULE = "延期两次以上、三个节点到期没有完成、上年没有完成的任务，和累计三期以上没有报送的单位"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What bears on one open task."""

    put_off: int = 0
    """How often a unit was granted a later day."""
    missed: int = 0
    """How many of its days have passed and are still open."""
    years_unfinished: int = 0
    """For how many years on end it was found unfinished before."""


def reasons(facts: TaskFacts) -> tuple[str, ...]:
    """Why an open task is among them, in words; nothing where it is not."""
    said = (
        (facts.years_unfinished > 0, in_words(facts.years_unfinished)),
        (facts.put_off >= PUT_OFF, f"已延期{facts.put_off}次"),
        (facts.missed >= MISSED, f"{facts.missed}个节点到期没有完成"),
    )
    return tuple(words for holds, words in said if holds)

"""Words that a unit has said before (照抄上期): noted for both sides, never refused.

A week's progress may honestly read like the last one; who reads it should only know. Short words repeat by
nature (已完成。) and tell nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.editions import plain, similarity

SHORTEST_TELLING = 8
"""Words shorter than this tell nothing."""
NEARLY = 0.85
"""From this share of common pairs of characters on two texts are nearly equal."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a task in an earlier period."""

    period: str
    """The period's label: 第38周（9月14日—9月20日）."""
    words: str


@dataclass(frozen=True, slots=True)
class Repeat:
    """The earlier words that a text repeats."""

    period: str
    words: str
    equal: bool

    @property
    def sentence(self) -> str:
        """What both sides are told."""
        how = "文字相同" if self.equal else "文字几乎相同"
        return f"与{self.period.partition('（')[0]}的{how}"


def repeated(words: str, earlier: Iterable[Said]) -> Repeat | None:
    """The latest of the earlier words (given oldest first) that `words` repeats; equal ones go first."""
    if len(words.strip()) < SHORTEST_TELLING:
        return None
    found: Repeat | None = None
    for said in earlier:
        equal = plain(said.words) == plain(words)
        if equal or similarity(said.words, words) >= NEARLY:
            if found and found.equal and not equal:
                continue
            found = Repeat(said.period, said.words, equal)
    return found

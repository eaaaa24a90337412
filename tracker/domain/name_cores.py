"""What tells one body from the next: the middle of its name (市财政局 → 财政).

Nearly every department is 市…局, and many end in …管理局 or …事务局, so names that share only head and
tail share nothing. Two names have something in common when their middles share two characters, or one that
begins a word in one of them and stands in a short form in the other (经信 and 工业和信息化), the bodies being
of one kind. 财政 and 民政 have not: a shared second half is how the words are built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_KIND = re.compile(
    r"(?P<kind>委员会|管委会|委|办公室|办事处|办|人民政府|政府|联合会|协会|学会|联|协|总局|分局|局|厅|部|处|科|室|院|馆|站|社"
    r"|中心|支队|大队|总队|(?:集团|有限责任|有限)*公司|集团)$"
)
_KINDS = {"委员会": "委", "办公室": "办", "人民政府": "政府", "联合会": "联", "总局": "局", "分局": "局"}
_GENERIC = re.compile(r"(?:(?:监督)?管理|监管|事务|服务|建设|保障|工作|执法|促进|发展)+$")
_LEADING = re.compile(r"^(?:政府|委)(?=.{2})")
_JOINTS = re.compile(r"[和与及、()]")


@dataclass(frozen=True, slots=True)
class Core:
    """The words of a name's middle, and the kind of body."""

    words: tuple[str, ...]
    kind: str

    @property
    def letters(self) -> frozenset[str]:
        return frozenset("".join(self.words))

    def begins(self, letter: str) -> bool:
        """Whether a word begins with it; words have two characters."""
        return any(letter in word[::2] for word in self.words)

    def holds_briefly(self, letter: str) -> bool:
        """Whether it stands in a middle so short that each of its characters may begin a word."""
        return len(self.words) == 1 and len(self.words[0]) <= len("经信") and letter in self.words[0]


@lru_cache(maxsize=16384)
def core_of(rest: str) -> Core:
    """The middle of a name that has no level before it any more; nothing where it is a kind alone (政府)."""
    found = _KIND.search(rest)
    kind = found["kind"] if found else ""
    plain = rest[: len(rest) - len(kind)]
    plain = _LEADING.sub("", plain)
    middle = _GENERIC.sub("", plain) or plain
    return Core(tuple(filter(None, _JOINTS.split(middle))), _KINDS.get(kind, kind))


def have_something_in_common(one: str, other: str) -> bool:
    """Whether two names share more than what stands in most names."""
    first, second = core_of(one), core_of(other)
    shared = first.letters & second.letters
    if len(shared) != 1:
        return bool(shared)
    (letter,) = shared
    if first.kind != second.kind:
        return False
    return (first.begins(letter) and second.holds_briefly(letter)) or (
        second.begins(letter) and first.holds_briefly(letter)
    )

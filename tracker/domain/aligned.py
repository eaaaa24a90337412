"""How one sequence became another, in time that grows with their lengths and not with the product of them.

Two short ones are compared as difflib does. In long ones what stands once in either (first stretches of six,
then of three, then single items) holds them together, and only what lies between is looked at; this is the
patience diff of Bram Cohen, on stretches. Where nothing stands once, the first is matched with the first, the
second with the second, and so on.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

_SMALL = 40_000
"""Pairs of items that difflib is given."""
_STRETCHES = (6, 3, 1)
_DEEPEST = 6
"""As often what lies between is taken apart again; each time costs its length."""

Block = tuple[int, int, int]
"""From where in the one, from where in the other, and how many items are the same."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of the one sequence and what became of it in the other, tagged as difflib does."""

    tag: str
    a1: int
    a2: int
    b1: int
    b2: int


def steps(ours: Sequence[str], theirs: Sequence[str]) -> list[Step]:
    """equal, replace, delete and insert in turn, which lead from the one to the other."""
    found: list[Step] = []
    a = b = 0
    for i, j, size in [*_joined(sorted(_blocks(ours, theirs))), (len(ours), len(theirs), 0)]:
        if a < i or b < j:
            tag = "replace" if a < i and b < j else "delete" if a < i else "insert"
            found.append(Step(tag, a, i, b, j))
        if size:
            found.append(Step("equal", i, i + size, j, j + size))
        a, b = i + size, j + size
    return found


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks without gaps between them as one."""
    held = (0, 0, 0)
    for i, j, size in blocks:
        if held[0] + held[2] == i and held[1] + held[2] == j:
            held = (held[0], held[1], held[2] + size)
            continue
        if held[2]:
            yield held
        held = (i, j, size)
    if held[2]:
        yield held


def _blocks(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Block]:
    waiting = [(0, len(ours), 0, len(theirs), 0)]
    while waiting:
        alo, ahi, blo, bhi, depth = waiting.pop()
        start = alo
        while alo < ahi and blo < bhi and ours[alo] == theirs[blo]:
            alo, blo = alo + 1, blo + 1
        if start < alo:
            yield start, blo - (alo - start), alo - start
        end = ahi
        while alo < ahi and blo < bhi and ours[ahi - 1] == theirs[bhi - 1]:
            ahi, bhi = ahi - 1, bhi - 1
        if ahi < end:
            yield ahi, bhi, end - ahi
        if alo == ahi or blo == bhi:
            continue
        one, other = ours[alo:ahi], theirs[blo:bhi]
        if len(one) * len(other) <= _SMALL:
            for i, j, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
                if size:
                    yield alo + i, blo + j, size
            continue
        held, last = _held(one, other)
        a = b = 0
        for i, j, size in [*held, (len(one), len(other), 0)]:
            if size:
                yield alo + i, blo + j, size
            small = (i - a) * (j - b) <= _SMALL
            if a < i and b < j and (small or (held and not last and depth < _DEEPEST)):
                waiting.append((alo + a, alo + i, blo + b, blo + j, depth + 1))
            a, b = i + size, j + size


def _held(ours: Sequence[str], theirs: Sequence[str]) -> tuple[list[Block], bool]:
    """What holds the two together, and whether there is nothing further to find between."""
    for size in _STRETCHES:
        one, other = _once(ours, size), _once(theirs, size)
        pairs = [(i, other[stretch]) for stretch, i in one.items() if stretch in other]
        if pairs:
            return _apart(_rising(pairs), size), False
    return _apart(_rising(_in_turn(ours, theirs)), 1), True


def _once(items: Sequence[str], size: int) -> dict[tuple[str, ...], int]:
    """The stretches of this size that stand once, with their places, in order."""
    stretches = list(zip(*(items[start:] for start in range(size)), strict=False))
    counted = Counter(stretches)
    return {stretch: place for place, stretch in enumerate(stretches) if counted[stretch] == 1}


def _in_turn(ours: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """The places of what stands in both: the first of it with the first, the second with the second."""
    places: dict[str, list[int]] = {}
    for place, item in enumerate(theirs):
        places.setdefault(item, []).append(place)
    met: Counter[str] = Counter()
    found = []
    for place, item in enumerate(ours):
        if met[item] < len(places.get(item, ())):
            found.append((place, places[item][met[item]]))
            met[item] += 1
    return found


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """As many of the pairs as rise on both sides, which rise on the first already."""
    ends: list[int] = []
    which: list[int] = []
    before: list[int] = []
    for place, (_, j) in enumerate(pairs):
        at = bisect_left(ends, j)
        before.append(which[at - 1] if at else -1)
        if at == len(ends):
            ends.append(j)
            which.append(place)
        else:
            ends[at], which[at] = j, place
    found = []
    place = which[-1] if which else -1
    while place >= 0:
        found.append(pairs[place])
        place = before[place]
    return found[::-1]


def _apart(pairs: Iterable[tuple[int, int]], size: int) -> list[Block]:
    """Stretches of one size as blocks that do not overlap; neighbours are one block."""
    found: list[Block] = []
    for i, j in pairs:
        if found:
            a, b, known = found[-1]
            if i - a == j - b and i <= a + known:
                found[-1] = (a, b, max(known, i - a + size))
                continue
            if i < a + known or j < b + known:
                continue
        found.append((i, j, size))
    return found

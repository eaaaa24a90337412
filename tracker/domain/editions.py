"""Editions (版次) item by item: which item of a new edition is which task, and what changed in it.

`matched` pairs the items of two editions: what is printed alike first, then by how much of
the text is the same, a number in its section counting only for texts that agree in part. Inserting one item
shifts every number after it, so a number never outweighs the words. `kinds_of` says what changed in a pair.

Everything here is the same for the same input: ties go to the order of the documents.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tracker.domain.batch import ChangeKind

SAME_WORDS = 0.55
"""From this share of common pairs of characters on, two texts are one item that was reworded."""
SAME_PLACE = 0.3
"""The same for two texts that stand under the same number of the same section."""
_CANDIDATES = 8
_RARE = 16
_VOTES = 2_000
"""So many votes choose the candidates; in a document of ten thousand rows even rare words are many."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an edition: its number as printed, its headings, its text."""

    text: str
    number: str = ""
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which old item is which new one, by their places; None on one side is 删去 or 新增."""

    pairs: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    new: tuple[int, ...]


@lru_cache(maxsize=65536)
def plain(text: str) -> str:
    """A text as it is compared: one width of characters, without blanks, marks and case."""
    wide = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in wide if sign.isalnum())


@lru_cache(maxsize=65536)
def _pieces(text: str) -> frozenset[tuple[str, int]]:
    """The pairs of neighbouring characters of a text; what stands twice counts twice."""
    words = plain(text)
    seen: Counter[str] = Counter()
    found = set()
    for pair in (words[place : place + 2] for place in range(max(len(words) - 1, 1))):
        seen[pair] += 1
        found.add((pair, seen[pair]))
    return frozenset(found)


def similarity(one: str, other: str) -> float:
    """The share of pairs of characters that two texts have in common: 1 for equal ones, 0 for strangers."""
    if plain(one) == plain(other):
        return 1.0
    left, right = _pieces(one), _pieces(other)
    return 2 * len(left & right) / (len(left) + len(right))


def matched(old: Sequence[Item], new: Sequence[Item]) -> Pairing:
    """Pair the items of two editions, each at most once, the most alike first."""
    pairs = dict(_equal(old, new))
    left = [place for place in range(len(old)) if place not in pairs]
    taken = set(pairs.values())
    right = [place for place in range(len(new)) if place not in taken]
    shift = _shift(pairs)
    found = sorted(
        (-score, abs(theirs - ours - shift), ours, theirs)
        for ours, theirs, score in _alike(old, new, left, right)
    )
    for _, _, ours, theirs in found:
        if ours not in pairs and theirs not in taken:
            pairs[ours] = theirs
            taken.add(theirs)
    return Pairing(
        tuple(sorted(pairs.items(), key=lambda pair: pair[1])),
        tuple(place for place in range(len(old)) if place not in pairs),
        tuple(place for place in range(len(new)) if place not in taken),
    )


def _shift(pairs: dict[int, int]) -> int:
    """By how much the order has moved for most of the pairs that are sure."""
    moves = Counter(theirs - ours for ours, theirs in pairs.items())
    return min(moves, key=lambda move: (-moves[move], abs(move), move)) if moves else 0


def _place(item: Item) -> tuple[str, tuple[str, ...]]:
    return plain(item.number), tuple(_heading(heading) for heading in item.path)


def _heading(heading: str) -> str:
    """A heading without its number, which an inserted section shifts as well."""
    return plain(re.sub(r"^\s*[（(]?[0-9一二三四五六七八九十百]+[)）、.．]?", "", heading))


def _equal(old: Sequence[Item], new: Sequence[Item]) -> Iterable[tuple[int, int]]:
    """Items with the same words: at the same place first, then in the same section, then in order."""
    waiting: dict[str, list[int]] = defaultdict(list)
    for theirs, item in enumerate(new):
        waiting[plain(item.text)].append(theirs)
    ours_by_text: dict[str, list[int]] = defaultdict(list)
    for ours, item in enumerate(old):
        if plain(item.text) in waiting:
            ours_by_text[plain(item.text)].append(ours)
    for words, group in ours_by_text.items():
        left = list(group)
        for level in (2, 1, 0):
            by_place: dict[object, list[int]] = defaultdict(list)
            for theirs in waiting[words]:
                by_place[_key(new[theirs], level)].append(theirs)
            rest = []
            for ours in left:
                same = by_place[_key(old[ours], level)]
                if same:
                    theirs = same.pop(0)
                    waiting[words].remove(theirs)
                    yield ours, theirs
                else:
                    rest.append(ours)
            left = rest


def _key(item: Item, level: int) -> object:
    number, path = _place(item)
    return (number, path) if level == 2 else path if level == 1 else ""


def _alike(
    old: Sequence[Item], new: Sequence[Item], left: Sequence[int], right: Sequence[int]
) -> Iterable[tuple[int, int, float]]:
    """Pairs that may be one item, with how much they agree.

    Candidates are looked for by the rarest pairs of characters an item has, not by comparing all with all.
    """
    holders: dict[tuple[str, int], list[int]] = defaultdict(list)
    for ours in left:
        for piece in _pieces(old[ours].text):
            holders[piece].append(ours)
    by_place: dict[object, list[int]] = defaultdict(list)
    for ours in left:
        by_place[_place(old[ours])].append(ours)
    for theirs in right:
        item = new[theirs]
        known = sorted(
            (piece for piece in _pieces(item.text) if piece in holders),
            key=lambda piece: (len(holders[piece]), piece),
        )
        votes: Counter[int] = Counter()
        for piece in known[:_RARE]:
            votes.update(holders[piece])
            if votes.total() > _VOTES:
                break
        same_place = by_place.get(_place(item), []) if item.number else []
        best = sorted(votes, key=lambda ours: (-votes[ours], ours))[:_CANDIDATES]
        for ours in dict.fromkeys([*best, *same_place[:_CANDIDATES]]):
            score = similarity(old[ours].text, item.text)
            if score >= SAME_WORDS or (score >= SAME_PLACE and ours in same_place):
                yield ours, theirs, score


@dataclass(frozen=True, slots=True)
class Substance:
    """What a task says, for telling what an edition changed: text, who owes it in which role, the reading."""

    text: str
    owed: frozenset[tuple[int, str]]
    notation: str


def kinds_of(before: Substance, after: Substance) -> tuple[ChangeKind, ...]:
    """What differs between two editions of one item; nothing where it is unchanged."""
    found = (
        (ChangeKind.WORDING, _squeezed(before.text) != _squeezed(after.text)),
        (ChangeKind.UNITS, before.owed != after.owed),
        (ChangeKind.DATE, before.notation != after.notation),
    )
    return tuple(kind for kind, differs in found if differs)


def _squeezed(text: str) -> str:
    """A text without what only the layout of a file decides: blanks and the width of characters."""
    return "".join(unicodedata.normalize("NFKC", text).split())

"""How much of an article stands in an earlier one (相似): noted side by side, never refused.

Two texts share a passage where so many characters in a row are the same, blanks and marks left out. The share
is that of the later text: a passage of it counts wherever it stands in the other, so a text that was put in
another order is found as well. Nothing is remembered: articles are long, and a cache of them would be large.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import groupby

from tracker.domain.compared import Piece

RUN = 6
"""So many equal characters in a row are a passage; shorter ones are the language of the trade."""
TELLING = 0.3
"""From this share on it is worth a word."""
MOST = 5
_PROBES = 48
_FIRST = 3
"""Every third probe goes first: a text in which none of them stands is a stranger."""
_LIKELY = 0.1
"""A text with this share of the probes is looked at closely; a true share of 0.3 hardly ever shows less."""


def share(text: str, other: str) -> float:
    """How much of a text stands in another: 1 for all of it, 0 for nothing."""
    runs = _runs(_plain(text))
    return len(runs & _runs(_plain(other))) / len(runs) if runs else 0.0


def resembling(text: str, others: Iterable[tuple[int, str]], *, most: int = MOST) -> list[tuple[int, float]]:
    """Which of the others (by a number) have much of a text, and how much; the largest share first.

    A few short probes choose whom to look at closely: of thousands of articles hardly any are.
    """
    probes = _probes(text)
    if not probes:
        return []
    first, least = probes[::_FIRST], max(1, round(len(probes) * _LIKELY))
    runs = _runs(_plain(text))
    found = []
    for number, other in others:
        known = any(probe in other for probe in first)
        if known and sum(probe in other for probe in probes) >= least:
            common = len(runs & _runs(_plain(other))) / len(runs)
            if common >= TELLING:
                found.append((number, common))
    return sorted(found, key=lambda one: -one[1])[:most]


def marked(text: str, other: str) -> tuple[Piece, ...]:
    """A text in pieces: "same" stands in the other too, "new" does not."""
    places = [place for place, sign in enumerate(text) if sign.isalnum()]
    plain = [_narrow(text[place]) for place in places]
    theirs = _runs(_plain(other))
    shared = [False] * len(text)
    for start in range(len(plain) - RUN + 1):
        if "".join(plain[start : start + RUN]) in theirs:
            first, last = places[start], places[start + RUN - 1]
            shared[first : last + 1] = [True] * (last + 1 - first)
    pieces = groupby(zip(text, shared, strict=True), key=lambda one: one[1])
    return tuple(("same" if same else "new", "".join(sign for sign, _ in run)) for same, run in pieces)


def _probes(text: str) -> tuple[str, ...]:
    """Short passages from all over a text, as they are written."""
    found = list(dict.fromkeys(_written_runs(text)))
    step = max(1, len(found) // _PROBES)
    return tuple(found[::step][:_PROBES])


def _written_runs(text: str) -> Iterator[str]:
    for is_word, signs in groupby(text, key=str.isalnum):
        run = "".join(signs)
        if is_word:
            yield from (run[start : start + RUN] for start in range(len(run) - RUN + 1))


def _runs(plain: str) -> frozenset[str]:
    return frozenset(plain[start : start + RUN] for start in range(len(plain) - RUN + 1))


def _plain(text: str) -> str:
    return "".join(_narrow(sign) for sign in text if sign.isalnum())


def _narrow(sign: str) -> str:
    """One width of characters; what would become several stays as it is, so that places are kept."""
    narrow = unicodedata.normalize("NFKC", sign).casefold()
    return narrow if len(narrow) == 1 else sign

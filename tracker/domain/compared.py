"""Two versions of a text word by word (逐词对照): what stayed, what went, what came.

Chinese puts no blanks between words. A number or a Latin word is one token here and never cut in two; of
Chinese characters a single one that happens to stand in both texts between two changes is no word that
stayed, so it goes with them. The pieces read as a person would have marked them by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

MOST_WORK = 400_000
"""Comparing costs the product of the lengths; two longer texts are shown one after the other."""
STRANGERS = 0.3
"""Below this share in common nothing has stayed that is worth showing."""
Piece = tuple[str, str]
"""("same" | "gone" | "new", words)"""

_TOKEN = re.compile(r"[0-9A-Za-z]+(?:[.:/%-]+[0-9A-Za-z%]+)*%?|.", re.DOTALL)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_Stretch = tuple[bool, str, str]
"""Whether it stayed, its words before, its words after."""


def compare(before: str, after: str) -> tuple[Piece, ...]:
    """A text in pieces; whole when nothing of it stayed."""
    if before == after:
        return (("same", after),) if after else ()
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) * len(new) > MOST_WORK or matcher.ratio() < STRANGERS:
        return tuple(piece for piece in (("gone", before), ("new", after)) if piece[1])
    pieces: list[Piece] = []
    for same, gone, came in _joined(list(_stretches(matcher, old, new))):
        named = (("same", came),) if same else (("gone", gone), ("new", came))
        pieces += [piece for piece in named if piece[1]]
    return tuple(pieces)


def compare_paragraphs(before: str, after: str) -> tuple[Piece, ...]:
    """A text of several paragraphs in pieces: whole paragraphs first, then word by word what changed."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if len(old) * len(new) <= 1 or before == after:
        return compare(before, after)
    pieces: list[Piece] = []
    for kind, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(new[first:last])))
            continue
        pairs = zip_longest(old[start:end], new[first:last], fillvalue="")
        if end - start == last - first:
            pieces += [piece for pair in pairs for piece in compare(*pair)]
        else:
            pieces += compare("".join(old[start:end]), "".join(new[first:last]))
    return tuple(pieces)


def _stretches(
    matcher: SequenceMatcher[str], old: Sequence[str], new: Sequence[str]
) -> Iterator[_Stretch]:
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        yield kind == "equal", "".join(old[start:end]), "".join(new[new_start:new_end])


def _joined(stretches: Sequence[_Stretch]) -> Iterator[_Stretch]:
    """Changes that only a single character keeps apart are one change."""
    gone, came, open_ = "", "", False
    for place, (same, before, after) in enumerate(stretches):
        between = 0 < place < len(stretches) - 1
        if same and not (between and len(after) == 1 and _CHINESE.match(after)):
            if open_:
                yield False, gone, came
            gone, came, open_ = "", "", False
            yield True, before, after
        else:
            gone, came, open_ = gone + before, came + after, True
    if open_:
        yield False, gone, came

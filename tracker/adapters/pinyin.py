"""Pinyin of names, for search boxes. The only importer of pypinyin.

People type the reading they know: 六安 is *lu'an* to those who live there and *liuan* to others. So a name
is searchable under the readings of its characters, the likely ones first.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, islice, product
from types import ModuleType
from typing import Any

# A name with five ambiguous characters has hundreds of readings; people try the first few.
READINGS = 40


@cache
def _pypinyin() -> ModuleType:
    """The library, loaded when a name is first spelt and without its phrases.

    They cost 40 MB in every process and decide only which reading comes first; all readings are kept anyway.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    import pypinyin  # late: most processes never spell a name

    return pypinyin


def search_keys(names: Iterable[str]) -> str:
    """Full pinyin and initials of names in their readings, each once, separated by blanks.

    `search_keys(["六安市"])` begins with "liuanshi las luanshi …".
    """
    keys: dict[str, None] = {}
    for name in names:
        for reading in islice(_readings(name), READINGS):
            keys["".join(reading)] = None
            keys["".join(syllable[0] for syllable in reading)] = None
    keys.pop("", None)
    return " ".join(keys)


def _readings(name: str) -> Iterator[tuple[str, ...]]:
    """The commonest reading of each character, then those that differ from it in one, then in two."""
    library = _pypinyin()
    letters = [character for character in name if character.isalnum()]
    right = [
        syllable.lower()
        for syllable in library.lazy_pinyin("".join(letters), style=library.Style.NORMAL, errors=_apart)
    ]
    others = [
        [other for other in _of_character(letter) if other != right[place]]
        for place, letter in enumerate(letters)
    ]
    yield tuple(right)
    ambiguous = [place for place, choices in enumerate(others) if choices]
    for count in (1, 2):
        for places in combinations(ambiguous, count):
            for choice in product(*(others[place] for place in places)):
                reading = list(right)
                for place, syllable in zip(places, choice, strict=True):
                    reading[place] = syllable
                yield tuple(reading)


def _apart(letters: str) -> Any:
    """Digits and Latin letters, each a syllable of its own; pypinyin takes a list, but does not say so."""
    return list(letters)


def _of_character(character: str) -> list[str]:
    library = _pypinyin()
    found = library.pinyin(character, style=library.Style.NORMAL, heteronym=True)
    return [reading.lower() for reading in found[0]]

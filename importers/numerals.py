"""Figures as government documents write them: full width, with blanks between, in Chinese numerals."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_DIGITS = {"〇": 0, "○": 0, "零": 0, "一": 1, "元": 1, "二": 2, "两": 2, "三": 3, "四": 4,
           "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_PLACES = {"十": 10, "百": 100}


class _Narrowed(dict[int, str]):
    """Each character's half-width form, found when it is first met."""

    def __missing__(self, code: int) -> str:
        plain = unicodedata.normalize("NFKC", chr(code))
        self[code] = made = plain if len(plain) == 1 else chr(code)
        return made


_NARROWED = _Narrowed()


def narrow(text: str) -> str:
    """Half-width forms, character by character; those that would grow (⑴, ㎡) stay as they are."""
    # Most texts are plain but for these marks; asking the tables for each character takes five times as long.
    plain = text.replace("，", ",").replace("：", ":").replace("；", ";")
    plain = plain.replace("（", "(").replace("）", ")")
    return plain if unicodedata.is_normalized("NFKC", plain) else plain.translate(_NARROWED)


def squeezed(text: str) -> str:
    """Half-width forms without blanks."""
    return "".join(narrow(text).split())


def squeeze(text: str) -> tuple[str, Sequence[int]]:
    """Half-width forms without blanks, and for each character left the place where it stood.

    The places let a reader give back the words exactly as they were printed: one place always means one
    character.
    """
    plain = narrow(text)
    pieces = plain.split()
    if len(pieces) == 1 and len(pieces[0]) == len(plain):
        return plain, range(len(plain))
    return "".join(pieces), [at for at, char in enumerate(plain) if not char.isspace()]


def number(text: str) -> int | None:
    """The value of `12`, `十二`, `二〇二五`, `两`; None where the characters make no number."""
    if text.isascii() and text.isdigit():
        return int(text[:9])
    if not any(char in _PLACES for char in text):
        digits = "".join(str(_DIGITS.get(char, char if "0" <= char <= "9" else "")) for char in text)
        return int(digits[:9]) if text and len(digits) == len(text) else None
    total, current = 0, 0
    for char in text:
        if char in _DIGITS:
            current = _DIGITS[char]
        elif char in _PLACES:
            total += (current or 1) * _PLACES[char]
            current = 0
        else:
            return None
    return total + current

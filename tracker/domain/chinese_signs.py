"""Punctuation of Chinese text (GB/T 15834-2011): full width among Chinese characters.

What is read from files often has half width (公开,历史; 各县(市、区)政府); a paper that goes out has full.
Numbers, Latin words and addresses keep their own signs: 1,280件, 15:00, https://….
"""

from __future__ import annotations

import re

_SIGNS = str.maketrans(",;:?!", "，；：？！")
_AFTER_HAN = re.compile(
    r"(?<=[\u3400-\u9fff》）)”’〕])[,;:?!](?!//)"
    r"|(?<=[\d%％])[,;](?=[\u3400-\u9fff“‘《（(])"
)


def full_width(text: str) -> str:
    """The text with the signs of Chinese punctuation; what holds no Chinese in it is left alone."""
    if text.isascii():
        return text
    return _AFTER_HAN.sub(lambda found: found[0].translate(_SIGNS), _bracketed(text))


def _bracketed(text: str) -> str:
    """Brackets around Chinese characters as full ones, however deep: ((市)、区) is two pairs."""
    signs = list(text)
    opened: list[int] = []
    last_han = -1
    for place, sign in enumerate(text):
        if "\u3400" <= sign <= "\u9fff":
            last_han = place
        elif sign == "(":
            opened.append(place)
        elif sign == ")" and opened:
            start = opened.pop()
            if last_han > start:
                signs[start], signs[place] = "（", "）"
    return "".join(signs)

"""Cutting a text to what a channel takes (截短): counted in bytes, cut between characters, and said so.

A robot's limit is in bytes: 2,048 of them are 682 Chinese characters. A cut in the middle of one would leave
bytes that are no text, and a robot refuses the whole message for them.
"""

from __future__ import annotations

import unicodedata

CUT = "…（全文见系统）"
_JOINERS = {"\u200d", *(chr(code) for code in range(0xFE00, 0xFE10))}


def fit(text: str, most_bytes: int, *, ending: str = "") -> str:
    """The text with its ending, in at most `most_bytes` bytes of UTF-8; the ending is never cut.

    Raises:
        ValueError: there is not even room for the ending and the words that something was cut.

    """
    if _size(text + ending) <= most_bytes:
        return text + ending
    room = most_bytes - _size(CUT + ending)
    if room < 0:
        raise ValueError(f"no text fits into {most_bytes} bytes beside its ending")
    head = text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    # An accent or a joined sign belongs to the character before it.
    while head and len(head) < len(text) and _clings(text[len(head)]):
        head = head[:-1]
    return head.rstrip() + CUT + ending


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _clings(character: str) -> bool:
    return character in _JOINERS or unicodedata.combining(character) != 0

"""Plain responsibility phrases (寻常的责任单位), which most cells hold: names, their labels and verbs.

    phrase = piece ("、" | "，" | "；" | "。" piece)*
    piece  = [label "："] name [verb]          牵头单位：市司法局 · 市财政局 · 市档案馆配合

A piece is plain where the grammar of `unit_names` and `unit_marks` reads it alone as it does among others:
one whole name, without levels to join (乡镇政府、街道办事处), without words that look beyond the piece (会同,
其中, 等); brackets may stand in it (各县（市、区）政府). Names come back from row to row, so each piece is
judged once, and a phrase is put together from what is known of its pieces. One piece that is not plain, or
an ending that another name may share, and the whole phrase is left to the grammar in `unit_text`; a test
holds that both read the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from importers import unit_marks, unit_names
from importers.unit_marks import Role

LONGEST_NAME = 40


class Named(NamedTuple):
    """A name, the role that the phrase gives it, and the number of commas before it."""

    name: str
    role: Role
    commas: int
    starred: bool = False


class _Piece(NamedTuple):
    """What one plain piece says: its label's role, its name, its verb with the role that it gives."""

    name: str
    label: Role | None
    how: str
    verb_role: Role | None
    gives: bool
    takes: bool


_UNREAD = re.compile(r"[年月日季周为是系再等由请自具]|其中|会同")
"""Words that the whole phrase must judge: times, notes on roles, units left unnamed, misprints."""
_MARKS = re.compile(r"([、，；。,;])(?![^（）()]*[）)])")
_NARROW = {"，": ",", "；": ";"}
_HALF_WIDTH = str.maketrans("：（）", ":()")
_PRINTED = re.compile(r"(?:[一-鿿]+:)?[一-鿿]+(?:\([一-鿿、]+\)[一-鿿]*)?")
_LEAST, _LONGEST = 3, 400


def read(text: str, default: Role) -> tuple[list[Named], list[str]] | None:
    """The names of a plain phrase and how they act (牵头, 配合); None where the phrase is not plain."""
    if len(text) > _LONGEST:
        return None
    parts = _MARKS.split(text.rstrip("。；，、;,"))
    pieces = list(map(_piece, parts[::2]))
    label, labelled, commas, gives, takes = default, False, 0, False, False
    waiting: list[tuple[str, int]] = []
    named: list[Named] = []
    remarks: list[str] = []
    for piece, mark in zip(pieces, [*parts[1::2], ""], strict=True):
        if piece is None:
            return None
        gives, takes = gives or piece.gives, takes or piece.takes
        if piece.label:
            named += [Named(name, label, before) for name, before in waiting]
            waiting, label, labelled = [], piece.label, True
        waiting.append((piece.name, commas))
        mark = _NARROW.get(mark, mark)
        if piece.how:
            role = piece.verb_role or label
            named += [Named(name, role, before) for name, before in waiting]
            remarks.append(piece.how)
            waiting = []
        elif mark == "。" or (mark == ";" and not labelled):
            named += [Named(name, label, before) for name, before in waiting]
            waiting = []
        commas += mark == ","
    named += [Named(name, label, before) for name, before in waiting]
    return None if gives and takes else (named, remarks)


@lru_cache(maxsize=4096)
def _piece(printed: str) -> _Piece | None:
    """Judge one piece; None where it is not plain."""
    text = printed.translate(_HALF_WIDTH)
    if _PRINTED.fullmatch(text) is None or _UNREAD.search(text) or unit_marks.set_off(text) != text:
        return None
    label, how, verb_role = None, "", None
    if found := unit_marks.label_at(text):
        label, end = found
        text = text[end:].removeprefix(":")
        if label is None:
            return None
    if verb := unit_marks.verb_behind(text):
        how, text = verb["how"] or verb["share"], text[:verb.start()]
        verb_role = unit_marks.role_given(verb)
    if not _is_whole(text):
        return None
    return _Piece(text, label, how, verb_role, unit_names.gives_ending(text), unit_names.takes_ending(text))


def _is_whole(name: str) -> bool:
    """Whether a name is read alone as it is among others, and gives no doubt."""
    return (
        ":" not in name
        and not name.startswith("(")
        and _LEAST <= len(name) <= LONGEST_NAME
        and unit_names.looks_like_unit(name)
        and unit_names.stands_alone(name)
        and unit_marks.MIDDLE.search(name) is None
        and unit_marks.ROLE_BEHIND.search(name) is None
        and unit_marks.HOW_IN_BRACKETS.search(name) is None
    )

"""Plain responsibility phrases (寻常的责任单位), which most cells hold: names, their labels and verbs.

    phrase = piece ("、" | "，" | "；" | "。" piece)*
    piece  = [label "："] name [verb]          牵头单位：市司法局 · 市财政局 · 市档案馆配合

A piece is plain where the grammar of `unit_names` and `unit_marks` reads it alone as it does among others:
one whole name, no half of one (各县、区政府), without words that look beyond the piece (会同, 其中, 等);
brackets may stand in it (各县（市、区）政府). Names come back from row to row, so each piece is judged once.
Who leads depends on the marks, labels and verbs alone, not on whose names stand between them, so each such
pattern (·牵头，·、·配合) is worked out once too, and a phrase is put together from what is known. One piece
that is not plain, or an ending that another name may share, and the whole phrase is left to the grammar in
`unit_text`; a test holds that both read the same.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import NamedTuple

from importers import unit_marks, unit_names
from importers.unit_marks import Role

LONGEST_NAME = 40


class Pattern(NamedTuple):
    """The role of each name, the number of commas before it, and how the units act (牵头, 配合).

    `goes_on` where one of the names may be the second half of a name.
    """

    roles: tuple[Role, ...]
    commas: tuple[int, ...]
    how: str | None
    goes_on: bool


class _Shape(NamedTuple):
    """What a plain piece says beside its name: its label's role, its verb with the role that this gives.

    `gives` and `takes` say that its name may share its ending, or may take one from a name behind it;
    `goes_on` that it may be the second half of a name.
    """

    label: Role | None
    how: str
    verb_role: Role | None
    gives: bool
    takes: bool
    goes_on: bool


_UNREAD = re.compile(r"[年月日季周为是系再等由请具]|自(?!然)|其中|会同")
"""Words that the whole phrase must judge: times, notes on roles, units left unnamed, misprints."""
_MARKS = re.compile(r"([、，；。,;])")
_MARKS_OUTSIDE = re.compile(r"([、，；。,;])(?![^（）()]*[）)])")
_NARROW = {"，": ",", "；": ";"}
_HALF_WIDTH = str.maketrans("：（）", ":()")
_NAME = r"[一-鿿]+(?:\([一-鿿、]+\)[一-鿿]*)?"
_PRINTED = re.compile(rf"(?:[一-鿿]+:)?{_NAME}(?:、{_NAME})*")
_LEAST, _LONGEST = 3, 400


def read(text: str, default: Role) -> tuple[tuple[str, ...], Pattern] | None:
    """The names of a plain phrase and what its pattern says of them; None where the phrase is not plain."""
    if len(text) > _LONGEST:
        return None
    marks = _MARKS_OUTSIDE if "）" in text or ")" in text else _MARKS
    parts = marks.split(text.rstrip("。；，、;,"))
    names, shapes = zip(*map(_piece, parts[::2]), strict=True)
    pattern = _pattern(default, tuple(parts[1::2]), shapes)
    if pattern is None or (pattern.goes_on and any(itertools.starmap(_are_one, itertools.pairwise(names)))):
        return None
    return names, pattern


@lru_cache(maxsize=1024)
def _are_one(before: str, name: str) -> bool:
    """Whether 、 between two names stands inside one: 各县、区政府, but not 市司法局、街道办事处."""
    return len(unit_names.names_in(f"{before}、{name}")[0]) == 1


@lru_cache(maxsize=4096)
def _pattern(default: Role, marks: tuple[str, ...], shapes: tuple[_Shape | None, ...]) -> Pattern | None:
    """Work out the roles of a pattern; None where it is not plain."""
    label, labelled, before, waiting = default, False, 0, 0
    gives = takes = goes_on = False
    roles: list[Role] = []
    commas: list[int] = []
    remarks: dict[str, None] = {}
    for shape, mark in zip(shapes, [*marks, ""], strict=True):
        if shape is None:
            return None
        gives, takes, goes_on = gives or shape.gives, takes or shape.takes, goes_on or shape.goes_on
        if shape.label:
            roles += [label] * waiting
            waiting, label, labelled = 0, shape.label, True
        waiting += 1
        commas.append(before)
        mark = _NARROW.get(mark, mark)
        if shape.how:
            roles += [shape.verb_role or label] * waiting
            remarks[shape.how] = None
            waiting = 0
        elif mark == "。" or (mark == ";" and not labelled):
            roles += [label] * waiting
            waiting = 0
        before += mark == ","
    roles += [label] * waiting
    if gives and takes:
        return None
    return Pattern(tuple(roles), tuple(commas), ";".join(remarks) or None, goes_on)


@lru_cache(maxsize=4096)
def _piece(printed: str) -> tuple[str, _Shape | None]:
    """The name of one piece, and what the piece says beside it; None where it is not plain."""
    text = printed.translate(_HALF_WIDTH)
    if _PRINTED.fullmatch(text) is None or _UNREAD.search(text) or unit_marks.set_off(text) != text:
        return "", None
    label, how, verb_role = None, "", None
    if found := unit_marks.label_at(text):
        label, end = found
        text = text[end:].removeprefix(":")
        if label is None:
            return "", None
    if verb := unit_marks.verb_behind(text):
        how, text = verb["how"] or verb["share"], text[:verb.start()]
        verb_role = unit_marks.role_given(verb)
    if not _is_whole(text):
        return "", None
    gives, takes = unit_names.gives_ending(text), unit_names.takes_ending(text)
    return text, _Shape(label, how, verb_role, gives, takes, unit_names.may_go_on(text))


def _is_whole(name: str) -> bool:
    """Whether a name is read alone as it is among others, and gives no doubt."""
    return (
        ":" not in name
        and not name.startswith("(")
        and _LEAST <= len(name) <= LONGEST_NAME
        and unit_names.looks_like_unit(name)
        and unit_names.names_in(name) == ([name], [])
        and unit_marks.MIDDLE.search(name) is None
        and unit_marks.ROLE_BEHIND.search(name) is None
        and unit_marks.HOW_IN_BRACKETS.search(name) is None
    )

"""Collective names (集合称谓): 各县(市、区)政府, 各乡镇(街道), 市政府各部门.

A collective name decides by itself only when it is a group's name or alias after normalisation: that of unit
names, and without the brackets and commas inside (各县(市、区)政府 = 各县、市、区政府 = 各县市区政府).
Everything else is a suggestion, and only among groups of the same kind of member, so that governments are
never offered for departments: whom 市级有关部门 means is for a person to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from tracker.domain.names import Directory, DirectoryEntry, Likeness, Match, alike, match_by, normalise

_PUNCTUATION = re.compile(r"[()、,·/]")
_COLLECTIVE = re.compile(r"各|有关|相关|全体|所有|属地|^(?:功能区)?管委会$|成员单位|科室$")
_OPEN = re.compile(r"有关|相关|属地")
# By what a name ends with; the first that fits is its kind.
_KINDS = (
    ("乡镇街道", re.compile(r"(?:乡|镇|街道|办事处|乡镇(?:人民)?政府)$")),
    ("政府", re.compile(r"(?:政府|管委会|州|县|市|区)$")),
    ("部门", re.compile(r"(?:部门|单位|委办局|科室|机关|机构)$")),
    ("企业", re.compile(r"(?:企业|公司|集团)$")),
)


def is_collective(name: str) -> bool:
    """Whether a printed name means several units."""
    return _COLLECTIVE.search(normalise(name)) is not None


def is_open(name: str) -> bool:
    """Whether the name leaves open who is meant (有关部门): no fixed list of members can be right for it."""
    return _OPEN.search(normalise(name)) is not None


def group_form(name: str) -> str:
    """The form in which collective names are compared: no brackets, no commas."""
    return _PUNCTUATION.sub("", normalise(name))


def group_directory(groups: Iterable[DirectoryEntry]) -> Directory:
    """The directory that `resolve` asks; make it once."""
    return Directory.of(groups, group_form)


def resolve(name: str, groups: Directory) -> Match:
    """Which group a collective name means, or which it may mean."""
    return match_by(name, groups, _compare)


def _kind(form: str) -> str:
    return next((kind for kind, pattern in _KINDS if pattern.search(form)), "")


def _compare(wanted: str, known: str) -> Likeness | None:
    if _kind(wanted) != _kind(known):
        return None
    if wanted.replace("人民政府", "政府") == known.replace("人民政府", "政府"):
        return 1, "只差“人民”二字", 1.0
    score = alike(wanted, known)
    return None if score is None else (2, "称谓相近", score)

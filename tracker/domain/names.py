"""Unit names (单位名称): which unit a printed name means.

Only two things decide by themselves: the name as it stands in the directory, and a registered alias (简称),
both after trivial normalisation (full and half width, spaces, kinds of bracket). Everything else is a
suggestion with its reason, for a person to take or leave: 市人社局 and 人力社保局 are never merged by the
program. A name or alias that two units share decides nothing either.

Suggestions come in this order:

1. the same but for the head that names the level (市教育局 / 教育局), or a second name in brackets,
2. a short form: after the heads are taken off, the characters of one stand in that order in the other and
   both end alike (人社局 → 人力资源社会保障局),
3. names that look alike and share more than the head and the tail; the ratio only sorts, for ratios alone
   take 人社局 for 发展和改革局.

Where both name a level and the levels differ (市教育局 / 县教育局) it is another body, and only looks alike;
where both name a place and the places differ (石桥区政府 / 南屏区政府) it is not even offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Self

from tracker.domain.name_cores import have_something_in_common
from tracker.domain.titled import Titled

MOST_SUGGESTIONS = 5
ALIKE = 0.5
# A directory and a plan hold some thousand names, and each is asked for again and again.
REMEMBERED = 16384


@dataclass(frozen=True, slots=True)
class DirectoryEntry:
    """A unit or group as the directory knows it."""

    id: int
    name: str
    aliases: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


class MatchKind(Titled):
    EXACT = "exact", "名称一致"
    ALIAS = "alias", "登记的简称"
    SUGGESTED = "suggested", "请确认"
    UNKNOWN = "unknown", "没有找到"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A unit that may be meant, and why."""

    id: int
    name: str
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Match:
    """What a printed name means: `id` is set only when the directory itself decides."""

    printed: str
    kind: MatchKind
    id: int | None = None
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class Directory:
    """Entries indexed by the form in which names are compared; make it once with `Directory.of(entries)`."""

    entries: tuple[DirectoryEntry, ...]
    form: Callable[[str], str]
    _by_name: dict[str, frozenset[int]] = field(init=False, repr=False, compare=False)
    _by_alias: dict[str, frozenset[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        names = ((self.form(entry.name), entry.id) for entry in self.entries)
        aliases = ((self.form(alias), entry.id) for entry in self.entries for alias in entry.aliases)
        object.__setattr__(self, "_by_name", _index(names))
        object.__setattr__(self, "_by_alias", _index(aliases))

    @classmethod
    def of(cls, entries: Iterable[DirectoryEntry], form: Callable[[str], str] | None = None) -> Self:
        """A directory of units, or with another `form` of whatever else has names."""
        return cls(tuple(entries), form or normalise)

    def decide(self, name: str) -> tuple[MatchKind, frozenset[int]]:
        """The entries of this very name or alias and how they were found; several decide nothing."""
        wanted = self.form(name)
        named = self._by_name.get(wanted, frozenset())
        # An alias that is also another one's name has two owners; then a person decides.
        owners = named | self._by_alias.get(wanted, frozenset())
        if len(owners) == 1:
            return (MatchKind.EXACT if named else MatchKind.ALIAS), owners
        return (MatchKind.SUGGESTED if owners else MatchKind.UNKNOWN), owners


def _index(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for name, number in pairs:
        found.setdefault(name, set()).add(number)
    return {name: frozenset(numbers) for name, numbers in found.items()}


_BRACKETS = str.maketrans("〔【[{〈《｛", "(((((((", "") | str.maketrans("〕】]}〉》｝", ")))))))")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


@lru_cache(maxsize=REMEMBERED)
def normalise(name: str) -> str:
    """The name without what has no meaning: width, spaces, kind of bracket."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", name)).translate(_BRACKETS)


# The longest level first; 市场监管局, 市政工程处, 市容, 市民中心 and 区域 begin with no level, 市民政局 does.
_LEVEL = (
    r"(?P<level>自治区|自治州|自治县|省|市(?!场|容|政(?!府)|民(?![政族宗防]))|县(?!域)|区(?!域)|州|旗)"
    r"(?=.{2})"
)
_BARE_HEAD = re.compile(_LEVEL)
_PLACE_HEAD = re.compile(rf"(?P<place>[\u4e00-\u9fff]{{2,4}}?){_LEVEL}")
_LEVEL_END = re.compile(r"(?:自治区|自治州|自治县|省|市|县|区|州|旗)$")
_LEVELS = {"自治区": "省", "自治州": "市", "州": "市", "自治县": "县", "旗": "县"}
# Before 区 or 市 these are part of a body's own name: 经济开发区管委会, 行政区划科.
_NO_PLACE = re.compile(r"(?:开发|高新|示范|行政|管理|合作|旅游|工业|景|园|社|片|辖|新|城)$")


@lru_cache(maxsize=REMEMBERED)
def split_head(name: str) -> tuple[str, str]:
    """The level that a normalised name begins with (省 市 县 区, or nothing) and what follows.

    市教育局 → 市, 教育局. A place goes with its level: 青溪市教育局 → 市, 教育局. Two characters
    or more stay.
    """
    head = _BARE_HEAD.match(name)
    if head is None:
        head = _PLACE_HEAD.match(name)
        if head is None or _NO_PLACE.search(head["place"]):
            return "", name
    return _LEVELS.get(head["level"], head["level"]), name[head.end() :]


def match(name: str, directory: Directory) -> Match:
    """Which unit a printed name means, or which it may mean."""
    return match_by(name, directory, _compare)


# The rank (lowest first), the reason and the likeness of two names; nothing when they have little in common.
Likeness = tuple[int, str, float]


def match_by(name: str, directory: Directory, compare: Callable[[str, str], Likeness | None]) -> Match:
    """The directory's own decision, else suggestions in the order of `compare`, which sees compared forms."""
    kind, owners = directory.decide(name)
    if kind in {MatchKind.EXACT, MatchKind.ALIAS}:
        return Match(name, kind, next(iter(owners)))
    wanted = directory.form(name)
    ranked: list[tuple[int, Suggestion]] = []
    for entry in directory.entries if wanted else ():
        found = [likeness for known in entry.names if (likeness := compare(wanted, directory.form(known)))]
        if entry.id in owners:
            found = [(0, "不止一个用这个名称，请选定", 1.0)]
        if found:
            rank, reason, score = min(found, key=lambda likeness: (likeness[0], -likeness[2]))
            ranked.append((rank, Suggestion(entry.id, entry.name, reason, score)))
    ranked.sort(key=lambda item: (item[0], -item[1].score, item[1].name, item[1].id))
    suggestions = tuple(suggestion for _, suggestion in ranked[:MOST_SUGGESTIONS])
    return Match(name, MatchKind.SUGGESTED if suggestions else MatchKind.UNKNOWN, suggestions=suggestions)


def likeness_of(one: str, other: str) -> float:
    """How alike two names look, from 0 to 1; good for sorting suggestions and for nothing else."""
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def alike(one: str, other: str) -> float | None:
    """The likeness of two names that look alike; nothing for the others, most of them at a first glance."""
    # The characters of one that the other has at all bound the matching ones from above.
    shared = sum(character in other for character in one)
    if 2 * shared < ALIKE * (len(one) + len(other)):
        return None
    score = likeness_of(one, other)
    return score if score >= ALIKE else None


def _compare(wanted: str, known: str) -> Likeness | None:
    """The best likeness of two forms, a second name in brackets (加挂牌子) being a name of its own."""
    pairs = ((one, other) for one in _faces(wanted) for other in _faces(known))
    found = [likeness for pair in pairs if (likeness := _compare_plain(*pair))]
    return min(found, key=lambda likeness: (likeness[0], -likeness[2]), default=None)


_SECOND_NAME = re.compile(r"(.{2,})\((.{2,})\)")


@lru_cache(maxsize=REMEMBERED)
def _faces(form: str) -> tuple[str, ...]:
    """综合行政执法局(城市管理局) → itself, 综合行政执法局, 城市管理局."""
    double = _SECOND_NAME.fullmatch(form)
    return (form, double[1], double[2]) if double else (form,)


def _compare_plain(wanted: str, known: str) -> Likeness | None:
    wanted_level, wanted_rest = split_head(wanted)
    known_level, known_rest = split_head(known)
    reason = "名称相近"
    if _elsewhere(wanted[: -len(wanted_rest)], known[: -len(known_rest)]):
        return None
    if wanted_level and known_level and wanted_level != known_level:
        reason = f"层级不同（{wanted_level}、{known_level}），请核对"
    elif wanted_rest == known_rest:
        return 1, "只差地名、层级字头或括号内的牌子", likeness_of(wanted, known)
    elif is_short_form(wanted_rest, known_rest) or is_short_form(known_rest, wanted_rest):
        return 2, "可能是简称：各字依次出现在全称中", likeness_of(wanted, known)
    score = alike(wanted, known)
    common = wanted_rest == known_rest or have_something_in_common(wanted_rest, known_rest)
    return (3, reason, score) if common and score is not None else None


def _elsewhere(one: str, other: str) -> bool:
    """Whether two heads name places that share no character: 石桥区 and 南屏区, but not 清河县 and 清合县."""
    places = [set(_LEVEL_END.sub("", head)) for head in (one, other)]
    return all(places) and not places[0] & places[1]


def is_short_form(short: str, full: str) -> bool:
    """Whether the characters of `short` stand in that order in `full`, and both end alike."""
    if len(short) < 2 or len(short) >= len(full) or short[-1] != full[-1]:
        return False
    characters = iter(full)
    return all(character in characters for character in short)

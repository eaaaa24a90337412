"""The typefaces of an official document (公文字体), and which stand in for one that a machine does not have.

方正小标宋简体 and 仿宋_GB2312 are what offices print in; both are licensed, so they are named in a file and
never shipped. What stands in is chosen from near to far; the last of each is free.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

TITLE = "方正小标宋简体"
BODY = "仿宋_GB2312"
FIRST_LEVEL = "黑体"
SECOND_LEVEL = "楷体_GB2312"
PAGE_NUMBER = "宋体"
LATIN = "Times New Roman"

LICENSED = (TITLE, BODY)
"""Those whose absence a person is told of: everything else looks nearly the same in another cut."""

_SERIF = ("宋体", "SimSun", "思源宋体", "Source Han Serif SC", "Noto Serif CJK SC", "文泉驿正黑")
_KAI = ("楷体", "KaiTi", "华文楷体", "STKaiti", "方正楷体简体", "霞鹜文楷", "LXGW WenKai", "AR PL UKai CN")
STANDING_IN: dict[str, tuple[str, ...]] = {
    TITLE: (
        "FZXiaoBiaoSong-B05S", "方正小标宋_GBK", "FZXiaoBiaoSong-B05", "华文中宋", "STZhongsong", *_SERIF,
    ),
    BODY: (
        "FangSong_GB2312", "仿宋", "FangSong", "方正仿宋简体", "方正仿宋_GBK", "华文仿宋", "STFangsong",
        "FandolFang", "Fandol Fang", *_SERIF,
    ),
    FIRST_LEVEL: (
        "SimHei", "方正黑体简体", "方正黑体_GBK", "思源黑体", "Source Han Sans SC", "Noto Sans CJK SC",
        "文泉驿正黑",
    ),
    SECOND_LEVEL: ("KaiTi_GB2312", *_KAI, *_SERIF),
    PAGE_NUMBER: _SERIF[1:],
    LATIN: ("Liberation Serif", "Tinos", "Nimbus Roman", "TeX Gyre Termes", *_SERIF[2:5]),
}  # fmt: skip
"""For each typeface the names to look for in its place; the first are its own under another name."""

_SAME = {TITLE: STANDING_IN[TITLE][:1], BODY: STANDING_IN[BODY][:1]}


@dataclass(frozen=True, slots=True)
class Substitution:
    """A licensed typeface that is missing, and what is used instead; empty where the machine chooses."""

    wanted: str
    used: str

    @property
    def words(self) -> str:
        """没有“仿宋_GB2312”，用“仿宋”代替."""
        return f"没有“{self.wanted}”，用{f'“{self.used}”' if self.used else '系统默认字体'}代替"


def substitutions(families: Collection[str]) -> tuple[Substitution, ...]:
    """What a machine with these families of fonts does without."""
    return tuple(
        Substitution(wanted, next((name for name in STANDING_IN[wanted] if name in families), ""))
        for wanted in LICENSED
        if not {wanted, *_SAME[wanted]} & set(families)
    )

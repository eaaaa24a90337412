"""The figures in a text: numbers that count or measure something, and no days, no numbering.

    共公开文件32件 · 按时率87.5% · 逾期十二项 · 百分之九十          are figures
    2026年9月24日 · 15:00 · 第38周 · 〔2026〕3号 · 1．清理文件 · 一家     are none

一家, 一项 and 一次 stand in too many sentences that count nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_AROUND = 8
"""Characters that are shown before a figure and behind it."""
# Whatever is typed is read in time that grows with its length: what may be long begins in one place alone.
_DAY = r"(?=\s*(?:年|月|日|号|[-—－~～至到]\s*\d{1,4}\s*(?:年|月|日)))"
_NONE = re.compile(
    rf"""
    \d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}     # 2026-09-24
    | \d{{1,2}}[:：]\d{{2}}                 # 15:00
    | (?<!\d)\d{{1,8}}{_DAY}                # 2026年, 9月, 1—9月, 3号
    | 第\s*[\d一二三四五六七八九十百]+      # 第38周
    | 〔\d+〕\s*\d*                         # 〔2026〕3号
    | ^[ 　]*[(（]?\d{{1,2}}[)）．.、](?!\d)  # 1．清理文件
    | https?://[!-~]+
    | [A-Za-z][A-Za-z\d_./-]*               # GB9704, a link's end
    """,
    re.VERBOSE | re.MULTILINE,
)
_FIGURE = re.compile(
    r"""
    \d+(?:[.,，]\d+)*[万亿%％‰]?
    | 百分之[零〇一二两三四五六七八九十百点]+
    | (?:[二两三四五六七八九十百千万零〇]|一(?=[十百千万]))[一二两三四五六七八九十百千万零〇]{0,12}
      [余多]?(?=家|项|件|份|条|篇|次|户|人)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class TypedFigure:
    """A figure where it stands in a text, with the words around it."""

    start: int
    end: int
    around: str


def figures_in(text: str) -> Iterator[TypedFigure]:
    """The figures of a text, from left to right."""
    no_figures = [found.span() for found in _NONE.finditer(text)]
    place = 0
    for found in _FIGURE.finditer(text):
        start, end = found.span()
        while place < len(no_figures) and no_figures[place][1] <= start:
            place += 1
        if place == len(no_figures) or no_figures[place][0] >= end:
            yield TypedFigure(start, end, _around(text, start, end))


def _around(text: str, start: int, end: int) -> str:
    """The words around a figure, within its line."""
    first = max(start - _AROUND, 0)
    first = max(text.rfind("\n", first, start) + 1, first)
    last = min(end + _AROUND, len(text))
    stop = text.find("\n", end, last)
    last = last if stop < 0 else stop
    # Half a number beside it would read as another number.
    while 0 < first < start and text[first - 1 : first + 1].isdecimal():
        first -= 1
    while end < last < len(text) and text[last - 1 : last + 1].isdecimal():
        last += 1
    before = "…" if first and text[first - 1] != "\n" else ""
    after = "…" if last < len(text) and text[last] != "\n" else ""
    return f"{before}{text[first:last]}{after}"

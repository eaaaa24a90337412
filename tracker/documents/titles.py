"""Where the title of an official document is broken into lines (标题回行, GB/T 9704-2012, 7.3.1).

The standard asks for whole words, symmetry and the shape of a trapezium or a lozenge. There is no dictionary
here: a break is good where Chinese titles join their parts (behind a book title or 的; before 关于 or 落实),
tolerable elsewhere, and impossible inside a number with its measure or between a bracket and what it holds.
"""

from __future__ import annotations

import re
from itertools import combinations, pairwise

WIDTH = 19
"""Characters of 2 号 in a line of 156 mm, which has room for 20: what a machine sets wider still fits."""
_MOST_LINES = 4

_GLUED = re.compile(
    r"\d[\d.]*(?:—\d+)?(?:年度|年(?:第\d+[期周]|\d+月份?|[上下]半年)?|月份?|日|季度|期|周|号|次|%)?"
    r"|[A-Za-z][A-Za-z.]*|第[一二三四五六七八九十\d]+[期周次季]度?|三年行动"
)
_NEVER_FIRST = set("》）〕”’、，。：；！？·—…-")
_NEVER_LAST = set("《（〔“‘")
_OPEN, _CLOSE = "《（〔“", "》）〕”"
_GOOD_BEHIND = ("》", "”", "年度", "要点", "方案", "的", "、", "关于", "落实")
_GOOD_BEFORE = (
    "关于", "贯彻", "落实", "工作", "情况", "政务公开", "“回头看”", "报告", "通报", "总结", "汇总", "通知",
    "实施", "开展", "推进", "进展", "督查", "上半年", "下半年", "整改",
)  # fmt: skip
_WORDS = (
    "政务公开工作", "政府信息公开", "工作要点", "实施方案", "任务分工", "落实情况", "进展情况", "进展汇总",
    "督查通报", "工作总结", "办公室", "每周进展",
)  # fmt: skip
_INSIDE_WORD, _INSIDE_QUOTES, _ORDINARY = 60.0, 14.0, 6.0


def lines_of(title: str) -> tuple[str, ...]:
    """The title in lines; one where it fits into one."""
    width = measure(title)
    count = -(-width // WIDTH) if width else 1
    for lines in range(int(count), _MOST_LINES + 1):
        if lines == 1:
            return (title,)
        if found := _best(title, lines):
            return found
    return (title,)


def measure(text: str) -> float:
    """The width in full characters; digits and Latin letters are half as wide."""
    return sum(0.5 if character.isascii() else 1.0 for character in text)


def _best(title: str, count: int) -> tuple[str, ...] | None:
    """The best way to break it into so many lines, or None where no way fits."""
    costs = {place: cost for place in range(1, len(title)) if (cost := _cost(title, place)) is not None}
    if len(costs) > _MANY:
        costs = dict(sorted(costs.items(), key=lambda item: (item[1], item[0]))[:_MANY])
    best: tuple[float, tuple[str, ...]] | None = None
    for places in combinations(sorted(costs), count - 1):
        ends = (0, *places, len(title))
        lines = tuple(title[start:end] for start, end in pairwise(ends))
        widths = [measure(line) for line in lines]
        if max(widths) > WIDTH:
            continue
        total = sum(costs[place] for place in places) + _shape(widths)
        if best is None or total < best[0]:
            best = total, lines
    return best[1] if best else None


_MANY = 40
"""How many places are tried: with three breaks that is ten thousand ways."""


def _cost(title: str, place: int) -> float | None:
    """What a break before this character costs; None where there must be none."""
    before, after = title[:place], title[place:]
    if after[0] in _NEVER_FIRST or before[-1] in _NEVER_LAST:
        return None
    if any(match.start() < place < match.end() for match in _GLUED.finditer(title)):
        return None
    cost = _ORDINARY
    if before.endswith(_GOOD_BEHIND) or after.startswith(_GOOD_BEFORE):
        cost = 0.0
    if any(word in title[max(place - len(word) + 1, 0) : place + len(word) - 1] for word in _WORDS):
        cost += _INSIDE_WORD
    if any(before.count(one) > before.count(other) for one, other in zip(_OPEN, _CLOSE, strict=True)):
        cost += _INSIDE_QUOTES
    return cost


def _shape(widths: list[float]) -> float:
    """What the outline costs: lines much shorter than the others, and a narrow waist (沙漏)."""
    mean = sum(widths) / len(widths)
    uneven = sum(abs(width - mean) for width in widths) / len(widths)
    threes = zip(widths, widths[1:], widths[2:], strict=False)
    waist = sum(4.0 for upper, own, lower in threes if own < min(upper, lower))
    stub = 8.0 if min(widths) < max(widths) * 0.4 else 0.0
    return uneven + waist + stub

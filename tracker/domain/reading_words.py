"""What a deadline's reading says, in a few words for a page: 2026年11月30日前, 每季度, 长期推进."""

from __future__ import annotations

import re
from datetime import date

from tracker.domain.deadline import (
    EventRelative,
    Fixed,
    Ranged,
    Reading,
    Recurring,
    Staged,
    Standing,
    Unstated,
    parse_notation,
)
from tracker.domain.work_calendar import WEEKDAYS

_PERIODS = {
    "P1D": "每天",
    "P1W": "每周",
    "P2W": "每两周",
    "P1M": "每月",
    "P2M": "每两个月",
    "P3M": "每季度",
    "P6M": "每半年",
    "P1Y": "每年",
}
_LETTERS = {"D": "天", "W": "周", "M": "个月", "Y": "年"}
_WEEKDAYS = dict(zip(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), WEEKDAYS, strict=True))
_SPANS = {"workdays": "个工作日", "days": "天", "months": "个月", "years": "年"}
_SHARING = re.compile(r"分工|职责|职能|分别|各自|^等")
_ANCHOR = re.compile(r"(?:m(\d+)-)?(\d+|end)")


def sharing_words(qualifier: str | None) -> str:
    """How a qualifier says the work is shared: 按职责分工负责, 等; plain verbs (负责, 牵头) say nothing."""
    parts = re.split(r"[;；]", qualifier or "")
    return "；".join(part for part in parts if _SHARING.search(part))


def in_words(notation: str) -> str:
    """The words of a notation; a notation that cannot be read stands as it is."""
    try:
        return words(parse_notation(notation))
    except ValueError:
        return notation


def words(reading: Reading) -> str:
    """The words of a reading."""
    match reading:
        case Fixed(day=day, soft=soft):
            return f"{'力争' if soft else ''}{_day(day)}前"
        case Staged(stages=stages):
            return "；".join(words(stage) for stage in stages)
        case Ranged(start=start, end=end):
            return f"{_day(start)}至{_day(end)}" if end else f"{_day(start)}起"
        case Recurring(period=period, anchor=anchor):
            return _rhythm(period, anchor)
        case EventRelative(count=count, unit=unit, event=event):
            return f"{event or '起算'}后{count}{_SPANS[unit]}内"
        case Standing():
            return "长期推进"
        case Unstated():
            return "没有时限"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _rhythm(period: str, anchor: str) -> str:
    """每季度, 每周四前, 每月28日前, 每年2月底前, 每季度第3个月20日前."""
    every = _PERIODS.get(period) or f"每{period[1:-1]}{_LETTERS[period[-1]]}"
    if anchor in _WEEKDAYS:
        return f"{every.removesuffix('周')}{_WEEKDAYS[anchor]}前"
    match = _ANCHOR.fullmatch(anchor)
    if match is None:
        return every
    day = "月底前" if match[2] == "end" else f"{match[2]}日前"
    if match[1] is None:
        return every + day
    if period == "P1Y":
        return f"{every}{match[1]}{day if match[2] == 'end' else '月' + day}"
    return f"{every}第{match[1]}个月{day.replace('月底', '底')}"

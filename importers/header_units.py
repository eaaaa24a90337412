"""Units that stand in a header (表头里的单位): 完成时限（月） above cells that say only 6, 6-9 or 12.

The header's word belongs to each bare number below it; a cell that says more than numbers is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from importers.headers import role_of

_UNIT = re.compile(
    r"[(（〔【\[]\s*(?P<unit>月份?|月[底末]前?|季度|个?工作日|个月|周|天)\s*[)）〕】\]]$"
    r"|(?P<bare>月份)$"
)
_NUMBER = r"(?:1[0-2]|0?[1-9])"
_QUARTER = r"[1-4一二三四]"
_RANGE = r"\s*(?:[-—–－~～至到]+)\s*"
_LIST = r"\s*[、，,;；/和及]\s*"
_MONTHS = re.compile(rf"{_NUMBER}(?:(?:{_RANGE}|{_LIST}){_NUMBER})*")
_QUARTERS = re.compile(rf"{_QUARTER}(?:(?:{_RANGE}|{_LIST}){_QUARTER})*")
_COUNT = re.compile(r"\d{1,3}")
_PIECE = re.compile(r"\d+|[一二三四]")
_JOINT = re.compile(_RANGE)
_CHINESE = dict(zip("1234", "一二三四", strict=True))


def unit_of(headers: Iterable[str]) -> str:
    """Return the unit that a header's column of times states, or nothing."""
    for header in headers:
        bare = "".join(header.split())
        match = _UNIT.search(bare)
        if match and role_of(bare) == "deadline":
            return "月" if match["bare"] or match["unit"] == "月份" else match["unit"]
    return ""


@lru_cache(maxsize=1024)
def completed(value: str, unit: str) -> str:
    """Return a cell's bare numbers with the unit of its header: 6-9 under 月 is 6月至9月."""
    if not unit or not (bare := value.strip()):
        return value
    if unit[0] == "月":
        return _each(bare, lambda number: f"{int(number)}{unit}") if _MONTHS.fullmatch(bare) else value
    if unit == "季度":
        return _each(bare, lambda number: f"第{_CHINESE.get(number, number)}季度") \
            if _QUARTERS.fullmatch(bare) else value
    if _COUNT.fullmatch(bare):
        return f"{bare}{'个工作日' if unit == '工作日' else unit}内"
    return value


def _each(value: str, named: Callable[[str], str]) -> str:
    return _PIECE.sub(lambda match: named(match.group()), _JOINT.sub("至", value))

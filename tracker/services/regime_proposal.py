"""What a plan's document says about reporting (报送要求): the rhythm that it proposes, and its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from tracker.domain.period import Cadence

THURSDAY = 3
CLOSE_OF_BUSINESS = time(17, 30)
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# 自7月1日开始,每周四下班前: as it is printed, from the start to the cut-off.
_PRINTED_RULE = re.compile(
    r"(?:[自从][^,，。；;\n]{1,14}?(?:起|开始)[,，]?(?:[^,，。；;\n]{0,12}?))?每周[一二三四五六日天末](?:[^,，。；;\n]{0,8}?前)?"
)


@dataclass(frozen=True, slots=True)
class Printed:
    """The weekly rule of a document: its words, and the day from which it runs."""

    words: str
    start: date | None


def proposal(text: dict[str, Any], *, plan_year: int, today: date) -> Cadence:
    """The rhythm to begin with: what the document says, else each Thursday, up to the plan year's end.

    When that year is over, the work goes on from today to the end of this year.
    """
    weekly = text.get("weekly")
    said: dict[str, Any] = weekly if isinstance(weekly, dict) else {}
    start = _day(said.get("start")) or max(date(plan_year, 1, 1), today)
    end = date(max(plan_year, start.year), 12, 31)
    if end < today:
        start, end = today, date(today.year, 12, 31)
    return Cadence(
        weekday=_weekday(said.get("weekday")), cutoff=_clock(said.get("time")), starts_on=start, ends_on=end
    )


def printed(text: dict[str, Any], document: str) -> Printed | None:
    """The weekly rule as the document prints it; None when it prints none in full."""
    weekly = text.get("weekly")
    if not isinstance(weekly, dict) or weekly.get("weekday") is None:
        return None
    found = _PRINTED_RULE.findall(document)
    if not found:
        return None
    # The rule in full says more than its echo: 自7月1日开始，每周四下班前 rather than 每周四.
    return Printed(max(found, key=len).replace(",", "，"), _day(weekly.get("start")))


def duties(text: dict[str, Any]) -> tuple[str, ...]:
    """What the document asks for beside the weekly return, in one line each."""
    names = {"weekly": "一周一进度", "biweekly": "两周一经验", "monthly": "一月一例会", "quarterly": "季报",
             "half_year": "半年总结"}
    found = []
    for key, name in names.items():
        said = text.get(key)
        if not said:
            continue
        content = said.get("content", "") if isinstance(said, dict) else said
        words = "、".join(map(str, content)) if isinstance(content, list) else str(content or "")
        found.append(f"{name}：{words}" if words and words != "True" else name)
    return tuple(found)


def _day(said: object) -> date | None:
    try:
        return date.fromisoformat(str(said))
    except ValueError:
        return None


def _weekday(said: object) -> int:
    if isinstance(said, int) and 0 <= said <= 6:
        return said
    name = str(said).lower()
    if name in WEEKDAY_NAMES:
        return WEEKDAY_NAMES.index(name)
    found = "一二三四五六日".find(name[-1:]) if name[-1:] else -1
    return found if found >= 0 else THURSDAY


def _clock(said: object) -> time:
    """A clock hour when the document prints one; 下班前 is close of business."""
    try:
        return time.fromisoformat(str(said))
    except ValueError:
        return CLOSE_OF_BUSINESS

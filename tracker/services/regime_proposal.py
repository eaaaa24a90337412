"""What a plan's document says about reporting (报送要求): the cadences it proposes, and its own words."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from tracker.domain.asking import CLOSE_OF_BUSINESS, STANDING, Answer, Requirement, Standing
from tracker.domain.period import Cadence
from tracker.domain.rhythm import Weeks

THURSDAY = 3
LONGEST_LABEL = 40
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


def is_proposed(text: dict[str, Any], kind: str) -> bool:
    """Whether the document asks for this report."""
    return bool(text.get(kind))


def proposal(
    text: dict[str, Any], standing: Standing = STANDING[0], *, plan_year: int, today: date
) -> Cadence:
    """The cadence to begin with: what the document says, else the usual day, up to the plan year's end.

    When that year is over, the work goes on from today to the end of this year.
    """
    said = _said(text, standing.kind)
    start = _day(said.get("start")) or max(date(plan_year, 1, 1), today)
    end = date(max(plan_year, start.year), 12, 31)
    if end < today:
        start, end = today, date(today.year, 12, 31)
    rhythm = standing.rhythm
    if isinstance(rhythm, Weeks) and said.get("weekday") is not None:
        rhythm = replace(rhythm, weekday=_weekday(said["weekday"]))
    return Cadence(
        rhythm, _clock(said.get("time")), start, end, kind=standing.kind, name=standing.name
    )


def proposed_requirement(text: dict[str, Any], standing: Standing) -> Requirement:
    """What to ask for to begin with; a form of one part is named after what the document wants to have."""
    parts = standing.parts
    content = _said(text, standing.kind).get("content")
    if standing.answer is Answer.FORM and len(parts) == 1 and isinstance(content, str) and content:
        parts = (replace(parts[0], label=content[:LONGEST_LABEL]),)
    return Requirement(standing.answer, parts)


def _said(text: dict[str, Any], kind: str) -> dict[str, Any]:
    said = text.get(kind)
    return said if isinstance(said, dict) else {}


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
    """What the document asks for, in one line each."""
    found = []
    for name, said in ((each.name, text.get(each.kind)) for each in STANDING):
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

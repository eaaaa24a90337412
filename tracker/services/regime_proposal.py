"""What a plan's document says about reporting (报送要求): the cadences it proposes, and its own words."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any

from tracker.domain.asking import CLOSE_OF_BUSINESS, STANDING, Answer, Part, Requirement, Standing
from tracker.domain.period import Cadence
from tracker.domain.rhythm import LAST_DAY, LONGEST_LAG, Months, Weeks

THURSDAY = 3
LONGEST_LABEL = 40
WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

# 自7月1日开始,每周四下班前: as it is printed, from the start to the cut-off.
_PRINTED_RULE = re.compile(
    r"(?:[自从][^,，。；;\n]{1,14}?(?:起|开始)[,，]?(?:[^,，。；;\n]{0,12}?))?每周[一二三四五六日天末](?:[^,，。；;\n]{0,8}?前)?"
)


_MEETING = re.compile(r"例会|会议|调度|会商|座谈|联席")
_MATERIAL = re.compile(r"经验|做法|案例|材料|信息|动态|亮点|典型")
_OTHERWISE = {"biweekly": "两周报送", "monthly": "每月报送"}
"""What the report is called where a document asks for something else in its rhythm than is usual."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The weekly rule of a document: its words, and the day from which it runs."""

    words: str
    start: date | None


def is_proposed(text: dict[str, Any], kind: str) -> bool:
    """Whether the document asks for this report."""
    return bool(text.get(kind))


def not_yet_set(text: dict[str, Any], kinds: Collection[str]) -> tuple[str, ...]:
    """The names of the common reports that the document asks for and that are not among these kinds."""
    return tuple(
        proposed_name(text, standing)
        for standing in STANDING
        if is_proposed(text, standing.kind) and standing.kind not in kinds
    )


def says_day(text: dict[str, Any], kind: str) -> bool:
    """Whether the document says on which day it is due."""
    said = _said(text, kind)
    return said.get("day") is not None or said.get("weekday") is not None


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
    if isinstance(rhythm, Months) and isinstance(day := said.get("day"), int) and 1 <= day <= LAST_DAY:
        lag = said.get("lag", 0)
        rhythm = replace(rhythm, day=day, lag=lag if isinstance(lag, int) and 0 <= lag <= LONGEST_LAG else 0)
    name = proposed_name(text, standing)
    return Cadence(rhythm, _clock(said.get("time")), start, end, kind=standing.kind, name=name)


def proposed_requirement(text: dict[str, Any], standing: Standing) -> Requirement:
    """What to ask for to begin with; a form of one part is named after what the document wants to have.

    What else the document wants in the same rhythm is a part of its own. A monthly report is no meeting, and
    a return on progress no 经验材料, although the usual ones are.
    """
    answer, parts, said = _answer(text, standing), standing.parts, _said(text, standing.kind)
    if answer is not standing.answer:
        parts = (Part("content", "本期情况"),)
    content = said.get("content")
    if answer is Answer.FORM and len(parts) == 1 and isinstance(content, str) and content:
        parts = (replace(parts[0], label=content[:LONGEST_LABEL]),)
        also = (str(each)[:LONGEST_LABEL] for each in said.get("also", ()))
        parts += tuple(Part(f"also{number}", label) for number, label in enumerate(also, start=1))
    return Requirement(answer, parts)


def _answer(text: dict[str, Any], standing: Standing) -> Answer:
    """How it is answered: as is usual, unless the document's words say otherwise."""
    content = _said(text, standing.kind).get("content")
    words = "、".join(map(str, content)) if isinstance(content, list) else str(content or "")
    usual = {Answer.MEETING: _MEETING, Answer.MATERIAL: _MATERIAL}.get(standing.answer)
    return standing.answer if usual is None or not words or usual.search(words) else Answer.FORM


def proposed_name(text: dict[str, Any], standing: Standing) -> str:
    """What people call it; a monthly report is not called 一月一例会."""
    usual = _answer(text, standing) is standing.answer
    return standing.name if usual else _OTHERWISE.get(standing.kind, standing.name)


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
    for each in STANDING:
        said = text.get(each.kind)
        if not said:
            continue
        content = said.get("content", "") if isinstance(said, dict) else said
        words = "、".join(map(str, content)) if isinstance(content, list) else str(content or "")
        told = [words if words != "True" else "", *_besides(said)]
        name = proposed_name(text, each)
        found.append(f"{name}：{'，'.join(filter(None, told))}" if any(told) else name)
    return tuple(found)


def _besides(said: object) -> list[str]:
    """How many a span asks for where it is more than one, and what else in the same rhythm."""
    if not isinstance(said, dict):
        return []
    least = said.get("at_least", 1)
    often = [f"每期至少{least}份"] if isinstance(least, int) and least > 1 else []
    return often + [f"另有{each}" for each in said.get("also", ())]


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

"""What a cadence asks for and of whom (报送内容、报送对象), and the reports that plans commonly ask for.

An answer is the one page with a line a task (进展表), or a form of named parts. Who owes it follows from the
plan's work: every unit with an unfinished task, narrowed by its part (牵头、配合、责任) and its class; or the
units that are named, whether they have a task or not. Units that are excused owe nothing in either case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time

from tracker.domain.period import WEEKLY, WEEKLY_NAME
from tracker.domain.rhythm import Months, Rhythm, Weeks
from tracker.domain.task import Role
from tracker.domain.titled import Titled

CLOSE_OF_BUSINESS = time(17, 30)
LONGEST_TEXT = 5000
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,4})?")


class Answer(Titled):
    """What answers an obligation of a cadence."""

    PROGRESS = "progress", "进展表（每项任务一行）"
    FORM = "form", "填表（自定栏目）"
    MATERIAL = "material", "经验材料"
    MEETING = "meeting", "例会"


class PartKind(Titled):
    TEXT = "text", "文字"
    NUMBER = "number", "数字"


@dataclass(frozen=True, slots=True)
class Part:
    """One field of a form (栏目); `key` names it for ever, also when its label is put better later."""

    key: str
    label: str
    kind: PartKind = PartKind.TEXT
    required: bool = True


@dataclass(frozen=True, slots=True)
class Audience:
    """Who owes the answer (报送对象).

    Empty `roles` and `class_ids` do not narrow; with `unit_ids` just these are asked, and nothing else
    narrows but `excused`.
    """

    roles: frozenset[Role] = frozenset()
    class_ids: frozenset[int] = frozenset()
    unit_ids: frozenset[int] = frozenset()
    excused: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An active unit with its class and its parts in the plan's unfinished tasks, if it has any."""

    unit_id: int
    class_id: int | None
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Requirement:
    """What is asked for, and of whom (报送要求)."""

    answer: Answer = Answer.PROGRESS
    parts: tuple[Part, ...] = ()
    audience: Audience = Audience()

    @property
    def is_progress(self) -> bool:
        """Whether it is answered on the one page with a line a task."""
        return self.answer is Answer.PROGRESS


def owing(candidates: Iterable[Candidate], wanted: Requirement) -> tuple[int, ...]:
    """The ids of the units that owe an answer, in the order of the candidates.

    A unit without an unfinished task has nothing to say on a page of tasks, so it never owes one.
    """
    return tuple(each.unit_id for each in candidates if _owes(each, wanted))


def _owes(unit: Candidate, wanted: Requirement) -> bool:
    audience = wanted.audience
    if unit.unit_id in audience.excused or (wanted.is_progress and not unit.roles):
        return False
    if audience.unit_ids:
        return unit.unit_id in audience.unit_ids
    roles = unit.roles & audience.roles if audience.roles else unit.roles
    return bool(roles) and (not audience.class_ids or unit.class_id in audience.class_ids)


def faults(parts: Iterable[Part], values: Mapping[str, str]) -> dict[str, str]:
    """What has to be mended before a form can be handed in: a sentence for each part's key."""
    found = dict(too_long(parts := tuple(parts), values))
    for part in parts:
        value = values.get(part.key, "").strip()
        if part.required and not value:
            found[part.key] = f"请填写{part.label}；没有的话写{'0' if _counts(part) else '“无”'}。"
        elif value and _counts(part) and not is_number(value):
            found[part.key] = f"{part.label}请填一个数，例如 12。"
    return found


def too_long(parts: Iterable[Part], values: Mapping[str, str]) -> dict[str, str]:
    """What cannot even be kept as a draft: a text that does not fit."""
    lengths = {part.key: len(values.get(part.key, "")) for part in parts}
    return {
        key: f"最多{LONGEST_TEXT}个字，现在有{length}个，请缩短。"
        for key, length in lengths.items()
        if length > LONGEST_TEXT
    }


def _counts(part: Part) -> bool:
    return part.kind is PartKind.NUMBER


def is_number(text: str) -> bool:
    """Whether a text is a number as people write it: 12, 1,234, 98.5 (full-width digits too)."""
    return _NUMBER.fullmatch(plain_number(text)) is not None


def plain_number(text: str) -> str:
    """A number without its separators: 1,234 is 1234."""
    return re.sub(r"[,，\s]", "", text.translate(_NARROW))


_NARROW = str.maketrans("０１２３４５６７８９．－", "0123456789.-")


@dataclass(frozen=True, slots=True)
class Standing:
    """A report that plans commonly ask for, with the usual settings to begin with."""

    kind: str
    name: str
    rhythm: Rhythm
    answer: Answer
    parts: tuple[Part, ...] = ()


STANDING = (
    Standing(WEEKLY, WEEKLY_NAME, Weeks(3), Answer.PROGRESS),
    Standing(
        "biweekly",
        "两周一经验",
        Weeks(4, 2),
        Answer.MATERIAL,
        (Part("title", "题目"), Part("content", "经验材料"), Part("link", "公开链接", required=False)),
    ),
    Standing(
        "monthly",
        "一月一例会",
        Months(25),
        Answer.MEETING,
        (
            Part("attendee", "参会人员"),
            Part("report", "汇报要点"),
            Part("request", "需协调的事", required=False),
        ),
    ),
    Standing("quarterly", "季度报送", Months(10, 3, 1), Answer.FORM, (Part("content", "本季度情况"),)),
    Standing(
        "half_year",
        "半年总结",
        Months(10, 6, 1),
        Answer.FORM,
        (
            Part("summary", "工作总结"),
            Part("problems", "存在问题", required=False),
            Part("plans", "下一步打算", required=False),
        ),
    ),
)
STANDING_KINDS = {each.kind: each for each in STANDING}
OWN = Standing("own", "自定报送", Months(25), Answer.FORM, (Part("part1", "情况说明"),))
"""What an office's own report begins with; the plan gives it its key: own1, own2, …"""


def in_order(kind: str) -> tuple[int, str]:
    """A key to sort cadences by: the common ones in their order, then the office's own."""
    known = list(STANDING_KINDS)
    return (known.index(kind), "") if kind in STANDING_KINDS else (len(known), kind.rjust(20))

"""What a unit types for one task of its weekly return (报送件的一行), and the rules that it must meet.

Pure: no session, no clock. A line that was left alone is 本周无变化; a line with any words is a change.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from tracker.domain.china_time import FIRST_YEAR, LAST_YEAR
from tracker.domain.errors import InvalidInput
from tracker.domain.task import LineStatus
from tracker.domain.titled import Titled
from tracker.domain.web_address import is_web_address

TEXT_LENGTH = 2000
URL_LENGTH = 1000
REASON_LENGTH = 200
MOST_ITEMS = 12
Faults = Mapping[tuple[int, str], str]
"""(assignment id, field name) → one sentence."""


class OfferedStatus(Titled):
    """What a unit can say of a task; the values are those of `LineStatus`."""

    IN_PROGRESS = "in_progress", "推进中"
    DONE = "done", "已完成，申请销号"
    BLOCKED = "blocked", "受阻，需要协调"


class InvalidLines(InvalidInput):
    """有几处需要改，已在下面标出；您填写的内容都还在。"""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


class TypedMeanwhile(InvalidInput):
    """已经填写了进展，不能按“全部无变化”报送。没有填的任务会自动算作无变化，请直接报送。"""


class Became(Titled):
    """What became of one thing that was planned; what is continued goes over to the next plan."""

    DONE = "done", "做了"
    CONTINUED = "continued", "接着做"
    DROPPED = "dropped", "不再做"


@dataclass(frozen=True, slots=True)
class PlannedItem:
    """One line of last period's 下周计划, and what became of it; `why` says why it is dropped."""

    words: str
    done: bool = False
    dropped: bool = False
    why: str = ""

    @property
    def outcome(self) -> Became:
        if self.done:
            return Became.DONE
        return Became.DROPPED if self.dropped else Became.CONTINUED


@dataclass(frozen=True, slots=True)
class LineInput:
    """One task's line as typed; `evidence_on` is the text of the field, so that nothing typed is lost."""

    assignment_id: int
    no_change: bool = False
    status: str = OfferedStatus.IN_PROGRESS.value
    progress: str = ""
    next_plan: str = ""
    problem: str = ""
    evidence_url: str = ""
    evidence_on: str = ""
    done_items: frozenset[int] = frozenset()
    dropped_items: Mapping[int, str] = field(default_factory=dict)
    """The planned things that are given up (不再做), by place, each with its reason."""
    counted: frozenset[int] = frozenset()
    """The quotas towards which its link is to count (计入次数), by their ids."""

    @property
    def has_words(self) -> bool:
        """Whether anything was typed or ticked off."""
        texts = (self.progress, self.next_plan, self.problem, self.evidence_url, self.evidence_on)
        ticks = (self.done_items, self.dropped_items, self.counted)
        return any(text.strip() for text in texts) or any(ticks)

    def changes(self, before: Baseline) -> bool:
        """Whether the line says anything new about its task."""
        return self.has_words or self.status != offered(before.status)

    @property
    def evidence_day(self) -> date | None:
        """The day on which the linked page was published, when it can be read."""
        return read_day(self.evidence_on)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What stood before this period: the line of the unit's previous return, or nothing."""

    status: str = LineStatus.NOT_STARTED.value
    next_plan: str = ""
    problem: str = ""
    progress: str = ""


def offered(status: str) -> str:
    """The choice shown for a status: what has not started is offered as 推进中."""
    return status if status in set(OfferedStatus) else OfferedStatus.IN_PROGRESS.value


def plan_items(plan: str) -> tuple[PlannedItem, ...]:
    """A 下周计划 as a checklist: one item a line or clause."""
    parts = (part.strip().rstrip("。") for part in re.split(r"[\n；;]+", plan))
    return tuple(PlannedItem(part) for part in parts if part)[:MOST_ITEMS]


def ticked(items: Iterable[PlannedItem], line: LineInput) -> tuple[PlannedItem, ...]:
    """The checklist with what was ticked off and what was given up."""
    dropped = line.dropped_items
    return tuple(
        replace(
            item, done=index in line.done_items, dropped=index in dropped, why=dropped.get(index, "").strip()
        )
        for index, item in enumerate(items)
    )


def as_stored(items: Iterable[PlannedItem]) -> list[list[object]]:
    """A checklist as the store keeps it: `[words, done]`, and `[words, false, why]` where it was given up."""
    return [[item.words, item.done, *([item.why] if item.dropped else [])] for item in items]


def from_stored(pairs: Iterable[Sequence[Any]]) -> tuple[PlannedItem, ...]:
    """A kept checklist; those of older releases know nothing of giving up."""
    return tuple(
        PlannedItem(str(words), bool(done), dropped=bool(why), why=str(why[0]) if why else "")
        for words, done, *why in pairs
    )


def carried_plan(line: LineInput, items: Iterable[PlannedItem]) -> str:
    """The next plan with what was not done: 没做完的带到下周; a finished task carries nothing."""
    typed = line.next_plan.strip()
    if line.status == OfferedStatus.DONE:
        return typed
    known = {item.words for item in plan_items(typed)}
    left = [item.words for item in items if item.outcome is Became.CONTINUED and item.words not in known]
    return "\n".join([*([typed] if typed else []), *left])


def faults(lines: Iterable[LineInput], *, today: date, before: Mapping[int, Baseline]) -> Faults:
    """What has to be mended before the return can be handed in."""
    return {
        (line.assignment_id, field): sentence
        for line in lines
        for field, sentence in _faults(line, today, before.get(line.assignment_id, Baseline()))
    }


def draft_faults(lines: Iterable[LineInput]) -> Faults:
    """What cannot even be kept as a draft: a day that is none, a text that does not fit."""
    return {
        (line.assignment_id, field): sentence
        for line in lines
        for field, sentence in (*_lengths(line), *_day(line, today=None))
    }


def _faults(line: LineInput, today: date, before: Baseline) -> Iterable[tuple[str, str]]:
    if line.no_change:
        if line.changes(before):
            yield "no_change", "勾了“无变化”，又填了内容：请去掉勾选，或清空内容。"
        return
    if not line.changes(before):
        return  # left alone: a task that is 受阻 stays so, with the problem told last time
    yield from _lengths(line)
    yield from _day(line, today=today)
    url = line.evidence_url.strip()
    if url and not is_web_address(url):
        yield "evidence_url", (
            "请填写以 http:// 或 https:// 开头的完整网址；没有公开链接可以先空着，在进展里说明。"
        )
    if line.counted and not url:
        yield "evidence_url", "勾了“计入次数”，请填写佐证链接；用文件作佐证的，请到“次数”里登记。"
    if line.counted and not line.evidence_on.strip():
        yield "evidence_on", "勾了“计入次数”，请填写发布日期，按这一天计数。"
    if line.status == OfferedStatus.BLOCKED and not line.problem.strip():
        yield "problem", "状态是“受阻”，请写明遇到了什么问题、需要谁来协调。"
    if line.status not in set(OfferedStatus):
        yield "status", "请选择一个状态。"
    if any(not why.strip() for why in line.dropped_items.values()):
        yield "planned", "选了“不再做”，请写一句为什么，公开办会看到。"


def _lengths(line: LineInput) -> Iterable[tuple[str, str]]:
    for name in ("progress", "next_plan", "problem"):
        length = len(getattr(line, name))
        if length > TEXT_LENGTH:
            yield name, f"最多{TEXT_LENGTH}个字，现在有{length}个，请缩短。"
    if any(len(why) > REASON_LENGTH for why in line.dropped_items.values()):
        yield "planned", f"不再做的理由最多{REASON_LENGTH}个字，请缩短。"
    if len(line.evidence_url) > URL_LENGTH:
        yield "evidence_url", f"网址最多{URL_LENGTH}个字符，请换一个短的。"


def _day(line: LineInput, *, today: date | None) -> Iterable[tuple[str, str]]:
    if not line.evidence_on.strip():
        return
    day = read_day(line.evidence_on)
    if day is None:
        yield "evidence_on", "请写成 2026-09-24 这样的日期。"
    elif not FIRST_YEAR <= day.year <= LAST_YEAR:
        yield "evidence_on", f"年份应在{FIRST_YEAR}年到{LAST_YEAR}年之间，请检查日期。"
    elif today is not None and day > today:
        yield "evidence_on", "发布日期在今天之后，请核对。"


def read_day(text: str) -> date | None:
    """2026-09-24, 2026.9.24, 2026/9/24 or 2026年9月24日."""
    found = re.fullmatch(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?", text.strip())
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def wants_evidence(line: LineInput) -> bool:
    """已完成 without a link: worth a gentle word, never a refusal."""
    return not line.no_change and line.status == OfferedStatus.DONE and not line.evidence_url.strip()

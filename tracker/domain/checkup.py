"""The check-up (体检) of a plan: what a reader of the whole plan would notice before the year begins.

Born overdue, due on a day off, a month or a unit that carries too much, nobody in the lead, several days in
one clause, standing work without a rhythm, a count without a class, a list of units too long to answer for.
Each finding is plan-wide and names its tasks; whatever rests on days off needs a calendar.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.domain.deadline import Reading, Staged, Standing, due_days
from tracker.domain.task import Role
from tracker.domain.work_calendar import DayStatus, WorkCalendar, next_workday, previous_workday

# A month is crowded when it ends half of the plan: then there is no time left to mend what is late. Below
# eight tasks half of a plan is too few for a month to be a burden.
CROWDED_SHARE = 0.5
CROWDED_COUNT = 8
# A unit with a third of a plan stands in the way of the whole plan when it is late; fewer than ten tasks are
# less than one a month, which a unit manages however short the plan is.
BURDENED_SHARE = 1 / 3
BURDENED_COUNT = 10
# Of more than ten units without a lead, each waits for another.
LONG_LIST = 10
# A document is published within 20 workdays (条例第二十六条): five weeks, with a week of holidays among them.
# What is published later was forwarded, and its readers owe what was due before they could know of it.
FORWARDED_AFTER = timedelta(days=35)

CODES = frozenset(
    {
        "born-overdue",
        "overdue-when-published",
        "deadline-undecided",
        "due-on-day-off",
        "no-units",
        "no-lead-in-plan",
        "long-unit-list",
        "quota-without-class",
        "crowded-month",
        "unit-overloaded",
        "several-days",
        "standing-without-rhythm",
    }
)
"""Every kind of finding that `examine` gives."""

_DAY_PRINTED = re.compile(r"[0-9一二三四五六七八九十]+[日号]")
_PUBLISHED = re.compile(
    r"(?:发布|公开|更新|上网)(?:时间|日期)\s*[:：]\s*(\d{4})\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})"
)
# The last day of a quarter is the quarter's end, whichever weekday it is; so nobody chose that day.
_QUARTER_ENDS = {(3, 31), (6, 30), (9, 30), (12, 31)}


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit as a task names it."""

    name: str
    role: Role
    is_collective: bool

    @property
    def is_lead(self) -> bool:
        return self.role is Role.LEAD

    @property
    def can_be_burdened(self) -> bool:
        """Whether the work is its own: who only supports is asked now and then, a group is many."""
        return self.role is not Role.SUPPORT and not self.is_collective


@dataclass(frozen=True, slots=True)
class Item:
    """What the check-up knows of a task; `key` is the caller's name for it."""

    key: int
    text: str
    reading: Reading
    certain: bool
    exact: bool
    """Whether the day itself was printed or chosen, not a month, a quarter or a year."""
    owners: tuple[Owner, ...]
    quota_classes: tuple[str | None, ...]
    """For each count (不少于5次) the class of units it is for, None where none is named."""

    @property
    def last_day(self) -> date | None:
        return max(due_days(self.reading), default=None)


@dataclass(frozen=True, slots=True)
class Noticed:
    """One finding of the check-up, with the tasks it is about; no tasks: the whole document."""

    severity: str
    code: str
    message: str
    items: tuple[int, ...] = ()
    field: str | None = None


def names_a_day(phrase: str | None) -> bool:
    """Whether a phrase prints a day: 10月8日前 does, 10月底前 and 三季度 do not."""
    return _DAY_PRINTED.search(unicodedata.normalize("NFKC", phrase or "")) is not None


def published_on(head: str) -> date | None:
    """The day on which a page says that it was published; None where it says none."""
    match = _PUBLISHED.search(head)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def examine(
    items: Sequence[Item],
    *,
    issued_on: date | None,
    published: date | None = None,
    has_rhythm: bool = False,
    calendar: WorkCalendar | None = None,
) -> tuple[Noticed, ...]:
    """What there is to notice, the gravest first; `has_rhythm`: the document says how often to report."""
    overdue = tuple(_overdue(items, issued_on))
    late = {key for found in overdue for key in found.items}
    return (
        *overdue,
        *_overdue_when_published(items, issued_on, published, late),
        *_undecided(items, late),
        *(_days_off(items, calendar, late) if calendar else ()),
        *_unnamed(items),
        *_without_lead(items),
        *_long_lists(items),
        *_quotas(items),
        *_crowded(items),
        *_burdened(items),
        *_staged(items),
        *(() if has_rhythm else _standing(items)),
    )


def _overdue(items: Sequence[Item], issued_on: date | None) -> Iterator[Noticed]:
    late = [item for item in items if issued_on and item.last_day and item.last_day < issued_on]
    if not late or issued_on is None:
        return
    days = "、".join(_full(day) for day in sorted({item.last_day for item in late if item.last_day}))
    message = f"{_some(late)}的时限（{days}）早于发文日期{_full(issued_on)}，请核对年份。"
    yield Noticed("warning", "born-overdue", message, _keys(late), "deadline")


def _overdue_when_published(
    items: Sequence[Item], issued_on: date | None, published: date | None, known: set[int]
) -> Iterator[Noticed]:
    if published is None or issued_on is None or published - issued_on <= FORWARDED_AFTER:
        return
    late = [item for item in items if item.last_day and item.last_day < published and item.key not in known]
    if late:
        days = "、".join(_full(day) for day in sorted({item.last_day for item in late if item.last_day}))
        message = (
            f"网页{_full(published)}才发布这份{_full(issued_on)}的文件，{_some(late)}的时限（{days}）那时已经过了，"
            f"请确认是否另定。"
        )
        yield Noticed("warning", "overdue-when-published", message, _keys(late), "deadline")


def _undecided(items: Sequence[Item], known: set[int]) -> Iterator[Noticed]:
    open_ = [item for item in items if not item.certain and item.key not in known]
    if open_:
        message = f"{_some(open_)}的完成时限有几种读法，请选定。"
        yield Noticed("warning", "deadline-undecided", message, _keys(open_), "deadline")


def _days_off(items: Sequence[Item], calendar: WorkCalendar, known: set[int]) -> Iterator[Noticed]:
    by_day: dict[date, list[Item]] = defaultdict(list)
    for item in items:
        if item.exact and item.key not in known:
            for day in dict.fromkeys(due_days(item.reading)):
                if not calendar.is_workday(day) and (day.month, day.day) not in _QUARTER_ENDS:
                    by_day[day].append(item)
    for day, due in sorted(by_day.items()):
        before, after = previous_workday(day, calendar), next_workday(day, calendar)
        guessed = "（暂按推算）" if calendar.certainty(day) is DayStatus.PROVISIONAL else ""
        message = (
            f"{_some(due)}在{_full(day)}到期，那天是{calendar.name_of(day)}{guessed}。"
            f"前一个工作日是{before.month}月{before.day}日，后一个是{after.month}月{after.day}日。"
        )
        yield Noticed("info", "due-on-day-off", message, _keys(due), "deadline")


def _unnamed(items: Sequence[Item]) -> Iterator[Noticed]:
    bare = [item for item in items if not item.owners]
    if bare and len(bare) == len(items):
        message = "文件没有写明责任单位，请在核对页逐条指定，或按编号段批量指定。"
        yield Noticed("warning", "no-units", message, (), "units")
    elif bare:
        yield Noticed("warning", "no-units", f"{_some(bare)}没有写明责任单位，请指定。", _keys(bare), "units")


def _without_lead(items: Sequence[Item]) -> Iterator[Noticed]:
    several = [item for item in items if len(item.owners) > 1]
    if several and not any(owner.is_lead for item in items for owner in item.owners):
        message = f"有{len(several)}项任务涉及多个单位，全文没有标明牵头单位，请确认由谁牵头。"
        yield Noticed("info", "no-lead-in-plan", message, _keys(several), "units")


def _long_lists(items: Sequence[Item]) -> Iterator[Noticed]:
    long = [
        item
        for item in items
        if len(item.owners) > LONG_LIST and not any(owner.is_lead for owner in item.owners)
    ]
    if long:
        most = max(len(item.owners) for item in long)
        message = f"{_some(long)}列了很多单位（最多{most}家）而没有牵头，请确认由谁牵头汇总。"
        yield Noticed("info", "long-unit-list", message, _keys(long), "units")


def _quotas(items: Sequence[Item]) -> Iterator[Noticed]:
    """A count for several units at once: does each of them owe it, or all together?"""
    open_ = [
        item
        for item in items
        if None in item.quota_classes
        and (len(item.owners) > 1 or any(owner.is_collective for owner in item.owners))
    ]
    if open_:
        message = f"{_some(open_)}写了次数，没有写明是每家都要，还是合起来算，请确认由谁完成。"
        yield Noticed("info", "quota-without-class", message, _keys(open_), "text")


def _crowded(items: Sequence[Item]) -> Iterator[Noticed]:
    months: dict[tuple[int, int], list[Item]] = defaultdict(list)
    for item in items:
        for day in due_days(item.reading)[-1:]:
            months[day.year, day.month].append(item)
    if not months:
        return
    (year, month), due = max(months.items(), key=lambda found: len(found[1]))
    if len(due) >= CROWDED_COUNT and len(due) >= CROWDED_SHARE * len(items):
        message = (
            f"{len(items)}项任务中有{len(due)}项集中在{year}年{month}月到期，可考虑设阶段节点，分批推进。"
        )
        yield Noticed("info", "crowded-month", message, _keys(due), "deadline")


def _burdened(items: Sequence[Item]) -> Iterator[Noticed]:
    counts = Counter(
        name
        for item in items
        # In the order of the document, not of a set: the same plan gives the same findings in the same order.
        for name in dict.fromkeys(owner.name for owner in item.owners if owner.can_be_burdened)
    )
    if len(counts) < 2:
        return  # a plan of one unit's own work says nothing about its burden
    for name, count in counts.most_common():
        if count >= BURDENED_COUNT and count >= BURDENED_SHARE * len(items):
            owed = [
                item
                for item in items
                if any(owner.name == name and owner.can_be_burdened for owner in item.owners)
            ]
            message = f"“{name}”承担{len(items)}项任务中的{count}项，请确认是否忙得过来。"
            yield Noticed("info", "unit-overloaded", message, _keys(owed), "units")


def _staged(items: Sequence[Item]) -> Iterator[Noticed]:
    staged = [item for item in items if isinstance(item.reading, Staged)]
    if staged:
        message = f"{_some(staged)}里有几个时间，已按几个节点读取，请核对。"
        yield Noticed("info", "several-days", message, _keys(staged), "deadline")


def _standing(items: Sequence[Item]) -> Iterator[Noticed]:
    """Standing work that nobody is asked about; a count within the sentence (每季度1次) is a rhythm."""
    standing = [item for item in items if isinstance(item.reading, Standing) and not item.quota_classes]
    if standing:
        message = f"有{len(standing)}项任务是长期推进，没有写多久报一次，建议设定报送周期。"
        yield Noticed("info", "standing-without-rhythm", message, _keys(standing), "deadline")


def _some(items: Sequence[Item]) -> str:
    """One task by its words, several by their number."""
    if len(items) > 1:
        return f"有{len(items)}项任务"
    text = items[0].text
    return f"“{text[:16]}{'…' if len(text) > 16 else ''}”"


def _keys(items: Sequence[Item]) -> tuple[int, ...]:
    return tuple(item.key for item in items)


def _full(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"

"""What a letter with several things says (合并提醒措辞): how many, the most urgent first, each with a link.

The subject counts; the body has one greeting, a heading a degree of urgency, under it each plan once and a
line a thing. A text message is one sentence with the counts. A post to a group names the units in each line,
units that are told the same in one, so that a robot's few bytes go far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.domain.china_time import month_day
from tracker.domain.digest import AT_ONCE
from tracker.domain.notices import NoticeKind
from tracker.domain.titled import Titled

UNITS_NAMED = 6
"""Of more units that are told the same, a group's post names so many."""
_NEWS = frozenset(
    {
        NoticeKind.REQUEST_WAITS, NoticeKind.REQUEST_ANSWERED, NoticeKind.MEETING, NoticeKind.MEETING_OFF,
        NoticeKind.QUOTA_LAGS, NoticeKind.DELIVERY_FAILED, NoticeKind.SELF_CHECK,
    }
)  # fmt: skip
_TOLD_WHOLE = AT_ONCE | {NoticeKind.REQUEST_ANSWERED, NoticeKind.MEETING, NoticeKind.MEETING_OFF}
"""Where the subject does not say enough: a person's words, an hour and a place."""


class Urgency(Titled):
    """In this order; the label stands over the things, and behind their number."""

    TODAY = "today", "今天到期"
    ASKED = "asked", "要马上办"
    OVERDUE = "overdue", "已逾期"
    SOON = "soon", "近期到期"
    OTHER = "other", "其他提醒"


_ORDER = {urgency: place for place, urgency in enumerate(Urgency)}


def urgency_of(kind: str, due_on: date | None, *, today: date) -> Urgency:
    """How urgent a notice is on a day."""
    if kind in AT_ONCE:
        return Urgency.ASKED
    if due_on is None or kind in _NEWS:
        return Urgency.OTHER
    if due_on == today and kind != NoticeKind.MISSED:
        return Urgency.TODAY
    return Urgency.SOON if due_on > today else Urgency.OVERDUE


@dataclass(frozen=True, slots=True)
class Thing:
    """One notice as it stands in a letter; `address` is where it can be dealt with."""

    kind: str
    urgency: Urgency
    subject: str
    body: str
    address: str = ""
    plan: str = ""
    due_on: date | None = None
    unit: str = ""
    """To whom it is said, for a group and for the office that hears it too; the subject is without."""
    note: str = ""
    """What a deputy has to know besides; part of the body too."""

    @property
    def line(self) -> str:
        """What it is, with its day where that is not today."""
        subject = self.subject.rstrip("。")
        if self.due_on is None or self.urgency not in {Urgency.SOON, Urgency.OVERDUE}:
            return subject
        return f"{subject}，{month_day(self.due_on)}到期"

    @property
    def title(self) -> str:
        """The subject of a letter that says nothing else."""
        return f"{self.unit}：{self.subject}" if self.unit else self.subject


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's words; `brief` is all that a text message says."""

    subject: str
    body: str
    brief: str


def letter(things: Sequence[Thing], name: str, *, inbox: str, settings: str) -> Words:
    """A letter to one person; `inbox` and `settings` are the addresses of those two pages."""
    ending = f"提醒的时间和方式可以改：{settings}"
    if len(things) == 1:
        [thing] = things
        whole = f"{thing.body}\n\n办理：{thing.address}" if thing.address else thing.body
        return Words(thing.title, f"{name}：\n\n{whole}\n\n{ending}", f"{thing.title}。{whole}")
    entries = _together(_in_order(things))
    counted = _counts(same[0] for same in entries)
    lines = [f"{name}：", "", f"您有{len(entries)}件事{counted}。"]
    number = 0
    for urgency in Urgency:
        part = [same for same in entries if same[0].urgency is urgency]
        if part:
            lines += ["", f"【{urgency.label}】{len(part)}件"] if counted else [""]
        plan = ""
        for same in part:
            if same[0].plan != plan:
                plan = same[0].plan
                lines += [f"《{plan}》"] if plan else []
            number += 1
            lines += _entry(number, same)
    lines += ["", f"全部提醒：{inbox}", ending]
    brief = f"您有{len(entries)}件政务公开事项{counted}。请登录查看：{inbox}"
    return Words(f"今天{len(entries)}件事{counted}", "\n".join(lines), brief)


def _together(things: Iterable[Thing]) -> list[list[Thing]]:
    """Things that differ in nothing but the unit stand in one entry, and are counted as one."""
    found: dict[tuple[str, ...], list[Thing]] = {}
    for thing in things:
        told = thing.body if thing.kind in _TOLD_WHOLE else ""
        found.setdefault((thing.urgency, thing.plan, thing.line, thing.address, told), []).append(thing)
    return list(found.values())


def _entry(number: int, same: Sequence[Thing]) -> list[str]:
    thing, units = same[0], _named([each.unit for each in same if each.unit])
    lines = [f"{number}. {units}：{thing.line}" if units else f"{number}. {thing.line}"]
    if thing.kind in _TOLD_WHOLE:
        lines += [f"   {part}" for part in thing.body.splitlines() if part]
    elif thing.note:
        lines.append(f"   {thing.note}")
    return [*lines, f"   {thing.address}"] if thing.address else lines


def post(things: Sequence[Thing], site: str) -> Words:
    """A post to a group: of one thing all, of several a line each, the most urgent first."""
    if len(things) == 1:
        [thing] = things
        whole = f"{thing.body}\n\n办理：{thing.address}" if thing.address else thing.body
        return Words(thing.title, whole, f"{thing.title}。{whole}")
    found = _in_order(things)
    units: dict[str, list[str]] = {}
    for thing in found:
        units.setdefault(thing.line, []).append(thing.unit)
    numbered = enumerate(units.items(), start=1)
    lines = [f"{number}. {_named(told)}：{line}" for number, (line, told) in numbered]
    subject = f"提醒{len(found)}件{_counts(found)}"
    return Words(subject, "\n".join([*lines, "", f"办理：{site}"]), f"{subject}。请登录查看：{site}")


def _in_order(things: Iterable[Thing]) -> list[Thing]:
    """The most urgent first; of one urgency plan by plan, and in each the earliest day first."""

    def place(thing: Thing) -> tuple[int, str, date, str]:
        return _ORDER[thing.urgency], thing.plan, thing.due_on or date.max, thing.subject

    return sorted(things, key=place)


def _counts(things: Iterable[Thing]) -> str:
    """How many of each urgency, behind a colon; nothing where all are 其他, for there is no other."""
    counted = Counter(thing.urgency for thing in things)
    if set(counted) <= {Urgency.OTHER}:
        return ""
    return "：" + "、".join(f"{counted[urgency]}件{urgency.label}" for urgency in Urgency if counted[urgency])


def _named(units: Sequence[str]) -> str:
    names = list(dict.fromkeys(units))
    if len(names) <= UNITS_NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:UNITS_NAMED])}等{len(names)}家"

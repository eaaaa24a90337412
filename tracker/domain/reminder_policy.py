"""The reminder policy (提醒规则) as it is kept: the house's, each plan's own, and what held before.

A plan without a policy of its own follows the house's. What is kept is JSON; a choice that a row does not
name, for it was written before there was such a choice, is the default one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, time
from itertools import pairwise
from typing import Any

from tracker.domain.notices import (
    CONTACT,
    WITH_HEAD,
    WITH_OFFICE,
    Addressee,
    Former,
    NoticeKind,
    ReminderPolicy,
)

RECEIVERS: dict[str, tuple[Addressee, ...]] = {
    each[-1].value: each for each in (CONTACT, WITH_HEAD, WITH_OFFICE)
}
"""Who may hear of a step, by the farthest of them: each wider circle holds the narrower one."""
ALWAYS = frozenset({NoticeKind.RETURNED, NoticeKind.DELIVERY_FAILED})
"""What cannot be switched off: nobody else would tell."""
MOST_STEPS = 4
MOST_AHEAD = 20
MOST_PAST = 60
MOST_QUOTA_AHEAD = 40
MOST_HOURS_BEFORE = 8
MOST_LETTERS = 20
SELDOM, OFTEN = 20, 5
"""How seldom and how often, in workdays, something can be said again."""
SHORTEST_DAY = 4
"""For so many hours a day letters can go out."""

LABELS: dict[str, str] = {
    "soon_workdays": "任务节点提前",
    "clock_soon_workdays": "时限提前",
    "duty_soon_workdays": "认领、议定事项、批示、督办、交接提前",
    "quota_ends_workdays": "次数截止提前",
    "waiting_workdays": "申请久未答复",
    "overdue_workdays": "逾期后第几个工作日",
    "before_to": "到期前告诉谁",
    "overdue_to": "逾期告诉谁",
    "again_after": "以后每隔几个工作日再提醒",
    "missed_to": "未报告诉谁",
    "morning": "日常提醒",
    "day_before_at": "前一工作日提醒",
    "hours_before": "截止前几小时提醒",
    "quiet_from": "免打扰开始",
    "quiet_until": "免打扰结束",
    "quiet_days_off": "休息日不发",
    "most_a_day": "每人每天最多几封信",
    "off": "不提醒的事",
}
"""What people call each choice."""


def faults(policy: ReminderPolicy) -> dict[str, str]:
    """What is wrong with a policy: a sentence for each choice that cannot be kept, by its name."""
    return dict(_faults(policy))


def _faults(policy: ReminderPolicy) -> Iterator[tuple[str, str]]:
    for name in ("soon_workdays", "clock_soon_workdays", "duty_soon_workdays"):
        if (said := _steps(getattr(policy, name), MOST_AHEAD, descending=True)) is not None:
            yield name, said
    for name, most in (("overdue_workdays", MOST_PAST), ("waiting_workdays", MOST_AHEAD)):
        if (said := _steps(getattr(policy, name), most, descending=False)) is not None:
            yield name, said
    for name in ("before_to", "overdue_to", "missed_to"):
        if (said := _widening(getattr(policy, name))) is not None:
            yield name, said
    numbers = (
        ("again_after", policy.again_after, OFTEN, SELDOM, "个工作日"),
        ("quota_ends_workdays", policy.quota_ends_workdays, 1, MOST_QUOTA_AHEAD, "个工作日"),
        ("hours_before", policy.hours_before, 1, MOST_HOURS_BEFORE, "小时"),
        ("most_a_day", policy.most_a_day, 1, MOST_LETTERS, "封"),
    )
    for name, number, least, most, unit in numbers:
        if name == "again_after" and number == 0:
            continue
        if not least <= number <= most:
            never = "，不再提醒填 0" if name == "again_after" else ""
            yield name, f"请填 {least} 到 {most} {unit}{never}。"
    yield from _hours(policy)
    if policy.off & ALWAYS:
        kept = "、".join(kind.label for kind in NoticeKind if kind in policy.off & ALWAYS)
        yield "off", f"“{kept}”不能关闭，否则没有人知道。"


def _hours(policy: ReminderPolicy) -> Iterator[tuple[str, str]]:
    """The quiet hours leave a part of the day, and in that part lie the hours at which something is said."""
    start, end = policy.quiet_until, policy.quiet_from
    open_minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if open_minutes < SHORTEST_DAY * 60:
        yield "quiet_from", f"开始免打扰要比结束晚至少 {SHORTEST_DAY} 小时，例如 20:00 到次日 8:00。"
        return
    for name in ("morning", "day_before_at"):
        if not start <= getattr(policy, name) < end:
            yield name, f"这个时间在免打扰时段里，请改到 {start:%H:%M} 到 {end:%H:%M} 之间。"


def _steps(counts: tuple[int, ...], most: int, *, descending: bool) -> str | None:
    if len(counts) > MOST_STEPS:
        return f"最多 {MOST_STEPS} 次，请去掉几个。"
    if any(not 1 <= count <= most for count in counts):
        return f"请填 1 到 {most} 个工作日。"
    if list(counts) != sorted(set(counts), reverse=descending):
        example = "从大到小，例如 10、3" if descending else "从小到大，例如 1、5、10"
        return f"请{example}，不要重复。"
    return None


def _widening(steps: tuple[tuple[Addressee, ...], ...]) -> str | None:
    if not steps:
        return "请选择告诉谁。"
    if any(to not in RECEIVERS.values() for to in steps):
        return "请从列出的人里选，领导只由公开办上报。"
    if any(len(later) < len(earlier) for earlier, later in pairwise(steps)):
        return "后一次告诉的人不能比前一次少。"
    return None


def in_words(policy: ReminderPolicy, name: str) -> str:
    """One choice of a policy as people read it."""
    match getattr(policy, name):
        case bool(value):
            return "是" if value else "否"
        case time() as value:
            return f"{value:%H:%M}"
        case frozenset() as kinds:
            return "、".join(kind.label for kind in NoticeKind if kind in kinds) or "（没有）"
        case (int(), *_) as counts:
            return "、".join(map(str, counts))
        case tuple() as steps:
            return "；".join(_named(each) for each in steps) or "（没有）"
        case value:
            return str(value)


def _named(to: tuple[Addressee, ...]) -> str:
    return "、".join(each.label for each in to)


def as_settings(policy: ReminderPolicy) -> dict[str, Any]:
    """A policy as it is kept."""
    return {name: _kept(getattr(policy, name)) for name in _SETTINGS}


def from_settings(settings: Mapping[str, Any]) -> ReminderPolicy:
    """The policy that is kept so; the inverse of `as_settings`."""
    named = {name: read(settings[name]) for name, read in _SETTINGS.items() if name in settings}
    return ReminderPolicy(**named)


def _kept(value: Any) -> Any:
    match value:
        case time():
            return f"{value:%H:%M}"
        case frozenset():
            return sorted(each.value for each in value)
        case tuple():
            return [_kept(each) for each in value]
        case Addressee():
            return value.value
        case _:
            return value


def _clock(kept: str) -> time:
    return time.fromisoformat(kept)


def _numbers(kept: list[int]) -> tuple[int, ...]:
    return tuple(kept)


def _receivers(kept: list[list[str]]) -> tuple[tuple[Addressee, ...], ...]:
    return tuple(tuple(Addressee(each) for each in step) for step in kept)


def _kinds(kept: list[str]) -> frozenset[NoticeKind]:
    """A kind that is no more is left out: what is not said cannot be said."""
    return frozenset(NoticeKind(each) for each in kept if each in set(NoticeKind))


_READ = {
    "time": _clock,
    "int": int,
    "bool": bool,
    "tuple[int, ...]": _numbers,
    "tuple[tuple[Addressee, ...], ...]": _receivers,
    "frozenset[NoticeKind]": _kinds,
}
# How long something is news is no choice of the office's.
_SETTINGS: dict[str, Any] = {
    each.name: _READ[str(each.type)] for each in fields(ReminderPolicy) if str(each.type) in _READ
}


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept for one plan, or for the house: a policy, or None for the one above it.

    `before` holds what it was until each change, the oldest first.
    """

    policy: ReminderPolicy | None = None
    before: tuple[tuple[datetime, ReminderPolicy | None], ...] = ()

    def at(self, moment: datetime) -> ReminderPolicy | None:
        """What was kept up to a moment."""
        return next((policy for until, policy in self.before if moment <= until), self.policy)


@dataclass(frozen=True)
class ReminderPolicies:
    """The house's policy, and those of plans that have one of their own."""

    house: ReminderPolicy = field(default_factory=ReminderPolicy)
    own: Mapping[int, ReminderPolicy] = field(default_factory=dict)
    former: tuple[Former, ...] = ()

    def of(self, plan_id: int | None) -> ReminderPolicy:
        """A plan's policy; the house's for what belongs to none."""
        return self.house if plan_id is None else self.own.get(plan_id, self.house)

    @property
    def all(self) -> tuple[ReminderPolicy, ...]:
        """Every policy that holds for something."""
        return tuple({self.house, *self.own.values()})

    def changed(self, plan_id: int | None, policy: ReminderPolicy | None, now: datetime) -> ReminderPolicies:
        """How it would be from now on if a plan, or the house, had this policy; None for the one above it."""
        former = (*self.former, Former(now, self))
        if plan_id is None:
            return ReminderPolicies(policy or ReminderPolicy(), self.own, former)
        others = {each: kept for each, kept in self.own.items() if each != plan_id}
        own = others if policy is None else {**others, plan_id: policy}
        return ReminderPolicies(self.house, own, former)

    @classmethod
    def kept(cls, house: Kept, plans: Mapping[int, Kept]) -> ReminderPolicies:
        """The policies that hold now, with what held until each change."""
        changes = sorted({until for each in (house, *plans.values()) for until, _ in each.before})
        return cls(
            house.policy or ReminderPolicy(),
            {plan_id: each.policy for plan_id, each in plans.items() if each.policy is not None},
            tuple(
                Former(
                    until,
                    cls(
                        house.at(until) or ReminderPolicy(),
                        {
                            plan_id: policy
                            for plan_id, each in plans.items()
                            if (policy := each.at(until)) is not None
                        },
                    ),
                )
                for until in changes
            ),
        )

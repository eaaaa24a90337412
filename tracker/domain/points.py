"""Points (积分制): a scheme of assessment as data, and the facts that it gives or takes points for.

A scheme is a tree of indicators (指标) with base points, rules that say what one occurrence of a fact is
worth, groups of units (类别), grades (等次) and a window for objections. Points are counted in hundredths, so
that 0.04 for each of 200 items adds up exactly. Indicators have their printed numbers: 1.2 stands under 1.

No kind of fact counts signing in or clicking. Two count activity (`ACTIVITY`): how often something was handed
in or entered. They are refused unless the office turns them on, and then told as a burden (减负,
国办函〔2026〕12号 on points and rankings in government applications).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain.titled import Titled
from tracker.domain.web_address import is_web_address

HUNDRED = 100
"""So many parts has a point."""


class FactKind(Titled):
    """What can be worth points."""

    RETURN_MISSED = "return_missed", "到截止没有报送"
    RETURN_LATE = "return_late", "迟报"
    RETURN_SENT_BACK = "return_sent_back", "报送被退回"
    TASK_OVERDUE = "task_overdue", "任务到期没有完成"
    DONE_BARE = "done_bare", "报了完成，没有佐证"
    QUOTA_UNMET = "quota_unmet", "次数没有达标"
    QUOTA_SURPLUS = "quota_surplus", "超过次数要求的每一次"
    CLOCK_OVERDUE = "clock_overdue", "时限逾期"
    ORDER_ISSUED = "order_issued", "收到督办单"
    RECTIFICATION_LATE = "rectification_late", "整改逾期"
    EXPERIENCE_SHOWN = "experience_shown", "经验材料采用并展示"
    EXPERIENCE_TAKEN_UP = "experience_taken_up", "经验材料被省里采用"
    BY_HAND = "by_hand", "人工登记，凭佐证"
    RETURN_ON_TIME = "return_on_time", "按时报送的每一次"
    EVENT_COUNTED = "event_counted", "计入次数的每一次"


ACTIVITY = frozenset({FactKind.RETURN_ON_TIME, FactKind.EVENT_COUNTED})
"""Counts how much was done and not what came of it."""
NEEDS_LINK = frozenset({FactKind.EXPERIENCE_SHOWN, FactKind.EXPERIENCE_TAKEN_UP})
"""An adoption without the address of a page cannot earn."""
ADDING = ACTIVITY | NEEDS_LINK | {FactKind.QUOTA_SURPLUS}
EITHER_WAY = frozenset({FactKind.BY_HAND})


@dataclass(frozen=True, slots=True)
class Group:
    """A group of units (A类、B类): all of these classes, besides those of the list."""

    key: str
    name: str
    class_ids: tuple[int, ...] = ()
    unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; `groups` empty means all units.

    What is deducted under it ends at its own and its children's base points, unless it is told how much may
    go (`most_deducted`); a bonus ends at `most_added`.
    """

    key: str
    name: str
    base: int = 0
    most_added: int | None = None
    most_deducted: int | None = None
    groups: tuple[str, ...] = ()

    @property
    def parent(self) -> str:
        """The number that it stands under; empty at the top."""
        return self.key.rpartition(".")[0]

    def is_for(self, group: str) -> bool:
        """Whether units of a group are assessed by it."""
        return not self.groups or group in self.groups


@dataclass(frozen=True, slots=True)
class Rule:
    """What each occurrence of a kind of fact is worth: below nought a deduction, above it a bonus."""

    key: str
    indicator: str
    kind: FactKind
    clause: str
    """The rule in words, as each line cites it."""
    points: int
    cap: int | None = None
    """The most that it gives or takes in all, without a sign; None is no limit."""
    only: str = ""
    """Just these: the key of a cadence or a clock's rule, a quota's period, an order's colour."""


@dataclass(frozen=True, slots=True)
class Band:
    """A grade (等次) from so many points on."""

    name: str
    at_least: int


@dataclass(frozen=True, slots=True)
class Scheme:
    """A whole scheme (积分办法) as the office has written it down."""

    name: str
    maximum: int
    indicators: tuple[Indicator, ...]
    rules: tuple[Rule, ...]
    groups: tuple[Group, ...] = ()
    bands: tuple[Band, ...] = ()
    objection_days: int = 10
    floor: int = 0
    activity: bool = False
    """Whether the office has turned points for activity on, knowing what that does."""
    plan_ids: tuple[int, ...] = ()
    """Just the facts of these plans; empty is every plan of the year."""

    def rule(self, key: str) -> Rule | None:
        """The rule of this key."""
        return next((rule for rule in self.rules if rule.key == key), None)

    def indicator(self, key: str) -> Indicator | None:
        """The indicator of this number."""
        return next((each for each in self.indicators if each.key == key), None)

    def base_of(self, group: str) -> int:
        """What a unit of a group begins with."""
        return sum(each.base for each in self.indicators if each.is_for(group))

    def is_for(self, rule: Rule, group: str) -> bool:
        """Whether units of a group are judged by a rule: its indicator and all above are theirs."""
        key = rule.indicator
        while key:
            found = self.indicator(key)
            if found is None or not found.is_for(group):
                return False
            key = found.parent
        return True

    def grade(self, score: int) -> str:
        """The best grade that is reached; empty where there is none."""
        reached = [band for band in self.bands if score >= band.at_least]
        return max(reached, key=lambda band: band.at_least).name if reached else ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is so of a unit, with where it can be seen.

    `key` is made of facts alone and is the same whenever it is looked at; `place` is the page of this program
    that shows it, `evidence` the link or document that proves it.
    """

    key: str
    kind: FactKind
    unit_id: int
    on: date
    words: str
    place: str = ""
    evidence: str = ""
    plan_id: int | None = None
    about: str = ""
    """What a rule may be narrowed to: the key of a cadence, a quota's period, …"""
    task_id: int | None = None
    """The task that it is about."""


def group_of(groups: tuple[Group, ...], unit_id: int, class_id: int | None) -> str | None:
    """The group of a unit: who lists it by name goes before who lists its class; None is assessed by none.

    A scheme without groups is for every unit, which then are of the group "".
    """
    if not groups:
        return ""
    named = (group.key for group in groups if unit_id in group.unit_ids)
    classed = (group.key for group in groups if class_id is not None and class_id in group.class_ids)
    return next(named, None) or next(classed, None)


def earns(scheme: Scheme, rule: Rule, fact: Fact, group: str) -> bool:
    """Whether a fact is an occurrence of a rule, for a unit of this group."""
    if rule.kind is not fact.kind or (rule.only and rule.only != fact.about):
        return False
    if scheme.plan_ids and fact.plan_id not in scheme.plan_ids:
        return False
    if fact.kind in NEEDS_LINK and not is_web_address(fact.evidence.strip()):
        return False
    return scheme.is_for(rule, group)


def in_points(hundredths: int) -> str:
    """Points as they are written: 5, 0.5, -0.04."""
    whole, part = divmod(abs(hundredths), HUNDRED)
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{whole}.{part:02d}".rstrip("0").rstrip(".") if part else f"{sign}{whole}"


def signed(hundredths: int) -> str:
    """A change of points: +1, -0.5, 0."""
    return f"+{in_points(hundredths)}" if hundredths > 0 else in_points(hundredths)


Members = Mapping[int, str]
"""The units that are assessed, each with its group."""

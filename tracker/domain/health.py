"""Lights (绿黄红灯): derived from facts, never stored, always with the rule in words beside the colour.

`RULES` is the one place of the rule: an ordered table, the first row whose conditions all hold decides.
Rows are data over five columns, so the store can turn the same table into a SQL CASE:

    when  = "CASE" row* "END";  row = "WHEN" condition ("AND" condition)* "THEN" row.code
    condition = (column, check, value):
        IS            column = value
        BEFORE_TODAY  column < :today              (a missing day never holds)
        BY_SOON       column <= :soon_until        (a missing day never holds)
        MISSING       column IS NULL

`soon_until` is the day SOON_WORKDAYS workdays ahead; the caller counts it with the work calendar.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.china_time import month_day
from tracker.domain.task import TaskState
from tracker.domain.titled import Titled

SOON_WORKDAYS = 10


class Colour(Titled):
    GREEN = "green", "绿灯"
    YELLOW = "yellow", "黄灯"
    RED = "red", "红灯"
    GREY = "grey", "灰灯"


@dataclass(frozen=True, slots=True)
class HealthFacts:
    """The five columns. `next_due_on` is the earliest open checkpoint, also when it has passed."""

    state: TaskState
    next_due_on: date | None = None
    has_blocked: bool = False
    has_any_report: bool = False
    standing: bool = False


class Column(StrEnum):
    """The names of the columns; equal to the fields of `HealthFacts`."""

    STATE = "state"
    NEXT_DUE_ON = "next_due_on"
    HAS_BLOCKED = "has_blocked"
    HAS_ANY_REPORT = "has_any_report"
    STANDING = "standing"


class Check(StrEnum):
    IS = "is"
    BEFORE_TODAY = "before_today"
    BY_SOON = "by_soon"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Condition:
    """One check of one column; `value` is only read by `Check.IS`."""

    column: Column
    check: Check
    value: TaskState | bool | None = None


@dataclass(frozen=True, slots=True)
class LightRule:
    """A row of the table. `word` and `reason` may name {late}, {left} (days) and {due} (10月31日)."""

    code: str
    colour: Colour
    conditions: tuple[Condition, ...]
    word: str
    reason: str


@dataclass(frozen=True, slots=True)
class Health:
    """A light with its word, the reason a person can check, and the code of the rule that decided."""

    colour: Colour
    word: str
    reason: str
    rule: str


def _is(column: Column, value: TaskState | bool) -> Condition:
    return Condition(column, Check.IS, value)


RULES: tuple[LightRule, ...] = (
    LightRule(
        "signed_off",
        Colour.GREEN,
        (_is(Column.STATE, TaskState.SIGNED_OFF),),
        "已销号",
        "公开办已确认完成并销号",
    ),
    LightRule(
        "cancelled",
        Colour.GREY,
        (_is(Column.STATE, TaskState.CANCELLED),),
        "已取消",
        "任务已取消，不再催报",
    ),
    LightRule(
        "overdue",
        Colour.RED,
        (Condition(Column.NEXT_DUE_ON, Check.BEFORE_TODAY),),
        "逾期{late}天",
        "{due}到期，尚未销号，已过{late}天",
    ),
    LightRule(
        "due_soon",
        Colour.YELLOW,
        (Condition(Column.NEXT_DUE_ON, Check.BY_SOON),),
        "临近",
        "{due}到期，{left}",
    ),
    LightRule(
        "blocked",
        Colour.YELLOW,
        (_is(Column.HAS_BLOCKED, value=True),),
        "受阻",
        "有单位报告受阻，需要协调",
    ),
    LightRule(
        "unreported_standing",
        Colour.GREY,
        (_is(Column.STANDING, value=True), _is(Column.HAS_ANY_REPORT, value=False)),
        "尚无进展",
        "长期推进事项，还没有单位报过进展",
    ),
    LightRule(
        "standing",
        Colour.GREEN,
        (_is(Column.STANDING, value=True),),
        "推进中",
        "长期推进事项，已有进展报送",
    ),
    LightRule(
        "undated",
        Colour.GREY,
        (Condition(Column.NEXT_DUE_ON, Check.MISSING), _is(Column.HAS_ANY_REPORT, value=False)),
        "未定时限",
        "原文没有写明时限，也还没有进展，请公开办明确",
    ),
    LightRule(
        "undated_moving",
        Colour.GREEN,
        (Condition(Column.NEXT_DUE_ON, Check.MISSING),),
        "推进中",
        "没有待办节点，已有进展报送",
    ),
    LightRule(
        "on_time",
        Colour.GREEN,
        (_is(Column.HAS_ANY_REPORT, value=True),),
        "推进中",
        "{due}到期，{left}，已有进展报送",
    ),
    LightRule(
        "not_yet_due",
        Colour.GREEN,
        (),
        "未到期",
        "{due}到期，{left}，还没有进展报送",
    ),
)

COLOUR_RULES: dict[Colour, str] = {
    Colour.RED: "到期日已过，还没有销号",
    Colour.YELLOW: f"{SOON_WORKDAYS}个工作日内到期，或有单位报告受阻",
    Colour.GREEN: "已销号；离到期还远；长期推进或没有待办节点的，已有进展报送",
    Colour.GREY: "已取消；长期推进或没有写明时限的，还没有进展报送",
}
"""The rule of each colour in one sentence, as pages tell it; red is looked for before yellow."""

RULE_BY_CODE: dict[str, LightRule] = {rule.code: rule for rule in RULES}


def light(facts: HealthFacts, *, today: date, soon_until: date) -> Health:
    """The light of a task on `today`, by the first rule that holds."""
    rule = next(rule for rule in RULES if _holds(rule, facts, today, soon_until))
    return describe(rule.code, next_due_on=facts.next_due_on, today=today)


def describe(code: str, *, next_due_on: date | None, today: date) -> Health:
    """The light for a rule that was already decided, for example by the database.

    Raises:
        KeyError: no rule has this code.

    """
    rule = RULE_BY_CODE[code]
    words = {"late": "", "left": "", "due": ""}
    if next_due_on is not None:
        days = (next_due_on - today).days
        words = {
            "late": str(-days),
            "left": f"还有{days}天" if days > 0 else "就在今天",
            "due": _day_words(next_due_on, today),
        }
    return Health(rule.colour, rule.word.format(**words), rule.reason.format(**words), rule.code)


def _day_words(day: date, today: date) -> str:
    return month_day(day) if day.year == today.year else f"{day.year}年{month_day(day)}"


def _holds(rule: LightRule, facts: HealthFacts, today: date, soon_until: date) -> bool:
    return all(_condition_holds(condition, facts, today, soon_until) for condition in rule.conditions)


def _condition_holds(condition: Condition, facts: HealthFacts, today: date, soon_until: date) -> bool:
    if condition.column is Column.NEXT_DUE_ON:
        due = facts.next_due_on
        match condition.check:
            case Check.BEFORE_TODAY:
                return due is not None and due < today
            case Check.BY_SOON:
                return due is not None and due <= soon_until
            case _:
                return due is None
    values: dict[Column, TaskState | bool] = {
        Column.STATE: facts.state,
        Column.HAS_BLOCKED: facts.has_blocked,
        Column.HAS_ANY_REPORT: facts.has_any_report,
        Column.STANDING: facts.standing,
    }
    return values[condition.column] == condition.value

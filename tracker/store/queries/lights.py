"""The lights in SQL: the ordered rule table of `tracker.domain.health` as one CASE over a task's row.

Counting, filtering and sorting by light all use these expressions, so that the database and the pure
function can never tell two stories; a test compares them over generated facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, case, literal, not_, or_, select

from tracker.domain.health import RULES, Check, Colour, Column, Condition, LightRule
from tracker.domain.task import LineStatus
from tracker.store.tables import Assignment, Task

Answer = TypeVar("Answer", str, int)

# Worst first: how a list sorted by light begins.
SEVERITY = (Colour.RED, Colour.YELLOW, Colour.GREEN, Colour.GREY)
KEPT = 32
"""So many days' expressions are kept: a page asks for the same one many times, and to build it costs more."""


@dataclass(frozen=True, slots=True)
class LightDays:
    """The two days a light depends on: today, and the day ten workdays ahead."""

    today: date
    soon_until: date


@lru_cache(maxsize=KEPT)
def rule_code(days: LightDays) -> ColumnElement[str]:
    """The code of the rule that decides a task's light; `health.describe` turns it into words."""
    return _first_holding(days, [rule.code for rule in RULES])


@lru_cache(maxsize=KEPT)
def colour(days: LightDays) -> ColumnElement[str]:
    """The colour of a task's light."""
    return _first_holding(days, [rule.colour.value for rule in RULES])


@lru_cache(maxsize=KEPT)
def severity(days: LightDays) -> ColumnElement[int]:
    """A number to sort by: red is 0, grey comes last."""
    return _first_holding(days, [SEVERITY.index(rule.colour) for rule in RULES])


def _first_holding(days: LightDays, answers: list[Answer]) -> ColumnElement[Answer]:
    """CASE … END with one answer a rule; the last rule has no condition and is the ELSE."""
    *conditional, last = zip(RULES, answers, strict=True)
    whens = [(_holds(rule, days), literal(answer)) for rule, answer in conditional]
    return case(*whens, else_=literal(last[1]))


def _holds(rule: LightRule, days: LightDays) -> ColumnElement[bool]:
    return and_(*(_condition(condition, days) for condition in rule.conditions))


def _condition(condition: Condition, days: LightDays) -> ColumnElement[bool]:
    match condition.check:
        case Check.BEFORE_TODAY:
            return Task.next_due_on < days.today
        case Check.BY_SOON:
            return Task.next_due_on <= days.soon_until
        case Check.MISSING:
            return Task.next_due_on.is_(None)
    match condition.column:
        case Column.STATE:
            return Task.state == str(condition.value)
        case Column.HAS_BLOCKED:
            found = _any_assignment(Assignment.status == LineStatus.BLOCKED.value)
        case Column.HAS_ANY_REPORT:
            found = _any_assignment(Assignment.reported_at.is_not(None))
        case Column.STANDING:
            found = is_standing()
        case Column.NEXT_DUE_ON:
            raise ValueError("a day is compared with today, not with a value")
    return found if condition.value else not_(found)


def is_standing() -> ColumnElement[bool]:
    """Whether the printed deadline has no end: 长期推进, or 自7月起 without a last day."""
    notation = Task.deadline_notation
    return or_(notation == "ongoing", and_(notation.like("range:%"), notation.like("%/open")))


def _any_assignment(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    part = (Assignment.task_id == Task.id, Assignment.ended_at.is_(None), condition)
    return select(Assignment.id).where(*part).correlate(Task).exists()

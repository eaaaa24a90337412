"""The end of a year (年终结转): what stands in the way of closing it, and when it may be closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.titled import Titled

FIRST_MONTH = 12
"""A year is closed from its last month on: before that there is nothing to look back on."""


class Blocking(Titled):
    """What a plan still wants before its year can be closed."""

    NOT_BEGUN = "not_begun", "还没有开始回头看"
    UNCONFIRMED = "unconfirmed", "项结论没有确认"
    LACKING = "lacking", "项没有整改牵头单位或时限"
    CHANGED = "changed", "项确认后情况有变化"
    LATE = "late", "项后来新增的任务没有核对"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the look-back of a plan stands; `total` is None where none was begun."""

    total: int | None
    confirmed: int = 0
    lacking: int = 0
    final: bool = False
    changed: int = 0
    """What was confirmed and rests on other facts now."""
    late: int = 0
    """Tasks that came later, and have no verdict."""


def blocking(plan: Standing) -> tuple[tuple[Blocking, int], ...]:
    """What stands in the way, with how many; nothing for a look-back that is final or could be now.

    A final one is in the way again where tasks came after it.
    """
    if plan.total is None:
        return ((Blocking.NOT_BEGUN, 0),)
    found: tuple[tuple[Blocking, int], ...] = ((Blocking.LATE, plan.late),)
    if not plan.final:
        found = (
            (Blocking.UNCONFIRMED, plan.total - plan.confirmed),
            (Blocking.LACKING, plan.lacking),
            (Blocking.CHANGED, plan.changed),
            *found,
        )
    return tuple((each, number) for each, number in found if number)


def year_to_close(today: date) -> int:
    """The year that people think of: this one in December, before that the last."""
    return today.year if today.month >= FIRST_MONTH else today.year - 1


def may_close(year: int, *, today: date) -> bool:
    """Whether a year is over, or in its last month."""
    return today >= date(year, FIRST_MONTH, 1)

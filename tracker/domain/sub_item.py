"""Sub-items (子项): steps into which a unit divides its own part, each inside the task's own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.china_time import month_day
from tracker.domain.errors import InvalidInput, RuleViolated

MOST = 50
TITLE_LENGTH = 200
PERSON_LENGTH = 60


class StepNeeded(InvalidInput):
    """请写明子项要做什么。"""


class StepTooLong(InvalidInput):
    """子项最多200个字，承办人最多60个字。"""


class BeyondParent(InvalidInput):
    """子项的日期不能晚于任务的时限。"""


class SameStep(RuleViolated):
    """同样的子项已经有了，不用再加。"""


class TooManySteps(RuleViolated):
    """一项任务最多分50个子项，请合并后再加。"""


@dataclass(frozen=True, slots=True)
class Step:
    """What a unit says of a sub-item."""

    title: str
    person: str = ""
    due_on: date | None = None


def planned(step: Step, *, until: date | None) -> Step:
    """A step as it is kept; `until` is the parent's next open day, None where it has none.

    Raises:
        InvalidInput: it says nothing, says too much, or falls due after its parent.

    """
    title, person = step.title.strip(), step.person.strip()
    if not title:
        raise StepNeeded
    if len(title) > TITLE_LENGTH or len(person) > PERSON_LENGTH:
        raise StepTooLong
    if step.due_on is not None and until is not None and step.due_on > until:
        raise BeyondParent(f"子项的日期不能晚于任务的时限{month_day(until)}；做不完可以申请延期。")
    return Step(title, person, step.due_on)

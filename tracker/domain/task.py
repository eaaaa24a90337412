"""What a task (任务), a unit's part in it and a line of its return can be.

The state of a task follows from the parts of its units:

- it is signed off (已销号) when the part of every lead and every responsible unit is;
- supporting units (配合) do not hold it open: their parts are signed off with the task;
- a task that only has supporting units waits for every one of them, and one without any unit for the office;
- the office may sign off the whole task, which signs off every part that is left;
- reopened (恢复办理, or 回头看 says 未完成), every part goes back to its unit;
- a cancelled task keeps its parts as they stand, and asks nothing of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tracker.domain.titled import Titled


class TaskState(Titled):
    """The little that a task stores; approvals are rows beside it, lights are derived."""

    ASSIGNED = "assigned", "已分派"
    IN_PROGRESS = "in_progress", "推进中"
    SIGNED_OFF = "signed_off", "已销号"
    CANCELLED = "cancelled", "已取消"

    @property
    def is_open(self) -> bool:
        """Whether work is still expected."""
        return self in {TaskState.ASSIGNED, TaskState.IN_PROGRESS}


OPEN_STATES = tuple(state for state in TaskState if state.is_open)


class Role(Titled):
    """A unit's part in a task, as the document prints it."""

    LEAD = "lead", "牵头"
    SUPPORT = "support", "配合"
    RESPONSIBLE = "responsible", "责任"

    @property
    def answers(self) -> bool:
        """Whether the task stays open until this unit's part is signed off."""
        return self is not Role.SUPPORT


@dataclass(frozen=True, slots=True)
class Share:
    """What the rule of sign-off looks at: a unit's role in a task, and whether its part is signed off."""

    role: Role
    signed_off: bool


def is_signed_off(shares: Iterable[Share]) -> bool:
    """Whether a task is signed off by what its parts say; the rule stands at the head of this module."""
    known = tuple(shares)
    deciding = tuple(share for share in known if share.role.answers) or known
    return bool(deciding) and all(share.signed_off for share in deciding)


class LineStatus(Titled):
    """What a unit says of a task in one return.

    CARRIED is 无变化: the line keeps the status that the unit's part had before.
    """

    NOT_STARTED = "not_started", "未开始"
    IN_PROGRESS = "in_progress", "推进中"
    DONE = "done", "已完成"
    BLOCKED = "blocked", "受阻"
    CARRIED = "carried", "无变化"

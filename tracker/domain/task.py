"""What a task (任务), a unit's part in it and a line of its return can be."""

from __future__ import annotations

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


class LineStatus(Titled):
    """What a unit says of a task in one return.

    CARRIED is 无变化: the line keeps the status that the unit's part had before.
    """

    NOT_STARTED = "not_started", "未开始"
    IN_PROGRESS = "in_progress", "推进中"
    DONE = "done", "已完成"
    BLOCKED = "blocked", "受阻"
    CARRIED = "carried", "无变化"

"""What has moved since a period closed (变化): a task's light as it was frozen, beside its light now.

    movement        the task
    turned_red      is red now and was not, or was not there
    left_red        was red and is not any more
    turned_yellow   is yellow now and was neither yellow nor red
    signed_off      is signed off now and was not
    put_off         has had a day put off since
    added           was not there
    cancelled       is cancelled now and was not

One task may have moved in several ways: a red one that is signed off has left red too. What holds
by the table: red now = red then + turned_red − left_red.
"""

from __future__ import annotations

from dataclasses import dataclass

from tracker.domain.health import Colour
from tracker.domain.task import TaskState
from tracker.domain.titled import Titled


class Movement(Titled):
    TURNED_RED = "turned_red", "新亮红灯"
    LEFT_RED = "left_red", "红灯消除"
    TURNED_YELLOW = "turned_yellow", "新亮黄灯"
    SIGNED_OFF = "signed_off", "新销号"
    PUT_OFF = "put_off", "延期"
    ADDED = "added", "新增任务"
    CANCELLED = "cancelled", "新取消"


RULES: dict[Movement, str] = {
    Movement.TURNED_RED: "现在是红灯，那时不是",
    Movement.LEFT_RED: "那时是红灯，现在不是",
    Movement.TURNED_YELLOW: "现在是黄灯，那时既不是黄灯也不是红灯",
    Movement.SIGNED_OFF: "那以后公开办确认销号",
    Movement.PUT_OFF: "那以后时限改到了更晚",
    Movement.ADDED: "那时还没有这项任务",
    Movement.CANCELLED: "那以后取消",
}
"""The rule of each in words, for who reads the list."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a task stands, or stood."""

    colour: Colour
    state: TaskState


def movements(then: Standing | None, now: Standing, *, put_off: bool = False) -> frozenset[Movement]:
    """How a task has moved; `then` is None for one that was not there."""
    colour, state = (then.colour, then.state) if then else (None, None)
    held = {
        Movement.TURNED_RED: now.colour is Colour.RED and colour is not Colour.RED,
        Movement.LEFT_RED: colour is Colour.RED and now.colour is not Colour.RED,
        Movement.TURNED_YELLOW: now.colour is Colour.YELLOW and colour not in {Colour.YELLOW, Colour.RED},
        Movement.SIGNED_OFF: now.state is TaskState.SIGNED_OFF and state is not TaskState.SIGNED_OFF,
        Movement.PUT_OFF: put_off,
        Movement.ADDED: then is None,
        Movement.CANCELLED: now.state is TaskState.CANCELLED and state is not TaskState.CANCELLED,
    }
    return frozenset(movement for movement, holds in held.items() if holds)

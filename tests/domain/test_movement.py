"""What moved since a period closed: the table of movements, and the sum that holds by it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.health import Colour
from tracker.domain.movement import RULES, Movement, Standing, movements
from tracker.domain.task import TaskState

M = Movement
GREEN, YELLOW, RED, GREY = Colour.GREEN, Colour.YELLOW, Colour.RED, Colour.GREY
OPEN, DONE, OFF = TaskState.IN_PROGRESS, TaskState.SIGNED_OFF, TaskState.CANCELLED

standings = st.builds(Standing, st.sampled_from(Colour), st.sampled_from(TaskState))


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        (Standing(GREEN, OPEN), Standing(GREEN, OPEN), set()),
        (Standing(YELLOW, OPEN), Standing(RED, OPEN), {M.TURNED_RED}),
        (Standing(RED, OPEN), Standing(RED, OPEN), set()),
        (Standing(RED, OPEN), Standing(GREEN, DONE), {M.LEFT_RED, M.SIGNED_OFF}),
        (Standing(RED, OPEN), Standing(YELLOW, OPEN), {M.LEFT_RED}),
        (Standing(GREEN, OPEN), Standing(YELLOW, OPEN), {M.TURNED_YELLOW}),
        (Standing(GREEN, DONE), Standing(GREEN, DONE), set()),
        (Standing(RED, OPEN), Standing(GREY, OFF), {M.LEFT_RED, M.CANCELLED}),
        (Standing(GREY, OFF), Standing(GREY, OFF), set()),
        (None, Standing(GREEN, OPEN), {M.ADDED}),
        (None, Standing(RED, OPEN), {M.ADDED, M.TURNED_RED}),
        (None, Standing(GREEN, DONE), {M.ADDED, M.SIGNED_OFF}),
    ],
)
def test_how_a_task_has_moved(then: Standing | None, now: Standing, expected: set[Movement]) -> None:
    assert movements(then, now) == expected
    assert movements(then, now, put_off=True) == expected | {M.PUT_OFF}


@given(st.lists(st.tuples(st.none() | standings, standings)))
def test_red_now_is_red_then_and_what_turned_red_without_what_left(
    tasks: list[tuple[Standing | None, Standing]],
) -> None:
    moved = [movements(then, now) for then, now in tasks]

    red_then = sum(then is not None and then.colour is RED for then, _ in tasks)
    red_now = sum(now.colour is RED for _, now in tasks)
    turned, left = (sum(kind in each for each in moved) for kind in (M.TURNED_RED, M.LEFT_RED))
    assert red_now == red_then + turned - left


def test_every_movement_says_its_rule() -> None:
    assert set(RULES) == set(Movement)

"""The worker's loop: ticks at once and again, outlives a failing tick, and stops when it is asked to."""

from __future__ import annotations

import logging
import threading

import pytest

from tracker.worker import guarded, loop


class Ticks:
    """Counts its calls and asks the loop to stop at the last one."""

    def __init__(self, stop: threading.Event, last: int, failing: int = 0) -> None:
        self.calls = 0
        self._stop, self._last, self._failing = stop, last, failing

    def __call__(self) -> int:
        self.calls += 1
        if self.calls >= self._last:
            self._stop.set()
        if self.calls == self._failing:
            raise RuntimeError("数据库暂时打不开")
        return self.calls


def test_the_first_tick_comes_at_once_and_the_others_follow() -> None:
    stop = threading.Event()
    ticks = Ticks(stop, last=3)

    loop(ticks, stop, seconds=0.05)

    assert ticks.calls >= 3


@pytest.mark.parametrize("failing", [1, 2], ids=["the first tick fails", "a later tick fails"])
def test_a_failing_tick_is_written_down_and_the_next_goes_on(
    failing: int, caplog: pytest.LogCaptureFixture
) -> None:
    stop = threading.Event()
    ticks = Ticks(stop, last=3, failing=failing)

    loop(ticks, stop, seconds=0.05)

    assert ticks.calls >= 3
    assert "数据库暂时打不开" in caplog.text


def test_a_tick_under_way_is_finished_before_the_loop_ends() -> None:
    stop, begun = threading.Event(), threading.Event()
    finished: list[bool] = []

    def slow() -> None:
        if begun.is_set():
            stop.set()
            threading.Event().wait(1.3)
            finished.append(True)
        begun.set()

    loop(slow, stop, seconds=0.05)

    assert finished == [True]


def test_what_a_tick_reports_stays_out_of_the_ordinary_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    guarded(lambda: "3 notices")()

    assert caplog.text == ""

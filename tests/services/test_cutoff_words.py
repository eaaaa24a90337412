"""A cut-off as people read it: the day, what is left, and whether the holidays are only guessed."""

from __future__ import annotations

from datetime import date, time

import pytest

from tests import factories
from tracker.adapters import work_calendar
from tracker.domain.china_time import instant
from tracker.domain.work_calendar import WorkCalendar
from tracker.services.return_pages import cutoff_of

KNOWN = WorkCalendar.of(work_calendar.official_days([2026]))


@pytest.mark.parametrize(
    ("day", "calendar", "words", "left"),
    [
        pytest.param(date(2026, 9, 24), KNOWN, "今天 17:30", "还有2小时30分", id="this afternoon"),
        pytest.param(
            date(2026, 10, 9), KNOWN, "10月9日（周五）17:30", "还有5个工作日", id="behind the holidays"
        ),
        pytest.param(
            date(2026, 9, 24), WorkCalendar(), "今天 17:30", "还有2小时30分", id="today is no guess"
        ),
        pytest.param(
            date(2026, 10, 9),
            WorkCalendar(),
            "10月9日（周五）17:30",
            "还有9个工作日，节假日暂按推算",
            id="guessed",
        ),
    ],
)
def test_a_cut_off_says_what_is_left(day: date, calendar: WorkCalendar, words: str, left: str) -> None:
    found = cutoff_of(instant(day, time(17, 30)), now=factories.NOW, calendar=calendar)

    assert (found.words, found.left) == (words, left)

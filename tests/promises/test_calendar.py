"""Next year's holidays: once the notice must be out, the calendar that ships has to know them.

国务院办公厅 publishes the holidays of a year in the autumn before (2025: on 4 November 2024; 2026: on
4 November 2025). From 1 December on their absence is an oversight of ours.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.promises import project
from tracker.adapters.work_calendar import known_years, official_days
from tracker.clock import system_clock
from tracker.domain.china_time import china_day
from tracker.domain.work_calendar import WorkCalendar


def oversight(today: date, known: range) -> str:
    """What to do when a calendar that knows these years is shipped on this day; empty when all is well."""
    needed = today.year + 1 if today >= date(today.year, 12, 1) else today.year
    if needed in known:
        return ""
    return (
        f"the holidays of {needed} are not in the work calendar: raise chinesecalendar in requirements.txt to the "
        f"release that knows {needed}, or enter 国务院办公厅关于{needed}年部分节假日安排的通知 as rows"
    )


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        pytest.param(date(2026, 11, 21), False, id="the notice may still come in November"),
        pytest.param(date(2026, 11, 30), False, id="until the last day of November"),
        pytest.param(date(2026, 12, 1), True, id="not from December on"),
        pytest.param(date(2027, 1, 1), True, id="even less in the year itself"),
    ],
)
def test_a_calendar_up_to_2026_is_missing_a_year(today: date, missing: bool) -> None:
    assert bool(oversight(today, range(2004, 2027))) is missing


def test_the_calendar_that_ships_knows_what_it_must_know_today() -> None:
    assert oversight(china_day(system_clock()), known_years()) == ""


def test_every_known_year_counts_as_official() -> None:
    calendar = WorkCalendar.of(official_days(known_years()))

    project.none([year for year in known_years() if not calendar.is_official(year)])

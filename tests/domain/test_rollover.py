"""年终结转: what stands in the way of closing a year, which year is meant, and from when it may be closed."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.rollover import Blocking, Standing, blocking, may_close, year_to_close

B = Blocking


@pytest.mark.parametrize(
    ("plan", "found"),
    [
        (Standing(None), ((B.NOT_BEGUN, 0),)),
        (Standing(5, confirmed=3), ((B.UNCONFIRMED, 2),)),
        (Standing(5, confirmed=5, lacking=1), ((B.LACKING, 1),)),
        (Standing(5, confirmed=4, lacking=2), ((B.UNCONFIRMED, 1), (B.LACKING, 2))),
        (Standing(5, confirmed=5), ()),
        (Standing(0), ()),
        (Standing(5, confirmed=3, lacking=1, final=True), ()),
        (Standing(5, confirmed=5, changed=2), ((B.CHANGED, 2),)),
        (Standing(5, confirmed=5, late=1), ((B.LATE, 1),)),
        (Standing(5, confirmed=5, final=True, changed=2, late=1), ((B.LATE, 1),)),
        (
            Standing(5, confirmed=4, lacking=1, changed=1, late=1),
            ((B.UNCONFIRMED, 1), (B.LACKING, 1), (B.CHANGED, 1), (B.LATE, 1)),
        ),
    ],
)
def test_what_a_plan_still_wants_is_counted(plan: Standing, found: tuple[tuple[Blocking, int], ...]) -> None:
    assert blocking(plan) == found


@pytest.mark.parametrize(
    ("today", "year"), [(date(2026, 12, 1), 2026), (date(2026, 11, 30), 2025), (date(2027, 1, 4), 2026)]
)
def test_the_year_that_is_meant_is_this_one_in_december_only(today: date, year: int) -> None:
    assert year_to_close(today) == year
    assert may_close(year, today=today)
    assert not may_close(year + 1, today=today)

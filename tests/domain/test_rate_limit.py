"""How fast a channel may be used."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.rate_limit import MINUTE, RateLimit

NOW = datetime(2026, 9, 24, 7, 0, tzinfo=UTC)
NOTHING = timedelta(0)


def test_half_a_minutes_allowance_goes_at_once_and_the_rest_evenly() -> None:
    pace, full_at, sent = RateLimit(18), NOW, 0
    while (taken := pace.take(full_at, NOW))[1] == NOTHING:
        full_at, sent = taken[0], sent + 1

    assert sent == 9
    assert taken[1] == pace.step
    assert pace.take(full_at, NOW + pace.step)[1] == NOTHING


def test_a_clock_that_was_set_back_silences_nobody() -> None:
    assert RateLimit(18).take(NOW + timedelta(days=1), NOW)[1] == NOTHING


def test_a_minute_allows_something() -> None:
    with pytest.raises(ValueError, match="at least one"):
        RateLimit(0)


@given(st.integers(1, 60), st.lists(st.floats(0, 20), max_size=200))
def test_no_minute_sees_more_than_it_allows(a_minute: int, pauses: list[float]) -> None:
    pace, full_at, now = RateLimit(a_minute), NOW, NOW
    sent: list[datetime] = []
    for pause in pauses:
        now += timedelta(seconds=pause)
        full_at, wait = pace.take(full_at, now)
        if wait == NOTHING:
            sent.append(now)

    assert all(sum(begin <= each < begin + MINUTE for each in sent) <= a_minute for begin in sent)


@given(st.integers(1, 60), st.lists(st.floats(0, 20), min_size=1, max_size=100))
def test_who_waits_as_told_may_go(a_minute: int, pauses: list[float]) -> None:
    pace, full_at, now = RateLimit(a_minute), NOW, NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        full_at, wait = pace.take(full_at, now)
        if wait > NOTHING:
            now += wait
            full_at, again = pace.take(full_at, now)
            assert again == NOTHING

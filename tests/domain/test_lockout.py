"""When failed sign-ins lock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.lockout import LOCK, is_one_computer, locked_until

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def at(*minutes: float) -> list[datetime]:
    return [NOON + timedelta(minutes=minute) for minute in minutes]


@pytest.mark.parametrize(
    ("failures", "until"),
    [
        pytest.param(at(), None, id="none"),
        pytest.param(at(3, 2, 1, 0), None, id="four"),
        pytest.param(at(4, 3, 2, 1, 0), NOON + timedelta(minutes=19), id="five"),
        pytest.param(at(4, 3, 2, 1, 0, -900), NOON + timedelta(minutes=19), id="five and one of long ago"),
        pytest.param(at(15, 3, 2, 1, 0), None, id="five that lie apart"),
        pytest.param(at(14.9, 3, 2, 1, 0), NOON + timedelta(minutes=29.9), id="five within the window"),
    ],
)
def test_five_within_a_quarter_of_an_hour_lock_for_another(
    failures: list[datetime], until: datetime | None
) -> None:
    assert locked_until(failures, 5) == until


@given(st.lists(st.integers(0, 14 * 60), min_size=5, max_size=5))
def test_a_lock_that_has_ended_takes_five_new_failures(seconds: list[int]) -> None:
    old = sorted((NOON + timedelta(seconds=second) for second in seconds), reverse=True)
    until = locked_until(old, 5)
    assert until == old[0] + LOCK

    assert locked_until([until, *old], 5) is None


@pytest.mark.parametrize(
    ("address", "tells"),
    [
        ("10.1.2.3", True),
        ("2001:db8::7", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("", False),
        ("?", False),
    ],
)
def test_only_an_address_of_another_computer_tells_people_apart(address: str, tells: bool) -> None:
    assert is_one_computer(address) is tells

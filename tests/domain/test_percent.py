"""Shares in per cent: only what is whole is 100%, only what is nothing is 0%."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.percent import in_percent


@pytest.mark.parametrize(
    ("part", "whole", "places", "said"),
    [
        pytest.param(7, 8, 1, "87.5%", id="one place"),
        pytest.param(1, 2, 1, "50%", id="no empty place"),
        pytest.param(2, 3, 1, "66.7%", id="rounded"),
        pytest.param(1, 16, 1, "6.3%", id="a half is rounded up"),
        pytest.param(2499, 2500, 1, "99.9%", id="99.96 is not whole"),
        pytest.param(99_999, 100_000, 1, "99.9%", id="one of many is missing"),
        pytest.param(1, 2500, 1, "0.1%", id="0.04 is not nothing"),
        pytest.param(299, 300, 0, "99%", id="99.7 is not whole"),
        pytest.param(1, 300, 0, "1%", id="0.3 is not nothing"),
        pytest.param(2501, 2500, 1, "100.1%", id="more than the whole is seen"),
        pytest.param(8, 8, 1, "100%", id="whole"),
        pytest.param(0, 8, 1, "0%", id="nothing"),
        pytest.param(20, 100, 0, "20%", id="a zero before the point stays"),
        pytest.param(0.996, 1, 0, "99%", id="a share that is no count"),
    ],
)
def test_a_share_is_printed(part: float, whole: float, places: int, said: str) -> None:
    assert in_percent(part, whole, places=places) == said


@given(st.integers(1, 10**9), st.integers(0, 10**9), st.integers(0, 2))
def test_only_the_whole_is_a_hundred_and_only_nothing_is_none(whole: int, part: int, places: int) -> None:
    said = in_percent(part, whole, places=places)

    assert (said == "100%") == (part == whole)
    assert (said == "0%") == (part == 0)
    assert abs(float(said[:-1]) - 100 * part / whole) <= 1.001 * 10**-places


def test_there_is_no_share_of_nothing() -> None:
    with pytest.raises(ZeroDivisionError):
        in_percent(0, 0)

"""How one sequence became another: nothing is invented, nothing is crossed, and long ones take no longer than they are."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.domain import aligned
from tracker.domain.aligned import steps

LETTERS = st.lists(st.sampled_from("甲乙丙丁12"), max_size=40)


def same(ours: Sequence[str], theirs: Sequence[str]) -> int:
    return sum(step.a2 - step.a1 for step in steps(ours, theirs) if step.tag == "equal")


def holds(ours: Sequence[str], theirs: Sequence[str]) -> None:
    """The steps lead from the one to the other, item by item."""
    found = steps(ours, theirs)
    assert "".join("".join(ours[step.a1 : step.a2]) for step in found) == "".join(ours)
    assert "".join("".join(theirs[step.b1 : step.b2]) for step in found) == "".join(theirs)
    for step in found:
        one, other = ours[step.a1 : step.a2], theirs[step.b1 : step.b2]
        assert (list(one) == list(other)) == (step.tag == "equal")
        assert bool(one) == (step.tag != "insert")
        assert bool(other) == (step.tag != "delete")


@given(LETTERS, LETTERS)
def test_the_steps_lead_from_the_one_to_the_other(ours: list[str], theirs: list[str]) -> None:
    holds(ours, theirs)
    assert same(ours, ours) == len(ours)


@given(LETTERS, LETTERS)
@settings(max_examples=60)
def test_long_ones_are_followed_as_well(ours: list[str], theirs: list[str]) -> None:
    before = aligned._SMALL
    try:
        aligned._SMALL = 0  # whatever is not equal at its ends is long now
        holds(ours, theirs)
    finally:
        aligned._SMALL = before


def _lines(number: int, word: str = "") -> list[str]:
    return list("".join(f"{word}市第{place}局应报{place % 7}家。" for place in range(number)))


@pytest.mark.parametrize(
    ("ours", "theirs", "least"),
    [
        pytest.param(_lines(600), _lines(600, "今年，"), len(_lines(600)), id="a word before each line"),
        pytest.param(list("应报" * 2000), list("应报" * 3000), 4000, id="the same over and over"),
        pytest.param(list("应报迟报" * 900), list("未报，应报" * 900), 1800, id="nothing stands once"),
        pytest.param(_lines(600), _lines(600)[::-1], 1, id="turned round"),
        pytest.param(_lines(600), list("没有一字相同" * 900), 0, id="all other words"),
    ],
)
def test_what_stayed_is_found_in_long_texts(ours: list[str], theirs: list[str], least: int) -> None:
    holds(ours, theirs)
    assert same(ours, theirs) >= least

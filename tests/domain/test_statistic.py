"""Statistics: about so many stays about so many, rates name both sides, increments keep what was there before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.statistic import PRESETS, NoFigure, Number, Rate, StatisticForm, read, total

NUMBERS = st.builds(Number, st.integers(0, 10**9), st.booleans(), st.one_of(st.none(), st.integers(0, 10**6)))


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("38", Number(38)),
        ("430余", Number(430, approximate=True)),
        ("约 430", Number(430, approximate=True)),
        ("132,673", Number(132673)),
        ("１５３３", Number(1533)),
        ("45万余", Number(450_000, approximate=True)),
        ("45余万", Number(450_000, approximate=True)),
        ("1.2万", Number(12_000)),
        ("3200多", Number(3200, approximate=True)),
        ("0", Number(0)),
        ("  ", None),
    ],
)
def test_a_figure_is_read_as_it_is_written(typed: str, number: Number | None) -> None:
    assert read(typed) == number


@pytest.mark.parametrize("typed", ["很多", "-3", "1.5", "38条左右", "10000000000000", "1.00005万", "九"])
def test_what_is_no_figure_is_refused(typed: str) -> None:
    with pytest.raises(NoFigure):
        read(typed)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (Number(6197), "6197条"),
        (Number(430, approximate=True), "430余条"),
        (Number(450_000, approximate=True), "45万余条"),
        (Number(453_200, approximate=True), "453200余条"),
        (Number(11, earlier=32), "原有32条，新增11条，共43条"),
        (Number(0), "0条"),
    ],
)
def test_a_figure_is_printed_as_offices_print_it(number: Number, words: str) -> None:
    assert number.words("条") == words


@given(st.lists(NUMBERS, min_size=1))
def test_a_sum_is_about_so_many_where_one_of_it_is(numbers: list[Number]) -> None:
    added = total(numbers)

    assert added is not None
    assert added.value == sum(each.value for each in numbers)
    assert added.approximate is any(each.approximate for each in numbers)
    assert added.whole == sum(each.whole for each in numbers)


@given(st.builds(Number, st.integers(0, 10**9), st.booleans()))
def test_what_is_printed_is_read_back(number: Number) -> None:
    assert read(number.figure) == number


def test_a_sum_knows_what_was_there_before_only_where_somebody_said_it() -> None:
    assert total([Number(1), Number(2)]) == Number(3)
    assert total([Number(1), Number(2, earlier=4), Number(3, earlier=0)]) == Number(6, earlier=4)


def test_nothing_reported_is_no_figure_and_not_nought() -> None:
    assert total([]) is None


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [
        (Number(102), Number(102), "100%"),
        (Number(200), Number(203), "98.5%"),
        (Number(1), Number(3), "33.3%"),
        (Number(2499), Number(2500), "99.9%"),
        (Number(430, approximate=True), Number(500), "约86%"),
        (Number(430), Number(500, approximate=True), "约86%"),
        (Number(8), Number(5, earlier=5), "80%"),
        (Number(0), Number(5), "0%"),
        (Number(0), Number(0), "无"),
        (None, Number(5), "无"),
        (Number(5), None, "无"),
    ],
)
def test_a_rate_is_a_share_or_nothing(numerator: Number | None, denominator: Number | None, value: str) -> None:
    assert Rate(numerator, denominator).value == value


def test_a_part_that_is_more_than_the_whole_is_told() -> None:
    assert Rate(Number(6), Number(5)).exceeds
    assert not Rate(Number(5), Number(5)).exceeds
    assert not Rate(None, Number(5)).exceeds
    assert not Rate(Number(5), None).exceeds


def test_the_presets_name_each_other() -> None:
    names = [each.name for each in PRESETS]

    assert len(names) == len(set(names))
    for each in PRESETS:
        assert ({each.numerator, each.denominator} <= set(names)) is (each.form is StatisticForm.RATE)

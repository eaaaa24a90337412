"""What came in is what went out: with the difference in words, for tasks and for applications."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import annual_tables as tables
from tracker.domain.balance import APPLICATIONS, ITEMS, Flow, difference_words, whole

NUMBERS = st.integers(0, 5000)
FLOWS = st.builds(Flow, NUMBERS, NUMBERS, NUMBERS, NUMBERS)


@pytest.mark.parametrize(
    ("flow", "difference"),
    [(Flow(16, 1466, 1473, 9), 0), (Flow(16, 1466, 1470, 9), 3), (Flow(0, 5, 5, 2), -2), (Flow(), 0)],
)
def test_the_difference_is_what_came_less_what_went(flow: Flow, difference: int) -> None:
    assert flow.difference == difference
    assert flow.balances is (difference == 0)


def test_a_difference_is_named_with_both_sides() -> None:
    assert difference_words(Flow(16, 1466, 1470, 9), APPLICATIONS) == (
        "上年结转16件＋本年新收1466件＝1482件，办理结果1470件＋结转下年9件＝1479件，相差3件"
    )
    assert difference_words(Flow(3, 32, 30, 5), ITEMS) == ""


@given(FLOWS)
def test_words_are_said_exactly_where_it_does_not_balance(flow: Flow) -> None:
    assert bool(difference_words(flow, ITEMS)) is not flow.balances


@given(st.lists(FLOWS, max_size=6))
def test_the_difference_of_a_sum_is_the_sum_of_the_differences(flows: list[Flow]) -> None:
    assert whole(flows).difference == sum(flow.difference for flow in flows)


def test_nothing_is_counted_below_nothing() -> None:
    with pytest.raises(ValueError):
        Flow(done=-1)


CELLS = st.dictionaries(
    st.sampled_from([(row.key, column.key) for form in tables.FORMS for row, column in form.cells()]),
    st.integers(0, 300),
    max_size=40,
)


@given(CELLS)
def test_the_table_is_faulty_exactly_where_a_column_does_not_balance(cells: dict[tuple[str, str], int]) -> None:
    wrong = [column for column in tables.APPLICANTS if not tables.flow(cells, column).balances]

    said = tables.faults(cells, {})

    assert len(said) == len(wrong)
    assert all(f"“{column.label}”" in words for column, words in zip(wrong, said, strict=True))


@given(CELLS)
def test_the_total_column_is_the_sum_of_its_leaves(cells: dict[tuple[str, str], int]) -> None:
    total = tables.applications(cells)

    assert total.received == tables.total(tables.FOI, cells, tables.RECEIVED)
    assert total.done == sum(tables.total(tables.FOI, cells, row) for row in tables.RESULTS)


def test_a_balanced_table_may_not_break_with_the_year_before() -> None:
    before = {("carried_out", "person"): 9, ("normative", "in_force"): 40}
    cells = {
        ("received", "person"): 20, ("carried_in", "person"): 8, ("granted", "person"): 28,
        ("normative", "made"): 5, ("normative", "abolished"): 2, ("normative", "in_force"): 44,
    }  # fmt: skip

    assert tables.faults(cells, before) == (
        "“自然人”一列：上年报的结转下年9件，今年填的上年结转8件，相差1件。",
        "行政规范性文件：上年现行有效40件＋本年制发5件－本年废止2件＝43件，今年填的现行有效44件，相差1件。",
    )
    assert tables.faults(cells, {}) == (), "where nothing is known of the year before, nothing is said of it"


def test_the_keys_of_all_tables_differ() -> None:
    keys = [row.key for form in tables.FORMS for row in form.rows]

    assert len(keys) == len(set(keys))
    assert len(list(tables.FOI.cells())) == 24 * 6


def test_fees_are_not_asked_how_many_were_abolished() -> None:
    asked = {(row.key, column.key) for row, column in tables.PUBLISHED.cells()}

    assert ("fees", "charged") in asked
    assert ("fees", "abolished") not in asked
    assert ("rules", "decided") not in asked

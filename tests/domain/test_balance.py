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
    assert difference_words(Flow(1, 2, 3, 4), ITEMS) == (
        "上年结转1项＋本年新列2项＝3项，办结3项＋结转下年4项＝7项，相差4项"
    )


@given(FLOWS)
def test_words_are_said_exactly_where_it_does_not_balance(flow: Flow) -> None:
    assert bool(difference_words(flow, ITEMS)) is not flow.balances


@given(st.lists(FLOWS, max_size=6))
def test_the_difference_of_a_sum_is_the_sum_of_the_differences(flows: list[Flow]) -> None:
    assert whole(flows).difference == sum(flow.difference for flow in flows)


@pytest.mark.parametrize("field", ["carried_in", "received", "done", "carried_out"])
def test_nothing_is_counted_below_nothing(field: str) -> None:
    with pytest.raises(ValueError):
        Flow(**{field: -1})


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


OUT, IN, LAW = ("carried_out", "person"), ("carried_in", "person"), ("carried_in", "law")


@pytest.mark.parametrize(
    ("before", "cells", "said"),
    [
        ({OUT: 3}, {IN: 5, ("granted", "person"): 5}, ["“自然人”一列：上年报的结转下年3件，今年填的上年结转5件，相差2件。"]),
        (
            {("carried_out", "law"): 2, ("granted", "person"): 1},
            {LAW: 1, ("granted", "law"): 1},
            ["“法律服务机构”一列：上年报的结转下年2件，今年填的上年结转1件，相差1件。"],
        ),
        ({OUT: 3}, {("rules", "made"): 1}, []),
        ({("rules", "made"): 1}, {IN: 2, ("granted", "person"): 2}, []),
        (
            {("rules", "in_force"): 9},
            {("rules", "made"): 2, ("rules", "abolished"): 1, ("rules", "in_force"): 8},
            ["规章：上年现行有效9件＋本年制发2件－本年废止1件＝10件，今年填的现行有效8件，相差2件。"],
        ),
        ({("rules", "in_force"): 9}, {("rules", "made"): 2}, []),
        ({("rules", "made"): 9}, {("rules", "in_force"): 2}, []),
    ],
    ids=[
        "more than was left", "another column, less", "applications not typed yet", "none typed the year before",
        "fewer rules than follow", "nothing said of this year", "nothing said of the year before",
    ],
)  # fmt: skip
def test_what_follows_from_the_year_before_is_compared_where_both_are_known(
    before: dict[tuple[str, str], int], cells: dict[tuple[str, str], int], said: list[str]
) -> None:
    assert list(tables.faults(cells, before)) == said


def test_every_number_of_a_column_is_in_its_flow() -> None:
    cells = {
        ("carried_in", "person"): 1, ("received", "person"): 2, ("granted", "person"): 4, ("otherwise_3", "person"): 8,
        ("carried_out", "person"): 16, ("received", "other"): 32,
    }  # fmt: skip

    assert tables.applications(cells) == Flow(1, 34, 12, 16)


def test_the_keys_of_all_tables_differ() -> None:
    keys = [row.key for form in tables.FORMS for row in form.rows]

    assert len(keys) == len(set(keys))
    assert len(list(tables.FOI.cells())) == 24 * 6


def test_each_row_is_asked_for_what_it_can_have() -> None:
    asked: dict[str, list[str]] = {}
    for row, column in tables.PUBLISHED.cells():
        asked.setdefault(row.key, []).append(column.key)

    documents, decisions = ["made", "abolished", "in_force"], ["decided"]
    assert asked == {
        "rules": documents, "normative": documents, "licences": decisions, "penalties": decisions, "measures": decisions,
        "fees": ["charged"],
    }  # fmt: skip
    assert {row.part for row in tables.RESULTS} == {"三、本年度办理结果"}

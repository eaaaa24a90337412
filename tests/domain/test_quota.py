"""Counting dated events against a quota."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.quota import (
    CountedEvent,
    NotCounted,
    Quota,
    asked,
    count,
    judged,
    owed,
    pace,
    spans,
    standings,
)

YEAR = Quota(12, date(2026, 1, 1), date(2026, 12, 31))
LINK = "https://www.qingxi.gov.cn/a.html"


def event(day: str, evidence: str = LINK) -> CountedEvent:
    return CountedEvent(date.fromisoformat(day), evidence)


def test_an_event_counts_once_with_evidence_inside_the_span() -> None:
    first, second, again = event("2026-03-01"), event("2026-04-01", "b"), event("2026-05-01")
    bare, outside = event("2026-06-01", "  "), event("2025-12-31", "c")

    counted, refused = count(YEAR, [again, bare, outside, second, first])

    assert counted == 2
    assert dict(refused) == {
        again: NotCounted.TWICE, bare: NotCounted.NO_EVIDENCE, outside: NotCounted.OUTSIDE,
    }


@pytest.mark.parametrize("day", ["2026-01-01", "2026-12-31"])
def test_both_ends_of_the_span_count(day: str) -> None:
    assert count(YEAR, [event(day)])[0] == 1


def test_an_event_outside_does_not_use_up_its_link() -> None:
    assert count(YEAR, [event("2025-12-31"), event("2026-01-02")])[0] == 1


@pytest.mark.parametrize(
    ("today", "counted", "words"),
    [
        ("2026-07-02", 3, "按进度应有6，现有3"),
        ("2026-07-02", 6, "按进度应有6，现有6"),
        ("2025-12-31", 0, "按进度应有0，现有0"),
        ("2026-01-01", 0, "按进度应有0，现有0"),
        ("2026-12-31", 11, "按进度应有12，现有11"),
        ("2027-05-01", 11, "按进度应有12，现有11"),
        ("2026-03-01", 12, "应有12，现有12，已达标"),
    ],
)
def test_pace(today: str, counted: int, words: str) -> None:
    found = pace(YEAR, counted, today=date.fromisoformat(today))

    assert found.words == words
    assert found.met is (counted >= 12)


def test_the_fifth_of_five_is_expected_only_when_the_year_ends() -> None:
    five = Quota(5, date(2026, 1, 1), date(2026, 12, 31))

    assert pace(five, 4, today=date(2026, 12, 30)).expected == 4
    assert pace(five, 4, today=date(2026, 12, 31)).expected == 5


@given(st.integers(1, 50), st.integers(0, 700), st.integers(0, 700))
def test_the_pace_never_slows_and_ends_at_the_minimum(minimum: int, first: int, more: int) -> None:
    quota = Quota(minimum, date(2026, 1, 1), date(2026, 12, 31))
    early = pace(quota, 0, today=date(2025, 12, 1) + timedelta(days=first)).expected

    late = pace(quota, 0, today=date(2025, 12, 1) + timedelta(days=first + more)).expected

    assert 0 <= early <= late <= minimum


def test_a_quota_of_one_day_is_asked_on_that_day() -> None:
    only = Quota(1, date(2026, 5, 6), date(2026, 5, 6))

    assert [pace(only, 0, today=date(2026, 5, each)).expected for each in (5, 6, 7)] == [0, 1, 1]


@pytest.mark.parametrize(("minimum", "ends_on"), [(0, date(2026, 12, 31)), (1, date(2025, 12, 31))])
def test_a_quota_that_asks_nothing_is_refused(minimum: int, ends_on: date) -> None:
    with pytest.raises(ValueError, match="quota"):
        Quota(minimum, date(2026, 1, 1), ends_on)


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("P1Y", [("全年", "2026-01-01", "2026-12-31")]),
        ("P6M", [("上半年", "2026-01-01", "2026-06-30"), ("下半年", "2026-07-01", "2026-12-31")]),
        ("P3M", [
            ("第1季度", "2026-01-01", "2026-03-31"), ("第2季度", "2026-04-01", "2026-06-30"),
            ("第3季度", "2026-07-01", "2026-09-30"), ("第4季度", "2026-10-01", "2026-12-31"),
        ]),
    ],
)  # fmt: skip
def test_the_spans_of_a_year(period: str, expected: list[tuple[str, str, str]]) -> None:
    found = [(span.label, str(span.quota.starts_on), str(span.quota.ends_on)) for span in spans(1, period, 2026)]

    assert found == expected


@pytest.mark.parametrize(
    ("period", "number", "first", "last"),
    [
        ("P1M", 12, "1月", "2026-12-31"), ("P1W", 52, "第1周", "2027-01-03"),
        ("P2W", 26, "第1期", "2027-01-03"), ("P5M", 3, "第1期", "2026-12-31"),
    ],
)  # fmt: skip
def test_shorter_and_odd_spans(period: str, number: int, first: str, last: str) -> None:
    found = spans(2, period, 2026)

    assert (len(found), found[0].label, str(found[-1].quota.ends_on)) == (number, first, last)


@pytest.mark.parametrize("period", ["", "P1D", "P0M", "每季度"])
def test_what_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match="not a period"):
        spans(1, period, 2026)


def test_one_a_quarter_is_behind_only_when_a_quarter_is_over_without_it() -> None:
    events = [event("2026-02-10", "a"), event("2026-08-01", "b"), event("2026-08-02", "a")]

    found = standings(spans(1, "P3M", 2026), events, today=date(2026, 8, 15))

    assert [(item.span.label, item.pace.counted, item.behind) for item in found] == [
        ("第1季度", 1, False), ("第2季度", 0, True), ("第3季度", 1, False), ("第4季度", 0, False),
    ]  # fmt: skip


def test_a_link_counts_in_one_quarter_only() -> None:
    events = [event("2026-02-10", "a"), event("2026-05-10", " a ")]

    found = standings(spans(1, "P3M", 2026), events, today=date(2026, 12, 31))

    assert [item.pace.counted for item in found] == [1, 0, 0, 0]


@given(st.integers(1, 30), st.sampled_from(["P1Y", "P6M", "P3M", "P1M", "P2M", "P5M"]), st.integers(2000, 2060))
def test_spans_of_months_fill_the_year_without_gap_or_overlap(minimum: int, period: str, year: int) -> None:
    found = [span.quota for span in spans(minimum, period, year)]

    assert (found[0].starts_on, found[-1].ends_on) == (date(year, 1, 1), date(year, 12, 31))
    for earlier, later in pairwise(found):
        assert later.starts_on - earlier.ends_on == timedelta(days=1)


def test_each_event_is_told_where_it_counts_or_why_it_does_not() -> None:
    events = [event("2026-05-01"), event("2026-02-01"), event("2026-06-01", ""), event("2025-02-01", "b"), event("2026-03-01", "c")]

    found = judged(spans(1, "P3M", 2026), events, used={"c"})

    assert [(each.span.label if each.span else None, each.refused) for each in found] == [
        (None, NotCounted.TWICE), ("第1季度", None), (None, NotCounted.NO_EVIDENCE), (None, NotCounted.OUTSIDE),
        (None, NotCounted.ELSEWHERE),
    ]  # fmt: skip


def test_a_document_asks_for_no_quarter_that_was_over_when_it_came_out() -> None:
    quarters = spans(1, "P3M", 2026)

    assert [span.label for span in owed(quarters, date(2026, 6, 30))] == ["第2季度", "第3季度", "第4季度"]
    assert owed(quarters, date(2025, 5, 1)) == quarters


@pytest.mark.parametrize(
    ("minimum", "period", "words"), [(5, "P1Y", "每年不少于5次"), (1, "P3M", "每季度不少于1次"), (1, "P5M", "每期不少于1次")]
)
def test_what_is_asked_in_words(minimum: int, period: str, words: str) -> None:
    assert asked(minimum, period) == words


SOME_EVENTS = st.lists(
    st.builds(
        CountedEvent,
        st.dates(date(2025, 11, 1), date(2027, 2, 1)),
        st.sampled_from(["", "a", "b", "c", " a ", "d", "e"]),
    ),
    max_size=12,
)


@given(SOME_EVENTS, st.sampled_from(["P1Y", "P6M", "P3M", "P1M"]), st.sets(st.sampled_from("abc")))
def test_every_event_counts_once_or_has_a_reason(events: list[CountedEvent], period: str, used: set[str]) -> None:
    year = spans(1, period, 2026)
    found = judged(year, events, used=used)
    counted = [each.event.evidence.strip() for each in found if each.refused is None]

    assert all((each.span is None) == (each.refused is not None) for each in found)
    assert len(counted) == len(set(counted))
    assert not set(counted) & used
    stands = standings(year, events, today=date(2026, 12, 31), used=used)
    assert sum(item.pace.counted for item in stands) == len(counted)


@given(SOME_EVENTS, SOME_EVENTS, st.sampled_from(["P1Y", "P3M"]))
def test_one_more_event_never_takes_one_away(events: list[CountedEvent], more: list[CountedEvent], period: str) -> None:
    def total(held: list[CountedEvent]) -> int:
        return sum(each.refused is None for each in judged(spans(1, period, 2026), held))

    assert total(events) <= total(events + more) <= len(events + more)

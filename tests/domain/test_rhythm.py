"""The spans of a rhythm, before any holiday is looked at."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day
from tracker.domain.rhythm import MONTHS_TO_A_SPAN, Months, Rhythm, Span, Weeks, column, in_words

THURSDAY = 3


def spans(rhythm: Rhythm, starts_on: str, ends_on: str | None = None, *, most: int = 400) -> list[Span]:
    return list(islice(rhythm.spans(day(starts_on), day(ends_on) if ends_on else None), most))


@pytest.mark.parametrize(
    ("rhythm", "starts_on", "key", "label", "span", "nominal"),
    [
        (Weeks(3), "2026-09-21", "2026-W39", "第39周（9月21日—9月27日）", ("2026-09-21", "2026-09-27"), "2026-09-24"),
        (Weeks(3, 2), "2026-09-21", "2026-W39-W40", "第39—40周（9月21日—10月4日）", ("2026-09-21", "2026-10-04"), "2026-10-01"),
        (Weeks(3, 2), "2026-09-25", "2026-W40-W41", "第40—41周（9月28日—10月11日）", ("2026-09-28", "2026-10-11"), "2026-10-08"),
        (Weeks(4, 2), "2026-12-28", "2026-W53-W01", "第53—1周（12月28日—1月10日）", ("2026-12-28", "2027-01-10"), "2027-01-08"),
        (Weeks(0, 4), "2026-06-01", "2026-W23-W26", "第23—26周（6月1日—6月28日）", ("2026-06-01", "2026-06-28"), "2026-06-22"),
        (Months(25), "2026-09-01", "2026-09", "9月", ("2026-09-01", "2026-09-30"), "2026-09-25"),
        (Months(25), "2026-09-26", "2026-10", "10月", ("2026-10-01", "2026-10-31"), "2026-10-25"),
        (Months(31), "2026-02-01", "2026-02", "2月", ("2026-02-01", "2026-02-28"), "2026-02-28"),
        (Months(30), "2028-02-01", "2028-02", "2月", ("2028-02-01", "2028-02-29"), "2028-02-29"),
        (Months(5, lag=1), "2026-12-01", "2026-12", "12月", ("2026-12-01", "2026-12-31"), "2027-01-05"),
        (Months(20, 3), "2026-07-01", "2026-Q3", "第三季度", ("2026-07-01", "2026-09-30"), "2026-09-20"),
        (Months(10, 3, 1), "2026-07-01", "2026-Q3", "第三季度", ("2026-07-01", "2026-09-30"), "2026-10-10"),
        (Months(10, 3, 1), "2026-12-31", "2026-Q4", "第四季度", ("2026-10-01", "2026-12-31"), "2027-01-10"),
        (Months(10, 3, 2), "2026-01-01", "2026-Q1", "第一季度", ("2026-01-01", "2026-03-31"), "2026-05-10"),
        (Months(25, 6), "2026-03-01", "2026-H1", "上半年", ("2026-01-01", "2026-06-30"), "2026-06-25"),
        (Months(15, 6, 1), "2026-07-01", "2026-H2", "下半年", ("2026-07-01", "2026-12-31"), "2027-01-15"),
        (Months(31, 2), "2026-04-01", "2026-M03-M04", "3—4月", ("2026-03-01", "2026-04-30"), "2026-04-30"),
        (Months(15, 4), "2026-01-01", "2026-M01-M04", "1—4月", ("2026-01-01", "2026-04-30"), "2026-04-15"),
        (Months(10, 12), "2026-01-01", "2026-M01-M12", "1—12月", ("2026-01-01", "2026-12-31"), "2026-12-10"),
    ],
)  # fmt: skip
def test_the_first_span(
    rhythm: Rhythm, starts_on: str, key: str, label: str, span: tuple[str, str], nominal: str
) -> None:
    [first] = spans(rhythm, starts_on, most=1)

    assert (first.key, first.label) == (key, label)
    assert (first.starts_on, first.ends_on) == (day(span[0]), day(span[1]))
    assert first.nominal_due == day(nominal)


@pytest.mark.parametrize(
    ("rhythm", "keys"),
    [
        (Weeks(3, 26), ["2026-W01-W26", "2026-W27-W52"]),
        (Months(20, 3), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        (Months(10, 3, 1), ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]),
        (Months(20, 6), ["2026-H1", "2026-H2"]),
        (Months(5, 6, 1), ["2026-H1", "2026-H2"]),
        (Months(31, 12), ["2026-M01-M12"]),
    ],
)
def test_a_year_has_its_spans_also_where_the_last_is_due_in_the_next(rhythm: Rhythm, keys: list[str]) -> None:
    assert [span.key for span in spans(rhythm, "2026-01-01", "2026-12-31")] == keys


def test_a_report_on_a_span_that_was_over_before_the_start_is_not_asked_for() -> None:
    """自7月1日起，季后次月10日前: not on the second quarter."""
    assert [span.key for span in spans(Months(10, 3, 1), "2026-07-01", "2026-12-31")] == ["2026-Q3", "2026-Q4"]
    assert [span.key for span in spans(Months(10, 3, 1), "2026-06-30", "2026-12-30")] == ["2026-Q2", "2026-Q3"]


@pytest.mark.parametrize(
    ("rhythm", "starts_on", "opens_on"),
    [
        (Weeks(3), "2026-09-21", "2026-09-21"),
        (Weeks(3, 2), "2026-09-21", "2026-09-21"),
        (Months(25), "2026-09-01", "2026-09-01"),
        (Months(20, 3), "2026-07-01", "2026-09-01"),
        (Months(10, 3, 1), "2026-07-01", "2026-10-01"),
        (Months(10, 3, 2), "2026-10-01", "2027-02-01"),
        (Months(25, 6), "2026-01-01", "2026-06-01"),
    ],
)
def test_a_report_can_be_handed_in_from_the_month_in_which_it_is_due(rhythm: Rhythm, starts_on: str, opens_on: str) -> None:
    [first] = spans(rhythm, starts_on, most=1)

    assert first.opens_on == day(opens_on)


@pytest.mark.parametrize(
    ("rhythm", "keys"),
    [
        (Months(25), ["2026-11", "2026-12", "2027-01", "2027-02"]),
        (Months(20, 3), ["2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3"]),
        (Months(31, 2), ["2026-M11-M12", "2027-M01-M02", "2027-M03-M04", "2027-M05-M06"]),
        (Months(10, 12), ["2026-M01-M12", "2027-M01-M12", "2028-M01-M12", "2029-M01-M12"]),
    ],
)
def test_a_new_year_begins_with_its_first_month(rhythm: Rhythm, keys: list[str]) -> None:
    assert [span.key for span in spans(rhythm, "2026-11-01", most=4)] == keys


@pytest.mark.parametrize(
    ("rhythm", "words"),
    [
        (Weeks(3), "每周四"),
        (Weeks(4, 2), "每两周的周五"),
        (Weeks(4, 3), "每三周的周五"),
        (Weeks(0, 10), "每十周的周一"),
        (Weeks(0, 11), "每11周的周一"),
        (Weeks(0, 13), "每13周的周一"),
        (Weeks(0, 52), "每52周的周一"),
        (Months(25), "每月25日"),
        (Months(31), "每月最后一天"),
        (Months(5, lag=1), "每月结束后次月5日"),
        (Months(20, 2), "每两个月末月20日"),
        (Months(20, 3), "每季度末月20日"),
        (Months(10, 3, 1), "每季度结束后次月10日"),
        (Months(10, 3, 2), "每季度结束后第2个月10日"),
        (Months(31, 6), "每半年末月最后一天"),
        (Months(10, 12), "每年12月10日"),
        (Months(31, 12, 1), "每年结束后次月最后一天"),
        (Months(10, 12, 11), "每年结束后第11个月10日"),
    ],
)
def test_a_rhythm_says_itself(rhythm: Rhythm, words: str) -> None:
    assert rhythm.words == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-W39", "39"), ("2026-W01", "1"), ("2026-W39-W40", "39—40"), ("2026-W53-W01", "53—1"), ("2026-10", "10月"),
        ("2026-03", "3月"), ("2026-Q3", "三季度"), ("2026-H1", "上半年"), ("2026-M03-M04", "3—4月"), ("else", "else"),
    ],
)  # fmt: skip
def test_a_key_heads_a_narrow_column(key: str, words: str) -> None:
    assert column(key) == words


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("2026-W39", "2026年第39周"), ("2026-W39-W40", "2026年第39—40周"), ("2026-10", "2026年10月"), ("2026-Q3", "2026年第三季度"),
        ("2026-H1", "2026年上半年"), ("2026-M03-M04", "2026年3—4月"), ("else", "else"),
    ],
)  # fmt: skip
def test_a_key_is_named_in_a_sentence(key: str, words: str) -> None:
    assert in_words(key) == words


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_weekday_is_one_of_seven(weekday: int) -> None:
    with pytest.raises(ValueError, match="weekday"):
        Weeks(weekday)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"day": 0}, "day of a month"), ({"day": 32}, "day of a month"), ({"day": 1, "every": 5}, "equal runs"),
        ({"day": 1, "lag": -1}, "after its span"), ({"day": 1, "lag": 12}, "after its span"),
    ],
)  # fmt: skip
def test_months_that_do_not_exist_are_refused(facts: dict[str, int], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Months(**facts)


@pytest.mark.parametrize("every", [0, 53])
def test_a_span_of_weeks_has_some(every: int) -> None:
    with pytest.raises(ValueError, match="weeks"):
        Weeks(3, every)


RHYTHMS: st.SearchStrategy[Rhythm] = st.one_of(
    st.builds(Weeks, st.integers(0, 6), st.integers(1, 8)),
    st.builds(Months, st.integers(1, 31), st.sampled_from(MONTHS_TO_A_SPAN), st.integers(0, 3)),
)


@given(RHYTHMS, st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.integers(0, 800))
def test_spans_follow_each_other_without_gap_and_hold_their_days(rhythm: Rhythm, start: date, length: int) -> None:
    end = start + timedelta(days=length)

    found = list(rhythm.spans(start, end))

    assert len({span.key for span in found}) == len(found)
    for span, after in pairwise(found):
        assert after.starts_on == span.ends_on + timedelta(days=1)
        assert after.nominal_due > span.nominal_due
        assert after.opens_on >= span.opens_on
    for span in found:
        assert span.starts_on <= span.ends_on
        assert span.starts_on <= span.opens_on <= span.nominal_due
        assert span.due_from <= span.nominal_due <= span.due_until
        lagging = isinstance(rhythm, Months) and rhythm.lag
        assert start <= (span.ends_on if lagging else span.nominal_due) <= end


@given(RHYTHMS, st.dates(date(2019, 1, 1), date(2030, 12, 31)))
def test_the_first_span_is_the_earliest_that_the_start_allows(rhythm: Rhythm, start: date) -> None:
    [first] = islice(rhythm.spans(start, None), 1)
    longest = timedelta(days=rhythm.every * (7 if isinstance(rhythm, Weeks) else 31))

    assert first.starts_on - start <= longest
    assert first.ends_on >= start

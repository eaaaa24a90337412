"""From a reading of a deadline to its concrete due days."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day, real
from tracker.domain.checkpoint import Checkpoint, CheckpointKind, checkpoints
from tracker.domain.deadline import Fixed, Reading, Recurring, Standing, parse_notation
from tracker.domain.recurrence import month_end, recurring_days

FINAL, STAGE, RECURRING, REVIEW = CheckpointKind


def made_of(reading: Reading, *, year: int = 2026, starts_on: str = "2026-01-01") -> tuple[Checkpoint, ...]:
    return checkpoints(reading, plan_year=year, starts_on=day(starts_on), calendar=real())


@pytest.mark.parametrize(
    ("notation", "found"),
    [
        ("none", []),
        ("relative:20 workdays after 印发", []),
        (
            "recurring:P1D",
            [("2026-06-30", "半年复核（6月30日）", REVIEW), ("2026-12-31", "年底小结（12月31日）", REVIEW)],
        ),
        ("date:2026-11-30", [("2026-11-30", "完成（11月30日）", FINAL)]),
        ("range:2026-03-01/2026-06-30", [("2026-06-30", "完成（6月30日）", FINAL)]),
        (
            "multi:date:2026-06-30|date:2026-12-31",
            [("2026-06-30", "第1阶段（6月30日）", STAGE), ("2026-12-31", "第2阶段（12月31日）", FINAL)],
        ),
        (
            "multi:date:2026-12-31|date:2026-06-30",
            [("2026-06-30", "第2阶段（6月30日）", STAGE), ("2026-12-31", "第1阶段（12月31日）", FINAL)],
        ),
        (
            "multi:date:2026-09-30|recurring:P1M",
            [
                ("2026-09-30", "第1阶段（9月30日）", FINAL),
                ("2026-10-31", "10月（10月31日），当天是周六，此前最后一个工作日是10月30日", RECURRING),
                ("2026-11-30", "11月（11月30日）", RECURRING),
                ("2026-12-31", "12月（12月31日）", RECURRING),
            ],
        ),
        (
            "recurring:P3M",
            [
                ("2026-03-31", "第1季度（3月31日）", RECURRING),
                ("2026-06-30", "第2季度（6月30日）", RECURRING),
                ("2026-09-30", "第3季度（9月30日）", RECURRING),
                ("2026-12-31", "第4季度（12月31日）", RECURRING),
            ],
        ),
        (
            "recurring:P6M",
            [("2026-06-30", "上半年（6月30日）", RECURRING), ("2026-12-31", "下半年（12月31日）", RECURRING)],
        ),
        ("recurring:P1Y", [("2026-12-31", "年度（12月31日）", RECURRING)]),
        ("recurring:P1Y by m3-end", [("2026-03-31", "年度（3月31日）", RECURRING)]),
        (
            "ongoing",
            [("2026-06-30", "半年复核（6月30日）", REVIEW), ("2026-12-31", "年底小结（12月31日）", REVIEW)],
        ),
        ("range:2026-07-01/open", [("2026-12-31", "年底小结（12月31日）", REVIEW)]),
    ],
)
def test_checkpoints_of(notation: str, found: list[tuple[str, str, CheckpointKind]]) -> None:
    made = made_of(parse_notation(notation))

    assert [(each.due_on.isoformat(), each.label, each.kind) for each in made] == found


def test_a_soft_day_is_said_to_be_soft() -> None:
    [only] = made_of(Fixed(date(2026, 12, 31), soft=True))

    assert only.label == "力争完成（12月31日）"


@pytest.mark.parametrize(
    ("due_on", "label"),
    [
        ("2023-12-31", "完成（12月31日），当天元旦放假，此前最后一个工作日是12月29日"),
        ("2022-12-31", "完成（12月31日），当天元旦放假，此前最后一个工作日是12月30日"),
        ("2026-01-31", "完成（1月31日），当天是周六，此前最后一个工作日是1月30日"),
        ("2026-02-28", "完成（2月28日）"),
    ],
)
def test_a_day_off_is_told_and_never_moved(due_on: str, label: str) -> None:
    [only] = made_of(Fixed(day(due_on)))

    assert (only.due_on, only.label) == (day(due_on), label)


def test_days_of_a_year_without_a_notice_are_provisional() -> None:
    made = made_of(Standing(), year=2027, starts_on="2027-01-01")

    assert [each.provisional for each in made] == [True, True]
    assert [each.provisional for each in made_of(Standing())] == [False, False]


def test_rhythms_and_reviews_before_the_start_fall_away_but_a_printed_day_stays() -> None:
    assert [each.due_on.month for each in made_of(Recurring("P3M"), starts_on="2026-07-16")] == [9, 12]
    assert [each.due_on.month for each in made_of(Standing(), starts_on="2026-07-01")] == [12]
    assert [each.due_on.month for each in made_of(Standing(), starts_on="2026-06-30")] == [6, 12]
    assert [each.due_on for each in made_of(Fixed(date(2026, 6, 24)), starts_on="2026-07-16")] == [date(2026, 6, 24)]


@pytest.mark.parametrize(
    ("notation", "days"),
    [
        ("recurring:P1M by 28", [f"2026-{month:02d}-28" for month in range(1, 13)]),
        ("recurring:P3M by m3-20", ["2026-03-20", "2026-06-20", "2026-09-20", "2026-12-20"]),
        ("recurring:P3M by 10", ["2026-03-10", "2026-06-10", "2026-09-10", "2026-12-10"]),
        ("recurring:P6M by m1-15", ["2026-01-15", "2026-07-15"]),
        ("recurring:P1Y by m2-end", ["2026-02-28"]),
        ("recurring:P1Y by m2-30", ["2026-02-28"]),
        ("recurring:P2Y", ["2026-12-31"]),
        ("recurring:P5M", ["2026-05-31", "2026-10-31", "2026-12-31"]),
    ],
)
def test_days_of_a_rhythm(notation: str, days: list[str]) -> None:
    reading = parse_notation(notation)
    assert isinstance(reading, Recurring)

    assert [each.isoformat() for each, _ in recurring_days(reading, 2026)] == days


def test_a_rhythm_longer_than_a_year_is_a_yearly_one() -> None:
    assert recurring_days(Recurring("P2Y"), 2026) == ((date(2026, 12, 31), "年度"),)


def test_weeks_end_on_sundays_or_on_their_anchor() -> None:
    weekly = recurring_days(Recurring("P1W"), 2026)
    thursdays = recurring_days(Recurring("P1W", "thu"), 2026)
    fortnights = recurring_days(Recurring("P2W", "thu"), 2026)

    assert weekly[0] == (date(2026, 1, 11), "第1周")
    assert {each.weekday() for each, _ in weekly} == {6}
    assert {each.weekday() for each, _ in thursdays} == {3}
    assert len(weekly) == 51
    assert [each for each, _ in fortnights[:2]] == [date(2026, 1, 15), date(2026, 1, 29)]
    assert fortnights[0][1] == "第1期"


@pytest.mark.parametrize("reading", [Recurring("monthly"), Recurring("P1M", "thu-end"), Recurring("P1W", "someday")])
def test_what_is_not_in_the_grammar_is_refused(reading: Recurring) -> None:
    with pytest.raises(ValueError, match=r".+"):
        recurring_days(reading, 2026)


@given(
    st.integers(2000, 2100),
    st.sampled_from(["P1W", "P2W", "P1M", "P2M", "P3M", "P6M", "P1Y"]),
    st.dates(date(2000, 1, 1), date(2100, 12, 31)),
)
def test_a_rhythm_stays_in_its_year_in_order(year: int, period: str, starts_on: date) -> None:
    days = [each for each, _ in recurring_days(Recurring(period), year)]
    made = checkpoints(Recurring(period), plan_year=year, starts_on=starts_on, calendar=real())

    assert days == sorted(set(days))
    assert {each.year for each in days} == {year}
    assert [each.due_on for each in made] == [each for each in days if each >= starts_on]


def test_month_end_knows_leap_years() -> None:
    assert (month_end(2028, 2), month_end(2026, 12)) == (date(2028, 2, 29), date(2026, 12, 31))

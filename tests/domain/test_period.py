"""Which weekly returns are due when, and what holidays do to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day, off, real, with_rows, worked
from tracker.domain.period import Cadence, HolidayRule, Period, periods
from tracker.domain.rhythm import Weeks

ADVANCE, POSTPONE, WAIVE = HolidayRule.ADVANCE, HolidayRule.POSTPONE, HolidayRule.WAIVE


def thursdays(
    starts_on: str, rule: HolidayRule = ADVANCE, *, ends_on: str | None = None, weekday: int = 3
) -> Cadence:
    return Cadence(Weeks(weekday), time(17, 30), day(starts_on), day(ends_on) if ends_on else None, rule)


def in_week(key: str, rule: HolidayRule, *, weekday: int = 3) -> Period:
    year = int(key[:4])
    cadence = Cadence(Weeks(weekday), time(17, 30), date(year - 1, 12, 1), None, rule)
    [found] = [each for each in periods(cadence, real(), until=date(year, 12, 31)) if each.key == key]
    return found


@pytest.mark.parametrize(
    ("key", "rule", "due_on", "why"),
    [
        ("2026-W39", ADVANCE, "2026-09-24", ""),
        ("2026-W40", ADVANCE, "2026-09-30", "周四（10月1日）放假，截止提前到9月30日"),
        ("2020-W26", ADVANCE, "2020-06-24", "周四（6月25日）放假，截止提前到6月24日"),
        ("2023-W25", ADVANCE, "2023-06-21", "周四（6月22日）放假，截止提前到6月21日"),
        ("2020-W40", ADVANCE, "2020-09-30", "周四（10月1日）放假，截止提前到9月30日"),
        ("2020-W41", ADVANCE, "2020-10-09", "周四（10月8日）放假，本周此前没有工作日，截止改到10月9日"),
        ("2023-W04", ADVANCE, "2023-01-28", "周四（1月26日）放假，本周此前没有工作日，截止改到1月28日"),
        ("2023-W40", ADVANCE, "2023-10-07", "周四（10月5日）放假，本周此前没有工作日，截止改到10月7日"),
        ("2026-W01", ADVANCE, "2025-12-31", "周四（1月1日）放假，截止提前到12月31日"),
        ("2020-W26", POSTPONE, "2020-06-28", "周四（6月25日）放假，截止顺延到6月28日"),
        ("2020-W41", POSTPONE, "2020-10-09", "周四（10月8日）放假，截止顺延到10月9日"),
        ("2023-W04", POSTPONE, "2023-01-28", "周四（1月26日）放假，截止顺延到1月28日"),
        ("2026-W01", POSTPONE, "2026-01-04", "周四（1月1日）放假，截止顺延到1月4日"),
    ],
)
def test_a_cut_off_moves_and_says_why(key: str, rule: HolidayRule, due_on: str, why: str) -> None:
    period = in_week(key, rule)

    assert (period.due_on, period.why, period.waived) == (day(due_on), why, False)
    assert period.moved is bool(why)


@pytest.mark.parametrize(
    ("key", "rule", "why"),
    [
        ("2026-W08", ADVANCE, "本周没有工作日，免报"),
        ("2026-W08", POSTPONE, "本周没有工作日，免报"),
        ("2020-W05", ADVANCE, "本周没有工作日，免报"),
        ("2020-W40", POSTPONE, "周四（10月1日）放假，顺延将与下一期同日截止，本期并入下一期"),
        ("2026-W40", POSTPONE, "周四（10月1日）放假，顺延将与下一期同日截止，本期并入下一期"),
        ("2026-W40", WAIVE, "周四（10月1日）放假，本周免报"),
        ("2023-W40", WAIVE, "周四（10月5日）放假，本周免报"),
    ],
)
def test_a_week_is_waived_and_says_why(key: str, rule: HolidayRule, why: str) -> None:
    period = in_week(key, rule)

    assert (period.waived, period.why) == (True, why)
    assert period.due_on == period.nominal_due
    assert not period.moved
    assert period.merged_on == (date(int(key[:4]), 10, 8 + (key[:4] == "2020")) if "并入下一期" in why else None)


def test_of_two_weeks_that_postponing_would_join_one_return_is_asked() -> None:
    cadence = thursdays("2020-09-28", POSTPONE)

    asked = [each for each in periods(cadence, real(), until=day("2020-10-16")) if not each.waived]

    assert [(each.key, each.due_on) for each in asked] == [
        ("2020-W41", day("2020-10-09")),
        ("2020-W42", day("2020-10-15")),
    ]


def test_the_last_week_of_a_rhythm_has_no_later_one_to_merge_into() -> None:
    cadence = thursdays("2020-09-28", POSTPONE, ends_on="2020-10-01")

    [last] = periods(cadence, real(), until=day("2020-12-31"))

    assert (last.waived, last.due_on) == (False, day("2020-10-09"))


def test_a_later_week_that_is_itself_waived_is_nothing_to_merge_into() -> None:
    fridays = thursdays("2020-01-20", POSTPONE, weekday=4)

    found = periods(fridays, real(), until=day("2020-02-07"))

    assert [(each.key, each.waived, each.due_on) for each in found] == [
        ("2020-W04", False, day("2020-02-03")),
        ("2020-W05", True, day("2020-01-31")),
        ("2020-W06", False, day("2020-02-07")),
    ]


def test_a_worked_sunday_is_still_in_the_week() -> None:
    calendar = with_rows(*(off(f"2026-11-{number}") for number in range(23, 28)), worked("2026-11-29"))

    [only] = periods(thursdays("2026-11-23"), calendar, until=day("2026-11-29"))

    assert (only.due_on, only.waived) == (day("2026-11-29"), False)


def test_a_rhythm_of_one_day_is_a_rhythm() -> None:
    found = periods(thursdays("2026-09-24", ends_on="2026-09-24"), real(), until=day("2026-12-31"))

    assert [each.key for each in found] == ["2026-W39"]


def test_advancing_never_asks_before_the_rhythm_began() -> None:
    found = periods(thursdays("2026-10-01"), real(), until=day("2026-10-09"))

    assert [(each.key, each.waived, each.why) for each in found] == [
        ("2026-W40", True, "周四（10月1日）放假，报送制度自10月1日起，本周免报"),
        ("2026-W41", False, ""),
    ]


def test_advancing_may_ask_on_the_very_day_on_which_the_rhythm_begins() -> None:
    first, *_ = periods(thursdays("2026-09-30"), real(), until=day("2026-10-02"))

    assert (first.due_on, first.waived) == (day("2026-09-30"), False)


def test_the_rhythm_of_jiangshan_begins_on_the_first_thursday() -> None:
    """自7月1日开始,每周四下班前 (1 July 2020 was a Wednesday)."""
    first, *_ = periods(thursdays("2020-07-01"), real(), until=day("2020-07-31"))

    assert (first.key, first.due_on) == ("2020-W27", day("2020-07-02"))
    assert (first.starts_on, first.ends_on) == (day("2020-06-29"), day("2020-07-05"))
    assert (first.year, first.label) == (2020, "第27周（6月29日—7月5日）")


def test_a_rhythm_that_starts_after_its_weekday_begins_next_week() -> None:
    first, *_ = periods(thursdays("2026-09-25"), real(), until=day("2026-12-31"))

    assert first.due_on == day("2026-09-30")


def test_the_cut_off_is_an_instant_of_chinas_clock() -> None:
    [only] = periods(thursdays("2026-09-21"), real(), until=day("2026-09-25"))

    assert only.due_at == datetime(2026, 9, 24, 9, 30, tzinfo=UTC)
    assert only.due_at.tzinfo is UTC


@pytest.mark.parametrize(("until", "count"), [("2026-09-20", 0), ("2026-09-21", 1), ("2026-09-27", 1), ("2026-09-28", 2)])
def test_a_period_is_there_from_its_monday_on(until: str, count: int) -> None:
    assert len(periods(thursdays("2026-09-21"), real(), until=day(until))) == count


def test_a_rhythm_ends_with_its_last_nominal_day() -> None:
    found = periods(thursdays("2026-09-21", ends_on="2026-10-08"), real(), until=day("2027-12-31"))

    assert [each.key for each in found] == ["2026-W39", "2026-W40", "2026-W41"]


def test_weeks_are_named_by_the_iso_year() -> None:
    found = periods(thursdays("2026-12-28"), real(), until=day("2027-01-10"))

    assert [each.key for each in found] == ["2026-W53", "2027-W01"]


def test_a_year_without_a_notice_is_flagged_and_not_refused() -> None:
    found = periods(thursdays("2026-12-21"), real(), until=day("2027-02-28"))

    assert [each.key for each in found if not each.provisional] == ["2026-W52", "2026-W53"]
    assert len(found) == 10


def test_a_move_into_the_next_year_is_provisional() -> None:
    calendar = with_rows(off("2026-12-31", "元旦"))

    [only] = periods(thursdays("2026-12-31", POSTPONE), calendar, until=day("2026-12-31"))

    assert (only.due_on, only.provisional) == (day("2027-01-04"), True)


def test_the_cadence_says_itself_in_one_line() -> None:
    assert thursdays("2026-09-21").words == "一周一进度：每周四17:30前，遇节假日提前至前一工作日"


def test_a_rhythm_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="end"):
        thursdays("2026-09-21", ends_on="2026-09-20")


STARTS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
RULES = st.sampled_from(HolidayRule)


@given(STARTS, RULES, st.integers(0, 6), st.integers(0, 500))
def test_periods_follow_each_other_without_gap_or_double(
    starts_on: date, rule: HolidayRule, weekday: int, length: int
) -> None:
    cadence = Cadence(Weeks(weekday), time(17), starts_on, None, rule)
    until = starts_on + timedelta(days=length)

    found = periods(cadence, real(), until=until)

    assert len({each.key for each in found}) == len(found)
    assert [each.starts_on for each in found] == [
        found[0].starts_on + timedelta(days=7 * n) for n in range(len(found))
    ]
    asked = [each.due_on for each in found if not each.waived]
    assert asked == sorted(set(asked)), "no two returns on one day, and never in the wrong order"
    assert all(real().is_workday(each) for each in asked)
    assert all(each >= starts_on for each in asked)


@given(STARTS, RULES, st.integers(0, 200), st.integers(0, 200))
def test_asking_later_only_adds_periods(starts_on: date, rule: HolidayRule, first: int, more: int) -> None:
    cadence = Cadence(Weeks(3), time(17), starts_on, None, rule)
    until = starts_on + timedelta(days=first)

    early = periods(cadence, real(), until=until)
    late = periods(cadence, real(), until=until + timedelta(days=more))

    assert late[: len(early)] == early


@given(STARTS, st.integers(0, 6))
def test_advancing_stays_in_its_own_week(starts_on: date, weekday: int) -> None:
    cadence = Cadence(Weeks(weekday), time(17), starts_on)

    for each in periods(cadence, real(), until=starts_on + timedelta(days=400)):
        assert each.starts_on <= each.due_on <= each.ends_on

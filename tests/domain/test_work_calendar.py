"""Working days: the statutory calendar, its guesses, and counting by it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day, off, real, with_rows, worked
from tracker.adapters.work_calendar import known_years, official_days
from tracker.domain.work_calendar import (
    CalendarDay,
    DayKind,
    DayStatus,
    WorkCalendar,
    counting_sheet,
    next_workday,
    previous_workday,
    workday_on_or_after,
    workday_on_or_before,
    workdays_after,
    workdays_before,
    workdays_between,
)

DAYS = st.dates(date(2004, 1, 1), date(2031, 12, 31))


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        pytest.param("2026-09-21", 20, "2026-10-26", id="over Mid-autumn and the national holiday"),
        pytest.param("2026-01-26", 20, "2026-02-28", id="ends on a Saturday that is worked"),
        pytest.param("2026-12-10", 20, "2027-01-08", id="into a year without a notice"),
        pytest.param("2026-09-25", 1, "2026-09-28", id="from a day off"),
        pytest.param("2026-09-30", 5, "2026-10-13", id="five days after the eve of the national holiday"),
        pytest.param("2026-10-26", 0, "2026-10-26", id="none is the day itself"),
        pytest.param("2026-10-04", 0, "2026-10-04", id="none is the day itself, also when it is off"),
    ],
)
def test_workdays_after(start: str, count: int, last: str) -> None:
    assert workdays_after(day(start), count, real()) == day(last)


@pytest.mark.parametrize(
    ("thursday", "is_off"),
    [
        *((text, True) for text in ("2020-01-30", "2020-06-25", "2020-10-01", "2020-10-08")),
        *((text, True) for text in ("2023-01-26", "2023-06-22", "2023-10-05")),
        *((text, True) for text in ("2026-01-01", "2026-02-19", "2026-10-01")),
        ("2026-10-08", False),
        ("2026-09-24", False),
    ],
)
def test_thursdays(thursday: str, is_off: bool) -> None:
    assert real().is_workday(day(thursday)) is not is_off


def test_the_thursdays_off_of_three_years_are_ten() -> None:
    thursdays = [date(year, 1, 1) + timedelta(days=n) for year in (2020, 2023, 2026) for n in range(365)]

    off_days = [each for each in thursdays if each.weekday() == 3 and not real().is_workday(each)]

    assert len(off_days) == 10


@pytest.mark.parametrize("text", ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_make_up_days_are_worked_and_say_so(text: str) -> None:
    assert real().is_workday(day(text))
    assert real().name_of(day(text)).endswith("调休上班")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2026-10-01", "国庆节"),
        ("2026-09-25", "中秋节"),
        ("2026-04-05", "清明节"),
        ("2026-10-10", "国庆节调休上班"),
        ("2026-11-21", "周六"),
        ("2026-11-22", "周日"),
        ("2026-11-20", ""),
        ("2027-05-02", "劳动节"),
        ("2027-05-04", ""),
    ],
)
def test_name_of(text: str, name: str) -> None:
    assert real().name_of(day(text)) == name


@pytest.mark.parametrize(
    "text",
    ["2027-01-01", "2027-04-05", "2027-05-01", "2027-05-02", "2027-10-01", "2027-10-02", "2027-10-03", "2028-04-04"],
)
def test_a_year_without_a_notice_knows_the_days_fixed_by_the_sun(text: str) -> None:
    assert not real().is_workday(day(text))
    assert real().certainty(day(text)) is DayStatus.PROVISIONAL


@pytest.mark.parametrize("text", ["2027-01-04", "2027-02-08", "2027-05-03", "2027-10-04", "2028-04-05"])
def test_a_year_without_a_notice_works_on_other_weekdays(text: str) -> None:
    assert real().is_workday(day(text))
    assert real().certainty(day(text)) is DayStatus.PROVISIONAL


def test_an_official_year_is_ruled_by_its_notice_alone() -> None:
    without_may = WorkCalendar.of([CalendarDay(date(2027, 10, 1), DayKind.OFF, "国庆节")])

    assert without_may.is_official(2027)
    assert without_may.is_workday(date(2027, 10, 4))
    assert without_may.is_workday(date(2027, 4, 5)), "no guess in a year whose notice is known"


def test_a_new_year_day_from_the_neighbouring_notice_makes_no_year_official() -> None:
    calendar = WorkCalendar.of([CalendarDay(date(2026, 12, 31), DayKind.OFF, "元旦")])

    assert not calendar.is_official(2026)
    assert calendar.certainty(date(2026, 12, 31)) is DayStatus.OFFICIAL
    assert calendar.certainty(date(2026, 12, 30)) is DayStatus.PROVISIONAL


@pytest.mark.parametrize("status", [DayStatus.LOCAL, DayStatus.PROVISIONAL])
def test_only_a_notice_makes_a_year_official(status: DayStatus) -> None:
    calendar = WorkCalendar.of([off("2027-10-01", "国庆节", status)])

    assert not calendar.is_official(2027)
    assert calendar.certainty(day("2027-10-01")) is status
    assert calendar.certainty(day("2027-10-04")) is DayStatus.PROVISIONAL


@pytest.mark.parametrize("reverse", [False, True])
def test_a_local_row_wins_over_the_notice_in_any_order(reverse: bool) -> None:
    rows = [*real().days, worked("2026-10-01", "防汛值守")]

    calendar = WorkCalendar.of(reversed(rows) if reverse else rows)

    assert calendar.is_workday(day("2026-10-01"))
    assert calendar.name_of(day("2026-10-01")) == "防汛值守"
    assert calendar.certainty(day("2026-10-01")) is DayStatus.LOCAL
    assert calendar.is_official(2026), "a local day takes nothing from the year's notice"


def test_a_local_day_off_is_not_counted() -> None:
    calendar = with_rows(off("2026-11-23", "三月三"))

    assert workdays_after(day("2026-11-20"), 1, calendar) == day("2026-11-24")
    assert calendar.name_of(day("2026-11-23")) == "三月三"


def test_a_row_without_a_name_still_says_what_it_is() -> None:
    calendar = with_rows(off("2026-11-23", ""), worked("2026-11-21", ""))

    assert calendar.name_of(day("2026-11-23")) == "放假"
    assert calendar.name_of(day("2026-11-21")) == "调休上班"


def test_a_calendar_without_rows_still_answers() -> None:
    calendar = WorkCalendar()

    assert not calendar.is_official(2026)
    assert workdays_after(date(2026, 9, 30), 1, calendar) == date(2026, 10, 5)


@given(DAYS, st.integers(0, 600))
def test_going_back_undoes_going_forward_on_workdays(start: date, count: int) -> None:
    first = workday_on_or_after(start, real())

    assert workdays_before(workdays_after(first, count, real()), count, real()) == first


@given(DAYS, st.integers(1, 600))
def test_a_count_ends_on_a_workday_and_is_what_lies_between(start: date, count: int) -> None:
    last = workdays_after(start, count, real())

    assert real().is_workday(last)
    assert workdays_between(start, last, real()) == count


@given(DAYS, DAYS)
def test_between_equals_counting_day_by_day(one: date, other: date) -> None:
    first, last = sorted((one, other))
    days = (first + timedelta(days=offset) for offset in range(1, (last - first).days + 1))

    expected = sum(real().is_workday(each) for each in days)

    assert workdays_between(first, last, real()) == expected
    assert workdays_between(last, first, real()) == -expected


@given(DAYS)
def test_neighbours(start: date) -> None:
    before, after = previous_workday(start, real()), next_workday(start, real())

    assert before < start < after
    assert real().is_workday(before)
    assert real().is_workday(after)
    if real().is_workday(start):
        assert workday_on_or_before(start, real()) == workday_on_or_after(start, real()) == start
    else:
        assert (workday_on_or_before(start, real()), workday_on_or_after(start, real())) == (before, after)


@pytest.mark.parametrize("function", [workdays_after, workdays_before])
def test_a_negative_count_is_refused(function: object) -> None:
    assert callable(function)
    with pytest.raises(ValueError, match="not negative"):
        function(date(2026, 1, 1), -1, real())


def test_counting_stops_at_the_ends_of_time() -> None:
    with pytest.raises(ValueError, match="9999"):
        workdays_after(date(9999, 12, 30), 10, WorkCalendar())
    with pytest.raises(ValueError, match="year 1"):
        workdays_before(date(1, 1, 2), 10, WorkCalendar())


def test_a_counting_sheet_says_of_each_day_whether_it_counts_and_why() -> None:
    sheet = counting_sheet(day("2026-09-29"), 3, real())

    assert [(line.day.day, line.mark, line.number, line.why) for line in sheet] == [
        (30, "计", 1, "周三"),
        (1, "不计", None, "周四，国庆节"),
        (2, "不计", None, "周五，国庆节"),
        (3, "不计", None, "周六，国庆节"),
        (4, "不计", None, "周日，国庆节"),
        (5, "不计", None, "周一，国庆节"),
        (6, "不计", None, "周二，国庆节"),
        (7, "不计", None, "周三，国庆节"),
        (8, "计", 2, "周四"),
        (9, "计", 3, "周五"),
    ]
    assert not any(line.provisional for line in sheet)


def test_a_counting_sheet_names_a_plain_weekend_once_and_marks_guesses() -> None:
    sheet = counting_sheet(day("2026-12-31"), 2, real())

    assert [(line.mark, line.why, line.provisional) for line in sheet] == [
        ("不计", "周五，元旦", True),
        ("不计", "周六", True),
        ("不计", "周日", True),
        ("计", "周一", True),
        ("计", "周二", True),
    ]


@given(DAYS, st.integers(0, 40))
def test_a_counting_sheet_adds_up(start: date, count: int) -> None:
    sheet = counting_sheet(start, count, real())

    assert [line.number for line in sheet if line.number] == list(range(1, count + 1))
    assert [line.day for line in sheet] == [start + timedelta(days=n + 1) for n in range(len(sheet))]


def test_the_adapter_knows_its_years_and_gives_nothing_for_others() -> None:
    assert 2020 in known_years()
    assert 2026 in known_years()
    assert official_days([2099]) == ()
    assert {row.day.year for row in official_days([2026])} == {2026}
    assert all(real().is_official(year) for year in known_years())


def test_the_adapter_agrees_with_its_source_on_every_day() -> None:
    import chinese_calendar

    first = date(known_years().start, 1, 1)
    days = [first + timedelta(days=n) for n in range((date(known_years().stop, 1, 1) - first).days)]

    assert [each for each in days if real().is_workday(each) != chinese_calendar.is_workday(each)] == []


def test_calendars_are_values() -> None:
    assert WorkCalendar.of(real().days) == real()
    assert hash(WorkCalendar.of(real().days)) == hash(real())
    assert with_rows(off("2026-11-23")) != real()

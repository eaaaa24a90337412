"""The days of a year by holiday."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.holidays import by_holiday
from tracker.domain.work_calendar import CalendarDay, DayKind, DayStatus


def october(day: int) -> date:
    return date(2026, 10, day)


def test_a_holiday_is_one_with_the_days_worked_for_it() -> None:
    rows = [
        CalendarDay(date(2026, 9, 20), DayKind.WORK, "国庆节调休上班"),
        CalendarDay(date(2026, 9, 25), DayKind.OFF, "中秋节"),
        *(CalendarDay(october(day), DayKind.OFF, "国庆节") for day in range(1, 8)),
        CalendarDay(october(10), DayKind.WORK, "国庆节调休上班"),
        CalendarDay(october(15), DayKind.OFF, "停工令", DayStatus.LOCAL),
        CalendarDay(october(9), DayKind.OFF, "国庆节", DayStatus.LOCAL),
    ]

    found = by_holiday(rows)

    assert [(each.name, each.days_off, each.status.value) for each in found] == [
        ("中秋节", 1, "official"), ("国庆节", 7, "official"), ("国庆节", 1, "local"), ("停工令", 1, "local"),
    ]  # fmt: skip
    assert found[1].off == ((october(1), october(7)),)
    assert found[1].worked == ((date(2026, 9, 20),) * 2, (october(10),) * 2)


@given(st.dictionaries(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.sampled_from(DayKind), max_size=40))
def test_every_day_is_in_one_holiday_and_in_one_stretch_of_it(kinds: dict[date, DayKind]) -> None:
    names = ("元旦", "春节", "春节调休上班")
    rows = [CalendarDay(day, kind, names[day.day % 3]) for day, kind in kinds.items()]

    found = by_holiday(rows)

    assert sorted(day for each in found for day in each.days) == sorted(kinds)
    for each in found:
        inside = [day for first, last in (*each.off, *each.worked) for day in kinds if first <= day <= last]
        assert set(each.days) <= set(inside)
        assert each.days_off == sum(kinds[day] is DayKind.OFF for day in each.days)

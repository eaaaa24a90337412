"""Whole years by hand: 江山's Thursdays of 2020, all of 2026, and the slower rhythms of both.

Each line is a key and the day on which the return is due, read off a paper calendar with the year's holiday
notice beside it; 免报 is a period that is not asked for.
"""

from __future__ import annotations

import itertools
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day, off, real, with_rows
from tests.domain.test_rhythm import RHYTHMS
from tracker.domain.period import Cadence, Collision, HolidayRule, Period, periods
from tracker.domain.rhythm import Months, Rhythm, Weeks

ADVANCE, POSTPONE, WAIVE = HolidayRule.ADVANCE, HolidayRule.POSTPONE, HolidayRule.WAIVE
MERGE, KEEP = Collision.MERGE, Collision.KEEP
WAIVED = "免报"


def laid_out(
    rhythm: Rhythm,
    starts_on: str,
    ends_on: str,
    rule: HolidayRule = ADVANCE,
    collision: Collision = MERGE,
) -> tuple[Period, ...]:
    cadence = Cadence(rhythm, time(17, 30), day(starts_on), day(ends_on), rule, collision)
    return periods(cadence, real(), until=day(ends_on))


def written(found: tuple[Period, ...]) -> list[str]:
    """Each period as a line of the tables below."""
    year = found[0].nominal_due.year
    return [f"{each.key} {WAIVED if each.waived else _day(each.due_on, year)}" for each in found]


def _day(due_on: date, year: int) -> str:
    return f"{due_on:%m-%d}" if due_on.year == year else due_on.isoformat()


def lines(table: str) -> list[str]:
    return [" ".join(line.split()) for line in table.strip().splitlines()]


# 自7月1日开始，每周四: 1 October is 国庆节 and 中秋节 (1 to 8 October are off, 27 September and 10 October worked).
JIANGSHAN = """
    2020-W27 07-02
    2020-W28 07-09
    2020-W29 07-16
    2020-W30 07-23
    2020-W31 07-30
    2020-W32 08-06
    2020-W33 08-13
    2020-W34 08-20
    2020-W35 08-27
    2020-W36 09-03
    2020-W37 09-10
    2020-W38 09-17
    2020-W39 09-24
    2020-W40 {first}
    2020-W41 {second}
    2020-W42 10-15
    2020-W43 10-22
    2020-W44 10-29
    2020-W45 11-05
    2020-W46 11-12
    2020-W47 11-19
    2020-W48 11-26
    2020-W49 12-03
    2020-W50 12-10
    2020-W51 12-17
    2020-W52 12-24
    2020-W53 12-31
"""


@pytest.mark.parametrize(
    ("rule", "collision", "first", "second"),
    [
        pytest.param(ADVANCE, MERGE, "09-30", "10-09", id="advance"),
        pytest.param(POSTPONE, MERGE, WAIVED, "10-09", id="postpone, merged"),
        pytest.param(POSTPONE, KEEP, "10-09", "10-09", id="postpone, both kept"),
        pytest.param(WAIVE, MERGE, WAIVED, WAIVED, id="waive"),
    ],
)
def test_the_thursdays_of_jiangshan(rule: HolidayRule, collision: Collision, first: str, second: str) -> None:
    found = laid_out(Weeks(3), "2020-07-01", "2020-12-31", rule, collision)

    assert written(found) == lines(JIANGSHAN.format(first=first, second=second))


# 1 January, 19 February and 1 October are Thursdays off; in week 8 (16 to 22 February) nobody works at all.
YEAR_2026 = """
    2026-W01 {january}
    2026-W02 01-08
    2026-W03 01-15
    2026-W04 01-22
    2026-W05 01-29
    2026-W06 02-05
    2026-W07 02-12
    2026-W08 免报
    2026-W09 02-26
    2026-W10 03-05
    2026-W11 03-12
    2026-W12 03-19
    2026-W13 03-26
    2026-W14 04-02
    2026-W15 04-09
    2026-W16 04-16
    2026-W17 04-23
    2026-W18 04-30
    2026-W19 05-07
    2026-W20 05-14
    2026-W21 05-21
    2026-W22 05-28
    2026-W23 06-04
    2026-W24 06-11
    2026-W25 06-18
    2026-W26 06-25
    2026-W27 07-02
    2026-W28 07-09
    2026-W29 07-16
    2026-W30 07-23
    2026-W31 07-30
    2026-W32 08-06
    2026-W33 08-13
    2026-W34 08-20
    2026-W35 08-27
    2026-W36 09-03
    2026-W37 09-10
    2026-W38 09-17
    2026-W39 09-24
    2026-W40 {october}
    2026-W41 10-08
    2026-W42 10-15
    2026-W43 10-22
    2026-W44 10-29
    2026-W45 11-05
    2026-W46 11-12
    2026-W47 11-19
    2026-W48 11-26
    2026-W49 12-03
    2026-W50 12-10
    2026-W51 12-17
    2026-W52 12-24
    2026-W53 12-31
"""


@pytest.mark.parametrize(
    ("rule", "collision", "january", "october"),
    [
        # The rhythm begins on 1 January itself: no day before it can be asked for, and 2 and 3 January are off.
        pytest.param(ADVANCE, MERGE, "01-04", "09-30", id="advance"),
        pytest.param(POSTPONE, MERGE, "01-04", WAIVED, id="postpone, merged"),
        pytest.param(POSTPONE, KEEP, "01-04", "10-08", id="postpone, both kept"),
        pytest.param(WAIVE, MERGE, WAIVED, WAIVED, id="waive"),
    ],
)
def test_the_thursdays_of_2026(rule: HolidayRule, collision: Collision, january: str, october: str) -> None:
    found = laid_out(Weeks(3), "2026-01-01", "2026-12-31", rule, collision)

    assert written(found) == lines(YEAR_2026.format(january=january, october=october))


BIWEEKLY_2026 = """
    2026-W01-W02 01-09
    2026-W03-W04 01-23
    2026-W05-W06 02-06
    2026-W07-W08 {spring}
    2026-W09-W10 03-06
    2026-W11-W12 03-20
    2026-W13-W14 04-03
    2026-W15-W16 04-17
    2026-W17-W18 {may}
    2026-W19-W20 05-15
    2026-W21-W22 05-29
    2026-W23-W24 06-12
    2026-W25-W26 06-26
    2026-W27-W28 07-10
    2026-W29-W30 07-24
    2026-W31-W32 08-07
    2026-W33-W34 08-21
    2026-W35-W36 09-04
    2026-W37-W38 09-18
    2026-W39-W40 {october}
    2026-W41-W42 10-16
    2026-W43-W44 10-30
    2026-W45-W46 11-13
    2026-W47-W48 11-27
    2026-W49-W50 12-11
    2026-W51-W52 12-25
"""


@pytest.mark.parametrize(
    ("rule", "spring", "may", "october"),
    [
        pytest.param(ADVANCE, "02-14", "04-30", "09-30", id="advance"),  # 14 February is a worked Saturday
        pytest.param(POSTPONE, "02-24", "05-06", "10-08", id="postpone"),
        pytest.param(WAIVE, WAIVED, WAIVED, WAIVED, id="waive"),
    ],
)
def test_every_second_friday_of_2026(rule: HolidayRule, spring: str, may: str, october: str) -> None:
    found = laid_out(Weeks(4, 2), "2026-01-01", "2026-12-31", rule)

    assert written(found) == lines(BIWEEKLY_2026.format(spring=spring, may=may, october=october))


@pytest.mark.parametrize(
    ("rhythm", "rule", "table"),
    [
        pytest.param(
            Months(25),
            ADVANCE,
            """
            2026-01 01-23
            2026-02 02-25
            2026-03 03-25
            2026-04 04-24
            2026-05 05-25
            2026-06 06-25
            2026-07 07-24
            2026-08 08-25
            2026-09 09-24
            2026-10 10-23
            2026-11 11-25
            2026-12 12-25
            """,
            id="monthly on the 25th, advanced",
        ),
        pytest.param(
            Months(31),
            POSTPONE,
            """
            2026-01 02-02
            2026-02 02-28
            2026-03 03-31
            2026-04 04-30
            2026-05 06-01
            2026-06 06-30
            2026-07 07-31
            2026-08 08-31
            2026-09 09-30
            2026-10 11-02
            2026-11 11-30
            2026-12 12-31
            """,
            id="monthly on the last day, postponed",
        ),
        pytest.param(
            Months(1),
            ADVANCE,
            """
            2026-01 01-04
            2026-02 02-02
            2026-03 03-02
            2026-04 04-01
            2026-05 05-06
            2026-06 06-01
            2026-07 07-01
            2026-08 08-03
            2026-09 09-01
            2026-10 10-08
            2026-11 11-02
            2026-12 12-01
            """,
            id="monthly on the first, which cannot move into the month before",
        ),
        pytest.param(
            Months(10, 3, 1),
            ADVANCE,
            """
            2026-Q1 04-10
            2026-Q2 07-10
            2026-Q3 10-10
            2026-Q4 2027-01-08
            """,
            id="quarterly, by the 10th of the month after (10 October is a worked Saturday)",
        ),
        pytest.param(
            Months(5, 3, 1),
            ADVANCE,
            """
            2026-Q1 04-03
            2026-Q2 07-03
            2026-Q3 10-08
            2026-Q4 2027-01-05
            """,
            id="quarterly, where nothing is worked between the quarter's end and the day",
        ),
        pytest.param(
            Months(5, 3, 1),
            POSTPONE,
            """
            2026-Q1 04-07
            2026-Q2 07-06
            2026-Q3 10-08
            2026-Q4 2027-01-05
            """,
            id="quarterly, postponed",
        ),
        pytest.param(
            Months(20, 6),
            ADVANCE,
            """
            2026-H1 06-18
            2026-H2 12-18
            """,
            id="half a year, on the 20th of its last month (19 to 21 June are 端午节)",
        ),
        pytest.param(
            Months(15, 6, 1),
            POSTPONE,
            """
            2026-H1 07-15
            2026-H2 2027-01-15
            """,
            id="half a year, by the 15th of the month after",
        ),
    ],
)
def test_the_slower_rhythms_of_2026(rhythm: Rhythm, rule: HolidayRule, table: str) -> None:
    assert written(laid_out(rhythm, "2026-01-01", "2026-12-31", rule)) == lines(table)


@pytest.mark.parametrize(
    ("rhythm", "rule", "key", "why"),
    [
        (Months(25), ADVANCE, "2026-04", "周六（4月25日）休息，截止提前到4月24日"),
        (Months(1), ADVANCE, "2026-10", "周四（10月1日）放假，本期此前没有工作日，截止改到10月8日"),
        (Months(25), WAIVE, "2026-09", "周五（9月25日）放假，本期免报"),
        (Months(10, 3, 1), ADVANCE, "2026-Q4", "周日（1月10日）休息，截止提前到1月8日"),
        (Weeks(3, 2), WAIVE, "2026-W07-W08", "周四（2月19日）放假，本期免报"),
    ],
)
def test_other_spans_than_weeks_say_why_too(rhythm: Rhythm, rule: HolidayRule, key: str, why: str) -> None:
    [period] = [each for each in laid_out(rhythm, "2026-01-01", "2026-12-31", rule) if each.key == key]

    assert period.why == why


def test_the_office_that_keeps_both_returns_is_told_that_they_fall_on_one_day() -> None:
    first, second, *_ = laid_out(Weeks(3), "2020-09-28", "2020-12-31", POSTPONE, KEEP)

    assert first.why == "周四（10月1日）放假，截止顺延到10月9日，与下一期同日，两期都报"
    assert second.why == "周四（10月8日）放假，截止顺延到10月9日"


def test_two_weeks_without_a_workday_are_waived_as_one_period() -> None:
    calendar = with_rows(*(off(f"2026-11-{number:02d}") for number in range(9, 23)))
    cadence = Cadence(Weeks(3, 2), time(17, 30), day("2026-11-09"), day("2026-11-30"))

    [only] = periods(cadence, calendar, until=day("2026-11-30"))

    assert (only.waived, only.why) == (True, "本期没有工作日，免报")


def test_a_report_that_moves_before_its_month_can_be_handed_in_by_then() -> None:
    """1 November 2026 is a Sunday; the report on the third quarter is due in the second month after it."""
    [only] = laid_out(Months(1, 3, 2), "2026-07-01", "2026-09-30")

    assert (only.due_on, only.opens_on) == (day("2026-10-30"), day("2026-10-30"))


def test_a_cadence_names_its_rhythm_and_its_rule() -> None:
    quarterly = Cadence(
        Months(10, 3, 1), time(12), day("2026-01-01"), None, WAIVE, kind="quarterly", name="季度报送"
    )

    assert quarterly.words == "季度报送：每季度结束后次月10日12:00前，遇节假日本期免报"


STARTS = st.dates(date(2019, 1, 1), date(2027, 12, 31))
RULES = st.sampled_from(HolidayRule)


@given(RHYTHMS, STARTS, RULES, st.sampled_from(Collision), st.integers(0, 500))
def test_whatever_the_rhythm_no_period_overlaps_and_every_due_day_is_worked(
    rhythm: Rhythm, start: date, rule: HolidayRule, collision: Collision, length: int
) -> None:
    cadence = Cadence(rhythm, time(17), start, None, rule, collision)

    found = periods(cadence, real(), until=start + timedelta(days=length))

    for each, after in itertools.pairwise(found):
        assert each.ends_on < after.starts_on
        assert each.opens_on <= after.opens_on
    asked = [each.due_on for each in found if not each.waived]
    assert asked == sorted(asked), "returns are never asked for in the wrong order"
    assert collision is KEEP or len(set(asked)) == len(asked), "no two returns on one day"
    assert all(real().is_workday(due_on) for due_on in asked)
    assert all(due_on >= start for due_on in asked)
    assert all(each.opens_on <= each.due_on for each in found)
    assert all(bool(each.why) == (each.moved or each.waived) for each in found)


@pytest.mark.parametrize("rule", HolidayRule)
@pytest.mark.parametrize("year", [2020, 2026])
def test_a_week_of_the_holidays_reads_the_same_before_the_next_one_has_begun(year: int, rule: HolidayRule) -> None:
    """A postponed day is held against a week that has not begun: 1 October 2020 meets the 8th."""
    whole = laid_out(Weeks(3), f"{year}-01-01", f"{year}-12-31", rule)
    cadence = Cadence(Weeks(3), time(17, 30), day(f"{year}-01-01"), day(f"{year}-12-31"), rule)

    for count, last in enumerate(whole, start=1):
        assert periods(cadence, real(), until=last.ends_on) == whole[:count]


@given(RHYTHMS, STARTS, RULES, st.integers(0, 300), st.integers(0, 300))
def test_whatever_the_rhythm_asking_later_only_adds(
    rhythm: Rhythm, start: date, rule: HolidayRule, first: int, more: int
) -> None:
    cadence = Cadence(rhythm, time(17), start, None, rule)
    until = start + timedelta(days=first)

    early = periods(cadence, real(), until=until)
    late = periods(cadence, real(), until=until + timedelta(days=more))

    assert late[: len(early)] == early

"""Event clocks: counting with stops and restarts, and the sheet that shows each day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.calendars import day, real
from tracker.domain.clock import (
    PERSONNEL,
    PUBLISH,
    PUBLISH_ISSUED,
    UPLOAD,
    ClockRule,
    Course,
    DayUnit,
    Restart,
    Stop,
    counting_sheet,
    due_on,
    legal_day,
    standing,
)

DAYS = st.dates(date(2019, 1, 1), date(2027, 6, 30))


def stop(since: str, until: str | None = None, why: str = "征求第三方意见") -> Stop:
    return Stop(day(since), day(until) if until else None, why)


@pytest.mark.parametrize(
    ("rule", "course", "last"),
    [
        pytest.param(PUBLISH, Course(day("2026-09-21")), "2026-10-26", id="over the national holiday"),
        pytest.param(PUBLISH, Course(day("2026-01-26")), "2026-02-28", id="ends on a worked Saturday"),
        pytest.param(PERSONNEL, Course(day("2026-03-06")), "2026-03-13", id="five days from a Friday"),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-09", "2026-03-11"),)), "2026-03-17",
            id="asked on Monday, answered on Wednesday: two days do not count",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-13", "2026-03-20"),)), "2026-03-13",
            id="a stop on the last day comes too late",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-12", "2026-03-20"),)), "2026-03-23",
            id="a stop on the day before leaves one day",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-09", "2026-03-11"), stop("2026-03-10", "2026-03-12"))),
            "2026-03-18", id="stops that overlap count once",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-01", "2026-03-09"),)), "2026-03-16",
            id="a stop from before the event",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (stop("2026-03-09", "2026-03-11"),), (Restart(day("2026-03-16")),)),
            "2026-03-23", id="a restart makes the stop before it void",
        ),
        pytest.param(
            PERSONNEL, Course(day("2026-03-06"), (), (Restart(day("2026-03-16")), Restart(day("2026-03-10")))),
            "2026-03-23", id="the last restart counts",
        ),
        pytest.param(
            ClockRule("own", "自定", "受理", 15, DayUnit.DAYS, "办法第三条"),
            Course(day("2026-09-25"), (stop("2026-09-28", "2026-09-30"),)), "2026-10-12",
            id="calendar days run through holidays",
        ),
    ],
)  # fmt: skip
def test_the_last_day(rule: ClockRule, course: Course, last: str) -> None:
    assert due_on(rule, course, real()) == day(last)


def test_a_clock_that_stands_still_has_no_last_day() -> None:
    course = Course(day("2026-03-06"), (stop("2026-03-10"),))

    assert due_on(UPLOAD, course, real()) is None
    found = standing(UPLOAD, course, real(), today=day("2026-05-06"))
    assert (found.counted, found.left, found.overdue) == (2, 3, False)


def test_a_stop_behind_the_last_day_changes_nothing() -> None:
    assert due_on(UPLOAD, Course(day("2026-03-06"), (stop("2026-03-16"),)), real()) == day("2026-03-13")


@pytest.mark.parametrize(
    ("today", "counted", "left"),
    [
        ("2026-03-05", 0, 5), ("2026-03-06", 0, 5), ("2026-03-08", 0, 5), ("2026-03-09", 1, 4),
        ("2026-03-13", 5, 0), ("2026-03-15", 5, 0), ("2026-03-16", 5, -1), ("2026-03-18", 5, -3),
    ],
)  # fmt: skip
def test_where_it_stands(today: str, counted: int, left: int) -> None:
    found = standing(UPLOAD, Course(day("2026-03-06")), real(), today=day(today))

    assert (found.due_on, found.counted, found.left) == (day("2026-03-13"), counted, left)
    assert found.overdue is (left < 0)


def test_a_year_without_a_notice_is_a_guess() -> None:
    assert standing(PUBLISH, Course(day("2026-12-10")), real(), today=day("2026-12-11")).provisional
    assert not standing(PUBLISH, Course(day("2026-11-10")), real(), today=day("2026-11-11")).provisional


def test_the_sheet_says_of_each_day_whether_it_counts_and_why() -> None:
    course = Course(
        day("2026-03-05"), (stop("2026-03-12", "2026-03-13"),), (Restart(day("2026-03-06"), "收到补正"),)
    )
    rule = ClockRule("own", "答复", "收到申请", 4, DayUnit.WORKDAYS, "《政府信息公开条例》第三十三条")

    sheet = counting_sheet(rule, course, real(), today=day("2026-03-16"))

    assert [(line.day.day, line.mark, line.number, line.why) for line in sheet] == [
        (6, "不计", None, "周五，收到补正，此前的不算"),
        (7, "不计", None, "周六"),
        (8, "不计", None, "周日"),
        (9, "计", 1, "周一"),
        (10, "计", 2, "周二"),
        (11, "计", 3, "周三"),
        (12, "计", 4, "周四"),
    ]


def test_a_stopped_clock_shows_its_sheet_up_to_today() -> None:
    course = Course(day("2026-03-09"), (stop("2026-03-10"),))

    sheet = counting_sheet(UPLOAD, course, real(), today=day("2026-03-12"))

    assert [(line.mark, line.why) for line in sheet] == [
        ("计", "周二"), ("不计", "周三，征求第三方意见"), ("不计", "周四，征求第三方意见"),
    ]  # fmt: skip


def test_the_sheet_marks_the_days_of_a_year_without_a_notice() -> None:
    sheet = counting_sheet(PERSONNEL, Course(day("2026-12-29")), real(), today=day("2027-01-04"))

    assert {line.day.year for line in sheet if line.provisional} == {2027}
    assert {line.day.year for line in sheet if not line.provisional} == {2026}


def test_the_words_of_a_rule() -> None:
    assert PUBLISH.words == "自形成或者变更之日起20个工作日内"


@st.composite
def courses(draw: st.DrawFn) -> Course:
    begin = draw(DAYS)
    within = st.integers(-5, 60).map(lambda days: begin + timedelta(days=days))
    stops = [
        Stop(since, None if length is None else since + timedelta(days=length))
        for since, length in draw(st.lists(st.tuples(within, st.none() | st.integers(0, 30)), max_size=4))
    ]
    later = st.integers(0, 60).map(lambda days: begin + timedelta(days=days))
    return Course(begin, tuple(stops), tuple(Restart(at) for at in draw(st.lists(later, max_size=2))))


RULES = st.builds(
    ClockRule, st.just("k"), st.just("n"), st.just("e"), st.integers(1, 40), st.sampled_from(DayUnit), st.just("b")
)  # fmt: skip


def _day_by_day(rule: ClockRule, course: Course) -> date | None:
    """The same by looking at each day; None after as many days as no course here can last."""
    begin = max([course.started_on, *(item.day for item in course.restarts)])
    left, here = rule.count, begin
    while left:
        here += timedelta(days=1)
        if (here - begin).days > 400:
            return None
        stopped = any(item.since < here <= (item.until or date.max) for item in course.stops)
        left -= not stopped and (rule.unit is DayUnit.DAYS or real().is_workday(here))
    return here


@given(RULES, courses())
def test_sums_of_workdays_agree_with_looking_at_each_day(rule: ClockRule, course: Course) -> None:
    assert due_on(rule, course, real()) == _day_by_day(rule, course)


@given(RULES, courses(), st.integers(0, 90))
def test_the_sheet_ends_on_the_last_day_and_agrees_with_the_standing(
    rule: ClockRule, course: Course, later: int
) -> None:
    today = course.started_on + timedelta(days=later)
    sheet = counting_sheet(rule, course, real(), today=today)
    last = due_on(rule, course, real())

    numbers = [line.number for line in sheet if line.number is not None]
    assert numbers == list(range(1, len(numbers) + 1))
    if last is not None:
        assert (sheet[-1].day, numbers[-1]) == (last, rule.count)
    counted = sum(line.number is not None and line.day <= today for line in sheet)
    assert standing(rule, course, real(), today=today).counted == counted


@given(RULES, courses(), st.integers(0, 60), st.integers(0, 30))
def test_one_more_stop_never_brings_the_last_day_nearer(
    rule: ClockRule, course: Course, since: int, length: int
) -> None:
    first = course.started_on + timedelta(days=since)
    longer = Course(
        course.started_on, (*course.stops, Stop(first, first + timedelta(days=length))), course.restarts
    )
    before, after = due_on(rule, course, real()), due_on(rule, longer, real())

    assert after is None or (before is not None and after >= before)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        ClockRule("k", "n", "e", 0, DayUnit.DAYS, "")
    with pytest.raises(ValueError, match="before it begins"):
        stop("2026-03-02", "2026-03-01")


def test_the_law_counts_from_the_day_of_forming_whatever_the_document_counts_from() -> None:
    formed, issued = day("2026-09-01"), day("2026-09-21")

    assert legal_day(formed, real()) == due_on(PUBLISH, Course(formed), real())
    assert legal_day(formed, real()) < (due_on(PUBLISH_ISSUED, Course(issued), real()) or formed)


def test_who_counts_from_the_issue_is_asked_for_the_day_of_forming() -> None:
    assert [rule.key for rule in (PUBLISH, PUBLISH_ISSUED, UPLOAD, PERSONNEL) if rule.asks_formed] == [
        "publish_issued", "upload",
    ]  # fmt: skip


def test_a_rule_without_an_event_says_so() -> None:
    assert "原文没有写明" in ClockRule("own-1", "报备", "", 5, DayUnit.WORKDAYS, "").words

"""A deadline's notation and its value say the same thing, in both directions."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.deadline import (
    Deadline,
    EventRelative,
    Fixed,
    Ranged,
    Reading,
    Recurring,
    Staged,
    Standing,
    Unstated,
    due_days,
    has_no_end,
    parse_notation,
    printed_day,
)

_days = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
_anchors = st.one_of(
    st.sampled_from(["", "mon", "thu", "sun", "end", "1", "28", "31"]),
    st.builds("m{}-{}".format, st.integers(1, 12), st.one_of(st.integers(1, 31), st.just("end"))),
)
_events = st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N"]), max_size=20)
_stages = st.one_of(
    st.builds(Fixed, _days),
    st.builds(Ranged, _days, st.one_of(st.none(), _days)),
    st.builds(Recurring, st.sampled_from(["P1D", "P1W", "P2W", "P1M", "P2M", "P3M", "P6M", "P1Y"]), _anchors),
    st.builds(EventRelative, st.integers(0, 999), st.sampled_from(["workdays", "days", "months", "years"]), _events),
)
_readings: st.SearchStrategy[Reading] = st.one_of(
    _stages,
    st.builds(Staged, st.lists(_stages, min_size=2, max_size=5).map(tuple)),
    st.just(Standing()),
    st.just(Unstated()),
)


@given(_readings)
def test_every_value_is_read_back_from_its_notation(reading: Reading) -> None:
    assert parse_notation(reading.notation) == reading


@pytest.mark.parametrize(
    ("notation", "reading"),
    [
        pytest.param("none", Unstated(), id="no time at all"),
        pytest.param("ongoing", Standing(), id="no end"),
        pytest.param("date:2026-11-30", Fixed(date(2026, 11, 30)), id="one day"),
        pytest.param("range:2026-07-01/open", Ranged(date(2026, 7, 1), None), id="a start without an end"),
        pytest.param("recurring:P3M by m3-20", Recurring("P3M", "m3-20"), id="the 20th of each quarter's last month"),
        pytest.param("relative:20 workdays after 印发", EventRelative(20, "workdays", "印发"), id="counted from an event"),
        pytest.param("relative:6 months", EventRelative(6, "months"), id="counted from an event that is not printed"),
        pytest.param(
            "multi:date:2026-09-30|recurring:P1M",
            Staged((Fixed(date(2026, 9, 30)), Recurring("P1M"))),
            id="a day and then a rhythm",
        ),
    ],
)
def test_a_notation_means_one_value(notation: str, reading: Reading) -> None:
    assert parse_notation(notation) == reading
    assert reading.notation == notation


@pytest.mark.parametrize(
    "notation",
    [
        pytest.param("", id="nothing"),
        pytest.param("soon", id="a word"),
        pytest.param("date:20261130", id="a day without hyphens"),
        pytest.param("date:2026-11-31", id="a day that does not exist"),
        pytest.param("range:2026-01-01", id="a range with one end"),
        pytest.param("multi:date:2026-11-30", id="a single stage"),
        pytest.param("multi:ongoing|none", id="stages without time"),
        pytest.param("recurring:P0W", id="an empty period"),
        pytest.param("recurring:P1W by 四", id="an anchor in Chinese"),
        pytest.param("relative:五 days", id="a count in Chinese"),
    ],
)
def test_what_is_not_in_the_grammar_is_refused(notation: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_notation(notation)


def test_due_days_come_in_the_printed_order_and_skip_what_names_no_day() -> None:
    september, december = Fixed(date(2026, 9, 30)), Fixed(date(2026, 12, 31))
    reading = Staged((december, Recurring("P1M"), september, Ranged(date(2026, 1, 1), date(2026, 6, 30))))

    days = due_days(reading)

    assert days == (date(2026, 12, 31), date(2026, 9, 30), date(2026, 6, 30))
    assert due_days(Ranged(date(2026, 1, 1), None)) == ()
    assert due_days(EventRelative(5, "workdays", "印发")) == ()


@pytest.mark.parametrize(
    ("notation", "last"),
    [
        pytest.param("multi:date:2026-12-31|date:2026-09-30", date(2026, 12, 31), id="the last of several stages"),
        pytest.param("date:2026-09-30", date(2026, 9, 30), id="one day"),
        pytest.param("ongoing", None, id="standing work has none"),
        pytest.param("none", None, id="nothing is printed"),
    ],
)
def test_the_printed_day_is_the_last_that_the_document_names(notation: str, last: date | None) -> None:
    assert printed_day(notation) == last


def test_a_deadline_shows_the_notation_of_its_reading() -> None:
    deadline = Deadline("长期推进", Standing(), "原文是长期、持续的要求，没有结束的日子。")

    assert deadline.notation == "ongoing"


@pytest.mark.parametrize(
    ("notation", "stands"),
    [
        pytest.param("ongoing", True, id="standing work has no end"),
        pytest.param("range:2026-07-01/open", True, id="a start without an end is standing work"),
        pytest.param("range:2026-07-01/2026-09-30", False, id="a span ends"),
        pytest.param("date:2026-09-30", False, id="a day is an end"),
        pytest.param("none", False, id="what names no time is not standing work"),
    ],
)
def test_what_has_no_end_stands_for_good(notation: str, stands: bool) -> None:
    assert has_no_end(parse_notation(notation)) is stands

"""The stretches of a year that a report can be about."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from tracker.domain.report_spans import begun, of_circulars, parse


@pytest.mark.parametrize(
    ("key", "label", "first", "last"),
    [
        ("2026-02", "2026年2月", date(2026, 2, 1), date(2026, 2, 28)),
        ("2026-12", "2026年12月", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q3", "2026年第三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-H1", "2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", "2026年下半年", date(2026, 7, 1), date(2026, 12, 31)),
        ("2024", "2024年", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_key_names_its_days(key: str, label: str, first: date, last: date) -> None:
    span = parse(key)

    assert (span.label, span.first, span.last) == (label, first, last)


@pytest.mark.parametrize(
    "key", ["", "26", "2026-13", "2026-1", "2026-Q5", "2026-H3", "2026-09-01", "２０２６"]
)
def test_what_is_no_stretch_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match=f"^{key}$"):
        parse(key)


def test_a_years_circulars_leave_no_day_out_and_only_what_has_begun_is_offered() -> None:
    months = [parse(key) for key in of_circulars(2026) if "Q" not in key]
    for earlier, later in pairwise(months):
        assert later.first == earlier.last + timedelta(days=1)

    offered = [span.key for span in begun(of_circulars(2026), date(2026, 3, 31))]

    assert offered == ["2026-03", "2026-02", "2026-Q1", "2026-01"]
    assert [span.key for span in begun(("2026-04", "2026-05"), date(2026, 4, 1))] == ["2026-04"]


def test_a_running_stretch_ends_today() -> None:
    assert parse("2026").until(date(2026, 9, 24)) == date(2026, 9, 24)
    assert parse("2026-Q1").until(date(2026, 9, 24)) == date(2026, 3, 31)

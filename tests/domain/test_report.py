"""A report as data: its figures, its text, and the way into the store and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.report import (
    Figure,
    Part,
    Report,
    ReportKind,
    Table,
    counted,
    from_json,
    plain,
    to_json,
)

NOON = datetime(2026, 9, 18, 4, tzinfo=UTC)


def report(*parts: Part) -> Report:
    return Report(
        ReportKind.WEEKLY,
        "每周进展汇总",
        "2026-W38",
        "第38周",
        date(2026, 9, 18),
        NOON,
        "公开办",
        parts,
        "各单位",
    )


def test_a_part_is_edited_as_the_text_it_says() -> None:
    due = counted("due", "应报份数", 12, "/reporting/list?part=due")

    part = Part("returns", "一、报送", (("应报", due, "份。"), ("其余按时。",)))

    assert part.text == "应报12份。\n其余按时。"
    assert plain(part.paragraphs[0]) == "应报12份。"


def test_figures_come_in_the_order_of_the_text_and_those_of_tables_last() -> None:
    table = Table(("单位", "份数"), (("市教育局", Figure("one", "1")),), (100.0, 56.0))
    part = Part("returns", "一、报送", (("应报", Figure("due", "12"), "份。"),), (table,))

    assert [figure.key for figure in report(part).figures()] == ["due", "one"]


def test_a_fact_may_be_said_twice_but_not_as_two() -> None:
    twice = Part("a", "", ((Figure("due", "12"), "，", Figure("due", "12")),))
    other = Part("b", "", ((Figure("due", "13"),),))

    assert report(twice).part("a") == twice
    with pytest.raises(ValueError, match="due"):
        report(twice, other)
    with pytest.raises(ValueError, match="part a"):
        report(twice, Part("a", "", ()))


texts = st.text(max_size=12)
pieces = st.one_of(
    texts,
    st.builds(Figure, st.uuids().map(str), texts, texts, st.none() | st.integers(0, 999), texts),
)
paragraphs = st.lists(pieces, max_size=4).map(tuple)
tables = st.builds(
    Table,
    st.lists(texts, max_size=3).map(tuple),
    st.lists(paragraphs, max_size=2).map(tuple),
    st.lists(st.floats(0, 156), max_size=3).map(tuple),
    texts,
)
parts = st.builds(
    Part,
    st.uuids().map(str),
    texts,
    st.lists(paragraphs, max_size=3).map(tuple),
    st.lists(tables, max_size=2).map(tuple),
)


@given(st.lists(parts, max_size=3))
def test_what_is_kept_as_json_comes_back_the_same(several: list[Part]) -> None:
    made = report(*several)

    assert from_json(json.loads(json.dumps(to_json(made)))) == made

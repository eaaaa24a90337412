"""What is written in words or in a file comes back as it was; any other text is read without a slip."""

from __future__ import annotations

import html as html_text
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from importers import deadline_text, unit_text
from importers.readers import docx, html, xls, xlsx
from importers.source import Grid, SourceDocument
from tests.fuzz.words import WORDS
from tests.importers.compound_files import label, old_book
from tests.importers.files import CLEAN, DESK, MARK, UPDATE, sheet_file, word_file
from tracker.domain import reading_words
from tracker.domain.deadline import (
    EventRelative,
    Fixed,
    Ranged,
    Reading,
    Recurring,
    Staged,
    Standing,
    parse_notation,
)

PHRASES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=14).map("".join)
DAYS = st.dates(date(2024, 1, 1), date(2030, 12, 31))
YEARS = st.sampled_from([None, 2024, 2026])


@given(PHRASES, YEARS, st.none() | DAYS)
@settings(max_examples=400, deadline=None)
@example(":年内中旬每半年", 2026, None)
def test_any_phrase_has_one_reading_whose_notation_is_grammar(phrase: str, year: int | None, issued_on: date | None) -> None:
    read, findings = deadline_text.read(phrase, year=year, issued_on=issued_on)

    assert parse_notation(read.notation).notation == read.notation
    assert all(parse_notation(other.notation).notation == other.notation for other in read.other_readings)
    assert read.reason.endswith("。")
    assert all(finding.message.strip() for finding in findings)
    assert (read, findings) == deadline_text.read(phrase, year=year, issued_on=issued_on)


@given(PHRASES, YEARS, st.none() | DAYS)
@settings(max_examples=200, deadline=None)
def test_any_sentence_is_searched_for_a_time(sentence: str, year: int | None, issued_on: date | None) -> None:
    found = deadline_text.find(sentence, year=year, issued_on=issued_on)

    assert parse_notation(found.notation).notation == found.notation
    assert found == deadline_text.find(sentence, year=year, issued_on=issued_on)


@given(PHRASES)
@settings(max_examples=300, deadline=None)
def test_any_phrase_names_units_that_have_names(phrase: str) -> None:
    reading = unit_text.read(phrase)

    assert all(mention.unit.strip() for mention in reading.assignments)
    assert {mention.role for mention in reading.assignments} <= {"lead", "support", "responsible"}
    assert len({(mention.unit, mention.role) for mention in reading.assignments}) == len(reading.assignments)
    assert reading == unit_text.read(phrase)


LATER = st.dates(date(2026, 1, 1), date(2030, 12, 31))
RHYTHMS = ("P1W", "P1M", "P3M", "P6M", "P1Y")
FIXED = LATER.map(Fixed)
READINGS: st.SearchStrategy[Reading] = st.one_of(
    FIXED,
    st.lists(LATER, min_size=2, max_size=4, unique=True).map(lambda days: Staged(tuple(Fixed(day) for day in sorted(days)))),
    st.tuples(LATER, st.integers(1, 700)).map(lambda pair: Ranged(pair[0], pair[0] + timedelta(days=pair[1]))),
    st.sampled_from(RHYTHMS).map(Recurring),
    st.sampled_from(["mon", "thu", "fri"]).map(lambda day: Recurring("P1W", day)),
    st.integers(1, 28).map(lambda day: Recurring("P1M", str(day))),
    st.tuples(st.integers(1, 90), st.sampled_from(["workdays", "days", "months"])).map(lambda pair: EventRelative(pair[0], pair[1], "印发")),  # type: ignore[arg-type]
    st.just(Standing()),
)


@given(READINGS)
@settings(max_examples=300, deadline=None)
def test_a_deadline_in_the_words_of_the_pages_is_read_back(reading: Reading) -> None:
    read, _ = deadline_text.read(reading_words.words(reading), year=2026, issued_on=None)

    assert read.notation == reading.notation
    assert parse_notation(reading.notation).notation == reading.notation


PLACES = st.sampled_from(["市", "省", "县"])
BODIES = st.sampled_from(["司法局", "财政局", "教育局", "卫生健康委", "人力资源社会保障局", "市场监管局", "行政审批局", "民政局"])
NAMES = st.lists(st.tuples(PLACES, BODIES).map("".join), min_size=1, max_size=5, unique=True)


@given(NAMES, NAMES)
@settings(max_examples=200, deadline=None)
def test_units_printed_with_their_roles_are_read_back(lead: list[str], support: list[str]) -> None:
    support = [name for name in support if name not in lead]
    phrase = f"牵头单位：{'、'.join(lead)}" + (f"；配合单位：{'、'.join(support)}" if support else "")

    read = [(mention.unit, mention.role) for mention in unit_text.read(phrase).assignments]

    assert read == [*((name, "lead") for name in lead), *((name, "support") for name in support)]


CELLS = st.sampled_from([
    "", CLEAN, MARK, UPDATE, DESK, "市司法局", "市财政局、市教育局", "11月底前", "长期推进", "<b>&amp;</b>", "a b", "甲\n乙", "100%", "=1+1", "'引", "〔2026〕",
    "𠮷", "1.", "（一）",
])
TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=2, max_size=6),
).filter(lambda rows: any(row[-1] for row in rows) and any(rows[-1]) and any(row[0] for row in rows))


def _page(rows: list[list[str]]) -> bytes:
    def cell(text: str) -> str:
        return "<td>" + html_text.escape(text).replace("\n", "<br>") + "</td>"

    written = "".join(f"<tr>{''.join(map(cell, row))}</tr>" for row in rows)
    return f"<html><body><table>{written}</table></body></html>".encode()


def _old_workbook(rows: list[list[str]]) -> bytes:
    filled = ((row, column, text) for row, texts in enumerate(rows) for column, text in enumerate(texts) if text)
    return old_book(b"".join(label(row, column, text) for row, column, text in filled))


def _workbook(rows: list[list[str]]) -> bytes:
    return sheet_file([[f"'{text}" if text.startswith("=") else text or None for text in row] for row in rows])


def _matrix(document: SourceDocument) -> list[list[str]]:
    [grid] = [block for block in document.blocks if isinstance(block, Grid)]
    return [[cell.span.of(document.text) if cell else "" for cell in row] for row in grid.rows()]


FORMATS = [
    pytest.param(_workbook, xlsx.read, id="xlsx"),
    pytest.param(_old_workbook, xls.read, id="xls"),
    pytest.param(lambda rows: word_file([], rows), docx.read, id="docx"),
    pytest.param(_page, html.read, id="html"),
]


@pytest.mark.parametrize(("write", "read"), FORMATS)
@given(rows=TABLES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_table_written_to_a_file_is_read_back_cell_by_cell(
    write: Callable[[list[list[str]]], bytes], read: Callable[[bytes, str], SourceDocument], rows: list[list[str]],
) -> None:
    assert _matrix(read(write(rows), "x")) == rows

"""Labelled fields of a passage: where a label counts, where its answer ends, and who stands beside the units."""

from __future__ import annotations

import pytest

from importers.label_fields import fields_in
from importers.label_lines import fields_at_end
from importers.labels import unit_phrases
from importers.people import people_apart
from importers.records import is_record, requirement_in
from importers.source import Span


@pytest.mark.parametrize(("text", "fields"), [
    pytest.param("配合：市财政局。各单位要认真做好公开工作。", ["units"], id="names up to the end of the sentence"),
    pytest.param("配合：市财政局 责任人：周某负责联系协调各项工作", ["units", "person"], id="names up to the next label"),
    pytest.param("配合：及时报送材料。", [], id="no names"),
    pytest.param("配合单位：及时报送材料。", ["units"], id="a whole label"),
])
def test_a_short_label_counts_before_names_of_units_only(text: str, fields: list[str]) -> None:
    assert [field for field, _, _ in fields_in(text, 0, len(text))] == fields


@pytest.mark.parametrize(("text", "phrases"), [
    pytest.param("完善目录。\n①责任单位：市司法局", ["①责任单位：市司法局"], id="the number of a label belongs to it"),
    pytest.param("责任单位：市司法局\n工作要求：按时报送\n完成时限：6月底前", ["责任单位：市司法局"], id="a requirement parts two records"),
    pytest.param("完善目录。责任单位：市司法局\u3000\u3000各单位要抓好落实。", ["责任单位：市司法局"], id="an indent begins a paragraph"),
    pytest.param("责任单位：市司法局\n市财政局\n开展目录编制工作", ["责任单位：市司法局"], id="a name before a sentence may be a heading"),
    pytest.param("责任单位：市司法局、\n市财政局\n开展目录编制工作", ["责任单位：市司法局、\n市财政局"], id="a list mark goes on"),
    pytest.param("责任单位：\n市司法局\n市财政局\n开展目录编制工作", ["责任单位：\n市司法局\n市财政局"], id="a list below its label"),
    pytest.param("（责任单位市司法局\n责任单位市财政局）", ["（责任单位市司法局\n责任单位市财政局）"], id="a label in a bracket is read once"),
])
def test_a_phrase_of_units_ends_where_its_lines_do(text: str, phrases: list[str]) -> None:
    assert [phrase.span.of(text) for phrase in unit_phrases(text, 0, len(text))] == phrases


@pytest.mark.parametrize(("text", "said"), [
    pytest.param("（完善目录。\n完成时限：6月底前", ["6月底前"], id="a bracket that nobody closed ends with its line"),
    pytest.param("推进公开，完成时限：6月底前", [], id="a label inside a sentence"),
    pytest.param("完善目录。\n工作要求：按时报送\n完成时限：6月底前", ["6月底前"], id="what stands above a requirement is none of it"),
    pytest.param("完善目录（完成时限：6月底前，逾期通报）", [], id="a label inside a bracket"),
])
def test_the_labelled_lines_at_the_end_begin_their_lines(text: str, said: list[str]) -> None:
    assert [content.of(text) for _, _, content in fields_at_end(text, 0, len(text))] == said


@pytest.mark.parametrize(("cell", "people"), [
    pytest.param("市司法局（周某）、市财政局　李某", ["（周某）", "　李某"], id="one beside each"),
    pytest.param("市司法局（法制处）、市财政局", [], id="an office of the unit"),
])
def test_people_beside_units_are_no_units(cell: str, people: list[str]) -> None:
    units, found = people_apart(cell, Span(0, len(cell)))

    assert [span.of(cell) for span in found] == people
    assert not any(name in span.of(cell) for span in units for name in ("周某", "李某"))


def test_the_number_of_the_next_label_is_no_part_of_a_remedy() -> None:
    text = "1.存在问题：目录不全。\n2.整改措施：补齐目录。\n3.责任单位：市司法局"
    found = requirement_in(text, 0, len(text))

    assert found is not None
    assert found.of(text) == "补齐目录。"


@pytest.mark.parametrize(("lines", "record"), [
    (["存在问题：目录不全。", "责任单位：市司法局"], True), (["存在问题：目录不全。", "工作措施：补齐目录。"], False),
    (["牵头单位：市司法局", "完成时限：6月底前"], False), (["存在问题：目录不全。", "补齐目录。", "责任单位：市司法局"], False),
])
def test_numbered_lines_are_one_record_where_they_tell_what_and_who(lines: list[str], record: bool) -> None:
    text = "\n".join(lines)
    starts = [text.index(line) for line in lines]

    assert is_record(text, [Span(start, start + len(line)) for start, line in zip(starts, lines, strict=True)]) == record

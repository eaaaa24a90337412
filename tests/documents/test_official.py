"""The layout that every .docx shares."""

from __future__ import annotations

from io import BytesIO

from docx import Document

from tests.factories import NOW
from tracker.documents.official import OfficialDocument


def test_a_title_with_what_no_xml_may_hold_opens_without_it() -> None:
    paper = Document(BytesIO(OfficialDocument("9月\x0b例会\x00纪要\x1f", made_at=NOW).to_bytes()))

    assert paper.core_properties.title == "9月例会纪要"
    assert paper.paragraphs[0].text == "9月例会纪要"


def test_a_title_longer_than_a_property_may_be_is_printed_whole() -> None:
    title = "工作要点" * 75

    made = Document(BytesIO(OfficialDocument(title, made_at=NOW).to_bytes()))

    assert "".join(each.text for each in made.paragraphs).replace("\n", "") == title
    assert title.startswith(made.core_properties.title)

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

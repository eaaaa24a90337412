"""Automatic numbers, counted and written alike in .doc and .docx; what .docx shows around them."""

from __future__ import annotations

import io
import struct

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from importers.readers import docx as word
from importers.readers.doc_file import LIST_USES, LISTS, WordFile
from importers.readers.doc_lists import Lists
from importers.readers.numbering import Counter, Level

CHINESE = Level("chineseCounting", "%1、", 1)
INNER = Level("decimal", "%2.", 1)


def test_a_deeper_level_begins_anew_under_each_higher_one() -> None:
    counter, levels = Counter(), {0: CHINESE, 1: INNER}

    labels = [counter.label("list", "use", level, levels, {}) for level in (0, 1, 1, 0, 1)]

    assert labels == ["一、", "1.", "2.", "二、", "1."]


def test_uses_of_a_list_count_on_save_where_one_begins_anew() -> None:
    counter, levels = Counter(), {0: CHINESE}

    labels = [
        counter.label("list", use, 0, levels, {0: 1} if use == "anew" else {})
        for use in ("first", "first", "second", "anew", "anew", "first")
    ]

    assert labels == ["一、", "二、", "三、", "一、", "二、", "三、"]


@pytest.mark.parametrize(("style", "value", "written"), [
    ("decimal", 12, "12"), ("chineseCountingThousand", 21, "二十一"), ("decimalEnclosedCircle", 3, "③"),
    ("decimalEnclosedParen", 2, "⑵"), ("upperRoman", 14, "XIV"), ("lowerRoman", 9, "ix"), ("lowerLetter", 3, "c"),
    ("decimalZero", 7, "07"), ("decimalFullWidth", 10, "１０"), ("none", 1, ""),
])
def test_numbers_are_written_as_word_shows_them(style: str, value: int, written: str) -> None:
    assert Counter().label("list", "use", 0, {0: Level(style, "%1", value)}, {}) == written


def _level(style: int, pattern: str, start: int = 1) -> bytes:
    head = struct.pack("<iBB9sB8xBBxx", start, style, 0, bytes(9), 0, 3, 2)
    return head + bytes(5) + struct.pack("<H", len(pattern)) + pattern.encode("utf-16-le")


def _lists(levels: list[bytes], uses: list[tuple[int, bytes]]) -> Lists:
    """One simple list for each level, named 7, 8 …; uses are (list, its changes)."""
    table = struct.pack("<H", len(levels))
    for index in range(len(levels)):
        table += struct.pack("<ii18sBB", 7 + index, 0, bytes(18), 1, 0)
    size = len(table)
    table += b"".join(levels)
    start = len(table)
    table += struct.pack("<I", len(uses))
    table += b"".join(struct.pack("<iIIBBBB", name, 0, 0, bool(change), 0, 0, 0) for name, change in uses)
    table += b"".join(struct.pack("<I", 0xFFFFFFFF) + change for _, change in uses)
    head = bytearray(1536)
    struct.pack_into("<H", head, 152, 93)
    struct.pack_into("<II", head, 154 + LISTS * 8, 0, size)
    struct.pack_into("<II", head, 154 + LIST_USES * 8, start, len(table) - start)
    return Lists(WordFile(bytes(head), table, b"", 0, 0, 0))


def test_the_lists_of_a_file_tell_how_their_numbers_are_written() -> None:
    lists = _lists([_level(37, "（\x00）"), _level(23, "\uf0b7"), _level(0, "第\x00条 ", 5)], [(7, b""), (8, b""), (9, b"")])

    assert [lists.label(use, 0) for use in (1, 1, 2, 3, 3)] == ["（一）", "（二）", "", "第5条 ", "第6条 "]


def test_a_use_may_begin_its_list_anew_or_write_it_otherwise() -> None:
    anew = struct.pack("<iI", 1, 0x10)
    otherwise = struct.pack("<iI", 1, 0x20) + _level(18, "\x00")
    lists = _lists([_level(0, "\x00.")], [(7, b""), (7, anew), (7, otherwise)])

    assert [lists.label(use, 0) for use in (1, 1, 2, 2, 3)] == ["1.", "2.", "1.", "2.", "③"]


@pytest.mark.parametrize("use", [None, 0, 9, 0xF801])
def test_a_paragraph_in_no_list_has_no_number(use: int | None) -> None:
    assert _lists([_level(0, "\x00.")], [(7, b"")]).label(use, 0) == ""


def test_lists_that_end_early_give_what_they_hold() -> None:
    file = _lists([_level(0, "\x00.")], [(7, b"")])

    assert file.label(1, 8) == ""


_DRAWING = 'xmlns:v="urn:schemas-microsoft-com:vml"'


def _docx(body: str) -> str:
    document = docx.Document()
    for index, node in enumerate(parse_xml(f"<w:body {nsdecls('w')} {_DRAWING}>{body}</w:body>")):
        document.element.body.insert(index, node)
    stream = io.BytesIO()
    document.save(stream)
    return word.read(stream.getvalue(), "x.docx").text


def test_hidden_text_of_a_docx_is_left_out() -> None:
    body = (
        "<w:p><w:r><w:t>公开</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>内部</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>目录</w:t></w:r></w:p>'
    )

    assert _docx(body).strip() == "公开目录"


def test_a_text_box_of_a_docx_does_not_run_into_its_paragraph() -> None:
    box = (
        "<w:r><w:pict><v:rect><v:textbox><w:txbxContent><w:p><w:r><w:t>框中</w:t></w:r></w:p></w:txbxContent>"
        "</v:textbox></v:rect></w:pict></w:r>"
    )

    lines = [line for line in _docx(f"<w:p>{box}<w:r><w:t>正文</w:t></w:r></w:p>").split("\n") if line]

    assert lines == ["框中", "正文"]

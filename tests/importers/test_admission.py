"""The gate before any parser: what it admits, and the sentence with which it refuses."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from importers.readers import admission
from tests.importers.files import package, part_of, sheet_file, text_file, with_part, word_file
from tracker.domain.errors import UnreadableFile

ROWS: list[list[object]] = [["序号", "任务", "责任单位"], [1, "公开目录", "市司法局"]]
SHEET = "xl/worksheets/sheet1.xml"


def _sheet_with(old: bytes, new: bytes) -> bytes:
    data = sheet_file(ROWS)
    content = part_of(data, SHEET)
    assert old in content
    return with_part(data, SHEET, content.replace(old, new, 1))


def _word_with(old: bytes, new: bytes) -> bytes:
    data = word_file(["任务"], [])
    content = part_of(data, "word/document.xml")
    assert old in content
    return with_part(data, "word/document.xml", content.replace(old, new, 1))


def _template(target: bytes) -> bytes:
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    return b'<Relationships><Relationship Id="r1" Type="' + kind + b'" Target="' + target + b'" TargetMode="External"/></Relationships>'


@pytest.mark.parametrize(("data", "kind"), [
    pytest.param(text_file("1.清理文件。"), "txt", id="plain text is text"),
    pytest.param(word_file(["任务"], []), "docx", id="a Word file is told by its parts"),
    pytest.param(sheet_file(ROWS), "xlsx", id="a workbook is told by its parts"),
    pytest.param(b"<html><body><p>1</p></body></html>", "html", id="a page is told by its tags"),
    pytest.param("比例<80%的单位".encode(), "txt", id="a less-than sign makes no page"),
])
def test_content_decides_what_a_file_is(data: bytes, kind: str) -> None:
    assert admission.admit(data) == kind


@pytest.mark.parametrize(("make", "says"), [
    pytest.param(lambda: b"", "空的", id="an empty file"),
    pytest.param(lambda: b" \n\t ", "空的", id="a file of blanks"),
    pytest.param(lambda: b"x" * (admission.MAX_UPLOAD + 1), "20 MB", id="a file above the upload limit"),
    pytest.param(lambda: b"%PDF-1.7 ...", "PDF", id="a PDF"),
    pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, r"另存为 \.docx", id="an old binary file"),
    pytest.param(
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "密码",
        id="an encrypted file",
    ),
    pytest.param(lambda: b"\x89PNG\r\n\x1a\n", "图片", id="a picture"),
    pytest.param(lambda: b"{\\rtf1 }", "RTF", id="an RTF file"),
    pytest.param(lambda: b"Rar!\x1a\x07", "压缩包", id="an archive of another kind"),
    pytest.param(lambda: package({"计划.txt": b"1"}), "压缩包", id="an archive with other files"),
    pytest.param(lambda: package({"ppt/presentation.xml": b"<p/>"}), "演示文稿", id="slides"),
    pytest.param(lambda: sheet_file(ROWS)[:-400], "损坏", id="a truncated download"),
    pytest.param(lambda: with_part(sheet_file(ROWS), "xl/vbaProject.bin", b"x"), "宏", id="macros"),
    pytest.param(lambda: with_part(word_file([], []), "word/embeddings/oleObject1.bin", b"x"), "嵌入", id="embedded objects"),
    pytest.param(lambda: with_part(word_file([], []), "../../etc/passwd.xml", b"<a/>"), "路径", id="a path that climbs out"),
    pytest.param(lambda: with_part(word_file([], []), "word/big.xml", b"<a>" + b" " * 30_000_000), "过大", id="a part of 30 MB"),
    pytest.param(lambda: with_part(word_file([], []), "word/bomb.xml", b"<a>" + b" " * 9_000_000), "压缩比", id="a zip bomb"),
    pytest.param(
        lambda: package({"xl/workbook.xml": b"<a/>", **{f"xl/p{n}.xml": b"" for n in range(2001)}}), "部件过多",
        id="too many parts",
    ),
    pytest.param(
        lambda: _word_with(b"<w:document", b'<!DOCTYPE a [<!ENTITY x "x">]><w:document'), "实体", id="a document type",
    ),
    pytest.param(
        lambda: with_part(
            word_file([], []), "word/_rels/document.xml.rels",
            b'<Relationships><Relationship Id="r1" Type="http://x/attachedTemplate" Target="http://x/" TargetMode="External"/></Relationships>',
        ), "外部", id="a template from outside",
    ),
    *[
        pytest.param(
            lambda target=target: with_part(word_file([], []), "word/_rels/settings.xml.rels", _template(target)), "外部",
            id=f"a template at {target.decode()}",
        )
        for target in (b"https://x/t.dotm", b"file://server/t.dotm", b"file://///server/t.dotm", b"\\\\server\\t.dotm", b"//server/t")
    ],
    pytest.param(
        lambda: with_part(sheet_file(ROWS), "xl/externalLinks/externalLink1.xml", b"<externalLink><ddeLink/></externalLink>"),
        "数据交换", id="a link to a running program",
    ),
    pytest.param(lambda: _sheet_with(b'r="A2"', b'r="A1048576"'), "很远", id="a cell far down"),
    pytest.param(lambda: _sheet_with(b'r="A2"', b'r="XFD2"'), "很远", id="a cell far right"),
    pytest.param(lambda: _sheet_with(b'<row r="2"', b'<row r="999999"'), "两万行", id="a row far down"),
    pytest.param(
        lambda: _sheet_with(b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="A1:IV20000"/></mergeCells>'),
        "合并", id="a merge over a whole sheet",
    ),
    pytest.param(
        lambda: _word_with(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 400 + b"</w:sdt>" * 400), "嵌套", id="deep nesting",
    ),
])
def test_a_file_that_must_not_be_opened_gets_one_sentence(make: Callable[[], bytes], says: str) -> None:
    data = make()

    with pytest.raises(UnreadableFile) as refused:
        admission.admit(data)

    message = refused.value.message
    assert re.search(says, message)
    assert message.endswith("。")
    assert "\n" not in message


@pytest.mark.parametrize("target", [
    pytest.param("file:///D:/模板/公文.dotm".encode(), id="a Windows path"),
    pytest.param(b"Normal.dotm", id="a file beside it"),
])
def test_the_authors_own_template_is_no_reason_to_refuse(target: bytes) -> None:
    assert admission.admit(with_part(word_file(["任务"], []), "word/_rels/settings.xml.rels", _template(target))) == "docx"


def test_an_honest_hyperlink_is_admitted() -> None:
    relations = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        b'Target="http://qingxi.example/" TargetMode="External"/></Relationships>'
    )

    admitted = admission.admit(with_part(word_file(["见网站"], []), "word/_rels/document.xml.rels", relations))

    assert admitted == "docx"

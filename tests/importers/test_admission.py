"""The gate before any parser: what it admits, and the sentence with which it refuses."""

from __future__ import annotations

import contextlib
import re
import struct
import time
from collections.abc import Callable

import pytest

from importers.readers import admission
from importers.readers import package as package_gate
from importers.source import RawCell, SourceBuilder
from tests.importers.compound_files import compound_file
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


def _with_head(at: int, value: int, stream: str) -> bytes:
    """A compound file whose head says something else at one place."""
    data = bytearray(compound_file({stream: b"x"}))
    struct.pack_into("<I", data, at, value)
    return bytes(data)


def _locked() -> bytes:
    data = bytearray(package({"word/document.xml": b"<a/>"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(("data", "kind"), [
    pytest.param(text_file("1.清理文件。"), "txt", id="plain text is text"),
    pytest.param(word_file(["任务"], []), "docx", id="a Word file is told by its parts"),
    pytest.param(sheet_file(ROWS), "xlsx", id="a workbook is told by its parts"),
    pytest.param(b"<html><body><p>1</p></body></html>", "html", id="a page is told by its tags"),
    pytest.param(b"\xef\xbb\xbf\r\n<!-- x --><HTML><Body>1</Body></HTML>", "html", id="a page with a mark and a comment"),
    pytest.param("<html><body>页</body></html>".encode("utf-16"), "html", id="a page in UTF-16"),
    pytest.param(b"<table border=1><tr><td>1</td></tr></table>", "html", id="a workbook that is a table of a page"),
    pytest.param(
        b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n", "html", id="a page as one file",
    ),
    pytest.param("序号\t任务\n1\t核对\n".encode("gb18030"), "txt", id="a workbook that is text"),
    pytest.param(b"\xef\xbb\xbf\r\n{\\rtf1 }", "rtf", id="an RTF file behind a mark and a blank line"),
    pytest.param(b"{\\rtf1 }", "rtf", id="an RTF file"),
    pytest.param(compound_file({"WordDocument": b"x"}), "doc", id="an old Word file by its streams"),
    pytest.param(
        compound_file({"WordDocument": b"x", "ObjectPool/Workbook": b"x"}), "doc", id="a workbook inside an old Word file",
    ),
    pytest.param(compound_file({"Workbook": b"x"}), "xls", id="an old workbook by its streams"),
    pytest.param(compound_file({"Book": b"x"}), "xls", id="a workbook of 1995"),
    pytest.param(b"BMI\xe6\x8c\x87\xe6\x95\xb0", "txt", id="a word that begins like a bitmap"),
    pytest.param("见 https://qingxi.example/ ，1.核对。".encode(), "txt", id="a text with a link"),
    pytest.param(b"%PDF-1.7 ...", "pdf", id="a PDF is told by its mark"),
    pytest.param(b"\xef\xbb\xbf\r\n%PDF-1.7\n1 0 obj", "pdf", id="a PDF may have bytes before its mark"),
    pytest.param("%PDF-是一种文件的开头".encode(), "pdf", id="the mark at the very beginning decides"),
    pytest.param("以%PDF-开头的文件".encode(), "txt", id="a text about PDF is text"),
    pytest.param("比例<80%的单位".encode(), "txt", id="a less-than sign makes no page"),
])
def test_content_decides_what_a_file_is(data: bytes, kind: str) -> None:
    assert admission.admit(data) == kind


@pytest.mark.parametrize(("make", "says"), [
    pytest.param(lambda: b"", "空的", id="an empty file"),
    pytest.param(lambda: b" \n\t ", "空的", id="a file of blanks"),
    pytest.param(lambda: b"x" * (admission.MAX_UPLOAD + 1), "20 MB", id="a file above the upload limit"),
    pytest.param(lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "损坏", id="a compound file of nonsense"),
    pytest.param(lambda: compound_file({"WordDocument": b"x"})[:400], "损坏", id="a compound file cut short"),
    pytest.param(lambda: _with_head(48, 0x7FFFFFFF, "WordDocument"), "损坏", id="a directory beyond the end"),
    pytest.param(lambda: _with_head(44, 9_999_999, "WordDocument"), "损坏", id="more tables of sectors than the file has"),
    pytest.param(lambda: _with_head(30, 0x0020, "WordDocument"), "损坏", id="sectors of an impossible size"),
    pytest.param(lambda: compound_file({"EncryptedPackage": b"x"}), "密码", id="an encrypted file"),
    pytest.param(lambda: compound_file({"PowerPoint Document": b"x"}), "演示文稿", id="old slides"),
    pytest.param(lambda: compound_file({"__properties_version1.0": b"x"}), "邮件", id="a saved mail"),
    pytest.param(lambda: compound_file({"Catalog": b"x"}), "没有认出", id="thumbnails of a folder"),
    pytest.param(
        lambda: compound_file({"WordDocument": b"x", "Macros/VBA": b"x"}), "宏", id="macros in an old Word file",
    ),
    pytest.param(
        lambda: compound_file({"Workbook": b"x", "_VBA_PROJECT_CUR/PROJECT": b"x"}), "宏", id="macros in an old workbook",
    ),
    pytest.param(lambda: b"\x89PNG\r\n\x1a\n", "图片", id="a picture"),
    pytest.param(lambda: b"\xff\xd8\xff\xe0", "OCR", id="a photograph"),
    pytest.param(lambda: b"BM\x36\x10\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28", "图片", id="a bitmap"),
    pytest.param(lambda: b"Rar!\x1a\x07", "压缩包", id="an archive of another kind"),
    pytest.param(lambda: b"7z\xbc\xaf\x27\x1c\x00", "压缩包", id="a 7z archive"),
    pytest.param(lambda: b"MZ\x90\x00\x03", "程序", id="a program"),
    pytest.param(lambda: b"[InternetShortcut]\r\nURL=http://qingxi.example/", "快捷方式", id="a shortcut"),
    pytest.param("要点：https://pan.example/s/abc\n".encode, "链接", id="a link to a document in a cloud"),
    pytest.param(
        lambda: b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "XML",
        id="a Word file as one XML",
    ),
    pytest.param(lambda: package({"OFD.xml": b"<a/>", "Doc_0/Document.xml": b"<a/>"}), "OFD", id="an OFD file"),
    pytest.param(lambda: package({"mimetype": b"x", "content.xml": b"<a/>"}), "WPS", id="an ODF file"),
    pytest.param(lambda: package({"xl/workbook.bin": b"x"}), "xlsb", id="a binary workbook"),
    pytest.param(("字" * (admission.MAX_TEXT // 3 + 1)).encode, "8 MB", id="a text that is no plan"),
    pytest.param(
        lambda: with_part(word_file([], []), "[Content_Types].xml", b'<Types><Override ContentType="a.macroEnabled.main+xml"/></Types>'),
        "宏", id="a file that declares macros",
    ),
    pytest.param(_locked, "密码", id="a locked zip"),
    pytest.param(lambda: with_part(word_file([], []), "word/a.xml:b.xml", b"<a/>"), "路径", id="a second stream behind a name"),
    pytest.param(lambda: with_part(word_file([], []), "WORD/Document.xml", b"<a/>"), "重名", id="two parts of one name"),
    pytest.param(
        lambda: with_part(word_file([], []), "word/a.dat", b'<?xml version="1.0"?><!DOCTYPE a>'), "实体",
        id="a document type in a part that hides its kind",
    ),
    pytest.param(lambda: with_part(word_file([], []), "word/a.xml", "<a/>".encode("utf-16")), "编码", id="a part in UTF-16"),
    pytest.param(
        lambda: with_part(word_file([], []), "word/a.xml", b'<?xml version="1.0" encoding="utf-7"?><a/>'), "编码",
        id="a part in an encoding that hides marks",
    ),
    pytest.param(lambda: _sheet_with(b"</sheetData>", b'<row r="3">' + b"<c><v>1</v></c>" * 300 + b"</row></sheetData>"), "很远",
                 id="cells far right without saying so"),
    pytest.param(lambda: _sheet_with(b"</sheetData>", b"<row/>" * 20_001 + b"</sheetData>"), "两万行", id="rows without numbers"),
    pytest.param(
        lambda: _sheet_with(b"</sheetData>", b"<x-y:row/>" * 20_001 + b"</sheetData>"), "两万行", id="rows under a prefix",
    ),
    pytest.param(
        lambda: _sheet_with(b"</sheetData>", b'</sheetData><x:mergeCells><x:mergeCell ref="A1:Z19999"/></x:mergeCells>'), "合并",
        id="a merged area under a prefix",
    ),
    pytest.param(
        lambda: _sheet_with(b"</sheetData>", b'<row r="3">' + b"".join(b'<c r="A3"><v>%d</v></c>' % n for n in range(400_000)) + b"</row></sheetData>"),
        "过大", id="too many cells",
    ),
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


def test_a_table_that_claims_more_places_than_the_gate_admits_is_refused() -> None:
    builder = SourceBuilder()
    cells = [RawCell("任务", 0, 0, 1_000_000, 1), RawCell("单位", 0, 1, 1, 1_000)]

    with pytest.raises(UnreadableFile, match="表格过大"):
        builder.add_grid(cells)


def test_a_cell_outside_its_table_is_a_slip_of_the_reader() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        SourceBuilder().add_grid([RawCell("任务", -1, 0)])


@pytest.mark.parametrize(("part", "unit"), [
    pytest.param("word/_rels/document.xml.rels", b"<Relationship a='b ", id="relations that never end"),
    pytest.param("word/a.xml", b"<a b='c ", id="tags that never end"),
    pytest.param("word/a.xml", b"</a ", id="ends without a beginning"),
    pytest.param("xl/worksheets/sheet1.xml", b"<sheetData><row a ", id="rows that never end"),
    pytest.param("xl/worksheets/sheet1.xml", b"<sheetData><mergeCell a ", id="merges that never end"),
])
def test_twice_the_hostile_part_costs_the_gate_no_more_than_three_times_the_work(part: str, unit: bytes) -> None:
    def work(times: int) -> float:
        body = b"".join(unit + str(number).encode() for number in range(times))
        data = package({"xl/workbook.xml" if part.startswith("xl") else "word/document.xml": b"<a/>", part: body})
        spent = []
        for _ in range(3):
            started = time.process_time()
            with contextlib.suppress(UnreadableFile):
                admission.admit(data)
            spent.append(time.process_time() - started)
        return min(spent)

    assert work(60_000) <= 3 * work(30_000) + 0.01


def _many_parts(count: int) -> bytes:
    return package({"xl/workbook.xml": b"<a/>"} | {f"xl/{'x' * 60}{place}.xml": b"" for place in range(count)})


@pytest.mark.parametrize(
    ("data", "listed"),
    [
        pytest.param(sheet_file(ROWS), True, id="a workbook"),
        pytest.param(sheet_file(ROWS)[:-2] + b"\x02\x00ab", True, id="a workbook with a comment behind it"),
        pytest.param(_many_parts(1_900), True, id="as many parts as an honest package can have"),
        pytest.param(_many_parts(12_000), False, id="so many that listing them takes its time"),
        pytest.param(sheet_file(ROWS)[:-22] + b"PK\x06\x07" + bytes(16) + sheet_file(ROWS)[-22:], False, id="a large zip"),
        pytest.param(b"PK\x03\x04 and no end", False, id="no zip"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_the_server_lists_a_zip_only_where_that_takes_no_time(data: bytes, *, listed: bool) -> None:
    assert package_gate.is_soon_listed(data) == listed

"""Which files are taken as evidence."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain import evidence
from tracker.domain.evidence import NotEvidence, admit, tidy_name


def package(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("data", "filename", "kind"),
    [
        pytest.param(b"%PDF-1.7 ...", "方案.PDF", "pdf", id="a PDF, its ending in capitals"),
        pytest.param(b"\x89PNG\r\n\x1a\n...", "截图.png", "png", id="a picture"),
        pytest.param(b"\xff\xd8\xff\xe0...", "现场.jpeg", "jpg", id="two endings of one kind"),
        pytest.param(DOCX, "总结.docx", "docx", id="a document of Word"),
        pytest.param(package("[Content_Types].xml", "xl/workbook.xml"), "表.xlsx", "xlsx", id="a workbook"),
        pytest.param(package("OFD.xml", "Doc_0/Document.xml"), "文件.ofd", "ofd", id="an OFD"),
        pytest.param(COMPOUND, "旧文件.wps", "wps", id="a document of WPS"),
    ],
)
def test_what_an_office_hands_in_is_taken(data: bytes, filename: str, kind: str) -> None:
    assert admit(data, filename) == kind


@pytest.mark.parametrize(
    ("data", "filename", "words"),
    [
        pytest.param(b"", "空.pdf", "是空的", id="nothing in it"),
        pytest.param(b"%PDF-" + b"x" * evidence.MOST_BYTES, "大.pdf", "超过 10 MB", id="too large"),
        pytest.param(b"<html><script>alert(1)</script>", "页.html", "收不了", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", "收不了", id="a picture that can run"),
        pytest.param(b"MZ\x90\x00", "程序.exe", "收不了", id="a program"),
        pytest.param(b"<html>", "方案.pdf", "收不了", id="a page with another name"),
        pytest.param(b"%PDF-1.7", "方案.docx", "内容却是“.pdf”", id="a name that misleads"),
        pytest.param(b"%PDF-1.7", "方案", "没有后缀", id="no ending"),
        pytest.param(COMPOUND, "安装.msi", "收不了", id="an installer has the container of old documents"),
        pytest.param(package("a.txt"), "打包.zip", "收不了", id="an archive"),
        pytest.param(package("a.txt"), "打包.docx", "收不了", id="an archive with another name"),
        pytest.param(
            package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "宏.docx", "带有宏", id="macros"
        ),
        pytest.param(DOCX[:60], "断.docx", "已损坏", id="cut off"),
    ],
)
def test_what_is_not_taken_is_told_with_what_to_do(data: bytes, filename: str, words: str) -> None:
    with pytest.raises(NotEvidence, match=words):
        admit(data, filename)


@given(st.binary(max_size=400), st.sampled_from(["pdf", "docx", "doc", "png", "exe", ""]))
def test_any_bytes_are_taken_or_refused_with_a_sentence(data: bytes, ending: str) -> None:
    said = "已收下。"
    try:
        admit(data, f"文件.{ending}")
    except NotEvidence as error:
        said = error.message

    assert said.endswith("。")


@pytest.mark.parametrize(
    ("filename", "kept"),
    [
        ("方案.pdf", "方案.pdf"),
        ("C:\\公开\\方案.pdf", "方案.pdf"),
        ("../../方案.pdf", "方案.pdf"),
        ('方<案>"?.pdf', "方案.pdf"),
        ("长" * 200 + ".pdf", "长" * 120 + ".pdf"),
        ("\u202efdp.exe", "fdp.exe"),
    ],
)
def test_a_name_is_kept_without_what_leads_elsewhere(filename: str, kept: str) -> None:
    assert tidy_name(filename) == kept

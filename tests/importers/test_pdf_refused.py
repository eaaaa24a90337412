"""PDF files that cannot be read, and those that could do harm: one kind sentence, or a finding that warns."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest

from importers.readers import pdf
from importers.reading import read_bytes, read_safely
from tests.importers.files import CLEAN, MARK, UPDATE
from tests.importers.pdf_files import at, file_of, pdf_file, stream
from tracker.domain.errors import UnreadableFile

PLAIN = pdf_file([at(60, 100, f"一、{CLEAN}"), at(60, 130, f"二、{MARK}")])
_PICTURE = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def _pages(body: bytes, **more: bytes) -> bytes:
    return file_of({1: _CATALOGUE, 2: body, **{int(name[1:]): each for name, each in more.items()}})


def _page_of(content: bytes) -> bytes:
    return _pages(
        b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>", _6=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 7 0 R >>",
        _7=content,
    )


def _many_pages() -> bytes:
    return _pages(b"<< /Type /Pages /Kids [" + b"6 0 R " * 10_000 + b"] /Count 10000 >>", _6=b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>")


def _unmapped() -> bytes:
    """Type whose characters are numbers of shapes and nothing else, as some programs embed it."""
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Shapes /Encoding /Identity-H /DescendantFonts [4 0 R] >>",
        (b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Shapes /DW 1000 "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 5 0 R >>"),
        (b"<< /Type /FontDescriptor /FontName /ABCDEF+Shapes /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 880 /Descent -120 "
        b"/CapHeight 880 /StemV 80 >>"),
    )
    return pdf_file([at(60, 100 + 20 * n, "".join(chr(0x0123 + 37 * n + k) for k in range(30))) for n in range(10)], font=font)


@pytest.mark.parametrize(("make", "says"), [
    pytest.param(lambda: b"%PDF-1.7\n", "损坏", id="nothing after the header"),
    pytest.param(lambda: PLAIN[: len(PLAIN) // 2], "损坏", id="half a download"),
    pytest.param(lambda: b"%PDF-1.7\n" + bytes(range(256)) * 400, "损坏", id="noise"),
    pytest.param(lambda: pdf_file([_PICTURE], [_PICTURE, at(280, 800, "— 2 —")]), "扫描件", id="a scanned document"),
    pytest.param(lambda: pdf_file([], []), "没有文字", id="empty pages"),
    pytest.param(_unmapped, "乱码", id="type without characters"),
    pytest.param(lambda: pdf_file([at(60, 100, "7KH %XUHDX RI -XVWLFH VKDOO XSGDWH WKH URVWHU")]), "乱码", id="letters that are no words"),
    pytest.param(lambda: pdf_file([at(60, 100 + 20 * n, "".join(chr(0x4E00 + 479 * (n * 30 + k) % 20000) for k in range(30))) for n in range(5)]), "乱码",
                 id="characters at random"),
    pytest.param(lambda: pdf_file(
        [at(60, 100, CLEAN)],
        trailer=b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> /P -4 >> /ID [<00> <00>]",
    ), "密码", id="a password"),
    pytest.param(_many_pages, "500 页", id="ten thousand pages"),
    pytest.param(lambda: _pages(b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"), "损坏", id="pages inside themselves"),
    pytest.param(lambda: _pages(b"<< /Type /Pages /Kids [] /Count 100000000 >>"), "", id="a false number of pages"),
    pytest.param(lambda: _pages(b"<< /Type /Pages /Kids [] /Count -1 >>"), "损坏", id="less than no page"),
    pytest.param(
        lambda: _page_of(stream(zlib.compress(b"0 0 m " + b"9 9 l " * 4_000_000 + b"S"), b"/Filter /FlateDecode")), "过多", id="a path without end",
    ),
    pytest.param(lambda: _page_of(stream(b"[" * 100_000)), "没有文字", id="brackets without end"),
])
def test_what_cannot_be_read_is_refused_with_one_sentence(make: Callable[[], bytes], says: str) -> None:
    data = make()

    with pytest.raises(UnreadableFile) as refused:
        read_bytes(data, "扫描.pdf")

    assert says in refused.value.message
    assert refused.value.message.endswith("。")


@pytest.mark.parametrize("content", [
    pytest.param(stream(zlib.compress(zlib.compress(b" " * (1 << 30), 9), 9), b"/Filter [/FlateDecode /FlateDecode]"), id="a gigabyte of blanks"),
    pytest.param(stream(zlib.compress(b"q " * 5_000_000), b"/Filter /FlateDecode"), id="states without end"),
])
def test_what_fills_the_memory_ends_in_the_child_with_a_sentence(content: bytes) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_safely(_page_of(content), "计划.pdf")

    assert refused.value.message.endswith("。")


@pytest.mark.parametrize("extra", [
    pytest.param(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>", id="a script"),
    pytest.param(b"/OpenAction << /S /Launch /F (calc.exe) >>", id="a program to start"),
    pytest.param(b"/OpenAction << /S /URI /URI (http://example.invalid/) >>", id="an address to call"),
    pytest.param(b"/Names << /EmbeddedFiles << /Names [(a.exe) << /Type /Filespec /F (a.exe) >>] >> >>", id="a file inside"),
])
def test_what_a_file_wants_done_is_not_done(extra: bytes) -> None:
    plan = read_bytes(pdf_file([at(60, 100, f"一、{CLEAN}"), at(60, 130, f"二、{MARK}")], extra=extra), "计划.pdf")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


def test_a_file_whose_table_of_places_is_wrong_is_mended() -> None:
    plan = read_bytes(PLAIN.replace(b"startxref\n", b"startxref\n99"), "计划.pdf")

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]


def test_pages_that_are_pictures_among_others_are_told_by_number() -> None:
    text = [at(60, 100 + 30 * n, f"{'一二三四五'[n]}、{UPDATE}") for n in range(5)]

    document = pdf.read(pdf_file(text, [_PICTURE], text), "计划.pdf")

    assert [(finding.code, finding.message[:8]) for finding in document.findings] == [("pages-without-text", "第2页是图片，没")]


def test_text_laid_unseen_over_a_scan_is_read_with_a_warning() -> None:
    page = [_PICTURE, "3 Tr", *[at(60, 100 + 30 * n, f"{'一二三四五'[n]}、{UPDATE}") for n in range(5)]]

    document = pdf.read(pdf_file(page), "计划.pdf")

    assert [finding.code for finding in document.findings] == ["text-recognised"]


def test_single_characters_without_meaning_are_shown_and_told() -> None:
    document = pdf.read(pdf_file([at(60, 100, f"一、{CLEAN}\ue123"), at(60, 130, f"二、{MARK}")]), "计划.pdf")

    assert "�" in document.text
    assert [finding.code for finding in document.findings] == ["encoding-damaged"]


def test_text_printed_over_other_text_is_told() -> None:
    page = [at(60, 100 + 30 * n, f"{'一二三四五'[n]}、{UPDATE}") for n in range(5)]

    document = pdf.read(pdf_file([*page, at(65, 130, MARK)]), "计划.pdf")

    assert [(finding.code, finding.message[:9]) for finding in document.findings] == [("text-tangled", "第1页有文字叠在一")]


def test_a_text_in_english_is_read_and_holds_no_task() -> None:
    plan = read_bytes(pdf_file([at(60, 100, "The Bureau of Justice shall publish the annual list of items.")]), "plan.pdf")

    assert plan.text.startswith("The Bureau of Justice")
    assert (plan.tasks, [finding.code for finding in plan.findings]) == ((), ["no-task-found"])

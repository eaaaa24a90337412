"""Rich Text Format, mostly met as a .doc: code pages, tables, and what is not shown."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from importers.readers import rtf
from importers.reading import read_bytes
from importers.source import Grid, SourceDocument
from tests.importers.test_doc import _damaged, _matrix
from tracker.domain.errors import UnreadableFile

FIXTURES = Path(__file__).parent / "fixtures"
HEAD = (
    r"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fnil\fcharset134 SimSun;}"
    r"{\f2\fnil\fcharset2 Wingdings;}}"
)


def _bytes(text: str) -> str:
    """Chinese as Word writes it in code page 936: lead and trail byte, a trail byte of ASCII as itself."""
    return "".join(
        chr(byte) if byte < 0x80 and chr(byte) not in "\\{}" else f"\\'{byte:02x}" for byte in text.encode("gbk")
    )


def _read(body: str) -> SourceDocument:
    return rtf.read(f"{HEAD}{body}}}".encode("latin-1"), "x.doc")


@pytest.mark.parametrize(("body", "shown"), [
    pytest.param(_bytes("青溪市要点") + r"\par", "青溪市要点", id="code page 936"),
    pytest.param(r"\f1 " + _bytes("丂乗俹") + r"\par", "丂乗俹", id="second bytes that are letters"),
    pytest.param(r"\f0 " + _bytes("青溪") + r"\par", "青溪", id="Chinese under a Western font"),
    pytest.param(r"\uc2\u-26798\'c7\'e0\u28330?? 2023\par", "青溪 2023", id="Unicode with substitutes"),
    pytest.param(r"\uc0\u-10174\u-8265 \par", "𠮷", id="a character of two halves"),
    pytest.param(r"A\ldblquote B\rdblquote\line C\tab D\_E\par", "A“B”\nC\tD-E", id="named characters"),
    pytest.param(r"{\field{\*\fldinst HYPERLINK x}{\fldrslt site}}\par", "site", id="a field shows its result"),
    pytest.param(r"a{\v no}b{\deleted no}c{\*\unknown no}{\info no}{\footnote no}d\par", "abcd", id="what is not shown"),
    pytest.param(r"{\listtext\pard\plain 1.\tab}\pard text\par", "1.text", id="an automatic number"),
    pytest.param(r"{\listtext\f2 \'b7\tab}text\par", "text", id="a bullet"),
    pytest.param(r"a{\pict\bin5 }}{\\x0102}b\par", "ab", id="a picture in bytes"),
    pytest.param(r"{\shp{\*\shpinst{\sp{\sn x}{\sv y}}{\shptxt box\par}}}text\par", "box\ntext", id="a text box"),
    pytest.param(r"one\page two\par three", "onetwo\nthree", id="a page break and a missing end"),
])
def test_text(body: str, shown: str) -> None:
    assert _read(body).text.rstrip("\n") == shown


def test_rows_define_their_borders_and_merges() -> None:
    document = _read(
        r"\trowd\trleft0\clmgf\cellx1000\clmrg\cellx3000\cellx4000\intbl A\cell\cell B\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx3020\cellx4000\intbl C\cell D\line d\cell E\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx3000\cellx4000\intbl\cell F\cell G\cell\row\pard after\par",
    )

    assert _matrix(document) == [["A", "A", "B"], ["C", "D\nd", "E"], ["C", "F", "G"]]
    assert document.text.endswith("after\n")


def test_a_table_in_a_cell_becomes_lines_of_the_cell() -> None:
    row = r"\trowd\cellx1000\cellx2000\pard\intbl %s\cell %s\cell\row"
    inner = (
        r"x\par\pard\intbl\itap2 a\nestcell b\nestcell{\*\nesttableprops\trowd\cellx300\cellx600\nestrow}"
        r"{\nonesttables\par}\pard\intbl y"
    )

    document = _read("".join(row % pair for pair in ((inner, "z"), ("c", "d"), ("e", "f"))))

    assert _matrix(document) == [["x\na\nb\ny", "z"], ["c", "d"], ["e", "f"]]


def test_insertions_and_deletions_are_told() -> None:
    assert [finding.code for finding in _read(r"a{\revised b}\par").findings] == ["tracked-changes"]


def test_the_same_table_in_both_formats_gives_the_same_tasks() -> None:
    of_rtf, of_doc = (read_bytes((FIXTURES / f"分工表.{end}").read_bytes(), "分工表.doc", 2023) for end in ("rtf", "doc"))

    assert of_rtf.tasks == of_doc.tasks
    assert len(of_rtf.tasks) == 3


@pytest.mark.parametrize("body", [
    pytest.param("", id="nothing"),
    pytest.param("{" * 600, id="nested without end"),
    pytest.param(r"{\pict 0102}", id="only a picture"),
])
def test_what_cannot_be_read_is_refused_with_a_sentence(body: str) -> None:
    with pytest.raises(UnreadableFile, match=r"。$"):
        _read(body)


def test_a_damaged_file_is_read_or_refused_and_nothing_else() -> None:
    data = (FIXTURES / "分工表.rtf").read_bytes()
    grids = 0

    for seed in range(30):
        raw = _damaged(data, seed) if seed % 2 else data[:random.Random(seed).randrange(len(data))]
        try:
            grids += any(isinstance(block, Grid) for block in rtf.read(raw, "x.rtf").blocks)
        except UnreadableFile:
            continue

    assert 5 < grids < 30

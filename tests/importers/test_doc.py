"""Word 97–2003 files: text, tables, numbers and what is not shown, as in .docx."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest

from importers.readers import doc, docx
from importers.readers.doc_sprms import sprms
from importers.reading import read_bytes
from importers.source import Grid, Paragraph, SourceDocument
from tests.importers.word_binary import (
    DELETED,
    HIDDEN,
    IN_TABLE,
    INSERTED,
    ROW_END,
    Piece,
    WordBinary,
    character_styles,
    compound,
    nested,
    row,
    sprm,
)
from tracker.domain.errors import UnreadableFile

FIXTURES = Path(__file__).parent / "fixtures"
FIRST_BESIDE, BESIDE = 2, 1
FIRST_ABOVE, ABOVE = 0x60, 0x20


def _read(file: WordBinary) -> SourceDocument:
    return doc.read(file.to_bytes(), "x.doc")


def _matrix(document: SourceDocument) -> list[list[str]]:
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    return [[cell.span.of(document.text) if cell else "" for cell in cells] for cells in grid.rows()]


def _table(*rows: tuple[str, bytes], piece: Piece | None = None) -> WordBinary:
    """Rows written as `甲|乙` with the definition of their end."""
    text = ""
    properties: list[bytes | None] = []
    for cells, definition in rows:
        parts = cells.split("|")
        text += "".join(f"{part}\x07" for part in parts) + "\x07"
        properties += [IN_TABLE] * len(parts) + [ROW_END + definition]
    return WordBinary([piece or Piece(text)], properties)


def test_pieces_of_one_and_of_two_bytes_are_read_in_order() -> None:
    document = _read(WordBinary([Piece("青溪市"), Piece("2023 “Plan”", narrow=True), Piece("要点\r结束\r")]))

    assert document.text == "青溪市2023 “Plan”要点\n结束\n"


def test_a_character_outside_the_basic_plane_is_one() -> None:
    assert _read(WordBinary([Piece("\ud842\udfb7野\r")])).text == "𠮷野\n"


@pytest.mark.parametrize(("written", "shown"), [
    pytest.param("见\x13 HYPERLINK x \x14青溪市网站\x15。\r", "见青溪市网站。", id="a field shows its result"),
    pytest.param("一\x13 A \x13 B \x14内\x15 \x14外\x15二\r", "一外二", id="a field in a field's instruction"),
    pytest.param("一\x13 PAGE \x15二\r", "一二", id="a field without a result"),
    pytest.param("一\x13二\r三\r", "一二\n三", id="a field that never ends hides nothing"),
    pytest.param("牵头\x0b配合\r", "牵头\n配合", id="a line break parts"),
    pytest.param("前页\x0c后页\r", "前页后页", id="a page break parts nothing"),
    pytest.param("一\x1e二\x1f三\x01\x08\x02\x05\r", "一-二三", id="special characters"),
    pytest.param("甲\t乙", "甲\t乙", id="a text without a last mark"),
])
def test_special_characters(written: str, shown: str) -> None:
    assert _read(WordBinary([Piece(written)])).text.rstrip("\n") == shown


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_is_kept_and_told() -> None:
    file = WordBinary([Piece("甲乙丙丁戊\r")], runs=[(1, 2, DELETED), (2, 3, INSERTED), (3, 4, HIDDEN)])

    document = _read(file)

    assert document.text == "甲丙戊\n"
    assert [finding.code for finding in document.findings] == ["tracked-changes"]


def test_text_is_hidden_by_its_style_or_the_one_that_is_based_on_unless_it_says_otherwise() -> None:
    styles = character_styles((None, b""), (None, HIDDEN), (1, b""), (2, sprm(0x083C, b"\x00")))
    runs = [(number - 1, number, sprm(0x4A30, struct.pack("<H", number))) for number in (1, 2, 3)]

    assert _read(WordBinary([Piece("甲乙丙丁\r")], runs=runs, styles=styles)).text == "丙丁\n"


def test_a_deleted_end_of_paragraph_joins_it_with_the_next() -> None:
    assert _read(WordBinary([Piece("每月\r报送\r")], runs=[(2, 3, DELETED)])).text == "每月报送\n"


def test_what_a_fast_saved_file_says_of_a_piece_counts() -> None:
    file = WordBinary([Piece("甲\r"), Piece("乙", modifier=DELETED), Piece("丙\r", modifier=sprm(0x2640, b"\x00"))])

    document = _read(file)

    assert document.text == "甲\n丙\n"
    assert [block.hint for block in document.blocks if isinstance(block, Paragraph)] == ["", "heading"]


def test_rows_with_other_borders_meet_in_the_right_columns() -> None:
    """The first row has two cells, the second three, the last begins late; 40 twips apart is the same border."""
    document = _read(_table(
        ("任务|时限", row([0, 4000, 6000])),
        ("一|清理|6月底前", row([10, 1000, 4040, 6000])),
        ("解读|9月底前", row([1000, 4000, 6000])),
    ))

    assert _matrix(document) == [["任务", "任务", "时限"], ["一", "清理", "6月底前"], ["", "解读", "9月底前"]]


def test_merged_cells_stand_in_every_place_that_they_cover() -> None:
    borders = [0, 1000, 2000, 3000]
    document = _read(_table(
        ("分工表||", row(borders, [FIRST_BESIDE, BESIDE, BESIDE])),
        ("一|清理|6月", row(borders, [FIRST_ABOVE, 0, 0])),
        ("|核对|9月", row(borders, [ABOVE, 0, 0])),
        ("二|解读|长期", row(borders, [0, 0, 0])),
    ))

    assert _matrix(document) == [
        ["分工表"] * 3, ["一", "清理", "6月"], ["一", "核对", "9月"], ["二", "解读", "长期"],
    ]


def test_later_modifiers_merge_cells_of_a_defined_row() -> None:
    borders = row([0, 1000, 2000, 3000])
    document = _read(_table(
        ("表||", borders + sprm(0x5624, b"\x00\x03")),
        ("一|甲|乙", borders + sprm(0xD62B, b"\x02\x00\x03")),
        ("|丙|丁", borders + sprm(0xD62B, b"\x02\x00\x01")),
    ))

    assert _matrix(document) == [["表"] * 3, ["一", "甲", "乙"], ["一", "丙", "丁"]]


def test_a_cell_that_was_made_wider_moves_all_that_stand_behind_it() -> None:
    wider = row([0, 1000, 2000, 3000]) + sprm(0x7623, struct.pack("<BBH", 0, 1, 2000))
    document = _read(_table(("一|甲|乙", wider), ("二|丙|丁", row([0, 2000, 3000, 4000]))))

    assert _matrix(document) == [["一", "甲", "乙"], ["二", "丙", "丁"]]


def test_a_cell_as_narrow_as_a_number_is_a_column_of_its_own() -> None:
    narrow = row([0, 100, 3000])

    assert _matrix(_read(_table(("一|甲", narrow), ("二|乙", narrow)))) == [["一", "甲"], ["二", "乙"]]


def test_a_table_of_pieces_that_does_not_begin_at_the_beginning_is_refused() -> None:
    whole = WordBinary([Piece("甲乙\r"), Piece("丙\r")]).to_bytes()
    positions = struct.pack("<3I", 0, 3, 5)
    assert whole.count(positions) == 1

    with pytest.raises(UnreadableFile, match="已损坏"):
        doc.read(whole.replace(positions, struct.pack("<3I", 1, 3, 5)), "x.doc")


def test_rows_whose_end_says_nothing_stand_as_a_row_alike() -> None:
    document = _read(_table(("甲|乙", row([0, 3000, 4000])), ("丙|丁", b""), ("戊|己|庚", b"")))

    assert _matrix(document) == [["甲", "乙", ""], ["丙", "丁", ""], ["戊", "己", "庚"]]


def test_without_any_properties_two_marks_end_a_row() -> None:
    document = _read(WordBinary([Piece("甲\x07乙\x07\x07丙\x07丁\x07\x07尾\r")], [None] * 7))

    assert _matrix(document) == [["甲", "乙"], ["丙", "丁"]]
    assert document.text.endswith("尾\n")


def test_properties_too_long_for_their_page_are_found_in_the_data_stream() -> None:
    definition = IN_TABLE + sprm(0x2417, b"\x01") + row([0, 1000, 2000])
    file = WordBinary(
        [Piece("甲\x07乙\x07\x07")], [IN_TABLE, IN_TABLE, sprm(0x6646, (4).to_bytes(4, "little"))],
        data=b"\xff" * 4 + len(definition).to_bytes(2, "little") + definition,
    )

    assert _matrix(_read(file)) == [["甲", "乙"]]


def test_a_table_in_a_cell_becomes_lines_of_the_cell() -> None:
    file = WordBinary(
        [Piece("前\r内一\r内二\r\r后\x07旁\x07\x07甲\x07乙\x07\x07丙\x07丁\x07\x07")],
        [
            IN_TABLE, nested(2, cell=True), nested(2, cell=True), nested(2, row=True) + row([0, 500, 900]),
            *[IN_TABLE, IN_TABLE, ROW_END + row([0, 1000, 2000])] * 3,
        ],
    )

    assert _matrix(_read(file)) == [["前\n内一\n内二\n后", "旁"], ["甲", "乙"], ["丙", "丁"]]


def test_a_frame_around_a_table_is_no_table() -> None:
    file = WordBinary(
        [Piece("框内\r甲\r乙\r\r\x07\x07")],
        [
            IN_TABLE, nested(2, cell=True), nested(2, cell=True), nested(2, row=True) + row([0, 500, 900]),
            IN_TABLE, ROW_END + row([0, 1000]),
        ],
    )

    document = _read(file)

    assert [type(block) for block in document.blocks] == [Paragraph, Grid]
    assert _matrix(document) == [["甲", "乙"]]


def test_a_deleted_row_is_left_out() -> None:
    file = _table(*[(cells, row([0, 1000, 2000])) for cells in ("甲|乙", "丙|丁", "戊|己")])
    file.runs = [(5, 10, DELETED)]

    assert _matrix(_read(file)) == [["甲", "乙"], ["戊", "己"]]


def test_a_file_of_an_office_reads_as_its_docx() -> None:
    plan = read_bytes((FIXTURES / "分工表.doc").read_bytes(), "分工表.doc", 2023)

    assert plan.source.format == "doc"
    assert [(task.text[:6], [each.unit for each in task.assignments], task.deadline.notation) for task in plan.tasks] == [
        ("把本级现行有", ["市司法局", "市财政局"], "date:2023-06-30"),
        ("对已废止、失", ["市司法局"], "date:2023-09-30"),
        ("在政务服务大", ["市行政审批局", "市档案馆"], "ongoing"),
    ]


def test_numbers_headings_fields_and_boxes_of_a_file() -> None:
    document = doc.read((FIXTURES / "工作方案.doc").read_bytes(), "工作方案.doc")

    assert [line for line in document.text.split("\n") if line] == [
        "青溪市2023年政务公开工作方案",
        "一、夯实基础",
        "（一）清理文件",
        "1.逐件核对规范性文件。（责任单位：市司法局；完成时限：6月底前）",
        "2.统一编号。（责任单位：市档案馆；完成时限：9月底前）",
        "二、加强解读",
        "（一）同步解读",
        "1.市政府办公室逐月汇总解读情况，登载于青溪市网站。（责任单位：市政府办公室；完成时限：12月底前）",
        "联系电话见封底",
        "青溪市人民政府办公室",
        "2023年3月1日",
    ]
    assert [block.hint for block in document.blocks if isinstance(block, Paragraph)][:2] == ["heading", ""]
    assert [finding.code for finding in document.findings] == ["tracked-changes"]


@pytest.mark.parametrize(("file", "sentence"), [
    pytest.param(WordBinary([Piece("甲\r")], flags=0x0300), "打开密码", id="encrypted"),
    pytest.param(WordBinary([Piece("甲\r")], flags=0x0000), "已损坏", id="its table stream is not there"),
    pytest.param(WordBinary([Piece("甲\r")], body=2_000_000_000), "已损坏", id="more text than bytes"),
    pytest.param(WordBinary([Piece("甲\r")], body=-5), "已损坏", id="less than no text"),
    pytest.param(WordBinary([Piece("\x01\x08\r")]), "没有文字", id="pictures only"),
])
def test_what_cannot_be_read_is_refused_with_a_sentence(file: WordBinary, sentence: str) -> None:
    with pytest.raises(UnreadableFile, match=sentence):
        _read(file)


@pytest.mark.parametrize("streams", [
    pytest.param({"WordDocument": b""}, id="an empty stream"),
    pytest.param({"WordDocument": b"\xec\xa5\xc1\x00" + b"\xff" * 8000, "1Table": b"\xff" * 5000}, id="all ones"),
    pytest.param({"WordDocument": b"\xec\xa5\xc1\x00" + bytes(8000), "0Table": bytes(5000)}, id="all zeros"),
])
def test_streams_of_nonsense_are_refused(streams: dict[str, bytes]) -> None:
    with pytest.raises(UnreadableFile, match=r"。$"):
        doc.read(compound(streams), "x.doc")


def test_properties_that_end_early_are_read_as_far_as_they_go() -> None:
    whole = sprm(0x2640, b"\x01") + sprm(0xC615, b"\xff\x01" + bytes(4) + b"\x01" + bytes(3)) + sprm(0x2416, b"\x01")

    assert [code for code, _ in sprms(whole)] == [0x2640, 0xC615, 0x2416]
    for length in range(len(whole)):
        assert len(list(sprms(whole[:length]))) < 3


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "formats"


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.exists(), reason="the corpus is not beside the project")
def test_a_table_of_a_real_plan_reads_as_its_docx() -> None:
    of_doc = doc.read((CORPUS / "shanwei-table.doc").read_bytes(), "x")
    of_docx = docx.read((CORPUS / "shanwei-table.docx").read_bytes(), "x")

    assert of_doc.text == of_docx.text
    assert of_doc.blocks == of_docx.blocks


def _damaged(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    raw = bytearray(data)
    if seed % 4 == 0:
        return bytes(raw[:chance.randrange(1, len(raw))])
    for _ in range(chance.choice((1, 5, 40))):
        at = chance.randrange(len(raw) - 4) if seed % 4 < 3 else chance.randrange(2600)
        raw[at:at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", bytes(4), chance.randbytes(4)))
    return bytes(raw)


@pytest.mark.parametrize("name", ["分工表.doc", "工作方案.doc"])
def test_a_damaged_file_is_read_or_refused_and_nothing_else(name: str) -> None:
    data = (FIXTURES / name).read_bytes()
    refused = 0

    for seed in range(60):
        try:
            assert doc.read(_damaged(data, seed), name).text.strip()
        except UnreadableFile:
            refused += 1

    assert refused > 10

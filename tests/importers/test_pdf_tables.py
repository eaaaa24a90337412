"""Tables in PDF files: cells by lines, rows over pages, columns by blanks."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from importers.readers import pdf
from importers.reading import read_bytes
from importers.source import Grid
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.pdf_files import A3_LANDSCAPE, A4, at, lattice, level, pdf_file, thin

XS = (50.0, 90.0, 330.0, 450.0, 545.0)
HEAD = ("序号", "工作任务", "责任单位", "完成时限")
# 236 points of type of 12 points, 4 points off the line: 19 characters fill a line of the second column.
FULL = "把本级现行有效的规范性文件逐件核对统一编"


def _grid(data: bytes) -> list[list[str]]:
    grids = [block for block in pdf.read(data, "分工表.pdf").blocks if isinstance(block, Grid)]
    assert len(grids) == 1
    return [["" if cell is None else cell.value for cell in row] for row in grids[0].rows()]


@pytest.mark.parametrize("boxes", [pytest.param(False, id="stroked lines"), pytest.param(True, id="thin rectangles")])
def test_a_table_is_read_by_its_lines(boxes: bool) -> None:
    rows = [HEAD, ("1", CLEAN[:15], "县司法局", "2023年6月底前"), ("2", MARK[:15], "县财政局", "长期坚持")]

    data = pdf_file([at(200, 60, "青溪市分工表", 18), *lattice(XS, (100, 130, 160, 190), rows, boxes=boxes)])

    assert _grid(data) == [list(row) for row in rows]


def test_wrapped_lines_of_a_cell_are_joined_and_items_stay_lines() -> None:
    rows = [HEAD, ("1", f"{FULL[:19]}\n号后集中放到专栏。", "县司法局\n县财政局\n县发展和改革\n局", "6月底前")]

    assert _grid(pdf_file(lattice(XS, (100, 130, 230), rows)))[1][1:3] == [
        f"{FULL[:19]}号后集中放到专栏。", "县司法局\n县财政局\n县发展和改革\n局",
    ]


def test_a_unit_that_fills_its_line_is_not_glued_to_the_next_one() -> None:
    xs = (50.0, 90.0, 330.0, 470.0, 565.0)
    rows = [HEAD, ("1", CLEAN[:15], "县人力资源和社会保障局\n县教育局", "6月底前")]

    assert _grid(pdf_file(lattice(xs, (100, 130, 200), rows)))[1][2] == "县人力资源和社会保障局\n县教育局"


def test_a_missing_line_makes_a_merged_cell() -> None:
    rows = [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前"), ("2", MARK[:15], "", "9月底前")]

    grid = _grid(pdf_file(lattice(XS, (100, 130, 160, 190), rows, without=[(2, 2)])))

    assert [row[2] for row in grid] == ["责任单位", "县司法局", "县司法局"]


def test_underlined_words_cut_no_cell() -> None:
    rows = [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前")]

    data = pdf_file([*lattice(XS, (100, 130, 160), rows), thin(94, 147, 150, 147.6)])

    assert len(_grid(data)) == 2


def test_a_table_open_at_its_sides_ends_where_its_level_lines_end() -> None:
    marks = lattice(XS, (100, 130, 160), [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前")])
    outer = {f"{x} Y(100) m {x} Y(160) l S" for x in (XS[0], XS[-1])}

    assert _grid(pdf_file([mark for mark in marks if mark not in outer]))[1] == ["1", CLEAN[:15], "县司法局", "6月底前"]


def test_a_table_goes_on_over_pages_without_its_header_printed_again() -> None:
    first = lattice(XS, (700, 730, 760), [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前")])
    second = lattice(XS, (60, 90, 120), [HEAD, ("2", MARK[:15], "县财政局", "9月底前")])

    grid = _grid(pdf_file([*first, at(290, 800, "— 1 —")], [*second, at(290, 800, "— 2 —")]))

    assert [row[0] for row in grid] == ["序号", "1", "2"]


@pytest.mark.parametrize(("head", "rest", "rows"), [
    pytest.param(("1", FULL[:19], "县司法局", "6月底前"), ("", "号后集中放到专栏。", "", ""), 2, id="a rest without a number"),
    pytest.param(("1", FULL[:10], "县司法局", "6月底前"), ("2", MARK[:15], "县财政局", "9月底前"), 3, id="a row with a number"),
])
def test_a_row_cut_by_the_end_of_the_page_is_one_row(head: tuple[str, ...], rest: tuple[str, ...], rows: int) -> None:
    before = ("0", UPDATE[:15], "县教育局", "3月底前")
    first = lattice(XS, (690, 715, 740, 765), [HEAD, before, head])

    grid = _grid(pdf_file(first, lattice(XS, (60, 90), [rest])))

    assert len(grid) == rows + 1
    assert grid[2][1] == (head[1] + rest[1] if rows == 2 else head[1])


def test_a_cut_row_without_numbers_goes_on_while_its_sentence_is_open() -> None:
    xs = XS[1:]
    first = lattice(xs, (700, 730, 760), [HEAD[1:], (FULL[:19], "县司法局", "6月底前")])

    grid = _grid(pdf_file(first, lattice(xs, (60, 90, 120), [("号后集中放到专栏。", "", ""), (MARK[:15], "县财政局", "9月底前")])))

    assert [row[0] for row in grid] == ["工作任务", f"{FULL[:19]}号后集中放到专栏。", MARK[:15]]


def test_a_merged_cell_reaches_over_the_end_of_the_page() -> None:
    head = ("工作任务", "具体措施", "责任单位")
    xs = (50.0, 150.0, 400.0, 545.0)
    first = lattice(xs, (700, 725, 750, 775), [head, ("一、夯实基础", CLEAN[:15], "县司法局"), ("", DESK[:15], "县财政局")], without=[(2, 0)])
    second = lattice(xs, (60, 90, 120), [("", MARK[:15], "县教育局"), ("", UPDATE[:15], "县司法局")], without=[(1, 0)])

    assert [row[0] for row in _grid(pdf_file(first, second))] == ["工作任务", *["一、夯实基础"] * 4]


def test_another_table_on_the_next_page_stays_another() -> None:
    first = lattice(XS, (700, 730, 760), [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前")])
    second = lattice((50, 300, 545), (60, 90, 120), [("单位", "联系人"), ("县司法局", "某某")])

    document = pdf.read(pdf_file(first, second), "分工表.pdf")

    assert [block.name for block in document.blocks if isinstance(block, Grid)] == ["表1", "表2"]


@pytest.mark.parametrize("page", [pytest.param(False, id="the text alone"), pytest.param(True, id="the page turned back")])
@pytest.mark.parametrize("turned", [1, 2, 3])
def test_a_page_that_was_printed_sideways_is_read_upright(turned: int, page: bool) -> None:
    width, height = A4 if turned == 2 else (A4[1], A4[0])

    def moved(x: float, y: float) -> tuple[float, float]:
        return {1: (y, width - x), 2: (width - x, height - y), 3: (height - y, x)}[turned]

    rows = [("序号", "工作任务", "责任单位"), ("1", "清理规范性文件", "县司法局"), ("2", "补齐公开目录", "县财政局")]
    xs, ys = (60, 110, 300, 420), (100, 140, 180, 220)
    marks = [thin(*_box(moved(xs[0], y), moved(xs[-1], y))) for y in ys]
    marks += [thin(*_box(moved(x, ys[0]), moved(x, ys[-1]))) for x in xs]
    marks += [at(*moved(xs[c] + 4, ys[r] + 20), text, 12, turned) for r, row in enumerate(rows) for c, text in enumerate(row)]

    assert _grid(pdf_file(marks, turn=90 * turned if page else 0)) == [list(row) for row in rows]


def _box(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float, float, float]:
    return (min(one[0], other[0]) - 0.2, min(one[1], other[1]) - 0.2, max(one[0], other[0]) + 0.2, max(one[1], other[1]) + 0.2)


def test_a_wide_page_is_read_like_any_other() -> None:
    rows = [HEAD, ("1", CLEAN[:15], "县司法局", "6月底前")]

    assert _grid(pdf_file(lattice((100, 200, 700, 900, 1100), (100, 130, 160), rows), size=A3_LANDSCAPE)) == [list(row) for row in rows]


def _positions(top: float, rows: Sequence[tuple[str, ...]], step: float = 30) -> list[str]:
    return [
        at(x + 4, top + row * step + line * 16, text)
        for row, cells in enumerate(rows) for x, cell in zip(XS, cells, strict=False) for line, text in enumerate(cell.split("\n")) if text
    ]


@pytest.mark.parametrize("lines", [
    pytest.param((85, 105, 225), id="three lines, as in a journal"),
    pytest.param((85, 105, 145, 185, 225), id="a line under each row"),
])
def test_columns_without_upright_lines_are_told_by_the_blank_between_them(lines: tuple[float, ...]) -> None:
    body = [("1", f"{FULL[:18]}\n号。", "县司法局", "6月底前"), ("2", MARK[:15], "县财政局", "9月底前"), ("3", DESK[:15], "县教育局", "长期坚持")]

    grid = _grid(pdf_file([*[level(y, 50, 545) for y in lines], *_positions(100, [HEAD]), *_positions(120, body, 40)]))

    assert grid[0] == list(HEAD)
    assert [row[0] for row in grid[1:]] == ["1", "2", "3"]
    assert grid[1][1] == f"{FULL[:18]}号。"


def test_rows_without_numbers_are_parted_where_the_distance_is_larger() -> None:
    body = [("夯实\n基础", f"{FULL[:18]}\n号。", "县司法局", "6月底前"), ("解读", MARK[:15], "县财政局", "9月底前"), ("平台\n建设", DESK[:15], "县教育局", "长期坚持")]

    grid = _grid(pdf_file([*[level(y, 50, 545) for y in (85, 105, 245)], *_positions(100, [HEAD]), *_positions(120, body, 44)]))

    assert [row[2] for row in grid] == ["责任单位", "县司法局", "县财政局", "县教育局"]
    assert grid[1][1] == f"{FULL[:18]}号。"


def test_a_header_printed_high_on_every_page_belongs_to_its_table() -> None:
    pages = [
        [*[level(y, 50, 545) for y in (45, 65, 105, 145)], *_positions(60, [HEAD]),
         *_positions(80, [(str(n), FULL[:15], "县司法局", "6月底前"), (str(n + 1), MARK[:15], "县财政局", "9月底前")], 40)]
        for n in (1, 3)
    ]

    assert [row[0] for row in _grid(pdf_file(*pages))] == ["序号", "1", "2", "3", "4"]


def test_text_between_two_lines_is_no_table() -> None:
    data = pdf_file([level(85, 50, 545), level(180, 50, 545), *[at(50, 100 + 20 * n, (FULL * 3)[:41]) for n in range(4)]])

    assert not any(isinstance(block, Grid) for block in pdf.read(data, "正文.pdf").blocks)


def test_each_task_says_page_and_row_of_its_source() -> None:
    first = lattice(XS, (700, 730, 760), [HEAD, ("1", CLEAN[:15] + "。", "县司法局", "2023年6月底前")])
    second = lattice(XS, (60, 90, 120), [HEAD, ("2", MARK[:15] + "。", "县财政局", "2023年9月底前")])

    plan = read_bytes(pdf_file(first, second), "分工表.pdf", 2023)

    assert [(task.source.ref, task.assignments[0].unit, task.deadline.notation) for task in plan.tasks] == [
        ("第1页 表1 第2行第2列", "县司法局", "date:2023-06-30"), ("第2页 表1 第3行第2列", "县财政局", "date:2023-09-30"),
    ]


def test_items_of_a_cell_stay_apart_even_where_their_lines_are_full() -> None:
    first, second = f"1.{FULL[:17]}。", f"2.{MARK[:15]}。"

    assert _grid(pdf_file(lattice(XS, (100, 130, 200), [HEAD, ("1", f"{first}\n{second}", "县司法局", "6月底前")])))[1][1] == f"{first}\n{second}"


def test_a_page_number_close_under_a_table_without_upright_lines_stays_out_of_it() -> None:
    body = [(str(n), FULL[:15], "县司法局", "6月底前") for n in range(1, 4)]
    page = [*[level(y, 50, 545) for y in (645, 665, 785)], *_positions(660, [HEAD]), *_positions(680, body, 40), at(290, 800, "1 / 2")]

    assert [row[0] for row in _grid(pdf_file(page))] == ["序号", "1", "2", "3"]


@pytest.mark.parametrize(("above", "below"), [
    pytest.param((f"1.{CLEAN[:14]}。", "县司法局", "6月底前"), (f"2.{MARK[:14]}。", "", "9月底前"), id="the next item of its text"),
    pytest.param((f"{CLEAN[:14]}。", "县司法局", "6月底前"), (f"{MARK[:14]}。", "县财政局", ""), id="a column empty that none left empty"),
])
def test_a_rest_without_numbers_is_told_by_what_it_lacks_or_counts_on(above: tuple[str, ...], below: tuple[str, ...]) -> None:
    xs, before = XS[1:], [(f"{DESK[:10]}。", "县教育局", "3月底前"), (f"{UPDATE[:10]}。", "县财政局", "4月底前")]
    first = lattice(xs, (640, 670, 700, 730, 760), [HEAD[1:], *before, above])

    assert len(_grid(pdf_file(first, lattice(xs, (60, 90), [below])))) == 4

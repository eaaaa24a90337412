"""Tables in PDF files without any lines: columns below the words of a header, and what is no table."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from importers.readers import pdf
from importers.reading import read_bytes
from importers.source import Grid
from tests.importers.files import CLEAN, DESK, MARK, UPDATE
from tests.importers.pdf_files import at, pdf_file
from tests.importers.plans import brief

XS = (50.0, 90.0, 330.0, 450.0)
HEAD = ("序号", "工作任务", "责任单位", "完成时限")
TASKS = (CLEAN, MARK, UPDATE, DESK)
UNITS = ("县司法局", "县财政局", "县教育局", "县行政审批服务局")
TIMES = ("6月底前", "9月15日前", "10月底前", "12月底前")
ROWS = [(str(number), *row) for number, row in enumerate(zip(TASKS, UNITS, TIMES, strict=True), start=1)]
_WIDTH = 17


def _wrapped(text: str) -> list[str]:
    """The lines of a cell; a mark that begins none hangs at the end of the line before."""
    lines = [""]
    for character in text:
        if len(lines[-1]) >= _WIDTH and character not in ",。、":
            lines.append("")
        lines[-1] += character
    return lines


def _page(
    rows: Sequence[Sequence[str]], top: float = 100, xs: Sequence[float] = XS, apart: float = 0, middle: bool = False,
) -> list[str]:
    """Rows below each other: cells at their top or in their middle, `apart` between two rows."""
    marks: list[str] = []
    for row in rows:
        cells = [_wrapped(text) for text in row]
        height = max(map(len, cells))
        for x, lines in zip(xs, cells, strict=True):
            first = (height - len(lines)) / 2 if middle else 0
            marks += [at(x, top + (first + number) * 18, line) for number, line in enumerate(lines) if line]
        top += height * 18 + apart
    return marks


def _grid(data: bytes) -> list[list[str]]:
    grids = [block for block in pdf.read(data, "分工表.pdf").blocks if isinstance(block, Grid)]
    assert len(grids) == 1
    return [["" if cell is None else cell.value for cell in row] for row in grids[0].rows()]


def _is_text(data: bytes) -> bool:
    return not any(isinstance(block, Grid) for block in pdf.read(data, "分工表.pdf").blocks)


TITLE = at(200, 60, "青溪市分工表", 18)


@pytest.mark.parametrize("apart", [0, 8])
@pytest.mark.parametrize("middle", [pytest.param(False, id="at the top"), pytest.param(True, id="in the middle")])
def test_columns_below_a_header_are_a_table(middle: bool, apart: float) -> None:
    data = pdf_file([TITLE, *_page([HEAD, *ROWS], middle=middle, apart=apart)])

    assert _grid(data) == [list(row) for row in (HEAD, *ROWS)]


@pytest.mark.parametrize("apart", [0, 8])
def test_rows_without_numbers_are_parted_by_their_times(apart: float) -> None:
    data = pdf_file(_page([HEAD[1:], *(row[1:] for row in ROWS)], xs=XS[1:], apart=apart))

    assert _grid(data) == [list(row[1:]) for row in (HEAD, *ROWS)]


def test_three_columns_whose_cells_stand_in_the_middle_are_a_table() -> None:
    rows = [HEAD[1:], *(row[1:] for row in ROWS)]

    assert _grid(pdf_file(_page(rows, xs=XS[1:], middle=True, apart=4))) == [list(row) for row in rows]


def test_numbers_set_to_the_right_do_not_run_into_the_words_beside_them() -> None:
    rows = [[f"{row[0]}{'0' * (number % 2)}", *row[1:]] for number, row in enumerate(ROWS)]
    marks = [mark for number, row in enumerate(rows) for mark in (
        *_page([("", *row[1:])], top=118 + 36 * number), at(87.5 - 6 * len(row[0]), 118 + 36 * number, row[0]))]

    assert _grid(pdf_file([*_page([HEAD]), *marks]))[1:] == rows


def test_each_line_is_a_row_where_each_line_has_its_time() -> None:
    rows = [(task[:12], unit, time) for task, unit, time in zip(TASKS, UNITS, TIMES, strict=True)]

    assert _grid(pdf_file(_page([HEAD[1:], *rows], xs=XS[1:]))) == [list(row) for row in (HEAD[1:], *rows)]


def test_a_header_of_two_lines_and_spread_words_is_one_header() -> None:
    header = [at(50, 100, "序　号"), at(105, 100, "工 作 任 务"), at(330, 91, "责任"), at(330, 109, "单位"),
              at(450, 91, "完成"), at(450, 109, "时限")]
    xs = (50.0, 105.0, 330.0, 450.0)

    grid = _grid(pdf_file([TITLE, *header, *_page(ROWS, top=140, xs=xs)]))

    assert [cell.replace(" ", "").replace("\u3000", "").replace("\n", "") for cell in grid[0]] == list(HEAD)
    assert grid[1:] == [list(row) for row in ROWS]


def test_a_table_goes_on_over_pages_and_its_cut_row_is_one_row() -> None:
    cut, last = ("5", f"同步{CLEAN}", "县财政局", "全年"), ("6", f"同步{MARK}", "县司法局", "全年")
    kept, *rest = _wrapped(cut[1])
    height = sum(len(_wrapped(row[1])) for row in (HEAD, *ROWS))
    first = [*_page([HEAD, *ROWS]), *_page([(cut[0], kept, *cut[2:])], top=100 + 18 * height), at(285, 805, "— 1 —")]
    second = [*_page([("", line, "", "") for line in rest], top=80), *_page([last], top=80 + 18 * len(rest)), at(285, 805, "— 2 —")]

    assert _grid(pdf_file(first, second)) == [list(row) for row in (HEAD, *ROWS, cut, last)]


def test_a_header_printed_again_on_the_next_page_is_no_running_head() -> None:
    second = [(str(number), f"继续{task}", unit, "全年") for number, task, unit in zip("5678", TASKS, UNITS, strict=True)]

    grid = _grid(pdf_file(_page([HEAD, *ROWS], top=70), _page([HEAD, *second], top=70)))

    assert grid == [list(row) for row in (HEAD, *ROWS, *second)]


def test_a_line_across_the_columns_heads_the_rows_below_it() -> None:
    marks = [*_page([HEAD]), at(50, 118, "一、加强规范性文件的公开和管理"), *_page(ROWS[:2], top=136),
             at(50, 200, "二、办好线上线下的公开平台"), *_page(ROWS[2:], top=218)]

    plan = read_bytes(pdf_file([TITLE, *marks]), "分工表.pdf", 2026)

    assert [(task.headings, task.text) for task in plan.tasks] == [
        (("一、加强规范性文件的公开和管理",), CLEAN), (("一、加强规范性文件的公开和管理",), MARK),
        (("二、办好线上线下的公开平台",), UPDATE), (("二、办好线上线下的公开平台",), DESK),
    ]


def test_what_stands_below_the_table_is_none_of_its_rows() -> None:
    rows = [HEAD[1:], *(row[1:] for row in ROWS)]
    below = [at(90, 330, "注：每季度末报送进展。"), at(440, 390, "青溪市政府办公室"), at(450, 410, "2026年3月1日")]

    assert _grid(pdf_file([*_page(rows, xs=XS[1:]), *below])) == [list(row) for row in rows]


def test_tasks_of_such_a_table_have_their_units_and_days() -> None:
    plan = read_bytes(pdf_file([TITLE, *_page([HEAD, *ROWS])]), "分工表.pdf", 2026)

    assert brief(plan) == [
        (task, {"responsible": [unit]}, f"date:2026-{day}")
        for task, unit, day in zip(TASKS, UNITS, ("06-30", "09-15", "10-31", "12-31"), strict=True)
    ]


@pytest.mark.parametrize("rows", [
    pytest.param([(CLEAN[:12], MARK[:12], DESK[:12])] * 6, id="columns of prose without a header"),
    pytest.param([("工作重点", "责任落实", "时间安排"), *[(CLEAN[:12], MARK[:12], DESK[:12])] * 6], id="columns of prose under words of a header"),
    pytest.param([("工作任务", "责任单位", "完成时限"), (CLEAN[:12], "县司法局", "6月底前")], id="one line below a header"),
    pytest.param([("姓名", "单位", "电话"), *[("张青", "县司法局", "12345678")] * 4], id="a list of contacts"),
])
def test_what_only_stands_in_columns_stays_text(rows: list[tuple[str, ...]]) -> None:
    assert _is_text(pdf_file([TITLE, *_page(rows, xs=(50, 230, 410))]))


def test_prose_below_words_of_a_header_stays_text() -> None:
    words = [at(60, 90, "工作任务"), at(260, 90, "责任单位"), at(460, 90, "完成时限")]
    prose = [at(50, 120 + 20 * number, (CLEAN + MARK)[:41]) for number in range(5)]

    assert _is_text(pdf_file([*words, *prose]))

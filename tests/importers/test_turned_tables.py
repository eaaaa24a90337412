"""Tables on their side, and tables inside the cells of others."""

from __future__ import annotations

import io

import docx
import pytest

from importers.reading import read_bytes
from importers.source import Cell, Grid, Span
from importers.transposed import upright
from tests.importers.files import CLEAN, DESK, MARK, UPDATE, sheet_file, word_file
from tests.importers.plans import brief

TURNED = [
    ["工作任务", CLEAN, MARK, DESK],
    ["责任单位", "县司法局", "县财政局", "县行政审批服务局"],
    ["完成时限", "6月底前", "9月底前", "10月底前"],
]
GOLD = [
    (CLEAN, {"responsible": ["县司法局"]}, "date:2026-06-30"), (MARK, {"responsible": ["县财政局"]}, "date:2026-09-30"),
    (DESK, {"responsible": ["县行政审批服务局"]}, "date:2026-10-31"),
]


def _page(rows: list[list[str]]) -> bytes:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<html><head><meta charset='utf-8'></head><body><table>{body}</table></body></html>".encode()


@pytest.mark.parametrize("make", [
    pytest.param(sheet_file, id="a sheet"), pytest.param(lambda rows: word_file([], rows), id="Word"), pytest.param(_page, id="a page"),
])
def test_labels_down_the_first_column_name_the_tasks_of_the_others(make: object) -> None:
    assert callable(make)
    assert brief(read_bytes(make(TURNED), "分工表", 2026)) == GOLD


def test_a_turned_table_may_have_a_title_numbers_headings_and_merged_cells() -> None:
    rows = [
        ["青溪市2026年政务公开分工表", "", ""], ["序号", "1", "2"], ["任务名称", "规范文件管理", "标注失效文件"],
        ["具体措施", CLEAN, MARK], ["牵头单位", "县司法局", "县财政局"], ["配合单位", "县教育局", ""], ["完成时限", "6月底前", "全年"],
        ["备注", "", ""],
    ]

    plan = read_bytes(sheet_file(rows, merges=["A1:C1", "B6:C6"]), "分工表.xlsx", 2026)

    assert plan.title == "青溪市2026年政务公开分工表"
    assert [(task.number, task.headings) for task in plan.tasks] == [("1", ("规范文件管理",)), ("2", ("标注失效文件",))]
    assert brief(plan) == [
        (CLEAN, {"lead": ["县司法局"], "support": ["县教育局"]}, "date:2026-06-30"),
        (MARK, {"lead": ["县财政局"], "support": ["县教育局"]}, "range:2026-01-01/2026-12-31"),
    ]


@pytest.mark.parametrize("rows", [
    pytest.param([list(column) for column in zip(*TURNED, strict=True)], id="labels in the first row"),
    pytest.param([["任务名称", "甲", "完成时限", "6月"], ["任务内容", CLEAN, "", ""], ["责任单位", "县司法局", "配合单位", "县财政局"]], id="a form"),
    pytest.param([["单位", "任务数", "完成数"], ["县司法局", "3", "2"], ["县财政局", "4", "4"]], id="figures"),
    pytest.param([["工作任务", CLEAN], ["责任单位", "县司法局"], ["完成时限", "6月"]], id="one task"),
    pytest.param([*TURNED, *TURNED], id="the same labels again"),
    pytest.param([TURNED[0], ["责任单位", "按要求公开目录", "做好宣传工作", "及时报送材料"], TURNED[2]], id="no units beside their label"),
    pytest.param([TURNED[0], ["责任单位", "县司法局", "", ""], ["备注", "甲", "乙", "丙"]], id="the units of one task only"),
    pytest.param([["工作任务", CLEAN, "", ""], *TURNED[1:]], id="the text of one task only"),
    pytest.param([*TURNED, *([f"备注{number}", "甲", "乙", "丙"] for number in range(18))], id="more lines than a task has labels"),
])
def test_other_grids_stay_as_they_are(rows: list[list[str]]) -> None:
    cells = [Cell(Span(0, len(text)), "", row, column, 1, 1, text) for row, line in enumerate(rows) for column, text in enumerate(line)]
    grid = Grid("表1", tuple(cells), len(rows), len(rows[0]))

    assert upright(grid) == (grid, [])


def test_a_cell_that_reaches_into_an_empty_line_is_no_wider_than_its_label() -> None:
    cells = [Cell(Span(0, len(text)), "", row * 2, column, 1, 1, text) for row, line in enumerate(TURNED) for column, text in enumerate(line)]
    cells[1] = cells[1]._replace(row_span=2)

    turned, _ = upright(Grid("表1", tuple(cells), 5, 4))

    assert [[cell.value if cell else "" for cell in row] for row in turned.rows()] == [list(column) for column in zip(*TURNED, strict=True)]
    assert {cell.column_span for cell in turned.cells} == {1}


def test_tables_inside_the_cells_of_a_word_table_are_read_as_tables() -> None:
    document = docx.Document()
    outer = document.add_table(rows=3, cols=3)
    for column, word in enumerate(("序号", "重点任务", "任务分解")):
        outer.cell(0, column).text = word
    for number, (title, tasks) in enumerate((("政策公开", GOLD[:2]), ("平台建设", GOLD[2:])), start=1):
        outer.cell(number, 0).text, outer.cell(number, 1).text = str(number), title
        inner = outer.cell(number, 2).add_table(rows=len(tasks) + 1, cols=3)
        lines = [("具体措施", "责任单位", "完成时限"), *((text, units["responsible"][0], f"{when[10:12]}月底前") for text, units, when in tasks)]
        for row, line in enumerate(lines):
            for column, word in enumerate(line):
                inner.cell(row, column).text = word
    stream = io.BytesIO()
    document.save(stream)

    plan = read_bytes(stream.getvalue(), "分工表.docx", 2026)

    assert brief(plan) == GOLD
    assert "政策公开" in plan.text


def test_one_table_inside_one_cell_of_many_stays_text_of_its_cell() -> None:
    document = docx.Document()
    rows = [("序号", "工作任务", "责任单位"), ("1", CLEAN, "县司法局"), ("2", MARK, "县财政局"), ("3", DESK, "县教育局"), ("4", UPDATE, "县财政局")]
    table = document.add_table(rows=len(rows), cols=3)
    for row, line in enumerate(rows):
        for column, word in enumerate(line):
            table.cell(row, column).text = word
    inner = table.cell(2, 1).add_table(rows=2, cols=2)
    inner.cell(0, 0).text, inner.cell(0, 1).text, inner.cell(1, 0).text, inner.cell(1, 1).text = "栏目", "篇数", "公报", "12"
    stream = io.BytesIO()
    document.save(stream)

    plan = read_bytes(stream.getvalue(), "分工表.docx", 2026)

    assert [task.number for task in plan.tasks] == ["1", "2", "3", "4"]
    assert "篇数" in plan.tasks[1].text

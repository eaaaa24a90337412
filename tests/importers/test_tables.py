"""Tables: in files as grids, in pasted text as lines; both become the same tasks."""

from __future__ import annotations

import pytest

from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK, UPDATE, sheet_file, word_file
from tests.importers.plans import brief, codes, plan_of, units

HEADER = ["序号", "工作任务", "责任单位", "完成时限"]
EXPECTED = [
    (CLEAN, {"responsible": ["市司法局"]}, "date:2023-11-30"),
    (MARK, {"responsible": ["市财政局", "市商务局"]}, "date:2023-06-30"),
    (UPDATE, {"lead": ["市政府办公室"], "support": ["各部门"]}, "ongoing"),
]
ROWS = [
    ["1", CLEAN, "市司法局", "11月底前"],
    ["2", MARK, "市财政局、市商务局", "6月底前"],
    ["3", UPDATE, "市政府办公室牵头,各部门配合", "长期推进"],
]


def _lines(separator: str, *, edge: str = "") -> str:
    return "\n".join(edge + separator.join(row) + edge for row in [HEADER, *ROWS])


@pytest.mark.parametrize("text", [
    pytest.param(_lines(" | "), id="a row a line with bars"),
    pytest.param(_lines(" | ", edge=" | "), id="bars at both ends"),
    pytest.param(_lines("\t"), id="tabs"),
    pytest.param(_lines(" "), id="single blanks"),
    pytest.param(_lines("   "), id="several blanks"),
    pytest.param("\n".join("\n".join(row) for row in [HEADER, *ROWS]), id="a cell a line"),
    pytest.param("\n\n".join("\n\n".join(row) for row in [HEADER, *ROWS]), id="a cell a line with blank lines"),
    pytest.param("\n|\n".join("\n|\n".join(row) for row in [HEADER, *ROWS]), id="a cell a line with bars between"),
    pytest.param("\n".join(" |\n".join(row) + " |" for row in [HEADER, *ROWS]), id="a cell a line ending in bars"),
    pytest.param(_lines(" | ").replace("序号 ", "序 号 ").replace("工作任务", "工 作 任 务"), id="header words set wide"),
    pytest.param(_lines(" | ").replace(CLEAN, CLEAN[:12] + "\n" + CLEAN[12:]), id="a cell broken over two lines"),
])
def test_a_flattened_table_is_read_back(text: str) -> None:
    plan = plan_of(f"2023年青溪市政务公开工作任务分工表\n{text}\n扫一扫在手机打开当前页\n")

    assert brief(plan) == EXPECTED
    assert [task.number for task in plan.tasks] == ["1", "2", "3"]
    assert any(segment.kind == "table-header" for segment in plan.segments)


def test_a_file_gives_what_its_text_gives() -> None:
    table = [HEADER, *ROWS]

    from_word = read_bytes(word_file(["2023年分工表"], table), "x.docx", 2023)
    from_sheet = read_bytes(sheet_file([["2023年分工表"], *table], ["A1:D1"]), "x.xlsx", 2023)
    cells = "".join("<tr>" + "".join(f"<td>{value}</td>" for value in row) + "</tr>" for row in table)
    from_page = read_bytes(f"<html><body><p>2023年分工表</p><table>{cells}</table></body></html>".encode(), "x.html", 2023)

    for plan in (from_word, from_sheet, from_page):
        assert brief(plan) == EXPECTED
        assert plan.title == "2023年分工表"
    assert from_sheet.tasks[0].source.ref == "表1 B3"


def test_a_merged_first_cell_is_absent_in_the_next_rows() -> None:
    plan = plan_of(
        f"工作要求\n具体任务\n具体要求\n牵头落实单位\n完成时限\n一、夯实基础\n(一)清理\n文件。\n{CLEAN}\n办公室\n11月底前\n{MARK}\n"
        f"局属各单位、机关各科室\n长期推进\n(二)更新目录。\n{UPDATE}\n{DESK}\n办公室、法规科按职能分工落实\n长期推进\n您访问的链接将离开本站\n",
    )

    assert [(task.headings, task.text) for task in plan.tasks] == [
        (("一、夯实基础", "(一)清理文件。"), CLEAN), (("一、夯实基础", "(一)清理文件。"), MARK),
        (("一、夯实基础", "(二)更新目录。"), f"{UPDATE}\n{DESK}"),
    ]
    assert units(plan.tasks[2]) == {"lead": ["办公室", "法规科"]}


def test_cells_that_moved_left_find_their_columns() -> None:
    plan = plan_of(
        f"序号 | 类别 | 工作任务 | 责任单位 | 完成时限\n1 | 夯实基础 | {CLEAN} | 市司法局 | 11月底前\n2 | {MARK} | 市财政局 | 6月底前 | \n",
    )

    assert [(task.headings, units(task), task.deadline.notation) for task in plan.tasks] == [
        (("夯实基础",), {"responsible": ["市司法局"]}, "date:2023-11-30"),
        (("夯实基础",), {"responsible": ["市财政局"]}, "date:2023-06-30"),
    ]


def test_an_empty_cell_means_as_above_and_is_told() -> None:
    plan = plan_of(f"序号 | 工作任务 | 责任单位 | 完成时限\n1 | {CLEAN} | 市司法局 | 11月底前\n2 | {MARK} | | \n")

    assert [units(task) for task in plan.tasks] == [{"responsible": ["市司法局"]}] * 2
    assert plan.tasks[1].assignments[0].inherited
    assert {"units-same-as-above", "deadline-same-as-above"} <= codes(plan)


@pytest.mark.parametrize("nothing", ["—", "——", "/", "／", "-", "无"])
def test_a_cell_that_says_there_is_none_means_none_for_the_rows_below_too(nothing: str) -> None:
    data = sheet_file([
        ["序号", "板块", "工作任务", "责任单位", "完成时限", "完成情况"],
        ["1", "一、主动公开", CLEAN, "市司法局", "11月底前", ""],
        ["2", nothing, MARK, nothing, nothing, "6月底前已完成一半"],
        ["3", "", UPDATE, "", "", ""],
    ])

    plan = read_bytes(data, "清单.xlsx", 2026)

    assert [(task.headings, units(task), task.deadline.notation) for task in plan.tasks] == [
        (("一、主动公开",), {"responsible": ["市司法局"]}, "date:2026-11-30"),
        ((), {}, "none"),
        ((), {}, "none"),
    ]
    assert [task.deadline_text for task in plan.tasks[1:]] == [None, None]
    assert not {"units-same-as-above", "deadline-same-as-above", "unit-doubtful"} & codes(plan)


def test_nobody_who_helps_is_no_question_of_who_leads() -> None:
    data = sheet_file([
        ["任务", "牵头单位", "配合单位"], [CLEAN, "市司法局", "市财政局"], [MARK, "", "/"], [UPDATE, "无", "市商务局"],
    ])

    plan = read_bytes(data, "清单.xlsx", 2026)

    assert [units(task) for task in plan.tasks[1:]] == [{"lead": ["市司法局"]}, {"support": ["市商务局"]}]


def test_an_empty_supporting_cell_is_simply_empty() -> None:
    plan = plan_of(f"序号 | 任务 | 牵头单位 | 配合单位\n1 | {CLEAN} | 市司法局 | 市财政局\n2 | {MARK} | 市商务局 | \n")

    assert units(plan.tasks[1]) == {"lead": ["市商务局"]}


@pytest.mark.parametrize("text", [
    pytest.param(f"序号\n任务\n牵头单位\n配合单位\n完成时间\n1\n{CLEAN}\n市司法局\n市财政局\n11月底前\n2\n{MARK}\n6月中旬\n3\n{UPDATE}\n市商务局\n长期推进\n", id="a cell a line"),
    pytest.param(f"序号 | 任务 | 牵头单位 | 配合单位 | 完成时间\n1 | {CLEAN} | 市司法局 | 市财政局 | 11月底前\n2 | {MARK} | 6月中旬\n3 | {UPDATE} | 市商务局 | | 长期推进\n", id="a row a line"),
])
def test_who_leads_holds_on_from_above_and_who_helps_does_not(text: str) -> None:
    assert brief(plan_of(text)) == [
        (CLEAN, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-11-30"), (MARK, {"lead": ["市司法局"]}, "date:2023-06-20"),
        (UPDATE, {"lead": ["市商务局"]}, "ongoing"),
    ]


def test_units_on_several_lines_of_one_cell_are_several_units() -> None:
    plan = plan_of(f"序号\n工作任务\n责任单位\n完成时限\n1\n{CLEAN}\n市司法局\n市财政局、\n市商务局\n11月底前\n2\n{MARK}\n市信访局\n12月底前\n")

    assert units(plan.tasks[0]) == {"responsible": ["市司法局", "市财政局", "市商务局"]}


def test_a_time_in_the_remarks_is_the_deadline() -> None:
    plan = plan_of(f"序号 | 工作任务 | 责任单位 | 备注\n1 | {CLEAN} | 市司法局 | 11月底前完成\n2 | {MARK} | 市财政局 | \n")

    assert [task.deadline.notation for task in plan.tasks] == ["date:2023-11-30", "none"]


def test_a_row_that_spans_the_table_is_a_heading() -> None:
    plan = plan_of(
        f"序号 | 工作任务 | 责任单位 | 完成时限\n一、夯实基础 | | |\n1 | {CLEAN} | 市司法局 | 11月底前\n二、更新目录\n2 | {MARK} | 市财政局 | 6月底前\n",
    )

    assert [task.headings for task in plan.tasks] == [("一、夯实基础",), ("二、更新目录",)]


def test_a_table_without_anything_between_its_cells_is_left_to_a_person() -> None:
    plan = plan_of(f"任务分解表序号项目名称主要内容牵头单位配合单位1清理文件{CLEAN}司法局各街道")

    assert plan.tasks == ()
    assert "table-run-together" in codes(plan)


def test_merged_cells_of_a_word_table_hold_for_each_row() -> None:
    rows = [["类别", "任务", "牵头单位", "完成时限"], ["一、清理", CLEAN, "市司法局", "11月底前"], ["", MARK, "", "6月底前"]]

    plan = read_bytes(word_file([], rows, [(1, 0, 2, 0), (1, 2, 2, 2)]), "x.docx", 2023)

    assert [(task.headings, units(task)) for task in plan.tasks] == [(("一、清理",), {"lead": ["市司法局"]})] * 2


def test_a_requirement_over_two_unit_rows_is_one_task() -> None:
    rows = [["任务", "责任单位", "完成时限"], [CLEAN, "市司法局", "11月底前"], ["", "市财政局", ""], [MARK, "市商务局", "6月底前"]]

    plan = read_bytes(word_file([], rows, [(1, 0, 2, 0)]), "x.docx", 2023)

    assert [units(task) for task in plan.tasks] == [{"responsible": ["市司法局", "市财政局"]}, {"responsible": ["市商务局"]}]


def test_a_header_of_two_rows_and_a_header_repeated_on_the_next_page() -> None:
    rows = [
        ["序号", "任务", "责任单位", "", "完成时限"], ["", "", "牵头单位", "配合单位", ""], ["1", CLEAN, "市司法局", "市财政局", "11月底前"],
        ["序号", "任务", "牵头单位", "配合单位", "完成时限"], ["2", MARK, "市商务局", "", "6月底前"],
    ]

    plan = read_bytes(word_file([], rows, [(0, 2, 0, 3), (0, 0, 1, 0), (0, 1, 1, 1), (0, 4, 1, 4)]), "x.docx", 2023)

    assert [(task.text, units(task)) for task in plan.tasks] == [
        (CLEAN, {"lead": ["市司法局"], "support": ["市财政局"]}), (MARK, {"lead": ["市商务局"]}),
    ]


def test_units_inside_the_requirement_are_found_where_the_table_has_no_column_for_them() -> None:
    rows = [["序号", "任务", "完成时限"], ["1", f"{CLEAN}(责任单位:市司法局)", "11月底前"], ["2", f"{MARK}(责任单位:市财政局)", "6月底前"]]

    plan = read_bytes(word_file([], rows), "x.docx", 2023)

    assert [(task.text, units(task)) for task in plan.tasks] == [
        (CLEAN, {"responsible": ["市司法局"]}), (MARK, {"responsible": ["市财政局"]}),
    ]


def test_a_table_without_a_header_is_read_by_what_its_columns_hold() -> None:
    rows = [["1", CLEAN, "市司法局", "11月底前"], ["2", MARK, "市财政局", "6月底前"]]

    assert brief(read_bytes(word_file([], rows), "x.docx", 2023)) == [
        (CLEAN, {"responsible": ["市司法局"]}, "date:2023-11-30"), (MARK, {"responsible": ["市财政局"]}, "date:2023-06-30"),
    ]


def test_a_table_of_figures_gives_no_task() -> None:
    rows = [["指标", "单位", "2025年"], ["村级快递网覆盖率", "%", "100"], ["新增冷库库容", "万立方米", "1500"]]

    assert read_bytes(word_file([], rows), "x.docx", 2023).tasks == ()


def test_a_table_that_repeats_the_clauses_of_the_body_is_imported_once() -> None:
    paragraphs = ["一、重点任务", f"1.{CLEAN}(市司法局)", f"2.{MARK}(市财政局)", "附件:任务分工表"]

    plan = read_bytes(word_file(paragraphs, [HEADER, *ROWS]), "x.docx", 2023)

    assert brief(plan) == EXPECTED
    assert "repeated-body" in codes(plan)


def test_the_aim_beside_a_task_is_not_the_task() -> None:
    rows = [["序号", "工作任务", "工作目标", "责任单位", "责任人"], ["1", "更新公开目录", CLEAN, "市司法局", "张某"], ["2", "清理规范性文件", MARK, "市财政局", "李某"]]

    plan = read_bytes(word_file([], rows), "x.docx", 2023)

    assert brief(plan) == [
        ("更新公开目录", {"responsible": ["市司法局"]}, "none"), ("清理规范性文件", {"responsible": ["市财政局"]}, "none"),
    ]


def test_columns_may_stand_in_any_order() -> None:
    rows = [["序号", "完成时限", "责任单位", "任务"], ["1", "11月底前", "市司法局", CLEAN], ["2", "6月底前", "市财政局、市商务局", MARK]]
    text = "\n".join(" | ".join(row) for row in rows)

    for plan in (read_bytes(word_file([], rows), "x.docx", 2023), plan_of(text)):
        assert brief(plan) == EXPECTED[:2]

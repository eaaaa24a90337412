"""Rows of one cell that name units and times for the rows above or below them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK, sheet_file, word_file
from tests.importers.plans import brief, codes

HEAD = ["序号", "重点任务", "具体措施"]
FIRST, SECOND = ["1", "文件管理", CLEAN], ["2", "线下公开", DESK]
GOLD = [
    (CLEAN, {"lead": ["县司法局"], "support": ["县财政局", "县教育局"]}, "date:2026-06-30"),
    (DESK, {"lead": ["县行政审批服务局"], "support": ["县财政局", "县教育局"]}, "date:2026-10-31"),
]


def _bar(lead: str, due: str, joint: str) -> list[str]:
    return [joint.join((f"牵头单位：{lead}", "配合单位：县财政局、县教育局", f"完成时限：{due}")), "", ""]


def _word(rows: Sequence[list[str]]) -> bytes:
    wide = [(index, 0, index, len(row) - 1) for index, row in enumerate(rows) if not any(row[1:])]
    return word_file([], list(rows), wide)


@pytest.mark.parametrize("joint", ["\u3000\u3000", "\n", "；"], ids=["blanks", "lines", "semicolons"])
@pytest.mark.parametrize("above", [False, True], ids=["below its task", "above its task"])
def test_a_bar_gives_its_units_and_its_time_to_the_task_beside_it(above: bool, joint: str) -> None:
    pairs = [(FIRST, _bar("县司法局", "6月底前", joint)), (SECOND, _bar("县行政审批服务局", "10月底前", joint))]
    rows = [HEAD, *(row for task, bar in pairs for row in ((bar, task) if above else (task, bar)))]

    assert brief(read_bytes(_word(rows), "分工表.docx", 2026)) == GOLD


def test_a_bar_of_a_sheet_needs_no_merged_cells() -> None:
    rows = [HEAD, FIRST, _bar("县司法局", "6月底前", " "), SECOND, _bar("县行政审批服务局", "10月底前", " ")]

    assert brief(read_bytes(sheet_file(rows), "分工表.xlsx", 2026)) == GOLD


def test_a_heading_with_units_in_its_bracket_gives_them_to_all_rows_below_it() -> None:
    rows = [
        HEAD, ["一、政策公开（牵头单位：县司法局；完成时限：6月底前）", "", ""], FIRST, ["2", "标注", MARK],
        ["二、平台建设（责任单位：县财政局）", "", ""], ["3", "线下公开", DESK],
    ]

    plan = read_bytes(_word(rows), "分工表.docx", 2026)

    assert brief(plan) == [
        (CLEAN, {"lead": ["县司法局"]}, "date:2026-06-30"), (MARK, {"lead": ["县司法局"]}, "date:2026-06-30"),
        (DESK, {"responsible": ["县财政局"]}, "none"),
    ]
    assert [task.headings[0] for task in plan.tasks] == ["一、政策公开", "一、政策公开", "二、平台建设"]


def test_rows_that_share_a_bar_below_them_have_its_units() -> None:
    rows = [HEAD, FIRST, ["2", "标注", MARK], ["责任单位：县司法局　完成时限：6月底前", "", ""], ["3", "线下公开", DESK], ["责任单位：县财政局", "", ""]]

    assert brief(read_bytes(_word(rows), "分工表.docx", 2026)) == [
        (CLEAN, {"responsible": ["县司法局"]}, "date:2026-06-30"), (MARK, {"responsible": ["县司法局"]}, "date:2026-06-30"),
        (DESK, {"responsible": ["县财政局"]}, "none"),
    ]


def test_a_bar_adds_only_what_its_row_does_not_say() -> None:
    head = ["序号", "工作任务", "牵头单位", "完成时限"]
    rows = [head, ["1", CLEAN, "县司法局", "6月底前"], ["2", DESK, "县财政局", "9月底前"], ["配合单位：县教育局", "", "", ""]]

    plan = read_bytes(_word(rows), "分工表.docx", 2026)

    assert brief(plan) == [
        (CLEAN, {"lead": ["县司法局"]}, "date:2026-06-30"),
        (DESK, {"lead": ["县财政局"], "support": ["县教育局"]}, "date:2026-09-30"),
    ]
    assert "units-same-as-above" not in codes(plan)


def test_a_heading_of_a_lower_level_keeps_the_units_of_the_one_above_it() -> None:
    rows = [
        HEAD, ["一、政策公开（牵头单位：县司法局）", "", ""], ["（一）文件", "", ""], FIRST, ["二、平台建设", "", ""],
        ["责任单位：县财政局", "", ""], SECOND,
    ]

    assert [units for _, units, _ in brief(read_bytes(_word(rows), "分工表.docx", 2026))] == [
        {"lead": ["县司法局"]}, {"responsible": ["县财政局"]},
    ]


def test_each_bar_below_speaks_for_the_rows_since_the_last_one() -> None:
    rows = [
        HEAD, FIRST, ["责任单位：县司法局", "", ""], ["2", "标注", MARK], ["3", "线下公开", DESK],
        ["完成时限：10月底前　责任单位：县财政局", "", ""],
    ]

    assert brief(read_bytes(_word(rows), "分工表.docx", 2026)) == [
        (CLEAN, {"responsible": ["县司法局"]}, "none"), (MARK, {"responsible": ["县财政局"]}, "date:2026-10-31"),
        (DESK, {"responsible": ["县财政局"]}, "date:2026-10-31"),
    ]


def test_a_bar_may_name_units_of_one_role_twice() -> None:
    rows = [HEAD, FIRST, ["责任单位：县司法局　分管领导：周某　责任单位：县财政局", "", ""], SECOND, ["责任单位：县教育局", "", ""]]

    assert [units for _, units, _ in brief(read_bytes(_word(rows), "分工表.docx", 2026))] == [
        {"responsible": ["县司法局", "县财政局"]}, {"responsible": ["县教育局"]},
    ]


def test_a_row_below_a_heading_with_a_time_keeps_its_own() -> None:
    rows = [
        ["序号", "工作任务", "完成时限"], ["一、政策公开（牵头单位：县司法局；完成时限：6月底前）", "", ""], ["1", CLEAN, "4月底前"], ["2", DESK, ""],
    ]

    due = [task.deadline.notation for task in read_bytes(_word(rows), "分工表.docx", 2026).tasks]

    assert due == ["date:2026-04-30", "date:2026-06-30"]

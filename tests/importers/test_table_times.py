"""Times in tables: units that stand in the header, notes that are a time, and notes that only name one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from importers.header_units import completed, unit_of
from importers.looks import says_deadline
from importers.reading import read_bytes
from tests.importers.files import CLEAN, MARK, sheet_file, text_file, word_file

TASKS = (CLEAN, MARK)


def _notations(rows: Sequence[Sequence[str]]) -> list[str]:
    return [task.deadline.notation for task in read_bytes(sheet_file(rows), "分工表.xlsx", 2026).tasks]


@pytest.mark.parametrize(("header", "unit"), [
    ("完成时限（月）", "月"), ("完成 时限(月份)", "月"), ("完成月份", "月"), ("时限（月底前）", "月底前"), ("完成时限（季度）", "季度"),
    ("办理时限【工作日】", "工作日"), ("整改期限（个月）", "个月"),
    ("完成时限", ""), ("完成时限（逾期通报）", ""), ("任务数（个月）", ""), ("启动时间（月）", ""),
])
def test_a_header_of_times_states_its_unit(header: str, unit: str) -> None:
    assert unit_of(["序号", header]) == unit


@pytest.mark.parametrize(("value", "unit", "said"), [
    ("6", "月", "6月"), ("06", "月", "6月"), ("6-9", "月", "6月至9月"), ("4、10", "月", "4月、10月"), ("6", "月底前", "6月底前"),
    ("二", "季度", "第二季度"), ("1—3", "季度", "第一季度至第三季度"), ("20", "工作日", "20个工作日内"), ("3", "个月", "3个月内"),
    ("全年", "月", "全年"), ("10月", "月", "10月"), ("13", "月", "13"), ("6.30", "月", "6.30"), ("5", "季度", "5"), ("6", "", "6"),
])
def test_bare_numbers_get_the_unit_of_their_header(value: str, unit: str, said: str) -> None:
    assert completed(value, unit) == said


def test_numbers_below_a_header_with_a_unit_are_times_in_every_format() -> None:
    rows = [["序号", "工作任务", "责任单位", "完成时限（月）"], ["1", CLEAN, "县司法局", "6"], ["2", MARK, "县财政局", "7-9"]]

    for data in (sheet_file(rows), word_file([], rows), text_file(*("\t".join(row) for row in rows))):
        plan = read_bytes(data, "分工表", 2026)

        assert [(task.deadline_text, task.deadline.notation) for task in plan.tasks] == [
            ("6月", "date:2026-06-30"), ("7月至9月", "range:2026-07-01/2026-09-30"),
        ]


@pytest.mark.parametrize("rows", [
    pytest.param([["工作任务", CLEAN, MARK], ["责任单位", "县司法局", "县财政局"], ["完成时限（月）", "6", "7-9"]], id="a table on its side"),
    pytest.param([["任务内容", CLEAN, "", ""], ["责任单位", "县司法局", "完成时限（月）", "6"],
                  ["任务内容", MARK, "", ""], ["责任单位", "县财政局", "完成时限（月）", "7-9"]], id="a form"),
])
def test_labels_of_times_state_their_unit_as_headers_do(rows: list[list[str]]) -> None:
    assert _notations(rows) == ["date:2026-06-30", "range:2026-07-01/2026-09-30"]


@pytest.mark.parametrize(("note", "says"), [
    ("6月底前完成", True), ("力争2026年12月15日前全面完成整改任务。", True), ("全年", True), ("每季度不少于一次", True), ("长期坚持", True),
    ("2025年6月已启动", False), ("省政府2026年1号文件明确", False), ("全年预算20万元", False), ("上半年已召开部署会", False),
    ("每月5日前报送数据", False), ("近期上级将组织抽查", False), ("2026年新增事项", False),
])
def test_a_note_is_a_deadline_only_where_it_says_nothing_else(note: str, says: bool) -> None:
    assert says_deadline(note) == says


@pytest.mark.parametrize(("notes", "notations"), [
    pytest.param(("6月底前完成", "10月底前"), ["date:2026-06-30", "date:2026-10-31"], id="notes that are times"),
    pytest.param(("2025年6月已启动", "按季度报送进展"), ["none", "none"], id="notes that name times"),
])
def test_a_column_of_notes_is_read_where_no_column_of_times_is(notes: tuple[str, str], notations: list[str]) -> None:
    rows = [["序号", "工作任务", "责任单位", "备注"], *[[str(n), task, "县司法局", note] for n, (task, note) in enumerate(zip(TASKS, notes, strict=True), 1)]]

    assert _notations(rows) == notations


def test_a_note_stands_in_for_an_empty_time_and_for_one_that_points_to_it() -> None:
    head = ["序号", "工作任务", "责任单位", "完成时限", "备注"]

    assert _notations([head, ["1", CLEAN, "县司法局", "6月底前", "全年"], ["2", MARK, "县财政局", "", "10月底前"]]) == [
        "date:2026-06-30", "date:2026-10-31",
    ]
    assert _notations([head, ["1", CLEAN, "县司法局", "见备注", "9月底前"], ["2", MARK, "县财政局", "6月底前", ""]]) == [
        "date:2026-09-30", "date:2026-06-30",
    ]


def test_the_day_on_which_work_begins_is_no_deadline() -> None:
    rows = [["序号", "工作任务", "责任单位", "启动时间"], ["1", CLEAN, "县司法局", "3月5日"], ["2", MARK, "县财政局", "4月"]]

    assert _notations(rows) == ["none", "none"]

"""Flattened tables whose rows tell their own bounds, headers over two lines, columns under other names."""

from __future__ import annotations

import pytest

from importers.headers import role_of
from importers.reading import read_bytes
from tests.importers.files import sheet_file
from tests.importers.plans import brief, plan_of, units

TITLE = "青溪市2023年政务公开重点工作台账"
GUIDE = "修订办事指南并公布流程图"
WINDOW = "开通线上咨询窗口"
REVIEW = "组织两轮案卷评查"


@pytest.mark.parametrize(("header", "role"), [
    ("支持单位", "support"), ("协作处室", "support"), ("协同", "support"), ("主责", "lead"), ("责任股室", "responsible"),
    ("认领单位", "responsible"), ("项次", "number"), ("任务编号", "number"), ("交办时间", "note"), ("整改情况", "note"),
    ("督办单位", "note"), ("考核部门", "note"), ("预计完成时间", "deadline"),
])
def test_columns_are_known_under_other_names(header: str, role: str) -> None:
    assert role_of(header) == role


def test_cells_one_a_line_are_rows_from_number_to_number() -> None:
    lines = [TITLE, "序号", "一级任务", "二级任务", "责任科室", "分管领导", "完成时限",
             "一", "完善指南", GUIDE, "政务服务科", "张青", "6月底前",
             "二", "畅通渠道", WINDOW, "信息科", "李溪", "全年",
             "三", "开展评查", REVIEW, "法规科", "王岸", "6月、11月"]
    assert brief(plan_of("\n\n".join(lines))) == [
        (GUIDE, {"responsible": ["政务服务科"]}, "date:2023-06-30"),
        (WINDOW, {"responsible": ["信息科"]}, "range:2023-01-01/2023-12-31"),
        (REVIEW, {"responsible": ["法规科"]}, "multi:date:2023-06-30|date:2023-11-30"),
    ]


def test_an_empty_last_cell_that_left_no_line_moves_nothing() -> None:
    lines = [TITLE, "序号", "督查事项", "交办时间", "办理要求", "承办单位", "办结时限", "办理情况",
             "1", "指南不全", "2023年2月3日", GUIDE, "市司法局", "会后3个工作日内",
             "2", "渠道不畅", "2023年2月10日", WINDOW, "市数据局", "任务下达后一周内",
             "青溪市人民政府办公室", "2023年2月12日"]
    plan = plan_of("\n\n".join(lines))
    assert brief(plan) == [
        (GUIDE, {"responsible": ["市司法局"]}, "relative:3 workdays after 会议"),
        (WINDOW, {"responsible": ["市数据局"]}, "relative:7 days after 任务下达"),
    ]
    assert plan.issued_on == "2023-02-12"


def test_a_heading_between_numbered_rows_heads_the_rows_below() -> None:
    lines = [TITLE, "序号", "工作任务", "责任单位", "备注", "1", GUIDE, "市司法局", "3月底前", "二、优化服务",
             "2", WINDOW, "市数据局", "每半年一次"]
    plan = plan_of("\n\n".join(lines))
    assert [task.deadline.notation for task in plan.tasks] == ["date:2023-03-31", "recurring:P6M"]
    assert [task.headings for task in plan.tasks] == [(), ("二、优化服务",)]


@pytest.mark.parametrize("below", [
    "\t\t牵头单位\t配合单位\t", "牵头单位\t配合单位",
], ids=["under its cell", "moved to the left"])
def test_a_header_over_two_lines_names_the_columns_by_its_lower_words(below: str) -> None:
    rows = [TITLE, "序号\t任务\t责任分工\t\t时间", below, f"1\t{GUIDE}\t市司法局\t市财政局\t10月底", f"2\t{WINDOW}\t市数据局\t各区县政府\t年底"]
    assert brief(plan_of("\n".join(rows))) == [
        (GUIDE, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-10-31"),
        (WINDOW, {"lead": ["市数据局"], "support": ["各区县政府"]}, "date:2023-12-31"),
    ]


def test_persons_and_several_units_below_each_other_find_their_columns() -> None:
    lines = [TITLE, "序号", "存在问题", "整改措施", "责任科室", "责任人", "整改时限", "整改情况",
             "1", "公示更新慢", GUIDE, "门诊部", "周某", "立行立改", "已完成",
             "2", "价格不全", WINDOW, "财务科", "信息科", "吴某", "郑某", "2023年4月30日",
             "3", "渠道不畅", REVIEW, "医务部、护理部", "冯某", "6月底前"]
    plan = plan_of("\n\n".join(lines))
    assert [(text, units, when) for text, units, when in brief(plan)][1:] == [
        (WINDOW, {"responsible": ["财务科", "信息科"]}, "date:2023-04-30"),
        (REVIEW, {"responsible": ["医务部", "护理部"]}, "date:2023-06-30"),
    ]


def test_rows_without_numbers_are_told_by_the_looks_of_their_cells() -> None:
    lines = [TITLE, "指标名称", "目标值", "责任科室", "数据来源", "完成时间", "依申请公开按时答复率", "100%", "法规科", "系统统计", "全年",
             "政策文件收录率", "98%", "信息科", "平台统计", "2023年6月"]
    assert brief(plan_of("\n\n".join(lines))) == [
        ("依申请公开按时答复率", {"responsible": ["法规科"]}, "range:2023-01-01/2023-12-31"),
        ("政策文件收录率", {"responsible": ["信息科"]}, "date:2023-06-30"),
    ]


def test_several_items_of_one_numbered_row_are_rows_of_their_own() -> None:
    lines = [TITLE, "序号", "重点任务", "细化任务", "责任处室", "完成时限", "一", "规划引领", "1.完成中期评估", "规划处", "6月底",
             "2.开展年度监测", "规划处、统计处", "12月", "二", "政务服务", "1.梳理高频事项", "审批处", "3月底"]
    plan = plan_of("\n\n".join(lines))
    assert [(task.text, task.headings, units(task), task.deadline.notation) for task in plan.tasks] == [
        ("完成中期评估", ("规划引领",), {"responsible": ["规划处"]}, "date:2023-06-30"),
        ("开展年度监测", ("规划引领",), {"responsible": ["规划处", "统计处"]}, "date:2023-12-31"),
        ("梳理高频事项", ("政务服务",), {"responsible": ["审批处"]}, "date:2023-03-31"),
    ]


@pytest.mark.parametrize("joint", ["\t", "\n\n"], ids=["a row a line", "a cell a line"])
def test_a_person_beside_a_unit_is_no_part_of_its_name(joint: str) -> None:
    rows = [["序号", "任务", "牵头单位（责任人）", "配合单位", "时限"], ["1", GUIDE, "市司法局（张青）", "市财政局", "10月"],
            ["2", WINDOW, "市数据局（李溪）", "市教育局", "8月20日前"]]
    plan = plan_of("\n\n".join([TITLE, *(joint.join(row) for row in rows)]))
    assert [units(task) for task in plan.tasks] == [
        {"lead": ["市司法局"], "support": ["市财政局"]}, {"lead": ["市数据局"], "support": ["市教育局"]}]


def test_a_flattened_table_of_figures_gives_no_task() -> None:
    lines = [TITLE, "序号", "单位", "任务数", "完成数", "完成率", "1", "市教育局", "12", "10", "83%", "2", "市民政局", "8", "8", "100%"]
    assert plan_of("\n\n".join(lines)).tasks == ()


def test_a_heading_alone_in_the_column_of_tasks_is_no_task() -> None:
    rows = [["工作任务", "责任单位", "完成时限"], ["一、加强主动公开", "", ""], [f"1.{GUIDE}", "市司法局", "3月底前"],
            [f"2.{WINDOW}", "市数据局", "6月"], ["二、深化政策解读", "", ""], [f"3.{REVIEW}", "市教育局", "5月"]]
    plan = read_bytes(sheet_file(rows), "分工表.xlsx", 2023)
    assert [(task.text, task.headings) for task in plan.tasks] == [
        (GUIDE, ("一、加强主动公开",)), (WINDOW, ("一、加强主动公开",)), (REVIEW, ("二、深化政策解读",))]

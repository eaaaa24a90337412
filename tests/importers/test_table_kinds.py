"""Tables as offices lay them out: one cell for units and time, empty first columns, columns of other names."""

from __future__ import annotations

import pytest

from importers.headers import is_header, is_other_header, role_of
from tests.importers.plans import brief, plan_of

TITLE = "青溪市2023年政务公开工作任务分解表"
GUIDE = "修订办事指南并公布办理流程图"
WINDOW = "开通线上咨询窗口并按月通报答复"
REVIEW = "组织两轮案卷评查并公布结果"


def _rows(*rows: tuple[str, ...]) -> str:
    return "\n".join([TITLE, *("\t".join(row) for row in rows)])


@pytest.mark.parametrize(("header", "role"), [
    ("牵头站所", "lead"), ("配合站所", "support"), ("责任站办所", "responsible"),
    ("牵头单位及完成时限", "lead"), ("责任单位及时限", "responsible"),
])
def test_columns_of_towns_and_of_two_things_are_known(header: str, role: str) -> None:
    assert role_of(header) == role


def test_a_list_of_accounts_is_no_table_of_tasks() -> None:
    header = ["序号", "账号名称", "主办单位", "平台"]
    assert is_other_header(header)
    assert not is_header(header)


@pytest.mark.parametrize("cell", [
    "牵头：市司法局 配合：市财政局 时限：6月底前",
    "牵头单位：市司法局；配合单位：市财政局；完成时限：6月底前",
])
def test_a_labelled_time_in_the_cell_of_the_units_is_the_deadline(cell: str) -> None:
    plan = plan_of(_rows(("序号", "工作任务", "责任单位及时限"), ("1", GUIDE, cell), ("2", WINDOW, cell)))
    expected = {"lead": ["市司法局"], "support": ["市财政局"]}
    assert brief(plan) == [(GUIDE, expected, "date:2023-06-30"), (WINDOW, expected, "date:2023-06-30")]


@pytest.mark.parametrize("cell", ["市司法局；6月底前", "市司法局（6月底前）", "市司法局 6月底前"])
def test_a_time_behind_the_units_is_the_deadline_where_no_column_asks_for_one(cell: str) -> None:
    plan = plan_of(_rows(("序号", "工作任务", "责任单位及时限"), ("1", GUIDE, cell), ("2", WINDOW, cell)))
    expected = {"responsible": ["市司法局"]}
    assert brief(plan) == [(GUIDE, expected, "date:2023-06-30"), (WINDOW, expected, "date:2023-06-30")]


def test_who_leads_holds_on_where_a_row_names_only_who_helps() -> None:
    plan = plan_of(_rows(
        ("牵头单位", "序号", "工作任务", "配合单位", "完成时限"),
        ("市司法局", "1", GUIDE, "市财政局", "6月底前"),
        ("", "2", WINDOW, "市教育局", "9月底前"),
    ))
    assert brief(plan) == [
        (GUIDE, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-06-30"),
        (WINDOW, {"lead": ["市司法局"], "support": ["市教育局"]}, "date:2023-09-30"),
    ]
    assert "units-same-as-above" in {finding.code for finding in plan.tasks[1].findings}


def test_a_code_before_a_row_is_its_number() -> None:
    lines = [TITLE, "编号", "行动内容", "责任部门", "办结时间",
             "A-01", GUIDE, "市司法局", "2023.4.30", "A-02", WINDOW, "市财政局", "2023.7.1"]
    plan = plan_of("\n".join(lines))
    assert brief(plan) == [(GUIDE, {"responsible": ["市司法局"]}, "date:2023-04-30"),
                           (WINDOW, {"responsible": ["市财政局"]}, "date:2023-07-01")]


def test_one_header_word_over_two_columns_heads_the_requirement() -> None:
    plan = plan_of(_rows(
        ("序号", "任务", "", "责任单位", "时限"),
        ("1", "平台融合", GUIDE, "市司法局", "6月底"),
        ("2", "", WINDOW, "市财政局", "7月底"),
        ("3", "数据融合", REVIEW, "市审计局", "9月底"),
    ))
    assert [(task.headings, task.text) for task in plan.tasks] == [
        (("平台融合",), GUIDE), (("平台融合",), WINDOW), (("数据融合",), REVIEW)]


def test_a_time_is_the_deadline_though_telephones_and_stages_stand_before_it() -> None:
    lines = [TITLE, "序号", "工作任务", "责任单位", "责任人", "联系电话", "完成时间", "完成情况",
             "1", GUIDE, "市司法局", "张青", "0123-4567001", "4月底", "已完成",
             "2", WINDOW, "市财政局", "李溪", "0123-4567002", "6月底", "3", REVIEW, "市审计局", "王岸",
             "0123-4567003", "7月底"]
    assert [task.deadline.notation for task in plan_of("\n".join(lines)).tasks] == [
        "date:2023-04-30", "date:2023-06-30", "date:2023-07-31"]


def _lines(*cells: str) -> str:
    return "\n".join([TITLE, *cells])


def test_units_in_the_first_column_hold_on_where_a_merged_cell_left_no_line() -> None:
    plan = plan_of(_lines(
        "责任单位", "工作任务", "完成时限", "责任领导",
        "市财政局", GUIDE, "3月底前", "张青", WINDOW, "8月底前", "张青", "市民政局", REVIEW, "长期", "李溪"))
    assert brief(plan) == [
        (GUIDE, {"responsible": ["市财政局"]}, "date:2023-03-31"),
        (WINDOW, {"responsible": ["市财政局"]}, "date:2023-08-31"),
        (REVIEW, {"responsible": ["市民政局"]}, "ongoing"),
    ]


def test_a_time_before_the_units_is_read_where_the_header_says_so() -> None:
    plan = plan_of(_lines(
        "事项名称", "推进措施", "完成时限", "牵头部门", "协同部门", "备注",
        "园区政策公开", GUIDE, "4月30日", "市司法局", "市财政局、市教育局",
        "企业服务公开", WINDOW, "6月20日", "市民政局", "市审计局"))
    assert [(task.headings, task.text) for task in plan.tasks] == [
        (("园区政策公开",), GUIDE), (("企业服务公开",), WINDOW)]
    assert brief(plan)[1][1:] == ({"lead": ["市民政局"], "support": ["市审计局"]}, "date:2023-06-20")


@pytest.mark.parametrize("parted", ["\n", "\t", " | "])
def test_labels_and_values_in_turn_are_a_form_for_each_task(parted: str) -> None:
    forms = [("任务一", "规范决策公开", GUIDE, "市司法局", "6月底前"), ("任务二", "畅通渠道", WINDOW, "市信访局", "9月底前")]
    lines = []
    for title, name, text, unit, due in forms:
        pairs = [("任务名称", name), ("主要内容", text), ("牵头单位", unit), ("完成时限", due)]
        lines += [title, *(parted.join(pair) for pair in pairs)]
    plan = plan_of(_lines(*lines))
    assert brief(plan) == [(GUIDE, {"lead": ["市司法局"]}, "date:2023-06-30"),
                           (WINDOW, {"lead": ["市信访局"]}, "date:2023-09-30")]
    assert plan.tasks[1].headings[-1] == "畅通渠道"


def test_a_section_above_the_first_number_heads_the_rows() -> None:
    plan = plan_of(_lines(
        "序号", "工作任务", "具体要求", "责任单位", "完成时限",
        "一、决策公开", "1", "公众参与", GUIDE, "市司法局", "6月底前", "2", "会议公开", WINDOW, "市财政局", "7月底前",
        "二、结果公开", "3", "督查公开", "对救助标准和发放情况长期公示", "市民政局", "市审计局", "8月底前"))
    assert [task.headings[0] for task in plan.tasks] == ["一、决策公开", "一、决策公开", "二、结果公开"]
    assert brief(plan)[2] == (
        "对救助标准和发放情况长期公示", {"responsible": ["市民政局", "市审计局"]}, "date:2023-08-31")


def test_a_header_again_under_a_heading_begins_another_table() -> None:
    header = ["序号", "任务", "责任单位", "完成时限"]
    plan = plan_of(_lines(
        "（一）基础工程", *header, "1", GUIDE, "市司法局", "4月底前", "2", REVIEW, "市审计局", "5月底前",
        "（二）提升工程", *header, "1", WINDOW, "市财政局", "7月底前"))
    assert [(task.text, task.deadline.notation) for task in plan.tasks] == [
        (GUIDE, "date:2023-04-30"), (REVIEW, "date:2023-05-31"), (WINDOW, "date:2023-07-31")]


def test_stages_under_a_word_of_the_header_are_no_deadlines() -> None:
    plan = plan_of(_lines(
        "序号", "工作任务", "责任单位", "进度安排", "完成时限", "一季度", "二季度", "三季度", "四季度",
        "1", GUIDE, "市司法局", "制定方案", "完成初稿", "试运行", "总结验收", "2023年12月",
        "2", WINDOW, "市财政局", "开展调研", "征求意见", "印发实施", "2023年9月底"))
    assert [task.deadline.notation for task in plan.tasks] == ["date:2023-12-31", "date:2023-09-30"]


def test_a_table_of_another_kind_behind_the_tasks_gives_none() -> None:
    plan = plan_of(_lines(
        "任务", "措施", "单位", "期限", "一网通办", GUIDE, "市司法局", "9月30日前", "减证便民", WINDOW, "市财政局", "10月底前",
        "附件2", "政务新媒体账号名单", "序号", "账号名称", "主办单位", "平台", "1", "青溪发布", "市委宣传部", "微信"))
    assert [task.text for task in plan.tasks] == [GUIDE, WINDOW]


def test_a_second_header_row_is_known_by_the_places_that_the_first_left_empty() -> None:
    plan = plan_of(_rows(
        ("序号", "重点工作", "工作措施及责任分工", "", ""),
        ("", "", "具体措施", "责任单位", "完成时限"),
        ("1", "规范栏目", GUIDE, "市司法局", "6月底前"),
        ("2", "加强发布", WINDOW, "市财政局", "7月底前"),
    ))
    assert brief(plan) == [(GUIDE, {"responsible": ["市司法局"]}, "date:2023-06-30"),
                           (WINDOW, {"responsible": ["市财政局"]}, "date:2023-07-31")]


@pytest.mark.parametrize(("header", "role"), [("月份", "deadline"), ("当前状态", "note"), ("任务一", None)])
def test_words_of_a_schedule_are_known(header: str, role: str | None) -> None:
    assert role_of(header) == role


def test_words_under_two_others_stand_where_those_stand() -> None:
    plan = plan_of(_lines(
        "目标任务", "工作举措", "责任单位", "时间安排", "牵头", "配合", "启动时间", "完成时间",
        "一、提升质量", GUIDE, "市司法局", "市财政局", "3月", "6月底前", WINDOW, "市信访局", "市教育局", "4月", "8月底前"))
    assert brief(plan) == [
        (GUIDE, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-06-30"),
        (WINDOW, {"lead": ["市信访局"], "support": ["市教育局"]}, "date:2023-08-31"),
    ]


def test_a_header_may_end_with_a_word_that_nobody_knows() -> None:
    plan = plan_of(_lines(
        "工作任务", "具体内容", "责任单位", "截止日期", "红绿灯",
        "网站运维", GUIDE, "市司法局", "3月28日", "绿", "账号监管", WINDOW, "市信访局", "5月30日", "黄"))
    assert [(task.headings, task.text, task.deadline.notation) for task in plan.tasks] == [
        (("网站运维",), GUIDE, "date:2023-03-28"), (("账号监管",), WINDOW, "date:2023-05-30")]


def test_persons_before_the_units_are_no_part_of_the_requirement() -> None:
    plan = plan_of(_lines(
        "类别", "主要任务", "牵头市领导", "牵头单位", "进度要求",
        "制度完善", GUIDE, "周某", "市司法局", "6月底前", WINDOW, "周某", "市信访局", "9月底前"))
    assert brief(plan) == [(GUIDE, {"lead": ["市司法局"]}, "date:2023-06-30"),
                           (WINDOW, {"lead": ["市信访局"]}, "date:2023-09-30")]


def test_a_title_of_header_words_above_the_number_is_no_column() -> None:
    plan = plan_of(_lines(
        "表一　市级部门任务", "序号", "单位", "任务事项", "时限",
        "1", "市司法局", GUIDE, "6月底前", "2", "市信访局", WINDOW, "长期实施"))
    assert brief(plan) == [(GUIDE, {"responsible": ["市司法局"]}, "date:2023-06-30"),
                           (WINDOW, {"responsible": ["市信访局"]}, "ongoing")]

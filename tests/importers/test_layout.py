"""Tables as people really make them: merged columns, several headers, forms, and tables that are no plan."""

from __future__ import annotations

import pytest

from importers.headers import is_header, is_other_header, role_of
from importers.reading import read_bytes
from tests.importers.files import CLEAN, DESK, MARK, UPDATE, sheet_file, word_file
from tests.importers.plans import brief, units

HEADER = ["序号", "工作任务", "责任单位", "完成时限"]
ROWS = [["1", CLEAN, "市司法局", "11月底前"], ["2", MARK, "市财政局", "6月底前"]]
EXPECTED = [
    (CLEAN, {"responsible": ["市司法局"]}, "date:2023-11-30"), (MARK, {"responsible": ["市财政局"]}, "date:2023-06-30"),
]


@pytest.mark.parametrize(("header", "role"), [
    pytest.param("具体任务及量化指标（年度目标）", "content", id="a bracket behind the word does not count"),
    pytest.param("落实单位（含配合单位，排在第一位的为牵头单位）", "responsible", id="a rule in the header does not count"),
    pytest.param("推进时序", "deadline", id="推进时序 is a time"),
    pytest.param("推进步骤", "content", id="推进步骤 is content"),
    pytest.param("计划完成时间", "deadline", id="when it is to be done is the deadline"),
    pytest.param("实际完成时间", "note", id="when it was done is a note"),
    pytest.param("启动时间", "note", id="when it begins is a note"),
    pytest.param("报送时间", "note", id="when it is reported is a note"),
    pytest.param("第三季度", "note", id="a quarter is a note"),
    pytest.param("联系电话", "person", id="a telephone belongs to a person"),
    pytest.param("提出单位", None, id="who made a proposal is not responsible"),
    pytest.param("市司法局", None, id="a name is no header word"),
])
def test_a_header_cell_names_a_role(header: str, role: str | None) -> None:
    assert role_of(header) == role


@pytest.mark.parametrize(("texts", "tasks", "other"), [
    pytest.param(HEADER, True, False, id="the usual header"),
    pytest.param(["序号", "工作任务", "责任单位", "一月", "二月", "三月", "四月"], True, False, id="content and a labelled unit column are enough"),
    pytest.param(["序号", "工作任务", "责任单位", "联系人", "联系电话", "得分"], True, False, id="a plan may score and name people"),
    pytest.param(["序号", "姓名", "单位", "电话"], False, True, id="contacts"),
    pytest.param(["序号", "责任单位", "联系人", "联系电话", "备注"], False, True, id="contacts of the responsible units"),
    pytest.param(["排名", "单位", "考核内容", "得分", "扣分原因"], False, True, id="scores"),
    pytest.param(["日期", "值班单位", "带班领导", "值班人员", "值班电话"], False, True, id="a duty roster"),
    pytest.param(["时间", "内容", "主持人", "责任单位"], False, True, id="an agenda"),
    pytest.param(["序号", "采购项目名称", "采购需求概况", "预算金额（万元）", "采购单位"], False, True, id="purchases"),
    pytest.param(["序号", "意见内容", "提出单位", "采纳情况", "理由"], False, True, id="opinions"),
    pytest.param(["序号", "公开事项", "公开内容", "公开依据", "公开主体", "公开时限"], False, True, id="a catalogue of what is published"),
    pytest.param(["1", "网站采购", "市大数据局", "6月底前"], False, False, id="a row of a task table is no header of any kind"),
])
def test_a_row_heads_tasks_or_something_else_or_nothing(texts: list[str], tasks: bool, other: bool) -> None:
    assert (is_header(texts), is_other_header(texts)) == (tasks, other)


def test_a_requirement_merged_over_two_columns_in_every_row_is_read_once() -> None:
    rows = [[row[0], row[1], "", *row[2:]] for row in [HEADER, *ROWS]]

    plan = read_bytes(word_file([], rows, [(index, 1, index, 2) for index in range(3)]), "x.docx", 2023)

    assert brief(plan) == EXPECTED
    assert [task.headings for task in plan.tasks] == [(), ()]


def test_fields_merged_across_in_a_workbook_and_a_row_without_units() -> None:
    rows = [["工作任务", "", "", "责任单位", "", "完成时限"], [CLEAN, "", "", "市司法局", "", "11月底前"], [MARK, "", "", "", "", ""]]
    merges = [area for row in (1, 2, 3) for area in (f"A{row}:C{row}", f"D{row}:E{row}")]

    plan = read_bytes(sheet_file(rows, merges), "x.xlsx", 2023)

    assert [(task.text, units(task)) for task in plan.tasks] == [(CLEAN, {"responsible": ["市司法局"]}), (MARK, {"responsible": ["市司法局"]})]


def test_short_measures_beside_a_long_merged_task_are_the_tasks() -> None:
    rows = [["重点任务", "具体措施", "责任单位", "完成时限"], [CLEAN, "编制文件目录", "市司法局", "3月底前"],
            ["", "标注失效文件", "市财政局", "6月底前"], ["", "开设查询窗口", "市商务局", "9月底前"]]

    plan = read_bytes(word_file([], rows, [(1, 0, 3, 0)]), "x.docx", 2023)

    assert [task.text for task in plan.tasks] == ["编制文件目录", "标注失效文件", "开设查询窗口"]
    assert {task.headings for task in plan.tasks} == {(CLEAN,)}


def test_stages_as_rows_under_a_merged_task_are_the_tasks() -> None:
    rows = [["序号", "工作任务", "推进步骤", "责任单位", "完成时限"], ["1", "政务公开专栏改版", "拟定改版方案。", "市司法局", "3月底前"],
            ["", "", "完成开发测试。", "市财政局", "6月底前"], ["", "", "正式上线运行。", "市商务局", "9月底前"]]

    plan = read_bytes(word_file([], rows, [(1, 0, 3, 0), (1, 1, 3, 1)]), "x.docx", 2023)

    assert [(task.text, task.deadline.notation) for task in plan.tasks] == [
        ("拟定改版方案。", "date:2023-03-31"), ("完成开发测试。", "date:2023-06-30"), ("正式上线运行。", "date:2023-09-30"),
    ]


def test_a_header_of_two_rows_that_nobody_merged() -> None:
    rows = [["序号", "工作任务", "责任单位", "", "完成时限"], ["", "", "牵头单位", "配合单位", ""], ["1", CLEAN, "市司法局", "市财政局", "11月底前"]]

    plan = read_bytes(sheet_file(rows), "x.xlsx", 2023)

    assert brief(plan) == [(CLEAN, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-11-30")]


@pytest.mark.parametrize(("names", "values"), [
    pytest.param(["计划完成时间", "实际完成时间"], ["11月底前", "3月5日"], id="planned, then done"),
    pytest.param(["实际完成时间", "计划完成时间"], ["3月5日", "11月底前"], id="done, then planned"),
    pytest.param(["完成时间", "启动时间"], ["11月底前", "3月10日"], id="done by, then begun"),
    pytest.param(["时限", "报送时间"], ["11月底前", "每月25日"], id="due, then reported"),
    pytest.param(["时间安排", "完成时限"], ["3月起", "11月底前"], id="two times, of which one says done by"),
])
def test_of_several_times_the_one_by_which_work_is_done_counts(names: list[str], values: list[str]) -> None:
    rows = [["工作任务", "责任单位", *names], [CLEAN, "市司法局", *values]]

    assert brief(read_bytes(word_file([], rows), "x.docx", 2023)) == EXPECTED[:1]


def test_a_second_header_with_other_columns_begins_another_table() -> None:
    rows = [["一、市级任务", "", "", "", ""], [*HEADER, ""], [*ROWS[0], ""], ["二、部门任务", "", "", "", ""],
            ["序号", "完成时限", "牵头单位", "配合单位", "工作任务"], ["1", "12月底前", "市商务局", "市信访局", DESK]]

    plan = read_bytes(sheet_file(rows), "x.xlsx", 2023)

    assert brief(plan) == [*EXPECTED[:1], (DESK, {"lead": ["市商务局"], "support": ["市信访局"]}, "date:2023-12-31")]


def test_contacts_below_the_tasks_of_a_sheet_are_no_tasks() -> None:
    rows = [HEADER, *ROWS, [""], ["联系人名单"], ["序号", "姓名", "单位", "电话"], ["1", "张青", "市司法局", "13800000001"]]

    assert brief(read_bytes(sheet_file(rows), "x.xlsx", 2023)) == EXPECTED


def test_a_row_per_unit_with_its_duty_beside_it() -> None:
    rows = [["序号", "工作任务", "责任单位", "单位职责", "完成时限"], ["1", CLEAN, "市司法局", "牵头", "11月底前"],
            ["", "", "市财政局", "配合", ""], ["", "", "市商务局", "配合", ""]]

    plan = read_bytes(word_file([], rows, [(1, 0, 3, 0), (1, 1, 3, 1), (1, 4, 3, 4)]), "x.docx", 2023)

    assert brief(plan) == [(CLEAN, {"lead": ["市司法局"], "support": ["市财政局", "市商务局"]}, "date:2023-11-30")]


@pytest.mark.parametrize(("header", "cell"), [
    pytest.param("责任单位及责任人", "市司法局（张青）、市财政局（李溪）", id="in brackets"),
    pytest.param("责任单位/责任人", "市司法局　张青\n市财政局　李溪", id="behind a blank"),
    pytest.param("责任单位（责任人）", "市司法局/张青、市财政局/李溪", id="behind a slash"),
])
def test_people_beside_the_units_are_no_part_of_their_names(header: str, cell: str) -> None:
    rows = [["序号", "工作任务", header], ["1", CLEAN, cell], ["2", MARK, "市市场监管局（知识产权局）"]]

    plan = read_bytes(word_file([], rows), "x.docx", 2023)

    assert [units(task) for task in plan.tasks] == [{"responsible": ["市司法局", "市财政局"]}, {"responsible": ["市市场监管局(知识产权局)"]}]


def test_a_sheet_without_header_continues_the_one_before_whatever_its_units_look_like() -> None:
    more = [["3", UPDATE, "各有关方面", "12月底前"], ["4", DESK, "全体人员", "9月底前"]]

    plan = read_bytes(sheet_file([HEADER, *ROWS], sheets=[("续表", more)]), "x.xlsx", 2023)

    assert [(task.text, task.deadline.notation) for task in plan.tasks[2:]] == [(UPDATE, "date:2023-12-31"), (DESK, "date:2023-09-30")]


def test_a_total_is_no_task() -> None:
    rows = [HEADER, *ROWS, ["合计", "2项", "", ""]]

    assert brief(read_bytes(sheet_file(rows), "x.xlsx", 2023)) == EXPECTED


def test_unknown_header_words_do_not_make_the_header_a_task() -> None:
    rows = [["编号", "工作任务", "市直", "节点"], *ROWS]

    assert brief(read_bytes(sheet_file(rows), "x.xlsx", 2023)) == EXPECTED


FORM = [["任务名称", "清理文件"], ["任务内容", CLEAN], ["牵头单位", "市司法局"], ["配合单位", "市财政局"], ["完成时限", "11月底前"]]
FORM_WIDE = [["任务名称", "清理文件", "完成时限", "11月底前"], ["任务内容", CLEAN, "", ""], ["牵头单位", "市司法局", "配合单位", "市财政局"]]
SECOND = [["任务名称", "更新目录"], ["任务内容", UPDATE], ["牵头单位", "市商务局"], ["配合单位", ""], ["完成时限", "6月底前"]]


def test_a_form_of_labels_and_values_is_one_task() -> None:
    expected = [(CLEAN, {"lead": ["市司法局"], "support": ["市财政局"]}, "date:2023-11-30")]

    narrow = read_bytes(word_file(["任务1"], FORM), "x.docx", 2023)
    wide = read_bytes(word_file([], FORM_WIDE, [(1, 1, 1, 3)]), "x.docx", 2023)

    assert brief(narrow) == brief(wide) == expected
    assert wide.tasks[0].headings == ("清理文件",)


def test_forms_below_each_other_are_a_task_each() -> None:
    plan = read_bytes(sheet_file([*FORM, ["", ""], *SECOND]), "x.xlsx", 2023)

    assert [(task.headings, task.text, units(task)) for task in plan.tasks] == [
        (("清理文件",), CLEAN, {"lead": ["市司法局"], "support": ["市财政局"]}), (("更新目录",), UPDATE, {"lead": ["市商务局"]}),
    ]


def test_an_explanation_of_the_columns_is_no_form() -> None:
    rows = [["栏目", "填写说明"], ["工作任务", "填写具体工作内容,简明扼要。"], ["责任单位", "填写规范简称,牵头单位列第一位。"], ["完成时限", "填写年月日。"]]

    assert read_bytes(sheet_file(rows), "x.xlsx", 2023).tasks == ()


@pytest.mark.parametrize("rows", [
    pytest.param([["序号", "单位", "姓名", "职务", "联系电话"], ["1", "市司法局", "张青", "科长", "0599-1234567"], ["2", "市财政局", "李溪", "科员", "0599-1234568"]], id="contacts"),
    pytest.param([["1", "市司法局", "张青", "13800000001"], ["2", "市财政局", "李溪", "13800000002"]], id="contacts without a header"),
    pytest.param([["序号", "单位", "主动公开数（条）", "得分"], ["1", "市司法局", "326", "96.5"], ["2", "市财政局", "415", "97"]], id="statistics"),
    pytest.param([["责任单位", "任务数", "完成数", "得分"], ["市司法局", "12", "11", "96.5"], ["市财政局", "9项", "9项", "98"]], id="statistics of tasks"),
    pytest.param([["日期", "值班单位", "带班领导", "值班电话"], ["2023年5月1日", "市司法局", "张青", "0599-1234567"], ["2023年5月2日", "市财政局", "李溪", "0599-1234567"]], id="a duty roster"),
    pytest.param([["时间", "内容", "责任单位"], ["9:00-9:20", "通报工作情况", "市司法局"], ["9:20-9:50", "交流发言", "市财政局"]], id="an agenda"),
    pytest.param([["采购项目名称", "采购需求概况", "预计采购时间", "采购单位"], ["网站改版项目", "栏目改版、数据迁移及一年运维服务", "2023年6月", "市司法局"]], id="purchases"),
])
def test_a_table_of_another_kind_gives_no_task(rows: list[list[str]]) -> None:
    alone = read_bytes(word_file([], rows), "x.docx", 2023)
    beside = read_bytes(sheet_file([HEADER, *ROWS], sheets=[("附表", rows)]), "x.xlsx", 2023)

    assert alone.tasks == ()
    assert brief(beside) == EXPECTED


@pytest.mark.parametrize(("title", "paragraphs"), [
    pytest.param("关于召开政务公开工作会议的通知", ["一、会议时间", "4月10日上午9:00,会期半天。", "二、参会人员", "(一)各部门负责同志;", "(二)请于4月8日前报名单。"], id="a meeting"),
    pytest.param("关于举办政务公开培训班的通知", ["一、培训时间:5月12日。", "二、请于5月8日前报回执。"], id="a training"),
    pytest.param("关于征集政务公开意见建议的公告", ["一、征集方式", "1.电子邮件:qx@example.cn", "2.来信地址:青溪市行政中心"], id="a call for opinions"),
])
def test_the_notice_of_an_event_gives_no_task_and_says_why(title: str, paragraphs: list[str]) -> None:
    agenda = [["时间", "内容", "主持人", "责任单位"], ["9:00-9:20", "通报2022年工作情况", "张青", "市司法局"]]

    plan = read_bytes(word_file([f"青溪市人民政府办公室{title}", *paragraphs], agenda), "x.docx", 2023)

    assert plan.title == f"青溪市人民政府办公室{title}"
    assert plan.tasks == ()
    assert [finding.message for finding in plan.findings if "像是会议、培训或征集意见的通知" in finding.message]


@pytest.mark.parametrize("title", [
    pytest.param("关于征求《青溪市政务公开工作要点》意见的通知", id="opinions on a plan"),
    pytest.param("关于调整政务公开重点任务分工的通知", id="a changed plan"),
])
def test_a_plan_within_the_notice_of_an_event_stays_a_plan(title: str) -> None:
    plan = read_bytes(word_file([title, "一、重点任务", f"1.{CLEAN}", f"2.{MARK}"], []), "x.docx", 2023)

    assert [task.text for task in plan.tasks] == [CLEAN, MARK]
